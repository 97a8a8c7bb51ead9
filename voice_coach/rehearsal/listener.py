"""The scripted listener: the near end of a rehearsal.

It hears what the coach says (as transcript entries) and answers with recordings, mixed into the
pretended microphone at exact frames. Nothing else of the program knows that nobody is there.
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
from voice_coach.faults import RehearsalFault
from voice_coach.log import Entry, PersonSpoke, Said, Understood
from voice_coach.rehearsal.script import Cue, Script, recording_path
from voice_coach.speaking.sound import speech_level

ACTED_ON_WITHIN = 3.0
"""Seconds after the end of a recording within which it must have been understood."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """One line as it was said: `start` and `end` of its sound in frames."""

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
    """

    def __init__(
        self, path: Path, script: Script, rate: int, observe: Callable[[Entry], None]
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
        }
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
        if self._left and self._due is None:
            self._check_patience(start)
        return self._voice.read(start, frames)

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
                self.problems.append(f'line {number} "{said.cue.says}": {got}, not {wanted}')
        if self._left:
            self.problems.append(f'the session ended before "{self._left[0].says}" was said')
        if self.problems:
            raise RehearsalFault(
                f"The rehearsal went wrong: {'; '.join(self.problems)}",
                "read the transcript around those lines",
            )

    def _say(self, at: int) -> None:
        cue = self._left.popleft()
        sound = self._recordings[cue.says]
        self._voice.orders.put(Play(at, sound))
        self.spoken.append(Spoken(cue, at, at + len(sound)))
        self._observe(PersonSpoke(at, at, at + len(sound), cue.says))
        self._due = None
        self._seen = 0
        self._last_cue = at
        if self._left and not self._left[0].after:
            self._due = at + len(sound) + round(self._left[0].wait * self._rate)

    def _check_patience(self, now: int) -> None:
        if now - self._last_cue > self._script.patience * self._rate:
            cue = self._left[0]
            raise RehearsalFault(
                f'The coach did not say "{cue.after}" within {self._script.patience:g} s, '
                f'so that "{cue.says}" could not be said',
                "read the transcript up to there",
            )


def _at_level(samples: Samples, rate: int, level_db: float) -> Samples:
    gain = 10 ** ((level_db - speech_level(samples, rate)) / 20)
    return (samples * np.float32(gain)).astype(np.float32)
