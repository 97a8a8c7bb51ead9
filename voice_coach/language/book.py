"""The book: everything said and everything understood, in one language, as plain data.

A book is read from a folder of `prompts/` by `load.py`. Its structs mirror the TOML files one to
one; msgspec refuses wrong types and unknown keys, so that a book which loads is well formed. What
the structs cannot express (references, phrases that are offered but not understood) is checked in
`load.py`; what depends on the coach is checked in `coach/check.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import msgspec

OFFERED = re.compile(r"\[([^\[\]{}]+)\]")
"""A phrase the person may say, marked in a spoken sentence: "Say [next] to go on."."""

SLOT = re.compile(r"\{([a-z]+)\}")
"""A value the coach fills in: "{minutes} minutes left."."""


MOST_BREATHS = 10
"""Breaths in one hold: as many as there are spoken counts, and the most the practice allows."""


class Situation(StrEnum):
    """What the person and the coach are in the middle of."""

    TAKING_UP = "taking_up"
    CHECKING = "checking"
    MENU = "menu"
    STRETCHING = "stretching"
    HEAT = "heat"
    ICE = "ice"
    BREATHING = "breathing"
    IMAGERY = "imagery"
    MEDICINES = "medicines"
    PREVENTION = "prevention"
    PAIN = "pain"
    EASING = "easing"
    EMERGENCY = "emergency"
    ENDING = "ending"
    CONFIRMING = "confirming"
    PAUSED = "paused"
    SLEEPING = "sleeping"
    OVER = "over"


Outcome = Literal["go_on", "emergency", "doctor", "refuse", "shorten", "ice"]
"""What an answer leads to. The coach gives these their meaning (coach/machine.py)."""


class _Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Intent(_Data, frozen=True):
    """Something a person may mean, with the ways to say it."""

    phrases: tuple[str, ...]
    safety: bool = False
    costly: bool = False


class Decoys(_Data, frozen=True):
    """Words that sound like commands and mean nothing."""

    words: tuple[str, ...] = ()


class IntentFile(_Data, frozen=True):
    """The layout of intents.toml."""

    intent: dict[str, Intent]
    numbers: dict[str, int] = {}
    alike: dict[str, tuple[str, ...]] = {}
    decoys: Decoys = Decoys()


class LanguageFile(_Data, frozen=True):
    """The layout of language.toml."""

    name: str
    code: str
    emergency_number: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{2,12}$")]


Variant = str | tuple[str, ...]


class ReplyFile(_Data, frozen=True):
    """The layout of replies.toml."""

    reply: dict[str, tuple[Variant, ...]]
    help: dict[str, tuple[Variant, ...]]
    confirm: dict[str, tuple[Variant, ...]]
    slots: dict[str, tuple[int, int]] = {}


class Step(_Data, frozen=True):
    """One step of a routine, done in this order: say, ask, breaths, then, timer, ready.

    `plain` is the question in plainer words; `why` is said where its answer refuses.
    """

    id: str
    name: str
    say: tuple[str, ...] = ()
    ask: str | None = None
    plain: str | None = None
    why: str | None = None
    answer: Literal["yes_no", "number"] = "yes_no"
    yes: Outcome = "go_on"
    no: Outcome = "go_on"
    unsure: Outcome = "go_on"
    sets: str | None = None
    breaths: int | None = None
    in_cue: str | None = None
    out_cue: str | None = None
    then: tuple[str, ...] = ()
    timer: Literal["heat", "ice"] | None = None
    ready: str | None = None
    other: str | None = None
    unless: tuple[str, ...] = ()


class Routine(_Data, frozen=True):
    """An exercise, a talk or a set of questions, step by step."""

    title: str
    situation: Situation
    step: tuple[Step, ...]
    intent: str | None = None
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """All of one language.

    `alike` maps a word to the one it sounds like. `texts` holds every spoken sentence under a
    key: "reply.menu" and "stretch.knee_left.say" are lists of variants, each a tuple of
    sentences. Offered phrases keep their brackets until they are spoken (`spoken`). `files` has the
    file in which "intent.NAME" and "decoys.WORD" stand.
    """

    language: LanguageFile
    numbers: Mapping[str, int]
    intents: Mapping[str, Intent]
    alike: Mapping[str, str]
    decoys: tuple[str, ...]
    texts: Mapping[str, tuple[tuple[str, ...], ...]]
    slots: Mapping[str, tuple[int, int]]
    routines: Mapping[str, Routine]
    files: Mapping[str, Path]

    def sentence(self, key: str, variant: int, sentence: int, slots: Mapping[str, str]) -> str:
        """Return the words to speak: one sentence with its slots filled and brackets gone.

        Raises:
            KeyError: the key or a slot is unknown.
            IndexError: there is no such variant or sentence.
        """
        text = self.texts[key][variant][sentence]
        return spoken(SLOT.sub(lambda m: slots[m[1]], text))

    def canonical(self, words: str) -> str:
        """Return words with those that sound alike made one, and immediate repeats gone.

        "stop stop" and "it hurts it hurts" are said in pain, and mean what they mean once.
        """
        kept: list[str] = []
        for word in words.split():
            alike = self.alike.get(word, word)
            if not kept or kept[-1] != alike:
                kept.append(alike)
        for length in range(2, len(kept) // 2 + 1):
            if kept[length:] == kept[:-length]:  # the same over and over
                return " ".join(kept[:length])
        return " ".join(kept)

    def phrases(self, intents: frozenset[str]) -> Iterator[tuple[str, str]]:
        """Yield (phrase, intent) for all phrases of the given intents, numbers spelled out."""
        for name in sorted(intents):
            for phrase in self.intents[name].phrases:
                if "{number}" in phrase:
                    for word in self.numbers:
                        yield phrase.replace("{number}", word), name
                else:
                    yield phrase, name

    def topics(self) -> dict[str, str]:
        """Return intent -> routine for the routines a person can ask for."""
        return {r.intent: name for name, r in self.routines.items() if r.intent is not None}


def spoken(text: str) -> str:
    """Return `text` as it is spoken: the brackets of offered phrases removed."""
    return OFFERED.sub(r"\1", text)
