"""Does every package have a wheel for a 64-bit Raspberry Pi? `make check-wheels`.

    check_wheels.py                        is there a wheel of everything?
    check_wheels.py --into FOLDER 3.11     put what the program needs into a folder

Asks the package index that pip is set up with for the versions of constraints.txt, as pip on
the Pi would: for each Python version, everything that the program and its extras `dev` (which
`make run` installs) and `pi` need. Nothing is installed. The exit code is 1 when a wheel is
missing; where no index can be reached, it says so and skips.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]

PYTHONS = ("3.11", "3.13")
"""Of Raspberry Pi OS 12 (bookworm) and 13 (trixie)."""

GLIBC_MINOR = 36
"""Bookworm has glibc 2.36: no wheel may need a newer one."""

EXTRAS = ("dev", "pi")

SOURCE_ONLY = {"srt": "vosk needs it; pure Python, built in a second"}
"""Packages without any wheel that may be built on the Pi, and why that does no harm."""

UNREACHABLE = re.compile(
    "NewConnectionError|NameResolutionError|ConnectTimeout|Could not fetch URL|"
    "Network is unreachable|Temporary failure in name resolution|Cannot connect to proxy"
)

MISSING = re.compile(r"No matching distribution found for ([A-Za-z0-9._-]+)")


class Unreachable(Exception):
    """No package index can be reached."""


def pinned(text: str) -> dict[str, str]:
    """Return name: version of a lock file's lines."""
    pairs = (line.partition("#")[0].strip().partition("==") for line in text.splitlines())
    return {canonicalize_name(name): version for name, equals, version in pairs if equals}


def environment(python: str) -> dict[str, str]:
    """Return what requirements' markers see on the Pi."""
    return {
        "implementation_name": "cpython",
        "implementation_version": f"{python}.0",
        "os_name": "posix",
        "platform_machine": "aarch64",
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "Linux",
        "platform_version": "",
        "python_full_version": f"{python}.0",
        "python_version": python,
        "sys_platform": "linux",
    }


def needed(roots: Iterable[str], python: str) -> set[str]:
    """Return the names of all packages that requirements bring with them, on the Pi.

    What a package needs is read from its installed metadata; one that is not installed here
    counts as needing nothing.
    """
    found: set[tuple[str, str]] = set()
    todo = [(line, "") for line in roots]
    while todo:
        line, extra = todo.pop()
        requirement = Requirement(line)
        marker = requirement.marker
        if marker is not None and not marker.evaluate({**environment(python), "extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        for wanted in ("", *requirement.extras):
            if (name, wanted) in found:
                continue
            found.add((name, wanted))
            try:
                more = importlib.metadata.requires(name) or []
            except importlib.metadata.PackageNotFoundError:
                more = []
            todo += [(each, wanted) for each in more]
    return {name for name, _ in found}


def platforms() -> list[str]:
    """Return the platform tags that the Pi's pip takes."""
    return ["manylinux2014_aarch64", "linux_aarch64"] + [
        f"manylinux_2_{minor}_aarch64" for minor in range(17, GLIBC_MINOR + 1)
    ]


def for_the_pi(python: str) -> list[str]:
    """Return pip's options for taking what the Pi's own pip would take."""
    options = ["--only-binary=:all:", f"--python-version={python}", "--implementation=cp"]
    options += [f"--abi=cp{python.replace('.', '')}", "--abi=abi3", "--abi=none"]
    return options + [f"--platform={tag}" for tag in platforms()]


def without_wheel(packages: dict[str, str], python: str) -> set[str]:
    """Return those of the packages (name: version) that have no wheel for the Pi.

    Raises:
        Unreachable: no package index can be reached.
    """
    missing: set[str] = set()
    while wanted := {n: v for n, v in packages.items() if n not in missing}:
        with tempfile.TemporaryDirectory() as folder:
            result = subprocess.run(
                [sys.executable, "-m", "pip", "install", "--dry-run", "--no-deps"]
                + ["--ignore-installed", "--quiet", "--disable-pip-version-check"]
                + for_the_pi(python)
                + [f"--target={folder}/target", f"--report={folder}/report"]
                + [f"{name}=={version}" for name, version in wanted.items()],
                capture_output=True,
                text=True,
                check=False,
            )
            if result.returncode == 0:
                report = json.loads(Path(folder, "report").read_text(encoding="utf-8"))
                taken = {canonicalize_name(i["metadata"]["name"]) for i in report["install"]}
                return missing | (wanted.keys() - taken)
        if UNREACHABLE.search(result.stderr):
            raise Unreachable
        found = {canonicalize_name(name) for name in MISSING.findall(result.stderr)}
        if not found & wanted.keys():
            raise SystemExit(f"pip failed:\n{result.stderr}")
        missing |= found
    return missing


def install_into(folder: str, python: str) -> None:
    """Put what the program needs on the Pi, without the extras, into a folder.

    Raises:
        CalledProcessError: pip failed, and has said why.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = pinned((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    roots = project["dependencies"] + ["gpiozero"]
    names = sorted(needed(roots, python))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--upgrade"]
    pip += ["--disable-pip-version-check", f"--target={folder}"]
    wheels = [f"{n}=={lock[n]}" for n in names if n not in SOURCE_ONLY]
    subprocess.run([*pip, *for_the_pi(python), *wheels], check=True)
    built = [f"{n}=={lock[n]}" for n in names if n in SOURCE_ONLY]
    subprocess.run([*pip, *built], check=True)


def main() -> int:
    """Check, tell, and return the exit code."""
    if sys.argv[1:2] == ["--into"]:
        install_into(sys.argv[2], sys.argv[3])
        return 0
    begun = time.monotonic()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    roots = list(project["dependencies"])
    for extra in EXTRAS:
        roots += project["optional-dependencies"].get(extra, [])
    lock = pinned((ROOT / "constraints.txt").read_text(encoding="utf-8"))
    names = {python: needed(roots, python) for python in PYTHONS}
    unlocked = sorted(set().union(*names.values()) - lock.keys())
    if unlocked:
        print(f"FAULT not in constraints.txt: {', '.join(unlocked)}")
        return 1
    asked = {p: {n: lock[n] for n in sorted(names[p] - SOURCE_ONLY.keys())} for p in PYTHONS}
    try:
        with ThreadPoolExecutor() as pool:
            missing = dict(
                zip(PYTHONS, pool.map(lambda p: without_wheel(asked[p], p), PYTHONS), strict=True)
            )
    except Unreachable:
        print("skipped check-wheels: no package index can be reached")
        return 0
    for python in PYTHONS:
        for name in sorted(missing[python]):
            print(f"FAULT Python {python}: {name} {lock[name]} has no wheel for aarch64")
        print(f"Python {python}: {len(asked[python]) - len(missing[python])} wheels for aarch64")
    for name, why in SOURCE_ONLY.items():
        print(f"from source: {name} {lock.get(name, '')} ({why})")
    print(f"{time.monotonic() - begun:.0f} s")
    return 1 if any(missing.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
