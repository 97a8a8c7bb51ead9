"""The network: a small TDNN-F on MFCCs, a third of the frame rate out.

It is the body of the official small Korean vosk model: 14 factored layers of 768 through 64, seeing
34 frames before and after, without that model's i-vectors and its two last layers, and a new output
of two pdfs for each phone. Layers may be added that look further back (`grown`), and energies below
the program's dither are heard as it (`features.softest`). Training runs in bfloat16, which is
several times faster on processors that have it; the weights are kept in float32. Batch
normalisation keeps the statistics it came with, as estimating them anew costs more than the rest of
a step.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from voice_coach.teaching.features import cepstra, softest

WIDTH, NARROW, CEPSTRA = 768, 64, 40
BYPASS = 0.66
EPSILON = 1e-3
FAST_LAYERS = 3
"""Layers before the frame rate drops to a third; the layer at the drop has no context."""
LAYERS = 14
CONTEXT = 1 + FAST_LAYERS + 3 * (LAYERS - FAST_LAYERS - 1)
"""Frames needed before and after: 34."""
SUBSAMPLING = 3
EARLIER = CONTEXT + 256
"""Frames that a batch holds before each utterance, for layers that look back."""


class Norm(nn.Module):
    """Batch normalisation without scale and offset, with fixed statistics."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.mean: Tensor
        self.variance: Tensor
        self.register_buffer("mean", torch.zeros(size))
        self.register_buffer("variance", torch.ones(size))

    def forward(self, x: Tensor) -> Tensor:
        """Normalise the last dimension."""
        scale = (self.variance + EPSILON).rsqrt()
        return torch.addcmul((-self.mean * scale).to(x.dtype), x, scale.to(x.dtype))


class Layer(nn.Module):
    """One factored layer on (utterances, frames, WIDTH).

    Args:
        before: frames from the earlier of the two that its first factor sees to the later; 0 for
            a factor that sees one.
        after: the same of its second factor.
        narrow: its width between the two.
        bypass: how much of what comes in is added to what goes out.
    """

    def __init__(self, before: int, after: int, narrow: int, bypass: float = BYPASS) -> None:
        super().__init__()
        self.before, self.after, self.bypass = before, after, bypass
        self.first = nn.Linear((2 if before else 1) * WIDTH, narrow, bias=False)
        self.second = nn.Linear((2 if after else 1) * narrow, WIDTH)
        self.norm = Norm(WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        """Return (utterances, frames less `before` and `after`, WIDTH)."""
        first, second = self.first.weight.to(x.dtype), self.second.weight.to(x.dtype)
        before, after = self.before, self.after
        y = functional.linear(x[:, before:], first[:, -WIDTH:])
        if before:
            y = y + functional.linear(x[:, :-before], first[:, :WIDTH])
        if after:
            y = torch.cat([y[:, :-after], y[:, after:]], 2)
        z = functional.linear(y, second, self.second.bias.to(x.dtype))
        x = x[:, before : x.shape[1] - after]
        return torch.add(self.norm(functional.relu(z)), x, alpha=self.bypass)


class Network(nn.Module):
    """Log-mels in, scores of pdfs out.

    Args:
        pdfs: outputs: two for each phone.
        narrow: the width between the factors of each layer.
        back: for each further layer, how many outputs back it looks.

    Raises:
        ValueError: it looks back further than `pad` provides for.
    """

    def __init__(
        self, pdfs: int, narrow: Sequence[int] = (NARROW,) * LAYERS, back: Sequence[int] = ()
    ) -> None:
        super().__init__()
        self.cepstra: Tensor
        self.register_buffer("cepstra", torch.from_numpy(cepstra().copy()), persistent=False)
        self.softest: Tensor
        self.register_buffer("softest", torch.from_numpy(softest().copy()), persistent=False)
        self.entry = nn.Linear(3 * CEPSTRA, WIDTH)
        self.norm = Norm(WIDTH)
        # At the rate of 100 frames a second the steps are 1, then 0 once, then 3 (in thirds: 1).
        steps = [0 if number == FAST_LAYERS else 1 for number in range(LAYERS)]
        body = [Layer(step, step, size) for step, size in zip(steps, narrow, strict=False)]
        further = zip(back, narrow[LAYERS:], strict=True)
        self.layers = nn.ModuleList([*body, *(Layer(far, 0, size, 1.0) for far, size in further)])
        self.out = nn.Linear(WIDTH, pdfs)
        self.shape = (pdfs, list(narrow), list(back))
        self.earlier = CONTEXT + SUBSAMPLING * sum(back)
        """Frames needed before."""
        if self.earlier > EARLIER:
            raise ValueError(f"a network sees {EARLIER} frames back at most, not {self.earlier}")

    def hidden(self, log_mels: Tensor) -> Tensor:
        """Return (utterances, outputs, WIDTH) from padded log-mels; see `forward`."""
        # In float32: the last cepstra are small differences of large numbers.
        kind = torch.bfloat16 if self.training or self.fast else torch.float32
        audible = torch.maximum(log_mels[:, EARLIER - self.earlier :], self.softest)
        x = (audible @ self.cepstra).to(kind)
        x = torch.cat([x[:, :-2], x[:, 1:-1], x[:, 2:]], 2)
        x = functional.linear(x, self.entry.weight.to(kind), self.entry.bias.to(kind))
        x = self.norm(functional.relu(x))
        for number, layer in enumerate(self.layers):
            if number == FAST_LAYERS:
                x = x[:, ::SUBSAMPLING]
            x = layer(x)
        return x

    fast = False
    """Compute in bfloat16 also outside training."""

    def forward(self, log_mels: Tensor) -> Tensor:
        """Return scores, (utterances, outputs, pdfs), float32.

        Args:
            log_mels: (utterances, EARLIER + frames + CONTEXT, CEPSTRA), each with its first frame
                repeated EARLIER times and its last CONTEXT times or more; there is an output for
                every third frame.
        """
        return self.scored(self.hidden(log_mels))

    def scored(self, hidden: Tensor) -> Tensor:
        """Return the scores for what `hidden` returned."""
        weight, bias = self.out.weight.to(hidden.dtype), self.out.bias.to(hidden.dtype)
        return functional.linear(hidden, weight, bias).float()

    def scores(self, log_mels: np.ndarray[Any, np.dtype[np.float32]]) -> Any:
        """Return the scores of one utterance, (outputs, pdfs), as numpy."""
        with torch.no_grad():
            return self(pad([log_mels])[0])[0].numpy()


def outputs(frames: int) -> int:
    """Return how many outputs some frames give."""
    return (frames + SUBSAMPLING - 1) // SUBSAMPLING


def pad(utterances: list[np.ndarray[Any, np.dtype[np.float32]]]) -> tuple[Tensor, Tensor]:
    """Return a batch, (utterances, frames, CEPSTRA), for `Network`, and the outputs of each."""
    counts = [outputs(len(x)) for x in utterances]
    needed = EARLIER + (max(counts) - 1) * SUBSAMPLING + 1 + CONTEXT
    batch = np.empty((len(utterances), needed, CEPSTRA), np.float32)
    for row, x in zip(batch, utterances, strict=True):
        end = EARLIER + len(x)
        row[:EARLIER] = x[0]
        row[EARLIER : min(end, needed)] = x[: needed - EARLIER]
        row[end:] = x[-1]
    return torch.from_numpy(batch), torch.tensor(counts)


def grown(network: Network, narrow: int, back: Sequence[int], seed: int = 1) -> Network:
    """Return a larger network that computes (almost) the same.

    What is added to a layer's middle has random weights into it and none out of it; a layer that
    is added at the end has random weights into it and next to none out of it.

    Args:
        network: where to start; it is not changed.
        narrow: the width between the factors of the layers at the lower rate, at least; 0 for that
            of the Korean body.
        back: for each layer to add, how many outputs back it looks.
        seed: of the random weights.
    """
    chance = torch.Generator().manual_seed(seed)
    old = [layer for layer in network.layers if isinstance(layer, Layer)]
    sizes = [layer.first.out_features for layer in old]
    narrow = narrow or NARROW
    sizes[FAST_LAYERS:] = [max(size, narrow) for size in sizes[FAST_LAYERS:]]
    looked = [layer.before for layer in old[LAYERS:]]
    new = Network(network.out.out_features, [*sizes, *[narrow] * len(back)], [*looked, *back])
    state = {k: v for k, v in network.state_dict().items() if not k.startswith("layers.")}
    new.load_state_dict(state, strict=False)
    with torch.no_grad():
        for number, layer in enumerate(new.layers):
            assert isinstance(layer, Layer)
            if number < len(old):
                _widened(layer, old[number], chance)
            else:
                layer.first.weight.normal_(0, 0.03, generator=chance)
                layer.second.weight.normal_(0, 0.0007, generator=chance)
                layer.second.bias.zero_()
    return new


def _widened(layer: Layer, old: Layer, chance: torch.Generator) -> None:
    size = old.first.out_features
    spread = float(old.first.weight.std())
    layer.first.weight.normal_(0, spread, generator=chance)
    layer.first.weight[:size] = old.first.weight
    layer.second.weight.zero_()
    narrow = layer.first.out_features
    for frame in range(2 if layer.after else 1):
        part = old.second.weight[:, frame * size : (frame + 1) * size]
        layer.second.weight[:, frame * narrow : frame * narrow + size] = part
    layer.second.bias.copy_(old.second.bias)
    layer.norm.load_state_dict(old.norm.state_dict())


def keep(network: Network, path: Path) -> None:
    """Write a network, its shape too, for `restored`."""
    torch.save({"shape": network.shape, "weights": network.state_dict()}, path)


def restored(path: Path) -> Network:
    """Return what `keep` wrote."""
    kept = torch.load(path, weights_only=True)
    network = Network(*kept["shape"])
    network.load_state_dict(kept["weights"])
    return network
