"""The scripted listener: the near end of a rehearsal.

It hears what the coach says (as transcript entries) and answers with recordings, mixed into the
pretended microphone at exact frames, or by pressing a pretended button. Nothing else of the program
knows that nobody is there.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import numpy as np

from voice_coach.audio.mixer import Mixer, Play
from voice_coach.audio.samples import Samples
from voice_coach.audio.wav import read_sound
from voice_coach.coach.events import IntentHeard
from voice_coach.controls.presses import HOLD_SECONDS, TOGETHER_SECONDS, Touch, Touched
from voice_coach.faults import RehearsalFault
from voice_coach.log import ButtonPressed, Entry, PersonSpoke, Said, Understood
from voice_coach.rehearsal.script import Cue, Script, recording_path
from voice_coach.speaking.sound import speech_level

ACTED_ON_WITHIN = 3.0
"""Seconds after the end of a recording within which it must have been understood."""

PRESS_SECONDS, APART_SECONDS = 0.15, 0.4
"""How long the button is down, and from one press to the next."""

TIMES = {"once": 1, "twice": 2, "thrice": 3}


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line as it was said, or pressed: `start` and `end` in frames."""

    cue: Cue
    start: int
    end: int


class Listener:
    """Says the lines of a script, each when its cue comes.

    Attributes:
        spoken: the lines said so far.
        problems: lines that were not understood as they should have been.

    Args:
        path: the script's file; its folder of recordings is beside it.
        script: the script.
        rate: frames per second of the session.
        observe: gets an entry for each line that is said.
        silent: nothing is played, so no recording is read.
    """

    def __init__(
        self,
        path: Path,
        script: Script,
        rate: int,
        observe: Callable[[Entry], None],
        *,
        silent: bool = False,
    ) -> None:
        self.spoken: list[Spoken] = []
        self.problems: list[str] = []
        self._script = script
        self._rate = rate
        self._observe = observe
        self._voice = Mixer(rate)
        self._recordings = {
            cue.says: _at_level(
                read_sound(recording_path(path, script, cue.says), rate), rate, script.level_db
            )
            for cue in script.line
            if cue.says and not silent
        }
        self._touches: deque[Touched] = deque()
        self._left = deque(script.line)
        self._due: int | None = None
        self._seen = 0
        self._last_cue = 0
        self._understood: list[tuple[int, str]] = []
        self._expired = False

    def __call__(self, entry: Entry) -> None:
        """Take note of what happens."""
        if isinstance(entry, Understood):
            self._understood.append((entry.at, entry.intent))
        if isinstance(entry, ButtonPressed) and entry.meant is not None:
            meant = entry.meant
            heard = meant.intent if isinstance(meant, IntentHeard) else meant.name.lower()
            self._understood.append((entry.at, heard))
        if not isinstance(entry, Said) or not self._left:
            return
        cue = self._left[0]
        wait = round(cue.wait * self._rate)
        if self._due is not None:
            if cue.moment == "rest":
                self._due = max(self._due, entry.end + wait)
        elif fnmatchcase(entry.key, cue.after):
            self._seen += 1
            if self._seen >= cue.nth:
                moment = entry.start if cue.moment == "start" else entry.end
                self._due = max(moment + wait, entry.at)

    def read(self, start: int, frames: int) -> Samples | None:
        """Return the next block of the near end.

        Raises:
            RehearsalFault: the cue for the next line did not come.
        """
        if self._due is not None and self._due <= start + frames:
            self._say(self._due)
        self.wait(start)
        return self._voice.read(start, frames)

    def wait(self, now: int) -> None:
        """Lose patience if the cue for the next line has not come for too long.

        Raises:
            RehearsalFault: it has not.
        """
        if self._left and self._due is None:
            self._check_patience(now)

    def touches(self, now: int) -> list[Touched]:
        """Return what was done to the button by frame `now`; it is a control, too."""
        due = []
        while self._touches and self._touches[0].at <= now:
            due.append(self._touches.popleft())
        return due

    def close(self) -> None:
        """Let go of nothing."""

    def finish(self) -> None:
        """Check what was understood, once the session is over.

        Raises:
            RehearsalFault: lines were left unsaid, or were not understood as expected.
        """
        for number, (said, after) in enumerate(
            zip(self.spoken, [*self.spoken, None][1:], strict=True), 1
        ):
            limit = said.end + round(ACTED_ON_WITHIN * self._rate)
            if after is not None:
                limit = min(limit, after.end)
            heard = [i for at, i in self._understood if said.start < at <= limit]
            if (said.cue.expects or None) != (heard[0] if heard else None):
                got = f"as {heard[0]}" if heard else "as nothing"
                wanted = said.cue.expects or "nothing"
                self.problems.append(f'line {number} "{_done(said.cue)}": {got}, not {wanted}')
        if self._left:
            self.problems.append(f'the session ended before "{_done(self._left[0])}" was said')
        if self.problems:
            raise RehearsalFault(
                f"The rehearsal went wrong: {'; '.join(self.problems)}",
                "read the transcript around those lines",
            )

    def _say(self, at: int) -> None:
        cue = self._left.popleft()
        if cue.presses:
            end = self._press(cue.presses, at)
        else:
            sound = self._recordings[cue.says]
            self._voice.orders.put(Play(at, sound))
            end = at + len(sound)
            self._observe(PersonSpoke(at, at, end, cue.says))
        self.spoken.append(Spoken(cue, at, end))
        self._due = None
        self._seen = 0
        self._last_cue = at
        if self._left and not self._left[0].after:
            self._due = end + round(self._left[0].wait * self._rate)

    def _press(self, presses: str, at: int) -> int:
        """Do something to the button from frame `at`; return the frame at which it is known."""

        def frame(seconds: float) -> int:
            return at + round(seconds * self._rate)

        if presses == "hold":
            self._touches.append(Touched(Touch.DOWN, at))
            self._touches.append(Touched(Touch.HELD, frame(HOLD_SECONDS)))
            self._touches.append(Touched(Touch.UP, frame(HOLD_SECONDS + PRESS_SECONDS)))
            return frame(HOLD_SECONDS)
        last = 0.0
        for number in range(TIMES[presses]):
            first, last = number * APART_SECONDS, number * APART_SECONDS + PRESS_SECONDS
            self._touches.append(Touched(Touch.DOWN, frame(first)))
            self._touches.append(Touched(Touch.UP, frame(last)))
        return frame(last + TOGETHER_SECONDS)

    def _check_patience(self, now: int) -> None:
        if now - self._last_cue > self._script.patience * self._rate:
            cue = self._left[0]
            raise RehearsalFault(
                f'The coach did not say "{cue.after}" within {self._script.patience:g} s, '
                f'so that "{_done(cue)}" could not be said',
                "read the transcript up to there",
            )


def _done(cue: Cue) -> str:
    return cue.says or cue.means or f"press: {cue.presses}"


def _at_level(samples: Samples, rate: int, level_db: float) -> Samples:
    gain = 10 ** ((level_db - speech_level(samples, rate)) / 20)
    return (samples * np.float32(gain)).astype(np.float32)
