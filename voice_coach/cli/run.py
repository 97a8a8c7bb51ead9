"""`voice-coach run`: the coach on the sound card, or a rehearsal where there is none."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import click

from voice_coach import paths
from voice_coach.assemble import (
    Parts,
    assemble,
    load_hearing,
    make_cues,
    make_front,
    make_listening,
    make_recogniser,
    make_speech,
    open_journal,
)
from voice_coach.assemble import texts_to_render as all_texts
from voice_coach.audio.duplex import Block
from voice_coach.audio.live import LiveDuplex, cards
from voice_coach.audio.recordings import Recordings, RecordingsFull
from voice_coach.cli.aloud import speak_aloud
from voice_coach.cli.interrupts import interrupts_kept
from voice_coach.cli.main import Choice
from voice_coach.cli.rehearse import show_rehearsal
from voice_coach.faults import Fault, StorageFault
from voice_coach.hours import quiet_now
from voice_coach.journal import alone, journal_file
from voice_coach.panel import Pins, open_panel
from voice_coach.ring import Ring
from voice_coach.service import Heartbeat, supervised, supervisor
from voice_coach.settings import Settings
from voice_coach.transcript import TranscriptWriter

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
            click.echo("No sound card was found, so this is a rehearsal.")
            show_rehearsal(
                parts,
                paths.data_folder("rehearsals") / REHEARSAL,
                Path(settings.record or "rehearsal.wav"),
                Path(settings.transcript or "rehearsal.txt"),
            )
            return
        run_live(parts)
    except Fault as fault:
        speak_aloud(fault, settings)
        raise


def run_live(parts: Parts) -> None:
    """Run the coach on the sound card until the session ends.

    Raises:
        Fault: a part failed; docs/faults.md lists what and how it is mended.
    """
    settings = parts.settings
    with ExitStack() as open_things:
        if settings.journal != "none":
            open_things.enter_context(alone(journal_file(settings.journal)))
        model = load_hearing(parts)
        duplex = LiveDuplex(settings.device, settings.rate)
        open_things.callback(duplex.close)
        cues = make_cues(parts, duplex.rate)
        open_things.callback(cues.renderer.close)
        missing = cues.missing(all_texts(parts))
        if missing:
            click.echo(
                f"{len(missing)} sentences are not rendered yet; that is done while we go on. "
                "(voice-coach render does it beforehand.)"
            )
            cues.prefetch(missing)
        path = Path(settings.transcript) if settings.transcript else None
        writer = TranscriptWriter(path, sys.stdout, duplex.rate, _complain)
        open_things.callback(writer.close)
        heart = Heartbeat(duplex.rate, supervisor())
        open_things.callback(heart.close)
        pins = Pins(settings.button_pin or None, settings.light_pin or None)
        panel = open_panel(duplex.rate, pins, _complain)
        open_things.callback(panel.close)
        kept = open_journal(parts, duplex.rate, _complain)
        if kept.journal is not None:
            open_things.callback(kept.journal.close)
        recordings = Recordings(
            Path(settings.record) if settings.record else None,
            paths.recordings_folder(),
            duplex.rate,
            settings.record_megabytes * 10**6,
        )
        open_things.callback(recordings.end)

        def record(on: bool) -> None:
            try:
                if on:
                    click.echo(f"Recording to {recordings.begin()}.")
                else:
                    recordings.end()
            except StorageFault as fault:
                _recording_ended(ring, fault)

        ring = Ring(
            duplex,
            make_recogniser(
                parts,
                model,
                duplex.rate,
                make_front(parts, duplex.rate, _complain),
                make_speech(_complain),
            ),
            parts.book,
            replace(kept.options, resident=settings.resident, record=bool(settings.record)),
            cues,
            [writer, heart.observe],
            make_listening(parts),
            kept.recording,
            panel,
            quiet_now(settings.quiet_hours),
            record,
        )
        click.echo(
            f'Listening on "{duplex.microphone.name}", speaking on "{duplex.loudspeaker.name}", '
            f"{duplex.rate} Hz, hearing model {parts.model_folder.name}, voice {parts.voice.name}."
        )

        check_interrupt = open_things.enter_context(interrupts_kept())

        def also(block: Block) -> None:
            check_interrupt()
            heart.beat(block.end)
            try:
                recordings.add(block)
            except StorageFault as fault:
                _recording_ended(ring, fault)

        try:
            ring.run(also)
        finally:
            if cues.cache.trouble is not None:
                _complain(str(cues.cache.trouble))


def _recording_ended(ring: Ring, fault: StorageFault) -> None:
    """What was recorded stays; the session matters more."""
    _complain(str(fault))
    ring.recording_ended("full" if isinstance(fault, RecordingsFull) else "failed")


def _complain(line: str) -> None:
    click.echo(line, err=True)
