"""`voice-coach rehearse SCRIPT`: a whole session without a person or a sound card."""

from __future__ import annotations

import sys
from contextlib import ExitStack, nullcontext
from pathlib import Path

import click

from voice_coach import paths
from voice_coach.app import Parts, Texts, assemble, assemble_texts
from voice_coach.cli.context import Choice, FileName
from voice_coach.cli.interrupts import interrupts_kept
from voice_coach.cli.state_socket import open_outside
from voice_coach.journal import alone, timestamp
from voice_coach.journal.timestamp import Moment
from voice_coach.log import TranscriptWriter, require_writable
from voice_coach.rehearsal.run import prepare
from voice_coach.rehearsal.script import load_script
from voice_coach.rehearsal.typed import RATE, rehearse_in_writing
from voice_coach.screen import tell


@click.command()
@click.argument("script", type=FileName())
@click.option(
    "--wav",
    type=FileName(),
    default=Path("rehearsal.wav"),
    show_default=True,
    help="Sound: the coach left, the listener right.",
)
@click.option(
    "--transcript",
    type=FileName(),
    default=Path("rehearsal.txt"),
    show_default=True,
    help="The words, with their times.",
)
@click.option(
    "--echo-db",
    type=float,
    help="Let the microphone hear the coach at this level, for example -20.",
)
@click.option(
    "--journal",
    type=FileName(),
    help="Keep a journal here, which a later rehearsal goes on from.",
)
@click.option(
    "--later",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="HOURS",
    help="Begin so many hours from now, by that journal: 24 for the next day.",
)
@click.option("--typed", is_flag=True, help="In writing: without recordings, in any language.")
@click.pass_obj
def rehearse(
    choice: Choice,
    script: Path,
    wav: Path,
    transcript: Path,
    echo_db: float | None,
    journal: Path | None,
    later: float,
    typed: bool,
) -> None:
    """Rehearse SCRIPT: a file, or the name of one that came with the program.

    A scripted listener says recorded commands into the real recogniser, and the real voice
    answers into a WAV file, as fast as this machine can. The exit code is 10 when it does not go
    as the script says.
    """
    settings = choice.load().settings
    script = found(script, settings.language)
    if typed:
        show_typed(assemble_texts(settings), script, transcript)
        return
    begins = timestamp.later(timestamp.now(), later * 3600)
    parts = assemble(settings)
    with nullcontext() if journal is None else alone(journal):
        show_rehearsal(
            parts, script, wav, transcript, echo_db=echo_db, journal=journal, begins=begins
        )


def found(script: Path, language: str) -> Path:
    """Return the script's file: its own, or one that came with the program for this language."""
    came = paths.data_folder("rehearsals")
    name = script.with_suffix(".toml").name
    places = (script, came / language / name, came / name)
    return next((path for path in places if path.exists()), script)


def show_typed(texts: Texts, script: Path, transcript: Path) -> None:
    """Run a rehearsal in writing, and show its transcript.

    Raises:
        RehearsalFault: it went otherwise than the script says.
    """
    load_script(script, recorded=False)
    require_writable(transcript)
    writer = TranscriptWriter(transcript, sys.stdout, RATE, _complain)
    try:
        seconds = rehearse_in_writing(texts, script, [writer])
    finally:
        writer.close()
    tell(f"The rehearsal went as its script says: {seconds / 60:.1f} min of session in writing.")


def show_rehearsal(
    parts: Parts,
    script: Path,
    wav: Path,
    transcript: Path,
    *,
    echo_db: float | None = None,
    journal: Path | None = None,
    begins: Moment | None = None,
) -> None:
    """Run a rehearsal, show its transcript, and say where its files are.

    See `voice_coach.rehearsal.run.prepare` for the arguments.

    Raises:
        RehearsalFault: it went otherwise than the script says.
        Fault: a part of the program failed.
    """
    with ExitStack() as open_things:
        outside = open_outside(parts.settings, _complain, open_things)
        # What can fail beforehand does so while the files of the last rehearsal are still whole.
        rehearsal = prepare(
            parts, script, echo_db=echo_db, journal=journal, begins=begins, outside=outside
        )
        for path in (wav, transcript):
            require_writable(path)
        writer = TranscriptWriter(transcript, sys.stdout, rehearsal.duplex.rate, _complain)
        open_things.callback(tell, f"Sound: {wav}    Transcript: {transcript}")
        open_things.callback(writer.close)
        for entry in rehearsal.entries:
            writer(entry)
        rehearsal.session.log.subscribe(writer)
        with interrupts_kept() as check:
            outcome = rehearsal.run(wav, check)
    minutes, seconds = divmod(round(outcome.seconds), 60)
    tell(
        f"The rehearsal went as its script says: {minutes} min {seconds:02} s of session in "
        f"{outcome.took:.1f} s, {outcome.seconds / outcome.took:.0f} times real time."
    )


def _complain(line: str) -> None:
    click.echo(line, err=True)
