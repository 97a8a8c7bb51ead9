"""The network of our hearing models in numpy: log-mels in, scores of phones out.

It computes what vosk computes, for some seconds of sound at a time, so that what was heard of a
person can be looked at and the output layer adapted. Only models of our own are known: 3 layers at
a hundred frames a second, then all others at a third of that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from voice_coach.teaching.features import cepstra
from voice_coach.teaching.kaldi import AcousticModel, Component, Compressed, KaldiError

Matrix = np.ndarray[Any, np.dtype[np.float32]]

SUBSAMPLING = 3
"""Frames of features for each output."""
FAST_LAYERS = 3
"""Layers after the first before the rate drops; the one at the drop has no context."""
OUT = "output.affine"
SOFTEST = "softest.mels"
"""Takes the softest audible energies from the log-mels; older models have none."""


@dataclass(frozen=True)
class Norm:
    """Batch normalisation with fixed statistics: x * scale + shift, each of shape (width,)."""

    scale: Matrix
    shift: Matrix

    @classmethod
    def of(cls, part: Component) -> Norm:
        """Return it from a component's statistics."""
        scale = 1 / np.sqrt(part.get("StatsVar") + np.float32(part.get("Epsilon")))
        return cls(scale.astype(np.float32), (-part.get("StatsMean") * scale).astype(np.float32))

    def __call__(self, x: Any) -> Matrix:
        """Normalise the last dimension of what is above zero."""
        normal: Matrix = np.maximum(x, 0) * self.scale + self.shift
        return normal


@dataclass(frozen=True)
class Layer:
    """One factored layer: through few dimensions and back.

    `first` is (narrow, width), or twice as wide where it sees a frame and the one `before` frames
    earlier; `second` is (width, narrow), or twice as wide where it sees a frame and the one `after`
    frames later. `bypass` is how much of what comes in is added to what goes out.
    """

    first: Matrix
    second: Matrix
    bias: Matrix
    norm: Norm
    before: int
    after: int
    bypass: np.float32

    def __call__(self, x: Matrix) -> Matrix:
        """Return (frames less `before` and `after`, width)."""
        before, after = self.before, self.after
        seen = np.concatenate([x[:-before], x[before:]], 1) if before else x
        narrow = seen @ self.first.T
        if after:
            narrow = np.concatenate([narrow[:-after], narrow[after:]], 1)
        wide = self.norm(narrow @ self.second.T + self.bias)
        return wide + self.bypass * x[before : len(x) - after]


@dataclass(frozen=True)
class Body:
    """The whole network.

    Attributes:
        softest: log-mels below it are heard as it; (BANDS,), or -inf.
        weight, bias: of the first layer, on three frames of cepstra.
        norm: after it.
        layers: the factored ones.
        out_weight, out_bias: of the output layer, (outputs, width) and (outputs,).
    """

    softest: Matrix
    weight: Matrix
    bias: Matrix
    norm: Norm
    layers: tuple[Layer, ...]
    out_weight: Matrix
    out_bias: Matrix

    @classmethod
    def of(cls, model: AcousticModel) -> Body:
        """Return the network of a model's file.

        Raises:
            KaldiError: it has other layers than ours.
        """
        parts = {part.name: part for part in model.components}
        count = sum(name.endswith(".noop") for name in parts)
        try:
            layers = tuple(_layer(parts, number, model.config) for number in range(count))
            entry, out = parts["l1.affine"], parts[OUT]
            return cls(
                -parts[SOFTEST].get("BiasParams") if SOFTEST in parts else _NONE,
                entry.get("LinearParams"),
                entry.get("BiasParams"),
                Norm.of(parts["l1.bn"]),
                layers,
                out.get("LinearParams"),
                out.get("BiasParams"),
            )
        except KeyError as error:
            raise KaldiError(f"no model of ours: it has no {error}") from error

    @property
    def context(self) -> tuple[int, int]:
        """Frames needed before and after."""
        rates = [1 if n < FAST_LAYERS else SUBSAMPLING for n in range(len(self.layers))]
        paired = list(zip(rates, self.layers, strict=True))
        before = 1 + sum(rate * layer.before for rate, layer in paired)
        return before, 1 + sum(rate * layer.after for rate, layer in paired)

    def hidden(self, log_mels: Matrix) -> Matrix:
        """Return what the output layer is given, (outputs, width), an output for each third frame.

        Args:
            log_mels: (frames, BANDS), at least one frame.
        """
        before, after = self.context
        needed = before + (outputs(len(log_mels)) - 1) * SUBSAMPLING + 1 + after
        places = np.clip(np.arange(needed) - before, 0, len(log_mels) - 1)
        x: Matrix = np.maximum(log_mels[places], self.softest) @ cepstra()
        x = np.concatenate([x[:-2], x[1:-1], x[2:]], 1)
        x = self.norm(x @ self.weight.T + self.bias)
        for number, layer in enumerate(self.layers):
            x = layer(x[::SUBSAMPLING] if number == FAST_LAYERS else x)
        return x

    def scores(self, hidden: Matrix) -> Matrix:
        """Return the scores, (outputs, pdfs), of what `hidden` returned."""
        return hidden @ self.out_weight.T + self.out_bias


_NONE = np.full(1, -np.inf, np.float32)


def outputs(frames: int) -> int:
    """Return how many outputs some frames of features give."""
    return (frames + SUBSAMPLING - 1) // SUBSAMPLING


def with_output(model: AcousticModel, weight: Matrix, bias: Matrix) -> AcousticModel:
    """Return a model with another output layer, its weights in two bytes each."""
    return replace(
        model, components=tuple(_stored(part, weight, bias) for part in model.components)
    )


def _stored(part: Component, weight: Matrix, bias: Matrix) -> Component:
    """Return a component as it is written again."""
    new = {"LinearParams": weight, "BiasParams": bias} if part.name == OUT else {}
    fields = []
    for key, value in part.fields:
        kept = new.get(key, value)
        if key == "LinearParams" and not part.name.startswith("softest."):
            kept = Compressed.of(kept, 2 if part.name == OUT else 1)
        fields.append((key, kept))
    return replace(part, fields=tuple(fields))


def _layer(parts: dict[str, Component], number: int, config: str) -> Layer:
    name = f"l{number + 2}"
    first, second = parts[f"{name}.linear"], parts[f"{name}.affine"]
    rate = 1 if number < FAST_LAYERS else SUBSAMPLING
    bypass = re.search(rf"name={name}\.noop .*Scale\(([\d.]+),", config)
    if bypass is None:
        raise KaldiError(f"no model of ours: nothing goes past layer {name}")
    return Layer(
        first.get("LinearParams"),
        second.get("LinearParams"),
        second.get("BiasParams"),
        Norm.of(parts[f"{name}.bn"]),
        -min(first.get("TimeOffsets")) // rate,
        max(second.get("TimeOffsets")) // rate,
        np.float32(bypass[1]),
    )
