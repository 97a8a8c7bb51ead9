"""Finish a rendered clip: trim it, bring it to one loudness, keep its peaks in bounds."""

from __future__ import annotations

import numpy as np

from voice_coach.audio.samples import Samples

VERSION = "1"
"""To be changed with the processing below, so that cached clips are rendered again."""

LEVEL_DB = -20.0
"""dBFS: the loudness (RMS of the speaking frames) of every clip at volume 0."""

PEAK_DB = -3.0
"""dBFS: no clip peaks higher at volume 0; an overdriven loudspeaker distorts, and distortion
defeats echo cancelling."""

TRIM_DB = -45.0
"""Level, in dB relative to the clip's peak, below which its ends count as silence."""

KEEP_SECONDS = 0.010
FADE_SECONDS = 0.005
FRAME_SECONDS = 0.020


def finish(samples: Samples, rate: int) -> Samples:
    """Return a clip trimmed, brought to LEVEL_DB, limited and faded at both ends.

    A silent input stays silent.

    Args:
        samples: piper's output, shape (frames,).
        rate: frames per second.
    """
    peak = float(np.abs(samples).max(initial=0.0))
    if peak == 0.0:
        return samples
    loud = np.flatnonzero(np.abs(samples) > peak * 10 ** (TRIM_DB / 20))
    keep = round(KEEP_SECONDS * rate)
    cut = samples[max(0, loud[0] - keep) : loud[-1] + 1 + keep].astype(np.float32)
    cut *= 10 ** ((LEVEL_DB - speech_level(cut, rate)) / 20)
    cut = limited(cut)
    fade = min(round(FADE_SECONDS * rate), len(cut) // 2)
    ramp = np.linspace(0.0, 1.0, fade, dtype=np.float32)
    cut[:fade] *= ramp
    cut[len(cut) - fade :] *= ramp[::-1]
    return cut


def speech_level(samples: Samples, rate: int) -> float:
    """Return the RMS, in dBFS, of the frames that contain speech.

    Frames of 20 ms that are more than 20 dB below the loudest are pauses and do not count; else a
    sentence with a comma would come out louder than one without.
    """
    size = max(1, round(FRAME_SECONDS * rate))
    whole = len(samples) // size * size
    frames = samples[:whole].reshape(-1, size) if whole else samples[None, :]
    power = np.mean(np.square(frames, dtype=np.float64), axis=1)
    speaking = power[power > power.max() * 0.01]
    return float(10 * np.log10(speaking.mean() + 1e-20))


def in_16_bits(samples: Samples) -> Samples:
    """Return samples rounded to 16 bits, so that a clip sounds the same fresh and cached."""
    integers: Samples = np.clip(np.rint(samples * 32768), -32768, 32767).astype(np.float32)
    return integers / np.float32(32768)


def limited(samples: Samples) -> Samples:
    """Return samples with peaks held below PEAK_DB by a soft knee 6 dB below it."""
    ceiling = 10 ** (PEAK_DB / 20)
    knee = ceiling / 2
    size = np.abs(samples)
    over = size > knee
    bent = knee + (ceiling - knee) * np.tanh((size[over] - knee) / (ceiling - knee))
    limited_samples = samples.copy()
    limited_samples[over] = np.sign(samples[over]) * bent
    return limited_samples
