"""Speaking: turns the coach's sentences into clips on the sample clock.

Each name is imported when it is first used: the rendering process imports this package for
`worker` alone, and has to stay small.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from voice_coach.speaking.clips import Clips, filled_texts, fixed_texts
    from voice_coach.speaking.saying import Saying, Spoken
    from voice_coach.speaking.sounds import ReadingTime, Sounds
    from voice_coach.speaking.speaker import Speaker
    from voice_coach.speaking.voice import Delivery, VoiceFiles

_MODULES = {
    "Clips": "clips",
    "Delivery": "voice",
    "ReadingTime": "sounds",
    "Saying": "saying",
    "Sounds": "sounds",
    "Speaker": "speaker",
    "Spoken": "saying",
    "VoiceFiles": "voice",
    "filled_texts": "clips",
    "fixed_texts": "clips",
}

__all__ = [
    "Clips",
    "Delivery",
    "ReadingTime",
    "Saying",
    "Sounds",
    "Speaker",
    "Spoken",
    "VoiceFiles",
    "filled_texts",
    "fixed_texts",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
