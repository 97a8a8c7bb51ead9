"""One recording as it might have been: another voice, room, distance, noise and level.

All of it is done on samples, but for the length of the vocal tract, which bends the mel filters,
and for what SpecAugment hides. Speed changes pitch too. The level of speech is that of what is not
a pause, and the level of noise that of all of it, as in `benchmarks.hearing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import signal

from training.store import RATE, Entry, Sound, Store
from voice_coach.teaching.features import BANDS, SHIFT, log_mels

Draw = np.random.Generator
Features = np.ndarray[Any, np.dtype[np.float32]]

WHISPER_DB, SHOUT_DB = -48.0, -12.0
"""Levels of the speech in the end, in dB below full scale (RMS)."""
LEAST_SILENCE = 0.03
"""Seconds of silence put before a recording, and after it, at least."""
LOUD_NOISE_DB = 15.0
"""From here down (speech over noise) the pauses are noise, and not silence."""
GATED, GATE_DB = 0.12, -35.0
"""How many pieces have exact zeros in their pauses, and what counts as one, from the speech."""


@dataclass(frozen=True)
class Material:
    """What may be mixed in.

    Attributes:
        store: all sound.
        noises: entries without speech, those of each source together.
        talk: entries of other people talking.
        own: entries in the coach's voice.
        rooms: impulse responses, (count, frames).
    """

    store: Store
    noises: Sequence[Sequence[Entry]]
    talk: Sequence[Entry]
    own: Sequence[Entry]
    rooms: Features


@dataclass(frozen=True, slots=True)
class Timing:
    """Where the samples of a recording are after it was changed.

    Attributes:
        speed: how many samples became one.
        before: samples of silence put before it.
    """

    speed: float = 1.0
    before: int = 0

    def place(self, sample: int) -> float:
        """Return where a sample of the recording is."""
        return sample / self.speed + self.before


@dataclass(frozen=True, slots=True)
class Sample:
    """One changed recording.

    Attributes:
        features: (frames, BANDS) log-mels.
        noisy: its pauses are noise.
        timing: where its samples went.
    """

    features: Features
    noisy: bool
    timing: Timing = Timing()


def plain(sound: Sound) -> Features:
    """Return the features of a recording as it is, dithered as the program does."""
    draw = np.random.default_rng(0)
    return log_mels(sound * np.float32(32768) + draw.standard_normal(len(sound), np.float32))


def changed(
    sound: Sound,
    draw: Draw,
    material: Material,
    *,
    synthetic: bool,
    silence: float,
) -> Sample:
    """Return a recording changed at random.

    Args:
        sound: in [-1, 1].
        draw: the source of chance; the same gives the same.
        material: what may be mixed in.
        synthetic: it comes from a synthesiser: its voice is changed more.
        silence: seconds to put before and after it, together.
    """
    spread = 0.17 if synthetic else 0.11
    speed = float(np.exp(draw.uniform(-spread, spread)))
    before = round(draw.uniform(LEAST_SILENCE, silence - LEAST_SILENCE) * RATE)
    sound = _between_silences(_faster(sound, speed), before, round(silence * RATE) - before)
    sample = heard(sound, draw, material, synthetic=synthetic)
    return replace(sample, timing=Timing(speed, before))


def heard(sound: Sound, draw: Draw, material: Material, *, synthetic: bool) -> Sample:
    """Return a recording changed in all but its timing: for arguments see `changed`."""
    gated = draw.random() < GATED
    if draw.random() < 0.5:
        sound = _in_room(sound, material.rooms[draw.integers(len(material.rooms))], draw)
    if draw.random() < 0.5:
        sound = _equalised(sound, draw)
    level = speech_size(sound)
    noisy = False
    if draw.random() < 0.8 and not gated:
        # Half of it in a noise that the coach is meant to hear through, and is bad at.
        ratio = draw.uniform(0, 15) if draw.random() < 0.55 else draw.uniform(15, 30)
        noise, steady = _noise(len(sound), ratio, draw, material)
        sound = sound + noise * np.float32(level / max(_size(noise), 1e-6) * 10 ** (-ratio / 20))
        noisy = ratio < LOUD_NOISE_DB and not steady
    wanted = 10 ** (draw.uniform(WHISPER_DB, SHOUT_DB) / 20)
    sound = sound * np.float32(wanted / max(level, 1e-6))
    if draw.random() < 0.06:
        limit = np.float32(draw.uniform(1.0, 4.0) * wanted)
        sound = np.clip(sound, -limit, limit)
    sound = np.clip(sound, -1, 1) * np.float32(32768)
    if gated:
        sound = _gated(sound, wanted * 32768 * 10 ** (GATE_DB / 20))
    else:
        floor = np.float32(np.exp(draw.uniform(0, 2.5)))  # of the microphone, in steps of int16
        sound = sound + floor * draw.standard_normal(len(sound), np.float32)
    bend = 0.16 if synthetic else 0.10
    # In 1/100: every bend has filters of its own, which are kept.
    warp = float(np.round(np.exp(draw.uniform(-bend, bend)), 2))
    return Sample(_partly_hidden(log_mels(sound, warp), draw), noisy)


def _gated(sound: Sound, least: float) -> Sound:
    """Return a sound in whole steps of int16, with exact zeros where 10 ms are softer than `least`.

    So it comes from a gate, from a synthesiser or from a file: without it, a network that looks far
    back is lost for a second after a digital silence, which is like no sound that it has met.
    """
    step = RATE // 100
    whole = len(sound) // step * step
    soft = np.sqrt(np.mean(sound[:whole].reshape(-1, step) ** 2, 1)) < least
    heard = np.rint(sound)
    heard[:whole][np.repeat(soft, step)] = 0
    heard[whole:] = 0
    return heard


def noise_alone(draw: Draw, material: Material) -> Sample:
    """Return some seconds without any speech."""
    length = round(draw.uniform(1.0, 5.0) * RATE)
    if material.talk and draw.random() < 0.2:
        noise = _talk(length, draw, material, 4, 7)
    else:
        noise = din(length, draw, material)
    if draw.random() < 0.3:
        noise = noise + np.float32(draw.uniform(0, 1)) * din(length, draw, material)
    wanted = 10 ** (draw.uniform(-55, SHOUT_DB) / 20)
    sound = np.clip(noise * np.float32(wanted / max(loudness(noise), 1e-6)), -1, 1)
    sound = sound * np.float32(32768)
    if draw.random() < GATED:
        sound = _gated(sound, wanted * 32768 * 10 ** (GATE_DB / 20))
    else:
        sound = sound + draw.standard_normal(length, np.float32)
    warp = float(np.round(draw.uniform(0.9, 1.1), 2))
    return Sample(_partly_hidden(log_mels(sound, warp), draw), True)


def din(length: int, draw: Draw, material: Material) -> Sound:
    """Return sounds of one source, at another speed, in another room; or some, with gaps between.

    A source is drawn first: a dozen recordings of a house count for as much as hundreds that were
    made. A door that slams once is a loud noise in a silence, and what its loudness is over all of
    the piece says little of how loud it is above a word.
    """
    entries = material.noises[int(draw.integers(len(material.noises)))]
    gaps = draw.random() < 0.5
    made = np.zeros(length, np.float32)
    at = round(draw.uniform(0, 0.6) * length) if gaps else 0
    while at < length:
        sound = material.store.sound(entries[int(draw.integers(len(entries)))])
        most = 2 * (length - at)
        first = int(draw.integers(0, max(1, len(sound) - most)))
        part = _faster(sound[first : first + most], float(np.exp(draw.uniform(-0.4, 0.4))))
        part = part[: length - at]
        gain = 10 ** (draw.uniform(-12, 0) / 20) if gaps else 1.0
        made[at : at + len(part)] += part * np.float32(gain / max(loudness(part), 1e-4))
        at += max(1, len(part))
        if gaps:
            at += round(draw.exponential(0.5) * RATE)
    if draw.random() < 0.5:
        made = _equalised(made, draw)
    if draw.random() < 0.4:
        made = _in_room(made, material.rooms[draw.integers(len(material.rooms))], draw)
    return made


def loudness(sound: Sound) -> float:
    """Return the RMS of the louder half of the 20 ms pieces of a sound."""
    step = RATE // 50
    if len(sound) < step:
        return _size(sound)
    power = np.sort((sound[: len(sound) // step * step].reshape(-1, step) ** 2).mean(1))
    return float(np.sqrt(power[len(power) // 2 :].mean()))


def speech_size(sound: Sound) -> float:
    """Return the RMS of the 20 ms pieces that are less than 20 dB below the loudest one."""
    step = RATE // 50
    if len(sound) < step:
        return _size(sound)
    power = (sound[: len(sound) // step * step].reshape(-1, step) ** 2).mean(1)
    return float(np.sqrt(power[power >= power.max() * 0.01].mean()))


def _size(sound: Sound) -> float:
    return float(np.sqrt(np.mean(sound**2))) if len(sound) else 0.0


def _faster(sound: Sound, factor: float) -> Sound:
    places = np.arange(0.0, len(sound) - 1, factor)
    return np.interp(places, np.arange(len(sound)), sound).astype(np.float32)


def _between_silences(sound: Sound, before: int, after: int) -> Sound:
    # Fade the edges of the recording, or its cut would be a sound of its own.
    fade = min(160, len(sound) // 4)
    sound = sound.copy()
    ramp = np.linspace(0, 1, fade, dtype=np.float32)
    sound[:fade] *= ramp
    sound[len(sound) - fade :] *= ramp[::-1]
    return np.concatenate([np.zeros(before, np.float32), sound, np.zeros(after, np.float32)])


def _in_room(sound: Sound, response: Features, draw: Draw) -> Sound:
    response = response.copy()
    response[1:] *= np.float32(draw.uniform(0.3, 1.0))  # nearer, so with less of the room
    return signal.oaconvolve(sound, response)[: len(sound)].astype(np.float32)


def _equalised(sound: Sound, draw: Draw) -> Sound:
    """Colour as a microphone and a case do: some broad peaks, sometimes a narrow band."""
    hertz = np.linspace(0, RATE / 2, 65)
    octaves = np.log2(np.maximum(hertz, 60) / 60)
    gain_db = draw.uniform(-2, 2) * (octaves - 3.5)
    for _ in range(3):
        gain_db = gain_db + draw.uniform(-6, 6) * np.exp(
            -0.5 * ((octaves - draw.uniform(0, 7)) / 0.8) ** 2
        )
    if draw.random() < 0.1:  # a Bluetooth microphone
        gain_db = gain_db - 60 * (hertz > draw.uniform(3400, 4200)) - 30 * (hertz < 250)
    taps = signal.firwin2(129, hertz, 10 ** (gain_db / 20), fs=RATE)
    return signal.oaconvolve(sound, taps.astype(np.float32), "same").astype(np.float32)


def _noise(length: int, ratio: float, draw: Draw, material: Material) -> tuple[Sound, bool]:
    """Return some noise, and whether it is steady."""
    kind = draw.random()
    if kind < 0.2:
        slope = np.maximum(np.fft.rfftfreq(length, 1 / RATE), 40.0) ** (draw.uniform(-2, 0) / 2)
        spectrum = np.fft.rfft(draw.standard_normal(length)) * slope
        return np.fft.irfft(spectrum, length).astype(np.float32), True
    if kind < 0.55:
        return din(length, draw, material), False
    if kind < 0.85 or not material.own:
        # One voice as loud as the speaker's would be as good an answer.
        talk = _talk(length, draw, material, 3 if ratio < 5 else 1, 7)
        if kind < 0.65:  # a television
            other = din(length, draw, material)
            share = draw.uniform(0.2, 1.5) * _size(talk) / max(_size(other), 1e-6)
            talk = talk + np.float32(share) * other
        return talk, False
    return _residue(_piece(length, draw, material.store, material.own), draw), False


def _talk(length: int, draw: Draw, material: Material, least: int, most: int) -> Sound:
    """Return people who talk at once, from `least` to fewer than `most` of them."""
    count = int(draw.integers(least, most))
    several = [_piece(length, draw, material.store, material.talk) for _ in range(count)]
    return np.sum(several, 0, dtype=np.float32)


def _residue(sound: Sound, draw: Draw) -> Sound:
    """Return the coach's voice as echo cancelling leaves it: thin, distorted, coming and going."""
    taps = draw.standard_normal(64) * np.exp(-np.arange(64) / draw.uniform(4, 30))
    left = signal.oaconvolve(sound, taps.astype(np.float32), "same")
    left = left + draw.uniform(0, 0.5) * np.sign(left) * left**2 / max(1e-6, np.abs(left).max())
    places = np.arange(0, len(sound) + 3200, 3200)
    swell = np.interp(np.arange(len(sound)), places, draw.uniform(0.1, 1, len(places)))
    return (left * swell).astype(np.float32)


def _piece(length: int, draw: Draw, store: Store, entries: Sequence[Entry]) -> Sound:
    """Return a piece of one or more of the recordings."""
    got = np.zeros(0, np.float32)
    while len(got) < length:
        sound = store.sound(entries[int(draw.integers(len(entries)))])
        first = draw.integers(0, max(1, len(sound) - length))
        part = sound[first : first + length - len(got)]
        got = np.concatenate([got, part / np.float32(max(loudness(part), 1e-4))])
    return got


def _partly_hidden(features: Features, draw: Draw) -> Features:
    if draw.random() < 0.3:
        for _ in range(draw.integers(1, 3)):
            width = int(draw.integers(1, 7))
            first = int(draw.integers(0, BANDS - width))
            features[:, first : first + width] = features.mean()
    if draw.random() < 0.15 and len(features) > 20:
        length = int(draw.integers(2, 8))
        first = int(draw.integers(0, len(features) - length))
        features[first : first + length] = features.mean(0)
    return features


FRAME = SHIFT
"""Samples from one frame of features to the next."""
