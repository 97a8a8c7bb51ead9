"""How fast each part runs: CPU seconds for one second of sound (the real-time factor, RTF)."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import soxr

from voice_coach.app import load_hearing
from voice_coach.audio.duplex import BLOCKS_PER_SECOND
from voice_coach.audio.samples import Samples
from voice_coach.audio.wav import ROOM_NOISE_DB
from voice_coach.hearing import HEARING_RATE
from voice_coach.speaking.voice import Delivery, load_piper, synthesise

from .common import Cell, Goal, Report, Scale, Table, grammars, main, middle, the_parts
from .ear import Ear
from .scenes.recordings import at_microphone, recordings
from .watched import SESSION, session, watch

SENTENCES = (
    "Slowly bring your right knee towards your chest.",
    "Hold it gently with your hands, if you can.",
    "Is there any numbness or tingling around your genitals or buttocks?",
    "Out. Let your back go soft.",
    "Three.",
)


def measure(scale: Scale) -> Report:
    """Measure everything."""
    rehearsal, speed = _rehearsal(scale)
    return Report(
        "speed",
        [_hearing(scale), rehearsal, _speaking(scale), _resampling(scale)],
        [Goal("a rehearsal runs faster than its own sound", speed, 10, "times", least=True)],
    )


def _cpu(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _hearing(scale: Scale) -> Table:
    """Time the recogniser with each grammar, in turns, as the machine is shared."""
    parts = the_parts()
    ear = Ear(load_hearing(parts), parts.book)
    speech = np.concatenate([at_microphone(c)[0] for c in recordings()][: scale.pick(5, 15)])
    quiet = np.random.default_rng(0).standard_normal(len(speech), np.float32)
    quiet *= np.float32(10 ** (ROOM_NOISE_DB / 20))
    seconds = len(speech) / HEARING_RATE
    phrases = {n: [p for p, _ in parts.book.phrases(i)] for n, i in grammars(parts).items()}
    took: dict[tuple[str, bool], list[float]] = {}

    def listened(name: str, sound: Samples) -> float:
        ear.listen(phrases[name])
        return _cpu(lambda: ear.hear(sound)) / seconds

    for _ in range(scale.pick(1, 3)):
        for name in phrases:
            for loud, sound in ((True, speech), (False, quiet)):
                took.setdefault((name, loud), []).append(listened(name, sound))
    rows: list[tuple[Cell, ...]] = [
        (name, len(made), middle(took[name, True]), middle(took[name, False]))
        for name, made in phrases.items()
    ]
    every = [
        [t for key, ts in took.items() if key[1] is loud for t in ts] for loud in (True, False)
    ]
    rows.append(("median", None, *map(middle, every)))
    rows.append(("most", None, *map(max, every)))
    return Table(
        "hearing, RTF on one core",
        ("situation", "phrases", "speech", "silence"),
        rows,
        f"speech is the rehearsal's recordings with 2 s of quiet after each, {seconds:.0f} s",
    )


def _rehearsal(scale: Scale) -> tuple[Table, float]:
    """Time whole rehearsals, the recogniser separately."""
    runs = [session(), *(watch(SESSION) for _ in range(scale.pick(0, 2)))]
    speed = middle(run.seconds / run.wall for run in runs) or 0.0
    rows: list[tuple[Cell, ...]] = [
        ("sound, s", middle(run.seconds for run in runs)),
        ("wall, s", middle(run.wall for run in runs)),
        ("speed, sound / wall", speed),
        ("CPU / sound", middle(run.cpu / run.seconds for run in runs)),
        ("  hearing", middle(run.hearing / run.seconds for run in runs)),
        ("  loop, coach, mixing, WAV", middle((r.cpu - r.hearing) / r.seconds for r in runs)),
    ]
    note = runs[0].fault or "the rehearsal went as its script says"
    return Table(f"rehearsals/session.toml, {len(runs)} runs", ("", "median"), rows, note), speed


def _speaking(scale: Scale) -> Table:
    parts = the_parts()
    rows: list[tuple[Cell, ...]] = []
    for threads in (1, 2):
        cpu, wall = time.process_time(), time.perf_counter()
        voice = load_piper(parts.voice, threads)
        load_cpu, load_wall = time.process_time() - cpu, time.perf_counter() - wall
        synthesise(voice, SENTENCES[0], Delivery())
        cpus: list[float] = []
        walls: list[float] = []
        for _ in range(scale.pick(2, 5)):
            for sentence in SENTENCES:
                cpu, wall = time.process_time(), time.perf_counter()
                samples, rate = synthesise(voice, sentence, Delivery())
                length = len(samples) / rate
                walls.append((time.perf_counter() - wall) / length)
                cpus.append((time.process_time() - cpu) / length)
        rows.append((threads, middle(cpus), middle(walls), load_cpu, load_wall))
        del voice
    return Table(
        f"speaking, {parts.voice.name}, {len(SENTENCES)} sentences",
        ("threads", "CPU / sound", "wall / sound", "load CPU s", "load wall s"),
        rows,
        "in another process, and only for what the clip cache lacks; the first load also imports",
    )


def _resampling(scale: Scale) -> Table:
    rows: list[tuple[Cell, ...]] = []
    seconds = scale.pick(20, 60)
    for rate in (24000, 44100, 48000):
        block = np.random.default_rng(0).standard_normal(rate // BLOCKS_PER_SECOND, np.float32)
        stream = soxr.ResampleStream(rate, HEARING_RATE, 1, "float32")

        def work(stream: soxr.ResampleStream = stream, block: Samples = block) -> None:
            for _ in range(seconds * BLOCKS_PER_SECOND):
                stream.resample_chunk(block)

        took = [_cpu(work) / seconds for _ in range(3)]
        rows.append((f"{rate} to {HEARING_RATE} Hz", middle(took)))
    return Table("resampling the microphone, in blocks of 10 ms", ("", "RTF"), rows)


if __name__ == "__main__":
    main(measure, __doc__)
