"""Speaking: turns the coach's sentences into clips on the sample clock."""

from voice_coach.speaking.clips import Clips, filled_texts, fixed_texts
from voice_coach.speaking.saying import Saying, Spoken
from voice_coach.speaking.speaker import Speaker
from voice_coach.speaking.voice import Delivery, VoiceFiles

__all__ = [
    "Clips",
    "Delivery",
    "Saying",
    "Speaker",
    "Spoken",
    "VoiceFiles",
    "filled_texts",
    "fixed_texts",
]
