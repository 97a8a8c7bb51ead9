"""Hearing: from the microphone to words, and whose words they are."""

from voice_coach.hearing.gate import Admitted, OwnSpeech, admit
from voice_coach.hearing.model import check_vocabulary, load_model, vocabulary
from voice_coach.hearing.recogniser import Recogniser
from voice_coach.hearing.words import UNKNOWN, Utterance, Word, bare_words

__all__ = [
    "UNKNOWN",
    "Admitted",
    "OwnSpeech",
    "Recogniser",
    "Utterance",
    "Word",
    "admit",
    "bare_words",
    "check_vocabulary",
    "load_model",
    "vocabulary",
]
