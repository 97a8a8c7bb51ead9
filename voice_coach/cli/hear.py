"""`voice-coach hear FILE`: what the coach would understand in a recording."""

from __future__ import annotations

from pathlib import Path

import click

from voice_coach.assemble import assemble, load_hearing, make_recogniser, make_speech
from voice_coach.attention import ALONE_DB, SPEECH_LEAST
from voice_coach.audio.wav import Recording, WavDuplex, read_sound
from voice_coach.cli.main import Choice
from voice_coach.coach.table import intents_of
from voice_coach.hearing import HEARING_RATE
from voice_coach.language import Matcher, Situation
from voice_coach.transcript import clock

TAIL_SECONDS = 1.5
"""Silence added after a recording, so that its last words become final."""


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--situation",
    type=click.Choice([s.value for s in Situation if s is not Situation.OVER]),
    help="Understand only what makes sense there; otherwise everything.",
)
@click.pass_obj
def hear(choice: Choice, file: Path, situation: str | None) -> None:
    """Print what is heard in FILE (WAV or FLAC), and what it means."""
    parts = assemble(choice.load().settings)
    book = parts.book
    intents = intents_of(Situation(situation), book) if situation else frozenset(book.intents)
    sound = Recording(read_sound(file, HEARING_RATE), round(TAIL_SECONDS * HEARING_RATE))
    recogniser = make_recogniser(
        parts,
        load_hearing(parts),
        HEARING_RATE,
        speech=make_speech(lambda line: click.echo(line, err=True)),
    )
    recogniser.listen((phrase for phrase, _ in book.phrases(intents)), lambda words: 0)
    matcher = Matcher(book)
    heard = 0
    for block in WavDuplex(sound, HEARING_RATE).blocks():
        for utterance in recogniser.hear(block):
            heard += 1
            meaning = matcher.match(utterance.text, intents)
            start = clock(utterance.words[0].start, HEARING_RATE)
            end = clock(utterance.words[-1].end, HEARING_RATE)
            what = f"{meaning.intent}" if meaning.intent else "nothing that makes sense"
            value = "" if meaning.value is None else f" {meaning.value}"
            likely = recogniser.speech(utterance.words[0].start, utterance.words[-1].end)
            safe = meaning.intent is not None and book.intents[meaning.intent].safety
            if meaning.intent and not safe and recogniser.isolated(utterance) < ALONE_DB:
                what += ", but not said alone"
            elif likely < SPEECH_LEAST and not safe:
                what += ", but no speech"
            sure = "" if meaning.certain or not meaning.intent else ", doubtful"
            click.echo(
                f'{start} to {end}  "{utterance.text}" = {what}{value} '
                f"({meaning.score:.0f} %{sure})"
            )
    if not heard:
        click.echo("Nothing was heard.")
