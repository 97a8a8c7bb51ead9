"""Hearing models and voices: list, fetch, verify and choose them.

`fetch` alone reaches the network; nothing here imports a network library before it is called.
"""

from voice_coach.models.choose import preferred_hearing, voice_paths
from voice_coach.models.fetching import fetch
from voice_coach.models.manifest import Entry, File, Manifest, load_manifest
from voice_coach.models.verifying import (
    Problem,
    State,
    fault_from,
    place,
    quick_check,
    state,
    verify,
    verify_folder,
)

__all__ = [
    "Entry",
    "File",
    "Manifest",
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
    "verify_folder",
    "voice_paths",
]
