"""Words are learnt near where they are said."""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np
import pytest

pytest.importorskip("torch", reason="the training extra is not installed")
pytest.importorskip("scipy", reason="the training extra is not installed")

from training.align import CLOSURE, Alignments, _without_silence, pieces
from training.augment import Timing
from training.batches import EARLY, LATE, Piece, Speller, placed
from training.lfmmi import ALWAYS
from training.network import SUBSAMPLING
from training.store import Entry
from voice_coach.teaching.features import RATE, SHIFT
from voice_coach.vocabulary.phones import SILENCE, Inventory

OUTPUT = SHIFT * SUBSAMPLING


def entry(name: str, seconds: int, words: tuple[str, ...]) -> Entry:
    return Entry(0, seconds * RATE, name, "s", words, "x", "train", False)


def test_a_word_is_placed_by_speed_and_silence() -> None:
    piece = Piece(None, 1000, 90_000, ("one",), ((1000 + 10 * OUTPUT, 1000 + 20 * OUTPUT),))
    assert placed(piece, Timing()) == [(10, 20)]
    assert placed(piece, Timing(2.0, 3 * OUTPUT)) == [(8, 13)]
    assert placed(Piece(None), Timing(2.0, 100)) == []


def test_phones_stay_in_their_word_and_pauses_out_of_it() -> None:
    inventory = Inventory()
    speller = Speller(inventory)
    words, spans = ("no", "pause"), [(10.4, 14.2), (20.0, 28.0)]
    saying = speller.saying(words, random.Random(0), noisy=False, spans=spans)
    assert saying.windows is not None
    pause = inventory.bases.index(SILENCE)
    pauses = [w for w, phone in zip(saying.windows, saying.phones, strict=True) if phone == pause]
    phones = [w for w, phone in zip(saying.windows, saying.phones, strict=True) if phone != pause]
    assert pauses == [(0, 10 + EARLY), (15 - EARLY, 20 + EARLY), (28 - EARLY, ALWAYS)]
    assert phones == [(10 - EARLY, 15 + LATE)] * 2 + [(20 - EARLY, 28 + LATE)] * 3
    assert saying.fits(60) and not saying.fits(15)
    # Without spans, and in noise alone, anything goes.
    assert speller.saying(words, random.Random(0), noisy=False).windows is None
    assert speller.saying((), random.Random(0), noisy=True).windows is None


def test_pieces_carry_the_spans_of_their_words() -> None:
    words = ("one", "two", "three", "four")
    spans = [(10, 50), (60, 100), (600, 650), (660, 700)]
    found = Alignments({"long": spans, "short": spans[:1], "failed": []})
    short = [entry(name, 1, words[:1]) for name in ("short", "failed", "unknown")]
    parts, cuts = pieces([entry("long", 8, words), *short], found)
    assert [part.words for part in parts] == [words[:2], words[2:], words[:1]]
    assert [part.spans for part in parts] == [
        tuple((a * SHIFT, b * SHIFT) for a, b in some) for some in (spans[:2], spans[2:], spans[:1])
    ]
    assert len(cuts) == 1 and [piece.words for piece in cuts[0]] == [(word,) for word in words]
    for part in (*parts, *cuts[0]):
        assert part.first <= part.spans[0][0] and part.spans[-1][1] <= part.last
        assert all(a[1] <= b[0] for a, b in pairwise(part.spans))


def test_silence_is_taken_off_the_edges_of_a_word() -> None:
    decibels = np.full(200, -60.0, np.float32)
    decibels[80:100] = decibels[110:120] = -20  # a closure within
    decibels[40] = -30  # a click before
    assert CLOSURE >= 10
    first, last = _without_silence(decibels, 30, 180)
    assert 74 <= first <= 80 and 120 <= last <= 126
    assert _without_silence(decibels, 82, 115) == (82, 115)
