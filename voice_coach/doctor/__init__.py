"""The doctor: examines everything and says what to fix, aloud too; see docs/use/doctor.md."""

from voice_coach.doctor.finding import Finding, State, exit_code, probed

__all__ = ["Finding", "State", "exit_code", "probed"]
