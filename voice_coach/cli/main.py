"""The command `voice-coach`: options, faults and exit codes. Each command has its own module."""

from __future__ import annotations

import io
import logging
import sys
import traceback
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import click

from voice_coach import __version__
from voice_coach.cli.context import Choice, FileName
from voice_coach.cli.ending import INTERRUPTED, STOPPED, end_at_once
from voice_coach.cli.interrupts import Ended, raise_at_once
from voice_coach.faults import Fault, SettingsFault, StorageFault
from voice_coach.screen import last_line, release_streams

PIPE_CLOSED = 141
"""Exit code where nobody reads what is printed, as in `voice-coach history | head`."""


_PRINTERS = (click.utils.__name__, "tqdm.utils")
"""Modules that print for us."""


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
    type=FileName(),
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
        mqtt,
        rehearse,
        render,
        run,
        say,
        service,
        teach,
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
        teach.teach,
        history.history,
        mqtt.mqtt,
        check.check,
        doctor.doctor,
        service.service,
    ):
        cli.add_command(command)


def main() -> None:
    """Run the command line, and end with a documented exit code (docs/use/faults.md)."""
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    add_commands()
    if isinstance(sys.stdout, io.TextIOWrapper):  # a name in a file may have letters it lacks
        sys.stdout.reconfigure(errors="backslashreplace")
    interrupt, printed_to = raise_at_once(), sys.stdout
    try:
        cli.main(standalone_mode=False)
    except SystemExit:
        if sys.stdout is not printed_to:  # click replaces it where a pipe is closed
            sys.exit(PIPE_CLOSED)
        raise
    except (click.Abort, KeyboardInterrupt, Ended):
        _stop()
    except Exception as error:
        if interrupt.came:  # a library has turned it into an error of its own
            _stop()
        sys.exit(_exit_code(error))
    finally:
        end_at_once()  # nothing is left to tidy up
        release_streams()


def _stop() -> NoReturn:
    end_at_once()
    last_line(STOPPED)
    sys.exit(INTERRUPTED)


def _exit_code(error: Exception) -> int:
    """Show an error, and return its exit code; one of ours that isn't expected is raised again."""
    if isinstance(error, OSError) and _is_printing(error):
        what = f"What is printed cannot be written: {error.strerror}"
        error = StorageFault(what, "free some space, or print it elsewhere")
    match error:
        case Fault():
            last_line(str(error))
            return error.exit_code
        case click.ClickException():
            with suppress(OSError, ValueError):
                error.show()
            return error.exit_code
    raise error


def _is_printing(error: OSError) -> bool:
    """Return whether an error comes from standard output, which a shell may lead to a file."""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    return frame.f_globals.get("__name__") in _PRINTERS
