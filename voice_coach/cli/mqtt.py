"""`voice-coach mqtt`: the coach's state for Home Assistant, through an MQTT broker."""

from __future__ import annotations

from pathlib import Path

import click

from voice_coach.cli.context import Choice, FileName
from voice_coach.mqtt import access, run_bridge
from voice_coach.screen import tell


@click.command()
@click.option("--host", "mqtt_host", help="Name or address of the broker.")
@click.option("--port", "mqtt_port", type=int, help="Its port; 0 for the usual one.")
@click.option("--user", "mqtt_user", help="User name there.")
@click.option(
    "--password-file",
    "mqtt_password_file",
    type=FileName(),
    help="File whose first line is the password; only you may read it.",
)
@click.option("--tls/--no-tls", "mqtt_tls", default=None, help="Whether to speak TLS.")
@click.pass_obj
def mqtt(choice: Choice, /, **given: object) -> None:
    """Show the coach's state in Home Assistant, and let it stop and pause.

    Runs beside the coach, which has to have a state_socket, and needs the package paho-mqtt. What
    the broker gets leaves this machine: docs/use/state.md says what that is.
    """
    chosen = {name: str(v) if isinstance(v, Path) else v for name, v in given.items()}
    run_bridge(access(choice.load(**chosen).settings), tell)
