"""A sound device that is lost, deaf or gone for good, with heat on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.faults.session import BLOCK, RATE, Person, Room, befallen, toned
from tests.faults.tally import Tally, clear_line, one_line, readable
from tests.journal.sessions import World
from voice_coach.app import Parts, make_options
from voice_coach.audio.duplex import Block
from voice_coach.faults import AudioFault
from voice_coach.journal import Journal, JournalWriter
from voice_coach.session import Session
from voice_coach.speaking import VoiceFiles


def test_microphone_gone_for_good(
    parts: Parts, voice: VoiceFiles, tmp_path: Path, tally: Tally
) -> None:
    room = Room(130.0)

    def deafen(session: Session) -> None:
        room.microphone_ok = False

    made = befallen(parts, toned(voice, tmp_path), deafen, room=room)
    made.is_safe()
    one_line(made.troubles)
    assert made.said("reply.trouble_silent_microphone")
    tally.count("sound: the microphone gone for good")


@pytest.mark.parametrize("times", [1, 30])
def test_device_lost_again_and_again(
    parts: Parts, voice: VoiceFiles, tmp_path: Path, times: int, tally: Tally
) -> None:
    room = Room(250.0)
    left = times

    def lose(block: Block) -> None:
        nonlocal left
        if block.end % (2 * RATE) == 0 and block.end > 40 * RATE and left:
            left -= 1
            room.losses += 1

    made = befallen(parts, toned(voice, tmp_path), lambda session: None, room=room, also=lose)
    made.is_safe()
    assert len(made.troubles) == times - left
    for line in made.troubles:
        readable(line)
    tally.count("sound: the device lost and back, again and again", times - left)


class Ending(Room):
    """A device that is lost for good."""

    lost = False

    def blocks(self) -> Iterator[Block]:
        for block in super().blocks():
            if self.lost:
                raise AudioFault("The sound device is gone", "plug it in, and start again")
            yield block


def test_device_gone_for_good_ends_safely(
    parts: Parts, voice: VoiceFiles, tmp_path: Path, tally: Tally
) -> None:
    """The session ends; the next one begins with the pad that may still be on."""
    world, lines = World(), []  # type: tuple[World, list[str]]
    journal = Journal(tmp_path / "journal.db", lines.append, world.moment)
    options = replace(make_options(parts, RATE), heat_seconds=60.0)
    room = Ending(130.0)

    def lose(session: Session) -> None:
        room.lost = True

    with pytest.raises(AudioFault) as caught:
        befallen(
            parts,
            toned(voice, tmp_path / "c"),
            lose,
            room=room,
            journal=JournalWriter(journal, parts.book, options),
        )
    clear_line(caught.value)
    journal.close()
    assert not lines and journal.kept == journal.added
    past = Journal(tmp_path / "journal.db", lines.append, world.moment).past()
    assert past.pad is not None and past.pad.kind == "heat"
    tally.count("sound: the device gone for good")


class Noisy(Room):
    """A microphone that gives numbers that are none."""

    value = 0.0

    def blocks(self) -> Iterator[Block]:
        for block in super().blocks():
            yield Block(block.start, np.full(BLOCK, self.value, np.float32), block.far)


@pytest.mark.parametrize("value", [0.0, 1.0, -1.0, 1e-30])
def test_microphone_that_is_stuck(
    parts: Parts, voice: VoiceFiles, tmp_path: Path, value: float, tally: Tally
) -> None:
    room = Noisy(130.0)

    def stick(session: Session) -> None:
        room.value = value

    befallen(parts, toned(voice, tmp_path), stick, room=room, person=Person()).is_safe()
    tally.count("sound: a microphone stuck at a value")
