"""What the synthetic voices say: the coach's phrases above all, then words and pieces of prose."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from training.lexicon import listed_in_dictionary
from voice_coach.paths import data_folder
from voice_coach.understanding import load_book
from voice_coach.understanding.translation import ORIGINALS

COMMON_WORDS = 8000
"""Common English words that the model knows besides those of prompts/."""

ODDITIES = frozenset(
    (
        *("www", "com", "http", "html", "org", "st", "vs", "mr", "mrs", "dr", "jr", "ii", "iii"),
        *("th", "nd", "rd"),
    )
)
"""Common in writing, but not words that anybody says."""

COARSE = re.compile(r"fuck|shit|bitch|nigg|cunt|porn|pussy|cock|rape|whore|slut|\bsex|dick$|^ass$")
"""Words that a coach need not know."""

_WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")


def words_of(text: str) -> list[str]:
    """Return the words of a text as the lexicon writes them."""
    return _WORD.findall(text.lower())


@cache
def phrases() -> tuple[str, ...]:
    """Return the phrases that are said most to the coach, in full and with contractions."""
    understood = load_book(data_folder("prompts") / "en").understood
    groups = (*understood.said.values(), *understood.here.values())
    said = (phrase.text for group in groups for phrase in group if phrase.core)
    return tuple(sorted({form for text in said for form in understood.wording.said_as(text)}))


@cache
def all_phrases() -> tuple[str, ...]:
    """Return every phrase that the coach understands, in full and with contractions."""
    understood = load_book(data_folder("prompts") / "en").understood
    groups = (*understood.said.values(), *understood.here.values())
    said = {phrase.text for group in groups for phrase in group}
    return tuple(sorted({form for text in said for form in understood.wording.said_as(text)}))


@cache
def safety_words() -> tuple[str, ...]:
    """Return the words of the commands for safety, which are heard in mid-sentence too.

    Words that are a command of another kind by themselves ("back") are left out.
    """
    book = load_book(data_folder("prompts") / "en")
    said = [phrase for group in book.understood.said.values() for phrase in group]
    safe = [p.text for p in said if p.first and book.intents[p.intent].safety]
    others = {p.text for p in said if not book.intents[p.intent].safety}
    words = {word for phrase in safe for word in phrase.split()}
    return tuple(sorted(words - others - set(book.numbers)))


@cache
def decoys() -> tuple[str, ...]:
    """Return the words that sound like commands and are none."""
    return tuple(load_book(data_folder("prompts") / "en").decoys)


@cache
def spoken_words() -> frozenset[str]:
    """Return every word in English prompts: what is understood, and what is said."""
    found: set[str] = set()
    files = data_folder("prompts").glob("en*/**/*.toml")
    for path in sorted(file for file in files if file.name != ORIGINALS):
        lines = path.read_text(encoding="utf-8").splitlines()
        quoted = re.findall(r'"([^"]*)"', "\n".join(x for x in lines if not x.startswith("#")))
        found.update(word for text in quoted for word in words_of(text.replace("_", " ")))
    # Numbers are written nowhere ("fourteen minutes"), nor is what another English adds to them.
    return frozenset(found).union(*(words_of(text) for text in _understood_anywhere()))


def _understood_anywhere() -> Iterator[str]:
    for folder in sorted(path.parent for path in data_folder("prompts").glob("en*/language.toml")):
        understood = load_book(folder).understood
        for group in (*understood.said.values(), *understood.here.values()):
            for phrase in group:
                yield from understood.wording.said_as(phrase.text)


@cache
def common_words(most: int = COMMON_WORDS) -> tuple[str, ...]:
    """Return the most frequent English words, commonest first, without oddities."""
    import wordfreq

    frequent = wordfreq.top_n_list("en", most * 2)
    kept = [
        word
        for word in frequent
        if _WORD.fullmatch(word)
        and (len(word) > 2 or word in _SHORT)
        and word not in ODDITIES
        and listed_in_dictionary(word)
        and not COARSE.search(word)
    ]
    return tuple(kept[:most])


_SHORT = frozenset(
    (
        *("a", "i", "of", "to", "in", "is", "it", "on", "he", "we", "be", "at", "as", "so", "no"),
        *("do", "me", "my", "by", "up", "if", "or", "an", "go", "us", "am", "oh", "ok", "hi"),
    )
)


@dataclass(frozen=True, slots=True)
class Texts:
    """Draws texts.

    Attributes:
        prose: sentences of the corpora, cut into pieces of three to nine words.
    """

    prose: Sequence[str]

    def draw(self, chance: random.Random) -> str:
        """Return one text: half of them phrases of the coach, or made of its words."""
        kind = chance.random()
        if kind < 0.21:
            return chance.choice(phrases())
        if kind < 0.42:
            return chance.choice(all_phrases())
        if kind < 0.50:
            return " ".join(chance.choice(phrases()) for _ in range(chance.randint(2, 3)))
        if kind < 0.55:
            return chance.choice(decoys())
        if kind < 0.72:
            return chance.choice(common_words())
        if kind < 0.84 or not self.prose:
            return " ".join(chance.choice(common_words()) for _ in range(chance.randint(2, 5)))
        words = words_of(chance.choice(self.prose))
        length = min(len(words), chance.randint(3, 9))
        first = chance.randint(0, len(words) - length)
        return " ".join(words[first : first + length])


def prose_of(said: Iterable[Sequence[str]]) -> list[str]:
    """Return those texts of recordings that are long enough to cut up, each once.

    Texts with words that are not in the dictionary are left out: synthesisers would say those each
    in their own way.

    Args:
        said: the words of each recording.
    """
    long = {tuple(words) for words in said if len(words) >= 3}
    return sorted(" ".join(words) for words in long if all(map(listed_in_dictionary, words)))
