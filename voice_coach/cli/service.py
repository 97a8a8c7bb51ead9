"""`voice-coach service`: start the coach with the machine, and keep it running."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from voice_coach.cli.context import Choice
from voice_coach.screen import tell
from voice_coach.service import systemd


@click.group()
def service() -> None:
    """Start the coach with the machine, and keep it running (systemd)."""


@service.command()
@click.pass_context
def install(context: click.Context) -> None:
    """Set the service up and start it; repeat it after moving the program.

    Options before `service` (--settings, --set) hold for each start.
    """
    choice: Choice = context.obj
    given = context.find_root().params
    file: Path | None = given.get("file")
    options = [] if file is None else ["--settings", str(file.absolute())]
    for pair in given.get("pairs", ()):
        options += ["--set", pair]
    _tell(systemd.install(choice.load().settings, tuple(options)))


@service.command()
def uninstall() -> None:
    """Stop the service and remove what install made; your settings and files stay."""
    _tell(systemd.uninstall())


@service.command()
def status() -> None:
    """Say whether it runs, what troubles it, and whether it starts with the machine."""
    _tell(systemd.status())


def _tell(lines: Iterator[str]) -> None:
    for line in lines:
        tell(line)
