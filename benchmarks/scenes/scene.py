"""A scene: everything that determines what the microphone hears, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass

RATE = 16000
"""Frames per second of every scene: the recogniser's rate, so that nothing is resampled."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A room, who is in it, and what is wrong with the sound. Equal scenes sound alike.

    Attributes:
        name: its name in tables.
        seed: of all random choices in it.
        size: length, width and height of the room in metres.
        rt60: seconds in which the room's sound falls by 60 dB (after Sabine, as asked for).
        distance: metres from the person's mouth to the microphone.
        moving: metres by which the person's head moves to and fro; 0 for lying still.
        user_db: dBFS RMS of the person's speech at the microphone.
        echo_db: level of the coach's speech at the microphone above the person's, when it speaks
            at its volume at the start; None for headphones.
        distortion: total harmonic distortion of the loudspeaker, as a share of 1, for a sine as
            high as the peaks of the coach's speech at its volume at the start.
        delay: seconds from the mixer to the microphone: buffers of the sound card, and the air.
        drift_ppm: millionths by which that delay grows: the loudspeaker's clock is slower.
        jump: seconds by which the delay grows at once, `jump_at` seconds from the start.
        jump_at: see `jump`.
        losses: how often in a minute the capture loses one to three blocks; they come as zeros.
        snr_db: the person's speech above the noise in the room; None for none but the floor.
        floor_db: dBFS of the microphone's own noise.
    """

    name: str
    seed: int = 0
    size: tuple[float, float, float] = (4.5, 3.8, 2.5)
    rt60: float = 0.35
    distance: float = 2.0
    moving: float = 0.0
    user_db: float = -30.0
    echo_db: float | None = 10.0
    distortion: float = 0.01
    delay: float = 0.12
    drift_ppm: float = 0.0
    jump: float = 0.0
    jump_at: float = 0.0
    losses: float = 0.0
    snr_db: float | None = None
    floor_db: float = -80.0
