"""The microphone: does it hear, and how well? Measured while nothing is played."""

from __future__ import annotations

import numpy as np

from voice_coach.audio.samples import Samples
from voice_coach.doctor.finding import Figures, Finding
from voice_coach.faults import AudioFault

MICROPHONE = "microphone"

FULL = 0.998
"""A sample this large counts as clipped: 16 bits end at 0.99997, some drivers a little lower."""

CLIPPED_SHARE = 1e-4
"""Share of the samples: 16 in 10 s at 16 kHz. A knock on the shelf clips fewer. Clipped sound
cannot be cancelled either."""

GAP_SECONDS = 0.005
"""Exact zeros for this long between sounds are a gap: half a block of most sound cards. Even a good
microphone's noise has fewer zeros in a row, in 16 bits."""

GAPS_PER_SECOND = 0.5

OFFSET = 0.03
"""Mean of the samples above which the signal is off centre: -30 dBFS, as loud as speech."""

DEAD_DB = -95.0
"""dBFS: only the last of 16 bits flickers (-98 dBFS), as with a mute switch on."""

LOUD_DB = -40.0
"""dBFS of a room that masks people: normal speech arrives at some -40 dBFS."""

LOST_PER_SECOND = 0.3

NO_SIGNAL_REMEDY = (
    "check the mute key of the microphone, turn its level up (alsamixer), "
    "or choose another device in the settings"
)


def level_db(sound: Samples) -> float:
    """Return the RMS in dBFS, without the mean; -120 for silence."""
    if not len(sound):
        return -120.0
    wide = sound.astype(np.float64)
    return float(10 * np.log10(np.mean((wide - wide.mean()) ** 2) + 1e-12))


def quiet_level_db(sound: Samples, rate: int) -> float:
    """Return the level of the room in dBFS: the median of 0.1 s pieces, as a door may slam."""
    size = max(1, rate // 10)
    pieces = [sound[i : i + size] for i in range(0, max(1, len(sound) - size + 1), size)]
    return float(np.median([level_db(piece) for piece in pieces]))


def clipped_share(sound: Samples) -> float:
    """Return the share of samples at full scale."""
    return float(np.mean(np.abs(sound) >= FULL)) if len(sound) else 0.0


def gaps(sound: Samples, rate: int) -> int:
    """Return the number of gaps: runs of exact zeros between sounds."""
    lying = np.flatnonzero(sound)
    return int(np.sum(np.diff(lying) > GAP_SECONDS * rate))


def microphone(near: Samples, rate: int, lost: int = 0, *, monitor: bool = False) -> Finding:
    """Judge a microphone.

    Args:
        near: a few seconds in which nothing was played, shape (frames,), full scale -1 to 1.
        rate: frames per second.
        lost: xruns that the sound card reported meanwhile.
        monitor: whether it proved to be a monitor source, which hears only the loudspeaker's
            signal.
    """
    seconds = max(len(near) / rate, 1e-3)
    holes = gaps(near, rate)
    mean = float(np.mean(near, dtype=np.float64)) if len(near) else 0.0
    figures: Figures = {
        "level_db": round(quiet_level_db(near, rate), 1),
        "peak_db": round(float(20 * np.log10(np.abs(near).max(initial=0.0) + 1e-6)), 1),
        "clipped_percent": round(100 * clipped_share(near), 3),
        "offset": round(mean, 4),
        "gaps": holes,
        "lost": lost,
        "seconds": round(seconds, 1),
    }

    def bad(what: str, remedy: str) -> Finding:
        return Finding(MICROPHONE, "warning", what, remedy, figures)

    if not len(near) or not near.any():
        what = "The microphone gives no signal at all, only zeros"
        if monitor:
            what = "There's no microphone, only the loudspeaker's own signal, by wire"
        return Finding(MICROPHONE, "fault", what, NO_SIGNAL_REMEDY, figures, AudioFault.exit_code)
    level = float(figures["level_db"] or 0.0)
    if clipped_share(near) > CLIPPED_SHARE:
        return bad(
            "The microphone is overdriven, even by an empty room",
            "turn its level down (alsamixer), or move it away from whatever is loud",
        )
    if level < DEAD_DB:
        return bad("The microphone hears almost nothing", NO_SIGNAL_REMEDY)
    if holes / seconds > GAPS_PER_SECOND or lost / seconds > LOST_PER_SECOND:
        return bad(
            "The microphone's sound has gaps",
            "end other programs, try another USB socket, or use a stronger power supply",
        )
    if abs(mean) > OFFSET:
        return bad(
            "The microphone's signal is off centre",
            "try another cable or another sound card: part of its range is lost",
        )
    if level > LOUD_DB:
        return bad(
            "The room is loud at the microphone",
            "switch off whatever hums, move the microphone away from fans, or turn its level down",
        )
    return Finding(MICROPHONE, "ok", "The microphone hears the room", "", figures)
