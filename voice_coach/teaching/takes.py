"""Takes: what somebody said when asked for a phrase, and whether it is fit to learn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from voice_coach.audio.samples import Samples
from voice_coach.hearing import HEARING_RATE
from voice_coach.teaching.adapting import Rivals, Take
from voice_coach.teaching.body import Body, Matrix
from voice_coach.teaching.features import log_mels
from voice_coach.vocabulary.phones import NOISE, SILENCE, Inventory

Fault = Literal["nothing", "loud", "soft", "other"]
"""Why a take is not learnt from: nothing was said, too loud, too soft, or something else said."""

FARTHEST = -6.0
"""Natural logarithm by which the phrase may lose to the best other thing. Of 346 takes of command
words by people whom training never used, in a room with noise at 12 dB, about 4 in 100 lose by
more, and 1 in 100 in clean sound; where another word was said, 9 in 10 do."""

OVER_PAUSE = -1.0
"""By how much it must fit better than a pause; less is noise."""

SOFT_DB, LOUD_DB = -55.0, -8.0
"""dBFS of speech between which a take is fit, as the doctor judges a word."""

CLIPPED_SHARE = 1e-3
"""Share of samples at full scale above which it is too loud."""

FULL = 0.999

SHORTEST = 0.15
"""Seconds: less sound than this is no word."""

DITHER = np.float32(1.0)
"""Standard deviation, on the scale of int16, of the noise that the recogniser adds."""


@dataclass(frozen=True, eq=False)
class Recording:
    """What somebody said when asked. Each is itself only.

    Attributes:
        phrase: what was asked for.
        number: which time it was asked for, from 0.
        sound: at HEARING_RATE, full scale -1 to 1, (frames,), as the recogniser was given it.
    """

    phrase: str
    number: int
    sound: Samples


def heard_by(body: Body, sound: Samples, seed: int = 0) -> Matrix:
    """Return what the output layer is given for a sound, (outputs, width)."""
    noise = np.random.default_rng(seed).standard_normal(len(sound), np.float32) * DITHER
    return body.hidden(log_mels(sound * np.float32(32768) + noise))


def shortlisted(body: Body, recording: Recording, rivals: Rivals, most: int) -> Take:
    """Return a recording as a take, with the rivals that count in it."""
    hidden = heard_by(body, recording.sound)
    return Take(recording.phrase, hidden, rivals.nearest(body.scores(hidden), most))


def too_loud_or_soft(level_db: float, near: Samples) -> Fault | None:
    """Judge the level at the microphone.

    Args:
        level_db: dBFS of the speech.
        near: the sound at the microphone, before anything was done to it.
    """
    clipped = float(np.mean(np.abs(near) >= FULL)) if len(near) else 0.0
    if level_db > LOUD_DB or clipped > CLIPPED_SHARE:
        return "loud"
    return "soft" if level_db < SOFT_DB else None


def unlike(body: Body, take: Take, rivals: Rivals) -> Fault | None:
    """Judge whether a take resembles its phrase; returns "other", "nothing" or None."""
    scores = body.scores(take.hidden)
    near = take.near or rivals
    found = near.chains.best(scores, near.inventory)
    least = pause_score(scores, near.inventory) + OVER_PAUSE
    if max(float(found.max()), near.unknown.best(scores)[0]) < least:
        return "nothing"
    own = float(found[np.array([word == take.word for word in near.words])].max())
    far = own < least or near.margin(scores, take.word).lead < FARTHEST
    return "other" if far else None


def pause_score(scores: Matrix, inventory: Inventory) -> float:
    """Return the score of a pause alone, each output silence or noise, whichever fits better."""
    pauses = [
        2 * inventory.bases.index(base) + which
        for base in (SILENCE, NOISE)
        if base in inventory.bases
        for which in (0, 1)
    ]
    return float(scores[:, pauses].max(1).sum())


# --- more takes from the same ones


def noisier(sound: Samples, room: Samples, snr_db: float, seed: int) -> Samples:
    """Return a take with noise of the room added.

    Args:
        sound: the take, at HEARING_RATE.
        room: noise of the room, at least a second of it, at HEARING_RATE.
        snr_db: dB of the take's loudest tenths of a second above that noise.
        seed: chooses the piece of noise.
    """
    loud = speech_power(sound)
    start = int(np.random.default_rng(seed).integers(len(room)))
    piece = np.take(room, np.arange(start, start + len(sound)), mode="wrap")
    power = float(np.mean(np.square(room, dtype=np.float64)))
    if power <= 0 or loud <= 0:
        return sound
    gain = np.float32(np.sqrt(loud / power) * 10 ** (-snr_db / 20))
    noisy: Samples = np.clip(sound + gain * piece, -1, 1).astype(np.float32)
    return noisy


def speech_power(sound: Samples) -> float:
    """Return the mean power of the louder half of a sound's tenths of a second."""
    step = HEARING_RATE // 10
    parts = [sound[at : at + step] for at in range(0, max(1, len(sound) - step + 1), step)]
    powers = sorted(float(np.mean(np.square(part, dtype=np.float64))) for part in parts)
    return float(np.mean(powers[len(powers) // 2 :])) if powers else 0.0
