"""`voice-coach models`: list, fetch and verify hearing models and voices."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import click

from voice_coach import models as store
from voice_coach.app import (
    BUNDLED_VOICE,
    bundled_voice,
    load_prompts,
    models_folder,
    plain_hearing_folder,
    verify_voice,
    voice_files,
)
from voice_coach.cli.context import Choice
from voice_coach.faults import Fault
from voice_coach.settings import Settings

MB = 1_000_000


@click.group()
def models() -> None:
    """List, fetch and verify hearing models and voices."""


@models.command("list")
@click.pass_obj
def list_models(choice: Choice) -> None:
    """List the models that can be had, and those that are here; * marks those in use."""
    settings = choice.load().settings
    folder = models_folder(settings)
    used = _in_use(settings)
    for entry in store.load_manifest().models:
        size = f"{entry.size / MB:.0f} MB" if entry.size else "size unknown"
        mark = "*" if entry.name in used else " "
        click.echo(
            f"{mark} {entry.name:30}  {entry.kind:8}  {entry.language:6}  "
            f"{_state(entry, folder):10}  {size:>12}  {entry.licence}"
        )
        click.echo(f"      {entry.description}")
    click.echo(f"Fetched models lie in {folder}. * is in use; what is embedded or bundled came")
    click.echo("with voice-coach.")


@models.command()
@click.argument("name")
@click.option("--again", is_flag=True, help="Fetch it again even if it is installed.")
@click.pass_obj
def fetch(choice: Choice, name: str, again: bool) -> None:
    """Fetch NAME from its official address; an interrupted fetch goes on where it stopped."""
    entry = store.load_manifest().find(name)
    place = store.fetch(entry, models_folder(choice.load().settings), again=again)
    click.echo(f"{name} is in {place}.")
    if entry.kind == "voice":
        click.echo(f"To use it: voice-coach --set voice={name} run")


@models.command()
@click.argument("names", nargs=-1)
@click.pass_obj
def verify(choice: Choice, names: tuple[str, ...]) -> None:
    """Hash every file of the models NAMES, or of all that are here."""
    manifest = store.load_manifest()
    folder = models_folder(choice.load().settings)
    chosen = [manifest.find(name) for name in names] or [
        e for e in manifest.models if _state(e, folder) not in ("absent", "partial")
    ]
    worst = None
    for entry in chosen:
        problems = _problems(entry, folder)
        verdict = {"absent": "not here", "partial": "not here in full"}.get(
            _state(entry, folder), "DAMAGED"
        )
        click.echo(f"{entry.name}: {verdict if problems else 'whole'}")
        for problem in problems:
            click.echo(f"    {problem}")
        if problems and worst is None:
            worst = store.fault_from(problems, entry.kind)
    if worst is not None:
        raise worst


def _state(entry: store.ModelEntry, folder: Path) -> str:
    """Return the state of a model, of which one voice may have come as a package."""
    state = store.state(entry, folder)
    if entry.name == BUNDLED_VOICE and state in ("absent", "partial") and bundled_voice():
        return "bundled"
    return state


def _problems(entry: store.ModelEntry, folder: Path) -> list[store.Problem]:
    bundled = bundled_voice() if _state(entry, folder) == "bundled" else None
    return store.verify(entry, folder) if bundled is None else verify_voice(bundled)


def _in_use(settings: Settings) -> set[str]:
    """Return the names of the models that the settings choose, as far as they are here."""
    used = set[str]()
    with suppress(Fault):
        used.add(voice_files(settings).name)
    with suppress(Fault):
        used.add(plain_hearing_folder(settings, load_prompts(settings)).name)
    return used
