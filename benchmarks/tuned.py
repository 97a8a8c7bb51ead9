"""Copies of the hearing model with other endpoint settings, and everything heard with them."""

from __future__ import annotations

import random
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from voice_coach.hearing import HEARING_RATE, load_model
from voice_coach.hearing.recogniser import CHUNK
from voice_coach.understanding import Matcher
from voice_coach.understanding.early import EARLY

from .common import grammars, linked_model, the_parts
from .ear import Chunk, Ear, Rule, acted, context
from .scenes.recordings import Clip, at_microphone


@dataclass(frozen=True)
class Tuning:
    """Lines of a model's conf/model.conf to replace."""

    name: str
    lines: dict[str, str]


@dataclass(frozen=True)
class Item:
    """A clip to hear in a situation; `intent` is None if nothing should be understood."""

    clip: Clip
    situation: str
    intent: str | None


@dataclass(frozen=True)
class Heard:
    """An item as heard; `end` is the true end frame of its words."""

    item: Item
    end: int
    chunks: list[Chunk]


@dataclass
class Hearing:
    """All items heard with one tuning, and CPU seconds per second of sound."""

    tuning: Tuning
    heard: list[Heard] = field(default_factory=list)
    rtf: float = 0.0


class Judge:
    """Says what would have been done about what was heard."""

    def __init__(self) -> None:
        """Judge by the default book."""
        parts = the_parts()
        self.book = parts.book
        self.sets = grammars(parts)
        self.matcher = Matcher(parts.book)

    def done(self, heard: Heard, rule: Rule) -> tuple[str | None, float]:
        """Return intent and seconds after the word; `rule` may name a moment of the coach's."""
        intents = self.sets[heard.item.situation]
        if isinstance(rule, str):
            made = acted(heard.chunks, self.matcher, context(intents, rule), EARLY)
        else:
            made = acted(heard.chunks, self.matcher, context(intents), rule)
        if made is None:
            return None, 0.0
        return made.intent, (made.at - heard.end) / HEARING_RATE

    def is_safety(self, intent: str | None) -> bool:
        """Whether the intent is acted on at once."""
        return intent is not None and self.book.intents[intent].safety


def hear(tuning: Tuning, items: list[Item]) -> Hearing:
    """Hear all items with a tuning, in a process of its own."""
    parts = the_parts()
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "model"
        linked_model(parts.model_folder, copy, tuning.lines)
        ear = Ear(load_model(copy), parts.book)
    sets = grammars(parts)
    made = Hearing(tuning)
    chance = random.Random(3)
    seconds, began, situation = 0.0, time.process_time(), ""
    for item in sorted(items, key=lambda i: i.situation):
        if item.situation != situation:
            situation = item.situation
            ear.listen(phrase for phrase, _ in parts.book.phrases(sets[situation]))
        sound, end = at_microphone(item.clip, chance.randrange(CHUNK))
        made.heard.append(Heard(item, end, ear.hear(sound)))
        seconds += len(sound) / HEARING_RATE
    made.rtf = (time.process_time() - began) / max(seconds, 1e-9)
    return made


def present(conf: Path) -> dict[str, str]:
    """Return the lines of a conf/model.conf."""
    lines = (x.strip().lstrip("-").partition("=") for x in conf.read_text("utf-8").splitlines())
    return {key: value for key, sign, value in lines if sign}
