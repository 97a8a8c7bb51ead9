"""`voice-coach words`: extra words for the hearing model."""

from __future__ import annotations

from pathlib import Path

import click

from voice_coach.app import load_prompts, models_folder, taught_hearing_folder
from voice_coach.cli.context import Choice
from voice_coach.screen import tell
from voice_coach.vocabulary.files import quoted
from voice_coach.vocabulary.graph import LEXICON
from voice_coach.vocabulary.lexicon import Lexicon, Pronunciation
from voice_coach.vocabulary.own_words import (
    OWN_WORDS,
    changing,
    discard,
    read_own,
    require_own_model,
    up_to_date,
    write_own,
)
from voice_coach.vocabulary.pronounce import WordFault, as_written, checked_word, ways_to_say

_HOW = (
    'How it sounds: like other words, "set irra zeen", or in ARPAbet, "S EH T IH R AH Z IY N". '
    "Repeat it for several ways to say the word."
)

_USE = "use it in a phrase of your intents.toml (docs/use/prompts.md)."
"""A word that can be heard means nothing yet."""


@click.group()
def words() -> None:
    """Add words of your own to what the coach can hear."""


@words.command()
@click.argument("word", nargs=-1, required=True)
@click.option("--as", "sounds", multiple=True, metavar="SOUNDS", help=_HOW)
@click.pass_obj
def add(choice: Choice, word: tuple[str, ...], sounds: tuple[str, ...]) -> None:
    """Add one WORD or several; a word that was added before is said as given now."""
    folder, model = _places(choice)
    known = set(Lexicon.read(model / LEXICON).words)
    said = _said(word, sounds)
    added = False
    with changing(folder):
        own = read_own(folder)
        for name, ways in said:
            if name in known and not sounds:
                tell(f"{name} is known already; {_USE}")
                continue
            own = own.without(name).joined(Lexicon.of({name: ways}))
            added = True
            for line in _lines(name, ways):
                tell(line)
        if added:
            _keep(own, folder, model)
            tell(f"Now {_USE}")


@words.command("list")
@click.pass_obj
def list_words(choice: Choice) -> None:
    """List the words you have added, and how each is said."""
    folder = models_folder(choice.load().settings)
    own = read_own(folder)
    for name, phones in own.entries:
        _show(name, (phones,))
    click.echo(f"They are kept in {folder / OWN_WORDS}." if own.entries else "No words were added.")


@words.command()
@click.argument("word", nargs=-1, required=True)
@click.pass_obj
def remove(choice: Choice, word: tuple[str, ...]) -> None:
    """Remove words that were added before."""
    folder, model = _places(choice)
    names = [given.lower() for given in word]
    with changing(folder):
        own = read_own(folder)
        for name in names:
            if name not in own.words:
                raise WordFault(f"{quoted(name)} was not added", "see `voice-coach words list`")
            own = own.without(name)
        _keep(own, folder, model)
    click.echo(f"Removed {', '.join(names)}.")


@words.command()
@click.argument("word", nargs=-1, required=True)
@click.option("--as", "sounds", multiple=True, metavar="SOUNDS", help=_HOW)
def say(word: tuple[str, ...], sounds: tuple[str, ...]) -> None:
    """Show how WORD would be said, without adding it."""
    for name, ways in _said(word, sounds):
        _show(name, ways)


def _said(
    given: tuple[str, ...], sounds: tuple[str, ...]
) -> list[tuple[str, tuple[Pronunciation, ...]]]:
    names = [checked_word(name.lower()) for name in given]
    if not sounds:
        return [(name, ways_to_say(name)) for name in names]
    if len(names) > 1:
        raise WordFault("--as was given with more than one word", "add each word by itself")
    return [(names[0], tuple(dict.fromkeys(map(as_written, sounds))))]


def _show(name: str, ways: tuple[Pronunciation, ...]) -> None:
    for line in _lines(name, ways):
        click.echo(line)


def _lines(name: str, ways: tuple[Pronunciation, ...]) -> list[str]:
    return [f"{name:20}  {' '.join(phones)}" for phones in ways]


def _places(choice: Choice) -> tuple[Path, Path]:
    """Return the models folder, and the folder of the hearing model, which takes words."""
    settings = choice.load().settings
    model = taught_hearing_folder(settings, load_prompts(settings))
    require_own_model(model)
    return models_folder(settings), model


def _keep(own: Lexicon, folder: Path, model: Path) -> None:
    # The words first: if the model cannot be made now, the next start makes it.
    write_own(folder, own)
    if own.entries:
        up_to_date(model, folder, own)
    else:
        discard(folder)
