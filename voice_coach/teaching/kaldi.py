"""Kaldi's binary file of an acoustic model (transition model and nnet3 network), read and written.

Only the components of small TDNN-F models are known. Layout: tokens end with a space; an int32 or
float is a size byte and its bytes; a matrix is "FM ", rows, columns and data, or compressed to one
or two bytes a value. Checked by writing a known model back byte by byte.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

# What follows each token of a component; several letters are several values.
#   i int32, f float (or double), b bool, v vector, m matrix, w vector of int32, "" nothing
FIELDS = {
    "Alpha": "f", "AlphaInOut": "ff", "AlphaInOut4": "f", "BackpropScale": "f", "BiasParams": "v",
    "BlockDim": "i", "Continuous": "", "Count": "f", "DerivAvg": "v", "Dim": "i",
    "DropoutPerFrame": "b", "DropoutProportion": "f", "Epsilon": "f", "IsGradient": "b",
    "L2Regularize": "f", "LearningRate": "f", "LearningRateFactor": "f", "LinearParams": "m",
    "MaxChange": "f", "NumDimsProcessed": "f", "NumDimsSelfRepaired": "f",
    "NumSamplesHistory": "f", "OderivCount": "f", "OderivRms": "v", "OrthonormalConstraint": "f",
    "Params": "m", "RankIn": "i", "RankInOut": "ii", "RankOut": "i",
    "SelfRepairLowerThreshold": "f", "SelfRepairScale": "f", "SelfRepairUpperThreshold": "f",
    "StatsMean": "v", "StatsVar": "v", "TargetRms": "f", "TestMode": "b", "TimeOffsets": "w",
    "TimePeriod": "i", "UpdatePeriod": "i", "UseNaturalGradient": "b", "ValueAvg": "v",
}  # fmt: skip


class KaldiError(Exception):
    """A file is not what this module can read; the message says where."""


@dataclass(frozen=True)
class Component:
    """One component: its name in the network, its type, and its fields in order."""

    name: str
    kind: str
    fields: tuple[tuple[str, Any], ...]

    def get(self, key: str) -> Any:
        """Return the value of a field."""
        return dict(self.fields)[key]


@dataclass(frozen=True)
class Transitions:
    """The transition model of a "chain" system: one state and a self-loop for every phone.

    Attributes:
        tuples: (phone, state, forward pdf, self-loop pdf), sorted; their order numbers the
            transition ids.
        phones: number of phones, from 1.
    """

    tuples: tuple[tuple[int, int, int, int], ...]

    @property
    def phones(self) -> int:
        """The number of phones, which count from 1."""
        return max(phone for phone, *_ in self.tuples)


@dataclass(frozen=True)
class AcousticModel:
    """A transition model and a network.

    Attributes:
        transitions: the former; None when it has some other topology than ours.
        config: the lines that connect the components.
        components: the latter's parts.
        context: frames needed before and after.
    """

    transitions: Transitions | None
    config: str
    components: tuple[Component, ...]
    context: tuple[int, int]
    priors: Array = field(default_factory=lambda: np.zeros(0, np.float32))


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data, self.at = data, 0

    def token(self) -> str:
        end = self.data.index(b" ", self.at)
        text = self.data[self.at : end].decode("latin1")
        self.at = end + 1
        return text.strip("\n")

    def expect(self, token: str) -> None:
        found = self.token()
        if found != token:
            raise KaldiError(f"byte {self.at}: {token} expected, {found[:40]!r} found")

    def i(self) -> int:
        if self.data[self.at] != 4:
            raise KaldiError(f"byte {self.at}: no int32")
        (value,) = struct.unpack_from("<i", self.data, self.at + 1)
        self.at += 5
        return int(value)

    def f(self) -> float:
        size = self.data[self.at]
        if size not in (4, 8):
            raise KaldiError(f"byte {self.at}: no float")
        (value,) = struct.unpack_from("<f" if size == 4 else "<d", self.data, self.at + 1)
        self.at += 1 + size
        return np.float64(value) if size == 8 else float(value)

    def b(self) -> bool:
        self.at += 1
        return self.data[self.at - 1 : self.at] == b"T"

    def _array(self, kind: str, count: int) -> Array:
        values = np.frombuffer(self.data, kind, count, self.at).copy()
        self.at += values.nbytes
        return values

    def w(self) -> Array:
        (count,) = struct.unpack_from("<i", self.data, self.at + 1)
        self.at += 5
        return self._array("<i4", count)

    def v(self) -> Array:
        kind = self.token()
        return self._array({"FV": "<f4", "DV": "<f8"}[kind], self.i())

    def m(self) -> Array:
        kind = self.token()
        if kind.startswith("CM"):
            return self._compressed(kind)
        rows, columns = self.i(), self.i()
        return self._array({"FM": "<f4", "DM": "<f8"}[kind], rows * columns).reshape(rows, columns)

    def _compressed(self, kind: str) -> Array:
        low, span = struct.unpack_from("<ff", self.data, self.at)
        rows, columns = struct.unpack_from("<ii", self.data, self.at + 8)
        self.at += 16
        if kind not in ("CM2", "CM3"):
            raise KaldiError(f"byte {self.at}: compressed as {kind}, only CM2 and CM3 are known")
        stored = self._array("<u2" if kind == "CM2" else "u1", rows * columns)
        return Compressed(low, span, stored.reshape(rows, columns)).values()


class _Writer:
    def __init__(self) -> None:
        self.out = BytesIO()

    def raw(self, data: bytes) -> None:
        self.out.write(data)

    def token(self, text: str) -> None:
        self.raw(text.encode("latin1") + b" ")

    def i(self, value: int) -> None:
        self.raw(b"\x04" + struct.pack("<i", value))

    def f(self, value: float) -> None:
        wide = isinstance(value, np.float64)
        self.raw(b"\x08" + struct.pack("<d", value) if wide else b"\x04" + struct.pack("<f", value))

    def b(self, value: bool) -> None:
        self.raw(b"T" if value else b"F")

    def w(self, values: Sequence[int]) -> None:
        self.raw(b"\x04" + struct.pack("<i", len(values)) + np.asarray(values, "<i4").tobytes())

    def v(self, values: Array) -> None:
        self.token("FV")
        self.i(len(values))
        self.raw(np.asarray(values, "<f4").tobytes())

    def m(self, values: Array | Compressed) -> None:
        if isinstance(values, Compressed):
            self.token("CM3" if values.stored.itemsize == 1 else "CM2")
            rows, columns = values.stored.shape
            self.raw(struct.pack("<ffii", values.low, values.span, rows, columns))
            self.raw(values.stored.tobytes())
            return
        self.token("FM")
        self.i(values.shape[0])
        self.i(values.shape[1])
        self.raw(np.ascontiguousarray(values, "<f4").tobytes())


@dataclass(frozen=True)
class Compressed:
    """A matrix in one or two bytes a value, over one range: Kaldi's "CM3" and "CM2".

    Attributes:
        low: what 0 stands for.
        span: the largest stored value stands for low + span.
        stored: uint8 or uint16, (rows, columns).
    """

    low: float
    span: float
    stored: Array

    @classmethod
    def of(cls, values: Array, bytes_each: int) -> Compressed:
        """Compress a matrix; the error is at most span / 510, or span / 131070."""
        low = float(values.min())
        span = max(float(values.max()) - low, 1e-12)
        steps = 256**bytes_each - 1
        stored = np.rint((values - low) * (steps / span))
        return cls(low, span, stored.astype("u1" if bytes_each == 1 else "<u2"))

    def values(self) -> Array:
        """Return what is read back, float32."""
        step = np.float32(self.span / (256**self.stored.itemsize - 1))
        return (np.float32(self.low) + self.stored * step).astype(np.float32)


def read_model(path: Path) -> AcousticModel:
    """Read a final.mdl.

    Raises:
        KaldiError: it is cut short, or has parts unknown here.
    """
    reader = _Reader(path.read_bytes())
    if reader.data[:2] != b"\0B":
        raise KaldiError(f"{path} is no binary Kaldi file")
    reader.at = 2
    try:
        return _read(reader)
    except (ValueError, IndexError, KeyError, struct.error) as error:
        raise KaldiError(f"{path}, byte {reader.at}: {error!r}") from error


def _read(reader: _Reader) -> AcousticModel:
    transitions = _read_transitions(reader)
    reader.expect("<Nnet3>")
    # The token's own space has been read; then lines up to an empty one.
    end = reader.data.index(b"\n\n", reader.at)
    config = reader.data[reader.at : end].decode().strip("\n")
    reader.at = end + 2
    reader.expect("<NumComponents>")
    components = tuple(_read_component(reader) for _ in range(reader.i()))
    reader.expect("</Nnet3>")
    reader.expect("<LeftContext>")
    left = reader.i()
    reader.expect("<RightContext>")
    right = reader.i()
    reader.expect("<Priors>")
    return AcousticModel(transitions, config, components, (left, right), reader.v())


def _read_transitions(reader: _Reader) -> Transitions | None:
    reader.expect("<TransitionModel>")
    reader.expect("<Topology>")
    reader.w()
    reader.w()
    count = reader.i()
    plain = count != -1  # -1: the self-loop has a pdf of its own
    entries = count if plain else reader.i()
    for _ in range(entries):
        for _ in range(reader.i()):
            reader.i()
            if not plain:
                reader.i()
            for _ in range(reader.i()):
                reader.i()
                reader.f()
    reader.expect("</Topology>")
    kind = reader.token()
    wide = kind == "<Tuples>"
    tuples = [tuple(reader.i() for _ in range(4 if wide else 3)) for _ in range(reader.i())]
    reader.expect("</" + kind[1:])
    reader.expect("<LogProbs>")
    reader.v()
    reader.expect("</LogProbs>")
    reader.expect("</TransitionModel>")
    if not wide or plain:
        return None
    return Transitions(tuple((a, b, c, d) for a, b, c, d in tuples))


def _read_component(reader: _Reader) -> Component:
    reader.expect("<ComponentName>")
    name = reader.token()
    kind = reader.token().strip("<>")
    fields: list[tuple[str, Any]] = []
    while (token := reader.token()) != f"</{kind}>":
        key = token.strip("<>")
        letters = FIELDS[key]
        if kind == "GeneralDropoutComponent" and key == "TestMode":
            letters = ""
        values = tuple(getattr(reader, letter)() for letter in letters)
        fields.append((key, values[0] if len(values) == 1 else values or None))
    return Component(name, kind, tuple(fields))


def model_bytes(model: AcousticModel) -> bytes:
    """Return a model with our topology as Kaldi writes it.

    Raises:
        KaldiError: its transition model was not understood.
    """
    if model.transitions is None:
        raise KaldiError("only a chain topology can be written")
    writer = _Writer()
    writer.raw(b"\0B")
    _write_transitions(writer, model.transitions)
    writer.token("<Nnet3>")
    writer.raw(b"\n" + model.config.encode() + b"\n\n")
    writer.token("<NumComponents>")
    writer.i(len(model.components))
    for component in model.components:
        writer.token("<ComponentName>")
        writer.token(component.name)
        writer.token(f"<{component.kind}>")
        for key, value in component.fields:
            writer.token(f"<{key}>")
            letters = FIELDS[key]
            for letter, part in zip(letters, value if len(letters) > 1 else (value,), strict=False):
                getattr(writer, letter)(part)
        writer.token(f"</{component.kind}>")
    writer.token("</Nnet3>")
    for token, frames in zip(("<LeftContext>", "<RightContext>"), model.context, strict=True):
        writer.token(token)
        writer.i(frames)
    writer.token("<Priors>")
    writer.v(model.priors)
    return writer.out.getvalue()


def _write_transitions(writer: _Writer, transitions: Transitions) -> None:
    count = transitions.phones
    writer.token("<TransitionModel>")
    writer.token("<Topology>")
    writer.w(range(1, count + 1))
    writer.w([-1] + [0] * count)
    writer.i(-1)
    writer.i(1)  # one entry, for all phones: a state with a self-loop, and the end
    writer.i(2)
    for pdf, loop, ways in ((0, 1, ((0, 0.5), (1, 0.5))), (-1, -1, ())):
        writer.i(pdf)
        writer.i(loop)
        writer.i(len(ways))
        for to, probability in ways:
            writer.i(to)
            writer.f(probability)
    writer.token("</Topology>")
    writer.token("<Tuples>")
    writer.i(len(transitions.tuples))
    for numbers in transitions.tuples:
        for number in numbers:
            writer.i(number)
    writer.token("</Tuples>")
    writer.token("<LogProbs>")
    writer.v(np.concatenate([[0.0], np.full(2 * len(transitions.tuples), np.log(0.5))]))
    writer.token("</LogProbs>")
    writer.token("</TransitionModel>")
