"""A driver that checks, after every event, what must always hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from tests.coach.driver import RATE, Driver
from voice_coach.coach import State, deadline, understood
from voice_coach.coach.activities.awake import ANSWER_SECONDS, TIMES, Awake
from voice_coach.coach.activities.call_out import CALL_EVERY, CallOut
from voice_coach.coach.activities.choices import Choices, Wish
from voice_coach.coach.activities.recovery import Recovery
from voice_coach.coach.activities.take_off import ALERT_EVERY, TakeOff
from voice_coach.coach.events import (
    Action,
    ApplicationEnded,
    ApplicationStarted,
    Clock,
    Event,
    Finished,
    Hush,
    IntentHeard,
    Pressed,
    Record,
    RecordingEnded,
    Say,
    Tone,
)
from voice_coach.coach.in_routine import InRoutine
from voice_coach.coach.limits import BACK_SECONDS, CAP_SECONDS, REST_SECONDS, Application
from voice_coach.coach.loudness import loudness
from voice_coach.coach.machine import press_meaning
from voice_coach.coach.pace import seconds_of
from voice_coach.coach.past import Past
from voice_coach.coach.safety import FRESH_SECONDS, GATED, IN_EMERGENCY, QUESTIONS
from voice_coach.coach.snapshot import past_of, snapshot
from voice_coach.understanding import Situation
from voice_coach.understanding.book import OFFERED, Item

STACKED = {
    Situation.EASING,
    Situation.PAUSED,
    Situation.SLEEPING,
    Situation.EMERGENCY,
    Situation.CONFIRMING,
    Situation.AWAKE,
    Situation.OFFERED,
    Situation.CALLING,
}
"""What may lie under something else without being a place of its own."""

PRESSED = ("yes", "no", "next", "resume", "pause", "not_yet", "stop", "wake", "back")
"""What presses mean outside the choices; "back" takes a yes back."""

MOST_CLOCKS = 4
"""Clock events at one frame; more would be an endless loop."""


@dataclass
class Watched(Driver):
    """The coach, watched."""

    answers: dict[str, str] = field(default_factory=dict)
    owed: set[str] = field(default_factory=set)
    offers: dict[int, list[str]] = field(default_factory=dict)
    round_from: dict[str, int] = field(default_factory=dict)
    round_to: dict[str, int] = field(default_factory=dict)
    worn: dict[str, int] = field(default_factory=dict)
    breath_end: int | None = None
    clocks: tuple[int, int] = (0, 0)
    records: bool = False
    event: Event | None = None
    put_at: int | None = None

    def tell(self, event: Event) -> tuple[Action, ...]:
        before = self.state
        told = event
        if isinstance(event, Pressed):
            meant = press_meaning(before, event, self.book)
            self._watch_press(event, meant)
            event = meant if isinstance(meant, IntentHeard) else event
        self.event = event
        makes_sense = isinstance(event, IntentHeard) and event.intent in understood(
            before, self.book
        )
        if makes_sense:
            assert isinstance(event, IntentHeard)
            self._remember(event)
        actions = super().tell(told)
        self._watch_put(before, event, actions)
        self._watch_session(before)
        self._watch_recording(actions)
        if makes_sense:
            assert isinstance(actions[0], Hush), "what is understood stops the speech at once"
        self._watch_clock(event)
        self._watch_situation()
        self._watch_emergency()
        self._watch_calling()
        self._watch_end_of_round(before, event)
        self._watch_round(actions)
        self._watch_speech(event, actions)
        self._watch_pace(actions)
        return actions

    def restarted(self, down: float, *, certain: bool, known: bool) -> Watched:
        """The session after the program was off for some seconds; what is watched goes on.

        Args:
            down: the seconds.
            certain: they are known for certain.
            known: they are known at all.
        """
        left = snapshot(self.state, self.book)
        past = past_of(
            left,
            self.now,
            ago=down if known or certain else None,
            certain=down if certain else None,
            rested_at_least=down if certain else 0.0,
        )
        after = Watched(self.book, self.options, self.matcher)
        after.go_on_from(self, down, past)
        return after

    def go_on_from(self, earlier: Watched, down: float, past: Past) -> None:
        """Begin as the session after an earlier one, some seconds later; the skin is the same."""
        off = earlier.now + round(down * RATE)
        self.round_from = {kind: at - off for kind, at in earlier.round_from.items()}
        self.round_to = {kind: at - off for kind, at in earlier.round_to.items()}
        self.answers = dict(earlier.answers)
        self.start(past)
        ago = past.unfinished.seconds_ago if past.unfinished is not None else None
        if ago is None or ago > FRESH_SECONDS:
            self.answers.clear()

    def _remember(self, heard: IntentHeard) -> None:
        position = self.state.position
        begins_anew = self.situation is Situation.TAKING_UP and heard.intent in ("no", "unsure")
        if begins_anew and not pad_asked(self.state):
            self.answers.clear()
        if self.situation is Situation.CHECKING and heard.intent in ("yes", "no", "unsure"):
            here = self.state.stack[0]
            assert position is not None and isinstance(here, InRoutine)
            question = here.question(self.book)
            item = question.id if isinstance(question, Item) else ""
            key = f"{position.routine}.{here.step(self.book).id}"
            self.answers[f"{key}.{item}" if item else key] = heard.intent

    def past_checks(self, score: str | None = "six") -> Self:
        super().past_checks(score)
        for name in QUESTIONS:
            for step in self.book.routines[name].step:
                self.answers[f"{name}.{step.id}"] = "no"
        return self

    def _watch_press(self, press: Pressed, meant: IntentHeard | Wish | None) -> None:
        """A press answers a question only if it began once that had been said to its end."""
        state = self.state
        if not isinstance(meant, IntentHeard):
            return
        chosen = isinstance(state.top, Choices)
        assert chosen or meant.intent in PRESSED
        asked = "yes" in understood(state, self.book)
        if meant.intent == "yes" or (meant.intent == "no" and asked):
            assert not chosen
            assert state.speech.saying is None
            assert self.put_at is not None and press.since >= self.put_at

    def _watch_put(self, before: State, event: Event, actions: tuple[Action, ...]) -> None:
        """Remember when a question was over; what is hushed has not been put."""
        if any(isinstance(a, Hush) for a in actions):
            self.put_at = None
        elif isinstance(event, Finished) and event.say == before.speech.saying:
            self.put_at = event.at

    def _watch_session(self, before: State) -> None:
        state = self.state
        if state.session == before.session:
            return
        if not state.session:
            assert state.skin.on is None
            assert state.situation is Situation.SLEEPING
            assert not self.below and not state.answers.flags and not state.answers.checked
            self.answers.clear()
        elif state.position is not None and state.position.routine == "welcome":
            self.answers.clear()

    def _watch_recording(self, actions: tuple[Action, ...]) -> None:
        for action in actions:
            if isinstance(action, Record):
                self.records = action.on
        if isinstance(self.event, RecordingEnded):
            self.records = False
        assert self.records == self.state.surroundings.recording
        assert not self.records or self.state.situation is not Situation.SLEEPING
        assert not self.records or self.situation is Situation.OVER or self.can("end recording")

    def _watch_clock(self, event: Event) -> None:
        frame, count = self.clocks
        same = isinstance(event, Clock) and event.at == frame
        self.clocks = (event.at, count + 1 if same else 1)
        assert self.clocks[1] <= MOST_CLOCKS, f"an endless loop in {self.situation}"
        due = deadline(self.state)
        assert due is None or due >= event.at

    def _watch_situation(self) -> None:
        state = self.state
        below = self.below
        assert len({*below, state.situation}) == len(below) + 1, below
        if state.situation is Situation.CHOOSING:
            assert below, "choices of nothing"
            assert below[-1] not in (Situation.SLEEPING, Situation.OVER)
            below = below[:-1]
        assert all(s in STACKED for s in below[1:]), below
        assert not below or state.listening.situation in STACKED | {Situation.ENDING}
        if state.situation is Situation.OVER:
            return
        can = understood(state, self.book)
        assert "help" in can or "wake" in can
        assert "emergency" in can
        if state.situation in GATED:
            self._watch_questions()

    def _watch_questions(self) -> None:
        """Nothing moves or warms the body before its questions are answered."""
        told, flags = self.answers, self.state.answers.flags
        for step in (s for s in self.book.routines["emergency"].step if s.ask):
            assert told.get(f"emergency.{step.id}") == "no", told
        for step in self.book.routines["doctor"].step:
            if step.when or (step.unless and told.get("doctor.before") == "yes"):
                continue
            key = f"doctor.{step.id}"
            items = [told.get(f"{key}.{item.id}") for item in step.item]
            # With "doctor" known, a yes to the group tells nothing new.
            assert told.get(key) == "no" or any(items) or "doctor" in flags, (key, told)
        assert "pregnant" not in flags
        assert self.state.situation is not Situation.STRETCHING or "doctor" not in flags

    def _watch_emergency(self) -> None:
        state = self.state
        stack = (*self.below, state.situation)
        if "emergency" not in state.answers.flags:
            assert Situation.EMERGENCY not in stack, "an emergency that nobody is in"
            assert "called" not in state.answers.flags
            return
        place = state.position and self.book.routines[state.position.routine].situation
        coached = place in IN_EMERGENCY or Situation.OVER in stack
        assert Situation.EMERGENCY in stack or coached, "an emergency that is passed by"

    def _watch_calling(self) -> None:
        """Calling out never falls silent by itself."""
        top = self.state.top
        if isinstance(top, CallOut) and self.state.speech.saying is None:
            assert top.call_at is not None
            assert top.call_at - self.now <= CALL_EVERY[-1] * RATE

    def _watch_end_of_round(self, before: State, event: Event) -> None:
        """Only who says that it is off, or says yes to that question, ends a round."""
        if before.skin.on is None or self.state.skin.on is not None:
            return
        assert isinstance(event, IntentHeard) and event.certain, event
        top = before.top
        asked = (isinstance(top, TakeOff) and top.off_asked) or pad_asked(before)
        pending = before.asks_about.intent if before.asks_about is not None else None
        confirmed = before.situation is Situation.CONFIRMING and pending == "done"
        assert event.intent == "done" or (event.intent == "yes" and (asked or confirmed)), event

    def _watch_round(self, actions: tuple[Action, ...]) -> None:
        for action in actions:
            if isinstance(action, ApplicationStarted):
                told = self.state.answers.flags
                assert "doctor" not in told or "allowed" in told
                assert not self.round_from, "one at a time"
                self._watch_rest(action.application)
                self.round_from[action.application.kind] = self.now
            if isinstance(action, ApplicationEnded):
                kind = action.application.kind
                worn = self.now - self.round_from.pop(kind)
                self.worn[kind] = self.worn.get(kind, 0) + worn
                self.round_to[kind] = self.now
        state = self.state
        assert (state.skin.on is not None) == bool(self.round_from)
        if state.skin.on is None:
            assert not {state.situation, *self.below} & {Situation.ENDING, Situation.AWAKE}
            return
        assert state.situation not in (Situation.OVER, Situation.SLEEPING, Situation.MENU)
        kind = state.skin.on.kind
        worn = self.now - self.round_from[kind] + self.worn.get(kind, 0)
        over = worn > CAP_SECONDS[kind] * RATE
        if over and deadline(state) != self.now:
            calling = state.situation is Situation.EMERGENCY and state.speech.saying is not None
            assert state.listening.situation is Situation.ENDING or calling
        if isinstance(state.top, Awake) and state.speech.saying is None:
            assert state.top.due is not None, "nobody would ask again"
            assert state.top.due - self.now <= ANSWER_SECONDS * RATE
            assert state.top.asked <= TIMES
        if state.situation is Situation.ENDING and state.speech.saying is None:
            assert isinstance(state.top, TakeOff) and state.top.alert_at is not None
            assert state.top.alert_at - self.now <= ALERT_EVERY[0] * RATE

    def _watch_rest(self, on: Application) -> None:
        """The skin has rested, or somebody stopped by accident and goes on without delay."""
        kind = on.kind
        rested = self.now - self.round_to.get(kind, -(10**9))
        if rested >= REST_SECONDS * RATE:
            self.worn.pop(kind, None)
            return
        assert isinstance(self.event, IntentHeard) and self.event.certain
        assert self.event.intent in ("start", "resume", "back")
        assert rested <= BACK_SECONDS * RATE
        assert self.now - on.started >= self.worn[kind], "what was worn counts"
        assert on.ends - on.started <= CAP_SECONDS[kind] * RATE

    def _watch_speech(self, event: Event, actions: tuple[Action, ...]) -> None:
        flags = self.state.answers.flags
        if any(isinstance(a, Hush) for a in actions):
            self.owed.clear()
            self.offers.clear()
        for say in (a for a in actions if isinstance(a, Say)):
            routine = self.book.routines.get(say.key.partition(".")[0])
            if routine is not None:
                assert "emergency" not in flags or routine.situation in IN_EMERGENCY, say.key
                stretches = routine.situation is Situation.STRETCHING
                assert "doctor" not in flags or not stretches, say.key
                step = next((s for s in routine.step if f".{s.id}." in say.key), None)
                told = say.key.endswith((".told", ".refused"))
                unheard = frozenset(x for x in flags if not x.startswith(("heard_", "returning")))
                assert told or not step or step.open(flags) or step.open(unheard), say.key
            loud = (Situation.EMERGENCY, Situation.ENDING, Situation.CALLING)
            if self.state.situation in loud:
                assert say.gain_db + loudness(self.state) >= self.state.preferences.volume_db
            sentence = self.book.texts[say.key][say.variant][say.sentence]
            self.offers[say.id] = OFFERED.findall(sentence)
        if isinstance(event, Finished):
            self.owed |= set(self.offers.pop(event.say, ()))
        # An offer may stand at once, or when the coach has come to rest.
        self.owed = {phrase for phrase in self.owed if not self.can(phrase)}
        if self.state.speech.saying is None and self.state.breath is None:
            assert not self.owed, f"offered, not understood in {self.situation}: {self.owed}"

    def _watch_pace(self, actions: tuple[Action, ...]) -> None:
        if any(isinstance(a, Hush) for a in actions):
            self.breath_end = None
        cues = [a for a in actions if isinstance(a, Say) and a.pacing]
        tones = [a for a in actions if isinstance(a, Tone)]
        if cues:
            routine = self.state.stack[0]
            assert isinstance(routine, InRoutine)
            own = routine.own_pace(self.book)
            seconds_in, seconds_out = seconds_of(self.state.preferences.pace, own)
            inhale, exhale, count = (cue.at or 0 for cue in cues)
            assert self.breath_end in (None, inhale), "a breath begins where the last one ends"
            assert inhale >= self.now
            assert exhale - inhale == round(seconds_in * RATE)
            self.breath_end = exhale + round(seconds_out * RATE)
            assert exhale < count < self.breath_end
            rising, falling = tones
            assert rising.rising and not falling.rising
            assert inhale < rising.at < rising.at + rising.frames < exhale
            assert exhale < falling.at < falling.at + falling.frames < self.breath_end
        elif self.state.breath is None:
            self.breath_end = None

    def get_out(self) -> None:
        """Reach the menu, the end or the waiting emergency by what is understood on the way."""
        for _ in range(60):
            self.run_until_quiet()
            if self.situation in (Situation.MENU, Situation.OVER, Situation.EMERGENCY):
                return
            can = understood(self.state, self.book)
            position = self.state.position
            if self.situation is Situation.CHECKING and "no" not in can:
                assert position is not None
                said = "next"
            else:
                said = WAY_OUT.get(self.situation, "stop")
            assert said in can, (said, self.situation)
            self.tell(IntentHeard(self.now, said))
        raise AssertionError(f"no way out of {self.situation}, {self.below}")


def pad_asked(state: State) -> bool:
    return isinstance(state.top, Recovery) and state.top.pad(state.skin.on) is not None


WAY_OUT = {
    Situation.TAKING_UP: "no",
    Situation.CHECKING: "no",
    Situation.PAIN: "skip",
    Situation.ENDING: "done",
    Situation.AWAKE: "yes",
    Situation.OFFERED: "no",
    Situation.CONFIRMING: "no",
    Situation.PAUSED: "stop",
    Situation.SLEEPING: "wake",
}
