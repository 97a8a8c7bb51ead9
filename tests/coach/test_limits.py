"""The limits of heat and ice: their caps, and the rest of the skin between them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.coach.driver import RATE
from voice_coach.coach.limits import CAP_SECONDS, REST_SECONDS, Kind, begin_application, rest_left

kinds = st.sampled_from(list(CAP_SECONDS))


@given(kind=kinds, wished=st.floats(), short=st.booleans(), now=st.integers(0, 10**12))
def test_a_round_is_never_longer_than_its_cap(
    kind: Kind, wished: float, short: bool, now: int
) -> None:
    begun = begin_application(kind, wished, short=short, last_end=None, now=now, rate=RATE)
    assert begun is not None
    cap = min(CAP_SECONDS[kind], 10 * 60) if short else CAP_SECONDS[kind]
    assert 0 < begun.ends - begun.started <= cap * RATE


@given(kind=kinds, last=st.integers(0, 10**9), after=st.integers(0, 2 * REST_SECONDS * RATE))
def test_a_round_begins_only_when_the_rest_is_over(kind: Kind, last: int, after: int) -> None:
    begun = begin_application(kind, 60, short=False, last_end=last, now=last + after, rate=RATE)
    left = rest_left(last, last + after, RATE)
    assert (begun is None) == (left > 0) == (after < REST_SECONDS * RATE)
