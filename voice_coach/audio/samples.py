"""The type in which all parts pass sound on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
"""Mono sound, shape (frames,), full scale -1 to 1."""
