"""The warning signs that a person may name in plain words at any time, and what each leads to.

They are those of docs/practice.md; the intent "red_flag" carries one of these names.
"""

from __future__ import annotations

from voice_coach.coach.events import IntentHeard

AT_ONCE = frozenset({"legs", "saddle", "bladder", "chest", "breath", "strength", "faint"})
"""An emergency as soon as they are heard for certain."""

ASKED = frozenset({"fall", "leg", "tingling"})
"""An emergency if one more question is answered with yes or "not sure"."""

TELL_DOCTOR = frozenset(
    {"fever", "weight", "lump", "cancer", "pregnant", "night", "immune", "bones"}
)
"""A doctor has to be asked; until then the coach only breathes and informs."""

OWN_QUESTION = frozenset({"red_flag", "dizzy"})
"""Intents that decide themselves what to ask when they were heard doubtfully."""

INFLAMED = "inflamed"
"""A slipped disc or arthritis: ice in place of heat."""

NAMED = AT_ONCE | ASKED | TELL_DOCTOR | {INFLAMED}

SETS = {"bones": "osteoporosis"}
"""Name -> the flag that it sets besides "doctor"."""


def is_flag(pending: IntentHeard | None) -> bool:
    """Whether the question that is being put concerns the person's health, not a command."""
    return pending is not None and pending.intent in OWN_QUESTION


def means_emergency(pending: IntentHeard) -> bool:
    """Whether a yes to the question about this means an emergency."""
    if pending.intent == "red_flag":
        return pending.value in AT_ONCE | ASKED
    return pending.intent in ("dizzy", "emergency")


def confirm_key(pending: IntentHeard) -> str:
    """Return the key of the question about a command or a flag."""
    if pending.intent == "red_flag":
        return f"confirm.red_flag_{pending.value}"
    return f"confirm.{pending.intent}"
