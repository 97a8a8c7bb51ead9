"""Where the project is to be found, for the metadata of its packages.

The address is that of the clone that a package is built from (`git remote get-url origin`), or the
variable PROJECT_URL. A clone of a folder has none, and its packages name none.
"""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hatchling.metadata.plugin.interface import MetadataHookInterface


class Addresses(MetadataHookInterface):
    """Fills in `project.urls`."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Add the addresses to the metadata of pyproject.toml."""
        metadata["urls"] = urls(os.environ.get("PROJECT_URL") or origin(Path(self.root)))


def origin(folder: Path) -> str:
    """Return the address that a clone came from, or "" without one."""
    if not (folder / ".git").exists():  # not that of a repository around it
        return ""
    try:
        done = subprocess.run(
            ["git", "remote", "get-url", "origin"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def urls(remote: str) -> dict[str, str]:
    """Return the named addresses for git's `remote`; none if a browser cannot open it.

    Names and passwords in it are dropped.
    """
    scp = re.fullmatch(r"(?:[^@/:]+@)?([^@/:]+):(?!//)(.+)", remote)
    if scp is not None:
        host, path = scp.groups()
    else:
        parts = urlsplit(remote)
        if parts.scheme not in ("http", "https", "ssh", "git"):
            return {}
        host, path = parts.hostname or "", parts.path
    path = path.strip("/").removesuffix(".git")
    if not re.fullmatch(r"(?:[\w-]+\.)+[A-Za-z]{2,}", host) or not path:
        return {}
    home = f"https://{host}/{path}"
    found = {"Homepage": home, "Issues": f"{home}/issues"}
    if host == "github.com":
        found["Documentation"] = f"{home}/blob/HEAD/docs/README.md"
        found["Changelog"] = f"{home}/blob/HEAD/CHANGELOG.md"
    return found
