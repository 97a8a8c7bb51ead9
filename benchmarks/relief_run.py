"""One rehearsal of `relief`, in a process of its own: prints one line of JSON.

    python relief_run.py SCRIPT MOMENT,MOMENT CACHE [JOURNAL HOURS]

It ends once all of these moments have come; with none, at the end of the script.

It is run by its path, with the tree to be measured as working directory, and also in trees that
are older than itself: it imports what they have had all along.
"""

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, os.getcwd())

from voice_coach.app import assemble
from voice_coach.coach.events import ApplicationStarted
from voice_coach.log import Entry, Noted, PersonSpoke, Said
from voice_coach.rehearsal.run import prepare
from voice_coach.settings import Settings


class Reached(Exception):
    """All that is wanted of this rehearsal has happened."""


def moment(entry: Entry) -> tuple[str, int] | None:
    """Return which moment this is, and its frame; None if it is none."""
    if isinstance(entry, Noted):
        return ("heat on", entry.at) if isinstance(entry.note, ApplicationStarted) else None
    if not isinstance(entry, Said):
        return None
    if entry.pacing:
        return "paced breath", entry.start
    if entry.key.startswith("stretch.ready"):
        return "told to move", entry.start
    if entry.key == "stretch.knee_right.say":
        return "knee to chest", entry.start
    return "first word", entry.start


def main(script: str, until: str, cache: str, journal: str = "", hours: str = "0") -> None:
    """Rehearse, and print for each moment its seconds and the answers given before it."""
    reached: dict[str, tuple[float, int]] = {}
    answers = 0
    wanted = set(until.split(","))

    def look(entry: Entry) -> None:
        nonlocal answers
        answers += isinstance(entry, PersonSpoke)
        found = moment(entry)
        if found is not None:
            reached.setdefault(found[0], (found[1], answers))
            reached.setdefault("first word", (found[1], answers))

    def enough() -> None:
        if wanted <= reached.keys():
            raise Reached

    more: dict[str, Any] = {}
    if journal:
        from voice_coach.journal.timestamp import later, now

        more = {"journal": Path(journal), "begins": later(now(), float(hours) * 3600)}
    rehearsal = prepare(assemble(Settings(cache_folder=cache)), Path(script), [look], **more)
    rate = rehearsal.duplex.rate
    with contextlib.suppress(Reached):
        rehearsal.run(each=enough if until else None)
    print(json.dumps({what: (frame / rate, count) for what, (frame, count) in reached.items()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
