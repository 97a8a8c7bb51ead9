"""The layout of intents.toml, and what it comes to when its templates are expanded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import msgspec

from voice_coach.understanding.place import Place
from voice_coach.understanding.wording import Wording


class _Data(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Intent(_Data, frozen=True):
    """Something a person may mean, with the ways to say it.

    Fields: `phrases`, templates (see templates.py); `asked`, templates that are only near to it, so
    that it is confirmed first; `values`, for an intent that comes in kinds, name -> templates, of
    which those that end in " ?" are only near to it, too;
    `safety`, acted on at once and over the coach's own voice; `costly`, confirmed when heard
    doubtfully; `answer`, taken only when said exactly, by itself and to its end; `exact`, is no
    answer, and yet nothing that is only near it; `waits`, is safety, but may be the beginning of
    something else ("help", "help me breathe").
    """

    phrases: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    values: dict[str, tuple[str, ...]] = {}
    safety: bool = False
    costly: bool = False
    answer: bool = False
    exact: bool = False
    waits: bool = False

    @property
    def only_exact(self) -> bool:
        """Whether nothing that is only near a phrase of it is taken for it."""
        return self.answer or self.exact


class Decoys(_Data, frozen=True):
    """Words that sound like commands and mean nothing."""

    words: tuple[str, ...] = ()


class Courtesy(_Data, frozen=True):
    """What is said around a command and means nothing; see `Wording`."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    exclamations: tuple[str, ...] = ()
    afterthoughts: tuple[str, ...] = ()
    fillers: tuple[str, ...] = ()
    small: tuple[str, ...] = ()


class Turning(_Data, frozen=True):
    """Words that turn a meaning round: those that deny, and pairs of opposites.

    What follows one of `before` right away is denied by it: it isn't taken by itself.
    """

    deny: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    opposites: tuple[tuple[str, str], ...] = ()


_Similarity = Annotated[float, msgspec.Meta(ge=70, le=100)]


class Near(_Data, frozen=True):
    """How near what was heard must be to a phrase, as rapidfuzz's ratio from 0 to 100.

    A language that says nothing has the bounds measured for English; prompts/en/intents.toml says
    how. Fields: from `sure` on a near phrase is acted on; from `likely` on a costly one, for it is
    confirmed first; `asleep` is the same in a sleep, `phrase` the same for several words. A phrase
    of one word with `short_word` letters or fewer is not matched nearly.
    """

    sure: _Similarity = 88.0
    likely: _Similarity = 78.0
    asleep: _Similarity = 84.0
    phrase: _Similarity = 84.0
    short_word: Annotated[int, msgspec.Meta(ge=3, le=12)] = 5


class Onset(_Data, frozen=True):
    """How words begin to sound: the first `letters`, each spelling of `sounds` as its sound."""

    letters: Annotated[int, msgspec.Meta(ge=1, le=6)] = 2
    sounds: dict[str, str] = {}


class IntentFile(_Data, frozen=True):
    """The layout of intents.toml."""

    intent: dict[str, Intent]
    numbers: dict[str, int] = {}
    minutes: dict[str, int] = {}
    alike: dict[str, tuple[str, ...]] = {}
    contractions: dict[str, str] = {}
    decoys: Decoys = Decoys()
    ignored: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    joining: tuple[str, ...] = ()
    courtesy: Courtesy = Courtesy()
    turning: Turning = Turning()
    near: dict[str, int | float] = {}
    onset: Onset | None = None
    rules: dict[str, str] = {}
    here: dict[Place, dict[str, tuple[str, ...]]] = {}
    only: dict[Place, tuple[str, ...]] = {}
    hints: dict[str, str] = {}
    speakers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Phrase:
    """One sentence that is understood.

    Attributes:
        text: its words, contractions written out.
        heard: its canonical form (see `Wording`).
        intent: what it means.
        value: the number, or the minutes; the kind of an intent that comes in kinds; else None.
        asked: it is confirmed first, however exactly it is said.
        open: a few more words may follow, if none of them denies ("it hurts ...").
        core: it is one of the shortest sentences of its template, which are said most.
        first: the same, and its template is the first of its intent or kind.
    """

    text: str
    heard: str
    intent: str
    value: int | str | None = None
    asked: bool = False
    open: bool = False
    core: bool = False
    first: bool = False


@dataclass(frozen=True, slots=True)
class Understood:
    """All of intents.toml, expanded.

    Attributes:
        intents: name -> intent, its templates unexpanded.
        said: intent -> its phrases.
        here: place -> phrases that hold there alone, before all others.
        only: place -> intents of which nothing but the phrases of the place counts there.
        hints: word -> the kind of warning sign that it may be about.
        speakers: words with which people begin to speak of themselves.
        ignored: sentences that mean nothing to the coach ("oh no", "I don't want heat").
        together: intents that may follow each other in one breath ("stop, it hurts"); the one
            named first is meant.
        joining: words that put two wishes side by side ("and then"); the first is meant.
        numbers: number word -> value.
        minutes: the same for numbers of minutes.
        wording: how things are worded.
        near: how near a near match has to be.
        decoys: words that sound like commands.
        files: "intent.NAME" and "decoys.WORD" -> the file in which it stands.
    """

    intents: Mapping[str, Intent]
    said: Mapping[str, tuple[Phrase, ...]]
    here: Mapping[Place, tuple[Phrase, ...]]
    only: Mapping[Place, frozenset[str]]
    hints: Mapping[str, str]
    speakers: frozenset[str]
    ignored: tuple[str, ...]
    together: tuple[str, ...]
    joining: tuple[str, ...]
    numbers: Mapping[str, int]
    minutes: Mapping[str, int]
    wording: Wording
    near: Near
    decoys: tuple[str, ...]
    files: Mapping[str, Path]
