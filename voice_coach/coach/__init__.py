"""The coach: what to do next. Pure; see machine.py."""

from voice_coach.coach.machine import deadline, step
from voice_coach.coach.past import Past
from voice_coach.coach.state import Options, State, begin
from voice_coach.coach.table import understood

__all__ = ["Options", "Past", "State", "begin", "deadline", "step", "understood"]
