"""Play a sound, and see when it begins."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from voice_coach.audio.duplex import Block, Duplex
from voice_coach.audio.mixer import Play
from voice_coach.audio.samples import Samples
from voice_coach.faults import AudioFault

BEGIN_SECONDS = 5.0
"""Seconds within which an ordered sound must begin to play."""


def playing(
    duplex: Duplex, blocks: Iterable[Block], now: int, sound: Samples, gain: float
) -> Iterator[tuple[Block, bool]]:
    """Order a sound; yield the blocks that follow, and whether it has begun by then.

    A late order begins at once, and blocks may have piled up while speech was being rendered, so
    only the far end shows where the sound begins.

    Args:
        duplex: both ends.
        blocks: the rest of its blocks.
        now: the frame after the last block.
        sound: shape (frames,), not silent.
        gain: factor on it.

    Raises:
        AudioFault: the sound did not begin, or the device was lost.
    """
    duplex.mixer.orders.put(Play(now + duplex.lead, sound, gain))
    begun, waited, asked = False, 0, time.monotonic()
    for block in blocks:
        begun = begun or bool(block.far.any())
        if not begun:
            waited += len(block.far)
            # Live, all blocks from before the order come first, however many there are.
            overdue = not duplex.live or time.monotonic() - asked > BEGIN_SECONDS
            if overdue and waited > BEGIN_SECONDS * duplex.rate:
                raise AudioFault("The loudspeaker has stopped playing", "see that it is plugged in")
        yield block, begun
    raise AudioFault("The sound has ended", "see that the sound card is plugged in")
