"""Run a rehearsal: the whole program, with a scripted listener in place of the sound card."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from voice_coach.app import (
    Parts,
    load_hearing,
    make_clips,
    make_front,
    make_listening,
    make_options,
    make_recogniser,
    make_speech,
)
from voice_coach.audio.duplex import Block
from voice_coach.audio.record import Recorder
from voice_coach.audio.wav import WavDuplex
from voice_coach.log import Complained, Entry, Observer
from voice_coach.rehearsal.listener import Listener, Spoken
from voice_coach.rehearsal.script import load_script
from voice_coach.session import Session

RATE = 24000
"""Frames per second of a rehearsal unless the settings say otherwise: enough for all of the
voice, in half the file of 48000."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rehearsal came to.

    Attributes:
        seconds: length of the session, by the sample clock.
        took: seconds it took to run.
        entries: the transcript.
        spoken: what the listener said, and when.
        rate: frames per second of all positions.
        late: clips that missed their frame.
    """

    seconds: float
    took: float
    entries: list[Entry]
    spoken: list[Spoken]
    rate: int
    late: int


def rehearse(
    parts: Parts,
    script_path: Path,
    wav: Path | None = None,
    observers: Iterable[Observer] = (),
    *,
    echo_db: float | None = None,
    each: Callable[[], None] | None = None,
) -> Outcome:
    """Run a script to its end, and check that it went as it says.

    Args:
        parts: the assembled program.
        script_path: the script.
        wav: file for the sound of both ends, or None.
        observers: told of everything that happens.
        echo_db: overrides the script's own.
        each: called with each block; what it raises ends the rehearsal.

    Raises:
        RehearsalFault: it went otherwise. WAV and transcript are complete up to there.
        Fault: a part of the program failed.
    """
    script = load_script(script_path)
    rate = parts.settings.rate or RATE
    entries: list[Entry] = []
    told: list[Observer] = [entries.append, *observers]

    def observe(entry: Entry) -> None:
        for observer in told:
            observer(entry)

    def complain(line: str) -> None:
        observe(Complained(0, line))

    listener = Listener(script_path, script, rate, observe)
    duplex = WavDuplex(listener, rate, echo_db=script.echo_db if echo_db is None else echo_db)
    model = load_hearing(parts)
    clips = make_clips(parts, rate)
    ring = Session(
        duplex,
        make_recogniser(
            parts, model, rate, make_front(parts, rate, complain), make_speech(complain)
        ),
        parts.book,
        make_options(parts, rate),
        clips,
        [observe, listener],
        make_listening(parts),
    )
    recorder = Recorder(wav, rate) if wav is not None else None
    frames = 0
    began = time.perf_counter()

    def also(block: Block) -> None:
        nonlocal frames
        frames = block.end
        if each is not None:
            each()
        if recorder is not None:
            recorder.add(block)

    try:
        ring.run(also)
    finally:
        took = time.perf_counter() - began
        clips.renderer.close()
        if recorder is not None:
            recorder.close()
    listener.finish()
    return Outcome(frames / rate, took, entries, listener.spoken, rate, duplex.mixer.late)
