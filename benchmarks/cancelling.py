"""How well the coach's own voice is taken out of what it hears, and what it costs.

The coach's sentences are played into simulated rooms: a direct sound and a tail of decaying noise
with the room's reverberation time (RT60), a loudspeaker that distorts, two clocks that drift apart,
delays that jump. A user says words meanwhile at 36 dB below full scale.

The veto: did anybody speak at all? A word the recogniser heard while the coach spoke is let through
only if the sound then rose above its floor. `voice_coach/echo/presence.py` takes the rise of the
filter's output above what the far end's level lets expect; compared with it are the output's plain
level, WebRTC's AEC3 in place of the filter, and AEC3 behind the filter.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import soxr

from voice_coach.assemble import make_cues, texts_to_render
from voice_coach.audio.mixer import Samples
from voice_coach.echo import BLOCK, RATE, Canceller, open_canceller
from voice_coach.echo.canceller import LEAD
from voice_coach.echo.delay import CHUNK, SEARCH, DelayFinder
from voice_coach.echo.lesson import DRIFTED
from voice_coach.echo.loss import power
from voice_coach.echo.presence import Presence
from voice_coach.echo.speex import Speex
from voice_coach.speaking import Cues
from voice_coach.speaking.sound import speech_level

from .common import (
    Cell,
    Goal,
    Report,
    Scale,
    Table,
    fill_cache,
    high,
    main,
    middle,
    percent,
    the_parts,
)
from .material import recordings, trimmed

Sound = npt.NDArray[np.float64]

USER_DB = -36.0
"""dBFS of the user's words at the microphone."""

NOISE_DB = -70.0
"""dBFS of the room's noise."""


@dataclass(frozen=True)
class Echo:
    """A loudspeaker in a room, as a microphone hears it.

    Attributes:
        level: dBFS of the echo's speech at the microphone.
        delay: samples by which it is late.
        rt60: seconds in which the room's tail falls by 60 dB.
        direct: dB by which the direct sound is louder than the tail.
        drive: how hard the loudspeaker is driven: tanh(drive x) / drive; 0 for not at all.
        ppm: by how much faster the microphone's clock runs.
    """

    level: float = USER_DB + 10
    delay: int = 1000
    rt60: float = 0.3
    direct: float = 3.0
    drive: float = 0.0
    ppm: float = 0.0


def heard(far: Samples, echo: Echo, seed: int = 0) -> Samples:
    """Return the echo of `far`, of the same length, in a room chosen by `seed`."""
    played = far.astype(np.float64)
    if echo.drive:
        played = np.tanh(played * echo.drive) / echo.drive
    room = _room(echo, seed)
    size = 1 << (len(played) + len(room)).bit_length()
    sound: Sound = np.fft.irfft(np.fft.rfft(played, size) * np.fft.rfft(room, size), size)
    sound = sound[: len(far) + RATE // 10]
    if echo.ppm:
        sound = soxr.resample(sound, 1e6, 1e6 + echo.ppm, "VHQ")
    sound = sound[: len(far)]
    return at_level(sound.astype(np.float32), echo.level)


def _room(echo: Echo, seed: int) -> Sound:
    length = max(1, round(echo.rt60 * RATE))
    tail = np.random.default_rng(seed).standard_normal(length)
    tail *= 10 ** (-3 * np.arange(length) / length)
    tail[:24] = 0  # no reflection comes within half a metre of the direct sound
    tail *= 10 ** (-echo.direct / 20) / np.sqrt(np.sum(tail**2))
    return np.concatenate([np.zeros(echo.delay), [1.0], tail])


def at_level(sound: Samples, level: float) -> Samples:
    """Return speech brought to a level in dBFS."""
    return sound * np.float32(10 ** ((level - speech_level(sound, RATE)) / 20))


def noise(frames: int, level: float = NOISE_DB, seed: int = 7) -> Samples:
    """Return white noise."""
    made = np.random.default_rng(seed).standard_normal(frames, np.float32)
    return made * np.float32(10 ** (level / 20))


def coach_speech(cues: Cues, seconds: float) -> Samples:
    """Return sentences of the coach with pauses of 0.2 to 0.8 s, as long as wanted."""
    chance = np.random.default_rng(3)
    texts = [t for t in texts_to_render(the_parts()) if len(t) >= 25]
    made: list[Samples] = []
    left = round(seconds * RATE)
    for number in chance.permutation(len(texts)):
        clip = cues.clip(texts[number])
        pause = np.zeros(round(chance.uniform(0.2, 0.8) * RATE), np.float32)
        made += [clip, pause]
        left -= len(clip) + len(pause)
        if left <= 0:
            break
    return np.concatenate(made)[: round(seconds * RATE)]


def blocks(*sounds: Samples) -> Iterator[tuple[Samples, ...]]:
    """Yield the blocks of sounds of the same length."""
    for start in range(0, len(sounds[0]) - BLOCK + 1, BLOCK):
        yield tuple(np.ascontiguousarray(s[start : start + BLOCK]) for s in sounds)


def cleaned(near: Samples, far: Samples, canceller: Canceller | None = None) -> Samples:
    """Return a near end without the echo."""
    used = canceller or open_canceller()
    made = np.concatenate([used.clean(n, f) for n, f in blocks(near, far)])
    if canceller is None:
        used.close()
    return made


def passed(near: Samples) -> Samples:
    """Return a near end as the filter passes it where there is no echo: without its lowest tones.

    Their phases change up to 200 Hz, which is no harm, but would count as an error.
    """
    filter = Speex(RATE // 4)
    silence = np.zeros(BLOCK, np.float32)
    made = np.concatenate([filter.cancel(n, silence) for (n,) in blocks(near)])
    filter.close()
    return made


def loss_db(echo: Samples, left: Samples, begin: float, end: float) -> float:
    """Return by how many dB the echo has become weaker between two times, in seconds."""
    part = slice(round(begin * RATE), round(end * RATE))
    before, after = echo[part].astype(np.float64), left[part].astype(np.float64)
    return float(10 * np.log10((np.sum(before**2) + 1e-12) / (np.sum(after**2) + 1e-12)))


CONDITIONS = {
    "echo as loud as the user": Echo(USER_DB),
    "10 dB softer": Echo(USER_DB - 10),
    "10 dB louder (as below)": Echo(),
    "15 dB louder": Echo(USER_DB + 15),
    "30 ms late": Echo(delay=480),
    "600 ms late": Echo(delay=9600),
    "RT60 0.5 s": Echo(rt60=0.5),
    "RT60 0.8 s": Echo(rt60=0.8),
    "distorted, some": Echo(drive=1.0),
    "distorted, much": Echo(drive=3.0),
    "3 ppm": Echo(ppm=3),
    "20 ppm": Echo(ppm=20),
    "50 ppm": Echo(ppm=50),
    "-100 ppm": Echo(ppm=-100),
}

JUMP = "jump by 31 ms at 8 s"
MOVED = "another room from 8 s on"
TALK = "user talks from 5 s on"

WINDOWS = ((1, 2), (2, 5), (5, 10), (10, 15), (15, 20))
"""Seconds between which the loss is given."""

CONVERGED_DB = 20.0


@cache
def _coach(seconds: int) -> Samples:
    parts = the_parts()
    fill_cache(parts)
    cues = make_cues(parts, RATE)
    try:
        return coach_speech(cues, seconds)
    finally:
        cues.renderer.close()


def measure(scale: Scale) -> Report:
    """Measure everything."""
    table, lost = _losses(scale)
    vetoes, by_level, (hits, false) = _vetoes(scale)
    costs, cost = _costs(scale)
    return Report(
        "cancelling",
        [table, vetoes, by_level, costs],
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


def _losses(scale: Scale) -> tuple[Table, dict[str, float]]:
    far = _coach(20)
    rows: list[tuple[Cell, ...]] = []
    lost: dict[str, float] = {}
    for name, echo in CONDITIONS.items():
        runs = [_loss(far, heard(far, echo, seed), seed) for seed in range(scale.pick(1, 5))]
        rows.append(_row(name, runs))
        late = 3 if echo.ppm else 2
        lost[name] = float(np.median([run.losses[late] for run in runs]))
    for name, after in ((JUMP, 500), (MOVED, 0)):
        runs = [_loss(far, _changing(far, s, after), s) for s in range(scale.pick(1, 5))]
        rows.append(_row(name, runs))
    talk = _talk(len(far))
    runs = [_loss(far, heard(far, Echo(), s), s, talk) for s in range(scale.pick(1, 5))]
    rows.append(_row(TALK, runs))
    note = (
        f"where nothing else is said: echo 10 dB louder than the user, RT60 0.3 s, 63 ms late, "
        f"room noise {NOISE_DB:g} dBFS; medians of {len(runs)} rooms"
    )
    columns = (
        "loss, dB",
        *(f"{a}-{b} s" for a, b in WINDOWS),
        f"s to {CONVERGED_DB:g} dB",
        "figure at 20 s",
        "delay off",
        "ppm found",
        "jumps",
    )
    return Table("loss of the echo (ERLE), far end in time", columns, rows, note), lost


@dataclass(frozen=True)
class _Run:
    losses: tuple[float, ...]
    converged: float
    figure: float
    delay: int
    ppm: float
    jumps: int


def _loss(far: Samples, echo: Samples, seed: int, talk: Samples | None = None) -> _Run:
    canceller = open_canceller()
    spoken = np.zeros_like(far) if talk is None else talk
    around = noise(len(far), seed=seed) + spoken
    left = cleaned(echo + around, far, canceller) - passed(around)
    seconds = range(len(far) // RATE)
    each = [loss_db(echo, left, second, second + 1) for second in seconds]
    good = [second for second, loss in enumerate(each) if loss >= CONVERGED_DB]
    canceller.close()
    return _Run(
        tuple(loss_db(echo, left, *window) for window in WINDOWS),
        float(good[0]) if good else np.inf,
        np.nan if canceller.loss_db is None else canceller.loss_db,
        -1 if canceller.delay is None else canceller.delay,
        canceller.drift_ppm,
        canceller.jumps,
    )


def _row(name: str, runs: list[_Run]) -> tuple[Cell, ...]:
    echo = CONDITIONS.get(name, Echo())
    # What the delay has become by now.
    due = echo.delay + echo.ppm * 1e-6 * 20 * RATE + (500 if name == JUMP else 0)
    begun = middle(run.converged for run in runs)
    return (
        name,
        *(middle(run.losses[n] for run in runs) for n in range(len(WINDOWS))),
        None if begun is None or np.isinf(begun) else int(begun),
        middle(run.figure for run in runs),
        round(max(abs(run.delay - due) for run in runs)),
        middle(run.ppm for run in runs),
        round(middle(run.jumps for run in runs) or 0),
    )


def _changing(far: Samples, seed: int, later: int) -> Samples:
    """Return an echo that comes later from 8 s on, or through another room."""
    at = 8 * RATE
    before = heard(far, Echo(), seed)
    after = heard(far, Echo(delay=Echo().delay + later), seed if later else seed + 100)
    return np.concatenate([before[:at], after[at:]])


def _talk(frames: int) -> Samples:
    made = np.zeros(frames, np.float32)
    at = 5 * RATE
    for clip in recordings():
        word = at_level(trimmed(clip.sound), USER_DB)
        if at + len(word) > frames:
            break
        made[at : at + len(word)] += word
        at += len(word) + RATE // 2
    return made


VETO_DB = 7.0
"""Rise that the veto asks for."""

SPAN = RATE // 20
"""Samples after a word in which its rise may come: levels are taken over 100 ms."""


@dataclass(frozen=True)
class _Scene:
    """What a veto is given to judge: blocks of 10 ms, with words and without."""

    level: float
    reference: Samples
    with_words: tuple[Samples, Samples]
    echo_alone: tuple[Samples, Samples]
    spans: list[tuple[int, int]]


Veto = Callable[[Samples, Samples, Samples], npt.NDArray[np.float64]]
"""From the near end, the clean sound and the reference to dB per block."""


def _rises(sound: Samples) -> npt.NDArray[np.float64]:
    """Return the level of 100 ms above the lowest of the last 3 s, in dB, for each block."""
    powers = np.mean(sound.reshape(-1, BLOCK).astype(np.float64) ** 2, axis=1)
    level = 10 * np.log10(np.convolve(powers, np.ones(10) / 10)[: len(powers)] + 1e-8)
    before = np.concatenate([np.full(299, level[0]), level])
    lowest: npt.NDArray[np.float64] = np.lib.stride_tricks.sliding_window_view(before, 300).min(1)
    return level - lowest


def _aec3(near: Samples, far: Samples) -> npt.NDArray[np.float64]:
    from pywebrtc_audio import EchoCanceller

    canceller = EchoCanceller(RATE, 1, 0)
    return _rises(np.concatenate([canceller.process(n, f) for n, f in blocks(near, far)]))


def _presence(clean: Samples, far: Samples) -> npt.NDArray[np.float64]:
    presence = Presence()
    made: list[float] = []
    for number, (left, played) in enumerate(blocks(clean, far)):
        presence.add(power(left), power(played))
        made.append(presence.rise(number * BLOCK, (number + 1) * BLOCK) or 0.0)
    return np.array(made)


VETOES: dict[str, Veto] = {
    "what the far end explains (used)": lambda near, clean, far: _presence(clean, far),
    "level of the clean sound": lambda near, clean, far: _rises(clean),
    "AEC3": lambda near, clean, far: _aec3(near, far),
    "AEC3 behind the filter": lambda near, clean, far: _aec3(clean, far),
}


def _scene(level: float, drive: float, rt60: float, room_noise: float, seconds: int) -> _Scene:
    far = _coach(seconds)
    echo = Echo(level, rt60=rt60, drive=drive)
    alone = heard(far, echo, seed=round(rt60 * 100 - level)) + noise(len(far), room_noise)
    loud = np.convolve(np.abs(far), np.ones(1600) / 1600, "same") > 0.01
    spoken = alone.copy()
    spans: list[tuple[int, int]] = []
    at = 6 * RATE
    chance = np.random.default_rng(round(-level))
    clips = recordings()
    while at < len(far) - 2 * RATE:
        word = at_level(trimmed(clips[chance.integers(len(clips))].sound), USER_DB)
        if loud[at : at + len(word)].mean() > 0.8:
            spoken[at : at + len(word)] += word
            spans.append((at, at + len(word) + SPAN))
            at += len(word) + RATE
        at += RATE // 10
    late = echo.delay - LEAD
    reference = np.concatenate([np.zeros(late, np.float32), far])[: len(far)]
    return _Scene(
        level,
        reference,
        (spoken, cleaned(spoken, far)),
        (alone, cleaned(alone, far)),
        spans,
    )


def _highest(scene: _Scene, rises: npt.NDArray[np.float64]) -> list[float]:
    return [float(rises[a // BLOCK : b // BLOCK].max()) for a, b in scene.spans]


def _vetoes(scale: Scale) -> tuple[Table, Table, tuple[float, float]]:
    seconds = scale.pick(40, 120)
    levels = (USER_DB - 10, USER_DB, USER_DB + 10, USER_DB + 15)
    scenes = [
        _scene(level, drive, rt60, room_noise, seconds)
        for level in levels
        for drive, rt60, room_noise in ((0.0, 0.3, NOISE_DB), (3.0, 0.5, NOISE_DB), (0, 0.5, -52.0))
    ]
    rows: list[tuple[Cell, ...]] = []
    kept: list[tuple[float, list[float], list[float]]] = []
    missing = ""
    for name, veto in VETOES.items():
        judged: list[tuple[float, list[float], list[float]]] = []
        began = time.process_time()
        try:
            for scene in scenes:
                hit = _highest(scene, veto(*scene.with_words, scene.reference))
                false = _highest(scene, veto(*scene.echo_alone, scene.reference))
                judged.append((scene.level, hit, false))
        except ImportError:
            missing = "; AEC3 needs the package pywebrtc-audio"
            continue
        took = (time.process_time() - began) / (2 * len(scenes) * seconds)
        kept = kept or judged
        words = np.array([rise for _, hit, _ in judged for rise in hit])
        echoes = np.array([rise for _, _, false in judged for rise in false])
        needed = {share: float(np.percentile(words, 100 - share)) for share in (95, 90)}
        through = {share: 100 * float(np.mean(echoes >= least)) for share, least in needed.items()}
        order = 100 * float(np.mean(words[:, None] > echoes[None]))
        rows.append((name, order, needed[95], through[95], through[90], took))
    by_level: list[tuple[Cell, ...]] = []
    for level in levels:
        hit = [r for where, made, _ in kept if where == level for r in made]
        false = [r for where, _, made in kept if where == level for r in made]
        cells = [f(made, db) for db in (5, VETO_DB, 10) for made in (hit, false) for f in (_above,)]
        by_level.append((f"{level - USER_DB:+.0f} dB", len(hit), *cells))
    hits = [r for _, made, _ in kept for r in made]
    echoes_alone = [r for _, _, made in kept for r in made]
    return (
        Table(
            "the veto: words told from the echo alone",
            ("", "in order, %", "95 % rise, dB", "false, %", "false at 90 %", "RTF"),
            rows,
            f"{len(hits)} words while the coach speaks; false: of the same spans without the word, "
            f"those let through by the rise that 95 or 90 % of the words reach{missing}",
        ),
        Table(
            "the veto that is used, by how loud the echo is beside the user",
            (
                "echo",
                "words",
                *(f"{what} {db:g} dB" for db in (5, VETO_DB, 10) for what in ("hit", "false")),
            ),
            by_level,
            "percent of spans that rise so far",
        ),
        (_above(hits, VETO_DB) or 0.0, _above(echoes_alone, VETO_DB) or 0.0),
    )


def _above(rises: list[float], least: float) -> float | None:
    return percent(sum(rise >= least for rise in rises), len(rises))


def _costs(scale: Scale) -> tuple[Table, float]:
    far = _coach(20)
    near = heard(far, Echo()) + noise(len(far))
    rows: list[tuple[Cell, ...]] = []
    tries = scale.pick(2, 5)

    def timed(work: Callable[[], object], amount: float) -> float:
        took = []
        for _ in range(tries):
            began = time.process_time()
            work()
            took.append((time.process_time() - began) / amount)
        return min(took)

    filter = Speex(RATE // 4)
    rows.append(("the filter", timed(lambda: _filtered(filter, near, far), len(far) / RATE), None))
    filter.close()
    whole = timed(lambda: cleaned(near, far), len(far) / RATE)
    rows.append(("all, the coach speaks, one clock, first 20 s", whole, None))
    drifting = heard(far, Echo(ppm=50)) + noise(len(far))
    rows.append(
        (
            "all, two clocks, first 20 s",
            timed(lambda: cleaned(drifting, far), len(far) / RATE),
            None,
        )
    )
    settled = open_canceller()
    cleaned(near, far, settled)
    steady = timed(lambda: cleaned(near, far, settled), len(far) / RATE)
    rows.append(("all, the coach speaks, later", steady, None))
    silence = np.zeros_like(far)
    cleaned(near, silence, settled)
    quiet = timed(lambda: cleaned(near, silence, settled), len(far) / RATE)
    rows.append(("all, the coach is silent", quiet, None))
    settled.close()
    finder = DelayFinder()
    end = len(far)

    def find() -> None:
        finder.add(near[end - CHUNK :], far[end - SEARCH - CHUNK :], end, None, 0.0)

    one = timed(find, 1)
    rows.append(("  a measure of the delay, each 0.5 s", one * 2, 1000 * one))
    each = _slowest(drifting, far)
    rows.append(("  the slowest 10 ms (drift becomes known)", None, max(each)))
    rows.append(("  the 95th percentile of 10 ms", None, high(each)))
    note = (
        f"the slowest block gives the filter the last {DRIFTED.blocks / 100:g} s "
        f"{DRIFTED.times} times more, once"
    )
    return Table("cost, CPU time on one core", ("", "RTF", "ms"), rows, note), steady


def _filtered(filter: Speex, near: Samples, far: Samples) -> None:
    for heard_block, played in blocks(near, far):
        filter.cancel(heard_block, played)


def _slowest(near: Samples, far: Samples) -> list[float]:
    canceller = open_canceller()
    took = []
    for heard_block, played in blocks(near, far):
        began = time.process_time()
        canceller.clean(heard_block, played)
        took.append(1000 * (time.process_time() - began))
    canceller.close()
    return took


if __name__ == "__main__":
    main(measure, __doc__)
