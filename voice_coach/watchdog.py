"""A thread that notices when the loop stalls: it says to take off a pad, then ends the process.

Whatever the reason (a lock, a device, a disk, a bug), a stalled coach keeps no time and hears
nobody. A service manager restarts it, and the journal then makes it ask about the pad before
anything else.

Two things still work while the loop is stalled: this thread, and the sound card's callback, which
reads the mixer in a thread of its own. So the alarm is a clip prepared while all was well.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from threading import Event, Thread

import numpy as np

from voice_coach.audio.mixer import Fade, Mixer, Play
from voice_coach.audio.samples import Samples
from voice_coach.coach import State
from voice_coach.coach.limits import Kind
from voice_coach.faults import StandstillFault
from voice_coach.speaking import Clips
from voice_coach.understanding import Book

TICK_SECONDS = 0.5
"""Seconds between checks of the loop. A stall is counted in checks, not by a clock: a suspended
machine or a stopped process has not stalled."""

STILL_SECONDS = 8.0
"""Seconds without a block after which something is wrong. Opening a sound card takes several
seconds, and so may a slow disk."""

END_SECONDS = 20.0
"""Seconds without a block after which the process is ended. Until then the alarm sounds two or
three times, and the loop may recover."""

ALARM_EVERY = 2.5
"""Seconds of silence between alarms."""

FAREWELL_SECONDS = 2.0
"""Seconds to wait for the last line, and for the terminal to be restored."""


class Watchdog:
    """Watches a loop until it is closed.

    Args:
        mixer: what the sound card's callback plays.
        rate: frames per second of the mixer.
        tell: called with the line to print.
        leave: called before the process is ended, to release what it holds; it may hang.
        still: seconds of a stall after which the alarm sounds.
        end: seconds of a stall after which the process is ended.
    """

    def __init__(
        self,
        mixer: Mixer,
        rate: int,
        tell: Callable[[str], None],
        leave: Callable[[], None] = lambda: None,
        *,
        still: float = STILL_SECONDS,
        end: float = END_SECONDS,
    ) -> None:
        self._mixer = mixer
        self._rate = rate
        self._tell = tell
        self._leave = leave
        self._still = still
        self._end = end
        self._beats = 0
        self._alarm: Samples | None = None
        self._over = Event()
        Thread(target=self._watch, name="watchdog", daemon=True).start()

    def beat(self, alarm: Samples | None) -> None:
        """Report that the loop is running; to be called with each block.

        Args:
            alarm: the clip to play if the loop stalls from now on; None while no pad is on.
        """
        self._alarm = alarm
        self._beats += 1

    def close(self) -> None:
        """Stop watching."""
        self._over.set()

    def _watch(self) -> None:
        seen, still, alarm_at = -1, 0.0, self._still
        while not self._over.wait(TICK_SECONDS):
            if self._beats != seen:
                seen, still, alarm_at = self._beats, 0.0, self._still
                continue
            still += TICK_SECONDS
            if still >= self._end:
                self._end_process(still)
            elif self._alarm is not None and still >= alarm_at:
                self._mixer.orders.put(Fade())
                self._mixer.orders.put(Play(0, self._alarm))  # frame 0 has passed: play at once
                alarm_at = still + len(self._alarm) / self._rate + ALARM_EVERY

    def _end_process(self, still: float) -> None:
        fault = StandstillFault(
            f"The coach stood still for {still:.0f} seconds and was ended",
            "start it again, if nothing does so by itself; if heat or ice is on your skin, take it "
            "off; please report this",
        )
        # In a thread of its own: a terminal or a pin may be the very thing that hangs.
        farewell = Thread(target=self._say_farewell, args=(str(fault),), daemon=True)
        farewell.start()
        farewell.join(FAREWELL_SECONDS)
        os._exit(fault.exit_code)

    def _say_farewell(self, line: str) -> None:
        with suppress(Exception):
            self._tell(line)
        with suppress(Exception):
            self._leave()


class PadAlarm:
    """Keeps the clip ready that says to take the present pad off.

    Args:
        book: the words.
        clips: their sound.
    """

    def __init__(self, book: Book, clips: Clips) -> None:
        self._book = book
        self._clips = clips
        self._kind: Kind | None = None
        self._clip: Samples | None = None

    def of(self, state: State) -> Samples | None:
        """Return the clip; None while no pad is on or the clip isn't rendered. Never blocks."""
        kind = None if state.skin.on is None else state.skin.on.kind
        if kind != self._kind:
            self._kind = kind
            self._clip = None if kind is None else self._alarm(kind)
        return self._clip

    def _alarm(self, kind: Kind) -> Samples | None:
        clips = [self._clips.known(text) for text in alarm_texts(self._book, kind)]
        known = [clip for clip in clips if clip is not None]
        return np.concatenate(known) if len(known) == len(clips) else None


def alarm_texts(book: Book, kind: Kind) -> list[str]:
    """Return the sentences that say to take a pad off, without "time is up"."""
    key = f"reply.{kind}_end"
    variants = book.texts[key]
    variant = min(1, len(variants) - 1)
    return [book.sentence(key, variant, i, {}) for i in range(len(variants[variant]))]
