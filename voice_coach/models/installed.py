"""Installed models: where they are, whether they are undamaged, and which one is used.

At each start a model is checked by names and sizes, and all but its largest files by sha256.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from voice_coach.faults import ModelFault, VoiceFault, sentence
from voice_coach.models.disk import storing, write_whole
from voice_coach.models.download import seen_files
from voice_coach.models.manifest import RECORD, Kind, Manifest, ModelEntry, Stored, load_manifest
from voice_coach.paths import data_folder


class InstallRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The files that were fetched (before unpacking), and those in the model's folder."""

    model: str
    fetched: tuple[Stored, ...]
    files: tuple[Stored, ...]


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file in hex; raises OSError."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_record(model: str, folder: Path, fetched: tuple[Stored, ...]) -> None:
    """Hash every file in `folder` and write its installed.json.

    Raises:
        StorageFault: a file cannot be read, or installed.json not written.
    """
    files = []
    with storing(folder):
        for path in sorted(folder.rglob("*")):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and name != RECORD:
                files.append(Stored(name, path.stat().st_size, sha256_of(path)))
    record = InstallRecord(model, fetched, tuple(files))
    write_whole(folder / RECORD, msgspec.json.format(msgspec.json.encode(record), indent=1))


def read_record(folder: Path) -> InstallRecord | None:
    """Return the record in `folder`, or None if there is none.

    Raises:
        ValueError: it is there but cannot be read.
    """
    try:
        return msgspec.json.decode((folder / RECORD).read_bytes(), type=InstallRecord)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise ValueError(str(error)) from error


# --- undamaged?

HASHED_AT_START = 8 * 2**20
"""Bytes of a file that is hashed at each start: every file of the embedded model, in 0.05 s on a
Pi 4. vosk accepts most damage that leaves the sizes unchanged; some makes it hang or ends the
process (tests/faults/test_models.py counts both)."""

State = Literal["embedded", "installed", "damaged", "partial", "absent"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a model: the file or folder, the problem, and its remedy."""

    path: Path
    what: str
    remedy: str

    def __str__(self) -> str:
        """The line that is shown."""
        return f"{self.path}: {self.what}. {sentence(self.remedy)}"


def fault_from(problems: Sequence[Problem], kind: Kind = "hearing") -> ModelFault | VoiceFault:
    """Return the fault for a non-empty list of problems; it describes the first."""
    first = problems[0]
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    fault = VoiceFault if kind == "voice" else ModelFault
    return fault(f"{first.path}: {first.what}{more}", first.remedy)


def place(entry: ModelEntry, folder: Path) -> Path:
    """Return the folder of a model: in the models `folder`, or with the program if embedded."""
    return (data_folder("models") if entry.embedded else folder) / entry.name


def fetching_folder(entry: ModelEntry, folder: Path) -> Path:
    """Return the folder that collects the files of a model until it is complete."""
    return folder / f"{entry.name}.fetching"


def state(entry: ModelEntry, folder: Path) -> State:
    """Return the state of a model, from names and sizes only; `verify` reads every byte."""
    model = place(entry, folder)
    if entry.embedded:
        return "damaged" if _embedded_problems(entry, model, _size_problem) else "embedded"
    if model.exists():
        found = _record_of(model)
        if isinstance(found, InstallRecord):
            problems = _file_problems(model, found, _size_problem)
            return "damaged" if problems else "installed"
        return "damaged"
    fetching = fetching_folder(entry, folder)
    return "partial" if fetching.is_dir() and any(fetching.iterdir()) else "absent"


def verify(entry: ModelEntry, folder: Path) -> list[Problem]:
    """Hash every file of a model; return its problems, none if it is undamaged.

    Args:
        entry: the model.
        folder: the models folder; it also holds seen.json.

    Raises:
        StorageFault: seen.json cannot be read.
    """
    model = place(entry, folder)
    if entry.embedded:
        return _embedded_problems(entry, model, _hash_problem)
    if not model.exists():
        remedy = f"run `voice-coach models fetch {entry.name}`"
        return [Problem(model, "is not installed", remedy)]
    found = _record_of(model)
    if isinstance(found, Problem):
        return [found]
    seen = seen_files(folder)
    problems = []
    for file in entry.files:
        before = seen.get(file.url or "")
        expected = file.sha256 or (before.sha256 if before else None)
        fetched = {stored.name: stored for stored in found.fetched}.get(file.name)
        if fetched is None:
            problems.append(Problem(model, f"was installed without {file.name}", _again(model)))
        elif expected is not None and fetched.sha256 != expected:
            what = f"{file.name} was fetched as sha256 {fetched.sha256}, expected {expected}"
            problems.append(Problem(model, what, _again(model)))
    return problems + _file_problems(model, found, _hash_problem)


def verify_files(entry: ModelEntry, files: Mapping[str, Path], remedy: str) -> list[Problem]:
    """Compare a model's files with the manifest, wherever they are.

    Args:
        entry: the model.
        files: name in the manifest -> where it is.
        remedy: for a file that is missing or another one.
    """
    problems = []
    for file in entry.files:
        path = files.get(file.name)
        if path is None or file.size is None:
            continue  # nobody has published what it should be
        stored = Stored(file.name, file.size, file.sha256 or "")
        problem = (_hash_problem if file.sha256 else _size_problem)(path, stored, remedy)
        if problem:
            problems.append(problem)
    return problems


def verify_folder(model: Path, manifest: Manifest | None = None) -> list[Problem]:
    """Hash every file in a model's own folder, fetched or embedded.

    Args:
        model: the folder of one model, for example models/en-us-commands.
        manifest: lists the embedded models; by default the program's own.
    """
    problems = _folder_problems(model, manifest, _hash_problem)
    if problems is not None:
        return problems
    what = f"nothing says what it should hold (no {RECORD}, and not a model of this program)"
    return [Problem(model, what, "use a model that `voice-coach models fetch` has fetched")]


def quick_check(model: Path, manifest: Manifest | None = None) -> list[Problem]:
    """Check a model's own folder, as thoroughly as every start can afford.

    It compares names and sizes, and the sha256 of files up to HASHED_AT_START.

    An unknown folder (a model of the user's own) has no problems.
    """
    return _folder_problems(model, manifest, _quick_problem) or []


_Check = Callable[[Path, Stored, str], Problem | None]


def _folder_problems(model: Path, manifest: Manifest | None, check: _Check) -> list[Problem] | None:
    if (model / RECORD).exists():
        found = _record_of(model)
        return [found] if isinstance(found, Problem) else _file_problems(model, found, check)
    for entry in (manifest or load_manifest()).models:
        if entry.embedded and entry.name == model.name:
            return _embedded_problems(entry, model, check)
    return None


def _record_of(model: Path) -> InstallRecord | Problem:
    try:
        record = read_record(model)
    except ValueError as error:
        return Problem(model / RECORD, f"is damaged ({error})", _again(model))
    return record or Problem(model / RECORD, "is missing", _again(model))


def _file_problems(model: Path, record: InstallRecord, check: _Check) -> list[Problem]:
    found = (check(model / stored.name, stored, _again(model)) for stored in record.files)
    return [problem for problem in found if problem]


def _embedded_problems(entry: ModelEntry, model: Path, check: _Check) -> list[Problem]:
    problems = []
    for file in entry.files:
        # The manifest's checks guarantee both; the defaults are only for the type checker.
        stored = Stored(file.name, file.size or 0, file.sha256 or "")
        problem = check(model.parent / file.name, stored, "install voice-coach again")
        if problem:
            problems.append(problem)
    return problems


def _again(model: Path) -> str:
    return f"run `voice-coach models fetch {model.name} --again`"


def _size_problem(path: Path, stored: Stored, remedy: str) -> Problem | None:
    try:
        size = path.stat().st_size if path.is_file() else None
    except OSError as error:
        return Problem(path, f"cannot be read ({error.strerror})", remedy)
    if size is None:
        return Problem(path, "is missing", remedy)
    if size != stored.size:
        what = "is truncated" if size < stored.size else "is too long"
        return Problem(path, f"{what}: {size} bytes, expected {stored.size}", remedy)
    return None


def _quick_problem(path: Path, stored: Stored, remedy: str) -> Problem | None:
    check = _hash_problem if stored.size <= HASHED_AT_START else _size_problem
    return check(path, stored, remedy)


def _hash_problem(path: Path, stored: Stored, remedy: str) -> Problem | None:
    problem = _size_problem(path, stored, remedy)
    if problem:
        return problem
    try:
        sha256 = sha256_of(path)
    except OSError as error:
        return Problem(path, f"cannot be read ({error.strerror})", remedy)
    if sha256 != stored.sha256:
        what = f"is damaged: sha256 {sha256}, expected {stored.sha256}"
        return Problem(path, what, remedy)
    return None


# --- which one is used

_log = logging.getLogger(__name__)


def preferred_hearing(manifest: Manifest, folder: Path, language: str) -> Path | None:
    """Return the folder of the best hearing model for a language, or None if there is none.

    Installed models come before the embedded one, the same region before another region of the
    language; then the manifest's order decides.

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
            remedy = _again(place(entry, folder))
            _log.warning("The model %s is damaged and not used; %s.", entry.name, remedy)
        # A damaged embedded model is returned too, so that start-up reports what is wrong with it.
        if now == "installed" or (entry.embedded and place(entry, folder).is_dir()):
            usable.append((entry.embedded, entry.language != wanted, place(entry, folder)))
    return min(usable, key=lambda item: item[:2])[2] if usable else None


def voice_paths(voice: ModelEntry | str, folder: Path) -> tuple[Path, Path]:
    """Return the .onnx and .onnx.json files of an installed voice.

    Raises:
        VoiceFault: one is missing, or the name is not a voice's.
    """
    name = voice if isinstance(voice, str) else voice.name
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        raise VoiceFault(f"{name!r} is not a voice's name", "see `voice-coach models list`")
    onnx = folder / name / f"{name}.onnx"
    if not isinstance(voice, str):
        files = [file.name for file in voice.files if file.name.endswith(".onnx")]
        if not files:
            raise VoiceFault(f"{name} is not a voice", "see `voice-coach models list`")
        onnx = folder / name / files[0]
    config = onnx.with_name(onnx.name + ".json")
    for path in (onnx, config):
        if not path.is_file():
            remedy = f"run `voice-coach models fetch {name}`"
            if isinstance(voice, str):  # a voice of somebody's own, or a slip
                remedy = "see `voice-coach models list` for those that can be fetched"
            raise VoiceFault(f"The voice {name} is not installed: {path} is missing", remedy)
    return onnx, config


def _base(language: str) -> str:
    return language.partition("-")[0]
