"""How well words fit what was heard: best paths through the scores of a network.

Every phone has two outputs of the network: one for its first output frame, one for the rest. A take
is a pause, a word, and a pause; a pause is silence or noise, and may be left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from voice_coach.vocabulary.filler import Filler
from voice_coach.vocabulary.lexicon import Pronunciation
from voice_coach.vocabulary.phones import ARPABET, NOISE, SILENCE, Inventory

Scores = np.ndarray[Any, np.dtype[np.float32]]
Path = np.ndarray[Any, np.dtype[np.int64]]
"""The network's output (pdf) at each output frame, (frames,)."""

NEVER = np.float32(-1e9)
IMPOSSIBLE = np.float32(1e9)


@dataclass(frozen=True)
class Graph:
    """What may be said, as states that last.

    Attributes:
        pdfs: (states,): the output of each state's first frame; the next one is for the rest.
        then: (states, states): what it costs to go from one state to another.
        begin, end: (states,): what it costs to begin and to end in a state.
    """

    pdfs: Path
    then: Scores
    begin: Scores
    end: Scores

    def best(self, scores: Scores) -> tuple[float, Path]:
        """Return the score of the best path, less its costs, and its outputs.

        Args:
            scores: (frames, pdfs), at least one frame.
        """
        first, rest = scores[:, self.pdfs], scores[:, self.pdfs + 1]
        now = first[0] - self.begin
        came = np.full(first.shape, -1)
        everywhere = np.arange(len(self.pdfs))
        for t in range(1, len(scores)):
            ways = now[:, None] - self.then
            source = ways.argmax(0)
            entered, stayed = ways[source, everywhere] + first[t], now + rest[t]
            came[t] = np.where(entered > stayed, source, -1)
            now = np.maximum(entered, stayed)
        ended = now - self.end
        state = int(ended.argmax())
        found = np.zeros(len(scores), np.int64)
        for t in range(len(scores) - 1, 0, -1):
            source = int(came[t, state])
            found[t] = self.pdfs[state] + (source < 0)
            state = state if source < 0 else source
        found[0] = self.pdfs[state]
        return float(ended.max()), found


def word_graph(way: Pronunciation, inventory: Inventory) -> Graph:
    """Return a word between pauses."""
    place = {base: 2 * number for number, base in enumerate(inventory.bases)}
    pauses = [place[base] for base in (SILENCE, NOISE) if base in place]
    states = [*pauses, *(place[phone] for phone in way), *pauses]
    count, word = len(pauses), len(way)
    then = np.full((len(states), len(states)), IMPOSSIBLE)
    for state in range(count, count + word - 1):
        then[state, state + 1] = 0.0
    then[:count, count] = 0.0
    then[count + word - 1, count + word :] = 0.0
    begin, end = np.full((2, len(states)), IMPOSSIBLE)
    begin[: count + 1] = 0.0
    end[count + word - 1 :] = 0.0
    return Graph(np.array(states), then, begin, end)


def unknown_graph(filler: Filler, inventory: Inventory) -> Graph:
    """Return [unk] between pauses, as the loop of phones that it is in the model's graph."""
    place = {base: 2 * number for number, base in enumerate(inventory.bases)}
    pauses = [place[base] for base in (SILENCE, NOISE) if base in place]
    phones = [place[base] for base in ARPABET]
    states = [*pauses, *phones, *phones, *pauses]  # the first phone, and any further one
    p, n = len(pauses), len(phones)
    before, firsts = slice(0, p), slice(p, p + n)
    insides, after = slice(p + n, p + 2 * n), slice(p + 2 * n, None)
    stay, end = -np.log(1 - filler.end), -np.log(filler.end)
    begin_cost = filler.cost - filler.strictness * np.log(np.maximum(filler.init, 1e-6))
    then_cost = filler.phone_cost - filler.strictness * np.log(np.maximum(filler.next, 1e-6)) + stay
    then = np.full((len(states), len(states)), IMPOSSIBLE)
    then[before, firsts] = begin_cost
    then[firsts, insides] = then_cost
    then[insides, insides] = then_cost
    then[insides, after] = end - stay
    ends, begin = np.full((2, len(states)), IMPOSSIBLE)
    begin[before] = 0.0
    begin[firsts] = begin_cost
    ends[insides] = end - stay
    ends[after] = 0.0
    return Graph(np.array(states), then.astype(np.float32), begin, ends)


@dataclass(frozen=True)
class Chains:
    """Many pronunciations, each between pauses, to be scored together.

    Attributes:
        pdfs: (chains, states): the output of each state's first frame; state 0 is a pause.
        last: the last state of each chain that is speech, (chains,); a pause follows it.
    """

    pdfs: Path
    last: Path

    @classmethod
    def of(cls, ways: Sequence[Pronunciation], inventory: Inventory) -> Chains:
        """Return the chains of some pronunciations."""
        place = {base: 2 * number for number, base in enumerate(inventory.bases)}
        pdfs = np.full((len(ways), max(map(len, ways)) + 2), place[SILENCE])
        for row, way in zip(pdfs, ways, strict=True):
            row[1 : 1 + len(way)] = [place[phone] for phone in way]
        return cls(pdfs, np.array([len(way) for way in ways]))

    def best(self, scores: Scores, inventory: Inventory) -> Scores:
        """Return the score of the best path of each, (chains,).

        Args:
            scores: (frames, pdfs).
            inventory: the phones.
        """
        heard = _one_pause(scores, inventory)
        first, rest = heard[:, self.pdfs], heard[:, self.pdfs + 1]
        now = np.full(first.shape[1:], NEVER)
        now[:, :2] = first[0][:, :2]
        for t in range(1, len(scores)):
            stayed = now + rest[t]
            now[:, 1:] = np.maximum(stayed[:, 1:], now[:, :-1] + first[t][:, 1:])
            now[:, 0] = stayed[:, 0]
        rows = np.arange(len(now))
        best: Scores = np.maximum(now[rows, self.last], now[rows, self.last + 1])
        return best


def _one_pause(scores: Scores, inventory: Inventory) -> Scores:
    """Return scores in which silence has that of silence or noise, whichever is higher."""
    if NOISE not in inventory.bases:
        return scores
    heard = scores.copy()
    silence, noise = (2 * inventory.bases.index(base) for base in (SILENCE, NOISE))
    for which in (0, 1):
        heard[:, silence + which] = np.maximum(scores[:, silence + which], scores[:, noise + which])
    return heard
