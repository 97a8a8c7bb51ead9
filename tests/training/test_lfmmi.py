"""The posteriors are the gradients that autograd finds through sums over all paths."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the training extra is not installed")

from training.lfmmi import (
    ALWAYS,
    NEVER,
    Numerator,
    PhoneTrigram,
    Saying,
    best_path,
    lattice_free,
)

PHONES = 4

Window = tuple[int, int]
LENGTHS = [7, 5, 4]


def sayings(chance: random.Random) -> list[Saying]:
    made = []
    for length in LENGTHS:
        words = [chance.randrange(1, PHONES) for _ in range(chance.randrange(1, length - 1))]
        phones, optional = [0], [True]
        for word in words:
            phones += [word, 0]
            optional += [False, True]
        made.append(Saying(tuple(phones), tuple(optional)))
    return made


def windowed(saying: Saying, length: int, chance: random.Random) -> Saying:
    """The saying with windows around one of its ways, and some without end."""
    way = chance.choice(paths(saying, length))
    windows: list[Window] = []
    for place in range(len(saying.phones)):
        times = [t for t, here in enumerate(way) if here == place] or [chance.randrange(length)]
        last = ALWAYS if chance.random() < 0.2 else times[-1] + chance.randrange(2)
        windows.append((times[0] - chance.randrange(2), last))
    return replace(saying, windows=tuple(windows))


def paths(saying: Saying, length: int) -> list[list[int]]:
    """All ways through a saying within its windows: its place at each output."""
    size = len(saying.phones)
    starts = [0, 1] if saying.optional[0] else [0]
    ends = {size - 1, size - 2} if saying.optional[-1] else {size - 1}
    found = []
    windows = saying.windows or ((0, ALWAYS),) * size

    def go(path: list[int]) -> None:
        earliest, latest = windows[path[-1]]
        if not earliest <= len(path) - 1 <= latest:
            return
        if len(path) == length:
            if path[-1] in ends:
                found.append(path)
            return
        here = path[-1]
        ways = [here, here + 1]
        if here + 2 < size and saying.optional[here + 1]:
            ways.append(here + 2)
        for way in ways:
            if way < size:
                go([*path, way])

    for start in starts:
        go([start])
    return found


def score(saying: Saying, path: list[int], scores: Any) -> Any:
    total = scores[0, 2 * saying.phones[path[0]]]
    for t, (before, now) in enumerate(itertools.pairwise(path), 1):
        total = total + scores[t, 2 * saying.phones[now] + (1 if before == now else 0)]
    return total


@pytest.mark.parametrize("seed", range(12))
def test_numerator_sums_over_all_its_paths(seed: int) -> None:
    torch.manual_seed(seed)
    chance = random.Random(seed)
    said = sayings(chance)
    if seed % 2:
        said = [windowed(s, n, chance) for s, n in zip(said, LENGTHS, strict=True)]
    if seed % 4 == 3:  # windows are for each by itself
        said[0] = replace(said[0], windows=None)
    scores = torch.randn(len(said), max(LENGTHS), 2 * PHONES, requires_grad=True)
    sums = []
    for row, saying in enumerate(said):
        ways = paths(saying, LENGTHS[row])
        sums.append(torch.logsumexp(torch.stack([score(saying, p, scores[row]) for p in ways]), 0))
    torch.stack(sums).sum().backward()
    total, found = Numerator.of(said).posteriors(scores.detach(), torch.tensor(LENGTHS))
    assert torch.allclose(total, torch.stack(sums).detach(), atol=1e-4)
    assert torch.allclose(found, scores.grad, atol=1e-5)
    inside = torch.tensor(LENGTHS)[:, None] > torch.arange(max(LENGTHS))
    assert torch.allclose(found.sum(2), inside.float(), atol=1e-4)


@pytest.mark.parametrize("seed", range(60))
def test_a_saying_fits_where_there_is_a_way(seed: int) -> None:
    chance = random.Random(seed)
    for saying in sayings(chance):
        size = len(saying.phones)
        length = chance.randrange(1, 7)
        begins = sorted(chance.randrange(-1, length) for _ in range(size))
        windows = tuple((begin, begin + chance.randrange(4)) for begin in begins)
        for one in (saying, replace(saying, windows=windows)):
            assert one.fits(length) == bool(paths(one, length)), one


@pytest.mark.parametrize("seed", range(4))
def test_denominator_sums_over_all_phones(seed: int) -> None:
    torch.manual_seed(seed)
    trigram = PhoneTrigram(
        torch.rand(PHONES), torch.rand(PHONES + 1, PHONES, PHONES), torch.rand(PHONES + 1, PHONES)
    )
    scores = torch.randn(3, max(LENGTHS), 2 * PHONES, requires_grad=True)
    sums = []
    for row, length in enumerate(LENGTHS):
        state = torch.zeros(PHONES + 1, PHONES)
        begin = trigram.first * scores[row, 0, 0::2].exp()
        state = torch.cat([state[:PHONES], begin[None]])
        for t in range(1, length):
            on = torch.einsum("pq,pqr->qr", state, trigram.then) * scores[row, t, 0::2].exp()[None]
            state = state * scores[row, t, 1::2].exp()[None]
            state = state + torch.cat([on, torch.zeros(1, PHONES)])
        sums.append((state * trigram.end).sum().log())
    torch.stack(sums).sum().backward()
    total, found = trigram.posteriors(scores.detach(), torch.tensor(LENGTHS))
    assert torch.allclose(total, torch.stack(sums).detach(), atol=1e-4)
    assert torch.allclose(found, scores.grad, atol=1e-5)


def test_the_loss_pushes_towards_what_was_said() -> None:
    torch.manual_seed(0)
    saying = Saying((0, 2, 0), (True, False, True))
    trigram = PhoneTrigram.estimate([[0, 1, 0], [0, 2, 0], [0, 3, 0]], PHONES)
    scores = torch.zeros(1, 6, 2 * PHONES, requires_grad=True)
    numerator, lengths = Numerator.of([saying]), torch.tensor([6])
    before, _ = lattice_free(scores, lengths, numerator, trigram)
    before.sum().backward()
    after, _ = lattice_free(scores - scores.grad, lengths, numerator, trigram)
    assert float(after.detach()) < float(before.detach())


@pytest.mark.parametrize("seed", range(6))
def test_the_best_path_is_the_best_of_all(seed: int) -> None:
    torch.manual_seed(seed)
    for row, saying in enumerate(sayings(random.Random(seed))):
        scores = torch.randn(LENGTHS[row], 2 * PHONES)
        ways = paths(saying, LENGTHS[row])
        best = max(float(score(saying, path, scores)) for path in ways)
        found = best_path(scores.numpy(), saying).tolist()
        assert found in ways
        assert float(score(saying, found, scores)) == pytest.approx(best, abs=1e-4)


def test_a_trigram_adds_up_to_one() -> None:
    trigram = PhoneTrigram.estimate([[0, 1, 2], [2, 2], [3]], PHONES)
    assert float(trigram.first.sum()) == pytest.approx(1, abs=1e-5)
    both = trigram.then.sum(2) + trigram.end
    assert np.allclose(both.numpy(), 1, atol=1e-5)
    assert NEVER < -1e20
