"""The redesigned coach does what the coach did before, but for what was mended on purpose.

Mended (the oracle has it, marked MENDED): the alarms for a pad were counted as calls for help, so
that in an emergency, once the pad was off, the call came shortened, and again only after 120 s. See
test_the_alarms_of_a_pad_are_no_calls_for_help.
"""

from __future__ import annotations

import pytest

from tests.coach.side_by_side import compare

EVENTS = 100_000
PIECE = 2500


@pytest.mark.parametrize("seed", range(EVENTS // PIECE))
def test_both_coaches_do_the_same(seed: int) -> None:
    walk = compare(PIECE, seed)
    assert len(walk.seen) > 50, "the walk comes around"
