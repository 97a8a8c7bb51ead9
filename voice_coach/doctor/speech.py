"""What the doctor says: findings as sentences for the ear."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from voice_coach.doctor.finding import Finding

GREETING = (
    "Hello, this is the voice coach, looking whether all is in order. "
    "If you hear this, your loudspeaker works. I will now make a soft noise, "
    "and then nothing for a few seconds."
)
"""Long enough, with the wave after it, for the canceller to learn the room (5 s)."""

WANTED = "banana"
"""The word a person is asked to say: every hearing model knows it, and no coach obeys it."""

ASK = f"Now say: {WANTED}."
ASK_AGAIN = f"Please say it another time: {WANTED}."

_NUMBERS = (
    "Nothing",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
)

_PATH = re.compile(r"(?:/[\w.@+-]+)+/([\w.@+-]+)")
_UNITS = (("dBFS", "decibels"), ("dB", "decibels"), ("ms", "milliseconds"), ("MB", "megabytes"))


def sayable(line: str) -> str:
    """Return a line for the ear: paths cut to their last part, units spelled out, no signs."""
    line = _PATH.sub(r"\1", line)
    for unit, spelled in _UNITS:
        line = re.sub(rf"(?<=\d) ?{unit}\b", f" {spelled}", line)
    line = line.replace("voice-coach", "voice coach").replace("_", " ")
    return re.sub(r"\s+", " ", re.sub(r"[`\"()]", " ", line)).replace(" .", ".").strip()


def spoken(finding: Finding) -> str:
    """Return what is said of a finding at once: nothing of what is in order."""
    return "" if finding.state in ("ok", "skipped") else sayable(finding.sentences)


def closing(findings: Iterable[Finding]) -> str:
    """Return the last words: how much is in order, and what is not."""
    found = list(findings)
    good = sum(f.state == "ok" for f in found)
    bad = [f.name for f in found if f.state in ("warning", "fault")]
    many = (
        "Nothing is" if not good else "One thing is" if good == 1 else f"{_number(good)} things are"
    )
    fine = f"{many} in order."
    if not bad:
        return f"{fine} Nothing needs mending."
    return f"{fine} {_number(len(bad))} {'needs' if len(bad) == 1 else 'need'} care: {_all(bad)}."


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def _all(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
