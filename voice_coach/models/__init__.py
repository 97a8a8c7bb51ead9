"""Hearing models and voices: list, fetch, verify and choose them.

`fetch` alone reaches the network; nothing here imports a network library before it is called.
"""

from voice_coach.models.fetching import fetch
from voice_coach.models.installed import (
    Problem,
    State,
    fault_from,
    place,
    preferred_hearing,
    quick_check,
    state,
    verify,
    verify_files,
    verify_folder,
    voice_paths,
)
from voice_coach.models.manifest import File, Manifest, ModelEntry, load_manifest

__all__ = [
    "File",
    "Manifest",
    "ModelEntry",
    "Problem",
    "State",
    "fault_from",
    "fetch",
    "load_manifest",
    "place",
    "preferred_hearing",
    "quick_check",
    "state",
    "verify",
    "verify_files",
    "verify_folder",
    "voice_paths",
]
