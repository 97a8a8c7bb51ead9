"""The loudspeaker at the microphone: is it heard, how late, how loud, and can it be cancelled?"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from voice_coach.audio.samples import Samples
from voice_coach.audio.wav import resampled
from voice_coach.doctor.finding import Figures, Finding
from voice_coach.doctor.microphone import CLIPPED_SHARE, clipped_share
from voice_coach.echo import BLOCK, RATE, Canceller, EchoFault, open_canceller
from voice_coach.hearing.front_end import GOOD_LOSS_DB, NO_ECHO_DB

LOUDSPEAKER = "loudspeaker"
CANCELLING = "echo cancelling"

LATE_MS = 400.0
"""Milliseconds of delay above which an answer seems slow: more than sound servers add."""

LOUD_ECHO_DB = 6.0
"""Level of the echo relative to the played sound above which it is too loud. The canceller was
measured up to 15 dB above the user, who is some 20 dB softer than the played sound."""

DRIFT_PPM = 30.0
"""Parts per million between two clocks above which cancelling was measured to get worse."""


@dataclass(frozen=True, slots=True)
class Echo:
    """The canceller's measurements.

    Attributes:
        delay_ms: delay of the echo; None if the loudspeaker is not heard.
        echo_db: level of the echo relative to the played sound; None with too little sound.
        loss_db: ERLE, as last measured; None with too little sound.
        drift_ppm: between the two clocks.
        jumps: how often the delay jumped.
        clipped: share of the microphone's samples at full scale.
    """

    delay_ms: float | None
    echo_db: float | None
    loss_db: float | None
    drift_ppm: float
    jumps: int
    clipped: float


def measure_echo(near: Samples, far: Samples, rate: int) -> Echo:
    """Run the canceller over both ends.

    Args:
        near: what the microphone heard, shape (frames,), full scale -1 to 1.
        far: what was played meanwhile, shape (frames,); at least 6 s of sound.
        rate: frames per second of both.

    Raises:
        EchoFault: libspeexdsp is missing.
    """
    canceller: Canceller = open_canceller()
    try:
        ends = [s if rate == RATE else resampled(s, rate, RATE) for s in (near, far)]
        frames = min(map(len, ends)) // BLOCK * BLOCK
        loss: float | None = None
        for start in range(0, frames, BLOCK):
            canceller.clean(ends[0][start : start + BLOCK], ends[1][start : start + BLOCK])
            # A jump of the delay resets it, maybe just before the end.
            known = canceller.erle_db
            loss = loss if known is None else known
        return Echo(
            None if canceller.delay is None else 1000 * canceller.delay / RATE,
            canceller.echo_db,
            loss,
            canceller.drift_ppm,
            canceller.jumps,
            clipped_share(near),
        )
    finally:
        canceller.close()


def heard_loudspeaker(delay_ms: float | None, echo: Echo | None, near: Samples) -> Finding:
    """Judge whether the microphone hears the loudspeaker.

    Args:
        delay_ms: delay of the echo, measured by any means; None if it is not heard.
        echo: the canceller's measurements; None without a canceller.
        near: what the microphone heard meanwhile.
    """
    figures: Figures = {
        "delay_ms": None if delay_ms is None else round(delay_ms, 1),
        "echo_db": None if echo is None else _rounded(echo.echo_db),
        "clipped_percent": round(100 * clipped_share(near), 3),
    }

    def bad(what: str, remedy: str) -> Finding:
        return Finding(LOUDSPEAKER, "warning", what, remedy, figures)

    if delay_ms is None:
        return bad(
            "The microphone doesn't hear the loudspeaker",
            "if you can hear me, that's normal for headphones and for a speakerphone that cancels "
            "its own echo; if you can't, turn the volume up or choose another device",
        )
    if clipped_share(near) > CLIPPED_SHARE:
        return bad(
            "The loudspeaker overdrives the microphone",
            "turn the microphone's level or the loudspeaker's volume down, or move them apart",
        )
    if delay_ms > LATE_MS:
        return bad(
            "The loudspeaker is late",
            "use a loudspeaker with a cable instead of Bluetooth",
        )
    return Finding(LOUDSPEAKER, "ok", "The microphone hears the loudspeaker", "", figures)


def cancelling(echo: Echo | None, fault: EchoFault | None, *, devices: int) -> Finding:
    """Judge how well the coach's own voice can be cancelled.

    Args:
        echo: the canceller's measurements; None without a canceller.
        fault: why there is none.
        devices: 1 where the microphone and the loudspeaker are one device, else 2.
    """
    if echo is None:
        if fault is None:
            return Finding(CANCELLING, "skipped", "Cancelling wasn't tried")
        remedy = f"{fault.remedy}. Until then only safety words are heard while the coach speaks"
        return Finding(CANCELLING, "warning", fault.what, remedy)
    figures: Figures = {
        "loss_db": _rounded(echo.loss_db),
        "echo_db": _rounded(echo.echo_db),
        "drift_ppm": round(echo.drift_ppm, 1),
        "jumps": echo.jumps,
        "devices": devices,
    }
    if echo.delay_ms is None or echo.echo_db is None:
        return Finding(CANCELLING, "skipped", "There's no echo to take out", "", figures)
    if echo.loss_db is not None and echo.loss_db >= GOOD_LOSS_DB:
        what = "The coach can take its own voice out of what it hears"
        return Finding(CANCELLING, "ok", what, "", figures)
    if echo.echo_db < NO_ECHO_DB:
        what = "The echo is too soft to need cancelling"
        return Finding(CANCELLING, "ok", what, "", figures)
    why, remedy = _why(echo, devices)
    what = f"The coach can't take its own voice out of what it hears: {why}"
    return Finding(CANCELLING, "warning", what, remedy, figures)


def _why(echo: Echo, devices: int) -> tuple[str, str]:
    """Return the likeliest reason for too little ERLE, and what to do about it."""
    if echo.clipped > CLIPPED_SHARE:
        return (
            "the microphone is overdriven",
            "turn the microphone's level or the loudspeaker's volume down, or move them apart",
        )
    if echo.jumps:
        return (
            "the delay of the sound jumps",
            "end other programs, use a cable instead of Bluetooth, or try another USB socket",
        )
    if devices > 1 or abs(echo.drift_ppm) > DRIFT_PPM:
        return (
            "the microphone and the loudspeaker are separate devices with a clock each",
            "use one device for both, such as a USB speakerphone",
        )
    if echo.echo_db is not None and echo.echo_db > LOUD_ECHO_DB:
        return (
            "it is too loud at the microphone",
            "move the loudspeaker and the microphone apart, or turn the volume down",
        )
    return (
        "the loudspeaker distorts, or the room is noisy",
        "turn the volume down, and move the loudspeaker and the microphone apart",
    )


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(np.clip(value, -120, 120)), 1)
