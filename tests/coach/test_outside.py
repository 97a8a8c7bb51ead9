"""What other programs ask for: they start nothing, answer nothing and end no alarm, ever."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from tests.coach.driver import RATE, Driver
from tests.coach.test_properties import BOOK, SILENCE, Sessions
from voice_coach.coach import (
    Options,
    Request,
    State,
    accepted,
    begin,
    deadline,
    request_meaning,
    step,
    understood,
)
from voice_coach.coach.activities.choices import Choices
from voice_coach.coach.activities.pause import Pause
from voice_coach.coach.events import (
    Action,
    ApplicationStarted,
    Happened,
    IntentHeard,
    Pressed,
    Record,
)
from voice_coach.coach.events import Gesture as G
from voice_coach.coach.places import place_state
from voice_coach.understanding import Book, Matcher, Situation
from voice_coach.understanding.place import Place

OPTIONS = Options(RATE, "9 1 1")

RUNNING = {
    *(Place.READY, Place.HOLD, Place.HEATREADY, Place.HEAT, Place.BREATHING, Place.IMAGERY),
    Place.TALK,
}
"""Where a program may stop and pause."""

BOTH = frozenset(Request)

HEARD = frozenset(
    {
        *(Situation.ENDING, Situation.EMERGENCY, Situation.CALLING, Situation.AWAKE),
        *(Situation.CONFIRMING, Situation.CHECKING, Situation.PAIN, Situation.TAKING_UP),
        *(Situation.OFFERED, Situation.EASING, Situation.SLEEPING, Situation.OVER),
    }
)
"""Nothing of these is touched, nor quieted, wherever in the stack it lies."""


def alarms(state: State) -> tuple[object, ...]:
    return tuple(a for a in state.stack if a.situation in HEARD)


def check(before: State, after: State, actions: tuple[Action, ...]) -> None:
    """Check what a request did that was taken."""
    assert not alarms(before), "what has to be heard, or asks, is out of its reach"
    assert "emergency" not in before.answers.flags
    can = understood(before, BOOK)
    assert can.isdisjoint({"unsure", "number", "why"}), "a question was open"
    assert not [a for a in actions if isinstance(a, (*Happened.__args__, Record))]
    assert after.skin.on == before.skin.on, "what is on stays on until the person says it is off"
    assert after.skin.off_at == before.skin.off_at
    assert after.answers.pain == before.answers.pain
    assert after.answers.flags == before.answers.flags
    assert after.answers.checked == before.answers.checked
    if after.answers.last is not None and before.answers.last is not None:
        assert replace(after.answers.last, last=before.answers.last.last) == before.answers.last
    if after.situation is Situation.ENDING:
        assert before.skin.on is not None
    else:
        assert after.skin.remind_at == before.skin.remind_at, "a program is no sign of life"
        assert after.situation in (
            *(Situation.PAUSED, Situation.MENU, Situation.HEAT, Situation.ICE),
        ), after.situation


class Programs(Sessions):
    """A person who says anything, and programs that ask for anything, at any time."""

    def request(self, request: Request) -> None:
        before = self.coach.state
        meant = request_meaning(before, request, self.coach.now, BOOK)
        if meant is None:
            return  # the coach learns nothing of it
        assert meant.intent in ("stop", "pause")
        actions = self.coach.tell(meant)
        check(before, self.coach.state, actions)

    @rule(request=st.sampled_from(Request))
    def a_program_asks(self, request: Request) -> None:
        self.request(request)

    @rule(
        requests=st.lists(
            st.tuples(st.sampled_from(Request), st.sampled_from([0.0, 0.3, 4.0, 61.0, 300.0])),
            max_size=12,
        )
    )
    def programs_ask_while_the_person_is_silent(
        self, requests: list[tuple[Request, float]]
    ) -> None:
        """In whatever order, no application begins, none ends, and nothing is answered."""
        notes = len(self.coach.notes)
        answers = dict(self.coach.answers)
        had = self.coach.state.skin.on
        for request, seconds in requests:
            alarm = self.coach.state.stack if self.coach.at(Situation.ENDING) else None
            self.request(request)
            assert alarm is None or self.coach.state.stack == alarm
            self.coach.run(seconds)
        assert len(self.coach.notes) == notes, "nothing worth a note comes of programs and time"
        # A session that the person had quit may end meanwhile, which empties the answers.
        assert self.coach.answers.items() <= answers.items()
        assert self.coach.state.skin.on == had

    @precondition(lambda self: self.coach.state.skin.on is not None)
    @rule(
        until=st.sampled_from([Situation.AWAKE, Situation.ENDING]),
        requests=st.lists(st.sampled_from(Request), min_size=1, max_size=4),
    )
    def programs_ask_whether_the_person_is_awake(
        self, until: Situation, requests: list[Request]
    ) -> None:
        """Nothing they ask for answers that, nor the alarm after it."""
        for _ in range(round(SILENCE)):
            if self.coach.at(until) or self.coach.at(Situation.ENDING):
                break
            self.coach.run(1.0)
        before = self.coach.state
        for request in requests:
            self.request(request)
        if before.situation in HEARD:
            assert self.coach.state == before

    def teardown(self) -> None:
        """Whatever programs ask for, whoever says nothing has no pad on for long."""
        if not hasattr(self, "coach"):
            return
        if self.coach.state.skin.on is not None:
            until = self.coach.now + round(SILENCE * RATE)
            while self.coach.now < until:
                self.request(Request.PAUSE)
                self.coach.run(7.0)
            assert self.coach.at(Situation.ENDING)
            self.request(Request.STOP)
            assert self.coach.at(Situation.ENDING)
        super().teardown()


TestPrograms = Programs.TestCase


@pytest.mark.parametrize("place", Place)
def test_they_may_stop_and_pause_only_what_runs(place: Place, book: Book) -> None:
    state = place_state(place, book, OPTIONS)
    expected = BOTH if place in RUNNING else frozenset()
    if place is Place.PAUSED:
        expected = frozenset({Request.STOP})
    assert accepted(state, book) == expected
    for request in Request:
        meant = request_meaning(state, request, state.now, book)
        assert (meant is not None) == (request in expected)


def left_to_programs(place: Place, book: Book, matcher: Matcher, *, ask: bool) -> Driver:
    """A quarter of an hour from a place on, in which the person says nothing."""
    coach = Driver(book, OPTIONS, matcher)
    coach.state = place_state(place, book, OPTIONS)
    coach.now = coach.state.now
    for _ in range(180):
        for request in Request if ask else ():
            before = coach.state
            meant = request_meaning(before, request, coach.now, book)
            if meant is not None:
                check(before, step(before, meant, book)[0], coach.tell(meant))
        coach.run(5.0)
    return coach


@pytest.mark.parametrize("place", Place)
def test_from_every_place_on_programs_alone_begin_and_end_nothing(
    place: Place, book: Book, matcher: Matcher
) -> None:
    had = place_state(place, book, OPTIONS)
    coach = left_to_programs(place, book, matcher, ask=True)
    assert not coach.notes
    assert coach.state.skin.on == had.skin.on
    assert had.skin.on is None or coach.at(Situation.ENDING)
    assert coach.state.answers.flags == had.answers.flags
    if place in (Place.ENDING, Place.EMERGENCY, Place.CALLING, Place.AWAKE):
        alone = left_to_programs(place, book, matcher, ask=False)
        assert [(x.start, x.text) for x in coach.lines] == [
            (x.start, x.text) for x in alone.lines
        ], "not a word of it is missing, or late"
        assert len(alone.lines) > 5


def test_before_the_session_there_is_nothing_to_stop(book: Book) -> None:
    assert accepted(begin(OPTIONS), book) == frozenset()


def test_a_stretch_is_stopped_and_paused_as_by_the_person(book: Book) -> None:
    state = place_state(Place.HOLD, book, OPTIONS)
    paused, _ = step(state, _meant(state, Request.PAUSE, book), book)
    assert paused.situation is Situation.PAUSED
    assert request_meaning(paused, Request.PAUSE, paused.now, book) is None
    stopped, _ = step(paused, _meant(paused, Request.STOP, book), book)
    assert stopped.situation is Situation.MENU
    assert accepted(stopped, book) == frozenset()


def test_heat_that_is_stopped_is_alarmed_about_until_the_person_says_it_is_off(
    heat: Driver,
) -> None:
    heat.run(60)
    on = heat.state.skin.on
    heat.tell(_meant(heat.state, Request.STOP, heat.book))
    assert heat.at(Situation.ENDING)
    for _ in range(30):
        for request in Request:
            assert request_meaning(heat.state, request, heat.now, heat.book) is None
        heat.run(2.3)
    assert heat.at(Situation.ENDING) and heat.state.skin.on == on
    heat.hear("it is off")
    assert heat.state.skin.on is None


def test_a_pause_holds_up_neither_are_you_awake_nor_the_alarm(heat: Driver) -> None:
    heat.run(10).tell(_meant(heat.state, Request.PAUSE, heat.book))
    heat.run(310)
    assert heat.at(Situation.AWAKE)
    for request in Request:
        assert request_meaning(heat.state, request, heat.now, heat.book) is None
    heat.run(90)
    assert heat.at(Situation.ENDING)


def test_breathing_in_an_emergency_is_the_persons(menu: Driver) -> None:
    """To stop it would have the call for help go on, to pause it would silence it."""
    menu.hear("emergency")
    menu.answer("breathe")
    menu.run_until_quiet().run(20)
    assert menu.at(Situation.BREATHING)
    assert accepted(menu.state, menu.book) == frozenset()


def test_what_lies_over_a_pause_is_out_of_reach(book: Book) -> None:
    state = place_state(Place.PAUSED, book, OPTIONS)
    state, _ = step(state, Pressed(state.now, G.THRICE, state.now), book)
    assert isinstance(state.top, Choices) and isinstance(state.stack[-2], Pause)
    assert accepted(state, book) == frozenset()


def test_the_words_before_a_question_belong_to_it(menu: Driver) -> None:
    menu.hear("heat")
    seen: set[Request] = set()
    while menu.at(Situation.HEAT) and not menu.state.prompting.awaiting:
        seen |= accepted(menu.state, menu.book)
        assert deadline(menu.state) is None or menu.state.skin.on is None
        menu.run(0.1)
    assert not seen
    assert not [n for n in menu.notes if isinstance(n, ApplicationStarted)]


def _meant(state: State, request: Request, book: Book) -> IntentHeard:
    meant = request_meaning(state, request, state.now, book)
    assert meant is not None
    return meant
