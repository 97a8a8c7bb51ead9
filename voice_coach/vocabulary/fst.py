"""Weighted transducers in OpenFst's binary format: "vector" of "standard" (tropical) arcs.

Only what a hearing model needs: building one arc by arc, writing it, reading it.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

_MAGIC = 2125659606
_TABLE_MAGIC = 2125658996
_VERSION = 2
_HAS_INPUT_NAMES, _HAS_OUTPUT_NAMES = 1, 2

# Bits of OpenFst's properties (fst/properties.h). In each pair, the first bit means yes and the
# second no; with neither set, OpenFst computes the property. We set those that OpenFst sets.
_EXPANDED_MUTABLE = 3
_ACCEPTOR = (1 << 16, 1 << 17)
_EPSILONS = (1 << 22, 1 << 23)
_INPUT_EPSILONS = (1 << 24, 1 << 25)
_OUTPUT_EPSILONS = (1 << 26, 1 << 27)
_INPUT_SORTED = (1 << 28, 1 << 29)
_OUTPUT_SORTED = (1 << 30, 1 << 31)
_WEIGHTED = (1 << 32, 1 << 33)
_NO_CYCLES = 1 << 35 | 1 << 37
_TOP_SORTED = (1 << 38, 1 << 39)

_Ints = npt.NDArray[np.int32]
_Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Fst:
    """A transducer with S states and A arcs; weights are costs (negative logarithms).

    Arcs are ordered by their source. The label 0 is epsilon.

    Attributes:
        start: the start state, -1 if there are no states.
        finals: shape (S,), the cost of ending in each state; inf if that is impossible.
        sources: shape (A,), the source state of each arc.
        inputs: shape (A,), the input label of each arc.
        outputs: shape (A,), the output label of each arc.
        weights: shape (A,), the cost of each arc.
        targets: shape (A,), the target state of each arc.
        output_names: the name of each output label, from label 0, or None.
    """

    start: int
    finals: _Floats
    sources: _Ints
    inputs: _Ints
    outputs: _Ints
    weights: _Floats
    targets: _Ints
    output_names: tuple[str, ...] | None = None


class Draft:
    """A transducer under construction. States are numbered from 0 in order of creation."""

    def __init__(self) -> None:
        self._finals: list[float] = []
        self._sources: list[int] = []
        self._inputs: list[int] = []
        self._outputs: list[int] = []
        self._weights: list[float] = []
        self._targets: list[int] = []

    def state(self, final: float = math.inf) -> int:
        """Add a state with the final cost `final` (inf: not final); return its number."""
        self._finals.append(final)
        return len(self._finals) - 1

    def arc(self, source: int, label: int, word: int, cost: float, target: int) -> None:
        """Add an arc with input `label` and output `word`; 0 is epsilon."""
        self._sources.append(source)
        self._inputs.append(label)
        self._outputs.append(word)
        self._weights.append(cost)
        self._targets.append(target)

    def finish(
        self, start: int, output_names: Sequence[str] | None = None, *, by_output: bool = False
    ) -> Fst:
        """Return the transducer; `by_output` sorts the arcs of each state by output label."""
        sources = np.array(self._sources, np.int32)
        outputs = np.array(self._outputs, np.int32)
        # A stable sort keeps arcs in the order of creation; the last key is the primary one.
        order = np.lexsort([outputs, sources] if by_output else [sources])
        return Fst(
            start,
            np.array(self._finals, np.float32),
            sources[order],
            np.array(self._inputs, np.int32)[order],
            outputs[order],
            np.array(self._weights, np.float32)[order],
            np.array(self._targets, np.int32)[order],
            None if output_names is None else tuple(output_names),
        )


def to_bytes(fst: Fst) -> bytes:
    """Return the content of a transducer's file."""
    flags = 0 if fst.output_names is None else _HAS_OUTPUT_NAMES
    states, arcs = len(fst.finals), len(fst.sources)
    header = struct.pack("<i", _MAGIC) + _packed("vector") + _packed("standard")
    header += struct.pack("<iiQqqq", _VERSION, flags, properties(fst), fst.start, states, 0)
    if fst.output_names is not None:
        header += _packed_names(fst.output_names)
    # Everything is in words of four bytes: three per state (its cost, and its number of arcs in
    # two), followed by four for each of its arcs. So all offsets can be computed at once.
    counts = np.bincount(fst.sources, minlength=states)
    before = np.cumsum(counts) - counts
    body = np.zeros(3 * states + 4 * arcs, "<i4")
    opening = 3 * np.arange(states) + 4 * before
    body[opening] = fst.finals.view(np.int32)
    body[opening + 1] = counts
    place = 3 * (fst.sources.astype(np.int64) + 1) + 4 * np.arange(arcs)
    columns = (fst.inputs, fst.outputs, fst.weights.view(np.int32), fst.targets)
    for offset, column in enumerate(columns):
        body[place + offset] = column
    return header + body.tobytes()


def properties(fst: Fst) -> int:
    """Return OpenFst's property bits of a transducer."""
    forward = bool(np.all(fst.targets > fst.sources))
    costs = np.concatenate([fst.weights, fst.finals[np.isfinite(fst.finals)]])
    facts = (
        (_ACCEPTOR, np.array_equal(fst.inputs, fst.outputs)),
        (_EPSILONS, bool(np.any((fst.inputs == 0) & (fst.outputs == 0)))),
        (_INPUT_EPSILONS, bool(np.any(fst.inputs == 0))),
        (_OUTPUT_EPSILONS, bool(np.any(fst.outputs == 0))),
        (_INPUT_SORTED, _sorted_within(fst.sources, fst.inputs)),
        (_OUTPUT_SORTED, _sorted_within(fst.sources, fst.outputs)),
        (_WEIGHTED, bool(np.any(costs != 0))),
        (_TOP_SORTED, forward),
    )
    known = _EXPANDED_MUTABLE | (_NO_CYCLES if forward else 0)
    return known | sum(yes if fact else no for (yes, no), fact in facts)


def _sorted_within(sources: _Ints, labels: _Ints) -> bool:
    same = sources[1:] == sources[:-1]
    return not np.any(same & (labels[1:] < labels[:-1]))


def _packed(text: str) -> bytes:
    raw = text.encode()
    return struct.pack("<i", len(raw)) + raw


def _packed_names(names: Sequence[str]) -> bytes:
    parts = [
        struct.pack("<i", _TABLE_MAGIC),
        _packed("<unspecified>"),
        struct.pack("<qq", *[len(names)] * 2),
    ]
    for number, name in enumerate(names):
        parts += (_packed(name), struct.pack("<q", number))
    return b"".join(parts)


def from_bytes(content: bytes) -> Fst:
    """Return the transducer that a file's content describes.

    Raises:
        ValueError: it is not a "vector" of "standard" arcs, names its inputs, or is truncated.
    """
    try:
        return _Reader(content).fst()
    except struct.error as error:
        raise ValueError("the file is cut short") from error


class _Reader:
    def __init__(self, content: bytes) -> None:
        self._content = content
        self._at = 0

    def fst(self) -> Fst:
        (magic,) = self._take("<i")
        if magic != _MAGIC:
            raise ValueError("this is not an OpenFst file")
        kind = self._text(), self._text()
        version, flags, _, start, states, _ = self._take("<iiQqqq")
        if kind != ("vector", "standard") or version != _VERSION or flags & ~_HAS_OUTPUT_NAMES:
            raise ValueError(f"cannot read {'/'.join(kind)}, version {version}, flags {flags}")
        names = self._names() if flags & _HAS_OUTPUT_NAMES else None
        finals, counts, arcs = [], [], []
        for _ in range(states):
            final, count = self._take("<fq")
            if count < 0 or self._at + 16 * count > len(self._content):
                raise ValueError("the file is cut short")
            finals.append(final)
            counts.append(count)
            arcs.append(self._content[self._at : self._at + 16 * count])
            self._at += 16 * count
        if self._at != len(self._content):
            raise ValueError("there is more in the file than its states")
        table = np.frombuffer(b"".join(arcs), "<i4").reshape(-1, 4)
        sources = np.repeat(np.arange(states, dtype=np.int32), counts)
        weights = np.ascontiguousarray(table[:, 2]).view(np.float32)
        for numbers in (table[:, 3], np.array([start] if states else [])):
            if np.any((numbers < 0) | (numbers >= states)):
                raise ValueError("an arc leads to a state that is not there")
        finals_array = np.array(finals, np.float32)
        inputs, outputs, targets = (np.array(table[:, k]) for k in (0, 1, 3))
        return Fst(start, finals_array, sources, inputs, outputs, weights, targets, names)

    def _names(self) -> tuple[str, ...]:
        (magic,) = self._take("<i")
        if magic != _TABLE_MAGIC:
            raise ValueError("the table of names is damaged")
        self._text()
        _, size = self._take("<qq")
        names = {}
        for _ in range(size):
            name = self._text()
            (number,) = self._take("<q")
            names[number] = name
        if sorted(names) != list(range(size)):
            raise ValueError("the table of names has gaps")
        return tuple(names[number] for number in range(size))

    def _text(self) -> str:
        (length,) = self._take("<i")
        if not 0 <= length <= len(self._content) - self._at:
            raise ValueError("the file is cut short")
        self._at += length
        return self._content[self._at - length : self._at].decode()

    def _take(self, form: str) -> tuple[Any, ...]:
        values = struct.unpack_from(form, self._content, self._at)
        self._at += struct.calcsize(form)
        return values
