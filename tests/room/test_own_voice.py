"""The coach in a room with its own voice 10 dB louder than the person's: itself, and the person."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from benchmarks.room.interruptions import MAIN, SAFETY, interrupted
from benchmarks.room.selftalk import alone, some
from tests.echo.material import needs_library
from voice_coach.speaking import Clips

pytestmark = needs_library


@pytest.mark.slow
def test_its_own_voice_commands_it_hardly_ever(
    rendered: Callable[[int], Clips], record_property: Callable[..., None]
) -> None:
    """One in four of all its texts, and its tones and earcons, with nobody in the room."""
    heard = alone(MAIN, some(4))
    record_property("minutes", heard.seconds / 60)
    record_property("self-triggers", [(key, act.words, act.intent) for key, act in heard.found])
    assert heard.seconds > 120
    assert not heard.by_sounds
    assert not [act for _, act in heard.found if act.harm]
    assert len(heard.found) <= 1


@pytest.mark.slow
@pytest.mark.parametrize("drift_ppm", [0.0, 50.0])
def test_person_is_heard_through_it(
    rendered: Callable[[int], Clips], record_property: Callable[..., None], drift_ppm: float
) -> None:
    """In twelve scenes 278 of 288 are heard; processors differ in the last bit of a sound."""
    trials = interrupted(replace(MAIN, drift_ppm=drift_ppm), 36)
    safety = [trial for trial in trials if trial.words in SAFETY]
    record_property("trials", [(t.words, t.got, t.silence) for t in trials])
    assert len(safety) == 24
    assert sum(trial.hit for trial in safety) >= 20
    cut = sorted(trial.silence for trial in safety if trial.hit and trial.silence is not None)
    assert cut[len(cut) // 2] <= 0.5
    assert sum(trial.own for trial in trials) <= 2
