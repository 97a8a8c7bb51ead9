"""The pure parts: presses to intents, states to brightness."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_coach.coach.activities import TABLE
from voice_coach.controls.controls import Panel
from voice_coach.controls.light import BLINK_SECONDS, Light, brightness, shown
from voice_coach.controls.presses import BOUNCE_SECONDS, HOLD_SECONDS, Gesture, Presses, intent_of
from voice_coach.understanding.book import Situation

RATE = 48000
BLOCK = RATE // 100


def played(edges: dict[float, bool], seconds: float) -> list[tuple[float, Gesture]]:
    """Return the gestures, with their times, of a contact that changes at these seconds."""
    presses, came = Presses(RATE), []
    for now in range(0, round(seconds * RATE), BLOCK):
        for at, down in edges.items():
            if now <= at * RATE < now + BLOCK:
                presses.edge(down, now)
        if (gesture := presses.pass_time(now)) is not None:
            came.append((now / RATE, gesture))
    return came


def test_a_press_counts_when_it_is_let_go() -> None:
    came = played({1.0: True, 1.2: False}, 3)
    assert [g for _, g in came] == [Gesture.PRESS]
    assert came[0][0] == pytest.approx(1.2 + BOUNCE_SECONDS, abs=0.011)


def test_a_hold_counts_after_a_second_and_only_once() -> None:
    came = played({1.0: True, 9.0: False}, 12)
    assert [g for _, g in came] == [Gesture.HOLD]
    assert came[0][0] == pytest.approx(1.0 + HOLD_SECONDS, abs=0.011)


def test_a_chattering_contact_is_one_press() -> None:
    edges = {1.0: True, 1.01: False, 1.02: True, 1.5: False, 1.51: True, 1.52: False}
    assert [g for _, g in played(edges, 3)] == [Gesture.PRESS]


def test_a_chattering_contact_can_be_held() -> None:
    assert [g for _, g in played({1.0: True, 1.01: False, 1.02: True}, 3)] == [Gesture.HOLD]


def test_a_touch_too_short_to_be_meant_is_none() -> None:
    assert played({1.0: True, 1.01: False}, 3) == []


def test_a_button_stuck_from_the_beginning_means_nothing_until_it_is_let_go() -> None:
    assert [g for _, g in played({2.0: False, 3.0: True, 3.2: False}, 5)] == [Gesture.PRESS]


@given(st.lists(st.tuples(st.floats(0, 5), st.booleans()), max_size=12))
def test_it_never_gives_more_gestures_than_the_contact_closed(
    edges: list[tuple[float, bool]],
) -> None:
    assert len(played(dict(edges), 7)) <= sum(down for _, down in edges)


def test_presses_mean_what_makes_sense() -> None:
    for situation in Situation:
        row = TABLE[situation]
        if not row:
            continue
        assert intent_of(Gesture.PRESS, situation) in row
        if situation is not Situation.SLEEPING:  # "stop" is no word for one who sleeps
            assert intent_of(Gesture.HOLD, situation) in row


def test_a_press_goes_on_after_a_pause_and_wakes_a_sleeper() -> None:
    assert intent_of(Gesture.PRESS, Situation.PAUSED) == "resume"
    assert intent_of(Gesture.PRESS, Situation.SLEEPING) == "wake"
    assert intent_of(Gesture.PRESS, Situation.HEAT) == "pause"
    assert intent_of(Gesture.HOLD, Situation.PAUSED) == "stop"


def course(light: Light) -> list[float]:
    return [brightness(light, n / 100) for n in range(600)]


def flashes_per_second(levels: list[float]) -> float:
    rises = sum(a < 0.5 <= b for a, b in itertools.pairwise(levels))
    return rises / (len(levels) / 100)


def test_each_state_of_the_light_can_be_told_from_the_others() -> None:
    assert set(course(Light.LISTENING)) == {1.0}
    assert set(course(Light.OFF)) == {0.0}
    blinking, pulse = course(Light.NOT_HEARING), course(Light.SPEAKING)
    assert set(blinking) == {0.0, 1.0}
    assert flashes_per_second(blinking) == pytest.approx(1 / BLINK_SECONDS, abs=0.2)
    assert 0.1 < min(pulse) < 0.2 and max(pulse) == 1.0
    assert max(abs(a - b) for a, b in itertools.pairwise(pulse)) < 0.02


def test_no_light_flashes_fast_enough_to_harm() -> None:
    assert all(flashes_per_second(course(light)) < 3 for light in Light)


def test_not_hearing_outweighs_speaking_and_the_end_outweighs_both() -> None:
    assert shown(Situation.MENU, speaking=True, hearing=True).light is Light.SPEAKING
    assert shown(Situation.MENU, speaking=False, hearing=True).light is Light.LISTENING
    assert shown(Situation.MENU, speaking=True, hearing=False).light is Light.NOT_HEARING
    assert shown(Situation.OVER, speaking=True, hearing=False).light is Light.OFF


class Broken:
    """A lamp and a button that have come off their pins."""

    def gestures(self, now: int) -> list[Gesture]:
        return [Gesture.PRESS] if now == BLOCK else []

    def shine(self, brightness: float) -> None:
        raise OSError("gone")

    def close(self) -> None:
        raise OSError("gone")


def test_a_broken_lamp_ends_nothing() -> None:
    broken = Broken()
    panel = Panel(RATE, [broken], broken)
    panel.show(shown(Situation.PAUSED, speaking=False, hearing=True))
    assert panel.poll(BLOCK) == ["resume"]
    assert panel.poll(2 * BLOCK) == []
    panel.close()
    panel.close()
    assert panel.poll(BLOCK) == []
