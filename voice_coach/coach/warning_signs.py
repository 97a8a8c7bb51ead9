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
"""A doctor or midwife has to be asked; what is left out until then differs (safety.py)."""

OWN_QUESTION = frozenset({"red_flag", "dizzy"})
"""Intents that decide themselves what to ask when they were heard doubtfully."""

INFLAMED = "inflamed"
"""A slipped disc or arthritis: ice in place of heat."""

NAMED = AT_ONCE | ASKED | TELL_DOCTOR | {INFLAMED}

DOCTOR_SIGNS = frozenset(
    {"fever", "weight", "lump", "night", "cancer", "steroids", "immune", "needles"}
)
"""Flags that imply "doctor": no stretches, heat and ice only if a doctor has allowed them."""

IMPLIES: dict[str, frozenset[str]] = {
    **dict.fromkeys(DOCTOR_SIGNS, frozenset({"doctor"})),
    "diabetes": frozenset({"short"}),
}
"""Flag -> the flags that it implies."""

FLAG = {"bones": "osteoporosis"}
"""Name of a sign -> the flag that it sets, where that has another name."""

LASTING = frozenset(
    {
        *("cancer", "steroids", "immune", "needles", "pregnant", "osteoporosis"),
        *("diabetes", "numb", "inflamed", "allowed"),
    }
)
"""Flags that outlast a session: they are kept, and said back in the next one."""

WORSE = "worse"
"""Nothing that is said, but asked: after "it hurts", and when the pain has risen."""


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
