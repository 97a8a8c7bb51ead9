"""`voice-coach understand TEXT ...`: what the coach would do if it heard this."""

from __future__ import annotations

import json
from dataclasses import asdict

import click

from voice_coach.app import load_prompts
from voice_coach.cli.context import Choice
from voice_coach.coach import Options
from voice_coach.coach.places import place_state
from voice_coach.hearing import HEARING_RATE
from voice_coach.interpretation import Understanding, understand
from voice_coach.understanding import Matcher, Place

PLACES = [place.value for place in Place if place is not Place.OVER]


@click.command("understand")
@click.argument("text", nargs=-1, required=True)
@click.option(
    "--situation",
    "name",
    type=click.Choice(PLACES),
    default=Place.MENU.value,
    show_default=True,
    help="Where in a session it is said.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.pass_obj
def understand_(choice: Choice, text: tuple[str, ...], name: str, as_json: bool) -> None:
    """Print what each TEXT would lead to: for translators, and for whoever adds phrases."""
    book = load_prompts(choice.load().settings)
    state = place_state(name, book, Options(HEARING_RATE, book.language.emergency_number))
    matcher = Matcher(book)
    for words in text:
        found = understand(words, state, book, matcher)
        click.echo(json.dumps(asdict(found)) if as_json else shown(found))


def shown(found: Understanding) -> str:
    """Return an understanding as one line for people."""
    if found.intent is None:
        return f'"{found.text}": nothing ({found.why})'
    value = "" if found.value is None else f" {found.value}"
    asked = "" if found.certain else ", asked about first"
    return f'"{found.text}": {found.intent}{value}{asked} ({found.why})'
