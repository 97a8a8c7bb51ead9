"""Adapting the output layer to one person, so that the words they were asked to say win.

Of each take what the output layer is given is kept, h of shape (outputs, width). The layer is moved
until in every take the word that was asked for leads the best of all other words, and unknown
sound, by a margin (a structured hinge loss), and is held to where it was. Along the best paths y of
the right word and z of its rival the loss falls fastest in the direction of the sum over time of
(onehot(y) - onehot(z)) h. Paths change, so every round finds them again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from voice_coach.teaching.body import Body, Matrix
from voice_coach.teaching.scoring import Chains, Graph, unknown_graph, word_graph
from voice_coach.vocabulary.filler import Filler
from voice_coach.vocabulary.lexicon import Lexicon, Pronunciation
from voice_coach.vocabulary.phones import Inventory

NEAREST = 30
"""Words outside the grammar that compete in a take: those that fit best before adapting."""


@dataclass(frozen=True)
class Take:
    """One take.

    Attributes:
        word: what was asked for, a word or a phrase.
        hidden: what the output layer is given, (outputs, width).
        near: the rivals that count in it; None to look for them.
    """

    word: str
    hidden: Matrix
    near: Rivals | None = None


@dataclass(frozen=True)
class Manner:
    """How to adapt.

    Attributes:
        margin: natural logarithm by which the right word is to lead.
        rate: size of a step, as a share of the mean square of the activations.
        rounds: how often all takes are gone through.
        hold: share by which the layer goes back towards where it was, each round.
        farthest: how far the layer may move, as a share of its norm.
        pulls: takes that pull with their whole strength together; more share it.
    """

    margin: float = 2.5
    rate: float = 0.1
    rounds: int = 12
    hold: float = 0.05
    farthest: float = 0.15
    pulls: float = 60.0


@dataclass(frozen=True)
class Rivals:
    """All that competes: the words of the grammar, and unknown sound.

    Unknown sound is a loop of phones or any word of the lexicon, as in the model's graph.

    Attributes:
        words: the word of each pronunciation; "" for one that counts as unknown sound.
        ways: the pronunciations.
        costs: what each costs, (pronunciations,).
        chains: they, to be scored together.
        unknown: the loop of phones.
        inventory: the phones.
    """

    words: tuple[str, ...]
    ways: tuple[Pronunciation, ...]
    costs: Matrix
    chains: Chains
    unknown: Graph
    inventory: Inventory

    @classmethod
    def of(
        cls,
        grammar: Mapping[str, Sequence[Pronunciation]],
        lexicon: Lexicon,
        filler: Filler,
        inventory: Inventory,
    ) -> Rivals:
        """Return the rivals in a model.

        Args:
            grammar: the words that are listened for, with their pronunciations.
            lexicon: all words that the model knows.
            filler: how its unknown sound is made.
            inventory: its phones.
        """
        rows = [
            (word, way, filler.thresholds.get(word, 0.0))
            for word, ways in sorted(grammar.items())
            for way in ways
        ]
        if filler.word_cost is not None:
            every = sorted({way for _, way in lexicon.entries})
            rows += [("", way, filler.word_cost) for way in every]
        words, ways, costs = zip(*rows, strict=True)
        chains = Chains.of(ways, inventory)
        loop = unknown_graph(filler, inventory)
        return cls(words, ways, np.array(costs, np.float32), chains, loop, inventory)

    def nearest(self, scores: Matrix, most: int) -> Rivals:
        """Return the grammar's words and those `most` others that fit best, to be quicker.

        Args:
            scores: (outputs, pdfs).
            most: how many.
        """
        found = self.chains.best(scores, self.inventory) - self.costs
        known = np.array([bool(word) for word in self.words])
        others = np.argsort(np.where(known, -np.inf, found))[::-1][:most]
        kept = np.concatenate([np.flatnonzero(known), others])
        ways = tuple(self.ways[n] for n in kept)
        words = tuple(self.words[n] for n in kept)
        chains = Chains.of(ways, self.inventory)
        return replace(self, words=words, ways=ways, costs=self.costs[kept], chains=chains)

    def margin(self, scores: Matrix, word: str) -> Margin:
        """Return by how much a word leads the best other thing, and both their paths.

        Args:
            scores: (outputs, pdfs).
            word: the right one.
        """
        found = self.chains.best(scores, self.inventory) - self.costs
        right = np.array([one == word for one in self.words])
        best = int(np.where(right, found, -np.inf).argmax())
        # Among the words of the lexicon is a copy of this one, which is no rival.
        own_ways = {way for way, one in zip(self.ways, self.words, strict=True) if one == word}
        same = np.array([way in own_ways for way in self.ways])
        other = int(np.where(same, -np.inf, found).argmax())
        unknown, path = self.unknown.best(scores)
        rival, against = self.words[other], float(found[other])
        if unknown > against:
            rival, against = "", unknown
        else:
            _, path = word_graph(self.ways[other], self.inventory).best(scores)
        _, own = word_graph(self.ways[best], self.inventory).best(scores)
        return Margin(float(found[best]) - against, rival, own, path)

    def taken(self, scores: Matrix) -> str:
        """Return the word that fits best, "" for unknown sound."""
        found = self.chains.best(scores, self.inventory) - self.costs
        best = int(found.argmax())
        return self.words[best] if found[best] > self.unknown.best(scores)[0] else ""


@dataclass(frozen=True)
class Margin:
    """By how much (natural logarithm) a word leads its rival ("" for unknown sound).

    `own` and `other` are the outputs along both their paths, (outputs,).
    """

    lead: float
    rival: str
    own: Any
    other: Any


def adapted(body: Body, takes: Sequence[Take], rivals: Rivals, manner: Manner) -> Body:
    """Return the network with its output layer adapted to some takes.

    Args:
        body: the network as it is for everybody.
        takes: what one person said.
        rivals: what else might be heard.
        manner: how to adapt.
    """
    if not takes:
        return body
    near = [take.near or rivals.nearest(body.scores(take.hidden), NEAREST) for take in takes]
    size = np.mean([np.mean(np.sum(take.hidden**2, 1)) for take in takes])
    # Every take pulls, so many of them would otherwise go too far in one round.
    share = min(1.0, manner.pulls / len(takes))
    step = np.float32(share * manner.rate / max(float(size), 1e-6))
    now = body
    for _ in range(manner.rounds):
        pulls = [
            _pull(now, take, others, manner.margin)
            for take, others in zip(takes, near, strict=True)
        ]
        if not any(pull is not None for pull in pulls):
            break
        weight, bias = now.out_weight.copy(), now.out_bias.copy()
        for take, pull in zip(takes, pulls, strict=True):
            if pull is not None:
                weight += step * (pull.T @ take.hidden)
                bias += step * pull.sum(0)
        weight += np.float32(manner.hold) * (body.out_weight - weight)
        bias += np.float32(manner.hold) * (body.out_bias - bias)
        now = replace(
            now, out_weight=_near(body.out_weight, weight, manner.farthest), out_bias=bias
        )
    return now


def _pull(body: Body, take: Take, rivals: Rivals, margin: float) -> Matrix | None:
    """Return where scores should rise (1) and fall (-1), (outputs, pdfs); None if they need not."""
    scores = body.scores(take.hidden)
    found = rivals.margin(scores, take.word)
    if found.lead >= margin:
        return None
    pull = np.zeros_like(scores)
    times = np.arange(len(scores))
    pull[times, found.own] += 1
    pull[times, found.other] -= 1
    return pull


def _near(start: Matrix, weight: Matrix, farthest: float) -> Matrix:
    """Return weights no farther from where they were than a share of their norm."""
    moved = float(np.linalg.norm(weight - start))
    allowed = farthest * float(np.linalg.norm(start))
    if moved <= allowed:
        return weight
    nearer: Matrix = start + np.float32(allowed / moved) * (weight - start)
    return nearer
