"""`voice-coach devices`: list the sound devices."""

from __future__ import annotations

import click

from voice_coach.audio.live import cards, default_devices
from voice_coach.faults import AudioFault


@click.command()
def devices() -> None:
    """List the sound devices; * marks the defaults."""
    found = cards()
    if not found:
        raise AudioFault("No sound card was found", "plug one in; a USB speakerphone is best")
    defaults = default_devices()
    for card in found:
        mark = "*" if card.index in defaults else " "
        ways = " and ".join(
            w for w, n in (("microphone", card.inputs), ("loudspeaker", card.outputs)) if n
        )
        click.echo(f"{mark} {card.index:3}  {card.name}  ({card.host}, {ways}, {card.rate} Hz)")
