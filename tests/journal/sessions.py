"""Sessions that write a journal, without sound: a pretended person, and a pretended clock."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.coach.driver import PROMPTS, RATE
from tests.coach.watched import Watched
from voice_coach.coach import Options, understood
from voice_coach.coach.events import Action, Event, IntentHeard
from voice_coach.coach.places import harmless
from voice_coach.coach.snapshot import Snapshot, snapshot
from voice_coach.journal import Journal, JournalWriter
from voice_coach.journal.timestamp import Moment
from voice_coach.understanding import Matcher, Situation, load_book

BOOK = load_book(PROMPTS)
MATCHER = Matcher(BOOK)
OPTIONS = Options(rate=RATE, emergency="9 1 1")
NOON = 1_800_000_000.0


@dataclass
class World:
    """The two clocks of a machine, in seconds; `at` is what they both stand for."""

    at: float = 0.0
    utc: float = NOON
    boot: str = "first"
    booted: float = 0.0

    def moment(self) -> Moment:
        return Moment(self.utc + self.at, self.boot, self.at - self.booted)


@dataclass
class Recorded(Watched):
    """The coach, watched, and its journal.

    Attributes:
        began: world.at at its first frame.
        standing: what was to be kept after each event.
        answered: how the safety questions had been answered then.
        after_step: called after each event.
    """

    world: World = field(default_factory=World)
    journal: Journal | None = None
    began: float = 0.0
    standing: list[Snapshot] = field(default_factory=list)
    answered: list[dict[str, str]] = field(default_factory=list)
    after_step: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        super().__post_init__()
        self.began = self.world.at
        recording = None
        if self.journal is not None:
            recording = JournalWriter(self.journal, self.book, self.options)
        self.recording = recording

    def tell(self, event: Event) -> tuple[Action, ...]:
        self.world.at = self.began + self.now / RATE
        before = self.state
        # The driver only notes the actions down, so that it may do so first.
        actions = super().tell(event)
        if self.recording is not None:
            self.recording.stepped(event, before, self.state, actions)
        self.standing.append(snapshot(self.state, self.book))
        self.answered.append(dict(self.answers))
        self.after_step()
        return actions


def open_journal(folder: Path, world: World, lines: list[str] | None = None) -> Journal:
    """The journal of a folder, told the time by a pretended clock."""
    said = lines if lines is not None else []
    return Journal(folder / "journal.db", said.append, world.moment, retry=0.05)


def session(
    journal: Journal | None = None, world: World | None = None, options: Options = OPTIONS
) -> Recorded:
    """A session that has not begun."""
    return Recorded(BOOK, options, MATCHER, world=world or World(), journal=journal)


def begun(journal: Journal, world: World, earlier: Recorded | None = None) -> Recorded:
    """A session that has just begun, with what the journal knows of earlier ones.

    What is watched goes on from an earlier one: the skin is the same.
    """
    coach = session(journal, world)
    if earlier is None:
        coach.start(journal.past())
    else:
        coach.go_on_from(earlier, world.at - earlier.began - earlier.now / RATE, journal.past())
    return coach


def carry_on(coach: Recorded, seed: int, events: int) -> None:
    """Let a person say whatever makes sense, often what leads to a pad, and wait now and then."""
    dice = random.Random(seed)
    for _ in range(events):
        if dice.random() < 0.6:
            coach.run_until_quiet(60)
        else:
            coach.run(dice.choice([0.3, 2.0, 9.0, 40.0, 200.0, 700.0]))
        can = sorted(understood(coach.state, BOOK) - {"quit", "emergency"})
        if coach.at(Situation.OVER):
            return
        if dice.random() < 0.01:
            said = "emergency"
        elif dice.random() < 0.12:
            said = dice.choice(can)
        else:
            answer = harmless(coach.state, BOOK)
            wanted: tuple[str, ...] = ("next",) if answer is None else (answer,)
            wanted = USUAL.get(coach.situation, wanted)
            said = next((w for w in wanted if w in can), can[0])
        coach.tell(IntentHeard(coach.now, said, dice.randrange(11)))


USUAL = {
    Situation.TAKING_UP: ("yes",),
    Situation.CHECKING: ("no", "next"),
    Situation.MENU: ("heat",),
    Situation.PAIN: ("number",),
    Situation.EMERGENCY: ("back",),
    Situation.ENDING: ("done",),
    Situation.CONFIRMING: ("no",),
    Situation.PAUSED: ("resume",),
    Situation.SLEEPING: ("wake",),
    Situation.EASING: ("ease",),
}
"""What leads past the questions and to heat."""
