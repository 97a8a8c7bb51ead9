"""The filler word [unk], which stands for any speech outside the grammar: its parameters."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import msgspec
import numpy as np

from voice_coach.toml_file import in_words
from voice_coach.vocabulary.files import damaged, read_text
from voice_coach.vocabulary.lexicon import Pronunciation
from voice_coach.vocabulary.phones import ARPABET

_Probability = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Open = Annotated[float, msgspec.Meta(gt=0, lt=1)]
_Row = tuple[_Probability, ...]
_Cost = Annotated[float, msgspec.Meta(ge=-100, le=100)]

GONE = "doubt"
"""A key of files from before that was 0 in all of them; it is passed over."""


class Filler(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Parameters of [unk] and of the pauses between words; see `graph.build_graph`.

    Costs are negative natural logarithms.

    Attributes:
        init: 39 probabilities of a word's first phone, in the order of `ARPABET`.
        next: 39 rows of 39 probabilities of the phone that follows each phone.
        strictness: power to which both are raised; a smaller one makes the loop of phones cheaper,
            so that [unk] takes more from the commands.
        cost: cost of entering the loop.
        phone_cost: cost of each further phone in the loop.
        end: probability that the loop ends after a phone.
        word_cost: cost of each word of the tree; None for no tree.
        silence: probability of SIL between two words, and after NSN.
        noise: probability of NSN between two words, and after SIL.
        thresholds: extra cost of single words: they must fit better than [unk] by that much.
        beside: words that may be adjacent to [unk]; None for all.
        pause: outputs, of 30 ms, that must lie between [unk] and any other word.
    """

    init: _Row
    next: tuple[_Row, ...]
    strictness: Annotated[float, msgspec.Meta(gt=0, le=2)] = 0.5
    cost: _Cost = 0.0
    phone_cost: _Cost = 0.0
    end: _Open = 0.2
    # At 4, of 250 single words outside the grammar 19 became a command, and of 250 commands 228
    # were recognised. Without the tree these were 34 and 232, at 2 they were 8 and 217.
    word_cost: _Cost | None = 4.0
    silence: _Open = 0.5
    noise: _Open = 0.1
    thresholds: dict[str, _Cost] = {}
    beside: tuple[str, ...] | None = None
    pause: Annotated[int, msgspec.Meta(ge=1, le=20)] = 5

    def __post_init__(self) -> None:
        """Check what the types cannot express."""
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
        """Return a filler in which all phones are equally likely."""
        row = (1 / len(ARPABET),) * len(ARPABET)
        return cls(init=row, next=(row,) * len(ARPABET))

    @classmethod
    def learnt(cls, spoken: Iterable[Pronunciation], unseen: float = 0.5) -> Filler:
        """Return a filler with the phone bigram of spoken words or sentences.

        Args:
            spoken: the phones of each, without pauses.
            unseen: count assumed for a pair that never occurs.
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
            ModelFault: it cannot be read, or is invalid; names file, key and reason.
        """
        text = read_text(path)
        try:
            values = msgspec.json.decode(text)
            if isinstance(values, dict):
                values.pop(GONE, None)
            return msgspec.convert(values, cls)
        except msgspec.ValidationError as error:
            key, reason = in_words(error, cls)
            raise damaged(path, f"key {key}" if key else "whole file", reason) from error
        except msgspec.DecodeError as error:
            raise damaged(path, "whole file", str(error)) from error

    def text(self) -> str:
        """Return the content of graph/filler.json."""
        return msgspec.json.format(msgspec.json.encode(self), indent=0).decode() + "\n"
