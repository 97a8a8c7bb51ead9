"""Paths of the project's own data and of the user's data.

The folders `prompts/`, `models/` and `rehearsals/` are at the top of the source tree; a wheel has
the same folders inside the package, under `data/`. Only this module looks for them.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

_PACKAGE = Path(__file__).resolve().parent
_APP = "voice-coach"


def data_folder(name: str) -> Path:
    """Return the folder `name` (prompts, models or rehearsals) that came with the program."""
    packed = _PACKAGE / "data" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name


def cache_folder() -> Path:
    """Return the default folder for what can be produced again: rendered clips."""
    return platformdirs.user_cache_path(_APP)


def user_models_folder() -> Path:
    """Return the default folder for fetched hearing models and voices."""
    return platformdirs.user_data_path(_APP) / "models"


def recordings_folder() -> Path:
    """Return the folder of recordings requested by voice."""
    return platformdirs.user_data_path(_APP) / "recordings"


def settings_file() -> Path:
    """Return the default settings file; it need not exist."""
    return platformdirs.user_config_path(_APP) / "settings.toml"


def runtime_folder() -> Path:
    """Return the folder for what is there only while the coach runs; its parent may be missing."""
    if sys.platform != "linux":
        return platformdirs.user_runtime_path(_APP)
    # Without the variable, platformdirs would warn on the screen, and take a folder in /tmp.
    parent = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    return Path(parent) / _APP
