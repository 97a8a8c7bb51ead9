"""Set lines of a hearing model's conf/model.conf."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from voice_coach.faults import DownloadFault
from voice_coach.models.disk import storing, write_whole


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
