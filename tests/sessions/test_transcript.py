"""The transcript: lines for a person to read, on screen and on disk."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from voice_coach.coach.events import PainScored
from voice_coach.faults import StorageFault
from voice_coach.log import (
    Complained,
    CutShort,
    EchoState,
    Entry,
    Noted,
    NotUnderstood,
    PersonSpoke,
    QuietHours,
    Said,
    SoundRecorded,
    TranscriptWriter,
    Understood,
    clock,
    line,
)

RATE = 1000


@pytest.mark.parametrize(
    ("frames", "shown"),
    [
        (0, "00:00.00"),
        (1234, "00:01.23"),
        (59_996, "01:00.00"),
        (83_450, "01:23.45"),
        (3_600_000, "60:00.00"),
    ],
)
def test_clock(frames: int, shown: str) -> None:
    assert clock(frames, RATE) == shown


@pytest.mark.parametrize(
    ("entry", "shown"),
    [
        (Said(900, 1000, 2000, "In.", "reply.in"), "00:01.00  coach   In."),
        (
            CutShort(1480, 1000, 1500, "Hold it.", "a.b"),
            "00:01.50          (cut short: Hold it.)",
        ),
        (CutShort(2000, 9000, 9000, "Out.", "a.b"), "00:02.00          (not said: Out.)"),
        (PersonSpoke(1000, 1000, 2000, "it hurts"), '00:01.00  person  "it hurts"'),
        (
            Understood(2100, 1000, 2000, "it hurts", "hurts", "exact"),
            '00:01.00  heard   "it hurts" = hurts (exact)',
        ),
        (NotUnderstood(2100, 1000, 2000, "[unk]"), '00:01.00  unclear "[unk]"'),
        (Noted(1000, PainScored(6)), "00:01.00  note    pain: 6"),
        (SoundRecorded(1000, True), "00:01.00  note    recording: on"),
        (SoundRecorded(1000, False), "00:01.00  note    recording: off"),
        (QuietHours(1000, True), "00:01.00  note    quiet hours: yes"),
        (QuietHours(1000, False), "00:01.00  note    quiet hours: no"),
        (
            EchoState(1000, every_command=True, no_echo=False, loss_db=12.4),
            "00:01.00  note    heard while speaking: every command, 12 dB cancelled",
        ),
        (
            EchoState(1000, every_command=True, no_echo=True, loss_db=2.0),
            "00:01.00  note    heard while speaking: every command, no echo",
        ),
        (
            EchoState(1000, every_command=False, no_echo=False, loss_db=None),
            "00:01.00  note    heard while speaking: safety words only",
        ),
        (Complained(1000, "No sound."), "00:01.00  trouble No sound."),
    ],
)
def test_every_kind_of_entry_has_its_line(entry: Entry, shown: str) -> None:
    assert line(entry, RATE) == shown


def test_screen_leaves_out_the_pacing_and_the_file_does_not(tmp_path: Path) -> None:
    screen = io.StringIO()
    told: list[str] = []
    writer = TranscriptWriter(tmp_path / "a.txt", screen, RATE, told.append)
    writer(Said(0, 0, 500, "In.", "reply.in", pacing=True))
    writer(Said(0, 1000, 1500, "Größe: 5.", "reply.x"))
    # Read before it is closed: a crash loses nothing.
    lines = (tmp_path / "a.txt").read_text(encoding="utf-8").splitlines()
    writer.close()
    assert lines == ["00:00.00  coach   In.", "00:01.00  coach   Größe: 5."]
    assert screen.getvalue() == "00:01.00  coach   Größe: 5.\n"
    assert told == []


def test_full_disk_is_told_once_and_the_screen_goes_on(
    tmp_path: Path, full_disk: Callable[[int], Any]
) -> None:
    screen = io.StringIO()
    told: list[str] = []
    writer = TranscriptWriter(tmp_path / "a.txt", screen, RATE, told.append)
    with full_disk(50):
        for second in range(5):
            writer(Said(0, second * RATE, second * RATE + 1, "Let go.", "reply.x"))
        writer.close()
    assert len(told) == 1
    assert told[0].startswith("The transcript cannot be written: ")
    assert len(screen.getvalue().splitlines()) == 5
    assert (tmp_path / "a.txt").read_text().startswith("00:00.00  coach   Let go.\n")


def test_file_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageFault, match=r"nowhere/a\.txt cannot be written.*Name another"):
        TranscriptWriter(tmp_path / "nowhere" / "a.txt", None, RATE, print)


def test_neither_screen_nor_file_is_asked_for(tmp_path: Path) -> None:
    writer = TranscriptWriter(None, None, RATE, print)
    writer(Complained(0, "x"))
    writer.close()
