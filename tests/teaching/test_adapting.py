"""Adapting lifts the words of a person's takes over their rivals, and moves little."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from voice_coach.teaching.adapting import Manner, Rivals, Take, adapted
from voice_coach.teaching.body import Body, Matrix, Norm
from voice_coach.teaching.scoring import Chains, unknown_graph, word_graph
from voice_coach.vocabulary.filler import Filler
from voice_coach.vocabulary.lexicon import Lexicon
from voice_coach.vocabulary.phones import Inventory

WIDTH = 200
INVENTORY = Inventory()
WAYS: dict[str, list[tuple[str, ...]]] = {
    "heat": [("HH", "IY", "T")],
    "eat": [("IY", "T")],
    "stop": [("S", "T", "AA", "P")],
}
LEXICON = Lexicon.of({**WAYS, "hat": [("HH", "AE", "T")]})
FILLER = Filler.even()


def body_of(seed: int) -> Body:
    """A network of an output layer alone."""
    draw = np.random.default_rng(seed)
    none = np.zeros((0, 0), np.float32)
    weight = 0.35 * draw.standard_normal((INVENTORY.outputs, WIDTH)).astype(np.float32)
    bias = np.zeros(INVENTORY.outputs, np.float32)
    return Body(none, none, none, Norm(none, none), (), weight, bias)


def take_of(body: Body, word: str, seed: int, shift: Matrix) -> Take:
    """A take in which each phone of a word lasts for three outputs, shifted by a voice."""
    way = ["SIL", *WAYS[word][0], "SIL"]
    rows = []
    for phone in way:
        first = 2 * INVENTORY.bases.index(phone)
        rows += [body.out_weight[first], *[body.out_weight[first + 1]] * 2]
    draw = np.random.default_rng(seed)
    noise = 0.1 * draw.standard_normal((len(rows), WIDTH))
    return Take(word, (np.array(rows) + shift + noise).astype(np.float32))


@pytest.fixture
def rivals() -> Rivals:
    return Rivals.of(WAYS, LEXICON, FILLER, INVENTORY)


def margins(body: Body, takes: list[Take], rivals: Rivals) -> list[float]:
    return [rivals.margin(body.scores(take.hidden), take.word).lead for take in takes]


def lopsided(body: Body) -> tuple[list[Take], list[Take]]:
    """Takes of somebody whose voice makes one phone sound like another; two of each word."""
    place = 2 * INVENTORY.bases.index("AE"), 2 * INVENTORY.bases.index("IY")
    away = body.out_weight[place[0] + 1] - body.out_weight[place[1] + 1]
    made = [[take_of(body, word, seed, away) for word in WAYS] for seed in (1, 2)]
    return made[0], made[1]


def test_words_that_were_lost_are_heard(rivals: Rivals) -> None:
    body = body_of(3)
    enrolled, others = lopsided(body)
    before = margins(body, others, rivals)
    after = margins(adapted(body, enrolled, rivals, Manner(rate=0.5)), others, rivals)
    assert min(before) < 0 < min(after)


def test_a_layer_that_needs_nothing_stays(rivals: Rivals) -> None:
    body = body_of(3)
    takes = [take_of(body, word, 5, np.zeros(WIDTH, np.float32)) for word in WAYS]
    easy = [take for take in takes if margins(body, [take], rivals)[0] > 4]
    assert easy
    assert adapted(body, easy, rivals, Manner()) is body
    assert adapted(body, [], rivals, Manner()) is body


def test_it_never_moves_farther_than_allowed(rivals: Rivals) -> None:
    body = body_of(3)
    enrolled, _ = lopsided(body)
    wild = Manner(rate=50.0, farthest=0.1)
    moved = adapted(body, enrolled, rivals, wild).out_weight - body.out_weight
    assert np.linalg.norm(moved) <= 0.101 * np.linalg.norm(body.out_weight)


def test_many_chains_score_as_one_graph_each() -> None:
    draw = np.random.default_rng(7)
    scores = draw.standard_normal((30, INVENTORY.outputs)).astype(np.float32)
    ways = [way for ways in WAYS.values() for way in ways]
    # The graph keeps silence and noise apart in a pause; without noise both are the same.
    quiet = replace(INVENTORY, noise=False)
    found = Chains.of(ways, quiet).best(scores, quiet)
    each = [word_graph(way, quiet).best(scores)[0] for way in ways]
    assert found == pytest.approx(each, abs=1e-3)


def test_the_path_has_the_score_it_is_said_to_have() -> None:
    draw = np.random.default_rng(8)
    scores = draw.standard_normal((25, INVENTORY.outputs)).astype(np.float32)
    graph = word_graph(("HH", "IY", "T"), INVENTORY)
    total, path = graph.best(scores)
    assert scores[np.arange(25), path].sum() == pytest.approx(total, abs=1e-3)
    phones = [INVENTORY.bases[pdf // 2] for pdf in path if pdf % 2 == 0]
    assert [p for p in phones if p not in ("SIL", "NSN")] == ["HH", "IY", "T"]


def test_unknown_sound_costs_more_the_stricter_it_is() -> None:
    draw = np.random.default_rng(9)
    scores = draw.standard_normal((25, INVENTORY.outputs)).astype(np.float32)
    found = [
        unknown_graph(msgspec.structs.replace(Filler.even(), strictness=s), INVENTORY).best(scores)[
            0
        ]
        for s in (0.3, 0.9)
    ]
    assert found[0] > found[1]
