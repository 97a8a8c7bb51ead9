"""A day of the coach on the sample clock: does memory, or anything else, grow?

A real session with the real recogniser, journal and cached clips. Somebody says something every few
minutes, uses heat and ice, breathes, stretches, and sends the coach to sleep. `--full` is 24 hours
and a million random events; without it, one hour and a hundred thousand.
"""

from __future__ import annotations

import contextlib
import os
import random
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from voice_coach import paths
from voice_coach.app import Parts, build, load, make_options
from voice_coach.audio.duplex import Block
from voice_coach.audio.mixer import Mixer, Play
from voice_coach.audio.samples import Samples
from voice_coach.audio.wav import WavDuplex, read_sound
from voice_coach.chain import Extras
from voice_coach.coach import understood
from voice_coach.coach.events import ApplicationEnded, ApplicationStarted
from voice_coach.coach.limits import CAP_SECONDS
from voice_coach.coach.places import harmless
from voice_coach.journal import Journal, JournalWriter
from voice_coach.journal.timestamp import Moment
from voice_coach.log import CutShort, Entry, Log, Noted, NotUnderstood, Said, Understood
from voice_coach.session import Session
from voice_coach.understanding import Matcher, Situation

from .common import Cell, Goal, Report, Scale, Table, fill_cache, main, the_parts
from .resident import resident

RATE = 16000
"""Frames per second: the recogniser's rate, which saves resampling."""

HOUR = 3600 * RATE

HOURS = (1, 24)
"""Simulated hours, quick and full."""

EVENTS = (100_000, 1_000_000)
"""Random events for the coach without sound, quick and full."""

HOURS_VARIABLE = "SOAK_HOURS"
"""Environment variable: another number of simulated hours."""

CHECKED = 7
"""One in this many sentences is searched in the far end."""

WINDOW = 200
"""Frames before and after its place in which a sentence is searched."""

LOOKED_AT = RATE // 2
"""Frames of a sentence to search for."""

WANTS = {
    Situation.TAKING_UP: ("no",),
    Situation.CHECKING: ("no",),
    Situation.MENU: (
        *("heat", "ice", "breathe", "stretch", "relax", "medicine", "go to sleep", "banana"),
    ),
    Situation.PAIN: ("six", "three", "four"),
    Situation.EASING: ("ease off", "carry on"),
    Situation.ENDING: ("i am done",),
    Situation.CONFIRMING: ("yes",),
    Situation.PAUSED: ("resume",),
    Situation.SLEEPING: ("wake up",),
    Situation.BREATHING: ("slower", "stop", "how many left"),
}
"""Situation -> what is said there, one of these; elsewhere "next" and "pause"."""

PATIENCE: dict[Situation, tuple[float, float]] = {
    Situation.MENU: (30.0, 500.0),
    Situation.SLEEPING: (300.0, 2400.0),
    Situation.ENDING: (4.0, 90.0),
    Situation.PAUSED: (5.0, 120.0),
    Situation.BREATHING: (20.0, 200.0),
    Situation.IMAGERY: (60.0, 240.0),
}
"""Situation -> least and most seconds of the coach's silence before that; elsewhere 1 to 6."""


@dataclass
class World:
    """The clocks of the journal, which follow the sample clock."""

    seconds: float = 0.0

    def moment(self) -> Moment:
        """Return the present moment."""
        return Moment(1_800_000_000.0 + self.seconds, "soak", self.seconds, True)


class Person:
    """The near end: says a recording when the coach has been silent for a while.

    Args:
        parts: the program's parts.
        dice: decides.
    """

    def __init__(self, parts: Parts, dice: random.Random) -> None:
        self.said: Counter[str] = Counter()
        self.session: Session | None = None
        self._parts = parts
        self._dice = dice
        self._matcher = Matcher(parts.book)
        self._voice = Mixer(RATE)
        folder = paths.data_folder("rehearsals") / "recordings"
        self._recordings = {
            path.stem.replace("_", " "): read_sound(path, RATE)
            for path in sorted(folder.glob("*.flac"))
        }
        self._quiet_from: int | None = None
        self._due: int | None = None
        self._situation: Situation | None = None

    def read(self, start: int, frames: int) -> Samples:
        """Return the next block of the near end."""
        session = self.session
        assert session is not None
        situation, silent = session.state.situation, session.speaking.silent
        if not silent or situation is not self._situation:
            self._due = None
            self._situation = situation
        if silent and self._due is None:
            low, high = PATIENCE.get(situation, (1.0, 6.0))
            if session.state.skin.on is not None and situation is not Situation.ENDING:
                low, high = 100.0, 700.0
            self._due = start + round(self._dice.uniform(low, high) * RATE)
        if self._due is not None and start >= self._due:
            self._due = start + round(20.0 * RATE)
            words = self._chosen(session)
            self.said[words] += 1
            self._voice.orders.put(Play(start, self._recordings[words]))
        return self._voice.read(start, frames)

    def _chosen(self, session: Session) -> str:
        can = understood(session.state, self._parts.book)
        wants = WANTS.get(session.state.situation, ("next", "pause", "how much longer"))
        if session.state.situation in (Situation.HEAT, Situation.ICE):
            answer = harmless(session.state, self._parts.book)
            wants = ("start",) if answer is None else (answer,)
            if session.state.skin.on is not None:
                wants = ("how much longer", "i am done")
        elif session.state.situation is Situation.CHECKING and "no" not in can:
            wants = ("next",)
        known = [w for w in wants if self._matcher.match(w, can).intent or w == "banana"]
        # Now and then something meaningless is said.
        return self._dice.choice(known or ["next"] if self._dice.random() < 0.97 else ["banana"])


@dataclass
class Watch:
    """What is observed from block to block.

    Attributes:
        hours: (MB resident, open files, threads, KB of the journal, KB of its WAL, entries) after
            each hour.
        drifts: frames by which a sentence was off its place.
        over: seconds by which the alarm of a round came after the round's end.
        rounds: rounds of heat and ice that were begun.
    """

    folder: Path
    clips: Callable[[str], Samples]
    hours: list[tuple[float, int, int, float, float, int]] = field(default_factory=list)
    drifts: list[int] = field(default_factory=list)
    over: list[float] = field(default_factory=list)
    rounds: int = 0
    entries: int = 0
    heard: int = 0
    unclear: int = 0
    sentences: int = 0
    _far: Samples = field(default_factory=lambda: np.zeros(0, np.float32))
    _looked_for: list[Said] = field(default_factory=list)
    _on: tuple[str, int] | None = None

    def observe(self, entry: Entry) -> None:
        """Record an entry of the log."""
        self.entries += 1
        if isinstance(entry, Said):
            self.sentences += 1
            if self.sentences % CHECKED == 0 and not self._looked_for:
                self._looked_for.append(entry)
            self._time_alarm(entry)
        elif isinstance(entry, CutShort):
            self._looked_for = [e for e in self._looked_for if e.start != entry.start]
        elif isinstance(entry, Noted) and isinstance(entry.note, ApplicationStarted):
            self._on = (entry.note.application.kind, entry.at)
            self.rounds += 1
        elif isinstance(entry, Noted) and isinstance(entry.note, ApplicationEnded):
            self._on = None
        self.heard += isinstance(entry, Understood)
        self.unclear += isinstance(entry, NotUnderstood)

    def _time_alarm(self, entry: Said) -> None:
        if self._on is not None and entry.key == f"reply.{self._on[0]}_end":
            kind, at = self._on
            self.over.append(
                (entry.at - at) / RATE - CAP_SECONDS["heat" if kind == "heat" else "ice"]
            )
            self._on = None

    def take(self, block: Block) -> None:
        """Search for a sentence in the far end."""
        keep = 2 * WINDOW + LOOKED_AT + 4 * RATE
        self._recent(block, keep)
        for entry in list(self._looked_for):
            last = min(entry.end, entry.start + LOOKED_AT) + WINDOW
            if block.end >= last:
                self._looked_for.remove(entry)
                self._look_for(entry, block.end)

    def _recent(self, block: Block, keep: int) -> None:
        if self._looked_for:
            self._far = np.concatenate([self._far, block.far])[-keep:]
        else:
            self._far = block.far

    def _look_for(self, entry: Said, end: int) -> None:
        clip = self.clips(entry.text)[:LOOKED_AT]
        begin = end - len(self._far)
        first = entry.start - WINDOW - begin
        there = self._far[max(first, 0) : first + len(clip) + 2 * WINDOW]
        if first < 0 or len(there) < len(clip) + WINDOW:
            return
        likeness = np.correlate(there, clip, "valid")
        self.drifts.append(int(np.argmax(likeness)) - WINDOW)

    def look(self, journal: Path) -> None:
        """Measure the process, once an hour."""
        wal = journal.with_name(f"{journal.name}-wal")
        sizes = [path.stat().st_size / 1000 if path.exists() else 0.0 for path in (journal, wal)]
        files = len(os.listdir("/proc/self/fd"))
        threads = threading.active_count()
        memory = resident("self")["Rss"]
        self.hours.append((memory, files, threads, sizes[0], sizes[1], self.entries))


def measure(scale: Scale) -> Report:
    """Simulate a day."""
    parts = the_parts()
    fill_cache(parts)
    hours = int(os.environ.get(HOURS_VARIABLE, scale.pick(*HOURS)))
    with tempfile.TemporaryDirectory() as folder:
        day = _live(parts, hours, Path(folder))
    events, rounds, took = _storm(scale.pick(*EVENTS))
    watch, late, faults, sessions, wall, complaints = day
    rows: list[tuple[Cell, ...]] = [
        (str(number), *measured) for number, measured in enumerate(watch.hours)
    ]
    # Caches fill in the first hours: only the second half must be flat.
    settled = watch.hours[max(1, len(watch.hours) // 2)]
    last = watch.hours[-1]
    off = max((abs(d) for d in watch.drifts), default=0)
    return Report(
        "soak",
        [
            Table(
                f"{hours} hours on the sample clock in {wall / 60:.1f} minutes",
                (
                    "hour",
                    "MB resident",
                    "open files",
                    "threads",
                    "journal, KB",
                    "its WAL",
                    "entries",
                ),
                rows,
                f"{sessions} sessions, {watch.heard} commands heard, {watch.unclear} not "
                f"understood, {watch.sentences} sentences, {watch.rounds} rounds of heat and ice, "
                f"{len(complaints)} complaints",
            ),
            Table(
                "random events of the coach, with restarts and clocks that lie",
                ("events", "rounds", "seconds"),
                [(events, rounds, took)],
            ),
        ],
        [
            Goal("growth of memory in the second half", last[0] - settled[0], 8, "MB"),
            Goal("growth of open files", last[1] - settled[1], 0),
            Goal("growth of threads", last[2] - settled[2], 0),
            Goal("journal, for each hour", last[3] / hours, 100, "KB"),
            Goal("the journal's WAL, at any hour", max(h[4] for h in watch.hours), 4500, "KB"),
            Goal("clips that missed their frame", late, 0),
            Goal(f"largest drift of {len(watch.drifts)} sentences", off, 0, "frames"),
            Goal(
                f"heat or ice beyond its cap, {watch.rounds} rounds",
                max(watch.over, default=0.0),
                0.02,
                "s",
            ),
            Goal("faults of the voice, and complaints", faults + len(complaints), 0),
        ],
    )


def _live(parts: Parts, hours: int, folder: Path) -> tuple[Watch, int, int, int, float, list[str]]:
    dice = random.Random(1)
    program = load(parts, RATE)
    world = World()
    complaints: list[str] = []
    clips = program.clips
    # piper's process starts with the first sentence that is not cached: here, not in any later
    # hour.
    clips.renderer.render("Hello.").result()
    watch = Watch(folder, clips.clip)
    file = folder / "journal.db"
    began = time.perf_counter()
    frames = late = faults = sessions = 0
    watch.look(file)
    while frames < hours * HOUR:
        sessions += 1
        person = Person(parts, dice)
        duplex = WavDuplex(person, RATE)
        journal = Journal(file, complaints.append, world.moment)
        session = build(
            program,
            duplex,
            Log(watch.observe),
            complaints.append,
            extras=Extras(journal=JournalWriter(journal, parts.book, make_options(parts, RATE))),
        )
        person.session = session
        first = frames

        def also(block: Block) -> None:
            nonlocal frames
            frames = first + block.end  # noqa: B023  called in this turn of the loop only
            world.seconds = frames / RATE
            watch.take(block)
            if frames % HOUR < len(block.near):
                watch.look(file)
                spent = time.perf_counter() - began
                print(
                    f"hour {frames // HOUR}: {watch.hours[-1]}, {frames / RATE / spent:.0f} times "
                    "real time",
                    flush=True,
                )
            if frames >= hours * HOUR:
                raise _DayOver

        with contextlib.suppress(_DayOver):
            session.run(also)
        journal.close()
        late += duplex.mixer.late
        faults += len(session.faults)
    clips.renderer.close()
    return watch, late, faults, sessions, time.perf_counter() - began, complaints


class _DayOver(Exception):
    """The simulated time is over."""


def _storm(events: int) -> tuple[int, int, float]:
    from tests.faults.storm import storm

    began = time.perf_counter()
    skin, _ = storm(events, seed=2)
    return events, skin.rounds, time.perf_counter() - began


if __name__ == "__main__":
    main(measure, __doc__)
