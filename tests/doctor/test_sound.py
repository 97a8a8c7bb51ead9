"""Loudspeaker, echo and first words, in simulated rooms: the same code as on a sound card."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.doctor.room import RATE, Habits, Room, speech
from tests.echo.material import needs_library
from voice_coach.doctor.capture import NOTES, Studio, Take, run_of_notes, sea_wave
from voice_coach.doctor.echoes import Echo, cancelling, heard_loudspeaker, measure_echo
from voice_coach.doctor.swallowed_start import (
    TAIL_SECONDS,
    HeardNotes,
    first_word,
    listen_for_notes,
)
from voice_coach.echo import EchoFault
from voice_coach.faults import AudioFault

GAIN = 0.5
"""The coach's volume at the start, -6 dB."""


def studio(habits: Habits, rate: int = RATE) -> Studio:
    return Studio(Room(habits, rate), gain=GAIN)


def notes(played: Studio) -> HeardNotes | None:
    return listen_for_notes(played.play(run_of_notes(played.rate), TAIL_SECONDS).near, played.rate)


def talked(habits: Habits, rate: int = RATE, seconds: float = 8.0) -> Take:
    return studio(habits, rate).play(speech(seconds, rate), 1.0)


# --- what is played


def test_what_is_played_is_no_louder_than_allowed_and_begins_and_ends_softly() -> None:
    for sound in (run_of_notes(48000), sea_wave(4.0, 48000)):
        assert np.abs(sound).max() <= 10 ** (-12 / 20)
        assert np.abs(sound[[0, -1]]).max() < 1e-3


def test_a_take_begins_with_the_first_frame_of_the_sound_and_has_its_tail() -> None:
    sound = run_of_notes(RATE)
    for wait in (0.0, 0.333):
        played = studio(Habits(echo_db=None))
        played.listen(wait)
        take = played.play(sound, 0.5)
        assert len(take.near) == len(take.far) == len(sound) + RATE // 2
        np.testing.assert_allclose(take.far[: len(sound)], GAIN * sound, atol=1e-6)


def test_a_loudspeaker_that_stops_is_a_fault_with_a_mend() -> None:
    played = studio(Habits(plays=1.0))
    played.listen(1.5)
    with pytest.raises(AudioFault, match="plugged in"):
        played.play(run_of_notes(RATE))


def test_silence_can_be_played() -> None:
    assert not studio(Habits()).play(np.zeros(RATE, np.float32)).far.any()


# --- first words


@pytest.mark.parametrize(
    ("swallowed", "echo_db", "delay", "rate"),
    [
        (0.0, -6.0, 0.06, 16000),
        (0.3, -6.0, 0.06, 16000),
        (1.2, -6.0, 0.06, 16000),
        (0.0, -20.0, 0.3, 16000),
        (0.3, -20.0, 0.3, 16000),
        (0.3, -6.0, 0.06, 44100),
    ],
)
def test_what_a_loudspeaker_swallows_is_measured_to_the_note(
    swallowed: float, echo_db: float, delay: float, rate: int
) -> None:
    played = studio(Habits(echo_db=echo_db, delay=delay, swallows=swallowed), rate)
    heard = notes(played)
    assert heard is not None
    assert heard.swallowed_ms == pytest.approx(1000 * swallowed, abs=50.0)
    if swallowed < 1:
        assert heard.delay == pytest.approx(delay, abs=0.005)
        assert heard.missed == 0
    played.listen(2.0)
    found = first_word(heard, notes(played), 2.0)
    assert found.state == ("ok" if swallowed == 0 else "warning")
    assert found.figures["lost_after_silence_ms"] == heard.swallowed_ms
    assert ("cable" in found.remedy) == (swallowed > 0)


def test_a_loudspeaker_that_only_swallows_when_opened_is_kept_open() -> None:
    played = studio(Habits(swallows=0.5, only_first=True))
    opened = notes(played)
    played.listen(2.0)
    found = first_word(opened, notes(played), 2.0)
    assert found.state == "warning"
    assert "keeps the loudspeaker awake" in found.remedy
    assert found.figures["lost_at_opening_ms"] == 500
    assert found.figures["lost_after_silence_ms"] == 0


@pytest.mark.parametrize("floor_db", [None, -70.0, -40.0])
def test_no_notes_are_heard_where_there_are_none(floor_db: float | None) -> None:
    for swallows in (0.0, 5.0):
        habits = Habits(echo_db=None if not swallows else -6.0, swallows=swallows)
        heard = notes(studio(replace(habits, floor_db=floor_db)))
        assert heard is None
        assert first_word(None, heard, 4.0).state == "skipped"


def test_talk_is_not_taken_for_notes() -> None:
    assert listen_for_notes(speech(6.0), RATE) is None


def test_a_short_piece_holds_no_notes() -> None:
    assert listen_for_notes(np.zeros(RATE, np.float32), RATE) is None


def test_holes_after_the_first_note_are_counted() -> None:
    near = np.concatenate([0.2 * run_of_notes(RATE), np.zeros(2 * RATE, np.float32)])
    near = (near + np.random.default_rng(0).standard_normal(len(near)) * 1e-4).astype(np.float32)
    near[RATE : RATE + RATE // 5] = 0.0
    heard = listen_for_notes(near, RATE)
    assert heard is not None
    assert heard.swallowed_ms == 0
    assert 3 <= heard.missed <= 5
    assert len(heard.notes) == NOTES


# --- loudspeaker and cancelling


@needs_library
@pytest.mark.parametrize(
    ("echo_db", "delay", "rate"), [(-10.0, 0.03, 16000), (0.0, 0.2, 48000), (6.0, 0.35, 16000)]
)
def test_an_echo_is_found_and_cancelled(echo_db: float, delay: float, rate: int) -> None:
    take = talked(Habits(echo_db=echo_db, delay=delay), rate)
    echo = measure_echo(take.near, take.far, rate)
    assert echo.delay_ms == pytest.approx(1000 * delay, abs=3.0)
    assert echo.loss_db is not None and echo.loss_db > 12
    assert heard_loudspeaker(echo.delay_ms, echo, take.near).state == "ok"
    found = cancelling(echo, None, devices=1)
    assert found.state == "ok"
    assert found.figures["loss_db"] == round(echo.loss_db, 1)


@needs_library
def test_a_louder_echo_has_a_higher_figure() -> None:
    levels = []
    for echo_db in (-15.0, -5.0):
        take = talked(Habits(echo_db=echo_db))
        level = measure_echo(take.near, take.far, RATE).echo_db
        assert level is not None
        levels.append(level)
    assert levels[1] - levels[0] == pytest.approx(10.0, abs=1.5)


@needs_library
def test_no_echo_is_right_for_headphones_and_wrong_for_a_mute_loudspeaker() -> None:
    take = talked(Habits(echo_db=None))
    echo = measure_echo(take.near, take.far, RATE)
    assert echo.delay_ms is None
    found = heard_loudspeaker(None, echo, take.near)
    assert found.state == "warning"
    assert "headphones" in found.remedy and "volume up" in found.remedy
    assert cancelling(echo, None, devices=1).state == "skipped"


@needs_library
def test_a_loudspeaker_that_overdrives_the_microphone_is_told_to_be_turned_down() -> None:
    take = talked(Habits(echo_db=10.0, gain=8.0))
    echo = measure_echo(take.near, take.far, RATE)
    found = heard_loudspeaker(echo.delay_ms, echo, take.near)
    assert found.state == "warning"
    assert "move them apart" in found.remedy
    assert found.figures["clipped_percent"]


@needs_library
def test_a_late_loudspeaker_is_told_of() -> None:
    take = talked(Habits(echo_db=-6.0, delay=0.5))
    echo = measure_echo(take.near, take.far, RATE)
    found = heard_loudspeaker(echo.delay_ms, echo, take.near)
    assert "late" in found.what and "Bluetooth" in found.remedy


GOOD = Echo(60.0, -3.0, 20.0, 0.0, 0, 0.0)


@pytest.mark.parametrize(
    ("echo", "devices", "why", "remedy"),
    [
        (replace(GOOD, loss_db=3.0), 1, "distorts", "volume down"),
        (replace(GOOD, loss_db=3.0, clipped=0.01), 1, "overdriven", "level"),
        (replace(GOOD, loss_db=3.0, jumps=2), 1, "jumps", "other programs"),
        (replace(GOOD, loss_db=None, jumps=2), 1, "jumps", "other programs"),
        (replace(GOOD, loss_db=3.0), 2, "a clock each", "USB speakerphone"),
        (replace(GOOD, loss_db=3.0, drift_ppm=80.0), 1, "a clock each", "one device"),
        (replace(GOOD, loss_db=3.0, echo_db=12.0), 1, "too loud", "apart"),
    ],
)
def test_poor_cancelling_says_why_and_what_to_do(
    echo: Echo, devices: int, why: str, remedy: str
) -> None:
    found = cancelling(echo, None, devices=devices)
    assert found.state == "warning"
    assert why in found.what
    assert remedy in found.remedy


def test_an_echo_too_soft_to_matter_is_in_order() -> None:
    assert cancelling(replace(GOOD, loss_db=1.0, echo_db=-40.0), None, devices=1).state == "ok"


def test_a_missing_library_is_named_with_its_package() -> None:
    fault = EchoFault("The library libspeexdsp is missing", "type: apt-get install libspeexdsp1")
    found = cancelling(None, fault, devices=1)
    assert found.state == "warning"
    assert "libspeexdsp1" in found.remedy
    assert cancelling(None, None, devices=1).state == "skipped"
