"""Random events for the coach alone, with restarts. `benchmarks.soak --full` gives it 10^6."""

from __future__ import annotations

import random

from tests.coach.driver import RATE
from tests.coach.test_caps import BOOK, OPTIONS, Skin, next_event
from voice_coach.coach import State, begin, step
from voice_coach.coach.events import Event, Started
from voice_coach.coach.snapshot import past_of, snapshot
from voice_coach.understanding import Situation

RESTARTS = 0.002
"""How likely a restart is after an event."""


def storm(events: int, seed: int) -> tuple[Skin, int]:
    """Give the coach so many events; the skin checks each round. Returns it and the restarts."""
    dice = random.Random(seed)
    skin = Skin()
    state: State = begin(OPTIONS)
    event: Event = Started(0)
    before = restarts = 0
    for _ in range(events):
        state, actions = step(state, event, BOOK)
        skin.feel(state, actions, before + state.now)
        if state.situation is not Situation.OVER and dice.random() >= RESTARTS:
            event = next_event(state, dice)
            continue
        down = dice.choice([0, 1, 5, 60, 400, 1300, 20_000, 200_000])
        certain = dice.random() < 0.5
        past = past_of(
            snapshot(state, BOOK),
            state.now,
            ago=down if certain or dice.random() < 0.8 else None,
            certain=down if certain else None,
            rested_at_least=down if certain else 0,
        )
        before += state.now + down * RATE
        state, event = begin(OPTIONS), Started(0, past)
        restarts += 1
    return skin, restarts
