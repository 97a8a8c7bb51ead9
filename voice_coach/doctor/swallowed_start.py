"""Loudspeakers that fall asleep: how much of the first word do they swallow?

A run of soft notes is played after a silence, one every 50 ms. Which of them the microphone hears
says when the loudspeaker woke. USB loudspeakers were seen to take 50 to 500 ms, Bluetooth 0.5 to
1 s, HDMI 1 to 1.5 s.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from voice_coach.audio.samples import Samples
from voice_coach.doctor.capture import NOTE_SECONDS, NOTES, note, run_of_notes
from voice_coach.doctor.finding import Figures, Finding

NAME = "first word"

LONGEST_DELAY = 1.0
"""Seconds after which the microphone hears the loudspeaker at the latest; Bluetooth has 0.3 s."""

TAIL_SECONDS = LONGEST_DELAY + 1.0
"""To be recorded after the run: its echo, then the room's own noise."""

SLACK = 0.006
"""Seconds around its place within which a note is looked for: what a delay may be wrong by."""

NOISE_TIMES = 4.0
"""A note is heard where its pitch is so many times as strong as in the noise of the room."""

SHARE = 0.2
"""And has this share of what the notes have in the middle, -14 dB: loudspeakers differ by less
between the pitches, and what is left in the air of a note 50 ms ago is softer mostly."""

FEWEST = 8
"""Notes that must be heard for the run to be found at all; noise has some 2 in the right places."""

LOST_MS = 75.0
"""Milliseconds that may be lost unnoticed: the first note, as soft consonants are."""

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HeardNotes:
    """What the microphone heard of the run.

    Attributes:
        delay: seconds from the loudspeaker's signal to the microphone's.
        notes: for each note whether it was heard.
    """

    delay: float
    notes: tuple[bool, ...]

    @property
    def swallowed_ms(self) -> float:
        """Milliseconds of the run's beginning that were not heard, to the nearest note."""
        return 1000 * NOTE_SECONDS * (self.notes.index(True) if any(self.notes) else NOTES)

    @property
    def missed(self) -> int:
        """How many notes were not heard after the first that was."""
        first = self.notes.index(True) if any(self.notes) else NOTES
        return self.notes[first:].count(False)


def listen_for_notes(near: Samples, rate: int) -> HeardNotes | None:
    """Return what is heard of the run, or None if it is not in there.

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
    """Return the frames by which the run is heard late: where the two are most alike."""
    size = 1 << (len(near) + len(run)).bit_length()
    match = np.fft.irfft(np.fft.rfft(near, size) * np.conj(np.fft.rfft(run, size)), size)
    return int(np.argmax(np.abs(match[: longest + 1])))


def _strength(piece: Samples, first: Samples, second: Samples) -> float:
    """Return how strong a note is at its best place in a piece, whatever its phase."""
    if len(piece) < len(first):
        return 0.0
    along = np.correlate(piece.astype(np.float64), first.astype(np.float64))
    across = np.correlate(piece.astype(np.float64), second.astype(np.float64))
    return float(np.sqrt(np.max(along**2 + across**2)))


def first_word(opened: HeardNotes | None, rested: HeardNotes | None, rest: float) -> Finding:
    """Judge how much of a first word a loudspeaker swallows.

    Args:
        opened: what was heard of the run that was played as the device had just been opened.
        rested: what was heard of the run after a silence, the device being open.
        rest: seconds that the silence lasted.
    """
    figures: Figures = {
        "lost_at_opening_ms": None if opened is None else round(opened.swallowed_ms),
        "lost_after_silence_ms": None if rested is None else round(rested.swallowed_ms),
        "silence_s": round(rest, 1),
        "missed_notes": None if rested is None else rested.missed,
    }
    if rested is None:
        what = "The microphone didn't hear the notes, so the first word wasn't checked"
        return Finding(NAME, "skipped", what, "", figures)
    if rested.swallowed_ms > LOST_MS:
        return Finding(
            NAME,
            "warning",
            "The loudspeaker falls asleep when it is silent, and swallows the first word",
            "use a loudspeaker with a cable, by USB or headphone socket, "
            "instead of Bluetooth or a television",
            figures,
        )
    if opened is None or opened.swallowed_ms > LOST_MS:
        return Finding(
            NAME,
            "warning",
            "The loudspeaker swallows the first word after it is opened, but only that one",
            "leave the coach running, as the service does: it keeps the loudspeaker awake",
            figures,
        )
    return Finding(NAME, "ok", "The loudspeaker plays the first word in full", "", figures)
