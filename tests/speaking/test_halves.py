"""A voice cut in two: the same sound, and nothing lost where it cannot be cut."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from voice_coach.audio.samples import Samples
from voice_coach.speaking.halves import BESIDE_FRAMES, PIECE_FRAMES, InTwo, NotSplittable, split
from voice_coach.speaking.voice import Delivery, VoiceFiles, load_piper, synthesise

LONG = "Lie on your side, or on your front if that's easier, and let the floor hold you."


@pytest.mark.slow
def test_halves_sound_like_the_whole(voice: VoiceFiles, tmp_path: Path) -> None:
    whole, rate = synthesise(load_piper(voice), LONG, Delivery())
    cut, cut_rate = synthesise(load_piper(voice, halves=tmp_path / "halves"), LONG, Delivery())
    assert rate == cut_rate
    assert len(whole) == len(cut) > 2 * PIECE_FRAMES * 256
    assert np.abs(whole - cut).max() < 1e-5
    assert {p.name for p in (tmp_path / "halves").iterdir()} == {"front.onnx", "decoder.onnx"}


@pytest.mark.slow
def test_halves_are_made_once(voice: VoiceFiles, tmp_path: Path) -> None:
    made = split(voice.model, tmp_path)
    made.front.write_bytes(b"kept")
    assert split(voice.model, tmp_path).front.read_bytes() == b"kept"


@pytest.mark.slow
def test_damaged_half_is_thrown_away_and_the_whole_speaks(
    voice: VoiceFiles, tmp_path: Path
) -> None:
    made = split(voice.model, tmp_path)
    made.decoder.write_bytes(b"damaged")
    sound, _ = synthesise(load_piper(voice, halves=tmp_path), "Yes.", Delivery())
    assert len(sound) > 2000
    assert not made.decoder.exists()


@pytest.mark.slow
def test_folder_that_cannot_be_written_leaves_the_whole(voice: VoiceFiles, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    loaded = load_piper(voice, halves=tmp_path / "file" / "halves")
    assert len(synthesise(loaded, "Yes.", Delivery())[0]) > 2000


@pytest.mark.parametrize(
    "content", [b"", b"\x08", b"\x3a\x05hello", b"\xff" * 100, b"\x08\x07\x3a\x00"]
)
def test_what_is_no_voice_is_not_cut(tmp_path: Path, content: bytes) -> None:
    model = tmp_path / "model.onnx"
    model.write_bytes(content)
    with pytest.raises((NotSplittable, ValueError)):
        split(model, tmp_path / "halves")
    assert not (tmp_path / "halves").exists()


class _Front:
    def run(self, outputs: None, inputs: Mapping[str, Samples]) -> Sequence[Samples]:
        return [inputs["input"]]


class _Decoder:
    """Four samples a frame, each the sum of the frames up to `BESIDE_FRAMES` to either side."""

    longest = 0

    def run(self, outputs: None, inputs: Mapping[str, Samples]) -> Sequence[Samples]:
        frames = inputs["latent"][0, 0]
        self.longest = max(self.longest, len(frames))
        kernel = np.ones(2 * BESIDE_FRAMES + 1)
        return [
            np.repeat(np.convolve(frames, kernel, "full")[BESIDE_FRAMES:-BESIDE_FRAMES], 4)[
                None, None
            ]
        ]


@pytest.mark.parametrize("frames", [1, PIECE_FRAMES, PIECE_FRAMES + 1, 5 * PIECE_FRAMES - 3])
def test_pieces_join_without_a_seam(frames: int) -> None:
    latent = np.arange(frames, dtype=np.float32)[None, None]
    decoder = _Decoder()
    (made,) = InTwo(_Front(), decoder, "latent").run(None, {"input": latent})
    (whole,) = _Decoder().run(None, {"latent": latent})
    assert np.array_equal(made, whole)
    assert decoder.longest <= PIECE_FRAMES + 2 * BESIDE_FRAMES
