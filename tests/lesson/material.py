"""A lesson in a simulated room: the coach asks, and somebody answers."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from tests.doctor.room import RATE, Room, speech
from tests.hearing.material import at_level, recording
from voice_coach.audio.samples import Samples
from voice_coach.audio.wav import read_sound
from voice_coach.understanding.program import TeachTexts

WORDS = ("yes", "no", "stop", "help", "next", "heat", "ice", "breathe", "relax", "it hurts")
"""Asked for in the tests: fewer than in use."""

Answer = Callable[[str, int], Samples | None]
"""(phrase, how often it was asked for before) -> what the person says; None for nothing."""


class Asked:
    """The coach's voice, and a person who answers when asked for a word."""

    def __init__(self, room: Room, texts: TeachTexts, answer: Answer) -> None:
        self.texts: list[str] = []
        self.asked: list[str] = []
        self._room, self._answer = room, answer
        self._questions = {
            text.replace("{word}", word): word
            for text in (texts.ask, texts.nothing, texts.loud, texts.soft, texts.other)
            for word in texts.words
        }

    def __call__(self, text: str) -> Samples:
        self.texts.append(text)
        phrase = self._questions.get(text)
        if phrase is None:
            return speech(1.0)
        sound = self._answer(phrase, self.asked.count(phrase))
        self.asked.append(phrase)
        if sound is not None:
            self._room.answer(sound, after=0.6)
        return speech(0.6)


def says(phrase: str, times: int) -> Samples:
    """The voice of the rehearsals; it says a thing a little differently each time."""
    sound = recording(phrase, RATE)
    speed = 1.0 + 0.04 * (times % 3)
    at = np.arange(0, len(sound) - 1, speed)
    return np.asarray(np.interp(at, np.arange(len(sound)), sound), np.float32)


def flite(voice: str, folder: Path) -> Answer:
    """Somebody whom flite imitates; each time a little slower."""

    def answer(phrase: str, times: int) -> Samples:
        file = folder / f"{voice}-{phrase.replace(' ', '_')}-{times}.wav"
        if not file.exists():
            stretch = f"duration_stretch={1.0 + 0.07 * times:.2f}"
            command = ["flite", "-voice", voice, "--setf", stretch, "-t", phrase, "-o", str(file)]
            subprocess.run(command, check=True)
        return at_level(read_sound(file, RATE), RATE)

    return answer


def cycle(*sounds: Samples) -> Answer:
    """Somebody who takes no notice of what is asked."""
    turns: Iterator[Samples] = iter(sounds * 100)
    return lambda phrase, times: next(turns)
