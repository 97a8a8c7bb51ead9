"""How fast the coach talks: four rates, of which the second is that of the voice as rendered."""

from __future__ import annotations

RATES: tuple[float, ...] = (0.85, 1.0, 1.2, 1.45)
"""Length of a sentence, as a multiple of the rendered one, fastest first. With the default voice
they are about 205, 175, 145 and 120 words a minute."""

DEFAULT_RATE = 1
