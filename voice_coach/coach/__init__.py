"""The coach: what to do next. Pure; see machine.py."""

from voice_coach.coach.machine import deadline, intents_of, press_meaning, step, understood
from voice_coach.coach.outside import Request, accepted, request_meaning
from voice_coach.coach.past import Past
from voice_coach.coach.state import Options, State, begin

__all__ = [
    "Options",
    "Past",
    "Request",
    "State",
    "accepted",
    "begin",
    "deadline",
    "intents_of",
    "press_meaning",
    "request_meaning",
    "step",
    "understood",
]
