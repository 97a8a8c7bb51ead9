"""A piper voice in two halves, so that rendering stays small.

Whole, a voice takes 16 MB for each second of a sentence, nearly all of it in the decoder that
makes the waveform. A decoder looks only a few frames to each side, so it can make the sound piece
by piece, and the memory stays the same for the longest sentence. The model is one file in ONNX
format; it is cut in two where the decoder begins, once for each voice. The weights are copied as
they are.

ONNX is protobuf: fields with numbers, of which a few are enough to cut a graph (ModelProto,
GraphProto, NodeProto and ValueInfoProto in onnx.proto3).
"""

from __future__ import annotations

import mmap
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from voice_coach.audio.samples import Samples

DECODER = "/dec/conv_pre/Conv"
"""Name of the decoder's first node in every voice that piper's own export has made."""

PIECE_FRAMES = 24
"""Frames decoded at a time: 0.3 s, at 256 samples each."""

BESIDE_FRAMES = 10
"""Frames to each side that a piece is decoded with. The decoder of a voice of medium quality looks
10 far: with as many, the sound differs by less than 5e-6 from that of the whole."""

_GRAPH = 7
_NODE, _INITIALIZER, _INPUT, _OUTPUT, _VALUE_INFO = 1, 5, 11, 12, 13
_NODE_INPUT, _NODE_OUTPUT, _NODE_NAME = 1, 2, 3
_TENSOR_NAME = 8
_FLOAT = 1

Bytes = mmap.mmap | bytes


class NotSplittable(ValueError):
    """The model is no piper voice whose decoder needs the latent frames alone."""


@dataclass(frozen=True, slots=True)
class Halves:
    """The files of a voice that was cut in two."""

    front: Path
    decoder: Path


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a message: its number, its payload, and all of its bytes, tag included."""

    number: int
    payload: slice
    whole: slice


@dataclass(frozen=True, slots=True)
class _Node:
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    whole: slice


def split(model: Path, folder: Path) -> Halves:
    """Cut a voice in two, or return the halves that are there already.

    Args:
        model: the voice.
        folder: where the halves are kept; one for each voice.

    Raises:
        NotSplittable: it cannot be cut.
        OSError: the halves cannot be written.
    """
    cut = Halves(folder / "front.onnx", folder / "decoder.onnx")
    if cut.front.is_file() and cut.decoder.is_file():
        return cut
    with model.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as raw:
        front, decoder = _cut(raw)
        folder.mkdir(parents=True, exist_ok=True)
        _write(cut.decoder, decoder)
        _write(cut.front, front)
    return cut


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            file.writelines(pieces)
            file.flush()
            os.fsync(file.fileno())  # half a model would be loaded ever after
            Path(file.name).replace(path)
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise


# --- cutting


def _cut(raw: Bytes) -> tuple[Iterator[bytes], Iterator[bytes]]:
    """Return the bytes of the front half and of the decoder, piece by piece."""
    try:
        top = list(_fields(raw, slice(0, len(raw))))
        parts = _by_number(_fields(raw, next(f.payload for f in top if f.number == _GRAPH)))
        nodes = [_node(raw, field) for field in parts.get(_NODE, ())]
    except (IndexError, StopIteration, UnicodeDecodeError, ValueError) as error:
        raise NotSplittable("it is no ONNX model") from error
    latent = next((node.inputs[0] for node in nodes if node.name == DECODER), None)
    if latent is None or len(parts.get(_OUTPUT, ())) != 1:
        raise NotSplittable("no decoder was found")
    weights = {_name(raw, f, _TENSOR_NAME): f.whole for f in parts.get(_INITIALIZER, ())}
    inputs = {_name(raw, f, 1): f.whole for f in parts.get(_INPUT, ())}
    output = parts[_OUTPUT][0]
    named = frozenset((_NODE, _INITIALIZER, _INPUT, _OUTPUT, _VALUE_INFO))
    rest = [f.whole for number, fs in parts.items() if number not in named for f in fs]
    described = _described(latent)

    front = _needed(nodes, latent, stop=None)
    decoder = _needed(nodes, _name(raw, output, 1), stop=latent)
    if decoder.names & inputs.keys() or not front.names & inputs.keys():
        raise NotSplittable("the decoder needs more than the latent frames")
    head = [field.whole for field in top if field.number != _GRAPH]

    def model(part: _Part, taken: Sequence[bytes], given: Sequence[bytes]) -> Iterator[bytes]:
        held = [node.whole for node in part.nodes]
        held += [whole for name, whole in weights.items() if name in part.names]
        held += rest
        size = sum(s.stop - s.start for s in held) + sum(map(len, (*taken, *given)))
        yield from (raw[s] for s in head)
        yield _tag(_GRAPH) + _varint(size)
        yield from (raw[s] for s in held)
        yield from (*taken, *given)

    return (
        model(front, [raw[s] for s in inputs.values()], [_message(_OUTPUT, described)]),
        model(decoder, [_message(_INPUT, described)], [raw[output.whole]]),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """Nodes of a graph, in their order, and the names of all that goes into or out of them."""

    nodes: Sequence[_Node]
    names: frozenset[str]


def _needed(nodes: Sequence[_Node], target: str, stop: str | None) -> _Part:
    """Return what a value is made from, as far back as the value `stop`."""
    maker = {name: node for node in nodes for name in node.outputs}
    names: set[str] = set()
    kept: set[str] = set()
    wanted = [target]
    while wanted:
        name = wanted.pop()
        if name in names or name == stop:
            continue
        names.add(name)
        if (node := maker.get(name)) is not None:
            kept.update(node.outputs)
            wanted.extend(node.inputs)
    return _Part([node for node in nodes if kept.intersection(node.outputs)], frozenset(names))


def _described(name: str) -> bytes:
    """Return the ValueInfoProto of floats of shape (1, channels, frames)."""
    shape = b"".join(_message(1, _message(2, axis)) for axis in (b"one", b"channels", b"frames"))
    tensor = _tag(1, 0) + _varint(_FLOAT) + _message(2, shape)
    return _message(1, name.encode()) + _message(2, _message(1, tensor))


# --- protobuf


def _fields(raw: Bytes, within: slice) -> Iterator[_Field]:
    at = within.start
    while at < within.stop:
        start = at
        tag, at = _read_varint(raw, at)
        kind = tag & 7
        if kind == 0:
            first = at
            _, at = _read_varint(raw, at)
        elif kind == 2:
            size, first = _read_varint(raw, at)
            at = first + size
        elif kind in (1, 5):
            first, at = at, at + (8 if kind == 1 else 4)
        else:
            raise ValueError("unknown kind of field")
        if at > within.stop:
            raise ValueError("cut short")
        yield _Field(tag >> 3, slice(first, at), slice(start, at))


def _by_number(fields: Iterable[_Field]) -> Mapping[int, list[_Field]]:
    numbered: dict[int, list[_Field]] = {}
    for field in fields:
        numbered.setdefault(field.number, []).append(field)
    return numbered


def _node(raw: Bytes, field: _Field) -> _Node:
    parts = _by_number(_fields(raw, field.payload))

    def texts(number: int) -> tuple[str, ...]:
        return tuple(raw[f.payload].decode() for f in parts.get(number, ()))

    name = texts(_NODE_NAME)
    outputs = tuple(filter(None, texts(_NODE_OUTPUT)))
    inputs = tuple(filter(None, texts(_NODE_INPUT)))
    return _Node(name[0] if name else "", inputs, outputs, field.whole)


def _name(raw: Bytes, field: _Field, number: int) -> str:
    found = (f.payload for f in _fields(raw, field.payload) if f.number == number)
    return raw[next(found)].decode()


def _read_varint(raw: Bytes, at: int) -> tuple[int, int]:
    number = shift = 0
    while True:
        byte = raw[at]
        at += 1
        number |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return number, at


def _varint(number: int) -> bytes:
    encoded = bytearray()
    while number > 127:
        encoded.append(number & 127 | 128)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def _tag(number: int, kind: int = 2) -> bytes:
    return _varint(number << 3 | kind)


def _message(number: int, payload: bytes) -> bytes:
    return _tag(number) + _varint(len(payload)) + payload


# --- running


class Runs(Protocol):
    """What piper needs of a model: onnxruntime's InferenceSession."""

    def run(self, outputs: None, inputs: Mapping[str, Samples]) -> Sequence[Samples]:
        """Return all outputs for these inputs."""
        ...


class InTwo:
    """Runs the halves as if they were the whole voice.

    Args:
        front: the front half, from phonemes to latent frames of shape (1, channels, frames).
        decoder: the decoder, from latent frames to samples of shape (1, 1, samples).
        latent: the name of the decoder's input.
    """

    def __init__(self, front: Runs, decoder: Runs, latent: str) -> None:
        self._front = front
        self._decoder = decoder
        self._latent = latent

    def run(self, outputs: None, inputs: Mapping[str, Samples]) -> list[Samples]:
        """Return the samples, shape (1, 1, samples), as the only output."""
        (frames,) = self._front.run(outputs, inputs)
        total = frames.shape[2]
        pieces = []
        for start in range(0, total, PIECE_FRAMES):
            end = min(start + PIECE_FRAMES, total)
            low, high = max(0, start - BESIDE_FRAMES), min(total, end + BESIDE_FRAMES)
            piece = np.ascontiguousarray(frames[:, :, low:high])
            (sound,) = self._decoder.run(outputs, {self._latent: piece})
            each = sound.shape[-1] // (high - low)
            pieces.append(sound.reshape(-1)[(start - low) * each : (end - low) * each])
        return [np.concatenate(pieces)[None, None]]
