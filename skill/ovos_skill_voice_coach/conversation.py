"""One person's session: what the assistant hears goes in, what the coach says goes out.

All of it happens in the thread that owns the `Talk`; see `worker`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ovos_skill_voice_coach.sound import mixed
from voice_coach.audio.samples import Samples
from voice_coach.coach import State
from voice_coach.speaking.tones import ALARM
from voice_coach.talk import Act, Clip, Hold, Hush, Talk, Turn
from voice_coach.understanding import Book, Situation
from voice_coach.understanding.typed import spoken_words

STAY_SECONDS = 60.0
"""How often the assistant hears that this skill is in use. It forgets one after 300 seconds."""

MIND_SECONDS = 0.5
"""An end of speech sooner than this after a sentence was given out is that of an earlier one."""

ECHO_SECONDS = 1.0
"""For how long after the coach's speech its own words may come back through the microphone."""

SETTLE_SECONDS = 0.2
"""Silence after a stop: the assistant cuts off whatever is said right then."""

LISTENS = frozenset({Situation.ENDING, Situation.EMERGENCY})
"""Where the microphone opens though no answer is awaited: nobody should need a wake word there."""


@dataclass(frozen=True, slots=True)
class View:
    """The coach as it is, for the thread in which the assistant asks.

    Attributes:
        state: of the coach.
        awaits: it awaits an answer.
    """

    state: State
    awaits: bool

    @property
    def keeps(self) -> bool:
        """Whether everything that is said is for the coach, also what means nothing to it."""
        return self.awaits or self.state.situation is Situation.ENDING


class Speaks(Protocol):
    """What the conversation needs of a mouth; `Mouth` explains each method."""

    def say(self, text: str, listen: bool) -> None:
        """Have a sentence said."""
        ...

    def play(self, sound: Samples, rate: int, listen: bool) -> None:
        """Have a sound played."""
        ...

    def hush(self) -> None:
        """Have all stop at once."""
        ...

    def louder(self, up: bool) -> None:
        """Turn the assistant up or down."""
        ...

    def stay(self) -> None:
        """Be asked first about what is said next."""
        ...


class Conversation:
    """See the module's docstring.

    Args:
        talk: the coach.
        mouth: speaks.
        uptime: returns the present second, of a clock that runs while the machine is suspended.
        pause: waits for so many seconds.
        own_voice: all is said in the coach's own voice, as sounds; else the assistant speaks, and
            only breaths and the alarm are sounds.

    Attributes:
        ended: the session is over.
    """

    def __init__(
        self,
        talk: Talk,
        mouth: Speaks,
        uptime: Callable[[], float],
        pause: Callable[[float], None],
        own_voice: bool,
    ) -> None:
        self._talk = talk
        self._mouth = mouth
        self._uptime = uptime
        self._pause = pause
        self._own_voice = own_voice
        self._began = uptime()
        self._spoke_at = self._stayed_at = -STAY_SECONDS
        # What was given out last, and the second by which it must have been said.
        self._saying = ""
        self._silent_at = -ECHO_SECONDS
        self._volume_db = talk.state.preferences.volume_db
        self._due: int | None = 0
        self._awaits = False
        self.ended = False

    def hears(self, texts: tuple[str, ...]) -> None:
        """Take what somebody said: the likeliest first, then what it may have been instead.

        The latter count only for safety: a guess must not end an alarm or answer a question.
        Neither must the coach's own words: "Heat off now. Say done.", heard by an open microphone.
        """
        heard, others = texts[0], texts[1:]
        if self._is_echo(heard):
            self.time_passes()
            return
        talk = self._talk
        safe = tuple(o for o in others if for_safety(talk.understand(o).intent, talk.book))
        self._take(self._talk.hear(heard, self._now(), safe))

    def stops(self, text: str) -> None:
        """Take "stop", which the assistant keeps from the conversation, and fall silent first."""
        self._mouth.hush()
        self._pause(SETTLE_SECONDS)
        self.hears((text,))

    def spoken(self) -> None:
        """Go on: the assistant has said all that it was given."""
        now = self._uptime()
        if now - self._spoke_at >= MIND_SECONDS:
            self._silent_at = min(self._silent_at, now)
            if not self._own_voice:
                self._take(self._talk.said(self._now()))

    def time_passes(self) -> None:
        """Do what is due."""
        self._take(self._talk.clock(self._now()))

    def leaves(self) -> None:
        """End the session; with a pad on, it is asked for first."""
        self._take(self._talk.leave(self._now()))

    @property
    def wait(self) -> float:
        """Seconds until `time_passes` is to be called."""
        stay = self._stayed_at + STAY_SECONDS - self._uptime()
        if self._due is None:
            return max(0.0, stay)
        return max(0.0, min(stay, (self._due - self._now()) / self._talk.rate))

    @property
    def view(self) -> View:
        """The coach as it is."""
        return View(self._talk.state, self._awaits)

    def _now(self) -> int:
        return round((self._uptime() - self._began) * self._talk.rate)

    def _is_echo(self, text: str) -> bool:
        """Whether words are several of those that the coach is just saying, in their order."""
        words = spoken_words(text, self._talk.book)
        late = self._uptime() - self._silent_at >= ECHO_SECONDS
        return not late and " " in words and f" {words} " in f" {self._saying} "

    # --- what is said

    def _take(self, turn: Turn) -> None:
        self._due, self._awaits, self.ended = turn.due, turn.awaits, turn.ended
        now = self._uptime()
        if now - self._stayed_at >= STAY_SECONDS:
            self._mouth.stay()
            self._stayed_at = now
        acts = list(turn.acts)
        hushed = [i for i, act in enumerate(acts) if isinstance(act, Hush)]
        if hushed:
            self._mouth.hush()
            acts = acts[hushed[-1] + 1 :]
            self._silent_at = now
        if self._own_voice:
            self._play(acts, turn)
        else:
            self._say(acts, turn)
            self._turn_up()
        if acts:
            self._spoke_at = now
            self._remember(acts)

    def _remember(self, acts: list[Act]) -> None:
        """Keep what is being said now, as a microphone would hear it."""
        clips = [clip for act in acts for clip in _clips(act)]
        begun = self._saying if self._silent_at > self._uptime() else ""
        texts = (begun, *(clip.text for clip in clips if clip.text))
        self._saying = spoken_words(" ".join(texts), self._talk.book)
        end = self._began + max(clip.end for clip in clips) / self._talk.rate
        self._silent_at = max(self._silent_at, end)

    def _play(self, acts: list[Act], turn: Turn) -> None:
        """Play all of a turn as one sound, its pauses included."""
        clips = [clip for act in acts for clip in _clips(act)]
        if clips:
            begin = min(turn.at, *(clip.start for clip in clips))
            self._mouth.play(mixed(clips, begin), self._talk.rate, self._listens(turn))

    def _say(self, acts: list[Act], turn: Turn) -> None:
        """Have sentences said, and sounds played between them, in order."""
        audible = [act for act in acts if isinstance(act, Hold) or _is_heard(act)]
        for act in audible:
            listen = act is audible[-1] and self._listens(turn)
            if isinstance(act, Hold):
                # A hold that is alone begins when the coach means it to; else after the sentence.
                begin = min(turn.at, act.start) if act is audible[0] else act.start
                self._mouth.play(mixed(act.clips, begin), self._talk.rate, listen)
            elif isinstance(act, Clip) and act.text:
                self._mouth.say(act.text, listen)
            elif isinstance(act, Clip):
                self._mouth.play(mixed((act,), act.start), self._talk.rate, listen)

    def _listens(self, turn: Turn) -> bool:
        return turn.awaits or self._talk.state.situation in LISTENS

    def _turn_up(self) -> None:
        """Make the assistant louder or softer if the coach was asked to be."""
        volume_db = self._talk.state.preferences.volume_db
        if volume_db != self._volume_db:
            self._mouth.louder(volume_db > self._volume_db)
            self._volume_db = volume_db


def for_safety(intent: str | None, book: Book) -> bool:
    """Whether something counts though it is not the likeliest that was said: "stop", "it hurts"."""
    return intent is not None and book.intents[intent].safety and not book.intents[intent].answer


def _clips(act: Act) -> tuple[Clip, ...]:
    match act:
        case Hold(clips):
            return clips
        case Clip():
            return (act,)
    return ()


def _is_heard(act: Act) -> bool:
    return isinstance(act, Clip) and bool(act.text or act.sound == ALARM)
