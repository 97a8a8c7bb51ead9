"""How early to act: how many times in a row a partial result must have been seen."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from voice_coach.understanding.evidence import Case, somebody_spoke
from voice_coach.understanding.place import Place
from voice_coach.understanding.words import Reading

NEVER = 0
"""In place of a number of partial results: only the final result is acted on."""

PARTIALS = 2
"""A safety word is acted on when this many partial results in a row have shown it; there is one
every 100 ms. `python -m benchmarks.endpoint` prints how fast and how often right other numbers
are."""

PARTIALS_SPEAKING = 3
"""The same while the coach speaks, unless somebody is known to speak into it: what it hears may be
itself. With 2 it interrupted itself five times in all of its sentences, with 3 once, at 20 dB of
echo attenuation."""

PARTIALS_AT_REST = 6
"""The same while the coach is silent, where other commands begin alike ("stop", "start"): there
is nothing to be stopped in a hurry, and a false "stop" in place of "start" costs more. With 4 it
depends on where in a block the word begins: of four voices at ten such places "start" was taken
for "stop" in a third of all cases; with 5 in none, and in an eighth where it was said more slowly
(0.85); with 6 in none of these."""

PARTIALS_QUIET = 5
"""The same for other commands, once the room is quiet after them. With 3, 45 of 1,002 commands of
people nobody trained on were taken wrongly, with 5 29, for 0.17 s."""

QUIET_SECONDS = 0.15
"""Quiet after which a command is over, if none of another meaning begins like it. In the middle of
other people's speech there is no such pause after a word."""

UNHURRIED = frozenset({Place.CHECKING, Place.PAIN, Place.MENU, Place.HEATASK, Place.BREATHING})
"""Where nobody moves: nothing is to be stopped in a hurry. There the coach reads out what can be
said, and people say it into its list. Of "stretch" up to three partial results in a row showed
"stop", of "start" four (five synthetic voices)."""


@dataclass(frozen=True)
class Beginning:
    """A reading of a partial result: perhaps only the beginning of what is being said."""

    case: Case
    reading: Reading

    @cached_property
    def for_safety(self) -> bool:
        """Whether it is a phrase for safety."""
        return self.case.is_phrase(self.reading.text, self.case.safety)

    @cached_property
    def may_go_on(self) -> bool:
        """Whether something for safety may be the beginning of something that means another."""
        return self.case.may_go_on(self.reading.text, self.case.safety)

    @property
    def asleep(self) -> bool:
        """Whether the coach sleeps."""
        return self.case.context.place is Place.SLEEPING

    @property
    def silent(self) -> bool:
        """Whether the coach is silent."""
        return self.case.context.silent

    @property
    def invited(self) -> bool:
        """Whether the coach is saying a command that begins like it.

        After "say start when it is in place", what sounds like the beginning of "stop" may well be
        "start".
        """
        onset, others = self.case.matcher.onset, self.case.context.intents - self.case.safety
        head = onset(self.reading.text)
        return any(
            onset(word) == head and self.case.is_phrase(word, others)
            for word in self.case.context.saying
        )

    @property
    def unhurried(self) -> bool:
        """Whether nothing is to be stopped in a hurry, whatever the coach says or paces."""
        return self.case.context.place in UNHURRIED

    @property
    def spoken_over(self) -> bool:
        """Whether somebody is known to speak into the coach's voice."""
        return self.case.clear and somebody_spoke(self.case.rise) is True

    @property
    def alike(self) -> bool:
        """Whether a command that is not for safety begins like it, and nothing is in a hurry."""
        case, others = self.case, self.case.context.intents - self.case.safety
        if case.context.pacing and not self.unhurried:
            return False
        return case.matcher.confusable(self.reading.text, others, case.context.place)

    @property
    def over(self) -> bool:
        """Whether it is the whole of a command, which is over."""
        case, text = self.case, self.reading.text
        if text != case.hypothesis.text or case.hypothesis.quiet < QUIET_SECONDS:
            return False
        return case.is_phrase(text, case.harmless) and not case.may_go_on(text, case.harmless)


@dataclass(frozen=True, slots=True)
class Early:
    """A row of the table: where it holds, so many partial results in a row are asked for."""

    name: str
    partials: int
    holds: Callable[[Beginning], bool]


EARLY: tuple[Early, ...] = (
    Early("asleep", NEVER, lambda it: it.asleep),
    Early(
        "for safety, may go on, coach silent",
        PARTIALS_AT_REST,
        lambda it: it.for_safety and it.may_go_on and it.silent,
    ),
    Early("for safety, may go on", NEVER, lambda it: it.for_safety and it.may_go_on),
    Early(
        "for safety, the coach is saying a command like it",
        PARTIALS_AT_REST,
        lambda it: it.for_safety and not it.silent and it.invited,
    ),
    Early(
        "for safety, while the coach speaks, nothing in a hurry",
        PARTIALS_AT_REST,
        lambda it: it.for_safety and not it.silent and it.unhurried,
    ),
    Early(
        "for safety, somebody speaks into the coach's voice",
        PARTIALS,
        lambda it: it.for_safety and not it.silent and it.spoken_over,
    ),
    Early(
        "for safety, while the coach speaks",
        PARTIALS_SPEAKING,
        lambda it: it.for_safety and not it.silent,
    ),
    Early(
        "for safety, like another command",
        PARTIALS_AT_REST,
        lambda it: it.for_safety and it.alike,
    ),
    Early("for safety", PARTIALS, lambda it: it.for_safety),
    Early("a whole command, then quiet", PARTIALS_QUIET, lambda it: it.silent and it.over),
)
"""How many partial results in a row must have shown a reading; NEVER where no row holds."""


def partials_needed(beginning: Beginning, early: tuple[Early, ...] = EARLY) -> int:
    """Return how often a reading must have been seen to be acted on, or NEVER."""
    return next((row.partials for row in early if row.holds(beginning)), NEVER)


def is_ready(case: Case, early: tuple[Early, ...]) -> bool:
    """Whether a reading of a partial result was seen often enough."""
    least = min((row.partials for row in early if row.partials != NEVER), default=math.inf)
    return any(
        NEVER < partials_needed(Beginning(case, reading), early) <= reading.seen
        for reading in case.hypothesis.readings
        if reading.seen >= least
    )
