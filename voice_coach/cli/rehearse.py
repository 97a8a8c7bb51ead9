"""`voice-coach rehearse SCRIPT`: a whole session without a person or a sound card."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from voice_coach import paths
from voice_coach.app import Parts, Texts, assemble, assemble_texts
from voice_coach.cli.context import Choice, FileName
from voice_coach.cli.interrupts import interrupts_kept
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
@click.option("--typed", is_flag=True, help="In writing: without recordings, in any language.")
@click.pass_obj
def rehearse(
    choice: Choice, script: Path, wav: Path, transcript: Path, echo_db: float | None, typed: bool
) -> None:
    """Rehearse SCRIPT: a file, or the name of one that came with the program.

    A scripted listener says recorded commands into the real recogniser, and the real voice
    answers into a WAV file, as fast as this machine can. The exit code is 10 when it does not go
    as the script says.
    """
    if not script.exists():
        own = paths.data_folder("rehearsals") / script.with_suffix(".toml").name
        script = own if own.exists() else script
    if typed:
        show_typed(assemble_texts(choice.load().settings), script, transcript)
        return
    show_rehearsal(assemble(choice.load().settings), script, wav, transcript, echo_db=echo_db)


def show_typed(texts: Texts, script: Path, transcript: Path) -> None:
    """Run a rehearsal in writing, and show its transcript.

    Raises:
        RehearsalFault: it went otherwise than the script says.
    """
    load_script(script, recorded=False)
    require_writable(transcript)
    writer = TranscriptWriter(transcript, sys.stdout, RATE, lambda line: click.echo(line, err=True))
    try:
        seconds = rehearse_in_writing(texts, script, [writer])
    finally:
        writer.close()
    tell(f"The rehearsal went as its script says: {seconds / 60:.1f} min of session in writing.")


def show_rehearsal(
    parts: Parts, script: Path, wav: Path, transcript: Path, *, echo_db: float | None = None
) -> None:
    """Run a rehearsal, show its transcript, and say where its files are.

    Raises:
        RehearsalFault: it went otherwise than the script says.
        Fault: a part of the program failed.
    """
    # What can fail beforehand does so while the files of the last rehearsal are still whole.
    rehearsal = prepare(parts, script, echo_db=echo_db)
    for path in (wav, transcript):
        require_writable(path)
    rate = rehearsal.duplex.rate
    writer = TranscriptWriter(transcript, sys.stdout, rate, lambda line: click.echo(line, err=True))
    for entry in rehearsal.entries:
        writer(entry)
    rehearsal.session.log.subscribe(writer)
    try:
        with interrupts_kept() as check:
            outcome = rehearsal.run(wav, check)
    finally:
        writer.close()
        tell(f"Sound: {wav}    Transcript: {transcript}")
    minutes, seconds = divmod(round(outcome.seconds), 60)
    tell(
        f"The rehearsal went as its script says: {minutes} min {seconds:02} s of session in "
        f"{outcome.took:.1f} s, {outcome.seconds / outcome.took:.0f} times real time."
    )
