"""A thread that notices when the loop stands still: has a pad taken off, and ends the process.

Whatever the reason is (a lock, a device, a disk, a mistake of ours), a coach that stands still
keeps no time and hears nobody. A service manager starts it anew, and the journal then has it ask
about the pad before all else.

Two things still work while the loop waits for something: this thread, and the sound card's
callback, which reads the mixer in a thread of its own. So the alarm is a clip that was made ready
while all was well.
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
"""Between two looks at the loop. Only these are counted, not the time on a clock: a machine that
was suspended, or a process that was stopped, hasn't stood still."""

STILL_SECONDS = 8.0
"""For so long no block comes when something is wrong. Opening a sound card takes up to some
seconds, and so does a slow disk."""

END_SECONDS = 20.0
"""The same until the process is ended. Until then the alarm is said twice or three times, and the
loop may go on by itself."""

ALARM_EVERY = 2.5
"""Seconds of silence between two alarms."""

FAREWELL_SECONDS = 2.0
"""For so long the last line, and giving the terminal back, are waited for."""


class Watchdog:
    """Watches a loop until it is closed.

    Args:
        mixer: what the sound card's callback plays.
        rate: frames per second of the mixer.
        tell: given the line to print.
        leave: called before the process is ended, to give back what it holds; it may hang.
        still: seconds after which the alarm is said.
        end: seconds after which the process is ended.
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
        """Say that the loop goes on; to be called with each block.

        Args:
            alarm: what to say should it stand still from now on; None while no pad is on.
        """
        self._alarm = alarm
        self._beats += 1

    def close(self) -> None:
        """Watch no longer."""
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
                self._mixer.orders.put(Play(0, self._alarm))  # 0 has passed: that is at once
                alarm_at = still + len(self._alarm) / self._rate + ALARM_EVERY

    def _end_process(self, still: float) -> None:
        fault = StandstillFault(
            f"The coach stood still for {still:.0f} seconds and was ended",
            "start it again, where nothing does so by itself; if heat or ice is on your skin, take "
            "it off; please report this",
        )
        # In a thread of its own: a terminal or a pin may be just what stands still.
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
    """Gives the clip that has the pad of the present round taken off.

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
        """Return it; None while no pad is on, or where it isn't rendered. Waits for nothing."""
        kind = None if state.round is None else state.round.kind
        if kind != self._kind:
            self._kind = kind
            self._clip = None if kind is None else self._made(kind)
        return self._clip

    def _made(self, kind: Kind) -> Samples | None:
        clips = [self._clips.known(text) for text in alarm_texts(self._book, kind)]
        known = [clip for clip in clips if clip is not None]
        return np.concatenate(known) if len(known) == len(clips) else None


def alarm_texts(book: Book, kind: Kind) -> list[str]:
    """Return the sentences that have a pad taken off, without "time is up"."""
    key = f"reply.{kind}_end"
    variants = book.texts[key]
    variant = min(1, len(variants) - 1)
    return [book.sentence(key, variant, i, {}) for i in range(len(variants[variant]))]
