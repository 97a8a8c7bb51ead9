"""The word [unk], which stands for anything said that is no word of the grammar: its numbers."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np

from voice_coach.vocabulary.files import damaged, read_text
from voice_coach.vocabulary.lexicon import Pronunciation
from voice_coach.vocabulary.phones import ARPABET

_Probability = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Open = Annotated[float, msgspec.Meta(gt=0, lt=1)]
_Row = tuple[_Probability, ...]
_Cost = Annotated[float, msgspec.Meta(ge=-100, le=100)]


class Filler(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How [unk] and the pauses between words are made; see `graph.build_graph`.

    Fields: `init` (39 probabilities of a word's first phone, in the order of `ARPABET`) and
    `next` (39 rows: those of the phone after each); `strictness`, the power to which both are
    raised (smaller makes the loop of phones cheaper, so that [unk] takes more from the commands);
    `end`, the probability that the loop ends after a phone; `cost` of entering the loop and
    `phone_cost` of each further phone in it; `word_cost` of each word of the tree (None: there is
    no tree); `silence` and `noise`, the probabilities of SIL and of NSN between two words and
    after each other; `thresholds`, the cost of single words: by so much more than others must they
    fit better than [unk]; `doubt`, the margin over [unk] below which a command is not certain;
    `beside`, the words that may stand right beside [unk] (None: all), and `pause`, the outputs (of
    30 ms) that must lie between it and any other word. Costs are negative natural logarithms.
    """

    init: _Row
    next: tuple[_Row, ...]
    strictness: Annotated[float, msgspec.Meta(gt=0, le=2)] = 0.5
    cost: _Cost = 0.0
    phone_cost: _Cost = 0.0
    end: _Open = 0.2
    # 4: of 250 single words outside the grammar 19 became a command instead of 34 without the
    # tree, and of 250 commands 228 were heard instead of 232; at 2 it is 8 and 217.
    word_cost: _Cost | None = 4.0
    silence: _Open = 0.5
    noise: _Open = 0.1
    thresholds: dict[str, _Cost] = {}
    doubt: Annotated[float, msgspec.Meta(ge=0, le=100)] = 0.0
    beside: tuple[str, ...] | None = None
    pause: Annotated[int, msgspec.Meta(ge=1, le=20)] = 5

    def __post_init__(self) -> None:
        """Refuse what the types cannot say."""
        size = len(ARPABET)
        for key, rows in (("init", (self.init,)), ("next", self.next)):
            if key == "next" and len(rows) != size:
                raise ValueError(f"next has {len(rows)} rows, not {size}")
            for number, row in enumerate(rows):
                place = key if key == "init" else f"next[{number}]"
                if len(row) != size:
                    raise ValueError(f"{place} has {len(row)} values, not {size}")
                if not math.isclose(sum(row), 1, abs_tol=1e-3):
                    raise ValueError(f"{place} adds up to {sum(row):.4f}, not to 1")
        if self.silence + self.noise >= 1:
            raise ValueError("silence and noise add up to 1 or more")

    @classmethod
    def even(cls) -> Filler:
        """Return a filler for which all phones are equally likely."""
        row = (1 / len(ARPABET),) * len(ARPABET)
        return cls(init=row, next=(row,) * len(ARPABET))

    @classmethod
    def learnt(cls, spoken: Iterable[Pronunciation], unseen: float = 0.5) -> Filler:
        """Return a filler with the phone bigram of words, or of sentences, as they are said.

        Args:
            spoken: the phones of each, without pauses.
            unseen: how often a pair that never occurs counts as seen.
        """
        numbers = {phone: number for number, phone in enumerate(ARPABET)}
        size = len(ARPABET)
        first = np.full(size, unseen)
        pairs = np.full((size, size), unseen)
        for phones in spoken:
            places = [numbers[phone] for phone in phones]
            if places:
                first[places[0]] += 1
                np.add.at(pairs, (places[:-1], places[1:]), 1)
        following = pairs / pairs.sum(axis=1, keepdims=True)
        rows = tuple(tuple(map(float, row)) for row in following)
        return cls(init=tuple(map(float, first / first.sum())), next=rows)

    @classmethod
    def read(cls, path: Path) -> Filler:
        """Read graph/filler.json.

        Raises:
            ModelFault: it cannot be read or used; names file, key and reason.
        """
        text = read_text(path)
        try:
            return msgspec.json.decode(text, type=cls)
        except msgspec.ValidationError as error:
            reason, _, key = str(error).partition(" - at `$")
            raise damaged(
                path, f"key {key.strip('.`')}" if key else "whole file", reason
            ) from error
        except msgspec.DecodeError as error:
            raise damaged(path, "whole file", str(error)) from error

    def text(self) -> str:
        """Return the content of graph/filler.json."""
        return msgspec.json.format(msgspec.json.encode(self), indent=0).decode() + "\n"
