"""A coach that stays, through the whole loop: woken by voice, in quiet hours, recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile

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
from voice_coach.audio.recordings import FRAME_BYTES, Recordings, RecordingSwitch
from voice_coach.audio.wav import WavDuplex
from voice_coach.chain import Extras
from voice_coach.journal import Journal, JournalWriter
from voice_coach.log import Entry, Log, Said
from voice_coach.rehearsal.listener import Listener
from voice_coach.rehearsal.script import Cue, Script
from voice_coach.speaking import Clips
from voice_coach.understanding import Situation

pytestmark = pytest.mark.slow

SECONDS = 120
RECORDED = 4


class Over(Exception):
    """Enough was seen."""


def test_it_sleeps_is_woken_records_and_sleeps_again(
    parts: Parts, rendered: Callable[[int], Clips], tmp_path: Path
) -> None:
    entries: list[Entry] = []
    seconds = 0.0
    lines = (
        Cue("test.now", "wake", "wake up"),
        Cue("reply.menu", "sleep", "go to sleep"),
        Cue("reply.asleep", "wake", "wake up", wait=3.0),
        Cue("reply.menu", "quit", "quit"),
    )
    log = Log(entries.append)
    script = Script("stays", lines, voice=str(ROOT / "rehearsals" / "recordings"), patience=90)
    listener = Listener(ROOT / "rehearsals" / "none.toml", script, RATE, log)
    log.subscribe(listener)
    duplex = WavDuplex(listener, RATE, echo_db=None)
    recordings = Recordings(None, tmp_path / "sound", RATE, RECORDED * RATE * FRAME_BYTES)
    options = replace(make_options(parts, RATE), resident=True, record=True)
    journal = Journal(tmp_path / "journal.db", lambda line: None)
    complaints: list[str] = []
    model = load_hearing(parts)
    session = build(
        Program(parts, model, rendered(RATE)),
        duplex,
        log,
        complaints.append,
        extras=Extras(
            JournalWriter(journal, parts.book, options),
            quiet=lambda: seconds > 20,
            sound=RecordingSwitch(recordings, lambda line: None, complaints.append),
        ),
        instead=Instead(options, make_recogniser(parts, model, RATE)),
    )

    def also(block: Block) -> None:
        nonlocal seconds
        seconds = block.end / RATE
        if seconds == 3.0:
            assert session.state.situation is Situation.SLEEPING
            listener(Said(block.end, block.end, block.end, "", "test.now"))
        if len(listener.spoken) == len(lines) and not session.state.session:
            raise Over
        assert seconds < SECONDS

    with pytest.raises(Over):
        session.run(also)
    journal.close()
    assert complaints and all("have reached" in line for line in complaints)
    said = [entry.key for entry in entries if isinstance(entry, Said)]
    assert said[0] == "reply.recording"
    assert "reply.recording_full" in said
    assert "welcome.breathe.say" in said
    assert said[-1] == "reply.bye"
    assert session.state.surroundings.quiet
    (file,) = (tmp_path / "sound").iterdir()
    assert abs(soundfile.info(file).frames - RECORDED * RATE) <= RATE // 100
    assert journal.past().sessions == 1
