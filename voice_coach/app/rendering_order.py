"""In which order a new voice is rendered: what is said first, what is urgent, what may follow."""

from __future__ import annotations

from collections.abc import Iterable

from voice_coach.app.build import make_options
from voice_coach.app.locate import Wordings
from voice_coach.app.speech import spoken_emergency, texts_to_render, urgent_texts
from voice_coach.coach.ahead import NOT_READY, ONE_MOMENT, Sentence, ahead, opening
from voice_coach.speaking.clips import filled_texts

ANY_RATE = 16000
"""Frames per second of a session that is only walked through."""

PACING = ("reply.in", "reply.out", "reply.count")
"""Keys of the words that pace a breath: they must not come late."""


FIRST_SENTENCES = 2
"""While these are said the next ones are rendered, which is quicker than speech."""


def first_texts(parts: Wordings) -> list[str]:
    """Return what has to be in the cache before a session begins."""
    return opening_texts(parts)[:FIRST_SENTENCES]


def opening_texts(parts: Wordings) -> list[str]:
    """Return what is said before anything is heard, and while something has to wait."""
    notices = [(key, 0, 0) for key in (ONE_MOMENT, NOT_READY)]
    said = opening(parts.book, make_options(parts, ANY_RATE))
    return _texts(parts, [*said, *notices])


def texts_in_order(parts: Wordings) -> list[str]:
    """Return every sentence to have in the cache, what is needed soonest first."""
    nearest = _texts(parts, ahead(parts.book, make_options(parts, ANY_RATE)))
    pacing = filled_texts(
        {key: variants for key, variants in parts.book.texts.items() if key.startswith(PACING)},
        parts.book,
        spoken_emergency(parts),
    )
    every = texts_to_render(parts)
    return list(
        dict.fromkeys((*opening_texts(parts), *urgent_texts(parts), *pacing, *nearest, *every))
    )


def _texts(parts: Wordings, sentences: Iterable[Sentence]) -> list[str]:
    """Return sentences as they are spoken, with all ordinary values of their slots."""
    book, emergency = parts.book, spoken_emergency(parts)
    return [
        text
        for key, variant, sentence in sentences
        for text in filled_texts({key: [[book.texts[key][variant][sentence]]]}, book, emergency)
    ]
