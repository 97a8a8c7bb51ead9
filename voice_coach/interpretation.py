"""What would be done about some words, and why: the loop's rules for a final utterance.

`voice-coach understand` and `voice-coach hear` print it; tests and benchmarks compare it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from voice_coach.coach import State, step, understood
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.places import place
from voice_coach.understanding import Book, Matcher, Meaning, Situation
from voice_coach.understanding.words import UNKNOWN

APOSTROPHE = "\N{RIGHT SINGLE QUOTATION MARK}"
"""As word processors write it; the recogniser writes the plain one."""

_WORD = re.compile(r"\[unk\]|[^\W\d_]+(?:'[^\W\d_]+)*|\d+")


@dataclass(frozen=True, slots=True)
class Understanding:
    """What some words come to.

    Attributes:
        text: the words.
        situation: the place in which they are said.
        intent: what they mean there; None for nothing.
        value: the number, or the kind of an intent that comes in kinds.
        certain: it is done at once; False if it is asked about first, or nothing was understood.
        why: exact, near to which phrase by how much, or refused for which word.
    """

    text: str
    situation: str
    intent: str | None
    value: int | str | None
    certain: bool
    why: str


def understand(text: str, state: State, book: Book, matcher: Matcher) -> Understanding:
    """Return what the words would lead to, had they just been heard as a whole utterance.

    Args:
        text: as typed, or as the recogniser writes it; punctuation and capitals do not matter.
        state: the coach as it is.
        book: the language.
        matcher: of this book.
    """
    words = spoken_words(text, book)
    meaning = matcher.match(words, understood(state, book), place(state, book))
    return understanding(text, meaning, state, book)


def understanding(text: str, meaning: Meaning, state: State, book: Book) -> Understanding:
    """Return what a meaning leads to in a state of the coach; for the rest see `understand`."""
    here = str(place(state, book))
    if meaning.intent is None:
        return Understanding(text, here, None, None, False, meaning.why)
    heard = IntentHeard(state.now, meaning.intent, meaning.value, meaning.certain)
    after, _ = step(state, heard, book)
    about = after.asks_about
    asked = after.situation is Situation.CONFIRMING and about not in (None, state.asks_about)
    certain = meaning.certain and not asked
    return Understanding(text, here, meaning.intent, meaning.value, certain, meaning.why)


def spoken_words(text: str, book: Book) -> str:
    """Return typed text as a recogniser would write it: small letters, numbers spelled out."""
    numbers = {**book.understood.minutes, **book.numbers}
    spelled = {str(value): word for word, value in numbers.items()}
    found = _WORD.findall(text.lower().replace(APOSTROPHE, "'"))
    return " ".join(spelled.get(word, UNKNOWN) if word.isdigit() else word for word in found)
