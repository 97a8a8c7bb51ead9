"""Our features are Kaldi's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("scipy", reason="the training extra is not installed")

from voice_coach.teaching.features import BANDS, cepstra, filters, frames_in, log_mels


@given(st.integers(0, 40_000), st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_mfccs_agree_with_an_independent_implementation(length: int, seed: int) -> None:
    knf = pytest.importorskip("kaldi_native_fbank")
    sound = np.random.default_rng(seed).standard_normal(length).astype(np.float32) * 1000
    options = knf.MfccOptions()
    options.frame_opts.dither = 0
    options.mel_opts.num_bins = options.num_ceps = BANDS
    options.mel_opts.low_freq, options.mel_opts.high_freq = 20, 7600
    options.use_energy = False
    theirs = knf.OnlineMfcc(options)
    theirs.accept_waveform(16000, sound.tolist())
    theirs.input_finished()
    ours = log_mels(sound) @ cepstra()
    assert len(ours) == theirs.num_frames_ready == frames_in(length)
    for number, frame in enumerate(ours):
        assert np.abs(frame - theirs.get_frame(number)).max() < 2e-3


def test_the_cepstra_can_be_undone() -> None:
    assert np.linalg.cond(cepstra()) < 100


@pytest.mark.parametrize("warp", [0.84, 0.9, 1.1, 1.19])
def test_warped_filters_keep_every_band(warp: float) -> None:
    assert (filters(warp).sum(0) > 0).all()
    centres = filters(warp).argmax(0)
    assert (np.diff(centres) >= 0).all()
    straight = filters().argmax(0)
    assert centres[20] != straight[20]
    assert (centres[20] > straight[20]) == (warp > 1)


def test_silence_has_a_floor_and_no_sound_has_no_frames() -> None:
    assert np.isfinite(log_mels(np.zeros(1000, np.float32))).all()
    assert log_mels(np.zeros(399, np.float32)).shape == (0, BANDS)
