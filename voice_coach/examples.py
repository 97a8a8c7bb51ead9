"""examples.toml of a language: sentences in a place, and what they mean or must not mean.

    [ending]
    "no está apagada" = "still_on"
    "está apagada" = "done.bare"
    "casi" = "not done"

A table is a place (see `understanding.place`). What a sentence means is "INTENT", "INTENT.VALUE" (a
kind, or a number), the same with "?" if it is confirmed first, or "nothing". "not INTENT" allows
everything else; a list holds several of these. They are run as if they had just been said there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from voice_coach.coach import Options
from voice_coach.coach.places import place_state
from voice_coach.faults import PromptFault
from voice_coach.interpretation import Understanding, understand
from voice_coach.understanding import Book, Matcher, Place
from voice_coach.understanding.layers import laid_over, language_folders, raw_file

EXAMPLES = "examples.toml"

RATE = 16000
"""Frames a second of the coach that is asked; nothing depends on it."""

Examples = dict[str, dict[str, tuple[str, ...]]]
"""Place -> sentence -> what must hold of it."""

_NOTHING, _NOT, _ASKED = "nothing", "not ", "?"


def examples_of(folder: Path, book: Book) -> Examples:
    """Return the examples of a language, those of the language below it among them.

    Raises:
        PromptFault: names the file, the key and the reason.
    """
    files = [part / EXAMPLES for part in language_folders(folder)]
    whole: dict[str, object] = {}
    for path in filter(Path.exists, files):
        raw = raw_file(path)
        _check(path, raw, book)
        whole = laid_over(whole, raw)
    found: Examples = {}
    for place, table in whole.items():
        assert isinstance(table, dict)
        found[place] = {text: _listed(wanted) for text, wanted in table.items()}
    return found


def wrong_examples(folder: Path, book: Book) -> Iterator[PromptFault]:
    """Yield the examples that do not hold.

    Args:
        folder: of the language.
        book: the language, loaded.

    Raises:
        PromptFault: the file itself is wrong.
    """
    matcher = Matcher(book)
    options = Options(RATE, book.language.emergency_number)
    for place, sentences in examples_of(folder, book).items():
        state = place_state(place, book, options)
        for text, wanted in sentences.items():
            found = understand(text, state, book, matcher)
            for one in wanted:
                if not _holds(one, found):
                    yield _wrong(folder / EXAMPLES, place, text, f"{_shown(found)}, and is {one}")


def _holds(wanted: str, found: Understanding) -> bool:
    if wanted.startswith(_NOT):
        return not _holds(wanted.removeprefix(_NOT), found)
    if wanted == _NOTHING:
        return found.intent is None
    intent, _, value = wanted.removesuffix(_ASKED).partition(".")
    if found.intent != intent or (value and value != str(found.value)):
        return False
    return not wanted.endswith(_ASKED) or not found.certain


def _shown(found: Understanding) -> str:
    if found.intent is None:
        return f"means nothing ({found.why})"
    value = "" if found.value is None else f".{found.value}"
    return f"means {found.intent}{value}{'' if found.certain else _ASKED} ({found.why})"


def _listed(wanted: object) -> tuple[str, ...]:
    return (wanted,) if isinstance(wanted, str) else tuple(map(str, wanted))  # type: ignore[call-overload]


def _check(path: Path, raw: Mapping[str, object], book: Book) -> None:
    """Refuse a place or an intent that is not there, and what is no text."""
    for place, table in raw.items():
        if place not in set(Place) - {Place.OVER}:
            raise _wrong(path, place, "", "there is no such place")
        if not isinstance(table, dict):
            raise _wrong(path, place, "", "must be a table")
        for text, wanted in table.items():
            if not isinstance(wanted, str | list) or not all(isinstance(w, str) for w in wanted):
                raise _wrong(path, place, text, "must be a text, or a list of them")
            for one in _listed(wanted):
                name = one.removeprefix(_NOT).removesuffix(_ASKED).partition(".")[0]
                if name != _NOTHING and name not in book.intents:
                    raise _wrong(path, place, text, f'there is no intent "{name}"')


def _wrong(path: Path, place: str, text: str, reason: str) -> PromptFault:
    key = f'{place}: "{text}"' if text else place
    return PromptFault(f"{path}: {key}: {reason}", f"correct {path.name}, or the phrases")
