"""`voice-coach say TEXT`: try the voice."""

from __future__ import annotations

from pathlib import Path

import click
import soundfile

from voice_coach.app import assemble, make_clips
from voice_coach.audio.live import cards, choose_output, portaudio
from voice_coach.cli.context import Choice, FileName
from voice_coach.faults import AudioFault, StorageFault

FILE_RATE = 22050
"""Frames per second of a WAV file made by `say`: the default voice's own."""


@click.command()
@click.argument("text")
@click.option(
    "--out",
    type=FileName(),
    help="Write a WAV file instead of playing.",
)
@click.pass_obj
def say(choice: Choice, text: str, out: Path | None) -> None:
    """Say TEXT in the coach's voice."""
    parts = assemble(choice.load().settings)
    card = None if out is not None else choose_output(parts.settings.device, cards())
    rate = FILE_RATE if card is None else card.rate
    clips = make_clips(parts, rate)
    try:
        sound = clips.clip(text)
    finally:
        clips.renderer.close()
    if card is not None:
        sd = portaudio()
        try:
            sd.play(sound, rate, device=card.index, blocking=True)
        except sd.PortAudioError as error:
            raise AudioFault(
                f'"{card.name}" cannot play: {error}', "choose another device, or use --out"
            ) from error
        return
    assert out is not None
    try:
        soundfile.write(out, sound, rate, subtype="PCM_16", format="WAV")
    except (OSError, soundfile.SoundFileError) as error:
        raise StorageFault(f"{out} cannot be written: {error}", "name another file") from error
    click.echo(f"{out}: {len(sound) / rate:.2f} s")
