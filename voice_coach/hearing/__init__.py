"""Hearing: from the microphone to words, and whose words they are."""

from voice_coach.hearing.gate import Admitted, OwnSpeech, admit
from voice_coach.hearing.recogniser import Recogniser, Utterance, check_vocabulary, load_model

__all__ = [
    "Admitted",
    "OwnSpeech",
    "Recogniser",
    "Utterance",
    "admit",
    "check_vocabulary",
    "load_model",
]
