"""Speaking: from the sentences the coach asks for to clips on the sample clock."""

from voice_coach.speaking.cues import Cues, fixed_texts
from voice_coach.speaking.speaker import Speaker, Spoken
from voice_coach.speaking.voice import Delivery, VoiceFiles

__all__ = ["Cues", "Delivery", "Speaker", "Spoken", "VoiceFiles", "fixed_texts"]
