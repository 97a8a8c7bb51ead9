"""What the skill depends on: the coach beside it, if it is built in the coach's own tree."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

DEPENDENCIES = (
    "ovos-bus-client>=1.0",
    "ovos-config>=1.0",
    "ovos-plugin-manager>=1.0",
    "ovos-workshop>=7,<10",
)


class Dependencies(MetadataHookInterface):
    """Adds the coach, so that `pip install ./skill` needs nothing that is published nowhere."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Set the dependencies."""
        tree = Path(self.root).resolve().parent
        beside = (tree / "voice_coach").is_dir() and (tree / "pyproject.toml").is_file()
        coach = f"voice-coach @ {tree.as_uri()}" if beside else "voice-coach"
        metadata["dependencies"] = [*DEPENDENCIES, coach]
