"""A session keeps a journal, is cut off, and takes the session up: real hearing, real voice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import RATE, ROOT
from voice_coach.app import (
    Instead,
    Parts,
    Program,
    build,
    load_hearing,
    make_options,
    make_recogniser,
)
from voice_coach.audio.duplex import Block
from voice_coach.audio.wav import WavDuplex
from voice_coach.chain import Extras
from voice_coach.journal import Journal, JournalWriter
from voice_coach.log import Entry, Log, Said
from voice_coach.rehearsal.listener import Listener
from voice_coach.rehearsal.script import Cue, Script
from voice_coach.speaking import Clips

pytestmark = pytest.mark.slow

RECORDINGS = str(ROOT / "rehearsals" / "recordings")


class PowerCut(Exception):
    """The end, in the middle of a session."""


def until_cut(
    parts: Parts, clips: Clips, file: Path, lines: tuple[Cue, ...], cut_at: str
) -> tuple[list[Entry], list[str]]:
    """Run a session until a cue begins; return what happened, and what was complained of."""
    entries: list[Entry] = []
    said: list[str] = []
    log = Log(entries.append)
    script = Script("cut off", lines, voice=RECORDINGS, patience=90)
    listener = Listener(ROOT / "rehearsals" / "none.toml", script, RATE, log)
    log.subscribe(listener)
    duplex = WavDuplex(listener, RATE, echo_db=None)
    model = load_hearing(parts)
    journal = Journal(file, said.append)
    session = build(
        Program(parts, model, clips),
        duplex,
        log,
        said.append,
        extras=Extras(journal=JournalWriter(journal, parts.book, make_options(parts, RATE))),
        instead=Instead(recogniser=make_recogniser(parts, model, RATE)),
    )

    def cut(block: Block) -> None:
        if len(listener.spoken) == len(lines) and _key(entries[-1]) == cut_at:
            raise PowerCut

    with pytest.raises(PowerCut):
        session.run(cut)
    assert journal.wait(journal.added, 10)
    journal.close()
    return entries, said


def _key(entry: Entry) -> str:
    return entry.key if isinstance(entry, Said) else ""


def test_a_session_is_taken_up_by_voice(
    parts: Parts, rendered: Callable[[int], Clips], tmp_path: Path
) -> None:
    file = tmp_path / "journal.db"
    first, said = until_cut(
        parts,
        rendered(RATE),
        file,
        (
            Cue("reply.menu", "stretch", "stretch"),
            Cue("emergency.below.ask", "no", "no"),
        ),
        "emergency.legs.ask",
    )
    assert _key(first[0]) == "welcome.breathe.say"
    second, also_said = until_cut(
        parts,
        rendered(RATE),
        file,
        (Cue("reply.go_on_there", "yes", "yes"), Cue("emergency.legs.ask", "no", "no")),
        "emergency.chest.ask",
    )
    spoken = [entry.key for entry in second if isinstance(entry, Said)]
    assert spoken == [
        "reply.back_again",
        "reply.was_checking",
        "reply.go_on_there",
        "reply.go_on_there",
        "reply.resumed",
        "emergency.legs.ask",
        "emergency.chest.ask",
    ]
    assert not said + also_said
