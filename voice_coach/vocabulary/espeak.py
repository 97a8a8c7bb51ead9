"""The pronunciation of a word by espeak-ng, which comes with piper, as ARPAbet phones."""

# ruff: noqa: RUF001 - IPA has letters that look like others

from __future__ import annotations

from functools import cache
from typing import Any

from voice_coach.vocabulary.lexicon import Pronunciation

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
