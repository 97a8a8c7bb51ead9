"""The list of hearing models and voices: `models/manifest.toml`, read and checked."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

import msgspec

from voice_coach.faults import ModelFault, sentence
from voice_coach.near_names import did_you_mean, near_names
from voice_coach.paths import data_folder
from voice_coach.toml_file import in_words, parse

RECORD = "installed.json"
"""The file beside an installed model that lists what was installed."""

Kind = Literal["hearing", "voice"]

# \Z, not $: names become paths, and $ would allow a line break at the end.
_NAME = r"\A[A-Za-z0-9][A-Za-z0-9._-]*\Z"
_PATH = r"\A[A-Za-z0-9][A-Za-z0-9._/-]*\Z"
_SHA256 = r"\A[0-9a-f]{64}\Z"
_MD5 = r"\A[0-9a-f]{32}\Z"
_CONF = r"\A[^\s#]+\Z"
_FORMS = {
    _NAME: "a name of letters, digits, dots, hyphens and _",
    _PATH: "a path of letters, digits, dots, hyphens, slashes and _",
    _SHA256: "64 digits from 0 to f in quotes",
    _MD5: "32 digits from 0 to f in quotes",
    _CONF: "text in quotes, without spaces and #",
}
"""What they mean, for people."""

_Name = Annotated[str, msgspec.Meta(pattern=_NAME, max_length=100)]
_Path = Annotated[str, msgspec.Meta(pattern=_PATH, max_length=200)]
_Sha256 = Annotated[str, msgspec.Meta(pattern=_SHA256)]
_Md5 = Annotated[str, msgspec.Meta(pattern=_MD5)]
_Bytes = Annotated[int, msgspec.Meta(ge=1, le=2**40)]
_Text = Annotated[str, msgspec.Meta(min_length=1)]
_ConfValue = Annotated[str, msgspec.Meta(pattern=_CONF)]


class File(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One file of a model.

    Fields: `name` (for an embedded model a path relative to the models folder, else a plain
    file name), `url` (None for an embedded model), `size` in bytes, `sha256`, `md5` (lower-case
    hex; None where nobody publishes them) and `unpack` (it is a zip whose content is the model).
    """

    name: _Path
    url: str | None = None
    size: _Bytes | None = None
    sha256: _Sha256 | None = None
    md5: _Md5 | None = None
    unpack: bool = False

    def __post_init__(self) -> None:
        """Check what the types cannot express; msgspec adds the key to the ValueError."""
        if any(part in ("", ".", "..") for part in self.name.split("/")):
            raise ValueError(f'name "{self.name}" is not a plain relative path')
        if self.url is not None and not self.url.startswith("https://"):
            raise ValueError(f'url "{self.url}" does not start with https://')
        if self.unpack and not self.name.endswith(".zip"):
            raise ValueError(f'only a .zip can be unpacked, not "{self.name}"')


class ModelEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One hearing model or voice.

    `conf` holds lines of conf/model.conf to set after unpacking; keys have no leading dashes. An
    embedded model ships with the program and is never fetched.
    """

    name: _Name
    kind: Kind
    language: _Name
    licence: _Text
    description: _Text
    files: Annotated[tuple[File, ...], msgspec.Meta(min_length=1)]
    embedded: bool = False
    conf: dict[_Name, _ConfValue] = {}

    def __post_init__(self) -> None:
        """Reject an entry that could not be fetched or verified."""
        names = [file.name for file in self.files]
        if len({name.casefold() for name in names}) != len(names):
            raise ValueError(f"{self.name}: two files have the same name")
        if self.conf and (self.kind == "voice" or self.embedded):
            raise ValueError(f"{self.name}: conf is for fetched hearing models only")
        if self.embedded:
            self._check_embedded()
        else:
            self._check_fetched(names)

    def _check_embedded(self) -> None:
        for file in self.files:
            if file.url is not None or file.unpack:
                raise ValueError(f"{self.name}: an embedded file has no url and no unpack")
            if file.size is None or file.sha256 is None:
                raise ValueError(f"{self.name}: {file.name} needs a size and a sha256")
            if PurePosixPath(file.name).parts[0] != self.name or "/" not in file.name:
                raise ValueError(f"{self.name}: {file.name} is not inside {self.name}/")

    def _check_fetched(self, names: list[str]) -> None:
        for file in self.files:
            if file.url is None:
                raise ValueError(f"{self.name}: {file.name} needs a url")
            if "/" in file.name or file.name == RECORD:
                raise ValueError(f"{self.name}: {file.name!r} cannot be a file name here")
        zips = [file for file in self.files if file.unpack]
        if self.kind == "hearing" and (len(zips) != 1 or len(names) != 1):
            raise ValueError(f"{self.name}: a hearing model is one zip with unpack = true")
        if self.kind == "voice":
            onnx = [name for name in names if name.endswith(".onnx")]
            if zips or len(onnx) != 1 or f"{onnx[0]}.json" not in names:
                raise ValueError(f"{self.name}: a voice is one .onnx and its .onnx.json")

    @property
    def size(self) -> int | None:
        """Total bytes to fetch, or on disk if embedded; None if a size is unknown."""
        sizes = [file.size for file in self.files]
        return None if None in sizes else sum(size for size in sizes if size is not None)


class Stored(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file: name or path relative to the model's folder, size in bytes, sha256 in hex."""

    name: str
    size: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All models, the preferred ones first."""

    models: tuple[ModelEntry, ...]

    def __post_init__(self) -> None:
        """Reject duplicate names; some disks ignore the case of folder names."""
        names = [entry.name.casefold() for entry in self.models]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f'two models have the name "{name}"')

    def find(self, name: str) -> ModelEntry:
        """Return the model called `name`.

        Raises:
            ModelFault: there is none; the message lists similar names.
        """
        for entry in self.models:
            if entry.name == name:
                return entry
        remedy = "see `voice-coach models list` for all names"
        if near := near_names(name, [entry.name for entry in self.models]):
            remedy = f"{did_you_mean(near)} {sentence(remedy)}"
        raise ModelFault(f'There is no model or voice called "{name}"', remedy)


def load_manifest(path: Path | None = None) -> Manifest:
    """Read and check the manifest (default: the one that ships with the program).

    Raises:
        ModelFault: it cannot be read or used; the message names file, key and reason.
    """
    path = path or data_folder("models") / "manifest.toml"
    try:
        return msgspec.convert(parse(path.read_bytes()), Manifest)
    except OSError as error:
        raise _fault(path, "whole file", error.strerror or str(error)) from error
    except msgspec.ValidationError as error:
        key, reason = in_words(error, Manifest, _FORMS)
        raise _fault(path, f"key {key or 'models'}", reason) from error
    except (ValueError, RecursionError) as error:  # bad UTF-8, bad TOML, endless nesting
        raise _fault(path, "whole file", str(error)) from error


def _fault(path: Path, where: str, reason: str) -> ModelFault:
    return ModelFault(
        f"{path}: {where}: {reason}", "correct that line of the file, or install voice-coach again"
    )
