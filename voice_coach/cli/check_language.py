"""`voice-coach check --language X --all`: everything that is left to do in a language."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import click

from voice_coach import paths
from voice_coach.app import (
    hearing_folder,
    prompts_folder,
    unknown_words,
    voice_files,
)
from voice_coach.coach.prompt_rules import check_book
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
    if (book := found.book) is not None:
        more = (*_of_the_coach(book), *_by_ear(settings, book))
        found = replace(found, problems=found.problems + more)
    for kind, what in found.problems:
        click.echo(f"{MEANING[kind]}: {what}")
    click.echo(_count(found))
    _show_voice(settings)
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


def _by_ear(settings: Settings, book: Book) -> list[tuple[str, str]]:
    try:
        unknown = unknown_words(hearing_folder(settings, book), book)
    except Fault as fault:
        click.echo(f"hearing not checked: {fault}")
        return []
    return [("unknown", f'"{word}" ({place})') for word, place in unknown.items()]


def _count(found: Progress) -> str:
    counted = Counter(kind for kind, _ in found.problems)
    parts = [f"{MEANING[kind].partition(':')[0]}: {counted[kind]}" for kind in MEANING]
    return f"{found.there} of {found.wanted} texts are there. {', '.join(parts)}."


def _show_voice(settings: Settings) -> None:
    try:
        click.echo(f"voice: {voice_files(settings).name}")
    except Fault as fault:
        click.echo(f"voice: {fault}")


def _things(count: int) -> str:
    return "thing" if count == 1 else "things"
