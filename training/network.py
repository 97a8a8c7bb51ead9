"""The network: a small TDNN-F on MFCCs, a third of the frame rate out.

It is the body of the official small Korean vosk model: 14 factored layers of 768 through 64, seeing
34 frames before and after, without that model's i-vectors and its two last layers, and a new output
of two pdfs for each phone. Training runs in bfloat16, which is several times faster on processors
that have it; the weights are kept in float32. Batch normalisation keeps the statistics it came
with, as estimating them anew costs more than the rest of a step.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from voice_coach.teaching.features import cepstra
from voice_coach.teaching.kaldi import AcousticModel, Component, Compressed, Transitions, read_model
from voice_coach.vocabulary.phones import Inventory

WIDTH, NARROW, CEPSTRA = 768, 64, 40
BYPASS = 0.66
EPSILON = 1e-3
FAST_LAYERS = 3
"""Layers before the frame rate drops to a third; the layer at the drop has no context."""
LAYERS = 14
CONTEXT = 1 + FAST_LAYERS + 3 * (LAYERS - FAST_LAYERS - 1)
"""Frames needed before and after: 34."""
SUBSAMPLING = 3


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
        step: frames between the two that each factor sees; 0 for a layer without context.
    """

    def __init__(self, step: int) -> None:
        super().__init__()
        self.step = step
        seen = 2 if step else 1
        self.first = nn.Linear(seen * WIDTH, NARROW, bias=False)
        self.second = nn.Linear(seen * NARROW, WIDTH)
        self.norm = Norm(WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        """Return (utterances, frames less 2 * step, WIDTH)."""
        first, second = self.first.weight.to(x.dtype), self.second.weight.to(x.dtype)
        bias = self.second.bias.to(x.dtype)
        step = self.step
        if step:
            y = functional.linear(x[:, :-step], first[:, :WIDTH])
            y = y + functional.linear(x[:, step:], first[:, WIDTH:])
            z = functional.linear(torch.cat([y[:, :-step], y[:, step:]], 2), second, bias)
            x = x[:, step : x.shape[1] - step]
        else:
            z = functional.linear(functional.linear(x, first), second, bias)
        return torch.add(self.norm(functional.relu(z)), x, alpha=BYPASS)


class Network(nn.Module):
    """Log-mels in, scores of pdfs out.

    Args:
        pdfs: outputs: two for each phone.
    """

    def __init__(self, pdfs: int) -> None:
        super().__init__()
        self.cepstra: Tensor
        self.register_buffer("cepstra", torch.from_numpy(cepstra().copy()), persistent=False)
        self.entry = nn.Linear(3 * CEPSTRA, WIDTH)
        self.norm = Norm(WIDTH)
        # At the rate of 100 frames a second the steps are 1, then 0 once, then 3 (in thirds: 1).
        self.layers = nn.ModuleList(Layer(0 if n == FAST_LAYERS else 1) for n in range(LAYERS))
        self.out = nn.Linear(WIDTH, pdfs)

    def hidden(self, log_mels: Tensor) -> Tensor:
        """Return (utterances, outputs, WIDTH) from padded log-mels; see `forward`."""
        # In float32: the last cepstra are small differences of large numbers.
        kind = torch.bfloat16 if self.training or self.fast else torch.float32
        x = (log_mels @ self.cepstra).to(kind)
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
            log_mels: (utterances, frames + 2 * CONTEXT, CEPSTRA), each with its first and last
                frame repeated CONTEXT times or more; there is an output for every third frame.
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
    needed = (max(counts) - 1) * SUBSAMPLING + 1 + 2 * CONTEXT
    batch = np.empty((len(utterances), needed, CEPSTRA), np.float32)
    for row, x in zip(batch, utterances, strict=True):
        end = CONTEXT + len(x)
        row[:CONTEXT] = x[0]
        row[CONTEXT : min(end, needed)] = x[: needed - CONTEXT]
        row[end:] = x[-1]
    return torch.from_numpy(batch), torch.tensor(counts)


def load(path: Path, inventory: Inventory) -> Network:
    """Return a network that starts from the final.mdl at `path`: one of ours, or the Korean one.

    An output layer of ours is kept, and where it knows no noise, that starts out as silence does.
    Any other output layer is replaced by zeros.

    Raises:
        KaldiError: the file is damaged or has other layers.
    """
    model = read_model(path)
    parts = {component.name: component for component in model.components}
    network = Network(inventory.outputs)
    ours = "l1.affine" in parts
    with torch.no_grad():
        _load_entry(network, parts, ours)
        for number, layer in enumerate(network.layers):
            name = f"l{number + 2}" if ours else f"tdnnf{number + 2}"
            assert isinstance(layer, Layer)
            layer.first.weight.copy_(_tensor(parts[f"{name}.linear"].get("LinearParams")))
            layer.second.weight.copy_(_tensor(parts[f"{name}.affine"].get("LinearParams")))
            layer.second.bias.copy_(_tensor(parts[f"{name}.affine"].get("BiasParams")))
            _load_norm(layer.norm, parts[f"{name}.bn" if ours else f"{name}.batchnorm"])
        _load_out(network, parts["output.affine"], ours)
    return network


def _tensor(values: Any) -> Tensor:
    return torch.from_numpy(np.asarray(values, np.float32))


def _load_norm(norm: Norm, part: Component) -> None:
    norm.mean.copy_(_tensor(part.get("StatsMean")))
    norm.variance.copy_(_tensor(part.get("StatsVar")))


def _load_entry(network: Network, parts: dict[str, Component], ours: bool) -> None:
    if ours:
        network.entry.weight.copy_(_tensor(parts["l1.affine"].get("LinearParams")))
        network.entry.bias.copy_(_tensor(parts["l1.affine"].get("BiasParams")))
        _load_norm(network.norm, parts["l1.bn"])
        return
    # The Korean model has a fixed transform first, of three frames and an i-vector: here zero.
    fixed, affine = parts["lda"], parts["tdnn1.affine"]
    weight = affine.get("LinearParams") @ fixed.get("LinearParams")
    bias = affine.get("LinearParams") @ fixed.get("BiasParams") + affine.get("BiasParams")
    network.entry.weight.copy_(_tensor(weight[:, : 3 * CEPSTRA]))
    network.entry.bias.copy_(_tensor(bias))
    _load_norm(network.norm, parts["tdnn1.batchnorm"])


def _load_out(network: Network, part: Component, ours: bool) -> None:
    weight, bias = network.out.weight, network.out.bias
    weight.zero_()
    bias.zero_()
    if not ours:
        return
    old = _tensor(part.get("LinearParams")), _tensor(part.get("BiasParams"))
    missing = len(bias) - len(old[1])
    for new, before in zip((weight, bias), old, strict=True):
        # Noise stands second, after silence; each has two pdfs.
        new[:2] = before[:2]
        new[2 + missing :] = before[2:]
        if missing:
            new[2:4] = before[:2]


def as_kaldi(network: Network, inventory: Inventory, wide: bool = False) -> AcousticModel:
    """Return the network as Kaldi knows it, its matrices compressed.

    Args:
        network: what was trained.
        inventory: its phones.
        wide: two bytes a weight in place of one.
    """
    parts = _Parts(2 if wide else 1)
    parts.affine("l1.affine", network.entry, "Append(Offset(input, -1), input, Offset(input, 1))")
    parts.relu_norm("l1", network.norm)
    before = "l1.bn"
    for number, layer in enumerate(network.layers):
        assert isinstance(layer, Layer)
        name = f"l{number + 2}"
        step = layer.step * (1 if number < FAST_LAYERS else SUBSAMPLING)
        parts.tdnn(f"{name}.linear", layer.first, [-step, 0] if step else [0], before)
        parts.tdnn(f"{name}.affine", layer.second, [0, step] if step else [0], f"{name}.linear")
        parts.relu_norm(name, layer.norm)
        parts.add(
            Component(f"{name}.noop", "NoOpComponent", _NO_OP),
            f"Sum(Scale({BYPASS}, {before}), {name}.bn)",
        )
        before = f"{name}.noop"
    parts.affine("output.affine", network.out, before)
    lines = ["input-node name=input dim=40", *parts.lines]
    lines.append("output-node name=output input=output.affine objective=linear")
    transitions = Transitions(
        tuple((number, 0, *inventory.pdfs(name)) for name, number in inventory.ids.items())
    )
    return AcousticModel(transitions, "\n".join(lines), tuple(parts.made), (CONTEXT, CONTEXT))


_NO_OP = (("Dim", WIDTH), ("BackpropScale", 1.0))
_EMPTY = np.zeros(0, np.float32)


class _Parts:
    """Collects components and the lines that connect them."""

    def __init__(self, bytes_each: int) -> None:
        self.bytes_each = bytes_each
        self.made: list[Component] = []
        self.lines: list[str] = []

    def add(self, part: Component, source: str) -> None:
        self.made.append(part)
        name = part.name
        self.lines.append(f"component-node name={name} component={name} input={source}")

    def _weights(self, linear: nn.Linear) -> tuple[tuple[str, Any], ...]:
        weight = linear.weight.detach().float().numpy()
        bias = _EMPTY if linear.bias is None else linear.bias.detach().float().numpy()
        stored = Compressed.of(weight, self.bytes_each)
        return (("LinearParams", stored), ("BiasParams", bias))

    def affine(self, name: str, linear: nn.Linear, source: str) -> None:
        self.add(Component(name, "FixedAffineComponent", self._weights(linear)), source)

    def tdnn(self, name: str, linear: nn.Linear, steps: list[int], source: str) -> None:
        # What follows the weights matters to training only; the reader wants it all the same.
        fields = (
            ("LearningRate", 1e-4),
            ("TimeOffsets", steps),
            *self._weights(linear),
            ("OrthonormalConstraint", 0.0),
            ("UseNaturalGradient", True),
            ("NumSamplesHistory", 2000.0),
            ("AlphaInOut", (4.0, 4.0)),
            ("RankInOut", (20, 80)),
        )
        self.add(Component(name, "TdnnComponent", fields), source)

    def relu_norm(self, name: str, norm: Norm) -> None:
        zero = np.float64(0)
        relu = (
            ("Dim", WIDTH),
            ("ValueAvg", _EMPTY),
            ("DerivAvg", _EMPTY),
            ("Count", zero),
            ("OderivRms", _EMPTY),
            ("OderivCount", zero),
            ("NumDimsSelfRepaired", zero),
            ("NumDimsProcessed", zero),
            ("SelfRepairScale", 1e-5),
        )
        source = f"{name}.affine"
        self.add(Component(f"{name}.relu", "RectifiedLinearComponent", relu), source)
        stats = (
            ("Dim", WIDTH),
            ("BlockDim", WIDTH),
            ("Epsilon", EPSILON),
            ("TargetRms", 1.0),
            ("TestMode", True),
            ("Count", np.float64(1000.0)),
            ("StatsMean", norm.mean.numpy()),
            ("StatsVar", norm.variance.numpy()),
        )
        self.add(Component(f"{name}.bn", "BatchNormComponent", stats), f"{name}.relu")
