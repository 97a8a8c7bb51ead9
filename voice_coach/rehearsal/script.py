"""Rehearsal scripts: what a scripted listener says or presses, and when, as data."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path
from typing import Literal

import msgspec

from voice_coach.faults import PromptFault, RehearsalFault
from voice_coach.near_names import did_you_mean, near_names
from voice_coach.toml_file import in_words, parse
from voice_coach.understanding import Book

WISHES = ("choices", "another", "again", "on")
"""What a press may ask for that no word does: the names of coach/activities/choices.py."""


class Cue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing the listener says, or does to the button.

    Attributes:
        after: key of the coach's cue that it answers; * stands for any part of a key. "" for
            after the listener's own line before, where the coach says nothing.
        says: the words, which name the recording: "it hurts" is it_hurts.flac.
        means: the intent that is typed in a rehearsal in writing, in words of the prompts'
            language; "number.5" and "red_flag.chest" are kinds. A line without `says` cannot be
            rehearsed by sound.
        presses: what is done to the button in place of saying something.
        expects: the intent that must be understood from it; "" where none may be. Of a press it
            may also be a wish that no word has: "choices", "another", "again" or "on".
        wait: seconds between that moment and the words; negative to speak into the cue.
        moment: "rest" is when the coach has fallen silent after the cue and what followed it;
            "end" and "start" are those of the cue itself.
        nth: answer the nth such cue since the line before.
    """

    after: str
    expects: str
    says: str = ""
    means: str = ""
    presses: Literal["", "once", "twice", "thrice", "hold"] = ""
    wait: float = 0.7
    moment: Literal["rest", "end", "start"] = "rest"
    nth: int = 1


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A whole rehearsal.

    Attributes:
        title: what it shows.
        voice: folder of recordings beside the script.
        level_db: level of the listener at the microphone, dBFS RMS of speech.
        echo_db: level at which the coach is heard by the microphone; absent for not at all.
        patience: seconds to wait for a cue before the rehearsal has failed.
        line: what is said.
    """

    title: str
    line: tuple[Cue, ...]
    voice: str = "recordings"
    level_db: float = -26.0
    echo_db: float | None = None
    patience: float = 1500.0


def load_script(path: Path, *, recorded: bool = True) -> Script:
    """Read a rehearsal script.

    Args:
        path: the file.
        recorded: its lines are to be said, so each needs a recording.

    Raises:
        PromptFault: the file is missing or wrong; names file, key and reason.
        RehearsalFault: a recording is missing.
    """
    mend = f"correct {path.name}; docs/use/rehearsal.md explains the keys"
    try:
        script = msgspec.convert(parse(path.read_bytes()), Script)
    except OSError as error:
        raise PromptFault(f"{path}: {error.strerror}", "name a rehearsal script") from error
    except msgspec.ValidationError as error:
        key, reason = in_words(error, Script)
        raise PromptFault(f"{path}: {key or 'top level'}: {reason}", mend) from error
    except (ValueError, RecursionError) as error:  # not TOML, or not UTF-8
        raise PromptFault(f"{path}: {error}", mend) from error
    for number, cue in enumerate(script.line, 1):
        if bool(cue.says or cue.means) == bool(cue.presses):
            raise PromptFault(f"{path}: line {number} must have either says or presses", mend)
        if cue.presses or not recorded:
            continue
        if not cue.says:
            raise PromptFault(
                f"{path}: line {number} has no says, so that it can't be spoken",
                "rehearse it in writing: `voice-coach rehearse --typed`",
            )
        recording = recording_path(path, script, cue.says)
        if not recording.is_file():
            raise RehearsalFault(
                f'{path}: line {number} says "{cue.says}", but {recording} is missing',
                "record it, or say it in other words",
            )
    return script


def check_cues(path: Path, script: Script, book: Book) -> None:
    """Refuse a script that waits for what the coach never says, or expects no intent there is.

    Raises:
        PromptFault: names file, line and key.
    """
    for number, cue in enumerate(script.line, 1):
        if number == 1 and not cue.after:
            raise _wrong(path, "line 1: after is empty, and there is no line before it", [])
        if cue.after and not any(fnmatchcase(key, cue.after) for key in book.texts):
            what = f'line {number}: after = "{cue.after}": the coach says nothing of that key'
            raise _wrong(path, what, near_names(cue.after, book.texts))
        meant, _, kind = cue.means.partition(".")
        if meant and not _is_known(meant, kind, book):
            what = f'line {number}: means = "{cue.means}": there is no such intent'
            raise _wrong(path, what, near_names(meant, book.intents))
        known = book.intents if not cue.presses else [*book.intents, *WISHES]
        if cue.expects and cue.expects not in known:
            what = f'line {number}: expects = "{cue.expects}": there is no such intent'
            raise _wrong(path, what, near_names(cue.expects, known))


def _is_known(intent: str, kind: str, book: Book) -> bool:
    said = book.understood.said.get(intent)
    if said is None or not kind:
        return said is not None
    return any(str(phrase.value) == kind for phrase in said)


def _wrong(path: Path, what: str, near: list[str]) -> PromptFault:
    mend = f"correct {path.name}; docs/use/rehearsal.md explains the keys"
    return PromptFault(f"{path}: {what}", did_you_mean(near) if near else mend)


def recording_path(script_path: Path, script: Script, words: str) -> Path:
    """Return the file with the recording of some words."""
    return script_path.parent / script.voice / f"{words.replace(' ', '_')}.flac"
