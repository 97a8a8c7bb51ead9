"""A loudspeaker alone: plays clips of a clock that is not the sound card's.

What is given out together keeps its distances to the sample. The two clocks are brought together
whenever nothing is playing, so that they never drift apart.
"""

from __future__ import annotations

import sys

from voice_coach.audio.abandon import mute_libraries
from voice_coach.audio.cards import Card, cards, choose_output, portaudio
from voice_coach.audio.duplex import BLOCKS_PER_SECOND
from voice_coach.audio.mixer import Fade, Mixer, Play
from voice_coach.audio.samples import Samples
from voice_coach.audio.stream import Stream
from voice_coach.faults import AudioFault
from voice_coach.uptime import uptime

DELAY_SECONDS = 0.15
"""How much later everything is played than its clock says: callbacks come in bursts, and whoever
gives out a clip may be late."""

DEAD_SECONDS = 2.0
"""Seconds without a callback after which the loudspeaker counts as lost."""

RATES = (48000, 44100, 32000, 24000, 22050, 16000)
"""Tried in this order when the device refuses its own default rate."""


class Playback:
    """See the module's docstring.

    Args:
        wanted: the device setting; see `choose_output`.
        rate: frames per second, or 0 for the device's own.

    Attributes:
        loudspeaker: the card in use.
        rate: frames per second.
        mixer: what it plays.

    Raises:
        AudioFault: there is no loudspeaker, or it cannot be opened.
    """

    def __init__(self, wanted: str = "", rate: int = 0) -> None:
        module = portaudio()
        self.loudspeaker = choose_output(wanted, cards())
        self.rate = _rate(self.loudspeaker, rate)
        self.mixer = Mixer(self.rate)
        sys.setswitchinterval(0.001)  # the callback shares the interpreter; short slices help it
        mute_libraries()
        self._stream = Stream(
            module, self.mixer, self.rate, None, self.loudspeaker, begin=lambda: 0
        )
        self._offset = 0
        self._busy_until = 0
        self._called_at = uptime()

    def play(self, start: int, samples: Samples, gain: float, now: int) -> None:
        """Play a clip.

        Args:
            start: its frame, by the other clock.
            samples: the sound, shape (frames,).
            gain: by which it is multiplied.
            now: the present frame, by the other clock.
        """
        played = self._stream.position
        if played >= self._busy_until:
            self._offset = played + round(DELAY_SECONDS * self.rate) - now
        begin = start + self._offset
        self._busy_until = max(self._busy_until, begin + len(samples))
        self.mixer.orders.put(Play(begin, samples, gain))

    def hush(self) -> None:
        """Fade out what is playing, and drop what has not begun."""
        self.mixer.orders.put(Fade())
        self._busy_until = 0

    @property
    def silent(self) -> bool:
        """Whether all that was given out has been played."""
        return self._stream.position >= self._busy_until

    def tend(self) -> bool:
        """Take note of what was played; to be called often. Return whether it still plays."""
        while self._stream.next(0) is not None:
            self._called_at = uptime()
        return uptime() - self._called_at < DEAD_SECONDS

    def close(self) -> None:
        """Release the device."""
        self._stream.close()


def _rate(card: Card, wanted: int) -> int:
    """Return a rate that the loudspeaker accepts; a requested one is not replaced by another."""
    module = portaudio()
    for rate in (wanted,) if wanted else (card.rate, *RATES):
        if rate % BLOCKS_PER_SECOND:
            continue
        try:
            module.check_output_settings(
                card.index, min(2, card.outputs), "float32", samplerate=rate
            )
        except (module.PortAudioError, ValueError):
            continue
        return rate
    asked = f"{wanted} Hz" if wanted else "any usual rate"
    raise AudioFault(
        f'"{card.name}" does not accept {asked}',
        "set rate = 0 to use the device's own, or choose another device",
    )
