"""`voice-coach teach` as a person calls it, on a sound card made of software."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from pathlib import Path
from threading import Thread

import pytest

from tests.echo.material import needs_library
from tests.soundcard.program import PROGRAM, Person
from tests.soundcard.virtual import SoundCard, again_if_deaf
from voice_coach.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.long, needs_library]


def always_yes(person: Person) -> None:
    """Say "yes" whenever the coach has asked, whatever it has asked."""
    with suppress(TimeoutError):  # the lesson is over
        while True:
            person.wait_for_speech(0.1)
            person.wait_for_silence(0.7)
            person.say("yes")


@again_if_deaf
def test_whoever_says_something_else_is_not_learnt(
    sound_card: SoundCard, settings: Settings, tmp_path: Path
) -> None:
    with Person(sound_card) as person:
        teach(sound_card, person, settings, tmp_path)


def teach(sound_card: SoundCard, person: Person, settings: Settings, tmp_path: Path) -> None:
    """Hold a lesson with somebody who says "yes" to everything."""
    Thread(target=always_yes, args=(person,), daemon=True).start()
    folders = {"cache_folder": settings.cache_folder, "models_folder": str(tmp_path / "models")}
    chosen = [f"--set={name}={value}" for name, value in folders.items()]
    done = subprocess.run(
        [PROGRAM, *chosen, "--set=journal=none", "teach"],
        env=sound_card.environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "yes           good" in done.stdout
    assert "it sounded like something else" in done.stdout
    assert "I didn't hear enough of the words, so nothing is changed." in done.stdout
    assert not (tmp_path / "models" / "own-voice").exists()
