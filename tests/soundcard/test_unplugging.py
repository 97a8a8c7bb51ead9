"""The real PortAudio, and devices that are unplugged and plugged in again under it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.conftest import ROOT
from tests.soundcard.program import Person, run_coach
from tests.soundcard.virtual import HARDWARE, SoundCard, again_if_deaf, until

pytestmark = pytest.mark.slow

SOON = 30.0
"""Seconds that a test waits for what comes within two; machines are busy."""

CLOCK = 1.5
"""Seconds by which the sample clock may lag behind in the end, machines being busy."""


class Watched:
    """What the sound alone reports; see watch.py."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.states: list[dict[str, Any]] = []
        self.told: list[str] = []
        self._process = process
        Thread(target=self._read, daemon=True).start()

    def wait(self, wanted: Callable[[dict[str, Any]], bool], what: str) -> dict[str, Any]:
        """Return the newest state that is as wanted, as soon as there is one.

        Raises:
            TimeoutError: there was none.
        """
        done = len(self.states)

        def met() -> bool:
            assert self._process.poll() is None, "the program ended"
            return any(wanted(state) for state in self.states[done:])

        self.until(met, what)
        return next(state for state in self.states[done:] if wanted(state))

    def until(self, ready: Callable[[], bool], what: str) -> None:
        """Wait until something is so, for SOON.

        Raises:
            TimeoutError: it was not; says what was told instead.
        """
        try:
            until(ready, what, SOON)
        except TimeoutError as error:
            raise TimeoutError(f"{error}; {self.told}; at last {self.states[-1:]}") from None

    def wait_for_the_clock(self) -> None:
        """Wait until the sample clock has caught up with time.

        Raises:
            TimeoutError: it did not.
        """
        self.until(self.clock_keeps_time, "the sample clock has caught up")

    def clock_keeps_time(self) -> bool:
        """Return whether as much sound went by as time did."""
        newest = self.states[-1]
        return bool(abs(newest["passed"] - newest["seconds"]) < CLOCK)

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            report = json.loads(line)
            if "told" in report:
                self.told.append(report["told"])
            else:
                self.states.append(report)


@contextmanager
def watching(card: SoundCard, device: str, more: Mapping[str, str]) -> Iterator[Watched]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.soundcard.watch", device],
        env={**card.environment, **more},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Watched(process)
    finally:
        process.kill()
        process.wait()


@again_if_deaf
def test_nothing_is_lost_while_nothing_is_unplugged(sound_card: SoundCard) -> None:
    with watching(sound_card, "default", {}) as sound:
        sound.wait(lambda s: s["seconds"] > 5, "five seconds")
    assert all(s["microphone"] and s["loudspeaker"] and s["losses"] == 0 for s in sound.states)
    assert sound.told == []


@again_if_deaf
def test_monitor_in_the_place_of_the_microphone_counts_as_none(sound_card: SoundCard) -> None:
    with watching(sound_card, "default", {}) as sound:
        sound.wait(lambda s: s["seconds"] > 1 and s["hears"], "it hears")
        sound_card.unplug_microphone()
        deaf = sound.wait(lambda s: not s["microphone"], "the microphone is lost")
        assert deaf["loudspeaker"], "the loudspeaker is still there"
        sound_card.plug_in_microphone()
        sound.wait(lambda s: s["microphone"] and s["hears"], "the microphone is back")
        sound.wait_for_the_clock()


@pytest.mark.long
@pytest.mark.parametrize("gone", ["microphone", "loudspeaker", "both"])
@again_if_deaf
def test_card_of_its_own_is_survived(sound_card: SoundCard, gone: str) -> None:
    """ALSA's way: the stream dies, and does not open before the card is back."""
    with watching(sound_card, "usb", HARDWARE) as sound:
        sound.wait(lambda s: s["seconds"] > 1 and s["hears"], "it hears")
        if gone != "loudspeaker":
            sound_card.unplug_microphone()
        if gone != "microphone":
            sound_card.unplug_loudspeaker()
        sound.wait(lambda s: s["losses"] == 1 or not s["microphone"], "the loss is noticed")
        during = sound.wait(lambda s: True, "time goes on")
        sound.wait(lambda s: s["seconds"] > during["seconds"] + 3, "time goes on")
        sound.wait_for_the_clock()
        sound_card.plug_in_all()
        sound.wait(lambda s: s["microphone"] and s["loudspeaker"] and s["hears"], "all is back")
        sound.wait_for_the_clock()
    assert sound.states[-1]["losses"] >= 1


@pytest.mark.long
@again_if_deaf
def test_sound_server_that_ends_and_begins_again_is_survived(sound_card: SoundCard) -> None:
    with watching(sound_card, "default", {}) as sound:
        sound.wait(lambda s: s["seconds"] > 1 and s["hears"], "it hears")
        sound_card.end_server()
        lost = sound.wait(lambda s: not s["microphone"] and not s["loudspeaker"], "all is lost")
        sound.wait(lambda s: s["seconds"] > lost["seconds"] + 2, "time goes on")
        sound_card.begin_server()
        sound.wait(lambda s: s["microphone"] and s["loudspeaker"] and s["hears"], "all is back")
        sound.wait_for_the_clock()


@again_if_deaf
def test_program_goes_on_by_itself_when_the_card_is_back(
    sound_card: SoundCard, coach_settings: dict[str, Any], tmp_path: Path
) -> None:
    with run_coach(sound_card, tmp_path, coach_settings, "--device", "usb", more=HARDWARE) as coach:
        coach.wait_for("coach.*Hello")
        sound_card.unplug_microphone()
        sound_card.unplug_loudspeaker()
        coach.wait_for("trouble", SOON)
        sound_card.plug_in_all()
        with Person(sound_card) as person:
            for _ in range(6):  # a person does not know when the microphone is back
                person.wait_for_speech(1.5)
                person.say("stop")
                heard = coach.told('heard +"stop', 5)
                if heard:
                    break
        assert heard, coach.printed.read_text()
        coach.stop()
