"""Other programs and a whole session: its times are the same, and an alarm is the person's."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.faults.session import HEAT_SECONDS, RATE, Person, Room, toned
from tests.talk.loop import TEXTS
from voice_coach.app import Instead, Parts, Program, build, build_talk, make_options
from voice_coach.audio.duplex import Block
from voice_coach.chain import Extras
from voice_coach.log import Entry, Log, Requested, Said, line
from voice_coach.outside import Outside
from voice_coach.speaking import ReadingTime, VoiceFiles
from voice_coach.understanding import Situation

SECONDS = 130.0
STOP, PAUSE = b'{"do":"stop"}\n', b'{"do":"pause"}\n'


@dataclass
class Watching:
    """A program that reads all lines, in a thread of its own."""

    path: Path
    lines: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(str(self.path))
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        with self.socket.makefile("rb") as came:
            for said in came:
                self.lines.append(json.loads(said))

    def end(self) -> list[dict[str, Any]]:
        """The lines, once the coach has hung up."""
        self._thread.join(30.0)
        self.socket.close()
        return self.lines


@pytest.fixture
def run(parts: Parts, voice: VoiceFiles, tmp_path: Path) -> Callable[..., list[Entry]]:
    """Runs a session with heat and its alarm, which the person answers or doesn't."""

    def session(
        outside: Outside | None = None,
        each: Callable[[Any], None] = lambda session: None,
        *,
        answers: bool = True,
    ) -> list[Entry]:
        entries: list[Entry] = []
        person: Any = Person(answers_alarm=answers)
        running = build(
            Program(parts, None, toned(voice, tmp_path)),
            Room(SECONDS),
            Log(entries.append),
            pytest.fail,
            extras=Extras(outside=outside),
            instead=Instead(replace(make_options(parts, RATE), heat_seconds=HEAT_SECONDS), person),
        )
        person.session, person.book = running, parts.book

        def also(block: Block) -> None:
            each(running)

        running.run(also)
        return entries

    return session


def test_with_programs_that_watch_a_session_is_the_same_to_the_sample(
    run: Callable[..., list[Entry]], tmp_path: Path
) -> None:
    """One reads, one never does, one comes and goes."""
    alone = run()
    with ExitStack() as ends:
        outside = ends.enter_context(closing(Outside(tmp_path / "s", pytest.fail)))
        watching = Watching(tmp_path / "s")
        deaf = ends.enter_context(socket.socket(socket.AF_UNIX))
        deaf.connect(str(tmp_path / "s"))

        def come_and_go(session: Any) -> None:
            if session.now % (10 * RATE) == 0:
                with socket.socket(socket.AF_UNIX) as brief:
                    brief.connect(str(tmp_path / "s"))
                    brief.send(b'{"do":')

        watched = run(outside, come_and_go)
    assert watched == alone
    lines = watching.end()
    assert [found["situation"] for found in lines if found["alarm"]], "the alarm was shown"
    assert {"questions", "heat", "alarm"} <= {found["situation"] for found in lines}
    minutes = [found["minutes_left"] for found in lines if found["pad"] and not found["alarm"]]
    assert minutes == sorted(minutes, reverse=True) and minutes[0] == 1
    for before, after in pairwise(lines):
        assert before != after, "a line comes only where something has changed"


def test_a_program_stops_heat_and_cannot_end_what_follows(
    run: Callable[..., list[Entry]], tmp_path: Path
) -> None:
    """It goes on asking for both; the alarm comes as often as without it."""
    with closing(Outside(tmp_path / "s", pytest.fail)) as outside:
        sent: list[int] = []
        with socket.socket(socket.AF_UNIX) as program:
            program.connect(str(tmp_path / "s"))

            def ask(session: Any) -> None:
                on = session.state.skin.on
                if on is None or session.now < on.started + 10 * RATE:
                    return
                if not sent or session.now >= sent[-1] + 2 * RATE:
                    sent.append(session.now)
                    program.send(STOP if len(sent) % 2 else PAUSE)
                    while outside.due != 0:
                        threading.Event().wait(0.001)

            entries = run(outside, ask, answers=False)
    asked = [entry for entry in entries if isinstance(entry, Requested)]
    assert len(asked) > 20 and asked[0].done
    assert not any(entry.done for entry in asked[1:]), "after the stop it is the person's"
    assert line(asked[0], RATE).endswith("program stop = stop")
    assert line(asked[1], RATE).endswith("program pause = nothing")
    alarms = [e for e in entries if isinstance(e, Said) and e.key == "reply.heat_end"]
    assert len(alarms) > 4
    assert alarms[0].at <= asked[0].at + RATE


def test_in_writing_a_request_is_done_at_once(tmp_path: Path) -> None:
    """Nothing is due there for long, and a program does not wait for that."""
    with closing(Outside(tmp_path / "s", pytest.fail)) as outside:
        extras = Extras(outside=outside)
        talk = build_talk(TEXTS, ReadingTime(16000), 16000, Log(), extras=extras)
        turn = talk.clock(talk.rate * 2)
        while talk.state.breath is None:
            assert turn.due is not None
            turn = talk.clock(turn.due)
        watching = Watching(tmp_path / "s")
        watching.socket.send(PAUSE)
        while outside.due != 0:
            threading.Event().wait(0.001)
        now = turn.at + talk.rate // 100
        turn = talk.clock(now)
        assert talk.state.situation is Situation.PAUSED
    assert watching.end()[-1]["situation"] == "paused"
