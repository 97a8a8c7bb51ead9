"""The book: everything said and everything understood, in one language, as plain data.

A book is read from a folder of `prompts/` by `load.py`. Its structs mirror the TOML files one to
one; msgspec refuses wrong types and unknown keys, so that a book which loads is well formed. What
the structs cannot express (references, phrases that are offered but not understood) is checked in
`load.py`; what depends on the coach is checked in `coach/prompt_rules.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from voice_coach.understanding.intents import Intent, Phrase, Understood
from voice_coach.understanding.place import Place
from voice_coach.understanding.plural import filled

OFFERED = re.compile(r"\[([^\[\]{}]+)\]")
"""A phrase the person may say, marked in a spoken sentence: "Say [next] to go on."."""

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
    AWAKE = "awake"
    OFFERED = "offered"
    CALLING = "calling"
    CONFIRMING = "confirming"
    CHOOSING = "choosing"
    PAUSED = "paused"
    SLEEPING = "sleeping"
    OVER = "over"


Outcome = Literal["go_on", "emergency", "doctor", "refuse", "shorten", "ice", "items", "as_before"]
"""What an answer leads to. The coach gives these their meaning (coach/answering.py)."""


class _Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


DIGITS = r"^[0-9]{2,12}$"


class LanguageFile(_Data, frozen=True):
    """The layout of language.toml.

    `over` is the language of which only what differs is here, `voice` and `hearing` are the models
    to be preferred, `note` is what a person who chooses the language should know.
    """

    name: str
    code: str
    emergency_number: Annotated[str, msgspec.Meta(pattern=DIGITS)]
    plural: str = "n != 1"
    over: str = ""
    voice: str = ""
    hearing: str = ""
    note: str = ""


Variant = str | tuple[str, ...]


class ReplyFile(_Data, frozen=True):
    """The layout of replies.toml."""

    reply: dict[str, tuple[Variant, ...]]
    help: dict[str, tuple[Variant, ...]]
    confirm: dict[str, tuple[Variant, ...]]
    slots: dict[str, tuple[int, int]] = {}


class Question(_Data, frozen=True, kw_only=True):
    """A question and what its answers lead to; a step without one has no `ask`.

    `plain` is the question in plainer words, `why` the reason for it; `refused` is said where its
    answer refuses. `when` are flags of which one must be told for it to be asked, `unless` flags
    of which none may be. `sets` is a flag that the careful answer sets, and `told` says that flag
    back to the person in a later session: "You have weak bones."
    """

    id: str
    ask: str | None = None
    plain: str | None = None
    why: str | None = None
    refused: str | None = None
    answer: Literal["yes_no", "number"] = "yes_no"
    yes: Outcome = "go_on"
    no: Outcome = "go_on"
    unsure: Outcome = "go_on"
    sets: str | None = None
    told: str | None = None
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()

    def open(self, flags: frozenset[str]) -> bool:
        """Whether it has its place, given what the person has told."""
        return flags.isdisjoint(self.unless) and not (self.when and flags.isdisjoint(self.when))


class Item(Question, frozen=True, kw_only=True):
    """One item of a group of questions, asked alone once the answer to the group was "items"."""


class Step(Question, frozen=True, kw_only=True):
    """One step of a routine, done in this order: say, ask, breaths, then, rest, timer, ready.

    A question with items stands for all of them: it is asked first, and they only if need be.
    A position is held for so many `breaths`, or for `hold` seconds; with fewer than `least` breaths
    only if the person asks for it there. `rest` is in seconds; `times` is how often say, breaths,
    then and rest are done. coach/routine_limits.py has the limits.
    """

    name: str
    say: tuple[str, ...] = ()
    item: tuple[Item, ...] = ()
    recalls: bool = False
    breaths: int | None = None
    least: int | None = None
    hold: float | None = None
    times: int = 1
    rest: float | None = None
    in_cue: str | None = None
    out_cue: str | None = None
    then: tuple[str, ...] = ()
    timer: Literal["heat", "ice"] | None = None
    ready: str | None = None
    other: str | None = None

    @property
    def holds(self) -> bool:
        """Whether a position is held in it, or breaths are counted."""
        return self.breaths is not None or self.hold is not None


class Routine(_Data, frozen=True):
    """An exercise, a talk or a set of questions, step by step.

    `seconds_in` and `seconds_out` are its own pace of a breath, both or neither.
    """

    title: str
    situation: Situation
    step: tuple[Step, ...]
    intent: str | None = None
    next: str | None = None
    seconds_in: float | None = None
    seconds_out: float | None = None


@dataclass(frozen=True, slots=True)
class Book:
    """All of one language.

    `understood` is what a person may say. `texts` holds every spoken sentence under a key:
    "reply.menu" and "stretch.knee_left.say" are lists of variants, each a tuple of sentences.
    Offered phrases keep their brackets until they are spoken (`spoken`). `own` names the routines
    that the person has added; each has a text "NAME.offer", the phrase that begins it.
    """

    language: LanguageFile
    understood: Understood
    texts: Mapping[str, tuple[tuple[str, ...], ...]]
    slots: Mapping[str, tuple[int, int]]
    routines: Mapping[str, Routine]
    own: tuple[str, ...] = ()

    @property
    def numbers(self) -> Mapping[str, int]:
        """Number word -> value."""
        return self.understood.numbers

    @property
    def intents(self) -> Mapping[str, Intent]:
        """Everything a person may mean."""
        return self.understood.intents

    @property
    def alike(self) -> Mapping[str, str]:
        """Word -> the word it sounds like, and is taken for."""
        return self.understood.wording.alike

    @property
    def decoys(self) -> tuple[str, ...]:
        """Words that sound like commands and mean nothing."""
        return self.understood.decoys

    @property
    def files(self) -> Mapping[str, Path]:
        """The file of each key such as "intent.NAME" and "decoys.WORD"."""
        return self.understood.files

    def sentence(self, key: str, variant: int, sentence: int, slots: Mapping[str, str]) -> str:
        """Return the words to speak: one sentence with its slots filled and brackets gone.

        Raises:
            KeyError: the key or a slot is unknown.
            IndexError: there is no such variant or sentence.
        """
        text = self.texts[key][variant][sentence]
        return self.filled(text, slots)

    def filled(self, text: str, slots: Mapping[str, str]) -> str:
        """Return a sentence as it is spoken, with its slots filled; raises KeyError."""
        return spoken(filled(text, slots, self.language.plural))

    def canonical(self, words: str) -> str:
        """Return the canonical form of words, see `Wording`."""
        return self.understood.wording.canonical(words)

    def meant(self, intents: frozenset[str], place: Place | None = None) -> dict[str, Phrase]:
        """Return canonical phrase -> phrase, for the intents that make sense in a place.

        Args:
            intents: their names.
            place: where; its own phrases go before all others. None for no place in particular.
        """
        return self._table(intents, place, only_open=False)

    def openings(self, intents: frozenset[str], place: Place | None = None) -> dict[str, Phrase]:
        """Return those of them that a few more words may follow."""
        return self._table(intents, place, only_open=True)

    def _table(
        self, intents: frozenset[str], place: Place | None, *, only_open: bool
    ) -> dict[str, Phrase]:
        only = self.understood.only.get(place, frozenset()) if place is not None else frozenset()
        table: dict[str, Phrase] = {}
        for name in sorted(intents - only):
            for phrase in self.understood.said.get(name, ()):
                if place is Place.SLEEPING and phrase.asked and phrase.value is not None:
                    continue  # only near to a sign; asleep it is mostly other people who are heard
                if phrase.open if only_open else not phrase.open or phrase.heard not in table:
                    table[phrase.heard] = phrase
        for phrase in self.understood.here.get(place, ()) if place is not None else ():
            if phrase.intent in intents and (phrase.open or not only_open):
                table[phrase.heard] = phrase
        return table

    def phrases(
        self, intents: frozenset[str], place: Place | None = None
    ) -> Iterator[tuple[str, str]]:
        """Yield (phrase, intent) for all phrases of the given intents, as `meant` has them."""
        for phrase in self.meant(intents, place).values():
            yield phrase.text, phrase.intent

    def topics(self) -> dict[str, str]:
        """Return intent -> routine for the routines a person can ask for."""
        return {r.intent: name for name, r in self.routines.items() if r.intent is not None}


def spoken(text: str) -> str:
    """Return `text` as it is spoken: the brackets of offered phrases removed."""
    return OFFERED.sub(r"\1", text)


def offered(book: Book) -> tuple[str, ...]:
    """Return the phrases that the coach offers in what it says, each once."""
    texts = (text for variants in book.texts.values() for one in variants for text in one)
    return tuple(dict.fromkeys(phrase for text in texts for phrase in OFFERED.findall(text)))
