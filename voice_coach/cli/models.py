"""`voice-coach models`: list, fetch and verify hearing models and voices."""

from __future__ import annotations

import click

from voice_coach import models as store
from voice_coach.app import models_folder
from voice_coach.cli.context import Choice

MB = 1_000_000


@click.group()
def models() -> None:
    """List, fetch and verify hearing models and voices."""


@models.command("list")
@click.pass_obj
def list_models(choice: Choice) -> None:
    """List the models that can be had, and those that are here."""
    folder = models_folder(choice.load().settings)
    for entry in store.load_manifest().models:
        size = f"{entry.size / MB:.0f} MB" if entry.size else "size unknown"
        click.echo(
            f"{entry.name:30}  {entry.kind:8}  {entry.language:6}  "
            f"{store.state(entry, folder):10}  {size:>12}  {entry.licence}"
        )
        click.echo(f"    {entry.description}")
    click.echo(f"Fetched models lie in {folder}.")


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
        e for e in manifest.models if store.state(e, folder) not in ("absent", "partial")
    ]
    worst = None
    for entry in chosen:
        problems = store.verify(entry, folder)
        click.echo(f"{entry.name}: {'whole' if not problems else 'DAMAGED'}")
        for problem in problems:
            click.echo(f"    {problem}")
        if problems and worst is None:
            worst = store.fault_from(problems, entry.kind)
    if worst is not None:
        raise worst
