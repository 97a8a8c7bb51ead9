"""What is said aloud while another coach may be listening: nothing that it would obey.

Faults and the doctor's findings are spoken where a second coach may be running, perhaps with a pad
on. "Stop it first" would stop that one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress

from voice_coach import paths
from voice_coach.app import load_prompts, load_texts_of_program
from voice_coach.faults import Fault
from voice_coach.settings import Settings
from voice_coach.understanding import Book, Matcher, load_book

ON_SCREEN = "The screen says more."
"""Takes the place of what cannot be said."""

OTHERWISE = {"no": "not any", "again": "anew", "start": "run", "stop": "end"}
"""Words of English that are commands, and others for them that are none."""

_WORD = re.compile(r"(?:[^\W\d_]|')+")
"""In letters of any language: "está" is not "est" and nothing more."""

_SENTENCES = re.compile(r"(?<=[.!?]) ")


class Harmless:
    """Leaves out of a text what a coach would obey.

    That is a phrase for safety, or of something costly, wherever it stands, for these are acted on
    in the middle of speech; and a sentence that as a whole means anything.

    Args:
        books: whose phrases are to be avoided; with none of them, nothing can be said.
        on_screen: says where the rest is.
        otherwise: words of the language that are commands, and others for them that are none.
    """

    def __init__(
        self,
        *books: Book,
        on_screen: str = ON_SCREEN,
        otherwise: Mapping[str, str] = OTHERWISE,
    ) -> None:
        self._on_screen = on_screen
        self._otherwise = otherwise
        self._alike = {word: alike for book in books for word, alike in book.alike.items()}
        self._phrases = {
            tuple(self._heard(phrase))
            for book in books
            for phrase, intent in book.phrases(frozenset(book.intents))
            if book.intents[intent].safety or book.intents[intent].costly
        }
        self._matchers = [(Matcher(book), frozenset(book.intents)) for book in books]
        self._longest = max(map(len, self._phrases), default=0)

    def __call__(self, text: str) -> str:
        """Return what may be said of a text, and where the rest of it is."""
        if not self._phrases:
            return self._on_screen
        said = [self._sentence(sentence) for sentence in _SENTENCES.split(text)]
        kept = " ".join(sentence for sentence in said if sentence)
        if self._is_obeyed(kept):  # two harmless sentences may make a phrase where they meet
            kept = ""
        return kept if kept and all(said) else f"{kept} {self._on_screen}".strip()

    def _sentence(self, sentence: str) -> str:
        if not self._is_obeyed(sentence):
            return sentence
        other = _WORD.sub(lambda found: self._other(found[0]), sentence)
        return "" if self._is_obeyed(other) else other

    def _other(self, word: str) -> str:
        other = self._otherwise.get(word.lower(), word)
        return other.capitalize() if other != word and word[0].isupper() else other

    def _is_obeyed(self, text: str) -> bool:
        words = list(self._heard(text))
        if any(
            tuple(words[i : i + length]) in self._phrases
            for i in range(len(words))
            for length in range(1, self._longest + 1)
        ):
            return True
        spoken = _WORD.findall(text.lower())
        return any(
            matcher.match(" ".join(spoken), intents).intent for matcher, intents in self._matchers
        )

    def _heard(self, text: str) -> Iterator[str]:
        for word in _WORD.findall(text.lower()):
            yield self._alike.get(word, word)


def harmless(settings: Settings) -> Harmless:
    """Return what goes by the person's own prompts, and by those that come with the program."""
    books = list[Book]()
    with suppress(Fault):  # that they are broken may be just what is to be said
        books.append(load_book(paths.data_folder("prompts") / Settings().language))
    with suppress(Fault):
        books.append(load_prompts(settings))
    program = load_texts_of_program(settings)
    otherwise = OTHERWISE if program.language.code.startswith("en") else {}
    return Harmless(*books, on_screen=program.fault.on_screen, otherwise=otherwise)
