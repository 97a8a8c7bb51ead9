"""A conversation in writing, on a pretended clock: what is shown, and when."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from queue import Empty
from typing import Any, cast

import pytest

from tests.talk.loop import BOOK, RATE, Kept, options, talk_of
from voice_coach.chain import COACH, Machine
from voice_coach.cli import conversation
from voice_coach.cli.conversation import Conversation
from voice_coach.cli.terminal import Leave
from voice_coach.coach import State, understood
from voice_coach.coach.events import Action, Earcon, Event, IntentHeard
from voice_coach.coach.places import harmless
from voice_coach.speaking.tones import ALARM
from voice_coach.talk import Talk
from voice_coach.understanding import Book, Situation

Typed = str | Leave | float


class Over(Exception):
    """The script is at its end."""


@dataclass
class Typist:
    """A terminal and a clock: types a script, in which numbers are seconds to wait.

    Attributes:
        shown: each line, with the second at which it came.
        rung: when the bell was rung.
        rounds: of the loop.
    """

    script: Callable[[], Typed | None]
    shown: list[tuple[float, str]] = field(default_factory=list)
    rung: list[float] = field(default_factory=list)
    now: float = 0.0
    rounds: int = 0
    interrupted: bool = False
    _until: float = 0.0

    @property
    def typed(self) -> Typist:
        return self

    def get(self, timeout: float) -> str | Leave:
        self.rounds += 1
        while self.now >= self._until:
            following = self.script()
            if following is None:
                raise Over
            if not isinstance(following, float):
                return following
            self._until = self.now + following
        self.now = min(self.now + max(timeout, 0.001), self._until)
        raise Empty

    def ring(self) -> None:
        self.rung.append(self.now)

    def show(self, text: str) -> None:
        self.shown.append((self.now, text))

    @property
    def lines(self) -> list[str]:
        return [text for _, text in self.shown]


def converse(
    monkeypatch: pytest.MonkeyPatch,
    script: Callable[[Talk], Callable[[], Typed | None]],
    playback: Any = None,
    **more: Any,
) -> Typist:
    """Run a script to its end, or to that of the session."""
    talk = talk_of(options(**more), Kept())
    typist = Typist(script(talk))
    monkeypatch.setattr(conversation, "uptime", lambda: typist.now)
    with suppress(Over):
        Conversation(talk, cast(Any, typist), playback).run()
    return typist


def fixed(*script: Typed) -> Callable[[Talk], Callable[[], Typed | None]]:
    left = iter(script)
    return lambda talk: lambda: next(left, None)


def leading(*last: Typed) -> Callable[[Talk], Callable[[], Typed | None]]:
    """Answer so that a stretch begins; once it is held, go on with a script."""

    def on(talk: Talk) -> Callable[[], Typed | None]:
        return _led(talk, "stretch", _stretching, last)

    return on


def _stretching(state: State) -> bool:
    return state.breath is not None and state.situation is Situation.STRETCHING


def asked(*last: Typed) -> Callable[[Talk], Callable[[], Typed | None]]:
    """Go on to a question, and then with a script."""

    def on(talk: Talk) -> Callable[[], Typed | None]:
        return _led(talk, "stretch", lambda state: harmless(state, BOOK) is not None, last)

    return on


def heated(*last: Typed) -> Callable[[Talk], Callable[[], Typed | None]]:
    """The same with heat."""

    def on(talk: Talk) -> Callable[[], Typed | None]:
        return _led(talk, "heat", lambda state: state.skin.on is not None, last)

    return on


def _led(
    talk: Talk, wish: str, there: Callable[[State], bool], last: tuple[Typed, ...]
) -> Callable[[], Typed | None]:
    left = iter(last)
    turns = 0

    def following() -> Typed | None:
        nonlocal turns
        if turns < 0 or there(talk.state):
            turns = -1
            return next(left, None)
        turns += 1
        assert turns < 100, f"{wish} did not begin"
        if turns % 2:
            return 30.0
        can = understood(talk.state, BOOK)
        if talk.state.situation is Situation.MENU:
            return wish
        wanted = (harmless(talk.state, BOOK), "number", "start", "next", wish)
        said = next(intent for intent in wanted if intent in can)
        return "five" if said == "number" else said

    return following


def test_sentences_come_when_they_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    typist = converse(monkeypatch, fixed(12.0))
    assert len(typist.shown) >= 3
    times = [at for at, _ in typist.shown]
    assert 1.0 <= times[0] < 1.2
    assert all(later - sooner > 0.5 for sooner, later in pairwise(times))


def test_words_cut_speech_short_and_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    typist = converse(monkeypatch, fixed(1.5, "emergency", 5.0))
    greeting, *answer = typist.lines
    assert answer and any("9 1 1" in line for line in answer)
    assert greeting not in answer


def test_what_can_be_typed_is_listed_answers_first(monkeypatch: pytest.MonkeyPatch) -> None:
    typist = converse(monkeypatch, asked("?", 0.1))
    (listed,) = (line for line in typist.lines if line.startswith("You can type now: "))
    assert listed.startswith("You can type now: yes, no, ")
    assert "emergency" in listed and "it hurts" in listed
    assert "record" not in listed


def test_what_means_nothing_is_answered_by_the_coach_or_with_a_hint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    typist = converse(monkeypatch, asked("", 1.0, "qwertz", 2.0, "help", 0.5, "qwertz", 2.0))
    hints = [line for line in typist.lines if line.startswith("(That means nothing here.")]
    assert len(hints) == 1


def test_a_line_with_nothing_in_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = converse(monkeypatch, fixed(12.0))
    fast = converse(monkeypatch, fixed(1.2, *("", 0.3) * 6))
    assert fast.now < 4.0 and len(slow.lines) >= 3
    assert fast.lines[:3] == slow.lines[:3], "nothing is left out, or said in another order"


def test_a_hold_is_paced_to_the_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    typist = converse(monkeypatch, leading(45.0))
    ins = [at for at, text in typist.shown if text == "In." and at > typist.now - 75.0]
    assert len(ins) >= 3
    assert all(abs(later - sooner - 10.0) < 0.01 for sooner, later in pairwise(ins))


def test_a_line_with_nothing_in_it_leaves_a_hold_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = converse(monkeypatch, leading(45.0))
    pressed = converse(monkeypatch, leading(2.0, "", 3.0, "", 40.0))
    assert [t for t in pressed.shown if t[1] == "In."] == [t for t in plain.shown if t[1] == "In."]


def test_a_word_ends_a_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    typist = converse(monkeypatch, leading(12.0, "it hurts", 60.0))
    ins = [at for at, text in typist.shown if text == "In."]
    assert ins and max(ins) < typist.now - 59.0


def test_the_alarm_comes_unasked_until_it_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    typist = converse(monkeypatch, heated(120.0, "it's off", 60.0), heat_seconds=60.0)
    alarms = [at for at, text in typist.shown if text.startswith("Time is up")]
    assert alarms
    assert max(alarms) < typist.now - 50.0


def test_leaving_waits_for_what_is_on_the_skin(monkeypatch: pytest.MonkeyPatch) -> None:
    typist = converse(monkeypatch, heated(5.0, Leave(), 2.0, "done", 30.0))
    assert any(line.startswith("Ending in 12 seconds at most") for line in typist.lines)
    said = typist.now
    typist = converse(monkeypatch, heated(5.0, Leave(), 30.0))
    assert said < typist.now < said + 12.0


def test_leaving_with_nothing_on_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    typist = converse(monkeypatch, fixed(3.0, Leave(), 30.0))
    assert typist.now == pytest.approx(3.0, abs=0.01)


def test_after_a_suspension_only_what_matters_now_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The machine sleeps for an hour of heat: the alarm is there at once, and no flood of it."""

    def on(talk: Talk) -> Callable[[], Typed | None]:
        script = heated("?", 0.01)(talk)

        def following() -> Typed | None:
            found = script()
            if found == "?":
                typist_now[0].now += 3000.0
                typist_now[0].shown.clear()
                return 0.1
            return found

        return following

    typist_now: list[Typist] = []
    talk = talk_of(options(heat_seconds=60.0), Kept())
    typist = Typist(on(talk))
    typist_now.append(typist)
    monkeypatch.setattr(conversation, "uptime", lambda: typist.now)
    with pytest.raises(Over):
        Conversation(talk, cast(Any, typist)).run()
    assert 1 <= len(typist.shown) < 12
    assert talk.state.skin.on is not None


def test_it_sleeps_while_nothing_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    """After the last reprompt the coach wants no time: the loop once ran on without a pause."""
    typist = converse(monkeypatch, fixed(1.2, *("", 0.5) * 6, 900.0))
    assert typist.rounds < 900 / conversation.TICK_SECONDS + 300


def sounding(state: State, event: Event, book: Book) -> tuple[State, tuple[Action, ...]]:
    """Do as the coach does, and sound the alarm with each "louder"."""
    state, actions = COACH.step(state, event, book)
    louder = isinstance(event, IntentHeard) and event.intent == "louder"
    return state, (*actions, *[Earcon(ALARM)] * louder)


@pytest.mark.parametrize("speaks", [False, True])
def test_the_bell_rings_where_nothing_else_sounds(
    monkeypatch: pytest.MonkeyPatch, speaks: bool
) -> None:
    """Whoever dozes on a pad does not read."""
    typist = Typist(fixed(3.0, "louder", 10.0)(cast(Any, None)))
    monkeypatch.setattr(conversation, "uptime", lambda: typist.now)
    talk = talk_of(options(), machine=Machine(sounding, COACH.deadline))
    with pytest.raises(Over):
        Conversation(talk, cast(Any, typist), cast(Any, Speaking() if speaks else None)).run()
    assert len(typist.rung) == (not speaks)


class Speaking:
    """A loudspeaker that keeps what it is given."""

    silent = True

    def __init__(self, plays: int = 10**9) -> None:
        self.acts: list[int | None] = []
        self._plays = plays
        self.closed = False

    def play(self, start: int, samples: object, gain: float, now: int) -> None:
        assert 0.0 < gain <= 1.0
        self.acts.append(start)

    def hush(self) -> None:
        self.acts.append(None)

    def tend(self) -> bool:
        self._plays -= 1
        return self._plays > 0

    def close(self) -> None:
        self.closed = True


def test_it_speaks_where_there_is_a_loudspeaker(monkeypatch: pytest.MonkeyPatch) -> None:
    speaking = Speaking()
    typist = converse(monkeypatch, fixed(1.5, "emergency", 5.0), speaking)
    before, after = speaking.acts[: speaking.acts.index(None)], speaking.acts[-1]
    assert before and after is not None and after > RATE
    assert len(typist.lines) > 1


def test_a_lost_loudspeaker_is_reported_and_all_is_in_writing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    speaking = Speaking(plays=20)
    typist = converse(monkeypatch, fixed(12.0), speaking)
    assert speaking.closed
    assert typist.lines.count("The loudspeaker was lost; the session goes on in writing.") == 1
    assert len(typist.lines) >= 3
