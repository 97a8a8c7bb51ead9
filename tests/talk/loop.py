"""The same session twice: as a Talk on a clock that is handed in, and as the loop of blocks."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, cast

import numpy as np

from tests.coach.driver import PROMPTS
from voice_coach.app import Instead, Program, Texts, build, build_talk, make_options
from voice_coach.app.build import IN_WRITING
from voice_coach.audio.duplex import Block
from voice_coach.audio.mixer import Fade, Mixer, Play
from voice_coach.audio.samples import Samples
from voice_coach.chain import COACH, Extras, Machine
from voice_coach.coach import Options, Past
from voice_coach.interpretation import typed_words
from voice_coach.journal import JournalWriter
from voice_coach.journal.entries import JournalEntry
from voice_coach.journal.timestamp import Moment
from voice_coach.listening import Listening
from voice_coach.log import Entry, Log
from voice_coach.settings import Settings
from voice_coach.speaking import ReadingTime
from voice_coach.talk import Clip, Hold, Hush, Talk, TextEars, Turn
from voice_coach.understanding import Matcher, load_book

RATE = 1000
BLOCK = RATE // 100
BOOK = load_book(PROMPTS)
MATCHER = Matcher(BOOK)
TEXTS = Texts(Settings(), BOOK)
MOMENT = Moment(1_700_000_000.0, "boot", 100.0)

Script = list[tuple[int, str]]
"""What is said at the ends of which blocks."""


class Noise(ReadingTime):
    """A noise for each sentence, so that no two sound the same."""

    def get(self, text: str) -> Samples:
        dice = np.random.default_rng(zlib.crc32(text.encode()))
        return dice.uniform(-0.3, 0.3, len(super().get(text))).astype(np.float32)


class Kept:
    """A journal on no disk."""

    def __init__(self, past: Past | None = None) -> None:
        self.entries: list[JournalEntry] = []
        self._past = past or Past()

    def past(self) -> Past:
        return self._past

    def clock(self) -> Moment:
        return MOMENT

    def add(self, *entries: JournalEntry) -> int:
        self.entries += entries
        return len(self.entries)

    def wait(self, count: int, timeout: float) -> bool:
        return True


def options(**more: Any) -> Options:
    return replace(make_options(TEXTS, RATE), **more)


def written(journal: Kept, options: Options) -> Extras:
    return Extras(journal=JournalWriter(cast(Any, journal), BOOK, options))


def talk_of(options: Options, journal: Kept | None = None, machine: Machine = COACH) -> Talk:
    return build_talk(
        TEXTS,
        Noise(RATE),
        RATE,
        Log(),
        extras=written(journal or Kept(), options),
        instead=Instead(options=options, machine=machine),
    )


class Room:
    """Both ends of a sound card, without one."""

    live = False
    losses = 0
    microphone_ok = True
    rate = RATE
    lead = 2 * BLOCK

    def __init__(self) -> None:
        self.mixer = Mixer(RATE)

    def blocks(self) -> Iterator[Block]:
        near = np.zeros(BLOCK, np.float32)
        start = 0
        while True:
            yield Block(start, near, self.mixer.read(start, BLOCK))
            start += BLOCK

    def close(self) -> None:
        pass


class Looped:
    """The session's own loop, block after block.

    Attributes:
        entries: the log.
        kept: the journal.
        sound: what the loudspeaker played.
    """

    def __init__(
        self, script: Script, until: int, options: Options, listening: Listening = IN_WRITING
    ) -> None:
        self.entries: list[Entry] = []
        self.kept = Kept()
        ears, room = TextEars(RATE), Room()
        session = build(
            cast(Any, Program(cast(Any, TEXTS), None, cast(Any, Noise(RATE)))),
            room,
            Log(self.entries.append),
            print,
            extras=written(self.kept, options),
            instead=Instead(options, ears, listening=listening),
        )
        said = dict(script)
        heard: list[Samples] = []
        for block in room.blocks():
            heard.append(block.far)
            if block.end > until:
                break
            if (text := said.get(block.end)) is not None:
                ears.type(typed_words((text,), session.state, BOOK, MATCHER))
            session.step(block)
            if session.done:
                break
        self.sound = np.concatenate(heard)


def played(turns: Iterable[Turn], frames: int) -> Samples:
    """Return what a loudspeaker plays that is given the acts of some turns."""
    mixer, now = Mixer(RATE), 0
    heard: list[Samples] = [np.zeros(0, np.float32)]
    for turn in turns:
        for act in turn.acts:
            match act:
                case Hush(at):
                    while now < at:
                        heard.append(mixer.read(now, BLOCK))
                        now += BLOCK
                    mixer.orders.put(Fade())
                case Hold(clips):
                    for clip in clips:
                        mixer.orders.put(_play(clip))
                case Clip():
                    mixer.orders.put(_play(act))
    while now < frames:
        heard.append(mixer.read(now, BLOCK))
        now += BLOCK
    return np.concatenate(heard)[:frames]


def _play(clip: Clip) -> Play:
    return Play(clip.start, clip.samples, clip.gain, clip.text)
