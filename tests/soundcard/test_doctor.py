"""The doctor as a person calls it, on a sound card made of software."""

from __future__ import annotations

import json
import subprocess
from contextlib import suppress
from threading import Thread

import pytest

from tests.echo.material import needs_library
from tests.soundcard.program import PROGRAM, Person
from tests.soundcard.virtual import SoundCard, again_if_deaf
from voice_coach.doctor.swallowed_start import TAIL_SECONDS
from voice_coach.settings import Settings

SILENCE = TAIL_SECONDS + 0.5

pytestmark = [pytest.mark.slow, needs_library]


def answer(person: Person) -> None:
    """Say "banana" whenever the doctor was silent: sooner or later that is when it has asked.

    The silence is longer than the doctor listens for the room's noise after its notes: a word said
    into that would be taken for noise.
    """
    with suppress(TimeoutError):  # the visit is over
        while True:
            person.wait_for_speech(0.1)
            person.wait_for_silence(SILENCE)
            person.say("banana")


@again_if_deaf
def test_a_whole_visit(sound_card: SoundCard, settings: Settings) -> None:
    with Person(sound_card) as person:
        visit(sound_card, person, settings)


def visit(sound_card: SoundCard, person: Person, settings: Settings) -> None:
    """Let the doctor examine the card, with a person who answers it."""
    Thread(target=answer, args=(person,), daemon=True).start()
    done = subprocess.run(
        [PROGRAM, "--set", f"cache_folder={settings.cache_folder}", "doctor", "--json"],
        env=sound_card.environment,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    found = {f["name"]: f for f in json.loads(done.stdout)["findings"]}
    assert done.returncode == 0, found
    for name in ("sound card", "loudspeaker", "network"):
        assert found[name]["state"] == "ok", found[name]
    # On a busy machine the sound server loses a note now and then, which looks like a sleeper.
    assert found["first word"]["state"] in ("ok", "warning"), found["first word"]
    assert found["echo cancelling"]["figures"]["echo_db"] is not None
    assert 50 < found["loudspeaker"]["figures"]["delay_ms"] < 400
    assert found["microphone"]["state"] != "fault"
    assert found["your word"]["figures"]["heard"] == "banana"
