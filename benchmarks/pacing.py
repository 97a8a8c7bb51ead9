"""How exactly the breath is paced: the positions of the cues in the WAV that was written."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

from voice_coach.app import make_clips
from voice_coach.audio.samples import Samples
from voice_coach.coach.pace import breath_at
from voice_coach.log import Said
from voice_coach.rehearsal.run import RATE

from .common import Cell, Goal, Report, Scale, Table, main, the_parts
from .watched import SESSION, watch

SEARCH = RATE // 20
"""Frames on either side in which a cue is searched."""


def measure(scale: Scale) -> Report:
    """Rehearse a whole breathing exercise, and find every cue."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "breathing.toml"
        script.write_text(_script(), encoding="utf-8")
        wav = Path(folder) / "breathing.wav"
        watched = watch(script, wav)
        far: Samples = soundfile.read(wav, dtype="float32", always_2d=True)[0][:, 0]
    cues = [e for e, _ in watched.entries if isinstance(e, Said) and e.pacing]
    logged = [_offset(far, entry) for entry in cues]
    planned = list(_plan_errors(cues))
    found = [shift + error for shift, error in zip(logged, planned, strict=True)]
    rows: list[tuple[Cell, ...]] = []
    for name, key in (("in", "reply.in"), ("out", "reply.out"), ("count", "reply.count")):
        chosen = [n for n, entry in enumerate(cues) if entry.key.startswith(key)]
        rows.append((name, len(chosen), *_worst(chosen, planned, logged, found)))
    rows.append(("all", len(cues), *_worst(range(len(cues)), planned, logged, found)))
    span = (cues[-1].start - cues[0].start) / RATE if cues else 0.0
    note = f"{span:.0f} s of breathing at {RATE} frames a second"
    if watched.fault:
        note += f"; {watched.fault}"
    worst = max(map(abs, found), default=10**9)
    return Report(
        "pacing",
        [
            Table(
                "breath cues in the WAV, worst error in samples",
                ("cue", "n", "plan to log", "log to WAV", "plan to WAV"),
                rows,
                note,
            )
        ],
        [Goal("error of a breath cue", float(worst), 0, "samples")],
    )


def _script() -> str:
    """Return a rehearsal that starts the breathing exercise as soon as possible."""
    recordings = SESSION.parent / "recordings"
    lines = [("pain.score.ask", "seven", "number"), ("reply.menu*", "breathe", "breathe")]
    lines += [("breathing.*.ready", "next", "next"), ("reply.menu*", "quit", "quit")]
    lines += [("pain.score.ask", "three", "number")]
    made = ['title = "breathing"', f'voice = "{recordings.as_posix()}"']
    for after, says, expects in lines:
        made += ["[[line]]", f'after = "{after}"', f'says = "{says}"', f'expects = "{expects}"']
    return "\n".join(made)


def _worst(chosen: range | list[int], *errors: list[int]) -> Iterator[Cell]:
    for error in errors:
        yield max((abs(error[n]) for n in chosen), default=None)


def _plan_errors(cues: list[Said]) -> Iterator[int]:
    """Yield by how much each logged cue is off the breath that the first "in" of its round began.

    Breaths follow each other without a gap; a round ends where something else was said.
    """
    pace = the_parts().settings.pace
    breath = breath_at(0, pace, RATE)
    for entry in cues:
        if entry.key == "reply.in":
            joined = breath.end and abs(entry.start - breath.end) < RATE // 2
            breath = breath_at(breath.end if joined else entry.start, pace, RATE)
            yield entry.start - breath.inhale
        elif entry.key.startswith("reply.out"):
            yield entry.start - breath.exhale
        else:
            yield entry.start - breath.count


def _offset(far: Samples, entry: Said) -> int:
    """Return the offset in frames between a cue in the WAV and in the log.

    Differences between neighbouring samples are compared, which weakens the tone under the words.
    """
    clip = np.diff(_clip(entry.text))
    first = max(0, entry.start - SEARCH)
    place = np.diff(far[first : entry.start + len(clip) + SEARCH + 1])
    size = 1 << (len(place) + len(clip)).bit_length()
    spectrum = np.fft.rfft(place, size) * np.conj(np.fft.rfft(clip, size))
    match = np.fft.irfft(spectrum, size)[: len(place) - len(clip) + 1]
    return int(np.argmax(match)) + first - entry.start


_clips: dict[str, Samples] = {}


def _clip(text: str) -> Samples:
    if text not in _clips:
        cues = make_clips(the_parts(), RATE)
        _clips[text] = cues.clip(text)
        cues.renderer.close()
    return _clips[text]


if __name__ == "__main__":
    main(measure, __doc__)
