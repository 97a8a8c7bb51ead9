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
from voice_coach.attention import ALONE_DB, SPEECH_LEAST, Attention, Command
from voice_coach.audio.wav import WavDuplex, WavInput, read_sound
from voice_coach.cli.context import Choice
from voice_coach.cli.understand import PLACES, shown
from voice_coach.coach import State, understood
from voice_coach.coach.places import place, place_state
from voice_coach.hearing import HEARING_RATE, Recogniser, Utterance
from voice_coach.interpretation import understand
from voice_coach.log import clock
from voice_coach.speaking import Silence
from voice_coach.understanding import Matcher, Place

TAIL_SECONDS = 1.5
"""Silence added after a recording, so that its last words become final."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
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
    attention = _attention(parts, recogniser, state)
    heard = False
    for block in WavDuplex(sound, HEARING_RATE).blocks():
        for utterance in recogniser.hear(block, silent=True):
            heard = True
            click.echo(_line(parts, recogniser, attention, utterance, state))
    if not heard:
        click.echo("Nothing was heard.")


def _attention(parts: Parts, recogniser: Recogniser, state: State) -> Attention:
    """Return the rules of the loop, listening in a state of a coach that says nothing."""
    listening = make_listening(parts)
    attention = Attention(recogniser, parts.book, Silence(), HEARING_RATE, listening)
    attention.listen(
        understood(state, parts.book),
        pacing=state.breath is not None,
        place=place(state, parts.book),
    )
    return attention


def _line(
    parts: Parts,
    recogniser: Recogniser,
    attention: Attention,
    utterance: Utterance,
    state: State,
) -> str:
    start, end = utterance.words[0].start, utterance.words[-1].end
    when = f"{clock(start, HEARING_RATE)} to {clock(end, HEARING_RATE)}"
    found = understand(utterance.text, state, parts.book, Matcher(parts.book))
    command = attention.weigh(utterance)
    note = ""
    if isinstance(command, Command):
        if not utterance.final:
            recogniser.forget()
            note = ", at once"
    elif found.intent is not None:
        alone = recogniser.isolated(utterance) >= ALONE_DB
        is_speech = recogniser.speech(start, end) >= SPEECH_LEAST
        note = ", but not said alone" if not alone else "" if is_speech else ", but no speech"
    return f"{when}  {shown(found)}{note}"
