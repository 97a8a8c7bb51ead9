"""The redesigned coach does what the coach did before, but for the faults mended on purpose."""

from __future__ import annotations

import pytest

from tests.coach.side_by_side import compare

EVENTS = 100_000
PIECE = 2500


@pytest.mark.parametrize("seed", range(EVENTS // PIECE))
def test_both_coaches_do_the_same(seed: int) -> None:
    walk = compare(PIECE, seed)
    assert len(walk.seen) > 50, "the walk comes around"
