"""A real sound card: one full-duplex PortAudio stream, hence one clock.

The coach may live in a room for months, so it never gives up on a device. While the device is gone
the sample clock keeps up with time in blocks of silence: fifteen minutes of heat are fifteen
minutes whatever the sound card does, even if the machine was suspended. If the loudspeaker still
works, the coach goes on speaking through it and hears nothing.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from itertools import chain, repeat
from typing import Any

import numpy as np

from voice_coach.audio.abandon import mute_libraries, stuck
from voice_coach.audio.cards import (
    Card,
    cards,
    choose,
    choose_output,
    default_devices,
    portaudio,
    same,
)
from voice_coach.audio.duplex import BLOCKS_PER_SECOND, Block
from voice_coach.audio.mic_monitor import MicMonitor
from voice_coach.audio.mixer import Mixer
from voice_coach.audio.rates import with_a_rate
from voice_coach.audio.stream import Copied, Stream
from voice_coach.faults import AudioFault
from voice_coach.uptime import uptime

__all__ = [
    "Card",
    "LiveDuplex",
    "cards",
    "choose",
    "choose_output",
    "default_devices",
    "portaudio",
]

DEAD_SECONDS = 1.0
"""Seconds without a callback after which a stream counts as dead."""

PROOF_BLOCKS = 40
"""Blocks after which a reopened stream counts as running. With one end dead, PortAudio has been
seen to call back until its buffers of LATENCY were full, and never again."""

SENSELESS = 4.0
"""No valid sample is this large. 1e33 was seen while PipeWire moved a stream to another device."""

RETRIES = (*[1.0] * 10, 2.0, 3.0, 5.0)
"""Seconds between attempts to reopen a lost device: plugs come out and go back in."""

RETRY_AT_LAST = 10.0
"""Seconds between attempts after those, for as long as it takes."""

SPEECH_PAUSE = 1.2
"""Seconds of silence an attempt waits for while the coach speaks: it takes the loudspeaker away,"""

LONGEST_WAIT_FOR_PAUSE = 15.0
"""but it waits no longer than this many seconds."""

LOOK_AGAIN, LOOK_AGAIN_AT_LAST = 10.0, 60.0
"""Seconds until a substitute that hears nothing is given up for the device that was asked for, and
until that one is reopened if it hears nothing: doubled each time, up to the second figure. A stream
opened just before its microphone was plugged in has been seen to give zeros forever."""

CLIP_LEAD_SECONDS = 0.05
"""Seconds by which a clip is sent ahead: callbacks come in bursts of several blocks."""

LOWEST_PACE, PACE_GRACE = 0.5, 0.4
"""A stream running at less than this share of its rate does not count as running, after a grace of
so many seconds in which the machine may be busy. A quarter was seen with the microphone pulled."""

MAX_BEHIND, BEHIND_WINDOW = 1.2, 1800.0
"""Seconds that a stream may fall behind real time, within a window of so many, before it is
reopened: timers must not wait for it. It loses a few when the machine is too busy, and all of a
suspension; the clocks of card and machine differ by at most half a second in half an hour."""

LONGEST_CATCH_UP = 3600.0
"""Most seconds the sample clock catches up after a suspension. Catching up takes a few seconds
itself, and neither a pad nor the rest after it needs longer."""

AT_ONCE = 100
"""Blocks of lost time that are produced in one go."""

Pair = tuple[Card, Card]
"""A microphone and a loudspeaker."""


def _say(line: str) -> None:
    print(line, flush=True)


class LiveDuplex:
    """One full-duplex stream, reopened for as long as it takes.

    Args:
        wanted: the device setting; see `choose`.
        rate: frames per second, or 0 for the device's own.
        tell: called with a line to print when the devices in use change.

    Attributes:
        microphone: the card in use for listening.
        loudspeaker: the card in use for speaking.
        xruns: blocks at which PortAudio reported lost sound.
        losses: how often the device was lost and reopened; the lost time came as silence.
        microphone_ok: whether the microphone hears. False while it is lost, muted, or replaced by a
            monitor of the loudspeaker; the near end is silence then.
        loudspeaker_ok: whether the loudspeaker plays what the mixer gives.

    Raises:
        AudioFault: there is no such device, or it accepts no usable rate.
    """

    live = True

    def __init__(self, wanted: str = "", rate: int = 0, tell: Callable[[str], None] = _say) -> None:
        self._sd: Any = portaudio()
        self._wanted = wanted
        self._tell = tell
        found = cards()
        self.microphone, self.loudspeaker, self.rate = with_a_rate(
            self._sd, choose(wanted, found), rate, found, named=bool(wanted.strip(" ,"))
        )
        self._meant = (self.microphone, self.loudspeaker)
        self.mixer = Mixer(self.rate)
        self.lead = round(CLIP_LEAD_SECONDS * self.rate)
        self.xruns = 0
        self.losses = 0
        self.microphone_ok = True
        self.loudspeaker_ok = True
        self._frames = self.rate // BLOCKS_PER_SECOND
        self._silence = np.zeros(self._frames, np.float32)
        self._monitor = MicMonitor(self.rate)
        self._skipped = list[Block]()
        self._position = 0
        self._proving = False
        self._look_again_at = 0.0
        self._patience = LOOK_AGAIN
        # The callback shares the interpreter with the recogniser; short slices keep it on time.
        sys.setswitchinterval(0.001)
        mute_libraries()
        self._stream: Stream | None = Stream(
            self._sd, self.mixer, self.rate, self.microphone, self.loudspeaker, begin=lambda: 0
        )
        self._anchor = (0, uptime())

    def blocks(self) -> Iterator[Block]:
        """Yield blocks as they are played and heard, without end.

        While the device is lost, blocks of silence come as time passes.
        """
        while self._stream is not None:
            copied = self._stream.next(DEAD_SECONDS)
            if copied is None:
                yield from self._outage()
                continue
            yield self._heard(copied)
            if self._fell_behind():
                yield from self._outage()
            elif self._should_look_again(copied):
                yield from self._outage(lost=False)

    def close(self) -> None:
        """Stop the stream and release the device."""
        if self._stream is not None:
            self._stream.close()

    # --- while the device works

    def _heard(self, copied: Copied) -> Block:
        self.xruns += copied.xrun
        self._position = copied.start + len(copied.far)
        near = copied.near if np.abs(copied.near).max() <= SENSELESS else self._silence
        hearing = self._monitor.hear(near, copied.far)
        if not self._proving:
            self.microphone_ok = hearing
        if self.microphone_ok:
            self._patience = LOOK_AGAIN
        return Block(copied.start, near if self.microphone_ok else self._silence, copied.far)

    def _fell_behind(self) -> bool:
        """Return whether the stream has lost too much time since its clock was last right."""
        assert self._stream is not None
        late = self._late(self._stream.position)
        if late <= MAX_BEHIND and uptime() - self._anchor[1] > BEHIND_WINDOW:
            self._anchor = (self._stream.position, uptime())
        return late > MAX_BEHIND

    def _late(self, position: int) -> float:
        """Return by how many seconds a sample clock at `position` lags real time."""
        right, since = self._anchor
        return uptime() - since - (position - right) / self.rate

    def _should_look_again(self, copied: Copied) -> bool:
        """Return whether to reopen the devices: only while they hear and play nothing."""
        return not (self.microphone_ok or copied.far.any()) and uptime() >= self._look_again_at

    # --- while it does not

    def _outage(self, *, lost: bool = True) -> Iterator[Block]:
        """Yield blocks until a device is open: silence, or speech without hearing.

        Args:
            lost: True if the device died, False if it merely hears nothing.
        """
        yield from self._end_stream()
        if self._late(self._position) < 0:  # the card's clock runs ahead of the machine's
            self._anchor = (self._position, uptime())
        for delay in chain((0.0,), RETRIES, repeat(RETRY_AT_LAST)):
            yield from self._pass(delay)
            yield from self._end_stream()
            if not stuck():
                # PortAudio notices newly plugged devices only when restarted.
                self._sd._terminate()
                self._sd._initialize()
            if (yield from self._open_both()):
                break
            self.loudspeaker_ok = False
            self._lose_microphone()
            yield from self._open_loudspeaker()
        self.loudspeaker_ok = True
        self.losses += lost

    def _pass(self, seconds: float) -> Iterator[Block]:
        """Yield blocks for some seconds; if the coach is speaking aloud, until it falls silent."""
        end = uptime() + seconds
        most, quiet = end + LONGEST_WAIT_FOR_PAUSE, 0.0
        while True:
            now, speaks = uptime(), self._stream is not None
            if now >= (most if speaks and quiet < SPEECH_PAUSE else end):
                break
            if self._stream is None:
                yield from self._catch_up()
                time.sleep(1 / BLOCKS_PER_SECOND)
            elif (copied := self._stream.next(DEAD_SECONDS)) is not None:
                quiet = 0.0 if copied.far.any() else quiet + 1 / BLOCKS_PER_SECOND
                yield self._heard(copied)
            else:
                self.loudspeaker_ok = False
                yield from self._end_stream()
        if self._stream is None:  # else only its callback may read the mixer
            yield from self._catch_up()

    def _lose_microphone(self) -> None:
        self._monitor.lose()
        self.microphone_ok = False

    def _end_stream(self) -> Iterator[Block]:
        if self._stream is None:
            return
        stream, self._stream = self._stream, None
        for copied in stream.close():
            yield self._heard(copied)
        self._position = stream.position

    def _skip(self) -> int:
        """Let the sample clock catch up with real time; what was due to be played is lost.

        Returns:
            The frame that is due now.
        """
        for _ in range(self._behind()):
            self._skip_block()
        return self._position

    def _catch_up(self) -> Iterator[Block]:
        """Do the same and yield the blocks skipped, of which a suspended hour has many."""
        while behind := self._behind():
            for _ in range(min(behind, AT_ONCE)):
                self._skip_block()
            yield from self._take_skipped()
        yield from self._take_skipped()

    def _behind(self) -> int:
        """Return how many blocks the sample clock lags real time."""
        late = self._late(self._position)
        if late > LONGEST_CATCH_UP:
            position, since = self._anchor
            self._anchor = (position, since + late - LONGEST_CATCH_UP)
            late = LONGEST_CATCH_UP
        return max(0, int(late * BLOCKS_PER_SECOND))

    def _skip_block(self) -> None:
        self.mixer.read(self._position, self._frames)
        self._skipped.append(Block(self._position, self._silence, self._silence))
        self._position += self._frames

    def _take_skipped(self) -> Iterator[Block]:
        skipped, self._skipped = self._skipped, []
        yield from skipped

    def _open_both(self) -> Generator[Block, None, bool]:
        """Open a microphone and a loudspeaker: those asked for, or else the system's."""
        for microphone, loudspeaker in self._pairs():
            if microphone.name != self._meant[0].name:
                self._lose_microphone()  # perhaps a monitor source; it must prove itself
            if not (yield from self._try(microphone, loudspeaker)):
                yield from self._catch_up()  # each attempt may take seconds
                continue
            names = (microphone.name, loudspeaker.name)
            if names != (self.microphone.name, self.loudspeaker.name):
                self._tell(f'Now listening on "{names[0]}", speaking on "{names[1]}".')
            self.microphone, self.loudspeaker = microphone, loudspeaker
            self._look_again_at = uptime() + self._patience
            if microphone.name == self._meant[0].name:
                self._patience = min(2 * self._patience, LOOK_AGAIN_AT_LAST)
            else:
                self._patience = LOOK_AGAIN
            return True
        return False

    def _open_loudspeaker(self) -> Iterator[Block]:
        for loudspeaker in self._loudspeakers():
            self.loudspeaker_ok = yield from self._try(None, loudspeaker)
            if self.loudspeaker_ok:
                break
            yield from self._catch_up()

    def _try(self, microphone: Card | None, loudspeaker: Card) -> Generator[Block, None, bool]:
        """Open a stream and yield its first blocks; return whether it runs at its rate."""
        try:
            self._stream = Stream(
                self._sd, self.mixer, self.rate, microphone, loudspeaker, begin=self._skip
            )
        except AudioFault:
            return False
        begin, began = self._position, uptime()
        yield from self._take_skipped()
        self._proving = True
        for _ in range(PROOF_BLOCKS):
            copied = self._stream.next(DEAD_SECONDS)
            if copied is not None:
                yield self._heard(copied)
            passed, played = uptime() - began, (self._stream.position - begin) / self.rate
            if copied is None or played < LOWEST_PACE * (passed - PACE_GRACE):
                yield from self._end_stream()
                break
        self._proving = False
        return self._stream is not None

    def _pairs(self) -> list[Pair]:
        found = self._found()
        microphone = same(self._meant[0], "microphone", found)
        loudspeaker = same(self._meant[1], "loudspeaker", found)
        pairs = [(microphone, loudspeaker)] if microphone and loudspeaker else []
        for wanted in (self._wanted, ""):
            with suppress(AudioFault):
                pairs.append(choose(wanted, found))
        return list(dict.fromkeys(pairs))

    def _loudspeakers(self) -> list[Card]:
        found = self._found()
        known = same(self._meant[1], "loudspeaker", found)
        loudspeakers = [known] if known else []
        for wanted in (self._wanted, ""):
            with suppress(AudioFault):
                loudspeakers.append(choose_output(wanted, found))
        return list(dict.fromkeys(loudspeakers))

    def _found(self) -> list[Card]:
        try:
            return cards()
        except AudioFault:
            return []
