from __future__ import annotations

import ctypes

import numpy as np
import pytest

from tests.echo.material import needs_library
from voice_coach.echo import BLOCK, EchoFault, open_canceller, speex
from voice_coach.faults import AudioFault


def test_a_missing_library_is_a_fault_with_its_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speex, "library_names", lambda: iter(["no-such-library.so"]))
    with pytest.raises(EchoFault) as caught:
        open_canceller()
    assert isinstance(caught.value, AudioFault)
    assert "sudo apt-get install libspeexdsp1" in caught.value.remedy


def test_another_library_under_the_name_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speex, "library_names", lambda: iter([ctypes.util.find_library("c") or ""]))
    with pytest.raises(EchoFault):
        open_canceller()


@needs_library
def test_a_closed_filter_refuses_to_crash() -> None:
    filter = speex.Speex(4000)
    filter.close()
    filter.close()
    filter.reset()
    with pytest.raises(ValueError, match="closed"):
        filter.cancel(np.zeros(BLOCK, np.float32), np.zeros(BLOCK, np.float32))


@needs_library
@pytest.mark.parametrize("value", [0.0, 1.0, -1.0, 1e10, np.nan, np.inf])
def test_whatever_comes_the_clean_sound_is_finite(value: float) -> None:
    canceller = open_canceller()
    odd = np.full(BLOCK, value, np.float32)
    noise = np.random.default_rng(0).standard_normal(BLOCK).astype(np.float32) * np.float32(0.1)
    for near, far in ((odd, odd), (odd, noise), (noise, odd), (noise, noise)):
        for _ in range(20):
            clean = canceller.clean(near, far)
            assert clean.shape == (BLOCK,) and clean.dtype == np.float32
            assert np.isfinite(clean).all()
    canceller.close()
