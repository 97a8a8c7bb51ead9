"""Write the sizes and hashes of the embedded model into the manifest.

Run `python -m voice_coach.models.seal` after any change to a file in models/en-us-commands, and
`python -m voice_coach.models.seal --check` to check that it was not forgotten. Only the lines
between the two marks in the manifest are rewritten. Markdown and hidden files are left out; they
may change without harm.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from voice_coach.faults import Fault, ModelFault
from voice_coach.models.disk import storing, write_whole
from voice_coach.models.installed import sha256_of
from voice_coach.models.manifest import load_manifest
from voice_coach.paths import data_folder

BEGIN = "# sealed files: begin (written by `python -m voice_coach.models.seal`)\n"
END = "# sealed files: end\n"
MODEL = "en-us-commands"


def sealed_text(text: str, manifest: Path, model: Path) -> str:
    """Return the manifest's text with new lines between the marks.

    Args:
        text: the present manifest.
        manifest: its path, for the fault.
        model: the folder of the embedded model; it lies in the models folder.

    Raises:
        ModelFault: a mark is missing or doubled, or the folder is empty.
        StorageFault: a file cannot be read.
    """
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise ModelFault(
            f"{manifest}: the marks around the sealed files are not there once each",
            f"put the lines {BEGIN.strip()!r} and {END.strip()!r} after the keys of {model.name}",
        )
    lines = []
    with storing(model):
        for path in sorted(model.rglob("*")):
            inside = path.relative_to(model)
            hidden = any(part.startswith(".") for part in inside.parts)
            if hidden or path.suffix == ".md" or not path.is_file():
                continue
            lines.append(
                "[[models.files]]\n"
                f'name = "{model.name}/{inside.as_posix()}"\n'
                f"size = {path.stat().st_size}\n"
                f'sha256 = "{sha256_of(path)}"\n'
            )
    if not lines:
        raise ModelFault(f"{model} holds no files", "check the path")
    head, rest = text.split(BEGIN)
    tail = rest.split(END)[1]
    return head + BEGIN + "\n".join(lines) + END + tail


def main(arguments: Sequence[str] | None = None) -> int:
    """Seal or check; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m voice_coach.models.seal", description=__doc__)
    parser.add_argument("--models", type=Path, default=data_folder("models"), help="models folder")
    parser.add_argument("--check", action="store_true", help="change nothing; 1 if not up to date")
    options = parser.parse_args(arguments)
    manifest: Path = options.models / "manifest.toml"
    try:
        with storing(manifest):
            old = manifest.read_text(encoding="utf-8")
        new = sealed_text(old, manifest, options.models / MODEL)
        if options.check:
            if new != old:
                print(f"{manifest} is not up to date. Run this without --check.", file=sys.stderr)
            return int(new != old)
        write_whole(manifest, new.encode())
        load_manifest(manifest)
    except Fault as fault:
        print(fault, file=sys.stderr)
        return fault.exit_code
    print(f"sealed {options.models / MODEL} in {manifest}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
