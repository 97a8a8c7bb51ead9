from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from voice_coach.faults import ModelFault
from voice_coach.vocabulary.filler import Filler
from voice_coach.vocabulary.graph import FILLER, LEXICON, PHONES
from voice_coach.vocabulary.lexicon import Lexicon
from voice_coach.vocabulary.own_words import OWN_WORDS, read_own, rebuild
from voice_coach.vocabulary.phones import ARPABET, Inventory

FILLER_TEXT = Filler.even().text()


@pytest.mark.parametrize("noise", [False, True])
def test_the_phones_of_a_model_are_read(noise: bool, tmp_path: Path) -> None:
    path = tmp_path / "phones.txt"
    path.write_text(Inventory(noise).phones_text())
    assert Inventory.read(path) == Inventory(noise)


def test_a_filler_from_before_with_a_doubt_is_read(tmp_path: Path) -> None:
    old = FILLER_TEXT.replace('"pause"', '"doubt": 0.0,\n"pause"')
    (tmp_path / "filler.json").write_text(old)
    assert old != FILLER_TEXT and Filler.read(tmp_path / "filler.json") == Filler.even()


def test_filler_and_lexicon_come_back(tmp_path: Path) -> None:
    (tmp_path / "filler.json").write_text(FILLER_TEXT)
    assert Filler.read(tmp_path / "filler.json") == Filler.even()
    lexicon = Lexicon.of({"the": [("DH", "IY"), ("DH", "AH")], "a": [("AH",)]})
    (tmp_path / "lexicon.txt").write_text("\n" + lexicon.text())
    assert Lexicon.read(tmp_path / "lexicon.txt") == lexicon
    assert lexicon.text() == "a AH\nthe DH AH\nthe DH IY\n"


def test_a_filler_learns_which_phone_follows_which() -> None:
    filler = Filler.learnt([("K", "AE", "T"), ("K", "AA", "T"), ("K", "AE", "B")], unseen=0.5)
    at = ARPABET.index
    assert filler.init[at("K")] == pytest.approx(3.5 / (3 + 39 / 2))
    assert filler.next[at("K")][at("AE")] == pytest.approx(2.5 / (3 + 39 / 2))
    assert filler.next[at("ZH")][at("AE")] == pytest.approx(1 / 39)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (FILLER, b"{", "whole file: .*truncated"),
        (FILLER, b"\xff", "line 1 is not in UTF-8"),
        (FILLER, b"{}", 'the key "init" is missing'),
        (
            FILLER,
            FILLER_TEXT.replace('"end": 0.2', '"end": 2').encode(),
            "key end: must be a number, less than 1",
        ),
        (FILLER, FILLER_TEXT.replace('"end"', '"ends"').encode(), 'there is no key "ends"'),
        (FILLER, FILLER_TEXT.replace('"next": [', '"next": [[1],', 1).encode(), "next has 40 rows"),
        (FILLER, FILLER_TEXT.replace("0.0256", "0.9256", 1).encode(), r"init adds up to 1\.9"),
        (FILLER, FILLER_TEXT.replace('"noise": 0.1', '"noise": 0.5').encode(), "add up to 1"),
        (LEXICON, b"a AH\nb\n", "line 2: there are no phones"),
        (LEXICON, b"a AH\n\nb2 B\n", 'line 3: "b2" is not a word'),
        (LEXICON, b"a AH0\n", 'line 1: "AH0" is not an ARPAbet phone'),
        (LEXICON, b"\n", "has no words"),
        (PHONES, b"<eps> 0\nSIL 1\nAA_E 2\n", 'line 3: "AA_E 2" where "AA_B 2" should be'),
        (PHONES, b"<eps> 0\nSIL 1\nNSN 2\n", 'line 4: "nothing" where "AA_B 3" should be'),
        (PHONES, Inventory(True).phones_text().encode() + b"X 159\n", "line 160: more phones"),
    ],
)
def test_a_damaged_file_is_named_with_place_and_reason(
    name: str, content: bytes, said: str, changing_model: Path, tmp_path: Path
) -> None:
    (changing_model / name).write_bytes(content)
    with pytest.raises(ModelFault) as caught:
        rebuild(changing_model, tmp_path / "out", Lexicon(()))
    assert str(changing_model / name) in str(caught.value)
    assert re.search(said, str(caught.value)), str(caught.value)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_wrong_line_among_own_words_is_named(tmp_path: Path) -> None:
    (tmp_path / OWN_WORDS).write_text("naproxen N AE\nnap7 N\n")
    with pytest.raises(ModelFault, match=f"{OWN_WORDS}: line 2: .*Correct that line"):
        read_own(tmp_path)


@pytest.mark.parametrize("make", [lambda: (("B2", ("B",)),), lambda: (("b", ("Q",)),)])
def test_a_lexicon_takes_no_nonsense(
    make: Callable[[], tuple[tuple[str, tuple[str]], ...]],
) -> None:
    with pytest.raises(ValueError):
        Lexicon(make())
