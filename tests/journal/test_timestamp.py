"""How long ago something is: certain, likely, at least."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from voice_coach.journal.timestamp import Elapsed, Moment, elapsed, now

seconds = st.floats(0, 1e10)
moments = st.builds(Moment, seconds, st.sampled_from(["", "one", "two"]), seconds, st.booleans())


def test_within_a_boot_the_time_of_day_does_not_matter() -> None:
    then = Moment(5e9, "one", 100.0)
    assert elapsed(then, Moment(0.0, "one", 160.0)) == Elapsed(60.0, 60.0, 60.0)


def test_across_boots_it_is_likely_and_at_least_the_time_since_the_boot() -> None:
    then = Moment(1000.0, "one", 100.0)
    assert elapsed(then, Moment(1600.0, "two", 20.0)) == Elapsed(600.0, None, 20.0)


def test_a_clock_that_stood_still_while_the_machine_was_off() -> None:
    then = Moment(1000.0, "one", 100.0)
    assert elapsed(then, Moment(1001.0, "two", 500.0)) == Elapsed(500.0, None, 500.0)


def test_a_clock_with_a_battery_counts_for_the_rest_of_the_skin() -> None:
    then = Moment(1000.0, "one", 100.0)
    assert elapsed(then, Moment(1600.0, "two", 20.0, steady=True)) == Elapsed(600.0, None, 600.0)


def test_a_clock_that_went_back_tells_nothing() -> None:
    then = Moment(1000.0, "one", 100.0)
    assert elapsed(then, Moment(900.0, "two", 20.0, steady=True)) == Elapsed(None, None, 20.0)
    assert elapsed(then, Moment(900.0, "one", 20.0)) == Elapsed(None, None, 0.0)


def test_without_names_of_boots_nothing_is_certain() -> None:
    then = Moment(1000.0, "", 100.0)
    assert elapsed(then, Moment(1600.0, "", 700.0)) == Elapsed(600.0, None, 0.0)


@given(moments, moments)
def test_no_answer_contradicts_another(then: Moment, present: Moment) -> None:
    ago = elapsed(then, present)
    assert ago.at_least >= 0
    assert ago.certain is None or ago.certain == ago.likely == ago.at_least
    assert ago.likely is None or ago.likely >= ago.at_least


@given(seconds, seconds, st.floats(0, 1e6), st.floats(-1e9, 1e9), st.booleans())
def test_a_boot_never_makes_a_round_certain(
    utc: float, up: float, since_boot: float, jump: float, steady: bool
) -> None:
    then = Moment(utc, "one", up)
    assert elapsed(then, Moment(utc + jump, "two", since_boot, steady)).certain is None


def test_the_real_clocks_go_on() -> None:
    first, second = now(), now()
    assert first.boot == second.boot
    assert 0 <= elapsed(first, second).at_least < 10
