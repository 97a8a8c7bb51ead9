"""Lattice-free maximum mutual information: the objective, and its gradient by forward-backward.

For each utterance it is the log-probability of what was said against that of anything that can be
said (Povey et al., 2016). The former sums over all ways to say the words, with or without pauses,
each word near where an alignment found it; the latter over all sequences of phones, weighed by a
trigram. Every phone has two pdfs, 2 i for its first output and 2 i + 1 for the rest. The gradient
by the scores is the difference of two posteriors, so there is no need to differentiate through the
recursions. Checked against autograd in tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

NEVER = -1e30
"""A log-probability of zero that can be added to."""

ALWAYS = 1 << 30
"""The last output of a window that does not end."""

_PRIOR = 8.0
"""How many sights of a history outweigh the shorter one."""


@dataclass(frozen=True)
class Saying:
    """The phones of one utterance in their order.

    Attributes:
        phones: base phones as numbers, pauses among them.
        optional: which of them may be left out; no two in a row of speech phones are.
        windows: the first and the last output at which each may be; None for any.
    """

    phones: tuple[int, ...]
    optional: tuple[bool, ...]
    windows: tuple[tuple[int, int], ...] | None = None

    @property
    def shortest(self) -> int:
        """The fewest outputs that it can take."""
        return max(1, self.optional.count(False))

    def fits(self, length: int) -> bool:
        """Whether some way through it takes `length` outputs and keeps to the windows."""
        if self.windows is None:
            return length >= self.shortest
        bounds = np.array(self.windows)
        times = np.arange(length)[:, None]
        allowed = (bounds[:, 0] <= times) & (times <= bounds[:, 1])
        skips = np.array(self.optional[1:-1], bool)  # from n over n + 1 to n + 2
        reached = np.zeros(len(self.phones), bool)
        reached[0] = True
        reached[1:2] = self.optional[0]
        reached &= allowed[0]
        for inside in allowed[1:]:
            before, reached = reached, reached.copy()
            reached[1:] |= before[:-1]
            reached[2:] |= before[:-2] & skips
            reached &= inside
        return bool(reached[-1] or (self.optional[-1] and reached[-2:-1].any()))


@dataclass(frozen=True)
class Numerator:
    """Sayings of a batch as tensors.

    Attributes:
        phones: (utterances, states).
        skip: (utterances, states): 0 where the phone before may be left out, else NEVER.
        states: how many of them each utterance has.
        last_optional: whether it may end one before.
        earliest, latest: (utterances, states): the outputs between which each may be.
    """

    phones: Tensor
    skip: Tensor
    states: Tensor
    last_optional: Tensor
    earliest: Tensor
    latest: Tensor

    @classmethod
    def of(cls, sayings: Sequence[Saying]) -> Numerator:
        """Stack some sayings."""
        size = max(2, *(len(saying.phones) for saying in sayings))
        phones = torch.zeros(len(sayings), size, dtype=torch.long)
        skip = torch.full((len(sayings), size), NEVER)
        windows = torch.tensor([0, ALWAYS]).repeat(len(sayings), size, 1)
        for row, saying in enumerate(sayings):
            phones[row, : len(saying.phones)] = torch.tensor(saying.phones)
            if saying.windows is not None:
                windows[row, : len(saying.phones)] = torch.tensor(saying.windows)
            for place, left_out in enumerate(saying.optional[:-1], 1):
                if left_out:
                    skip[row, place] = 0.0
        states = torch.tensor([len(saying.phones) for saying in sayings])
        ends = torch.tensor([s.optional[-1] and len(s.phones) > 1 for s in sayings])
        return cls(phones, skip, states, ends, windows[:, :, 0], windows[:, :, 1])

    def posteriors(self, scores: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Return the log-probabilities, (utterances,), and posteriors in the shape of `scores`.

        Args:
            scores: (utterances, outputs, pdfs).
            lengths: outputs of each utterance; each `Saying.fits` its own.
        """
        batch, longest, _ = scores.shape
        size = self.phones.shape[1]
        index = (2 * self.phones)[:, None, :].expand(batch, longest, size)
        first = torch.gather(scores, 2, index)
        rest = torch.gather(scores, 2, index + 1)
        unused = torch.arange(size)[None] >= self.states[:, None]
        times = torch.arange(longest)[None, :, None]
        outside = (times < self.earliest[:, None]) | (times > self.latest[:, None])
        first = first.masked_fill(unused[:, None] | outside, NEVER)
        rest = rest.masked_fill(outside, NEVER)
        rows = torch.arange(batch)
        wall1, wall2 = torch.full((batch, 1), NEVER), torch.full((batch, 2), NEVER)
        begin = torch.full((batch, size), NEVER)
        begin[:, 0] = 0.0
        begin[:, 1] = self.skip[:, 1]
        end = torch.full((batch, size), NEVER)
        end[rows, self.states - 1] = 0.0
        some = rows[self.last_optional]
        end[some, self.states[some] - 2] = 0.0

        forward = torch.empty(longest, batch, size)
        entered = torch.empty(longest, batch, size)
        entered[0], forward[0] = begin, begin + first[:, 0]
        for t in range(1, longest):
            before = forward[t - 1]
            skipped = torch.cat([wall2, before[:, :-2]], 1) + self.skip
            entered[t] = torch.logaddexp(torch.cat([wall1, before[:, :-1]], 1), skipped)
            now = torch.logaddexp(before + rest[:, t], entered[t] + first[:, t])
            forward[t] = torch.where((t < lengths)[:, None], now, before)
        total = torch.logsumexp(forward[-1] + end, 1)

        found = torch.zeros_like(scores)
        backward = end
        offset = total[:, None]
        # Skipping over state n - 1 into n is a way on from n - 2.
        for t in range(longest - 1, 0, -1):
            inside = (t < lengths)[:, None]
            to_rest, to_first = backward + rest[:, t], backward + first[:, t]
            in_rest = (forward[t - 1] + to_rest - offset).clamp(max=0).exp() * inside
            in_first = (entered[t] + to_first - offset).clamp(max=0).exp() * inside
            found[:, t].scatter_add_(1, 2 * self.phones, in_first)
            found[:, t].scatter_add_(1, 2 * self.phones + 1, in_rest)
            next_one = torch.cat([to_first[:, 1:], wall1], 1)
            next_two = torch.cat([(to_first + self.skip)[:, 2:], wall2], 1)
            ways = torch.logaddexp(to_rest, torch.logaddexp(next_one, next_two))
            backward = torch.where(inside, ways, backward)
        in_first = (entered[0] + first[:, 0] + backward - offset).clamp(max=0).exp()
        found[:, 0].scatter_add_(1, 2 * self.phones, in_first)
        return total, found


@dataclass(frozen=True)
class PhoneTrigram:
    """How likely phones follow each other. P phones; the row P of a history is the beginning.

    Attributes:
        first: (P,) probabilities at the beginning.
        then: (P + 1, P, P): of the third, given two.
        end: (P + 1, P): that nothing follows two.
    """

    first: Tensor
    then: Tensor
    end: Tensor

    @classmethod
    def estimate(cls, sequences: Sequence[Sequence[int]], phones: int) -> PhoneTrigram:
        """Estimate from sequences; rare histories are backed off to shorter ones."""
        stop = phones
        pairs = np.zeros((phones + 1, phones + 1))
        triples = np.zeros((phones + 1, phones + 1, phones + 1))
        for sequence in sequences:
            whole = [stop, *sequence, stop]
            for place in range(1, len(whole)):
                pairs[whole[place - 1], whole[place]] += 1
                if place > 1:
                    triples[whole[place - 2], whole[place - 1], whole[place]] += 1
        single = pairs.sum(0) + 1
        two = (pairs + _PRIOR * single / single.sum()) / (pairs.sum(1, keepdims=True) + _PRIOR)
        three = (triples + _PRIOR * two) / (triples.sum(2, keepdims=True) + _PRIOR)
        first = two[stop, :stop] / two[stop, :stop].sum()

        def tensor(values: Any) -> Tensor:
            return torch.tensor(values, dtype=torch.float32)

        return cls(tensor(first), tensor(three[:, :stop, :stop]), tensor(three[:, :stop, stop]))

    def posteriors(self, scores: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """Return what `Numerator.posteriors` does, over all sequences of phones."""
        batch, longest, _ = scores.shape
        count = len(self.first)
        onward = self.then.permute(1, 0, 2).contiguous()  # by the last phone: history, next
        back = onward.transpose(1, 2).contiguous()
        top = scores.amax(2, keepdim=True)
        likely = (scores - top).exp()
        first, rest = likely[:, :, 0::2], likely[:, :, 1::2]
        forward = torch.empty(longest, batch, count + 1, count)
        came = torch.empty(longest, batch, count, count)
        scale = torch.ones(longest, batch)
        begin = torch.zeros(batch, count + 1, count)
        begin[:, count] = self.first * first[:, 0]
        scale[0] = begin.sum((1, 2))
        forward[0] = begin / scale[0][:, None, None]
        total = scale[0].log() + top[:, 0, 0]
        for t in range(1, longest):
            before = forward[t - 1]
            came[t] = torch.bmm(before.permute(2, 0, 1), onward).permute(1, 0, 2)
            now = before * rest[:, t][:, None]
            now[:, :count] += came[t] * first[:, t][:, None]
            size = now.sum((1, 2))
            inside = t < lengths
            scale[t] = size
            forward[t] = torch.where(inside[:, None, None], now / size[:, None, None], before)
            total = torch.where(inside, total + size.log() + top[:, t, 0], total)
        last = (forward[-1] * self.end).sum((1, 2))
        total = total + last.log()

        found = torch.zeros_like(scores)
        backward = self.end / last[:, None, None]
        for t in range(longest - 1, 0, -1):
            inside = (t < lengths)[:, None]
            size = scale[t][:, None, None]
            to_rest = backward * rest[:, t][:, None] / size
            to_first = backward[:, :count] * first[:, t][:, None] / size
            found[:, t, 1::2] = (forward[t - 1] * to_rest).sum(1) * inside
            found[:, t, 0::2] = (came[t] * to_first).sum(1) * inside
            # to_first is by (last phone, next phone); the history before the last is summed out.
            ways = torch.bmm(to_first.permute(1, 0, 2), back).permute(1, 2, 0) + to_rest
            backward = torch.where(inside[:, :, None], ways, backward)
        found[:, 0, 0::2] = (forward[0] * backward)[:, count]
        return total, found


class _LatticeFree(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, scores: Tensor, lengths: Tensor, numerator: Numerator, trigram: PhoneTrigram
    ) -> tuple[Tensor, Tensor]:
        said, said_post = numerator.posteriors(scores, lengths)
        any_, any_post = trigram.posteriors(scores, lengths)
        ctx.save_for_backward(any_post - said_post)
        ctx.mark_non_differentiable(said_post)
        return any_ - said, said_post

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, None, None, None]:
        (difference,) = ctx.saved_tensors
        return difference * gradients[0][:, None, None], None, None, None


def lattice_free(
    scores: Tensor, lengths: Tensor, numerator: Numerator, trigram: PhoneTrigram
) -> tuple[Tensor, Tensor]:
    """Return the loss of each utterance, (utterances,), and the posteriors of what was said."""
    result: tuple[Tensor, Tensor] = _LatticeFree.apply(scores, lengths, numerator, trigram)
    return result


def best_path(scores: Any, saying: Saying) -> Any:
    """Return the place in `saying` of each output, (outputs,), along its best way.

    Args:
        scores: (outputs, pdfs), numpy; at least `saying.shortest` outputs.
        saying: what is said.
    """
    phones = np.array(saying.phones)
    first, rest = scores[:, 2 * phones], scores[:, 2 * phones + 1]
    skip = np.full(len(phones), NEVER)
    skip[1:][np.array(saying.optional[:-1], bool)] = 0.0
    now = np.full(len(phones), NEVER)
    now[0] = first[0, 0]
    if len(phones) > 1 and saying.optional[0]:
        now[1] = first[0, 1]
    came = np.zeros(first.shape, np.int8)
    for t in range(1, len(first)):
        one = np.concatenate([[NEVER], now[:-1]])
        two = np.concatenate([[NEVER, NEVER], now[:-2]])[: len(phones)] + skip
        ways = np.stack([now + rest[t], one + first[t], two + first[t]])
        came[t] = ways.argmax(0)
        now = ways.max(0)
    place = len(phones) - 1
    if saying.optional[-1] and place and now[place - 1] > now[place]:
        place -= 1
    path = np.zeros(len(first), np.int64)
    for t in range(len(first) - 1, -1, -1):
        path[t] = place
        place -= int(came[t, place])
    return path
