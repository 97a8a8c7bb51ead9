"""The program is killed at any moment, again and again: nothing that was acknowledged is missing,
the session is taken up where it was, and no pad is ever on for longer than its cap.

A kill leaves what was written to the operating system; that a commit is also flushed to the disk
is SQLite's promise with synchronous=FULL, which test_journal.py looks for.
"""

from __future__ import annotations

import os
import random
import signal
import struct
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests.journal.sessions import Recorded, World, carry_on, open_journal, session
from voice_coach.coach.past import Past
from voice_coach.journal.database import connect
from voice_coach.journal.reading import last_left
from voice_coach.understanding import Situation

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="a child is made by forking"),
]

MACHINES = 46
LIVES = 6
"""The first of which ends by itself as soon as a pad is on."""

EVENTS = 50
MOST_TOLD = 150
"""Events of which the child tells before it is killed, at most, and then:"""
LONGEST = 0.01
"""Seconds until the kill, at most."""

EVENT = struct.Struct("<II")
"""What the child tells of each event: how many entries are kept, of how many."""


@dataclass
class Machine:
    """A machine that is killed.

    Attributes:
        folder: where its journal lies.
        world: its clocks.
        lived: its last session, as far as the person lived through it.
        seen: what happened.
    """

    folder: Path
    world: World = field(default_factory=World)
    lived: Recorded | None = None
    seen: Counter[str] = field(default_factory=Counter)

    def live(self, seed: int) -> bool:
        """Be turned on, and killed; return whether what happened is known for certain."""
        dice = random.Random(seed)
        past = self._turn_on(dice)
        told = self._child(seed, dice)
        if not told:
            self.seen["killed before the first event"] += 1
            return True
        again = self._replay(past, seed, len(told))
        further = self._replay(past, seed, len(told) + 1)
        connection = connect(self.folder / "journal.db")
        left = last_left(connection)
        connection.close()

        # What may stand in the journal: how it stood after each event, from the last one of which
        # everything was acknowledged, to the one in which the kill came.
        kept = told[-1][0]
        acknowledged = max((i for i, (_, added) in enumerate(told) if added <= kept), default=-1)
        if acknowledged >= 0:
            assert left is not None, "a session that was acknowledged is missing"
            may_stand = [*again.standing, further.standing[-1]][acknowledged:]
            assert left.kept in may_stand
        if left is not None and left.kept == further.standing[-1] != again.standing[-1]:
            again = further
        if self.lived is not None and left is not None:
            # On a slow disk much of this life is missing: the next one goes on with the answers up
            # to what is there, or with those of an earlier life.
            stood = zip(again.standing, again.answered, strict=True)
            then = [answers for stands, answers in stood if stands == left.kept]
            again.answers = dict(then[-1] if then else self.lived.answers)
        self.world.at = again.world.at
        self.lived = again
        self.seen["killed"] += 1
        self.seen["with a pad on"] += again.state.skin.on is not None
        self.seen["in an emergency"] += "emergency" in again.state.answers.flags
        if left is None:
            return again.state.skin.on is None and not again.state.skin.off_at
        return left.kept.application == again.state.skin.on

    def _turn_on(self, dice: random.Random) -> Past:
        """Let some time pass, with or without a boot and a clock that jumps."""
        self.world.at += dice.choice([0.0, 3.0, 3.0, 70.0, 500.0, 1300.0, 20000.0])
        if dice.random() < 0.4:
            self.world.booted, self.world.boot = self.world.at, str(dice.random())
        self.world.utc += dice.choice([0.0, 0.0, 0.0, -1e6, 1e6, 3600.0])
        lines: list[str] = []
        past = open_journal(self.folder, self.world, lines).past()
        assert not lines
        return past

    def _child(self, seed: int, dice: random.Random) -> list[tuple[int, int]]:
        """Live in another process, until it is killed; return what it told."""
        by_itself = seed % LIVES == 0
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reader)
            self._be_killed(seed, writer, with_pad=by_itself)
        os.close(writer)
        with os.fdopen(reader, "rb") as pipe:
            raw = b""
            if not by_itself:
                if seed % 7:  # else it may be killed while it opens the journal
                    raw = pipe.read(EVENT.size * dice.randrange(MOST_TOLD))
                time.sleep(dice.uniform(0.0, LONGEST))
                os.kill(child, signal.SIGKILL)
            told = list(EVENT.iter_unpack(raw + pipe.read()))
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            assert os.WEXITSTATUS(status) == 0, "the session failed by itself"
            self.seen["not killed"] += 1
        return told

    def _be_killed(self, seed: int, writer: int, *, with_pad: bool) -> None:
        failed = 1
        try:
            lines: list[str] = []
            journal = open_journal(self.folder, self.world, lines)
            coach = session(journal, self.world)

            def tell() -> None:
                os.write(writer, EVENT.pack(journal.kept, journal.added))
                if with_pad and coach.state.skin.on is not None:
                    os.kill(os.getpid(), signal.SIGKILL)

            coach.after_step = tell
            self._begin(coach, journal.past())
            carry_on(coach, seed, EVENTS)
            journal.close()
            failed = len(lines)
            print(*lines, sep="\n")
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(failed)

    def _replay(self, past: Past, seed: int, steps: int) -> Recorded:
        """Live through the same once more without a journal, up to some event."""
        coach = session(world=replace(self.world))

        def stop() -> None:
            if len(coach.standing) == steps:
                raise Killed

        coach.after_step = stop
        try:
            self._begin(coach, past)
            carry_on(coach, seed, EVENTS)
        except Killed:
            pass
        return coach

    def _begin(self, coach: Recorded, past: Past) -> None:
        """Begin on the skin of the session before; Watched looks after the caps and the rest."""
        if self.lived is None:
            coach.start(past)
        else:
            coach.go_on_from(self.lived, coach.world.at - self.lived.world.at, past)


class Killed(Exception):
    """Here it was killed."""


@pytest.mark.long
def test_killed_at_any_moment(tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    for number in range(MACHINES):
        machine = Machine(tmp_path / str(number))
        for life in range(LIVES):
            if not machine.live(number * LIVES + life):
                seen["unsure"] += 1
                break
            if machine.lived is not None and machine.lived.at(Situation.OVER):
                break
        seen += machine.seen
    print(dict(seen))
    assert seen["killed"] >= 200
    assert seen["with a pad on"] >= 20
    assert seen["unsure"] <= MACHINES // 4
