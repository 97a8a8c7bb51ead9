"""`voice-coach check`: is everything in order? One line each, with the remedy."""

from __future__ import annotations

import click

from voice_coach.cli.check_language import show_language, show_note
from voice_coach.cli.context import Choice
from voice_coach.doctor.files import Files
from voice_coach.doctor.finding import Finding, Probe
from voice_coach.doctor.host import chosen_devices
from voice_coach.echo import EchoFault, open_canceller
from voice_coach.emergency_number import emergency_number
from voice_coach.faults import Fault
from voice_coach.settings import Chosen, Settings, described
from voice_coach.toml_file import as_toml


@click.command()
@click.option("--settings", "show", is_flag=True, help="Show every setting and its source.")
@click.option("--language", help="Check the prompts of this language.")
@click.option("--all", "whole", is_flag=True, help="List all that is left to do in a language.")
@click.pass_obj
def check(choice: Choice, show: bool, language: str | None, whole: bool) -> None:
    """Check settings, prompts, models, voice, cache and sound card.

    Every word of the prompts is looked up in the hearing model. The exit code is that of the
    first fault; a missing sound card is reported, but is not a fault.
    """
    chosen = choice.load(language=language)
    if show:
        show_settings(chosen)
        return
    if whole:
        show_language(chosen.settings)
        return
    settings = chosen.settings
    given = {s for s in chosen.sources.values() if s != "default"}
    click.echo(f"ok    settings: {', '.join(sorted(given)) or 'all default'}")
    faults: list[Fault] = []

    def line(name: str, probe: Probe) -> bool:
        try:
            click.echo(f"ok    {name}: {probe().what}")
        except Fault as fault:
            click.echo(f"FAULT {name}: {fault}")
            faults.append(fault)
            return False
        return True

    files = Files(settings)
    if line("prompts", files.prompts):
        show_note(files.book)
        line("emergency number", lambda: _emergency(chosen, files))
        if line("voice", files.voice):
            line("hearing", files.vocabulary)
            line("cache", files.cache)
    line("sound", lambda: chosen_devices(settings.device))
    line("echo", lambda: _echo(settings))
    if faults:
        raise faults[0]


def _emergency(chosen: Chosen, files: Files) -> Finding:
    source = f"setting, {chosen.sources['emergency_number']}"
    language = files.book.language.emergency_number
    number = emergency_number(chosen.settings.emergency_number, language, setting_source=source)
    return Finding("emergency number", "ok", f"{number.digits} ({number.source})")


def _echo(settings: Settings) -> Finding:
    def found(what: str) -> Finding:
        return Finding("echo", "ok", what)

    if not settings.cancel_echo:
        return found("cancel_echo is off; only safety words are heard while the coach speaks")
    try:
        open_canceller().close()
    except EchoFault as fault:
        # No fault of the coach's: it goes on, and hears less while it speaks.
        return found(f"not cancelled. {fault}")
    return found("the coach's own voice is cancelled; `voice-coach doctor` measures how well")


def show_settings(chosen: Chosen) -> None:
    """Print every setting: its value, where that came from, and what it means."""
    for name, meaning, _ in described():
        value = getattr(chosen.settings, name)
        click.echo(f"{name} = {as_toml(value)}  ({chosen.sources[name]})")
        click.echo(f"    {meaning}")
