"""Sessions with heat that something befalls: the real loop, coach, speaker and clips.

What is heard is given as words, so that an hour is run in seconds; tests of the hearing itself use
the real recogniser.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from tests.journal.sessions import USUAL
from voice_coach.app import Instead, Parts, Program, build, make_options
from voice_coach.audio.duplex import Block
from voice_coach.audio.mixer import Mixer
from voice_coach.audio.samples import Samples
from voice_coach.chain import Extras
from voice_coach.coach import understood
from voice_coach.coach.events import ApplicationEnded, ApplicationStarted
from voice_coach.coach.limits import CAP_SECONDS
from voice_coach.coach.places import harmless
from voice_coach.journal import JournalWriter
from voice_coach.log import Complained, Entry, Log, Noted, Observer, Said
from voice_coach.session import Session
from voice_coach.speaking import Clips, Delivery, VoiceFiles
from voice_coach.speaking.cache import ClipCache
from voice_coach.speaking.render import Renderer
from voice_coach.understanding import Book, Situation
from voice_coach.understanding.words import Hypothesis, Word

RATE = 8000
"""Frames per second of these sessions: the fewer, the faster."""

BLOCK = RATE // 100

HEAT_SECONDS = 60.0
"""What the settings want: the cap that is checked, of 900 at the most."""

ALARM_WITHIN = 1.0
"""Seconds after the end of a round within which the coach asks to take the pad off."""

Befall = Callable[[Session], None]


class Room:
    """A duplex without a card.

    Args:
        seconds: after which it ends.
        live: time passes by itself, so that nothing is waited for.
    """

    def __init__(self, seconds: float, *, live: bool = False) -> None:
        self.rate = RATE
        self.lead = 2 * BLOCK
        self.live = live
        self.mixer = Mixer(RATE)
        self.losses = 0
        self.microphone_ok = True
        self._seconds = seconds

    def blocks(self) -> Iterator[Block]:
        near = np.zeros(BLOCK, np.float32)
        for start in range(0, round(self._seconds * RATE), BLOCK):
            yield Block(start, near, self.mixer.read(start, BLOCK))

    def close(self) -> None:
        pass


class Ear:
    """A front that knows nothing of echo."""

    covered = clear = False

    def present(self, start: int, end: int, share: float = 0.0) -> float | None:
        return None


class Person:
    """A recogniser that hears somebody say what leads to heat, and then what it is told to.

    Args:
        wishes: what is said in each situation, the first that is understood.
        answers_alarm: whether the person takes the pad off when asked to.
    """

    def __init__(self, *, answers_alarm: bool = True) -> None:
        self.front = Ear()
        self.session: Session | None = None
        self.book: Book | None = None
        self.wishes = dict(USUAL)
        if not answers_alarm:
            self.wishes[Situation.ENDING] = ()
        self._silent_since: int | None = None

    def hear(self, block: Block, *, silent: bool = False) -> list[Hypothesis]:
        session, book = self.session, self.book
        assert session is not None and book is not None
        if not silent:
            self._silent_since = None
            return []
        if self._silent_since is None:
            self._silent_since = block.end
        if block.end - self._silent_since < RATE:
            return []
        can = understood(session.state, book)
        wanted = self.wishes.get(session.state.situation, ("next",))
        if session.state.situation is Situation.HEAT:
            if session.state.skin.on is not None:
                return []
            answer = harmless(session.state, book)
            wanted = ("start",) if answer is None else (answer,)
        said = next((intent for intent in wanted if intent in can), None)
        if said is None:
            return []
        self._silent_since = block.end
        phrase = next(p for p, _ in book.phrases(frozenset({said})))
        return [utterance("six" if said == "number" else phrase, block.end)]

    def listen(self, phrases: Iterable[str], own: Iterable[Sequence[str]] = ()) -> None:
        list(phrases)
        list(own)

    def forget(self) -> None:
        pass

    def speech(self, start: int, end: int, enough: float = 1.0) -> float:
        return 1.0

    def levels(self, hypothesis: Hypothesis) -> tuple[float, ...]:
        return ()

    def contrast(self, hypothesis: Hypothesis) -> float:
        return math.inf

    def near(self, word: str) -> str:
        return word


def utterance(words: str, now: int) -> Hypothesis:
    """What was said in the half second before a frame."""
    start, end = now - RATE // 2, now - RATE // 10
    return Hypothesis(tuple(Word(word, start, end) for word in words.split()), True)


class Tones(Renderer):
    """Renders a short tone in no time, or fails as it is told to."""

    def __init__(self, voice: VoiceFiles) -> None:
        super().__init__(voice, Delivery())
        self.fails: Callable[[], BaseException] | None = None
        self.asked = 0

    def render(self, text: str) -> Future[tuple[Samples, int]]:
        self.asked += 1
        made: Future[tuple[Samples, int]] = Future()
        if self.fails is None:
            frames = np.arange(round(RATE * 0.05 * len(text.split())), dtype=np.float32)
            made.set_result((np.sin(frames / 3).astype(np.float32) * np.float32(0.5), RATE))
        else:
            made.set_exception(self.fails())
        return made


def toned(voice: VoiceFiles, folder: Path) -> Clips:
    """Clips that are tones, cached in a folder."""
    return Clips(voice, Tones(voice), ClipCache(folder), RATE)


def remove_cache(clips: Clips) -> None:
    """Take the clip cache away."""
    clips.forget()
    shutil.rmtree(clips.cache.folder, ignore_errors=True)


@dataclass
class Trial:
    """What came of a session.

    Attributes:
        entries: the transcript.
        frames: its length.
        befell: the frame at which it was befallen; None if it never was.
        peak: the loudest sample of the loudspeaker, full scale 1.
        late: clips that were not on time.
    """

    session: Session
    entries: list[Entry] = field(default_factory=list)
    frames: int = 0
    befell: int | None = None
    peak: float = 0.0
    late: int = 0

    def noted(self, kind: type[ApplicationStarted] | type[ApplicationEnded]) -> list[int]:
        noted = (e for e in self.entries if isinstance(e, Noted))
        return [e.at for e in noted if isinstance(e.note, kind)]

    def said(self, key: str, since: int = 0) -> list[Said]:
        return [e for e in self.entries if isinstance(e, Said) and e.key == key and e.at >= since]

    @property
    def troubles(self) -> list[str]:
        return [e.text for e in self.entries if isinstance(e, Complained)]

    def is_safe(self, cap: float = HEAT_SECONDS) -> None:
        """Check that the session went on, and that every pad was called off by its cap."""
        assert self.befell is not None, "nothing happened"
        after = [e for e in self.entries if e.at > self.befell + RATE]
        assert after or self.session.ended, "the session goes on, or was ended"
        assert np.isfinite(self.peak) and self.peak <= 1.0
        began = self.noted(ApplicationStarted)
        assert began, "there was heat"
        for start in began:
            ended = [at for at in self.noted(ApplicationEnded) if at >= start]
            over = start + round(min(cap, CAP_SECONDS["heat"]) * RATE)
            if ended and ended[0] <= over:
                continue
            if self.frames <= over + ALARM_WITHIN * RATE:
                continue
            called = [e.at for e in self.said("reply.heat_end", start)]
            assert called and called[0] <= over + ALARM_WITHIN * RATE, "the pad was not called off"


def befallen(
    parts: Parts,
    clips: Clips,
    befall: Befall,
    *,
    person: Any = None,
    room: Room | None = None,
    seconds: float = 130.0,
    when: Callable[[Session], bool] = lambda session: session.state.skin.on is not None,
    after: float = 5.0,
    observers: Iterable[Observer] = (),
    also: Callable[[Block], None] = lambda block: None,
    journal: JournalWriter | None = None,
) -> Trial:
    """Run a session, let something befall it some seconds after a moment, and go on.

    Args:
        parts: the program's parts.
        clips: the sound of its sentences.
        befall: what happens to it.
        person: hears; None for a `Person`.
        room: the sound; None for a `Room`.
        seconds: length of the session.
        when: the moment.
        after: seconds after it.
        observers: are handed everything that happens.
        also: given every block.
        journal: keeps what matters.
    """
    person = person or Person()
    room = room or Room(seconds)
    entries: list[Entry] = []
    options = replace(make_options(parts, RATE), heat_seconds=HEAT_SECONDS)
    session = build(
        Program(parts, None, clips),
        room,
        Log(entries.append, *observers),
        print,
        extras=Extras(journal=journal),
        instead=Instead(options, person),
    )
    person.session, person.book = session, parts.book
    made = Trial(session, entries)
    due: int | None = None

    def watch(block: Block) -> None:
        nonlocal due
        made.frames = block.end
        made.peak = max(made.peak, float(np.abs(block.far).max()))
        if due is None and when(session):
            due = block.end + round(after * RATE)
        if due is not None and block.end >= due and made.befell is None:
            made.befell = block.end
            befall(session)
        also(block)

    session.run(watch)
    made.late = room.mixer.late
    return made
