"""Two versions of the program hear the same recordings: what is gained, and what is lost.

One-word commands by people whom training never used (clean, 12 and 6 dB), and sound in which nobody
speaks to the coach. Each version is a source tree, run in processes of its own.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Mapping, Sequence
from pathlib import Path

from ..common import ROOT, Report, announce, show, the_parts
from ..coverage.trees import Asked, Item, ask
from ..scenes.noise import noises
from ..scenes.recordings import SPEECH
from .material import Spoken, commands, nobody, single_words
from .tables import Expected, Trees, false_tables, hit_table

PLACES = ("checking", "pain", "menu", "hold", "paused")
"""A word is said in the first of these situations in which it is a command for both versions."""

OVERHEARD = "menu"
"""The situation in which nobody speaks to the coach: most commands make sense there."""


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--before", type=Path, required=True, help="source tree")
    parser.add_argument("--after", type=Path, default=ROOT, help="source tree (this one)")
    parser.add_argument("--limit", type=int, default=150, help="commands, each three times")
    parser.add_argument("--minutes", type=float, default=5.0, help="of each other kind of sound")
    parser.add_argument("--places", default=OVERHEARD, help="where nobody speaks to it")
    parser.add_argument("--speech", type=Path, default=SPEECH, help="folder of recordings")
    parser.add_argument("--noise", type=Path, help="folder of more noise (beside the recordings)")
    parser.add_argument("--jobs", type=int, default=1, help="processes at once")
    parser.add_argument("--list", action="store_true", help="also list hits that are not shared")
    given = parser.parse_args(arguments)
    given.noise = given.noise or given.speech.parent / "noise"
    return given


def expected(trees: tuple[Path, Path], words: Sequence[str]) -> dict[str, Expected]:
    """Return the meaning and situation of each word that is a phrase and means the same to both."""
    book = the_parts().book
    phrases = {phrase for phrase, _ in book.phrases(frozenset(book.intents))}
    words = [word for word in words if word in phrases]
    items = [Item(place, word) for word in words for place in PLACES]
    before, after = (ask(tree, items) for tree in trees)
    made: dict[str, Expected] = {}
    for item, one, other in zip(items, before.answers, after.answers, strict=True):
        same = [(a.intent, a.value) for a in one.acts] == [(a.intent, a.value) for a in other.acts]
        if same and one.acts and item.words not in made:
            made[item.words] = Expected(item.place, one.acts[0].intent, one.acts[0].value)
    return made


def no_command(trees: tuple[Path, Path], words: Sequence[str], places: Sequence[str]) -> list[str]:
    """Return the words that mean nothing to either version in any of these situations."""
    items = [Item(place, word) for word in words for place in places]
    known: set[str] = set()
    for tree in trees:
        answers = ask(tree, items).answers
        known |= {i.words for i, answer in zip(items, answers, strict=True) if answer.acts}
    return [word for word in words if word not in known]


def main(arguments: Sequence[str] | None = None) -> None:
    """Let both versions hear everything; print the tables."""
    given = options(arguments)
    announce()
    trees = (given.before, given.after)
    words = single_words(given.speech)
    meant: Mapping[str, Expected] = expected(trees, words)
    noise = noises(given.speech)
    spoken = commands(given.speech, sorted(meant), given.limit, noise)
    places = tuple(given.places.split(","))
    others = no_command(trees, words, (*PLACES, *places))
    sounds = nobody(given.speech, given.noise, others, given.minutes * 60, noise)
    items = [_item(one, meant) for one in spoken]
    quiet = [
        (place, kind, take) for place in places for kind, takes in sounds.items() for take in takes
    ]
    items += [Item(place, take.saying.words, take.sound, kind) for place, kind, take in quiet]
    before = ask(given.before, items, given.jobs)
    same = given.before.resolve() == given.after.resolve()
    after = before if same else ask(given.after, items, given.jobs)
    both = Trees(before.answers[: len(spoken)], after.answers[: len(spoken)])
    rest = Trees(before.answers[len(spoken) :], after.answers[len(spoken) :])
    tables = [hit_table(spoken, meant, both)]
    tables += false_tables(quiet, rest)
    show(Report("paired", tables))
    _told_of(before, after, items)
    if given.list:
        for line in both.differing(spoken, meant):
            print("  " + line)


def _item(one: Spoken, meant: Mapping[str, Expected]) -> Item:
    return Item(meant[one.word].place, one.word, one.take.sound)


def _told_of(before: Asked, after: Asked, items: Sequence[Item]) -> None:
    frames = sum(len(item.sound) for item in items if item.sound is not None)
    minutes = frames / 16000 / 60
    print(
        f"\n{math.ceil(minutes)} minutes of sound; CPU seconds: "
        f"before {before.cpu:.0f}, after {after.cpu:.0f}"
    )


if __name__ == "__main__":
    main()
