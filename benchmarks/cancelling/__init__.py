"""How well echo cancelling removes the coach's own voice, and what it costs.

The coach's sentences are played into simulated rooms: a direct sound and a tail of decaying noise
with the room's reverberation time (RT60), a loudspeaker that distorts, two clocks that drift apart,
delays that jump. Meanwhile a user says words at -36 dBFS.

The veto: did anybody speak at all? A word that the recogniser heard while the coach spoke passes
only if the sound rose above its floor. `voice_coach/echo/near_end.py` takes the rise of the
filter's output above the level that the far end explains. It is compared with the plain level of
the output, WebRTC's AEC3 instead of the filter, and AEC3 after the filter.
"""

from __future__ import annotations

from ..common import Goal, Report, Scale
from .costs import costs
from .losses import losses
from .vetoes import VETO_DB, vetoes

__all__ = ["measure"]


def measure(scale: Scale) -> Report:
    """Measure everything."""
    table, lost = losses(scale)
    judged, by_level, (hits, false) = vetoes(scale)
    spent, cost = costs(scale)
    return Report(
        "cancelling",
        [table, judged, by_level, spent],
        [
            Goal(
                "loss of a linear echo, 5 to 10 s", lost["10 dB louder (as below)"], 25, "dB", True
            ),
            Goal("loss with 20 ppm of drift, 10 to 15 s", lost["20 ppm"], 25, "dB", True),
            Goal("cancelling, while the coach speaks", cost, 0.01, "RTF"),
            Goal(f"words that rise {VETO_DB:g} dB", hits, 90, "%", True),
            Goal(f"echoes alone that rise {VETO_DB:g} dB", false, 10, "%"),
        ],
    )
