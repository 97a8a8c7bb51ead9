"""What the coach would do about what it hears: its own recogniser, matcher and rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from voice_coach.language import Matcher

from ..common import grammars, safety_of, the_parts
from ..ear import Chunk, Ear, as_ring
from .ears import VoskEar
from .lexis import Lexis
from .takes import Take

SITUATION = "menu"
"""Where most commands make sense, and so most can be misheard."""


@dataclass(frozen=True)
class Done:
    """Something the coach would have done.

    Attributes:
        intent: what it took for meant.
        words: what it heard.
        exact: whether those are exactly a phrase, not only nearly one.
    """

    intent: str
    words: str
    exact: bool


class Coach:
    """The coach at rest in its menu: nothing is said by itself, every command is listened for.

    Args:
        ear: whose model hears.
        lexis: the coach's words.
    """

    def __init__(self, ear: VoskEar, lexis: Lexis) -> None:
        parts = the_parts()
        self._book = parts.book
        self._lexis = lexis
        self._intents = grammars(parts)[SITUATION]
        self._safety = safety_of(parts.book, self._intents)
        self._matcher = Matcher(parts.book)
        self._needed = as_ring(self._matcher, self._intents, self._safety, "at rest")
        self._ear = Ear(ear.model, parts.book)
        self._ear.listen(phrase for phrase, _ in parts.book.phrases(self._intents))

    def acts(self, takes: Iterable[Take]) -> Iterator[tuple[Take, Done]]:
        """Yield what it does about each take, but for what was really said in it."""
        for one in takes:
            spoken = f" {self._lexis.plain(one.saying.words)} "
            for done in self._done(self._ear.hear(one.sound)):
                if f" {self._lexis.plain(done.words)} " not in spoken:
                    yield one, done

    def _done(self, chunks: Iterable[Chunk]) -> Iterator[Done]:
        """Yield all that the ring would do; `acted` of benchmarks.ear tells only the first."""
        last, seen, acted = "", 0, False
        for chunk in chunks:
            if chunk.final:
                meaning = self._matcher.match(chunk.final, self._intents)
                counts = chunk.counts(meaning.intent, self._safety)
                if meaning.intent is not None and counts and not acted:
                    yield Done(meaning.intent, chunk.final, meaning.score == 100)
            seen = seen + 1 if chunk.partial == last else 1
            last = chunk.partial
            if chunk.final or not last:
                acted = False  # the ring forgets an utterance once it has acted on it
            elif not acted and 0 < self._needed(last) <= seen:
                meaning = self._matcher.match(last, self._safety)
                if meaning.intent is not None and self._matcher.is_phrase(last, self._safety):
                    acted = True
                    yield Done(meaning.intent, last, True)
