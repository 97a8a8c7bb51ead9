"""The voice coach as a skill of Open Voice OS.

The assistant listens and speaks; what is said and asked, and when, is the coach's own.
"""

from ovos_skill_voice_coach.skill import VoiceCoachSkill

__all__ = ["VoiceCoachSkill"]
