"""`voice-coach run`: the coach on the sound card, or a rehearsal where there is none."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from voice_coach import paths
from voice_coach.app import assemble
from voice_coach.audio.live import cards
from voice_coach.cli.aloud import speak_aloud
from voice_coach.cli.context import Choice
from voice_coach.cli.interrupts import Ended
from voice_coach.cli.live import run_live
from voice_coach.cli.rehearse import show_rehearsal
from voice_coach.faults import Fault
from voice_coach.screen import last_line, tell
from voice_coach.service import supervised
from voice_coach.settings import Settings

REHEARSAL = "session.toml"


@click.command()
@click.option("--device", help='Sound device: number, part of its name, or "IN,OUT".')
@click.option("--rate", type=int, help="Frames per second; 0 for the device's own.")
@click.option("--hear-all/--hear-safety", default=None, help="Commands heard while it speaks.")
@click.option(
    "--record", type=click.Path(dir_okay=False), help="Record both ends to this WAV file."
)
@click.option("--resident/--not-resident", default=None, help="Stay: sleep until woken by voice.")
@click.option("--transcript", type=click.Path(dir_okay=False), help="Write the transcript here.")
@click.pass_obj
def run(
    choice: Choice,
    device: str | None,
    rate: int | None,
    hear_all: bool | None,
    record: str | None,
    transcript: str | None,
    resident: bool | None,
) -> None:
    """Start the coach.

    Without any sound card it says so, and rehearses: a whole session by itself, with its sound
    in rehearsal.wav and its words in rehearsal.txt.
    """
    settings = Settings()
    try:
        settings = choice.load(
            device=device,
            rate=rate,
            hear_all=hear_all,
            record=record,
            transcript=transcript,
            resident=resident,
        ).settings
        parts = assemble(settings)
        if not cards() and not settings.device and not supervised():
            tell("No sound card was found, so this is a rehearsal.")
            if sys.stdin.isatty() and sys.stdout.isatty():
                tell("To talk to the coach in writing instead: voice-coach type")
            show_rehearsal(
                parts,
                paths.data_folder("rehearsals") / REHEARSAL,
                Path(settings.record or "rehearsal.wav"),
                Path(settings.transcript or "rehearsal.txt"),
            )
            return
        run_live(parts)
    except KeyboardInterrupt as interrupt:
        raise Ended from interrupt
    except Fault as fault:
        # Printed first: to say it takes seconds, or for as long as a loudspeaker hangs.
        last_line(str(fault))
        speak_aloud(fault, settings)
        sys.exit(fault.exit_code)
