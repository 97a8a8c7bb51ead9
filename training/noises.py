"""Sounds that are not speech, and the making of more of them than there are recordings of.

Recordings are scarce, so noise is also made: coloured noise, mains hum, taps and clatter, and music
from random scores. What is made follows from its number alone. Music is rendered by fluidsynth
where that and a sound font are installed, and else plucked here.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from scipy import signal

from training.progress import progress
from training.store import RATE, Sound, decoded

Draw = np.random.Generator

SOUND_FONTS = ("/usr/share/sounds/sf2/TimGM6mb.sf2", "/usr/share/sounds/sf2/FluidR3_GM.sf2")
PLAYER = "fluidsynth timgm6mb-soundfont"
SECONDS = 12.0
"""Length of each sound that is made."""


def make_noises(folder: Path, count: int) -> list[Path]:
    """Make `count` sounds in `folder`, or those of them that are missing; return all."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{KINDS[n % len(KINDS)].__name__}_{n:04d}.flac" for n in range(count)]
    if _player() is None and not all(path.exists() for path in paths):
        print(f"music is plucked: fluidsynth or a font is not installed (Debian: {PLAYER})")
    for number, path in progress(list(enumerate(paths)), "noises"):
        if not path.exists():
            made = KINDS[number % len(KINDS)](np.random.default_rng(number))
            level = 0.5 / max(1e-4, float(np.abs(made).max()))
            beside = path.with_suffix(".part")
            soundfile.write(beside, made * level, RATE, format="FLAC", subtype="PCM_16")
            beside.replace(path)
    return paths


def coloured(draw: Draw) -> Sound:
    """Steady noise with a slope and a few broad peaks, swelling a little: fans, rain, traffic."""
    count = round(SECONDS * RATE)
    spectrum = np.fft.rfft(draw.standard_normal(count))
    hertz = np.fft.rfftfreq(count, 1 / RATE)
    slope = draw.uniform(-2.2, 0.3)
    shape = np.maximum(hertz, 30.0) ** (slope / 2)
    for _ in range(draw.integers(0, 4)):
        centre, width = draw.uniform(80, 6000), draw.uniform(0.05, 0.6)
        shape *= 1 + draw.uniform(0, 6) * np.exp(
            -0.5 * (np.log(hertz + 1) - np.log(centre)) ** 2 / width**2
        )
    steady = np.fft.irfft(spectrum * shape, count)
    swell = 1 + 0.5 * draw.random() * np.sin(2 * np.pi * draw.uniform(0.05, 3) * _time(count))
    return (steady * swell).astype(np.float32)


def hum(draw: Draw) -> Sound:
    """Mains or motor hum with its harmonics, over noise."""
    time = _time(round(SECONDS * RATE))
    base = draw.choice([50.0, 60.0, draw.uniform(25, 220)])
    wander = 1 + 0.01 * draw.random() * np.sin(2 * np.pi * 0.2 * time)
    tones = sum(
        draw.uniform(0, 1) / k * np.sin(2 * np.pi * base * k * np.cumsum(wander) / RATE)
        for k in range(1, draw.integers(4, 30))
    )
    return np.asarray(tones + 0.1 * draw.random() * coloured(draw) / 50, np.float32)


def clatter(draw: Draw) -> Sound:
    """Taps, knocks, dishes, keys: struck bodies that ring for a moment."""
    count = round(SECONDS * RATE)
    made = draw.standard_normal(count) * 1e-3
    at = 0.0
    while (at := at + draw.exponential(draw.uniform(0.08, 1.2))) < SECONDS - 1:
        ring = _struck(draw)
        first = round(at * RATE)
        made[first : first + len(ring)] += ring[: count - first]
    return made.astype(np.float32)


def _struck(draw: Draw) -> Sound:
    time = _time(round(draw.uniform(0.03, 0.9) * RATE))
    body = np.zeros(len(time))
    for _ in range(draw.integers(2, 12)):
        tone = np.sin(2 * np.pi * np.exp(draw.uniform(np.log(90), np.log(7000))) * time)
        body += draw.uniform(0, 1) * tone * np.exp(-time * draw.uniform(6, 120))
    click = draw.standard_normal(len(time)) * np.exp(-time * draw.uniform(60, 900))
    return (draw.uniform(0.05, 1) * (body + draw.uniform(0, 3) * click)).astype(np.float32)


def bursts(draw: Draw) -> Sound:
    """Rustling, wiping, breath on the microphone, water: bursts of shaped noise."""
    count = round(SECONDS * RATE)
    made = np.zeros(count)
    at = 0.0
    while (at := at + draw.exponential(draw.uniform(0.3, 1.5))) < SECONDS - 1.5:
        length = round(draw.uniform(0.05, 1.5) * RATE)
        low = np.exp(draw.uniform(np.log(60), np.log(3000)))
        high = min(7800.0, low * draw.uniform(1.5, 20))
        filtering = signal.butter(2, [low, high], "bandpass", fs=RATE, output="sos")
        noise = signal.sosfilt(filtering, draw.standard_normal(length))
        rise = draw.uniform(0.02, 0.9)
        place = np.linspace(0, 1, length)
        shape = np.minimum(place / rise, (1 - place) / (1 - rise)) ** draw.uniform(0.5, 2)
        first = round(at * RATE)
        made[first : first + length] += draw.uniform(0.1, 1) * noise * shape
    return (made + draw.standard_normal(count) * 1e-3).astype(np.float32)


def music(draw: Draw) -> Sound:
    """A random score for some instruments and drums."""
    notes = list(_score(draw))
    player = _player()
    if player is None:
        return _plucked(notes)
    tool, font = player
    with tempfile.TemporaryDirectory() as folder:
        midi, wav = Path(folder) / "score.mid", Path(folder) / "score.wav"
        midi.write_bytes(_midi(notes, draw.integers(0, 112, 16).tolist()))
        command = [tool, "-ni", "-q", "-g", "0.6", "-r", "32000", "-F", str(wav), font, str(midi)]
        subprocess.run(command, check=True, capture_output=True)
        pcm = decoded(wav)
    return pcm[: round(SECONDS * RATE)].astype(np.float32) / np.float32(32768)


def _player() -> tuple[str, str] | None:
    """Return the program that renders music, and a sound font."""
    tool = shutil.which("fluidsynth")
    font = next((font for font in SOUND_FONTS if Path(font).exists()), None)
    return None if tool is None or font is None else (tool, font)


Note = tuple[float, float, int, int, int]
"""When it begins and how long it lasts (seconds), channel, pitch and loudness as in MIDI."""

DRUMS = 9
"""The channel of the drums."""


def _score(draw: Draw) -> Iterator[Note]:
    beat = 60 / draw.uniform(60, 170)
    scale = np.array([0, 2, 4, 5, 7, 9, 11] if draw.random() < 0.5 else [0, 2, 3, 5, 7, 8, 10])
    key = int(draw.integers(45, 60))
    voices = draw.integers(1, 4)
    drums = draw.random() < 0.5
    for bar in range(int(SECONDS / (4 * beat)) + 1):
        root = int(draw.integers(0, 7))
        for voice in range(voices):
            steps = int(draw.choice([1, 2, 4, 8]))
            for step in range(steps):
                if draw.random() < 0.2:
                    continue
                tones = (root + draw.choice([0, 2, 4, 6, 7], int(draw.integers(1, 4)))).astype(int)
                start = (4 * bar + 4 * step / steps) * beat
                for tone in tones:
                    pitch = key + 12 * (voice + tone // 7) - 12 + int(scale[tone % 7])
                    yield start, 3.6 / steps * beat, voice, pitch, int(draw.integers(50, 115))
        for step in range(8 if drums else 0):
            hit = int(draw.choice([35, 38, 42, 46, 51, 45]))
            yield (4 * bar + step / 2) * beat, 0.1, DRUMS, hit, int(draw.integers(40, 120))


def _midi(notes: list[Note], programs: list[int]) -> bytes:
    """Return a standard MIDI file: one track, 480 ticks to half a second."""
    ticks = 960.0
    events = [(0, bytes([0xC0 | channel, program])) for channel, program in enumerate(programs)]
    for start, length, channel, pitch, loudness in notes:
        pitch = min(127, max(0, pitch))
        events.append((round(start * ticks), bytes([0x90 | channel, pitch, loudness])))
        events.append((round((start + length) * ticks), bytes([0x80 | channel, pitch, 0])))
    track, now = b"", 0
    for at, event in sorted(events, key=lambda e: e[0]):
        track += _variable(at - now) + event
        now = at
    track += b"\0\xff\x2f\0"
    return (
        b"MThd"
        + struct.pack(">IHHH", 6, 0, 1, 480)
        + b"MTrk"
        + struct.pack(">I", len(track))
        + track
    )


def _variable(number: int) -> bytes:
    """Return a number in MIDI's seven bits to a byte."""
    parts = [number & 0x7F]
    while number := number >> 7:
        parts.append(0x80 | (number & 0x7F))
    return bytes(reversed(parts))


def _plucked(notes: list[Note]) -> Sound:
    count = round(SECONDS * RATE)
    made = np.zeros(count)
    for start, length, channel, pitch, loudness in notes:
        time = _time(round(max(length, 0.2) * RATE))
        first = round(start * RATE)
        if first >= count:
            continue
        if channel == DRUMS:
            tone = np.random.default_rng(pitch).standard_normal(len(time)) * np.exp(-time * 30)
        else:
            hertz = 440 * 2 ** ((pitch - 69) / 12)
            partials = (np.sin(2 * np.pi * hertz * k * time) / k for k in range(1, 6))
            tone = sum(partials) * np.exp(-time * 3)
        made[first : first + len(time)] += (tone * loudness / 127)[: count - first]
    return made.astype(np.float32)


def _time(count: int) -> Any:
    return np.arange(count) / RATE


KINDS = (coloured, music, clatter, bursts, music, hum)
"""The kinds of noise that are made, in turn."""
