"""What would be done about some words, and why: the loop's rules for a final utterance.

`voice-coach understand` and `voice-coach hear` print it; tests and benchmarks compare it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from voice_coach.coach import State, step, understood
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.places import place
from voice_coach.coach.warning_signs import WORSE
from voice_coach.understanding import Book, Matcher, Meaning, Situation
from voice_coach.understanding.typed import readings
from voice_coach.understanding.words import UNKNOWN


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
    return understanding(text, typed_meaning(text, state, book, matcher), state, book)


def typed_meaning(text: str, state: State, book: Book, matcher: Matcher) -> Meaning:
    """Return what typed words mean in a state of the coach; for the arguments see `understand`."""
    return _read(text, state, book, matcher)[1]


def typed_words(texts: Iterable[str], state: State, book: Book, matcher: Matcher) -> str:
    """Return words as a recogniser would write them: the first of some texts that means anything.

    Args:
        texts: as typed, the likeliest first; at least one.
        state: the coach as it is.
        book: the language.
        matcher: of this book.
    """
    read = [_read(text, state, book, matcher) for text in texts]
    return next((words for words, found in read if found.intent is not None), read[0][0])


def _read(text: str, state: State, book: Book, matcher: Matcher) -> tuple[str, Meaning]:
    intents, here = understood(state, book), place(state, book)
    read = [(words, matcher.match(words, intents, here)) for words in readings(text, book)]
    meant = [pair for pair in read if pair[1].intent is not None]
    # Said exactly goes before what is only near, unless a word had to be left out for it.
    exact = (pair for pair in meant if pair[1].score == 100 and UNKNOWN not in pair[0])
    return next(exact, meant[0] if meant else read[0])


def understanding(text: str, meaning: Meaning, state: State, book: Book) -> Understanding:
    """Return what a meaning leads to in a state of the coach; for the rest see `understand`."""
    here = str(place(state, book))
    if meaning.intent is None:
        return Understanding(text, here, None, None, False, meaning.why)
    heard = IntentHeard(state.now, meaning.intent, meaning.value, meaning.certain)
    after, _ = step(state, heard, book)
    about = after.asks_about
    asked = after.situation is Situation.CONFIRMING and about not in (None, state.asks_about)
    asked = asked and about is not None and about.value != WORSE  # it was done, and more is asked
    certain = meaning.certain and not asked
    return Understanding(text, here, meaning.intent, meaning.value, certain, meaning.why)
