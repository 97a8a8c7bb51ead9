"""The pure parts: touches to presses, states to brightness."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_coach.coach import Options, begin
from voice_coach.coach.events import Gesture, Pressed
from voice_coach.coach.pace import breath_at
from voice_coach.coach.places import place_state, state_of
from voice_coach.coach.state import State, Surroundings
from voice_coach.controls.controls import Panel
from voice_coach.controls.light import (
    BLINK_SECONDS,
    QUIET_SHARE,
    Light,
    Shown,
    brightness,
    fullness,
    shown,
)
from voice_coach.controls.presses import (
    BOUNCE_SECONDS,
    HOLD_SECONDS,
    TOGETHER_SECONDS,
    Contact,
    Counter,
    Touch,
    Touched,
)
from voice_coach.understanding import Book
from voice_coach.understanding.book import Situation

RATE = 48000
BLOCK = RATE // 100
OPTIONS = Options(RATE, "9 1 1")

Edges = dict[float, bool]


def played(edges: Edges, seconds: float) -> list[Pressed]:
    """Return what is made of a contact that changes at these seconds."""
    contact, counter, came = Contact(RATE), Counter(RATE), []
    for now in range(0, round(seconds * RATE), BLOCK):
        for at, down in edges.items():
            if now <= at * RATE < now + BLOCK:
                contact.edge(down, now)
        if (touched := contact.pass_time(now)) is not None:
            counter.touch(touched)
        if (press := counter.pass_time(now)) is not None:
            came.append(press)
    return came


def gestures(edges: Edges, seconds: float) -> list[Gesture]:
    return [press.gesture for press in played(edges, seconds)]


def taps(*starts: float, length: float = 0.15) -> Edges:
    return {at: down for start in starts for at, down in ((start, True), (start + length, False))}


def test_a_press_counts_once_no_other_can_belong_to_it() -> None:
    (press,) = played(taps(1.0), 4)
    assert press.gesture is Gesture.ONCE
    assert press.since == RATE, "it began when the contact closed"
    assert press.at / RATE == pytest.approx(1.15 + TOGETHER_SECONDS, abs=0.03)


@pytest.mark.parametrize("pause", [0.1, 0.4, TOGETHER_SECONDS - 0.05])
@pytest.mark.parametrize(
    ("number", "gesture"),
    [(1, Gesture.ONCE), (2, Gesture.TWICE), (3, Gesture.THRICE), (4, Gesture.THRICE)],
)
def test_presses_that_belong_together_are_one_gesture(
    pause: float, number: int, gesture: Gesture
) -> None:
    (press,) = played(taps(*(1 + n * (0.15 + pause) for n in range(number))), 8)
    assert press.gesture is gesture and press.since == RATE


def test_a_second_press_that_is_held_down_is_waited_for() -> None:
    """It began in time, and isn't let go until after: never one press, and then nothing."""
    edges = {1.0: True, 1.1: False, 1.8: True, 2.6: False}
    assert gestures(edges, 5) == [Gesture.TWICE]


def test_presses_far_apart_are_two_gestures() -> None:
    assert gestures(taps(1.0, 3.0), 6) == [Gesture.ONCE, Gesture.ONCE]


def test_a_hold_counts_after_a_second_and_only_once() -> None:
    (press,) = played({1.0: True, 9.0: False}, 12)
    assert press.gesture is Gesture.HOLD
    assert press.at / RATE == pytest.approx(1.0 + HOLD_SECONDS, abs=0.011)


def test_a_hold_after_presses_is_a_hold_alone() -> None:
    assert gestures({**taps(1.0), 1.5: True, 4.0: False}, 8) == [Gesture.HOLD]


def test_a_chattering_contact_is_one_press() -> None:
    edges = {1.0: True, 1.01: False, 1.02: True, 1.5: False, 1.51: True, 1.52: False}
    assert gestures(edges, 4) == [Gesture.ONCE]


def test_a_chattering_contact_can_be_held() -> None:
    assert gestures({1.0: True, 1.01: False, 1.02: True}, 3) == [Gesture.HOLD]


def test_a_touch_too_short_to_be_meant_is_none() -> None:
    assert BOUNCE_SECONDS > 0.01
    assert gestures({1.0: True, 1.01: False}, 3) == []


def test_a_button_stuck_from_the_beginning_means_nothing_until_it_is_let_go() -> None:
    assert gestures({2.0: False, 3.0: True, 3.2: False}, 6) == [Gesture.ONCE]


def test_what_is_unclear_counts_as_three() -> None:
    """For three presses answer nothing, whatever is asked."""
    counter = Counter(RATE)
    for touch in (Touch.DOWN, Touch.UP, Touch.UNCLEAR):
        counter.touch(Touched(touch, RATE))
    assert counter.pass_time(RATE) is None
    assert counter.pass_time(3 * RATE) == Pressed(3 * RATE, Gesture.THRICE, RATE)


@given(st.lists(st.tuples(st.floats(0, 5), st.booleans()), max_size=12))
def test_it_never_gives_more_gestures_than_the_contact_closed(
    edges: list[tuple[float, bool]],
) -> None:
    assert len(gestures(dict(edges), 8)) <= sum(down for _, down in edges)


@given(st.lists(st.floats(0.05, 0.75), min_size=1, max_size=6), st.floats(0.05, 0.9))
def test_presses_in_a_row_are_never_taken_for_one(pauses: list[float], length: float) -> None:
    starts = list(itertools.accumulate([1.0, *(pause + length for pause in pauses)]))
    (press,) = played(taps(*starts, length=length), 20)
    assert press.gesture is not Gesture.ONCE


# --- the light


BREATH = breath_at(RATE, 2, RATE)
SHOWN = [*map(Shown, Light), Shown(Light.BREATHING, BREATH)]


def course(what: Shown) -> list[float]:
    return [brightness(what, n * BLOCK, RATE) for n in range(1200)]


def flashes_per_second(levels: list[float]) -> float:
    rises = sum(a < 0.5 <= b for a, b in itertools.pairwise(levels))
    return rises / (len(levels) / 100)


def test_each_state_of_the_light_can_be_told_from_the_others() -> None:
    assert set(course(Shown(Light.LISTENING))) == {1.0}
    assert set(course(Shown(Light.OFF))) == {0.0}
    blinking, pulse = course(Shown(Light.NOT_HEARING)), course(Shown(Light.SPEAKING))
    assert set(blinking) == {0.0, 1.0}
    assert flashes_per_second(blinking) == pytest.approx(1 / BLINK_SECONDS, abs=0.2)
    assert 0.1 < min(pulse) < 0.2 and max(pulse) == 1.0
    assert max(abs(a - b) for a, b in itertools.pairwise(pulse)) < 0.02


def test_it_grows_with_the_breath_and_fades_with_it() -> None:
    levels = course(Shown(Light.BREATHING, BREATH))
    inhale, exhale, end = (frame // BLOCK for frame in (BREATH.inhale, BREATH.exhale, BREATH.end))
    assert all(a < b for a, b in itertools.pairwise(levels[inhale:exhale]))
    assert all(a > b for a, b in itertools.pairwise(levels[exhale:end]))
    assert max(levels) == pytest.approx(1.0, abs=0.01)
    assert set(levels[:inhale]) == set(levels[end:]) == {min(levels)}
    assert max(abs(a - b) for a, b in itertools.pairwise(levels)) < 0.02
    assert fullness(None, 0) == 0.0


def test_no_light_flashes_fast_enough_to_harm() -> None:
    assert all(flashes_per_second(course(what)) < 3 for what in SHOWN)


def test_in_quiet_hours_it_is_dim() -> None:
    for what in SHOWN:
        dimmed = [QUIET_SHARE * level for level in course(what)]
        assert course(replace(what, dim=True)) == pytest.approx(dimmed)


def at(situation: Situation, book: Book, *, quiet: bool = False) -> State:
    state = state_of(situation, book, OPTIONS)
    return replace(state, surroundings=Surroundings(quiet=quiet))


def test_not_hearing_outweighs_speaking_and_the_end_outweighs_both(book: Book) -> None:
    menu, over = at(Situation.MENU, book), at(Situation.OVER, book)
    assert shown(menu, speaking=True, hearing=True).light is Light.SPEAKING
    assert shown(menu, speaking=False, hearing=True).light is Light.LISTENING
    assert shown(menu, speaking=True, hearing=False).light is Light.NOT_HEARING
    assert shown(over, speaking=True, hearing=False).light is Light.OFF
    assert shown(at(Situation.MENU, book, quiet=True), speaking=True, hearing=True).dim


def test_a_breath_is_shown_while_it_is_paced(book: Book) -> None:
    state = place_state("breathing", book, OPTIONS)
    assert shown(state, speaking=True, hearing=True) == Shown(Light.BREATHING, state.breath)
    assert shown(state, speaking=True, hearing=False).light is Light.NOT_HEARING
    assert shown(begin(OPTIONS), speaking=False, hearing=True).breath is None


class Broken:
    """A lamp and a button that have come off their pins."""

    def touches(self, now: int) -> list[Touched]:
        return [Touched(Touch.DOWN, now), Touched(Touch.UP, now)] if now == BLOCK else []

    def shine(self, brightness: float) -> None:
        raise OSError("gone")

    def close(self) -> None:
        raise OSError("gone")


def test_a_broken_lamp_ends_nothing() -> None:
    broken = Broken()
    panel = Panel(RATE, [broken], broken)
    panel.show(Shown(Light.LISTENING))
    assert panel.poll(BLOCK) == []
    assert panel.poll(2 * RATE) == [Pressed(2 * RATE, Gesture.ONCE, BLOCK)]
    assert panel.poll(3 * RATE) == []
    panel.close()
    panel.close()
    assert panel.poll(BLOCK) == []
