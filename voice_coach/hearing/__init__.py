"""Hearing: from the microphone to words, and whose words they are."""

from voice_coach.hearing.front_end import HEARING_RATE, Front
from voice_coach.hearing.gate import Admitted, OwnSpeech, admit
from voice_coach.hearing.idle import Idle
from voice_coach.hearing.model import check_vocabulary, load_model, vocabulary
from voice_coach.hearing.recogniser import Partial, Recogniser
from voice_coach.hearing.speech import Speech, open_detector
from voice_coach.hearing.words import UNKNOWN, Utterance, Word, bare_words

__all__ = [
    "HEARING_RATE",
    "UNKNOWN",
    "Admitted",
    "Front",
    "Idle",
    "OwnSpeech",
    "Partial",
    "Recogniser",
    "Speech",
    "Utterance",
    "Word",
    "admit",
    "bare_words",
    "check_vocabulary",
    "load_model",
    "open_detector",
    "vocabulary",
]
