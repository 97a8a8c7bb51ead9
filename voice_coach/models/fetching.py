"""Fetch a model: check and unpack its files in a folder beside its own, then swap the two."""

from __future__ import annotations

import logging
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from voice_coach.faults import DownloadFault, ModelFault
from voice_coach.models.disk import fsync_file, fsync_folder, locked, storing, write_whole
from voice_coach.models.download import check, remember
from voice_coach.models.installed import fetching_folder, place, state, write_record
from voice_coach.models.manifest import File, ModelEntry, Stored

_log = logging.getLogger(__name__)


def fetch(
    entry: ModelEntry,
    folder: Path,
    *,
    again: bool = False,
    progress: bool = True,
    base_url: str | None = None,
) -> Path:
    """Fetch and install a model; an interrupted fetch is resumed.

    Args:
        entry: the model, from the manifest.
        folder: the models folder; created if missing.
        again: replace an installed model; it stays in use until the new one is complete.
        progress: show a bar and messages on standard error, else log the messages.
        base_url: fetch `base_url/<file name>` instead of the official addresses (for tests).

    Returns:
        The folder of the model.

    Raises:
        DownloadFault: it could not be fetched, differs from the manifest or the first download, or
            another fetch of it is running.
        StorageFault: too little space, or the folder cannot be written.
        ModelFault: the model is embedded.
    """
    if entry.embedded:
        raise ModelFault(f"{entry.name} comes with voice-coach", "there is nothing to fetch")
    model = place(entry, folder)
    gathering = fetching_folder(entry, folder)
    with storing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    busy = DownloadFault(f"another fetch of {entry.name} is running", "wait for it to end")
    with locked(folder / f".{entry.name}.lock", busy):
        _finish_swap(model)
        if not again and state(entry, folder) == "installed":
            return model
        with storing(gathering):
            gathering.mkdir(exist_ok=True)
        got = tuple(_gather(file, gathering, folder, base_url, progress) for file in entry.files)
        ready = _build(entry, gathering, got)
        # Only now: a corrupt zip must not become the copy that all later ones must match.
        for file, stored in zip(entry.files, got, strict=True):
            remember(file, stored, folder, _print if progress else _log.warning)
        with storing(model):
            _swap(ready, model)
            if gathering.exists():
                shutil.rmtree(gathering)
    return model


def _gather(
    file: File, gathering: Path, folder: Path, base_url: str | None, progress: bool
) -> Stored:
    """Download one file into the gathering folder, and check it."""
    from voice_coach.models.download import download, forget

    whole = gathering / file.name
    if whole.exists():  # from an earlier try that ended at another file or while unpacking
        try:
            return check(file, whole, folder)
        except DownloadFault:
            with storing(whole):
                whole.unlink()
    part = gathering / f"{file.name}.part"
    url = f"{base_url.rstrip('/')}/{file.name}" if base_url else file.url or ""
    download(file, url, part, progress=progress)
    try:
        got = check(file, part, folder)
    except DownloadFault:
        forget(part)  # resuming it could never succeed
        raise
    with storing(whole):
        fsync_file(part)
        os.replace(part, whole)
        fsync_folder(gathering)
    forget(part)  # its note
    return got


def _build(entry: ModelEntry, gathering: Path, got: tuple[Stored, ...]) -> Path:
    """Return a folder, on the same disk, that holds the finished model and its record."""
    zipped = [file for file in entry.files if file.unpack]
    if not zipped:
        names = {file.name for file in entry.files}
        with storing(gathering):
            for path in gathering.iterdir():
                if path.name not in names:  # from an older list of this model's files
                    path.unlink()
        write_record(entry.name, gathering, got)
        return gathering
    from voice_coach.models.fetching import apply_conf
    from voice_coach.models.unpack import unpack

    archive = gathering / zipped[0].name
    ready = gathering.with_name(f"{entry.name}.new")
    with storing(ready):
        if ready.exists():
            shutil.rmtree(ready)
    try:
        unpack(archive, ready)
        apply_conf(ready, entry.conf)
        write_record(entry.name, ready, got)
    except BaseException as error:
        shutil.rmtree(ready, ignore_errors=True)
        if isinstance(error, DownloadFault):
            archive.unlink(missing_ok=True)  # the next try must start from the beginning
        raise
    return ready


def _old(model: Path) -> Path:
    return model.with_name(f"{model.name}.old")


def _swap(ready: Path, model: Path) -> None:
    if model.exists():
        os.rename(model, _old(model))
    os.rename(ready, model)
    fsync_folder(model.parent)
    shutil.rmtree(_old(model), ignore_errors=True)


def _finish_swap(model: Path) -> None:
    """Tidy up after a crash in the middle of `_swap`."""
    old = _old(model)
    with storing(model):
        if old.exists() and not model.exists():
            os.rename(old, model)
        elif old.exists():
            shutil.rmtree(old)


def _print(line: str) -> None:
    print(line, file=sys.stderr)


# --- conf/model.conf


def apply_conf(model: Path, settings: Mapping[str, str]) -> None:
    """Set `--key=value` in `model`/conf/model.conf for each of `settings`; other lines stay.

    Raises:
        DownloadFault: the model has no such file.
        StorageFault: it cannot be read or written.
    """
    if not settings:
        return
    path = model / "conf" / "model.conf"
    if not path.is_file():
        raise DownloadFault(
            f"{model.name} holds no conf/model.conf", "this voice-coach cannot use that model"
        )
    with storing(path):
        lines = path.read_bytes().decode(errors="surrogateescape").splitlines()
    left = {_key(key): f"--{key}={value}" for key, value in settings.items()}
    done: set[str] = set()
    result = []
    for line in lines:
        stripped = line.strip()
        key = _key(stripped[2:].partition("=")[0]) if stripped.startswith("--") else ""
        if key not in left:
            result.append(line)
        elif key not in done:
            result.append(left[key])
            done.add(key)
    result += [line for key, line in left.items() if key not in done]
    write_whole(path, ("\n".join(result) + "\n").encode(errors="surrogateescape"))


def _key(key: str) -> str:
    return key.strip().lower().replace("_", "-")  # Kaldi takes min_active for min-active
