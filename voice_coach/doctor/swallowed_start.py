"""Loudspeakers that fall asleep: how much of the first word do they lose?

A run of soft notes is played after a silence, one every 50 ms. The first one that the microphone
hears shows when the loudspeaker woke. USB loudspeakers took 50 to 500 ms, Bluetooth 0.5 to 1 s,
HDMI 1 to 1.5 s.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voice_coach.audio.samples import Samples
from voice_coach.doctor.capture import NOTE_SECONDS, NOTES, note, run_of_notes
from voice_coach.doctor.finding import Figures, Finding

FIRST_WORD = "first word"

LONGEST_DELAY = 1.0
"""The longest delay of the echo in seconds; Bluetooth has 0.3."""

TAIL_SECONDS = LONGEST_DELAY + 1.0
"""Seconds to record after the run: its echo, then the room's own noise."""

SLACK = 0.006
"""Seconds of tolerance around a note: the possible error of the delay."""

NOISE_TIMES = 4.0
"""A note is heard if its pitch is this many times as strong as in the room's noise."""

SHARE = 0.2
"""And if it has this share of the median strength, -14 dB: loudspeakers vary less between pitches,
and the decay of a note from 50 ms ago is usually softer."""

FEWEST = 8
"""Fewest notes for the run to count as heard; noise has some 2 in the right places."""

LOST_MS = 75.0
"""Milliseconds that may be lost unnoticed, as a soft consonant would be: the first note."""

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HeardNotes:
    """The part of the run that the microphone heard.

    Attributes:
        delay: seconds from the far end to the near end.
        notes: for each note whether it was heard.
    """

    delay: float
    notes: tuple[bool, ...]

    @property
    def swallowed_ms(self) -> float:
        """Milliseconds lost at the start of the run, to the nearest note."""
        return 1000 * NOTE_SECONDS * (self.notes.index(True) if any(self.notes) else NOTES)

    @property
    def missed(self) -> int:
        """How many notes were not heard after the first that was."""
        first = self.notes.index(True) if any(self.notes) else NOTES
        return self.notes[first:].count(False)


def listen_for_notes(near: Samples, rate: int) -> HeardNotes | None:
    """Return which notes are heard; None if the run is not.

    Args:
        near: the microphone from the run's first frame on, shape (frames,), to TAIL_SECONDS after
            its end.
        rate: frames per second.
    """
    run = run_of_notes(rate)
    if len(near) < len(run):
        return None
    delay = _delay(near.astype(np.float64), run.astype(np.float64), round(LONGEST_DELAY * rate))
    step, slack = round(NOTE_SECONDS * rate), round(SLACK * rate)
    quiet = near[len(run) + delay + (len(near) - len(run) - delay) // 2 :]
    strengths, floors = np.zeros(NOTES), np.zeros(NOTES)
    for index in range(NOTES):
        pair = note(index, rate), note(index, rate, quarter=1)
        place = delay + index * step
        piece = near[max(0, place - slack) : place + len(pair[0]) + slack]
        strengths[index] = _strength(piece, *pair)
        floors[index] = _strength(quiet, *pair)
    usual = float(np.median(strengths[NOTES // 4 : -NOTES // 4]))
    heard = strengths > np.maximum(NOISE_TIMES * floors, SHARE * usual)
    if heard.sum() < FEWEST:
        return None
    return HeardNotes(delay / rate, tuple(bool(h) for h in heard))


def _delay(near: Doubles, run: Doubles, longest: int) -> int:
    """Return the delay of the run in frames: where the correlation is highest."""
    size = 1 << (len(near) + len(run)).bit_length()
    match = np.fft.irfft(np.fft.rfft(near, size) * np.conj(np.fft.rfft(run, size)), size)
    return int(np.argmax(np.abs(match[: longest + 1])))


def _strength(piece: Samples, first: Samples, second: Samples) -> float:
    """Return the strength of a note at its best position in a piece, at any phase."""
    if len(piece) < len(first):
        return 0.0
    along = np.correlate(piece.astype(np.float64), first.astype(np.float64))
    across = np.correlate(piece.astype(np.float64), second.astype(np.float64))
    return float(np.sqrt(np.max(along**2 + across**2)))


def first_word(opened: HeardNotes | None, rested: HeardNotes | None, rest: float) -> Finding:
    """Judge how much of a first word a loudspeaker loses.

    Args:
        opened: the run played right after the device was opened.
        rested: the run played after a silence, with the device open.
        rest: seconds of that silence.
    """
    figures: Figures = {
        "lost_at_opening_ms": None if opened is None else round(opened.swallowed_ms),
        "lost_after_silence_ms": None if rested is None else round(rested.swallowed_ms),
        "silence_s": round(rest, 1),
        "missed_notes": None if rested is None else rested.missed,
    }
    if rested is None:
        what = "The microphone didn't hear the notes, so the first word wasn't checked"
        return Finding(FIRST_WORD, "skipped", what, "", figures)
    if rested.swallowed_ms > LOST_MS:
        return Finding(
            FIRST_WORD,
            "warning",
            "The loudspeaker falls asleep when it is silent, and swallows the first word",
            "use a loudspeaker with a cable, by USB or headphone socket, "
            "instead of Bluetooth or a television",
            figures,
        )
    if opened is None or opened.swallowed_ms > LOST_MS:
        return Finding(
            FIRST_WORD,
            "warning",
            "The loudspeaker swallows the first word after it is opened, but only that one",
            "leave the coach running, as the service does: it keeps the loudspeaker awake",
            figures,
        )
    return Finding(FIRST_WORD, "ok", "The loudspeaker plays the first word in full", "", figures)
