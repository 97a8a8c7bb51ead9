"""Kaldi's files are read and written exactly, and damaged ones refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.conftest import ROOT
from voice_coach.teaching.kaldi import (
    AcousticModel,
    Component,
    Compressed,
    KaldiError,
    Transitions,
    model_bytes,
    read_model,
)

MODEL = ROOT / "models" / "en-us-commands" / "am" / "final.mdl"


def small(matrix: object) -> AcousticModel:
    fields = (("LinearParams", matrix), ("BiasParams", np.arange(3, dtype=np.float32)))
    part = Component("one", "FixedAffineComponent", fields)
    return AcousticModel(Transitions(((1, 0, 0, 1), (2, 0, 2, 3))), "a b\nc", (part,), (2, 3))


def test_what_is_written_is_read(tmp_path: Path) -> None:
    matrix = np.random.default_rng(0).standard_normal((3, 5)).astype(np.float32)
    path = tmp_path / "final.mdl"
    path.write_bytes(model_bytes(small(matrix)))
    read = read_model(path)
    assert read.transitions == Transitions(((1, 0, 0, 1), (2, 0, 2, 3)))
    assert (read.config, read.context) == ("a b\nc", (2, 3))
    assert np.array_equal(read.components[0].get("LinearParams"), matrix)
    assert model_bytes(read) == path.read_bytes()


@given(st.integers(1, 2), st.integers(0, 1000), st.floats(0.01, 100))
@settings(max_examples=30, deadline=None)
def test_compression_errs_by_half_a_step(
    tmp_path_factory: pytest.TempPathFactory, size: int, seed: int, scale: float
) -> None:
    matrix = (np.random.default_rng(seed).standard_normal((7, 9)) * scale).astype(np.float32)
    path = tmp_path_factory.mktemp("kaldi") / "final.mdl"
    path.write_bytes(model_bytes(small(Compressed.of(matrix, size))))
    read = read_model(path).components[0].get("LinearParams")
    step = (matrix.max() - matrix.min()) / (256**size - 1)
    assert np.abs(read - matrix).max() <= step * 0.51 + 1e-6 * scale


def test_the_embedded_model_is_read_whole() -> None:
    model = read_model(MODEL)
    assert model.context == (160, 34)
    assert model.transitions is not None
    assert model.components[-1].name == "output.affine"
    # Matrices that were compressed are written plainly; everything is there again.
    again = read_model_bytes(model_bytes(model))
    assert [part.name for part in again.components] == [part.name for part in model.components]


def read_model_bytes(content: bytes) -> AcousticModel:
    import tempfile

    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        return read_model(Path(file.name))


@given(st.integers(0, 10_000), st.binary(max_size=20))
@settings(max_examples=60, deadline=None)
def test_damaged_files_are_refused_by_name(
    tmp_path_factory: pytest.TempPathFactory, cut: int, instead: bytes
) -> None:
    whole = model_bytes(small(np.zeros((3, 5), np.float32)))
    path = tmp_path_factory.mktemp("kaldi") / "final.mdl"
    path.write_bytes(whole[: cut % len(whole)] + instead)
    try:
        read_model(path)
    except KaldiError as error:
        assert str(path) in str(error) or "byte" in str(error)
