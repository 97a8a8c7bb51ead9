"""Which installed model hears, and where a voice's files lie."""

from __future__ import annotations

import logging
import re
from pathlib import Path

from voice_coach.faults import VoiceFault
from voice_coach.models.manifest import Entry, Manifest
from voice_coach.models.verifying import place, state

_log = logging.getLogger(__name__)


def preferred_hearing(manifest: Manifest, folder: Path, language: str) -> Path | None:
    """Return the folder of the best hearing model for a language, or None if there is none.

    Installed models come before the embedded one, the same region before another of the same
    language, and then the manifest's order decides.

    Args:
        manifest: the known models.
        folder: the models folder.
        language: for example "en-us", "en_GB" or "en".
    """
    wanted = language.lower().replace("_", "-")
    usable: list[tuple[bool, bool, Path]] = []
    for entry in manifest.models:
        if entry.kind != "hearing" or _base(entry.language) != _base(wanted):
            continue
        now = state(entry, folder)
        if now == "damaged" and not entry.embedded:
            mend = f"voice-coach models fetch {entry.name} --again"
            _log.warning("the model %s is damaged and not used; run `%s`", entry.name, mend)
        # A damaged embedded model is still named, so that start-up says what is wrong with it.
        if now == "installed" or (entry.embedded and place(entry, folder).is_dir()):
            usable.append((entry.embedded, entry.language != wanted, place(entry, folder)))
    return min(usable, key=lambda item: item[:2])[2] if usable else None


def voice_paths(voice: Entry | str, folder: Path) -> tuple[Path, Path]:
    """Return the .onnx and .onnx.json files of an installed voice.

    Raises:
        VoiceFault: one is missing, or the name cannot be a voice's.
    """
    name = voice if isinstance(voice, str) else voice.name
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise VoiceFault(f"{name!r} is no name of a voice", "see `voice-coach models list`")
    onnx = folder / name / f"{name}.onnx"
    if not isinstance(voice, str):
        files = [file.name for file in voice.files if file.name.endswith(".onnx")]
        if not files:
            raise VoiceFault(f"{name} is no voice", "see `voice-coach models list`")
        onnx = folder / name / files[0]
    config = onnx.with_name(onnx.name + ".json")
    for path in (onnx, config):
        if not path.is_file():
            mend = f"run `voice-coach models fetch {name}`"
            raise VoiceFault(f"the voice {name} is not installed: {path} is missing", mend)
    return onnx, config


def _base(language: str) -> str:
    return language.partition("-")[0]
