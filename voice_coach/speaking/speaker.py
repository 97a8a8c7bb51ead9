"""The speaker: places clips on the sample clock, and reports when each has ended."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace

import numpy as np

from voice_coach.audio.duplex import Duplex
from voice_coach.audio.mixer import FADE_SECONDS, Duck, Fade, Play
from voice_coach.audio.samples import Samples
from voice_coach.coach.events import Earcon, Finished, Hush, Rate, Say, Tone, Volume
from voice_coach.faults import VoiceFault
from voice_coach.speaking.saying import Saying, Spoken
from voice_coach.speaking.sounds import Sounds
from voice_coach.speaking.stretch import stretched
from voice_coach.speaking.tones import ALARM, breath_tone, earcon
from voice_coach.understanding.book import Book

GAP_SECONDS = 0.35
"""Silence between two sentences."""

LISTENING_SECONDS = 1.0
"""The same if the coach cannot hear while it speaks: time for the person to say a word."""

ANSWER_SECONDS = 0.05
"""Silence between an understood command and the answer to it."""

PATIENCE_SECONDS = 30.0
"""How long to wait for a sentence to render: piper starts within 10 on a small machine. A hanging
one would otherwise hold up everything after it."""

DUCKED = 10 ** (-12 / 20)
"""Gain of the coach's voice while the user speaks over it."""

REMEMBERED = 40
"""Spoken clips kept for the rules of acceptance, which ask what was being said a moment ago."""


@dataclass(slots=True)
class _Waiting:
    """What waits for its turn: a sentence, or an earcon, whose text is empty."""

    say: Say | Earcon
    text: str
    sound: Samples | Future[tuple[Samples, int]]


class Speaker:
    """Carries out the coach's actions that make sound.

    Args:
        book: gives the words.
        clips: gives their sound.
        duplex: plays them. Where time does not pass by itself, the clock waits for a clip that is
            still being rendered, so that a rehearsal is the same on every machine.
        volume_db: gain at the start, in dB.
        told: called with each clip as soon as its place on the clock is known, and again with
            hushed=True if it is cut short.
        failed: called with the fault of a clip that could not be rendered. Such a clip counts as
            said in no time, so that the session goes on.

    Attributes:
        leaves_pauses: whether to leave pauses between sentences in which the user can be heard.
    """

    def __init__(
        self,
        book: Book,
        clips: Sounds,
        duplex: Duplex,
        volume_db: float,
        told: Callable[[Spoken, bool], None],
        failed: Callable[[VoiceFault], None],
    ) -> None:
        self._spoken: deque[Spoken] = deque(maxlen=REMEMBERED)
        self.leaves_pauses = False
        self._ducks = False
        self._book = book
        self._clips = clips
        self._duplex = duplex
        self._volume = volume_db
        self._length = 1.0
        self._told = told
        self._failed = failed
        self._waiting: deque[_Waiting] = deque()
        self._playing: list[Spoken] = []
        self._free = 0
        # The first frame of the last alarm, and the frame after it.
        self._alarm: tuple[int, int] | None = None
        # The frame after the alarm that is being played; 0 for none.
        self._alarm_ends = 0
        # The frame since which the first waiting clip has been waited for.
        self._awaited: int | None = None

    def do(self, action: Say | Tone | Earcon | Hush | Volume | Rate, now: int) -> None:
        """Carry out one action of the coach."""
        match action:
            case Say():
                text = self._book.sentence(
                    action.key, action.variant, action.sentence, action.slots
                )
                self._waiting.append(_Waiting(action, text, self._clips.get(text)))
                self.advance(now)
            case Tone():
                if action.frames > 0:
                    tone = breath_tone(action.rising, action.frames, self._duplex.rate)
                    self._play(action.at, tone, 0.0)
            case Earcon():
                sound = earcon(action.name, self._duplex.rate)
                if action.name == ALARM:
                    self._waiting.append(_Waiting(action, "", sound))
                    self.advance(now)
                else:
                    self._play(now + self._duplex.lead, sound, action.gain_db, name=action.name)
            case Hush():
                self._hush(now)
            case Volume():
                self._volume = action.db
            case Rate():
                self._length = action.length

    def advance(self, now: int) -> list[Finished]:
        """Place clips rendered in the meantime; return the clips that have ended by `now`."""
        if self._alarm_ends <= now:
            self._alarm_ends = 0
        while self._waiting:
            first = self._waiting[0]
            if isinstance(first.say, Earcon):
                self._waiting.popleft()
                self._place_alarm(first.say, self._sound(first), now)
                continue
            if self._duplex.live and self._held_back(first.say.key, now):
                break
            unfinished = isinstance(first.sound, Future) and not first.sound.done()
            if self._duplex.live and unfinished and not self._waited_enough(now):
                break
            self._waiting.popleft()
            self._awaited = None
            given_up = self._duplex.live and unfinished
            sound = self._give_up(first.text) if given_up else self._sound(first)
            self._place(first.say, first.text, sound, now)
        over = sorted((p for p in self._playing if p.end <= now), key=lambda p: p.end)
        if over:
            self._playing = [p for p in self._playing if p.end > now]
        return [Finished(p.end, p.say.id) for p in over]

    def said(self, now: int) -> None:
        """Take all that is being said as said by now: another voice says it, and has ended."""
        for clip in [p for p in self._playing if p.end > now and not p.say.pacing]:
            short = replace(clip, start=min(clip.start, now), end=now)
            self._remember(clip, short)
            self._playing[self._playing.index(clip)] = short
            self._free = now

    def due(self, now: int) -> int | None:
        """Return the frame by which `advance` has something to do; None for never."""
        if self._waiting:
            return now + 1
        ends = [clip.end for clip in self._playing]
        return min(ends, default=None) if not self._alarm_ends else min((*ends, self._alarm_ends))

    def duck(self, ducks: bool) -> None:
        """Lower the voice from now on, or raise it again."""
        if ducks != self._ducks:
            self._ducks = ducks
            self._duplex.mixer.orders.put(Duck(DUCKED if ducks else 1.0))

    @property
    def volume_db(self) -> float:
        """The gain, in dB."""
        return self._volume

    @property
    def silent(self) -> bool:
        """Whether nothing is being said or waiting to be said."""
        return not self._waiting and not self._playing and not self._alarm_ends

    @property
    def spoken(self) -> tuple[Spoken, ...]:
        """The last clips, in the order they were placed."""
        return tuple(self._spoken)

    @property
    def saying(self) -> Saying:
        """A snapshot of what is being said or waiting to be said, and of the last clips."""
        waiting = (w.text for w in self._waiting if w.text)
        texts = frozenset((*waiting, *(p.text for p in self._playing)))
        return Saying(self.silent, self.spoken, texts, self._alarm)

    def _sound(self, waiting: _Waiting) -> Samples:
        if not isinstance(waiting.sound, Future):
            return waiting.sound
        try:
            return self._clips.take(waiting.text, waiting.sound)
        except VoiceFault as fault:
            self._failed(fault)
            return np.zeros(0, np.float32)

    def _held_back(self, key: str, now: int) -> bool:
        """Whether a sentence has to wait until others are rendered; say so while it does."""
        readiness = self._clips.readiness
        if readiness is None or not readiness.holds(key):
            return False
        if (fault := readiness.advance(now)) is not None:
            self._failed(fault)
        if not self._playing and (say := readiness.notice(now)) is not None:
            text = self._book.sentence(say.key, say.variant, say.sentence, say.slots)
            if (sound := self._clips.known(text)) is not None:
                self._place(say, text, sound, now)
        return True

    def _waited_enough(self, now: int) -> bool:
        if self._awaited is None:
            self._awaited = now
        return now - self._awaited >= PATIENCE_SECONDS * self._duplex.rate

    def _give_up(self, text: str) -> Samples:
        self._failed(self._clips.give_up(text))
        return np.zeros(0, np.float32)

    def _place(self, say: Say, text: str, sound: Samples, now: int) -> None:
        if not say.pacing:  # what paces a breath keeps its time
            sound = stretched(sound, self._length, self._duplex.rate)
        soonest = now + self._duplex.lead
        if say.at is None:
            pause = LISTENING_SECONDS if self.leaves_pauses else GAP_SECONDS
            gap = round(pause * self._duplex.rate)
            start = max(soonest, self._free + gap)
        else:
            start = max(soonest, say.at)
        clip = Spoken(say, text, start, start + len(sound))
        if not say.pacing:
            self._free = clip.end
        self._play(start, sound, say.gain_db, text)
        self._playing.append(clip)
        self._spoken.append(clip)
        self._told(clip, False)

    def _place_alarm(self, alarm: Earcon, sound: Samples, now: int) -> None:
        start = max(now + self._duplex.lead, self._free + round(GAP_SECONDS * self._duplex.rate))
        self._free = self._alarm_ends = start + len(sound)
        self._alarm = (start, self._alarm_ends)
        self._play(start, sound, alarm.gain_db, name=alarm.name)

    def _play(
        self, start: int, sound: Samples, gain_db: float, text: str = "", name: str = ""
    ) -> None:
        # Never above 0 dB, where clips peak at -3 dBFS.
        gain = 10 ** (min(0.0, self._volume + gain_db) / 20)
        self._duplex.mixer.orders.put(Play(start, sound, gain, text, name))

    def _hush(self, now: int) -> None:
        self._duplex.mixer.orders.put(Fade())
        self._waiting.clear()
        self._awaited = None
        self._alarm_ends = 0
        silent_at = now + round(FADE_SECONDS * self._duplex.rate)
        if self._alarm is not None:
            self._alarm = (self._alarm[0], min(self._alarm[1], max(self._alarm[0], silent_at)))
        for clip in self._playing:
            if clip.end > silent_at:
                end = max(clip.start, silent_at) if clip.start < now else clip.start
                self._cut_short(clip, end)
        self._playing.clear()
        # An answer to the person comes sooner than a next sentence would.
        self._free = now - round((GAP_SECONDS - ANSWER_SECONDS) * self._duplex.rate)

    def _cut_short(self, clip: Spoken, end: int) -> None:
        short = replace(clip, end=end)
        self._remember(clip, short)
        self._told(short, True)

    def _remember(self, clip: Spoken, short: Spoken) -> None:
        for place, other in enumerate(self._spoken):
            if other is clip:
                self._spoken[place] = short
