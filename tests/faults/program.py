"""`voice-coach` in a process of its own, on a pretended sound card and with tones for speech.

python -m tests.faults.program FOLDER [WORDS...]

Everything else is the real program: command line, hearing, journal, signals. What the loudspeaker
plays is added to FOLDER/played, 16-bit samples at RATE; FOLDER/frame holds the frame that the loop
has come to. The environment chooses a fault:

STAND_STILL=SECONDS  the loop waits for a lock that nobody gives back, from there on
SLOW_SPEECH=SECONDS  so long each sentence takes to be rendered
PATIENCE=SECONDS     of the watchdog until it speaks; three times that until it ends the program
"""

from __future__ import annotations

import os
import sys
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from tests.audio.fake_card import FakeSound, FakeStream
from tests.faults.session import Tones
from voice_coach.audio import cards as cards_module
from voice_coach.audio import live
from voice_coach.audio.duplex import BLOCKS_PER_SECOND, Block
from voice_coach.audio.samples import Samples
from voice_coach.coach.limits import CAP_SECONDS, Application, Kind
from voice_coach.coach.snapshot import Snapshot
from voice_coach.journal import Journal
from voice_coach.journal.entries import Began, Standing
from voice_coach.journal.timestamp import now
from voice_coach.session import Session
from voice_coach.speaking import Clips, clips
from voice_coach.watchdog import Watchdog

RATE = 16000
PLAYED, FRAME = "played", "frame"


def leave_pad_on(journal: Path, kind: Kind = "heat") -> None:
    """Write the journal of a session that was cut off right after a pad was put on."""
    pad = Application(kind, 0, CAP_SECONDS[kind] * RATE)
    written = Journal(journal, print)
    written.add(
        Began(0, now(), RATE), Standing(0, now(), Snapshot(RATE, application=pad, checked=True))
    )
    written.close()
    assert written.kept == 2


@dataclass
class TimedStream(FakeStream):
    """Calls back a hundred times a second, until the process ends."""

    def _run(self, blocks: int) -> None:
        begin, dice = time.monotonic(), np.random.default_rng(0)
        for number in range(10**9):
            self.sound.heard = float(dice.normal(0, 1e-3))
            self.one_block()
            with Path(os.environ["PLAYED"]).open("ab") as file:
                file.write((self.played.pop()[:, 0] * 32767).astype("<i2").tobytes())
            ahead = begin + number / BLOCKS_PER_SECOND - time.monotonic()
            time.sleep(max(0.0, ahead))


class TimedSound(FakeSound):
    """One card that goes on for ever."""

    def _stream(
        self, options: dict[str, Any], channels: tuple[int, int], devices: tuple[int, ...]
    ) -> FakeStream:
        return TimedStream(options["callback"], options["blocksize"], channels, self, ("USB",))


class SlowTones(Tones):
    """Renders tones, each only some time after it was asked for."""

    def render(self, text: str) -> Future[tuple[Samples, int]]:
        seconds = float(os.environ.get("SLOW_SPEECH", "0"))
        ready = super().render(text)
        if not seconds:
            return ready
        made: Future[tuple[Samples, int]] = Future()
        threading.Timer(seconds, lambda: made.set_result(ready.result())).start()
        return made


def with_tones(parts: Any, rate: int, workers: int = 1) -> Clips:
    """Return clips that are tones, and that never come from another cache than the test's own."""
    folder = Path(parts.settings.cache_folder)
    return Clips(parts.voice, SlowTones(parts.voice), clips_cache(folder), rate, "tones")


def clips_cache(folder: Path) -> Any:
    """Return the cache in a folder."""
    from voice_coach.speaking.cache import ClipCache

    return ClipCache(clips.clip_folder(folder))


def stand_still() -> None:
    """Wait for ever, as code does that waits for a lock somebody else holds."""
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


def main() -> None:
    """Run the program."""
    from voice_coach.cli import clips as clips_command
    from voice_coach.cli import main as command

    folder = Path(sys.argv.pop(1))
    os.environ["PLAYED"] = str(folder / PLAYED)
    sound = TimedSound(rates=frozenset({RATE}), own_rate=RATE)
    for module in (cards_module, live):
        module.portaudio = lambda: sound  # type: ignore[attr-defined]
    vars(clips_command)["make_clips"] = with_tones
    if "PATIENCE" in os.environ:
        still = float(os.environ["PATIENCE"])
        defaults = Watchdog.__init__.__kwdefaults__
        assert defaults is not None
        defaults.update(still=still, end=3 * still)
    still_from = float(os.environ.get("STAND_STILL", "inf"))
    step = Session.step

    def observed(self: Session, block: Block) -> None:
        step(self, block)
        (folder / FRAME).write_text(str(block.end))
        if block.end > still_from * RATE:
            stand_still()

    Session.step = observed  # type: ignore[method-assign]
    command.main()


if __name__ == "__main__":
    main()
