"""`voice-coach render`: put the coach's speech into the cache before it is needed."""

from __future__ import annotations

import os
import sys

import click
from tqdm import tqdm

from voice_coach.app import assemble, make_clips, texts_to_render
from voice_coach.cli.context import Choice

RATE = 22050


@click.command()
@click.option("--workers", type=click.IntRange(1, 16), help="Processes; by default one per core.")
@click.pass_obj
def render(choice: Choice, workers: int | None) -> None:
    """Render every sentence of the prompts that is not in the cache yet."""
    parts = assemble(choice.load().settings)
    # Each worker needs some 150 MB; more than four would not fit a small machine.
    clips = make_clips(parts, RATE, workers or min(4, os.cpu_count() or 1))
    texts = texts_to_render(parts)
    missing = clips.missing(texts)
    if not missing:
        click.echo(f"All {len(texts)} sentences are rendered.")
        return
    try:
        # Where nobody watches (a log), a line now and then is enough.
        every = 0.2 if sys.stderr.isatty() else 10.0
        with tqdm(
            total=len(missing), desc="Rendering speech", unit="clip", mininterval=every
        ) as bar:
            clips.render_all(missing, lambda text: bar.update(1))
    finally:
        clips.renderer.close()
    if clips.cache.trouble is not None:
        raise clips.cache.trouble
