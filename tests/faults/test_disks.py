"""Disks that fill up, vanish or cannot be written, in the middle of a session with heat on."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.faults.session import RATE, Tones, befallen, remove_cache, toned
from tests.faults.tally import Tally, clear_line, one_line, readable
from voice_coach.app import Parts
from voice_coach.audio.duplex import Block
from voice_coach.audio.recorder import Recorder
from voice_coach.faults import StorageFault, VoiceFault
from voice_coach.log import TranscriptWriter
from voice_coach.session import Session
from voice_coach.speaking import VoiceFiles


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_transcript_on_a_disk_that_fills_up(
    parts: Parts, voice: VoiceFiles, tmp_path: Path, full_disk: Callable[[int], Any], tally: Tally
) -> None:
    complaints: list[str] = []
    file = tmp_path / "transcript.txt"
    writer = TranscriptWriter(file, None, RATE, complaints.append)
    written = ""
    with ExitStack() as things:

        def fill(session: Session) -> None:
            nonlocal written
            written = file.read_text(encoding="utf-8")
            things.enter_context(full_disk(file.stat().st_size + 10))

        made = befallen(parts, toned(voice, tmp_path / "c"), fill, observers=[writer])
    writer.close()
    made.is_safe()
    assert "cannot be written" in one_line(complaints)
    assert written.count("\n") > 20
    assert file.read_text(encoding="utf-8").startswith(written), "what was written stays"
    tally.count("transcript: disk full in mid-session")


def test_recording_on_a_disk_that_fills_up(
    parts: Parts, voice: VoiceFiles, tmp_path: Path, full_disk: Callable[[int], Any], tally: Tally
) -> None:
    complaints: list[str] = []
    file = tmp_path / "record.wav"
    recorder = Recorder(file, RATE)

    def record(block: Block) -> None:
        try:
            recorder.add(block)
        except StorageFault as fault:
            complaints.append(clear_line(fault))

    with ExitStack() as things:
        made = befallen(
            parts,
            toned(voice, tmp_path / "c"),
            lambda session: things.enter_context(full_disk(file.stat().st_size + 10)),
            also=record,
        )
    recorder.close()
    made.is_safe()
    assert "cannot be written" in one_line(complaints)
    assert file.stat().st_size > 30 * RATE * 4, "what was written stays"
    tally.count("recording: disk full in mid-session")


class Screen(io.StringIO):
    """A terminal that is closed, or cannot write what it is given."""

    trouble: Exception | None = None

    def write(self, text: str) -> int:
        if self.trouble is not None:
            raise self.trouble
        return super().write(text)


@pytest.mark.parametrize(
    "trouble",
    [
        BrokenPipeError(32, "Broken pipe"),
        OSError(28, "No space left on device"),
        OSError(5, "Input/output error"),
        UnicodeEncodeError("ascii", "é", 0, 1, "ordinal not in range(128)"),
        ValueError("I/O operation on closed file"),
    ],
    ids=lambda trouble: type(trouble).__name__,
)
def test_screen_that_is_gone(
    parts: Parts, voice: VoiceFiles, tmp_path: Path, trouble: Exception, tally: Tally
) -> None:
    complaints: list[str] = []
    screen = Screen()
    file = tmp_path / "transcript.txt"
    writer = TranscriptWriter(file, screen, RATE, complaints.append)

    def close(session: Session) -> None:
        screen.trouble = trouble

    made = befallen(parts, toned(voice, tmp_path / "c"), close, observers=[writer])
    writer.close()
    made.is_safe()
    assert len(complaints) <= 1
    lines = file.read_text(encoding="utf-8").splitlines()
    assert len(lines) == len(made.entries), "the file goes on"
    tally.count("screen: closed, full, or without letters, in mid-session")


def test_cache_removed(parts: Parts, voice: VoiceFiles, tmp_path: Path, tally: Tally) -> None:
    clips = toned(voice, tmp_path / "c")
    made = befallen(parts, clips, lambda session: remove_cache(clips))
    made.is_safe()
    assert not made.troubles and clips.cache.trouble is None
    assert any(clips.cache.folder.rglob("*.cue")), "and is filled again"
    tally.count("clip cache: removed in mid-session")


def test_cache_that_cannot_be_written(
    parts: Parts, voice: VoiceFiles, tmp_path: Path, tally: Tally
) -> None:
    """A file stands in its place: what a read-only disk refuses, this refuses root too."""
    clips = toned(voice, tmp_path / "c")

    def block(session: Session) -> None:
        remove_cache(clips)
        clips.cache.folder.write_text("no folder")

    made = befallen(parts, clips, block)
    made.is_safe()
    assert clips.cache.trouble is not None
    clear_line(clips.cache.trouble)
    assert not made.troubles, "all is said all the same"
    tally.count("clip cache: cannot be written from mid-session on")


def test_cache_gone_and_nothing_rendered(
    parts: Parts, voice: VoiceFiles, tmp_path: Path, tally: Tally
) -> None:
    """The worst of it: not one sentence can be said. The coach keeps its time."""
    clips = toned(voice, tmp_path / "c")

    def ruin(session: Session) -> None:
        remove_cache(clips)
        renderer = clips.renderer
        assert isinstance(renderer, Tones)
        renderer.fails = lambda: VoiceFault("The voice is gone", "fetch it again")

    made = befallen(parts, clips, ruin)
    made.is_safe()
    readable(one_line(made.troubles))
    tally.count("clip cache removed, and the voice with it")


@pytest.mark.parametrize("path", ["/dev/full", "/proc/voice-coach", "no/such/folder/file"])
def test_places_that_cannot_be_written(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tally: Tally
) -> None:
    monkeypatch.chdir(tmp_path)
    complaints: list[str] = []
    try:
        writer = TranscriptWriter(Path(path), None, RATE, complaints.append)
    except StorageFault as fault:
        complaints.append(clear_line(fault))
    else:
        from voice_coach.log import Complained

        for number in range(3):
            writer(Complained(number, "No sound."))
        writer.close()
    one_line(complaints)
    tally.count("transcript: a place that cannot be written")
