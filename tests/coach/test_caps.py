"""A hundred thousand events in a row, with restarts and clocks that lie: no pad beyond its cap.

test_properties.py looks at everything after each event, and comes to fewer of them.
"""

from __future__ import annotations

import random

import pytest

from tests.coach.driver import PROMPTS, RATE
from voice_coach.coach import Options, State, begin, deadline, step, understood
from voice_coach.coach.events import (
    Action,
    ApplicationEnded,
    ApplicationStarted,
    Clock,
    Event,
    Finished,
    IntentHeard,
    Started,
)
from voice_coach.coach.limits import BACK_SECONDS, CAP_SECONDS, REST_SECONDS, Kind
from voice_coach.coach.snapshot import past_of, snapshot
from voice_coach.understanding import Situation, load_book

EVENTS = 100_000
BOOK = load_book(PROMPTS)
OPTIONS = Options(RATE, "9 1 1", heat_seconds=1e9, ice_seconds=float("nan"))
LEADS_TO_HEAT = ("done", "number", "start", "no", "wake", "resume")
AWAKE = 0.95
"""Probability of a yes where that ends no round early."""


class Skin:
    """What is on it and since when, in frames of a clock that never stops."""

    def __init__(self) -> None:
        self.rounds = 0
        self.whole = 0
        self.slips = 0
        self._worn: dict[Kind, int] = {}
        self._on: dict[Kind, int] = {}
        self._off: dict[Kind, int] = {}

    def feel(self, state: State, actions: tuple[Action, ...], now: int) -> None:
        """Check one step of the coach."""
        for action in actions:
            match action:
                case ApplicationStarted(application):
                    kind = application.kind
                    assert not self._on
                    off = now - self._off.get(kind, -(10**9))
                    if off >= REST_SECONDS * RATE:
                        self._worn[kind] = 0
                    else:  # stopped by accident: what was worn counts
                        assert off <= BACK_SECONDS * RATE
                        self.slips += 1
                    self._on[kind] = now
                    self.rounds += 1
                case ApplicationEnded(application):
                    kind = application.kind
                    self._worn[kind] += now - self._on.pop(kind)
                    self.whole += self._worn[kind] >= CAP_SECONDS[kind] * RATE
                    self._off[kind] = now
        assert (state.skin.on is not None) == bool(self._on)
        for kind, since in self._on.items():
            worn = self._worn[kind] + now - since
            if worn > CAP_SECONDS[kind] * RATE and deadline(state) != state.now:
                calls = state.situation is Situation.EMERGENCY and state.speech.saying is not None
                assert state.situation is Situation.ENDING or calls


@pytest.mark.slow
def test_no_pad_is_on_beyond_its_cap() -> None:
    dice = random.Random(20)
    skin = Skin()
    state, event = begin(OPTIONS), Started(0)  # type: tuple[State, Event]
    before = restarts = 0
    for _ in range(EVENTS):
        state, actions = step(state, event, BOOK)
        skin.feel(state, actions, before + state.now)
        if state.situation is Situation.OVER or dice.random() < 0.002:
            down = dice.choice([0, 5, 60, 400, 1300, 20_000])
            certain = dice.random() < 0.5
            past = past_of(
                snapshot(state, BOOK),
                state.now,
                ago=down,
                certain=down if certain else None,
                rested_at_least=down if certain else 0,
            )
            before += state.now + down * RATE
            state, event = begin(OPTIONS), Started(0, past)
            restarts += 1
        else:
            event = next_event(state, dice)
    print(f"{skin.rounds} rounds, {skin.whole} to the end, {skin.slips} slips, {restarts} restarts")
    assert skin.rounds > 200
    assert skin.whole > 20
    assert restarts > 100


def next_event(state: State, dice: random.Random) -> Event:
    """Let time pass to the end of a sentence or a deadline, or let the person say something."""
    due = deadline(state)
    after = state.now + dice.randrange(3 * RATE)
    if state.speech.saying is not None and dice.random() < 0.7 and (due is None or after < due):
        return Finished(after, state.speech.saying)
    if due is not None and dice.random() < 0.6:
        return Clock(due)
    if due is None and state.situation is Situation.MENU:
        after += dice.randrange(1500 * RATE)  # long enough for the skin to rest
    at = after if due is None else min(after, due)
    can = understood(state, BOOK)
    if state.situation is Situation.AWAKE and dice.random() < AWAKE:
        return IntentHeard(at, "yes")
    if dice.random() < 0.001:
        return IntentHeard(at, "emergency")
    choices = ("heat", "ice") if state.situation is Situation.MENU else LEADS_TO_HEAT
    wanted = [intent for intent in choices if intent in can]
    usual = bool(wanted) and dice.random() < 0.97
    said = dice.choice(wanted if usual else sorted(can - {"quit", "emergency"} or can))
    return IntentHeard(at, said, dice.randrange(11), dice.random() < 0.9)
