"""Fresh processes for `start`, `memory` and `first_start`: each prints one line of JSON."""

# Nothing of the program is imported before the first reading of the clock.
import json
import sys
import time
from typing import Any

BEGAN = time.perf_counter()


def start(cache: str) -> None:
    """Start a session with this cache folder as `voice-coach run` does, up to its first sound.

    Prints moments of the system-wide monotonic clock, stage by stage.
    """
    import numpy as np

    import voice_coach.cli.run
    from voice_coach.app import (
        Program,
        assemble,
        build,
        load_hearing,
        make_clips,
        texts_to_render,
    )
    from voice_coach.audio.duplex import Block
    from voice_coach.audio.wav import WavDuplex, WavInput
    from voice_coach.log import Log
    from voice_coach.rehearsal.run import RATE
    from voice_coach.settings import Settings

    assert voice_coach.cli.run.run.name == "run"
    made = {"process": BEGAN, "imports": time.perf_counter()}
    parts = assemble(Settings(cache_folder=cache))
    made["book and settings"] = time.perf_counter()
    model = load_hearing(parts)
    made["hearing model"] = time.perf_counter()
    clips = make_clips(parts, RATE)
    clips.prefetch(clips.missing(texts_to_render(parts)))
    made["voice and clip cache"] = time.perf_counter()
    duplex = WavDuplex(WavInput(np.zeros(0, np.float32), 20 * RATE), RATE)
    session = build(Program(parts, model, clips), duplex, Log(), print)
    made["session"] = time.perf_counter()

    class Sounded(Exception):
        pass

    def listen(block: Block) -> None:
        if block.far.any():
            made["first sound"] = time.perf_counter()
            raise Sounded

    try:
        session.run(listen)
    except Sounded:
        clips.renderer.close()
    print(json.dumps(made), flush=True)


def memory(folder: str) -> None:
    """Run a whole rehearsal and print the memory, in MB, at its stages."""
    from pathlib import Path

    from voice_coach.app import assemble, make_clips, spoken_emergency
    from voice_coach.coach.events import PainScored
    from voice_coach.faults import RehearsalFault
    from voice_coach.log import Entry, Noted, Said
    from voice_coach.rehearsal.run import RATE, rehearse
    from voice_coach.settings import Settings

    from .resident import largest_child, mapped, resident
    from .watched import SESSION

    parts = assemble(Settings())
    renderer = make_clips(parts, RATE).renderer
    made: dict[str, dict[str, float]] = {}
    areas: list[tuple[str, float]] = []
    most = 0.0

    def look(entry: Entry) -> None:
        nonlocal most, areas
        if isinstance(entry, Said) and "after start" not in made:
            made["after start"] = resident("self")
        now = resident("self")
        most = max(most, now["Rss"])
        made["at the end of a rehearsal"] = now
        if isinstance(entry, Said) and entry.key.endswith("bye"):
            areas = mapped(12)
        pain = isinstance(entry, Noted) and isinstance(entry.note, PainScored)
        if pain and "worker" not in made:
            for number in range(2):
                renderer.render(f"Call {spoken_emergency(parts)}, number {number}.").result()
            made["with the worker"] = resident("self")
            made["worker"] = largest_child()
            renderer.close()

    try:
        rehearse(parts, SESSION, Path(folder) / "session.wav", [look])
    except RehearsalFault as fault:
        print(fault, file=sys.stderr)
    print(json.dumps({"stages": made, "most": most, "mapped": areas}), flush=True)


def paced_duplex(sound: Any, rate: int) -> Any:
    """Return a `WavDuplex` of a `WavInput` that keeps to real time."""
    from collections.abc import Iterator

    from voice_coach.audio.duplex import Block
    from voice_coach.audio.wav import WavDuplex

    class Paced(WavDuplex):
        live = True

        def blocks(self) -> Iterator[Block]:
            began = time.monotonic()
            for block in super().blocks():
                time.sleep(max(0.0, began + block.end / self.rate - time.monotonic()))
                yield block

    return Paced(sound, rate)


def first(cache: str) -> None:
    """Start a session with an empty cache in real time, and render everything meanwhile.

    Prints moments of the system's clock: of the first word, of when heat and ice may begin, and of
    when all is rendered.
    """
    import numpy as np

    from voice_coach import app
    from voice_coach.audio.duplex import Block
    from voice_coach.audio.wav import WavInput
    from voice_coach.log import Log
    from voice_coach.rehearsal.run import RATE
    from voice_coach.settings import Settings
    from voice_coach.speaking.readiness import Readiness, held_keys

    def silent(line: str) -> None:
        print(line, file=sys.stderr)

    parts = app.assemble(Settings(cache_folder=cache, journal="none"))
    early = app.make_clips(parts, RATE)
    early.ask_for(app.first_texts(parts))
    order = app.texts_in_order(parts)
    model = app.load_hearing(parts)
    assert early.render_soon(app.first_texts(parts), 600.0) is None
    duplex = paced_duplex(WavInput(np.zeros(0, np.float32), 1800 * RATE), RATE)
    clips = early.at(RATE)
    clips.prefetch(clips.missing(order))
    urgent = app.urgent_texts(parts)
    clips.readiness = Readiness(clips, urgent, held_keys(parts.book), RATE)
    session = app.build(app.Program(parts, model, clips), duplex, Log(), silent)
    made: dict[str, float] = {"sentences": len(order)}

    class AllRendered(Exception):
        pass

    def watch(block: Block) -> None:
        if "first word" not in made and block.far.any():
            made["first word"] = time.time()
        if block.start % RATE:
            return
        if "ready" not in made and not clips.missing(urgent):
            made["ready"] = time.time()
        if not clips.missing(order):
            made["all"] = time.time()
            raise AllRendered

    try:
        session.run(watch)
    except AllRendered:
        pass
    finally:
        clips.renderer.close()
    print(json.dumps(made), flush=True)


if __name__ == "__main__":
    {"start": start, "memory": memory, "first": first}[sys.argv[1]](sys.argv[2])
