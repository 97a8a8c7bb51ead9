"""Quiet hours, with a fake clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from datetime import time as time_of_day

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_coach.quiet_hours import parse_hours, quiet_now


@pytest.fixture
def berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine in a zone with summer time, given as a rule so that no zone file is needed."""
    monkeypatch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("hours", "at", "quiet"),
    [
        ("22:00-07:00", "21:59", False),
        ("22:00-07:00", "22:00", True),
        ("22:00-07:00", "00:00", True),
        ("22:00-07:00", "06:59", True),
        ("22:00-07:00", "07:00", False),
        ("13:00-15:00", "14:00", True),
        ("13:00-15:00", "15:00", False),
        ("13:00-15:00", "02:00", False),
        ("08:00-08:00", "08:00", False),
    ],
)
def test_they_hold_from_one_time_to_the_other(hours: str, at: str, quiet: bool) -> None:
    period = parse_hours(hours)
    assert period is not None
    assert period.covers(datetime.fromisoformat(f"2026-03-01T{at}")) is quiet


def test_without_any_it_is_never_quiet() -> None:
    assert parse_hours("") is None
    assert not quiet_now("")()


@pytest.mark.parametrize("text", ["22-7", "24:00-07:00", "22:00", "22:00-07:60", " 22:00-07:00"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="22:00-07:00"):
        parse_hours(text)


@pytest.mark.parametrize(
    ("utc", "quiet"),
    [
        ("2026-01-10T20:59", False),  # 21:59 in winter
        ("2026-01-10T21:00", True),
        ("2026-01-11T05:59", True),
        ("2026-01-11T06:00", False),
        ("2026-07-10T19:59", False),  # 21:59 in summer
        ("2026-07-10T20:00", True),
        ("2026-07-11T04:59", True),
        ("2026-07-11T05:00", False),
        ("2026-03-29T01:30", True),  # the night in which the clocks go forward
        ("2026-10-25T01:30", True),  # and back
        ("2026-10-25T06:00", False),
    ],
)
def test_they_follow_the_clock_on_the_wall(berlin: None, utc: str, quiet: bool) -> None:
    moment = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert quiet_now("22:00-07:00", lambda: moment)() is quiet


@given(st.times(), st.times(), st.datetimes())
def test_two_stretches_make_a_day(
    first: time_of_day, second: time_of_day, moment: datetime
) -> None:
    one = parse_hours(f"{first:%H:%M}-{second:%H:%M}")
    other = parse_hours(f"{second:%H:%M}-{first:%H:%M}")
    assert one is not None and other is not None
    if one.begins != one.ends:
        assert one.covers(moment) is not other.covers(moment)
