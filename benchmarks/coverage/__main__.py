"""How much of what people naturally say is understood, by text and by sound.

Reads `utterances.tsv` and `opposites.tsv` of a folder (columns: situation, utterance, and for the
first accepted_intents, separated by "|"), lets synthetic voices say them, and judges the meaning of
what the coach would do. `--tree` runs another version of the program. `--language en-gb` takes the
British cases beside this file, and British voices.
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from .. import figures
from ..common import ROOT, Report, announce, show
from ..scenes.recordings import LEVEL_DB, QUIET_DB, rendering_at_microphone
from ..scenes.voices import BRITISH, CACHE, VOICES, Missing, Voice, rendered
from .cases import Case, read_cases
from .tables import Judged, failures, judged, tables
from .trees import Item, ask

CASES = Path(os.environ.get("BENCHMARK_CASES", ROOT.parent / "shared" / "cases"))

TEXT = "by text"
"""In place of a voice's name: the case was read as text."""


def heard(cases: Sequence[Case], voice: Voice, given: argparse.Namespace) -> list[Judged]:
    """Return the outcome of all cases, said by one voice.

    Args:
        cases: what is said.
        voice: the voice that says it.
        given: the command line.

    Raises:
        Missing: the voice is not available.
    """
    files = rendered(voice, dict.fromkeys(case.words for case in cases), given.kept)
    items = [
        Item(case.place, case.words, rendering_at_microphone(files[case.words])) for case in cases
    ]
    asked = ask(given.tree, items, given.jobs, grammar=True, language=given.language)
    return judged(voice.name, cases, asked)


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    names = [voice.name for voice in (*VOICES, *BRITISH)]
    parser.add_argument("--language", default="en", help="what the coach speaks: en, en-gb")
    parser.add_argument("--cases", type=Path, help="folder of the two tables")
    parser.add_argument("--voices", help=f"of {', '.join(names)}")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--text", action="store_true", help="only by text")
    which.add_argument("--sound", action="store_true", help="only by sound")
    parser.add_argument("--tree", type=Path, default=ROOT, help="source tree that is asked")
    parser.add_argument("--kept", type=Path, default=CACHE, help="folder of kept renderings")
    parser.add_argument("--jobs", type=int, default=1, help="processes at once")
    parser.add_argument("--all", action="store_true", help="list every failure, not only by text")
    parser.add_argument("--json", type=Path, help="also write all answers to this file")
    parser.add_argument("--keep", action="store_true", help="put it into docs/lab/figures.toml")
    given = parser.parse_args(arguments)
    own = Path(__file__).with_name(given.language)
    given.cases = given.cases or (own if own.is_dir() else CASES)
    usual = [v for v in BRITISH if v.unseen] if given.language == "en-gb" else VOICES
    chosen = ",".join(v.name for v in usual) if given.voices is None else given.voices
    given.voices = [name for name in chosen.split(",") if name]
    unknown = sorted(set(given.voices) - set(names))
    if unknown:
        parser.error(f"no voice is called {', '.join(unknown)}")
    return given


def main(arguments: Sequence[str] | None = None) -> None:
    """Judge all cases; print the tables."""
    given = options(arguments)
    announce()
    cases = read_cases(given.cases)
    texts = [Item(case.place, case.words) for case in cases]
    read = ask(given.tree, texts, grammar=True, language=given.language)
    by_text = judged(TEXT, cases, read)
    rows = [] if given.sound else list(by_text)
    for voice in dict.fromkeys((*VOICES, *BRITISH)):
        if given.text or voice.name not in given.voices:
            continue
        try:
            rows += heard(cases, voice, given)
        except Missing as missing:
            print(f"{voice.name} is left out: {missing}", flush=True)
    note = f"speech at {LEVEL_DB:g} dBFS over noise at {QUIET_DB:g} dBFS"
    name = "coverage" if given.language == "en" else f"coverage-{given.language}"
    report = Report(name, tables(rows, by_text, note))
    show(report)
    if given.keep:
        figures.keep(report)
    print("\nnot right: where, said, how, taken for, heard, why")
    for line in failures(rows, by_text, every=given.all):
        print("  " + line)
    if given.json:
        given.json.write_text(json.dumps([_plain(row) for row in rows], indent=1), "utf-8")


def _plain(row: Judged) -> dict[str, object]:
    made = asdict(row)
    made["case"]["accepted"] = sorted(row.case.accepted)
    return made


if __name__ == "__main__":
    main()
