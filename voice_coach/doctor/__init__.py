"""The doctor: is all in order, and what mends it? Spoken and printed; see docs/use/doctor.md."""

from voice_coach.doctor.finding import Finding, State, exit_code, probed

__all__ = ["Finding", "State", "exit_code", "probed"]
