"""`voice-coach hear FILE`: what the coach would do about a recording."""

from __future__ import annotations

from pathlib import Path

import click

from voice_coach.app import (
    Parts,
    assemble,
    load_hearing,
    make_listening,
    make_options,
    make_recogniser,
    make_speech,
)
from voice_coach.audio.wav import WavDuplex, WavInput, read_sound
from voice_coach.cli.context import Choice, FileName
from voice_coach.cli.understand import PLACES, shown
from voice_coach.coach import State, understood
from voice_coach.coach.places import place, place_state
from voice_coach.hearing import HEARING_RATE
from voice_coach.interpretation import understand
from voice_coach.listening import CommandListener
from voice_coach.log import clock
from voice_coach.understanding import Matcher, Place
from voice_coach.understanding.evidence import Command, Decision, NoMatch, Rejected
from voice_coach.understanding.words import Hypothesis

TAIL_SECONDS = 1.5
"""Silence added after a recording, so that its last words become final."""


@click.command()
@click.argument("file", type=FileName())
@click.option(
    "--situation",
    "name",
    type=click.Choice(PLACES),
    default=Place.MENU.value,
    show_default=True,
    help="Where in a session it is said.",
)
@click.pass_obj
def hear(choice: Choice, file: Path, name: str) -> None:
    """Print what is heard in FILE (WAV or FLAC), and what the coach would do about it."""
    parts = assemble(choice.load().settings)
    sound = WavInput(read_sound(file, HEARING_RATE), round(TAIL_SECONDS * HEARING_RATE))
    recogniser = make_recogniser(
        parts,
        load_hearing(parts),
        HEARING_RATE,
        speech=make_speech(lambda line: click.echo(line, err=True)),
    )
    state = place_state(name, parts.book, make_options(parts, HEARING_RATE))
    listener = CommandListener(recogniser, parts.book, HEARING_RATE, make_listening(parts))
    listener.listen(
        understood(state, parts.book),
        pacing=state.breath is not None,
        place=place(state, parts.book),
    )
    heard = False
    for block in WavDuplex(sound, HEARING_RATE).blocks():
        for hypothesis, decision in listener.decisions(block):
            if decision is not None:
                heard = True
                click.echo(_line(parts, hypothesis, decision, state))
    if not heard:
        click.echo("Nothing was heard.")


def _line(parts: Parts, hypothesis: Hypothesis, decision: Decision, state: State) -> str:
    start, end = hypothesis.start, hypothesis.end
    when = f"{clock(start, HEARING_RATE)} to {clock(end, HEARING_RATE)}"
    found = understand(hypothesis.text, state, parts.book, Matcher(parts.book))
    note = ""
    match decision:
        case Command() if not hypothesis.final:
            note = ", at once"
        case NoMatch(why=why) | Rejected(why=why) if found.intent is not None:
            note = f", but {why}"
    return f"{when}  {shown(found)}{note}"
