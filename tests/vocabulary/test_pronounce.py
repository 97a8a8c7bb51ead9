# ruff: noqa: RUF001 - IPA is made of letters that look like others
from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_coach.vocabulary.lexicon import LONGEST, wrong_phones
from voice_coach.vocabulary.pronounce import (
    WordFault,
    arpabet_from,
    as_written,
    by_rule,
    espeak_says,
    from_dictionary,
    ways_to_say,
)


@pytest.mark.parametrize(
    ("ipa", "phones"),
    [
        ("nˈæpɹɑːksən", "N AE P R AA K S AH N"),
        ("sˈɛɾɪɹˌɪziːn", "S EH T IH R IH Z IY N"),
        ("ˌaɪbjuːpɹˈoʊfən", "AY B Y UW P R OW F AH N"),
        ("bˈʌʔn̩", "B AH T AH N"),
        ("tʃˈɛɹ", "CH EH R"),
        ("hˈɜːɹi", "HH ER IY"),
        ("dʒˈɔɪ", "JH OY"),
        ("vˈɪʒən", "V IH ZH AH N"),
        ("nˈɔːɹθ", "N AO R TH"),
        ("ɛnɹˈoʊlᵻ", "EH N R OW L IH"),
        ("", ""),
    ],
)
def test_ipa_becomes_arpabet(ipa: str, phones: str) -> None:
    assert arpabet_from(unicodedata.normalize("NFD", ipa)) == tuple(phones.split())


def test_a_sound_that_english_lacks_is_named() -> None:
    with pytest.raises(ValueError, match="ʕ"):
        arpabet_from("aʕa")


def test_the_dictionary_comes_first_with_all_its_ways() -> None:
    assert set(ways_to_say("the")) >= {("DH", "AH"), ("DH", "IY")}
    assert all(not wrong_phones(phones) for phones in ways_to_say("either"))
    assert from_dictionary("naproxen") == ()
    assert ways_to_say("naproxen") == (by_rule("naproxen"),)


def test_rules_agree_with_the_dictionary() -> None:
    words = ("next", "stop", "heat", "breathe", "pause", "resume", "repeat", "stretch", "louder")
    differing = [word for word in words if by_rule(word) not in from_dictionary(word)]
    assert len(differing) <= 1, differing


@settings(deadline=None)
@given(st.text("abcdefghijklmnopqrstuvwxyz'", min_size=1, max_size=LONGEST))
def test_whatever_is_a_word_is_said_or_refused_in_one_line(word: str) -> None:
    try:
        phones = by_rule(word)
    except WordFault as fault:
        assert "\n" not in str(fault)
    else:
        assert phones and not wrong_phones(phones)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_what_is_no_word_is_refused_in_one_line(text: str) -> None:
    try:
        ways_to_say(text)
    except WordFault as fault:
        assert str(fault).isprintable()
        assert len(str(fault)) < 250


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("", "is empty"),
        ("   ", "is empty"),
        ("two words", "more than one word"),
        ("b12", "Write numbers in letters"),
        ("x" * (LONGEST + 1), f"more than {LONGEST} letters"),
        ("日本", "English letters"),
        ("naïve", "English letters"),
        ("C", "small letters"),
        ("rock&roll", "English letters"),
        ("'", "English letters"),
        ("bell\x07", "English letters"),
    ],
)
def test_what_cannot_be_a_word_says_how_to_mend_it(word: str, said: str) -> None:
    with pytest.raises(WordFault) as caught:
        ways_to_say(word)
    assert said in str(caught.value)


def test_a_pronunciation_is_phones_or_a_respelling() -> None:
    assert as_written("S EH1 T IH0 R") == ("S", "EH", "T", "IH", "R")
    assert as_written("set  reef") == ("S", "EH", "T", "R", "IY", "F")
    assert as_written("set irra zeen")[-3:] == ("Z", "IY", "N")


@pytest.mark.parametrize("text", ["", " ", "S QQ", "SET", "3 4", "set 4", "S-EH", "S EH " * 200])
def test_a_wrong_pronunciation_is_refused(text: str) -> None:
    with pytest.raises(WordFault) as caught:
        as_written(text)
    assert "\n" not in str(caught.value)


def test_espeak_speaks_american() -> None:
    assert espeak_says("bath") == "bˈæθ"
