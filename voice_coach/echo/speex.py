"""The linear echo canceller of libspeexdsp, through ctypes.

Linear only: libspeexdsp's preprocessor removes more echo, but also part of the user's words. Of
one-word commands under an echo 10 dB louder, 94 % were recognised without it and 87 % with it.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import weakref
from collections.abc import Iterator
from ctypes import POINTER, c_int, c_int16, c_void_p

import numpy as np
import numpy.typing as npt

from voice_coach.audio.samples import Samples
from voice_coach.faults import AudioFault

RATE = 16000
"""Sample rate of echo cancelling, in Hz: the recogniser's."""

BLOCK = 160
"""Samples processed at a time: 10 ms."""

SET_SAMPLING_RATE = 24
"""Request of speex_echo_ctl, as numbered in speex_echo.h."""

FULL_SCALE = 32767.0

_Shorts = npt.NDArray[np.int16]


class EchoFault(AudioFault):
    """The library libspeexdsp cannot be used."""


def library_names() -> Iterator[str]:
    """Yield the names under which libspeexdsp may be found, the likeliest first.

    `find_library` comes last: it runs a compiler or linker when it finds nothing.
    """
    yield "libspeexdsp.so.1"
    yield "libspeexdsp.1.dylib"
    found = ctypes.util.find_library("speexdsp")
    if found is not None:
        yield found


def load_library() -> ctypes.CDLL:
    """Return libspeexdsp with its functions declared.

    Raises:
        EchoFault: it is not installed, or a file of that name is another library.
    """
    for name in library_names():
        try:
            return _declared(ctypes.CDLL(name))
        except (OSError, AttributeError):
            continue  # nothing under this name, or something else
    raise EchoFault(
        "The library libspeexdsp, which takes the coach's voice out of what it hears, is missing",
        "type `sudo apt-get install libspeexdsp1`",
    )


def _declared(library: ctypes.CDLL) -> ctypes.CDLL:
    shorts = POINTER(c_int16)
    library.speex_echo_state_init.argtypes = [c_int, c_int]
    library.speex_echo_state_init.restype = c_void_p
    library.speex_echo_state_destroy.argtypes = [c_void_p]
    library.speex_echo_state_destroy.restype = None
    library.speex_echo_state_reset.argtypes = [c_void_p]
    library.speex_echo_state_reset.restype = None
    library.speex_echo_ctl.argtypes = [c_void_p, c_int, c_void_p]
    library.speex_echo_ctl.restype = c_int
    library.speex_echo_cancellation.argtypes = [c_void_p, shorts, shorts, shorts]
    library.speex_echo_cancellation.restype = None
    return library


class Speex:
    """An adaptive filter that learns how the far end arrives at the microphone.

    It takes 3 to 5 s of far-end speech to converge. It also removes sound below about 50 Hz.

    Args:
        tail: length of the filter in samples.

    Raises:
        EchoFault: libspeexdsp is missing, or has no memory left.
    """

    def __init__(self, tail: int) -> None:
        library = load_library()
        state = library.speex_echo_state_init(BLOCK, tail)
        if not state:
            raise EchoFault("libspeexdsp could not start", "free some memory")
        rate = c_int(RATE)
        library.speex_echo_ctl(state, SET_SAMPLING_RATE, ctypes.byref(rate))
        self._library = library
        self._state = state
        # C buffers for the life of the canceller, each with an array view.
        self._near, near = _buffer()
        self._far, far = _buffer()
        self._clean, clean = _buffer()
        self._buffers = (near, far, clean)
        self._free = weakref.finalize(self, library.speex_echo_state_destroy, state)

    def cancel(self, near: Samples, far: Samples) -> Samples:
        """Return the near end without the far end's echo, shape (BLOCK,).

        Args:
            near: shape (BLOCK,), full scale -1 to 1; finite.
            far: shape (BLOCK,): what was played, ahead of its echo.

        Raises:
            ValueError: this is closed; C would crash instead.
        """
        if not self._free.alive:
            raise ValueError("the canceller is closed")
        _to_shorts(near, self._near)
        _to_shorts(far, self._far)
        self._library.speex_echo_cancellation(self._state, *self._buffers)
        clean: Samples = self._clean.astype(np.float32)
        clean *= np.float32(1 / FULL_SCALE)
        return clean

    def reset(self) -> None:
        """Forget what was learnt."""
        if self._free.alive:
            self._library.speex_echo_state_reset(self._state)

    def close(self) -> None:
        """Free what C holds; may be called again."""
        self._free()


def _buffer() -> tuple[_Shorts, ctypes.Array[c_int16]]:
    memory = (c_int16 * BLOCK)()
    return np.ctypeslib.as_array(memory), memory


def _to_shorts(sound: Samples, shorts: _Shorts) -> None:
    scaled = sound * np.float32(FULL_SCALE)
    np.rint(scaled, out=scaled)
    np.minimum(scaled, FULL_SCALE, out=scaled)
    np.maximum(scaled, -FULL_SCALE, out=scaled)
    shorts[:] = scaled
