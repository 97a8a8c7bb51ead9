"""Hearing: from the microphone to hypotheses of what was said, and evidence for them."""

from voice_coach.hearing.ears import Ears
from voice_coach.hearing.front_end import HEARING_RATE, Front
from voice_coach.hearing.model import check_vocabulary, load_model, vocabulary
from voice_coach.hearing.recogniser import Recogniser
from voice_coach.hearing.vad import Idle, Speech, open_detector

__all__ = [
    "HEARING_RATE",
    "Ears",
    "Front",
    "Idle",
    "Recogniser",
    "Speech",
    "check_vocabulary",
    "load_model",
    "open_detector",
    "vocabulary",
]
