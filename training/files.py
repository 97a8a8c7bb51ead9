"""The network as Kaldi's files hold it: read from a final.mdl, and written to one.

What is read may be one of ours, of any shape, or the Korean model's, whose body ours began as.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from training.network import (
    CEPSTRA,
    CONTEXT,
    EPSILON,
    FAST_LAYERS,
    LAYERS,
    SUBSAMPLING,
    WIDTH,
    Layer,
    Network,
    Norm,
)
from voice_coach.teaching.body import SOFTEST
from voice_coach.teaching.features import cepstra, softest
from voice_coach.teaching.kaldi import AcousticModel, Component, Compressed, Transitions, read_model
from voice_coach.vocabulary.phones import Inventory


def load(path: Path, inventory: Inventory) -> Network:
    """Return a network that starts from the final.mdl at `path`: one of ours, or the Korean one.

    An output layer of ours is kept, and where it knows no noise, that starts out as silence does.
    Any other output layer is replaced by zeros.

    Raises:
        KaldiError: the file is damaged or has other layers.
    """
    model = read_model(path)
    parts = {component.name: component for component in model.components}
    ours = "l1.affine" in parts
    network = Network(inventory.outputs, *_shape(parts)) if ours else Network(inventory.outputs)
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


def _shape(parts: dict[str, Component]) -> tuple[list[int], list[int]]:
    """Return the widths between the factors, and how far the layers look back that were added."""
    firsts = [parts[f"l{n + 2}.linear"] for n in range(sum(x.endswith(".linear") for x in parts))]
    back = [-int(min(first.get("TimeOffsets"))) // SUBSAMPLING for first in firsts[LAYERS:]]
    return [len(first.get("LinearParams")) for first in firsts], back


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
    heard = parts.audible("input")
    around = f"Append(Offset({heard}, -1), {heard}, Offset({heard}, 1))"
    parts.affine("l1.affine", network.entry, around)
    parts.relu_norm("l1", network.norm)
    before = "l1.bn"
    for number, layer in enumerate(network.layers):
        assert isinstance(layer, Layer)
        name = f"l{number + 2}"
        rate = 1 if number < FAST_LAYERS else SUBSAMPLING
        first = [-layer.before * rate, 0] if layer.before else [0]
        second = [0, layer.after * rate] if layer.after else [0]
        parts.tdnn(f"{name}.linear", layer.first, first, before)
        parts.tdnn(f"{name}.affine", layer.second, second, f"{name}.linear")
        parts.relu_norm(name, layer.norm)
        parts.add(
            Component(f"{name}.noop", "NoOpComponent", _NO_OP),
            f"Sum(Scale({layer.bypass:g}, {before}), {name}.bn)",
        )
        before = f"{name}.noop"
    parts.affine("output.affine", network.out, before)
    lines = ["input-node name=input dim=40", *parts.lines]
    lines.append("output-node name=output input=output.affine objective=linear")
    transitions = Transitions(
        tuple((number, 0, *inventory.pdfs(name)) for name, number in inventory.ids.items())
    )
    return AcousticModel(
        transitions, "\n".join(lines), tuple(parts.made), (network.earlier, CONTEXT)
    )


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

    def audible(self, source: str) -> str:
        """Add what lifts MFCCs to those of the softest log-mels; return the last part's name."""
        least, to_cepstra = softest(), cepstra()
        above = (("LinearParams", np.linalg.inv(to_cepstra).T), ("BiasParams", -least))
        back = (("LinearParams", to_cepstra.T), ("BiasParams", least @ to_cepstra))
        self.add(Component(SOFTEST, "FixedAffineComponent", above), source)
        self.relu("softest.relu", CEPSTRA, SOFTEST)
        self.add(Component("softest.cepstra", "FixedAffineComponent", back), "softest.relu")
        return "softest.cepstra"

    def relu(self, name: str, size: int, source: str) -> None:
        zero = np.float64(0)
        fields = (
            ("Dim", size),
            ("ValueAvg", _EMPTY),
            ("DerivAvg", _EMPTY),
            ("Count", zero),
            ("OderivRms", _EMPTY),
            ("OderivCount", zero),
            ("NumDimsSelfRepaired", zero),
            ("NumDimsProcessed", zero),
            ("SelfRepairScale", 1e-5),
        )
        self.add(Component(name, "RectifiedLinearComponent", fields), source)

    def relu_norm(self, name: str, norm: Norm) -> None:
        self.relu(f"{name}.relu", WIDTH, f"{name}.affine")
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
