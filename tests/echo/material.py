"""Shared by the tests of echo cancelling."""

from __future__ import annotations

import pytest

from voice_coach.echo import EchoFault
from voice_coach.echo.speex import load_library


def _missing() -> bool:
    try:
        load_library()
    except EchoFault:
        return True
    return False


needs_library = pytest.mark.skipif(_missing(), reason="libspeexdsp1 is not installed")
