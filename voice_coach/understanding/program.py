"""What the program says aloud outside a session: the layout of program.toml, and how it is read.

It is no part of the book, so that a fault of the book can be said.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec

from voice_coach.understanding.book import LanguageFile
from voice_coach.understanding.layers import language_folders, read, read_language
from voice_coach.understanding.meanings import is_word, wrong
from voice_coach.understanding.plural import SLOT, filled, problem

PROGRAM = "program.toml"

ENGLISH_LINES = "en"
"""Code of the language in which lines on the screen are; no other voice reads them."""

_SLOTS: dict[str, frozenset[str]] = {
    "ask": frozenset({"word"}),
    "ask_again": frozenset({"word"}),
    "finding": frozenset({"line", "name"}),
    "in_order": frozenset({"count", "n"}),
    "to_fix": frozenset({"count", "n", "names"}),
}


_TEACH_SLOTS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("intro", "room", "round", "thinking"), frozenset({"count", "times"})),
    **dict.fromkeys(("ask", "nothing", "loud", "soft", "other"), frozenset({"word"})),
    **dict.fromkeys(("better", "same", "few"), frozenset({"before", "after", "of"})),
    "stopped": frozenset(),
    "emergency": frozenset({"emergency"}),
}


class DoctorTexts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the doctor says; prompts/en/program.toml explains each."""

    greeting: str
    word: str
    ask: str
    ask_again: str
    finding: str
    numbers: Annotated[tuple[str, ...], msgspec.Meta(min_length=2)]
    none_in_order: str
    in_order: str
    nothing_to_fix: str
    to_fix: str
    conjunction: str = msgspec.field(name="and")
    units: dict[str, str] = {}
    names: dict[str, str] = {}


class TeachTexts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said while the coach learns a voice; prompts/en/program.toml explains each."""

    words: Annotated[tuple[str, ...], msgspec.Meta(min_length=1)]
    intro: str
    room: str
    ask: str
    nothing: str
    loud: str
    soft: str
    other: str
    round: str
    thinking: str
    better: str
    same: str
    few: str
    stopped: str
    emergency: str


class FaultTexts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of a fault: `codes` has exit code -> a text in place of `line`."""

    line: str
    on_screen: str
    codes: dict[str, str] = {}


class ProgramFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The layout of program.toml."""

    doctor: DoctorTexts
    fault: FaultTexts
    teach: TeachTexts | None = None


class Program(msgspec.Struct, frozen=True):
    """What the program says in one language."""

    language: LanguageFile
    doctor: DoctorTexts
    fault: FaultTexts
    teach: TeachTexts | None = None

    def filled(self, text: str, **slots: str) -> str:
        """Return a text with its slots filled."""
        return filled(text, slots, self.language.plural)

    def of_fault(self, code: int, line: str) -> str:
        """Return what is said of a fault.

        Args:
            code: its exit code.
            line: what is printed of it, in English.
        """
        text = self.fault.codes.get(str(code), self.fault.line)
        return self.filled(text, line=line, code=str(code))

    def question(self, *, again: bool = False) -> str:
        """Return how the word is asked for."""
        doctor = self.doctor
        return self.filled(doctor.ask_again if again else doctor.ask, word=doctor.word)


def load_program(folder: Path) -> Program:
    """Read program.toml of a language.

    Raises:
        PromptFault: names the file, the key and the reason.
    """
    language = read_language(folder)
    paths = tuple(part / PROGRAM for part in language_folders(folder))
    file = read(paths, ProgramFile)
    path = next((path for path in reversed(paths) if path.exists()), paths[-1])
    for key, text, slots in _texts(file):
        if (reason := _reason(text, slots, language)) is not None:
            raise wrong(path, key, reason)
    if not is_word(file.doctor.word):
        raise wrong(path, "doctor.word", f'"{file.doctor.word}" must be one lower-case word')
    for phrase in file.teach.words if file.teach is not None else ():
        if not phrase.split() or not all(map(is_word, phrase.split())):
            raise wrong(path, "teach.words", f'"{phrase}" must be one or more lower-case words')
    return Program(language, file.doctor, file.fault, file.teach)


def _texts(file: ProgramFile) -> list[tuple[str, str, frozenset[str]]]:
    """Return (key, text, its slots) of all that is said."""
    doctor = file.doctor
    names = ("greeting", "finding", "none_in_order", "in_order", "nothing_to_fix", "to_fix")
    found = [
        (f"doctor.{name}", getattr(doctor, name), _SLOTS.get(name, frozenset()))
        for name in (*names, "ask", "ask_again")
    ]
    faults = {"line": file.fault.line} | {f"codes.{c}": t for c, t in file.fault.codes.items()}
    found += [(f"fault.{key}", text, frozenset({"line", "code"})) for key, text in faults.items()]
    if file.teach is not None:
        found += [
            (f"teach.{name}", getattr(file.teach, name), slots)
            for name, slots in _TEACH_SLOTS.items()
        ]
    found.append(("fault.on_screen", file.fault.on_screen, frozenset()))
    return found


def _reason(text: str, slots: frozenset[str], language: LanguageFile) -> str | None:
    used = set(SLOT.findall(text))
    if unknown := used - slots:
        return f"unknown slot {{{min(unknown)}}}"
    if "line" in used and language.code.lower()[:2] != ENGLISH_LINES:
        return f"{{line}} is in English, which a voice of {language.name} can't read"
    if not text.strip() or not text.isprintable():
        return "an empty sentence, or a character that is not spoken"
    return problem(text, language.plural)
