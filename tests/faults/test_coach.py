"""Floods of events, and clocks that jump: no pad beyond its cap, and never a dead end."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.faults.storm import storm
from tests.faults.tally import Tally
from tests.journal.sessions import (
    BOOK,
    MATCHER,
    Recorded,
    World,
    begun,
    carry_on,
    open_journal,
    session,
)
from voice_coach.coach import understood
from voice_coach.coach.events import IntentHeard, NoMatch, Trouble
from voice_coach.journal.timestamp import Moment
from voice_coach.understanding import Situation

EVENTS = 30_000
"""Random events, for each of two seeds; coach/test_caps.py has 100,000 more."""

HOUR = 3600


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_random_events(seed: int, tally: Tally) -> None:
    skin, restarts = storm(EVENTS, seed)
    print(f"{skin.rounds} rounds, {skin.whole} to the end, {restarts} restarts")
    assert skin.rounds > 50 and restarts > 20
    tally.count("random events of the coach, with restarts", EVENTS)


@pytest.mark.slow
@pytest.mark.long
def test_hour_of_commands_every_100_ms(tally: Tally) -> None:
    """Whatever is listened for, ten times a second; all that Watched looks at holds throughout."""
    dice = random.Random(3)
    coach = session()
    coach.start()
    said = 0
    while said < HOUR * 10:
        coach.run(0.1)
        if coach.at(Situation.OVER):
            coach = session()
            coach.start()
        can = sorted(understood(coach.state, BOOK) - {"quit"})
        coach.tell(
            IntentHeard(coach.now, dice.choice(can), dice.randrange(11), dice.random() < 0.8)
        )
        coach.lines.clear()
        coach.standing.clear()
        coach.notes.clear()
        said += 1
    coach.get_out()
    tally.count("a command every 100 ms for an hour", said)


def test_flood_of_everything_else(tally: Tally) -> None:
    dice = random.Random(4)
    coach = session()
    coach.start()
    coach.past_checks().with_pad("heat")
    for number in range(5000):
        coach.run(0.1)
        match number % 3:
            case 0:
                coach.tell(NoMatch(coach.now))
            case 1:
                what = dice.choice(["silent_microphone", "audio_lost", "ears_back", "nonsense"])
                coach.tell(Trouble(coach.now, what))
            case _:
                coach.tell(IntentHeard(coach.now, dice.choice(["", "no such", "six", "\0"]), None))
        coach.standing.clear()
    coach.run(HOUR)
    assert coach.at(Situation.ENDING), "and the alarm goes on"
    tally.count("troubles, and words that mean nothing, every 100 ms", 5000)


class Jumping(World):
    """Clocks that jump at each look: the time of day anywhere, the seconds since the boot ahead."""

    dice = random.Random(0)
    backwards = False

    def moment(self) -> Moment:
        self.utc += self.dice.choice([0.0, 0.0, -1e9, 1e9, 3600.0, -3600.0, 0.5])
        now = super().moment()
        up = now.up + self.dice.choice([0.0, 0.0, 0.1])
        if self.backwards:
            up = max(0.0, now.up - self.dice.choice([0.0, 1.0, 1e5]))
        return Moment(now.utc, now.boot, up)


@pytest.mark.parametrize("backwards", [False, True], ids=["forwards", "backwards"])
@pytest.mark.parametrize("seed", range(12))
def test_clocks_that_jump_in_mid_session(
    tmp_path: Path, seed: int, backwards: bool, tally: Tally
) -> None:
    """Within a session only samples count, so that no clock can lengthen a round."""
    world = Jumping()
    world.dice = random.Random(seed)
    world.backwards = backwards
    lines: list[str] = []
    journal = open_journal(tmp_path, world, lines)
    coach = Recorded(BOOK, matcher=MATCHER, world=world, journal=journal)
    coach.start(journal.past())
    carry_on(coach, seed, 60)
    journal.close()
    assert not lines
    assert journal.kept == journal.added, "nothing is lost"
    after = open_journal(tmp_path, world, lines)
    past = after.past()
    assert not past.lost and not lines
    if coach.state.skin.on is not None:
        assert past.pad is not None, "a pad that was on is asked for"
    # And the next session begins with it, whatever it makes of the time between.
    following = session(after, world)
    following.go_on_from(coach, 0.0, past)
    following.run(5)
    assert (following.state.skin.on is not None) == (past.pad is not None)
    after.close()
    tally.count("clocks that jump in mid-session")


def test_restart_with_clocks_that_jump(tmp_path: Path, tally: Tally) -> None:
    """Five sessions on one skin, the time of day anywhere: Watched looks after caps and rests."""
    for seed in range(8):
        folder = tmp_path / str(seed)
        dice = random.Random(seed)
        world = World()
        earlier: Recorded | None = None
        for life in range(5):
            journal = open_journal(folder, world)
            coach = begun(journal, world, earlier)
            carry_on(coach, 100 * seed + life, 25)
            journal.close()
            earlier = coach
            world.at += dice.choice([0.0, 3.0, 70.0, 2000.0])
            world.utc = dice.choice([0.0, 1.0, 1_800_000_000.0, 4e9])
            if dice.random() < 0.5:
                world.boot, world.booted = str(dice.random()), world.at
            if coach.at(Situation.OVER):
                break
            tally.count("restarts with a time of day that jumps")
