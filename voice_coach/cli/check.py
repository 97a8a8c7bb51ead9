"""`voice-coach check`: is everything in order? One line each, with the mend."""

from __future__ import annotations

from collections.abc import Callable

import click

from voice_coach.assemble import (
    Parts,
    cache_folder,
    hearing_folder,
    load_hearing,
    load_prompts,
    make_cues,
    texts_to_render,
    voice_files,
)
from voice_coach.audio.live import cards, choose
from voice_coach.cli.main import Choice
from voice_coach.echo import EchoFault, open_canceller
from voice_coach.faults import Fault, StorageFault
from voice_coach.settings import Chosen, Settings, described


@click.command()
@click.option("--settings", "show", is_flag=True, help="Show every setting and its source.")
@click.pass_obj
def check(choice: Choice, show: bool) -> None:
    """Check settings, prompts, models, voice, cache and sound card.

    Every word of the prompts is looked up in the hearing model. The exit code is that of the
    first fault; a missing sound card is told, but is no fault.
    """
    chosen = choice.load()
    if show:
        show_settings(chosen)
        return
    settings = chosen.settings
    given = {s for s in chosen.sources.values() if s != "default"}
    click.echo(f"ok    settings: {', '.join(sorted(given)) or 'all default'}")
    faults: list[Fault] = []

    def line(name: str, probe: Callable[[], str]) -> bool:
        try:
            click.echo(f"ok    {name}: {probe()}")
        except Fault as fault:
            click.echo(f"FAULT {name}: {fault}")
            faults.append(fault)
            return False
        return True

    def prompts() -> str:
        book = load_prompts(settings)
        sentences = sum(len(v) for variants in book.texts.values() for v in variants)
        return f"{sentences} sentences, {len(book.intents)} intents, {len(book.routines)} routines"

    def hearing() -> str:
        book = load_prompts(settings)
        folder = hearing_folder(settings, book)
        load_hearing(Parts(settings, book, folder, voice_files(settings)))
        return f"{folder.name}; it knows every word of the prompts"

    def voice() -> str:
        files = voice_files(settings)
        files.check()
        return f"{files.name} ({files.model})"

    def cache() -> str:
        book = load_prompts(settings)
        parts = Parts(settings, book, hearing_folder(settings, book), voice_files(settings))
        texts = texts_to_render(parts)
        missing = len(make_cues(parts, 16000).missing(texts))
        folder = cache_folder(settings)
        probe = folder / ".probe"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as error:
            raise StorageFault(
                f"The cache folder {folder} cannot be written: {error.strerror}",
                "free some space, or set cache_folder",
            ) from error
        return f"{len(texts) - missing} of {len(texts)} sentences rendered, in {folder}"

    if line("prompts", prompts) and line("voice", voice):
        line("hearing", hearing)
        line("cache", cache)
    line("sound", lambda: _sound(settings.device))
    line("echo", lambda: _echo(settings))
    if faults:
        raise faults[0]


def _sound(wanted: str) -> str:
    found = cards()
    if not found and not wanted:
        return "no sound card; `voice-coach run` will rehearse"
    microphone, loudspeaker = choose(wanted, found)
    return f'microphone "{microphone.name}", loudspeaker "{loudspeaker.name}"'


def _echo(settings: Settings) -> str:
    if not settings.cancel_echo:
        return "cancel_echo is off; only safety words are heard while the coach speaks"
    try:
        open_canceller().close()
    except EchoFault as fault:
        # No fault of the coach's: it goes on, and hears less while it speaks.
        return f"not cancelled. {fault}"
    return "the coach's own voice is cancelled; voice-coach doctor measures how well"


def show_settings(chosen: Chosen) -> None:
    """Print every setting: its value, where that came from, and what it means."""
    for name, meaning, _ in described():
        value = getattr(chosen.settings, name)
        click.echo(f"{name} = {value!r}  ({chosen.sources[name]})")
        click.echo(f"    {meaning}")
