"""Whatever is said, whenever, for however long: what must always hold (see watched.py)."""

from __future__ import annotations

from typing import Literal

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.coach.driver import PROMPTS, RATE
from tests.coach.watched import Watched
from voice_coach.coach import Options, understood
from voice_coach.coach.events import (
    Finished,
    Gesture,
    IntentHeard,
    NoMatch,
    Pressed,
    Quiet,
    RecordingEnded,
    Trouble,
)
from voice_coach.coach.places import harmless
from voice_coach.coach.warning_signs import NAMED
from voice_coach.understanding import Matcher, Situation, load_book

BOOK = load_book(PROMPTS)
MATCHER = Matcher(BOOK)
QUESTIONS = 6
"""Groups of questions before a stretch."""

SILENCE = 500.0
"""Seconds: five minutes to the next "are you awake?", and all that may be said and asked first."""

options = st.builds(
    Options,
    rate=st.just(RATE),
    emergency=st.just("9 1 1"),
    heat_seconds=st.sampled_from([900.0, 60.0, 1e9, float("nan"), float("inf"), -5.0]),
    ice_seconds=st.sampled_from([1200.0, 60.0, 1e9, float("nan"), float("-inf"), 0.0]),
    breaths=st.sampled_from([None, 0, 1, 10, 99]),
    pace=st.integers(0, 4),
    volume_db=st.sampled_from([-18.0, -6.0, 0.0]),
    resident=st.booleans(),
    record=st.booleans(),
)


VALUES: dict[str, st.SearchStrategy[int | str | None]] = {
    "number": st.none() | st.integers(0, 10),
    "back": st.sampled_from([None, "undo"]),
    "stop": st.sampled_from([None, "off"]),
    "done": st.sampled_from([None, "off", "bare"]),
    "red_flag": st.sampled_from([*sorted(NAMED), "no such flag", None]),
    "unclear_number": st.sampled_from(["two", "over", "words", None]),
    "breathe_for": st.sampled_from([None, 1, 2, 20, 60]),
}
"""What comes with an intent; with all others it is nothing."""


class Sessions(RuleBasedStateMachine):
    """A person who says anything at any time."""

    coach: Watched

    @initialize(options=options, answers=st.sampled_from([None, 0, 1, 3, 5, 6]), then=st.booleans())
    def begin(self, options: Options, answers: int | None, then: bool) -> None:
        """Begin fresh, behind some or all of the questions, or with one of them answered yes."""
        self.coach = Watched(BOOK, options, matcher=MATCHER)
        self.coach.start()
        if options.resident:
            self.coach.hear("wake up")
        if answers is None:
            return
        self.coach.to_questions().answer(*["no"] * answers)
        if then and answers < QUESTIONS:
            self.coach.answer("yes")

    @rule(data=st.data(), certain=st.booleans())
    def says_what_makes_sense(self, data: st.DataObject, certain: bool) -> None:
        can = sorted(understood(self.coach.state, BOOK))
        if can:
            intent = data.draw(st.sampled_from(can))
            value = data.draw(VALUES.get(intent, st.none()))
            self.coach.tell(IntentHeard(self.coach.now, intent, value, certain))

    @rule(
        intent=st.sampled_from([*sorted(BOOK.intents), "no such intent"]),
        value=st.none() | st.integers(-5, 99) | st.sampled_from(["undo", "legs", "leg", "fever"]),
        certain=st.booleans(),
    )
    def says_anything(self, intent: str, value: int | str | None, certain: bool) -> None:
        if value not in range(11) and intent == "number":
            value = None
        self.coach.tell(IntentHeard(self.coach.now, intent, value, certain))

    @rule(gesture=st.sampled_from(Gesture), ago=st.sampled_from([0, 0.8, 1.5, 20.0]))
    def presses_the_button(self, gesture: Gesture, ago: float) -> None:
        since = self.coach.now - round(ago * RATE)
        self.coach.tell(Pressed(self.coach.now, gesture, since))

    @rule()
    def mumbles(self) -> None:
        self.coach.tell(NoMatch(self.coach.now))

    @rule(
        seconds=st.sampled_from([0.05, 0.7, 3.0, 9.0, 31.0, 70.0, 400.0, 1300.0, 2000.0, 15000.0])
    )
    def waits(self, seconds: float) -> None:
        self.coach.run(seconds)

    @rule()
    def lets_the_coach_finish(self) -> None:
        self.coach.run_until_quiet()

    @rule(what=st.sampled_from(["silent_microphone", "audio_lost", "no such trouble"]))
    def has_trouble(self, what: str) -> None:
        self.coach.tell(Trouble(self.coach.now, what))

    @rule(on=st.booleans())
    def is_told_of_quiet_hours(self, on: bool) -> None:
        self.coach.tell(Quiet(self.coach.now, on))

    @rule(why=st.sampled_from(["full", "failed"]))
    def cannot_record(self, why: Literal["full", "failed"]) -> None:
        self.coach.tell(RecordingEnded(self.coach.now, why))
        assert not self.coach.state.surroundings.recording

    @rule(say=st.integers(-1, 300))
    def is_told_of_a_cue_that_was_hushed(self, say: int) -> None:
        if say != self.coach.state.speech.saying:
            self.coach.tell(Finished(self.coach.now, say))

    @precondition(lambda self: self.coach.at(Situation.MENU))
    @rule(
        kind=st.sampled_from(["heat", "ice"]),
        answers=st.lists(st.sampled_from(["yes", "no", "unsure"]), max_size=2),
    )
    def puts_a_pad_on(self, kind: str, answers: list[str]) -> None:
        self.coach.tell(IntentHeard(self.coach.now, kind))
        left = list(answers)
        for _ in range(8):
            self.coach.run_until_quiet()
            can = understood(self.coach.state, BOOK)
            if self.coach.state.skin.on is not None or self.coach.at(Situation.MENU):
                break
            said = "start"
            if "unsure" in can:
                said = left.pop() if left else harmless(self.coach.state, BOOK) or "no"
            self.coach.tell(IntentHeard(self.coach.now, said))

    @precondition(lambda self: not self.coach.at(Situation.OVER))
    @rule(
        down=st.sampled_from([0.0, 2.0, 60.0, 500.0, 1300.0, 5 * 3600.0]),
        certain=st.booleans(),
        known=st.booleans(),
    )
    def loses_power(self, down: float, certain: bool, known: bool) -> None:
        self.coach = self.coach.restarted(down, certain=certain, known=known)

    def teardown(self) -> None:
        if not hasattr(self, "coach"):
            return
        if self.coach.state.skin.on is not None:
            self.coach.run(SILENCE)
            assert self.coach.at(Situation.ENDING), "whoever says nothing has no pad on for long"
        self.coach.get_out()


TestSessions = Sessions.TestCase
