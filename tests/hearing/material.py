"""Recorded words, laid out on a timeline with silence between them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from voice_coach.audio.duplex import BLOCKS_PER_SECOND, Block
from voice_coach.audio.samples import Samples
from voice_coach.audio.wav import ROOM_NOISE_DB, read_sound
from voice_coach.hearing import Recogniser
from voice_coach.speaking.sound import speech_level
from voice_coach.understanding.words import Hypothesis

RECORDINGS = Path(__file__).resolve().parents[2] / "rehearsals" / "recordings"

LEVEL_DB = -26.0


def recording(words: str, rate: int) -> Samples:
    """Return the rehearsal's recording of some words, at the listener's level."""
    return at_level(read_sound(RECORDINGS / f"{words.replace(' ', '_')}.flac", rate), rate)


def at_level(sound: Samples, rate: int) -> Samples:
    gain = 10 ** ((LEVEL_DB - speech_level(sound, rate)) / 20)
    return sound * np.float32(gain)


def edges(sound: Samples) -> tuple[int, int]:
    """Return where sound begins and ends, at 25 dB below its peak."""
    loud = np.flatnonzero(np.abs(sound) > np.abs(sound).max() * 10 ** (-25 / 20))
    return int(loud[0]), int(loud[-1])


class Timeline:
    """Sound at the microphone: a noise floor, and words at chosen seconds."""

    def __init__(self, rate: int, seconds: float) -> None:
        self.rate = rate
        noise = np.random.default_rng(0).standard_normal(round(seconds * rate), np.float32)
        self.sound: Samples = noise * np.float32(10 ** (ROOM_NOISE_DB / 20))

    def put(self, sound: Samples, seconds: float) -> int:
        """Add a sound; return its frame."""
        start = round(seconds * self.rate)
        self.sound[start : start + len(sound)] += sound
        return start

    def blocks(self) -> list[Block]:
        size = self.rate // BLOCKS_PER_SECOND
        starts = range(0, len(self.sound) - size + 1, size)
        return [Block(s, self.sound[s : s + size], np.zeros(size, np.float32)) for s in starts]


def finals(recogniser: Recogniser, blocks: list[Block]) -> list[Hypothesis]:
    return [h for block in blocks for h in recogniser.hear(block) if h.final]
