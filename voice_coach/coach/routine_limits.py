"""What a routine may ask of a body: how long, how often, how slowly. Checked before the first word.

The pace and the breaths are those of docs/practice.md. It has no other figures: the rest are our
own, on the careful side, and keep a mistake in a file from holding somebody for an hour.
"""

from __future__ import annotations

from collections.abc import Iterator

from voice_coach.coach.pace import SECONDS_IN, SECONDS_OUT
from voice_coach.understanding.book import MOST_BREATHS, Routine, Step

Range = tuple[float, float]

HOLD_SECONDS: Range = (7.0, 100.0)
"""From one breath at the fastest pace to ten at the usual one."""

TIMES: Range = (1, 10)
"""Of one step."""

REST_SECONDS: Range = (1.0, 120.0)

ROUTINE: dict[str, Range] = {"seconds_in": SECONDS_IN, "seconds_out": SECONDS_OUT}
"""Key of a routine -> its limits."""

STEP: dict[str, Range] = {
    "breaths": (1, MOST_BREATHS),
    "least": (1, MOST_BREATHS),
    "hold": HOLD_SECONDS,
    "times": TIMES,
    "rest": REST_SECONDS,
}
"""Key of a step -> its limits."""


def problems(file: str, routine: Routine) -> Iterator[tuple[str, str]]:
    """Yield (key, reason) for what a routine asks that is not allowed."""
    yield from _ranges(file, routine, ROUTINE)
    if (routine.seconds_in is None) != (routine.seconds_out is None):
        missing = "seconds_in" if routine.seconds_in is None else "seconds_out"
        yield f"{file}: {missing}", "is missing: seconds_in and seconds_out go together"
    for i, step in enumerate(routine.step):
        where = f"{file}: step[{i}]"
        yield from _ranges(where, step, STEP, joint=".")
        if step.breaths is not None and step.hold is not None:
            yield f"{where}.hold", "a hold is in breaths or in seconds, not in both"
        if step.least is not None and (step.breaths is None or step.breaths < step.least):
            yield f"{where}.least", "is more than the breaths of the step"
        if step.rest is not None and not step.holds:
            yield f"{where}.rest", "is a rest after a hold, and the step has none"
        if step.times > 1 and (step.ask or step.timer or not step.holds):
            yield f"{where}.times", "only a hold is done several times, without a question or timer"


def _ranges(
    where: str, part: Routine | Step, limits: dict[str, Range], joint: str = ": "
) -> Iterator[tuple[str, str]]:
    for key, (least, most) in limits.items():
        value = getattr(part, key)
        # What is not a number compares false.
        if value is not None and not least <= value <= most:
            yield f"{where}{joint}{key}", f"must be from {least:g} to {most:g}"
