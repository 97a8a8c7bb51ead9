"""The assistant's voice, for the words that pace a breath: they have to lie in a sound."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from ovos_config.config import Configuration
from ovos_plugin_manager.tts import OVOSTTSFactory

from ovos_skill_voice_coach.words import Render


def assistant_render(folder: Path) -> Render | None:
    """Return what renders a word in the assistant's voice; None if no voice is chosen here.

    The voice is loaded with the first word. Plugins raise what they like, then and later.

    Args:
        folder: for the words.
    """
    if not Configuration().get("tts", {}).get("module"):
        return None

    @cache
    def voice() -> Any:
        return OVOSTTSFactory.create()

    def render(text: str) -> Path:
        path = folder / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.wav"
        made, _ = voice().get_tts(text, str(path))
        return Path(str(made))

    return render
