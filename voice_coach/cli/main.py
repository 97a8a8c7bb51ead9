"""The command `voice-coach`: options, faults and exit codes. Each command has its own module."""

from __future__ import annotations

import logging
import signal
import sys
from pathlib import Path

import click

from voice_coach import __version__
from voice_coach.cli.context import Choice
from voice_coach.cli.interrupts import Ended
from voice_coach.faults import Fault, SettingsFault
from voice_coach.screen import last_line, release_streams

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it."""


def _flags(pairs: tuple[str, ...]) -> dict[str, str]:
    flags = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise SettingsFault(f'--set "{pair}" has no value', "write --set NAME=VALUE")
        flags[name.strip().replace("-", "_")] = value.strip()
    return flags


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 96})
@click.version_option(__version__, prog_name="voice-coach")
@click.option(
    "--settings",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Settings file to use instead of the usual one.",
)
@click.option(
    "--set",
    "pairs",
    multiple=True,
    metavar="NAME=VALUE",
    help="Set one setting for this call (repeatable); `voice-coach check --settings` lists them.",
)
@click.pass_context
def cli(context: click.Context, file: Path | None, pairs: tuple[str, ...]) -> None:
    """Talk someone through a back spasm, hands-free and offline.

    `voice-coach run` starts the coach. It greets, asks some safety questions, and then listens:
    say "stretch", "heat", "ice", "breathe", "relax", "medicine", "prevention", or "help".
    """
    context.obj = Choice(file, _flags(pairs))


def add_commands() -> None:
    """Add every command to the group."""
    # Imported here, so that `voice-coach --help` does not load what only one command needs.
    from voice_coach.cli import (
        check,
        devices,
        doctor,
        hear,
        history,
        models,
        rehearse,
        render,
        run,
        say,
        service,
        type_,
        understand,
        words,
    )

    for command in (
        run.run,
        type_.type_,
        rehearse.rehearse,
        hear.hear,
        understand.understand_,
        say.say,
        devices.devices,
        render.render,
        models.models,
        words.words,
        history.history,
        check.check,
        doctor.doctor,
        service.service,
    ):
        cli.add_command(command)


def _terminated(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Run the command line, and end with a documented exit code (docs/use/faults.md)."""
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    signal.signal(signal.SIGTERM, _terminated)
    add_commands()
    try:
        cli.main(standalone_mode=False)
    except Fault as fault:
        last_line(str(fault))
        sys.exit(fault.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt, Ended):
        last_line("Stopped.")
        sys.exit(INTERRUPTED)
    finally:
        release_streams()
