"""Drives the coach without sound: a cue lasts as long as its text suggests."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from voice_coach.coach import Options, State, begin, deadline, step, understood
from voice_coach.coach.events import (
    Action,
    AnswersKept,
    ApplicationEnded,
    ApplicationStarted,
    Clock,
    End,
    Event,
    Finished,
    Happened,
    Hush,
    IntentHeard,
    PainScored,
    Say,
    SessionResumed,
    Started,
)
from voice_coach.coach.past import Past
from voice_coach.coach.places import harmless
from voice_coach.coach.safety import QUESTIONS
from voice_coach.understanding import Book, Matcher, Situation

PROMPTS = Path(__file__).resolve().parents[2] / "prompts" / "en"

RATE = 1000
GAP = 300
FRAMES_PER_CHARACTER = 70

MINUTE = 60.0


@dataclass
class Line:
    """One cue as it was spoken."""

    start: int
    end: int
    say: Say
    text: str


@dataclass
class Driver:
    """The coach, a pretended speaker, and a clock that only moves when told."""

    book: Book
    options: Options = field(default_factory=lambda: Options(rate=RATE, emergency="9 1 1"))
    matcher: Matcher | None = None
    now: int = 0
    lines: list[Line] = field(default_factory=list)
    notes: list[Happened] = field(default_factory=list)
    kept: frozenset[str] | None = None
    ended: bool = False

    def __post_init__(self) -> None:
        self.state: State = begin(self.options)
        self.matching = self.matcher or Matcher(self.book)
        self._queue_end = 0
        self._pending: list[tuple[int, int]] = []
        self._mark = 0

    def start(self, past: Past | None = None) -> Self:
        self.tell(Started(0, past or Past()))
        return self

    def tell(self, event: Event) -> tuple[Action, ...]:
        self.state, actions = step(self.state, event, self.book)
        for action in actions:
            match action:
                case Hush():
                    self._pending.clear()
                    self._queue_end = self.now
                    for line in self.lines:
                        line.end = min(line.end, max(self.now, line.start))
                    self.lines = [x for x in self.lines if x.start <= self.now]
                case Say():
                    self._say(action)
                case AnswersKept():
                    self.kept = action.flags
                case PainScored() | ApplicationStarted() | ApplicationEnded() | SessionResumed():
                    self.notes.append(action)
                case End():
                    self.ended = True
        return actions

    def _say(self, say: Say) -> None:
        text = self.book.sentence(say.key, say.variant, say.sentence, say.slots)
        start = say.at if say.at is not None else max(self.now, self._queue_end + GAP)
        end = start + FRAMES_PER_CHARACTER * len(text)
        if not say.pacing:
            self._queue_end = end
        self._pending.append((end, say.id))
        self.lines.append(Line(start, end, say, text))

    # --- time

    def run(self, seconds: float) -> Self:
        """Let time pass."""
        until = self.now + round(seconds * RATE)
        while True:
            due = deadline(self.state)
            candidates = [end for end, _ in self._pending] + ([due] if due is not None else [])
            if not candidates or min(candidates) > until:
                break
            self.now = max(self.now, min(candidates))
            finished = sorted(p for p in self._pending if p[0] <= self.now)
            if finished:
                self._pending.remove(finished[0])
                self.tell(Finished(finished[0][0], finished[0][1]))
            else:
                self.tell(Clock(self.now))
        self.now = until
        return self

    def stay_awake(self, seconds: float) -> Self:
        """Let time pass, and say that one is awake whenever that is asked."""
        until = self.now + round(seconds * RATE)
        while self.now < until:
            self.run(min(1.0, (until - self.now) / RATE))
            if self.at(Situation.AWAKE) and self.state.speech.saying is None:
                self.tell(IntentHeard(self.now, "yes"))
        return self

    def run_until_quiet(self, at_most: float = 600) -> Self:
        """Let time pass until the coach awaits the person."""
        for _ in range(round(at_most * 10)):
            if self.state.speech.saying is None and self.state.breath is None:
                break
            self.run(0.1)
        return self

    def run_until(self, key: str, at_most: float = 120) -> Self:
        """Let time pass until a cue of this key is being spoken."""
        for _ in range(round(at_most * 10)):
            if any(x.say.key == key and x.start <= self.now < x.end for x in self.lines):
                return self
            self.run(0.1)
        raise AssertionError(f"{key} was not said within {at_most} s")

    # --- the person

    def hear(self, words: str, *, certain: bool = True) -> tuple[Action, ...]:
        """Say something, through the real matcher."""
        meaning = self.matching.match(words, understood(self.state, self.book))
        assert meaning.intent is not None, f"{words!r} is not understood in {self.state.situation}"
        self._mark = len([x for x in self.lines if x.start <= self.now])
        sure = certain and meaning.certain
        return self.tell(IntentHeard(self.now, meaning.intent, meaning.value, sure))

    def answer(self, *words: str) -> Self:
        """Answer question after question, each when the coach has fallen silent."""
        for w in words:
            self.run_until_quiet().run(1).hear(w)
        return self.run_until_quiet()

    def welcome(self, score: str | None = "six") -> Self:
        """Let the welcome pass, and tell how bad the pain is."""
        self.run_until_quiet()
        return self if score is None else self.answer("pain score", score)

    def past_checks(self, score: str | None = "six") -> Self:
        """The same, with all safety questions answered so that they rule nothing out."""
        self.welcome(score)
        told = replace(self.state.answers, checked=frozenset(QUESTIONS))
        self.state = replace(self.state, answers=told)
        self.lines.clear()
        self._mark = 0
        return self

    def to_questions(self, wish: str = "stretch") -> Self:
        """Ask for something that has to wait for the safety questions."""
        return self.welcome().answer(wish)

    def past_questions(self) -> Self:
        """Answer question after question so that they lead on, in a routine and before it."""
        while (answer := harmless(self.run_until_quiet().state, self.book)) is not None:
            self.answer(answer)
        return self

    def with_pad(self, kind: str = "heat") -> Self:
        """Go through the questions of heat or ice until the pad is in place."""
        return self.answer(kind).past_questions().answer("start")

    def mean(self, intent: str, value: int | str | None = None, *, certain: bool = True) -> Self:
        """Mean something, in whatever words, once the coach has fallen silent."""
        self.run_until_quiet().run(1)
        return self.interject(intent, value, certain=certain).run_until_quiet()

    def interject(
        self, intent: str, value: int | str | None = None, *, certain: bool = True
    ) -> Self:
        """Mean something at once, while the coach may be speaking."""
        can = understood(self.state, self.book)
        assert intent in can, f"{intent} is not understood in {self.state.situation}"
        self._mark = len([x for x in self.lines if x.start <= self.now])
        self.tell(IntentHeard(self.now, intent, value, certain))
        return self

    # --- what was said

    @property
    def situation(self) -> Situation:
        return self.state.situation

    @property
    def texts(self) -> list[str]:
        return [line.text for line in self.lines]

    @property
    def keys(self) -> list[str]:
        """The keys of all cues but those that pace a breath, each reply once."""
        made: list[str] = []
        for line in self.lines:
            if not line.say.pacing and made[-1:] != [line.say.key]:
                made.append(line.say.key)
        return made

    @property
    def below(self) -> tuple[Situation, ...]:
        """What lies under the present situation, the lowest first."""
        return tuple(activity.situation for activity in self.state.stack[:-1])

    def at(self, situation: Situation) -> bool:
        return self.state.situation is situation

    @property
    def last(self) -> str:
        return self.lines[-1].text if self.lines else ""

    @property
    def since(self) -> list[str]:
        """What was said after the person last spoke, without the words that pace a breath."""
        return [line.text for line in self.lines[self._mark :] if not line.say.pacing]

    def starts(self, key: str) -> list[int]:
        """The frames at which the cues of a key began."""
        return [line.start for line in self.lines if line.say.key == key]

    def can(self, words: str) -> bool:
        """Whether the words mean something now."""
        return self.matching.match(words, understood(self.state, self.book)).intent is not None
