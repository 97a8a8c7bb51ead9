"""Clips for a session: what is said first is rendered before it, the rest while it goes on."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from voice_coach.app import (
    Voiced,
    first_texts,
    make_clips,
    texts_in_order,
    texts_to_render,
    urgent_texts,
)
from voice_coach.speaking import Clips
from voice_coach.speaking.readiness import Readiness, held_keys

ANY_RATE = 16000
"""Frames per second of clips that are only rendered."""

FIRST_SECONDS = 60.0
"""How long the start waits for its first sentences; piper takes several seconds for them."""


def open_clips(
    parts: Voiced, show: Callable[[str], None], open_things: ExitStack
) -> tuple[Clips, list[str]]:
    """Return clips, of which those said first are being rendered, and the texts not rendered.

    Args:
        parts: the voice and the words.
        show: prints a line.
        open_things: closes the renderer.
    """
    clips = make_clips(parts, ANY_RATE)
    open_things.callback(clips.renderer.close)
    missing = clips.missing(texts_to_render(parts))
    if not missing:
        return clips, []
    show(
        f"{'1 sentence is' if len(missing) == 1 else f'{len(missing)} sentences are'} not rendered "
        "yet; that is done while we go on. "
        "(`voice-coach render` does it beforehand.)"
    )
    clips.ask_for(first_texts(parts))
    return clips, clips.missing(texts_in_order(parts))


def render_first(clips: Clips, parts: Voiced, complain: Callable[[str], None]) -> None:
    """Wait for what is said first: from the opening of the sound card on, time passes."""
    fault = clips.render_soon(first_texts(parts), FIRST_SECONDS)
    if fault is not None:
        complain(str(fault))


def at_rate(early: Clips, missing: list[str], parts: Voiced, rate: int) -> Clips:
    """Return clips at the sound card's rate, which render the rest in the background."""
    clips = early.at(rate)
    clips.prefetch(missing)
    clips.readiness = Readiness(clips, urgent_texts(parts), held_keys(parts.book), rate)
    return clips
