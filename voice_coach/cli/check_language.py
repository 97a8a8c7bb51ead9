"""`voice-coach check --language X --all`: everything that is left to do in a language."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import click

from voice_coach import paths
from voice_coach.app import (
    hearing_folder,
    prompts_folder,
    unknown_words,
    voice_files,
)
from voice_coach.coach.prompt_rules import check_book
from voice_coach.examples import wrong_examples
from voice_coach.faults import Fault, PromptFault
from voice_coach.settings import Settings
from voice_coach.understanding import Book
from voice_coach.understanding.translation import Progress, progress

MEANING = {
    "missing": "missing",
    "English": "left in English",
    "stale": "stale: the English text has changed since",
    "unnoted": "not compared: run `python scripts/note_originals.py`",
    "collides": "collides",
    "wrong": "wrong",
    "unknown": "not known to the hearing model",
}
"""Kind of a problem -> how it is shown."""

ORIGINAL = "en"


def show_language(settings: Settings) -> None:
    """List everything that is left to do, one line each, and count it.

    Raises:
        PromptFault: something is left to do, or a file is no TOML at all.
        SettingsFault: there is no such language.
    """
    folder = prompts_folder(settings)
    found = progress(folder, paths.data_folder("prompts") / ORIGINAL)
    unheard = None
    if (book := found.book) is not None:
        more = [*_of_the_coach(book), *_by_example(folder, book)]
        unheard = _by_ear(settings, book)
        found = replace(found, problems=(*found.problems, *more, *(unheard or ())))
    for kind, what in found.problems:
        click.echo(f"{MEANING[kind]}: {what}")
    click.echo(_count(found, by_ear=unheard is not None))
    _show_voice(settings)
    if book is not None:
        show_note(book)
    if found.problems:
        raise PromptFault(
            f"{folder} has {len(found.problems)} {_things(len(found.problems))} left to do",
            "go through the lines above; docs/use/languages.md explains them",
        )


def _of_the_coach(book: Book) -> list[tuple[str, str]]:
    try:
        check_book(book)
    except PromptFault as fault:
        return [("wrong", fault.what)]
    return []


def _by_example(folder: Path, book: Book) -> list[tuple[str, str]]:
    try:
        return [("wrong", fault.what) for fault in wrong_examples(folder, book)]
    except PromptFault as fault:
        return [("wrong", fault.what)]


def _by_ear(settings: Settings, book: Book) -> list[tuple[str, str]] | None:
    """Return the words that the hearing model lacks; None where there is none to be asked."""
    try:
        unknown = unknown_words(hearing_folder(settings, book), book)
    except Fault as fault:
        click.echo(f"not checked, whether the hearing model knows every word: {fault}")
        return None
    return [("unknown", f'"{word}" ({place})') for word, place in unknown.items()]


def _count(found: Progress, *, by_ear: bool) -> str:
    counted = Counter(kind for kind, _ in found.problems)
    shown = {kind: str(counted[kind]) for kind in MEANING}
    if not by_ear:
        shown["unknown"] = "not checked"
    parts = [f"{MEANING[kind].partition(':')[0]}: {shown[kind]}" for kind in MEANING]
    return f"{found.there} of {found.wanted} texts are there. {', '.join(parts)}."


def _show_voice(settings: Settings) -> None:
    try:
        click.echo(f"voice: {voice_files(settings).name}")
    except Fault as fault:
        click.echo(f"voice: {fault}")


def show_note(book: Book) -> None:
    """Print what a person who chooses the language should know."""
    if book.language.note:
        click.echo(f"note  {book.language.name}: {book.language.note}")


def _things(count: int) -> str:
    return "thing" if count == 1 else "things"
