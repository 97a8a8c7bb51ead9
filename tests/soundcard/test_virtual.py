"""The card made of software leaves nothing behind, and a fault of its own fails no test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.soundcard.virtual import SoundCard, again_if_deaf, missing, sound_card


def left(card: SoundCard) -> list[str]:
    """Return what is left of a card: its folder, and any process that knows of it."""
    found = [str(card.folder)] if card.folder.exists() else []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            told = (process / "environ").read_bytes()
        except OSError:
            continue
        if str(card.folder).encode() in told and int(process.name) != os.getpid():
            found.append((process / "cmdline").read_text().replace("\0", " "))
    return found


@pytest.fixture(autouse=True)
def installed() -> None:
    if missing():
        pytest.skip(f"PipeWire is not installed: {missing()} (scripts/soundcard.sh installs it)")


def test_card_leaves_nothing_behind() -> None:
    before = dict(os.environ)
    with sound_card() as card:
        assert len(left(card)) > 4, "the folder, the processes, the noise of the room"
        assert dict(os.environ) == before
    assert left(card) == []
    assert dict(os.environ) == before


def test_card_leaves_nothing_behind_after_a_failure() -> None:
    with pytest.raises(RuntimeError, match="a test failed"), sound_card() as card:
        card.unplug_microphone()
        raise RuntimeError("a test failed")
    assert left(card) == []


def test_two_cards_do_not_know_of_each_other() -> None:
    with sound_card() as one, sound_card() as other:
        one.unplug_loudspeaker()
        assert "spk" in other.names("sink")
        assert "spk" not in one.names("sink")


def test_trial_is_held_again_on_a_deaf_microphone_alone() -> None:
    held = 0

    @again_if_deaf
    def trial(sound_card: SoundCard, goes_deaf: bool) -> bool:
        nonlocal held
        held += 1
        if goes_deaf and held == 1:
            sound_card.hush()
        assert goes_deaf and held > 1
        return sound_card.hears_room()

    with sound_card() as card:
        assert trial(sound_card=card, goes_deaf=True)
        assert held == 2
        held = 0
        with pytest.raises(AssertionError):
            trial(sound_card=card, goes_deaf=False)
        assert held == 1


def test_missing_programs_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "wireplumber" in missing()
