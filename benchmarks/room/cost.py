"""The cost of each stage of hearing: CPU seconds per second of sound, on one core."""

from __future__ import annotations

import functools
import importlib
import inspect
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from unittest import mock

from voice_coach.audio.duplex import Block
from voice_coach.understanding.book import Situation

from ..common import Cell, Goal, Report, Scale, Table
from ..scenes.scene import RATE, Scene
from ..scenes.sounds import some_music, strangers_speech
from .duplex import RoomDuplex
from .interruptions import MAIN
from .program import Script, WatchedSession, in_routine, in_situation
from .strangers import BELOW_DB

STAGES: dict[str, tuple[str, ...]] = {
    "vosk": ("vosk",),
    "cancelling": ("voice_coach.echo.canceller", "voice_coach.echo.speex", "voice_coach.echo.erle"),
    "delay, drift": (
        "voice_coach.echo.delay",
        "voice_coach.echo.drift",
        "voice_coach.echo.reference",
    ),
    "near_end": ("voice_coach.echo.near_end",),
    "gain": ("voice_coach.hearing.gain",),
    "voice activity": ("voice_coach.hearing.vad",),
    "the rest of hearing": (
        "voice_coach.hearing.front_end",
        "voice_coach.hearing.recogniser",
    ),
}
"""Stage -> the modules of its classes. A missing stage costs nothing."""

LISTENING_WANTED, IDLE_WANTED = 5.0, 3.0
"""% of one core: the goals."""

IDLE_AFTER = 15.0
"""Seconds until the coach counts as idle: right after speech, every stage still works."""


@dataclass
class Meter:
    """CPU seconds per stage, without those of the stages it calls."""

    spent: dict[str, float] = field(default_factory=dict)
    _within: list[float] = field(default_factory=list)

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function whose time counts for a stage."""

        @functools.wraps(function)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            self._within.append(0.0)
            began = time.thread_time()
            try:
                return function(*args, **kwargs)
            finally:
                took = time.thread_time() - began
                inside = self._within.pop()
                self.spent[stage] = self.spent.get(stage, 0.0) + took - inside
                if self._within:
                    self._within[-1] += took

        return wrapped

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Count all calls of the public methods of the stages."""
        with ExitStack() as stack:
            for stage, modules in STAGES.items():
                for cls, name, method in _methods(modules):
                    stack.enter_context(mock.patch.object(cls, name, self.timed(stage, method)))
            yield


def _methods(modules: tuple[str, ...]) -> Iterator[tuple[type, str, Callable[..., Any]]]:
    for module_name in modules:
        try:
            module = importlib.import_module(module_name)
        except ImportError:
            continue  # not in this version
        for cls in vars(module).values():
            if inspect.isclass(cls) and cls.__module__ == module_name:
                for name, method in list(vars(cls).items()):
                    if inspect.isfunction(method) and not name.startswith("_"):
                        yield cls, name, method


class _TimedRoom(RoomDuplex):
    """A room that measures its own cost, to subtract it from the program's."""

    seconds = 0.0

    def blocks(self) -> Iterator[Block]:
        inner = super().blocks()
        while True:
            began = time.thread_time()
            block = next(inner, None)
            self.seconds += time.thread_time() - began
            if block is None:
                return
            yield block


@dataclass(frozen=True)
class Cost:
    """The cost of one condition.

    Attributes:
        name: the condition.
        seconds: of sound.
        stages: stage -> CPU seconds.
        program: CPU seconds of the whole program, hearing included.
    """

    name: str
    seconds: float
    stages: dict[str, float]
    program: float

    def share(self, stage: str) -> float:
        """Return % of one core."""
        return 100 * self.stages.get(stage, 0.0) / self.seconds

    @property
    def hearing(self) -> float:
        """% of one core for all stages."""
        return 100 * sum(self.stages.values()) / self.seconds


def measure(scale: Scale) -> Report:
    """Measure listening, idling and speaking."""
    seconds = float(scale.pick(40, 240))
    costs = [
        cost("listening", replace(MAIN, name="talk"), seconds),
        cost("idle", replace(MAIN, name="quiet"), seconds),
        cost("speaking", replace(MAIN, name="speaking"), seconds),
    ]
    rows: list[tuple[Cell, ...]] = [(stage, *(c.share(stage) for c in costs)) for stage in STAGES]
    rows.append(("all of hearing", *(c.hearing for c in costs)))
    rows.append(
        ("the rest of the program", *(100 * c.program / c.seconds - c.hearing for c in costs))
    )
    goals = [
        Goal("all of hearing, listening", costs[0].hearing, LISTENING_WANTED, "% of one core"),
        Goal("all of hearing, idle", costs[1].hearing, IDLE_WANTED, "% of one core"),
    ]
    table = Table(
        "processor time, % of one core",
        ("stage", *(c.name for c in costs)),
        rows,
        "listening: somebody talks, the coach is silent; idle: nobody talks, after "
        f"{IDLE_AFTER:g} s; speaking: the coach talks, echo +10 dB",
    )
    return Report("room-cost", [table], goals)


def cost(name: str, scene: Scene, seconds: float) -> Cost:
    """Run one condition for `seconds` of sound."""
    meter = Meter()
    duplex = _TimedRoom(scene)
    with meter.watching():
        session = WatchedSession(duplex, obeys=False)
        found: list[float] = []
        session.follow(_while(session, duplex, meter, name, seconds, found))
    return Cost(name, seconds, dict(meter.spent), found[1] - found[0])


def _while(
    session: WatchedSession,
    duplex: _TimedRoom,
    meter: Meter,
    name: str,
    seconds: float,
    found: list[float],
) -> Script:
    frames = round(seconds * RATE)
    yield RATE
    session.place(in_situation(Situation.MENU))
    if name == "idle":
        yield session.now + round(IDLE_AFTER * RATE)
    if name == "speaking":
        session.place(in_routine("stretch", "knee_right"))
    end = session.now + frames
    if name == "listening":
        at = session.now
        for stretch in strangers_speech(seconds) or some_music(seconds):
            if at < end:
                duplex.play(at, stretch.sound, duplex.scene.user_db - BELOW_DB)
            at += len(stretch.sound)
    meter.spent.clear()
    found.append(time.thread_time() - duplex.seconds)
    while session.now < end:
        if name == "speaking" and session.silent:
            for sentence in range(3):
                session.say("stretch.knee_right.say", 0, sentence)
        yield min(end, session.now + RATE // 2)
    found.append(time.thread_time() - duplex.seconds)
