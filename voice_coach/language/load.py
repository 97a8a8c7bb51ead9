"""Read a book from a folder of prompts, and refuse a bad one with file, key and reason."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from voice_coach.faults import PromptFault
from voice_coach.language.book import (
    OFFERED,
    SLOT,
    Book,
    Intent,
    IntentFile,
    LanguageFile,
    ReplyFile,
    Routine,
    Step,
    Variant,
)

T = TypeVar("T")

LARGEST_FILE = 1_000_000
"""Bytes. A prompt file is some kilobytes; a huge one is a mistake or an attack."""

LONGEST_SENTENCE = 90
"""Characters. At coaching pace this is about one out-breath of six seconds; the rendered
length of every cue is measured by the tests."""

KNOWN_SLOTS = frozenset(
    {"minutes", "breaths", "n", "total", "score", "before", "emergency", "number"}
)

MOST_BREATHS = 10
"""Breaths in one hold: as many as there are spoken counts, and the most the practice allows."""


def load_book(folder: Path, overlay: Path | None = None) -> Book:
    """Load the prompts of one language.

    Args:
        folder: the folder with language.toml, intents.toml, replies.toml and routines/.
        overlay: a folder of the user's own, in the same layout, any part of which may be
            missing: its routines and intents are added, or replace those of the same name.

    Raises:
        PromptFault: a file is missing, unreadable or wrong; names file, key and reason.
    """
    language = _read(folder / "language.toml", LanguageFile)
    understood = _read(folder / "intents.toml", IntentFile)
    if not understood.numbers:
        raise _wrong(folder / "intents.toml", "numbers", "the words for zero to ten are needed")
    replies = _read(folder / "replies.toml", ReplyFile)
    intents = dict(understood.intent)
    sources = {name: folder / "intents.toml" for name in intents}
    routine_files = _routine_files(folder)
    if not routine_files:
        raise PromptFault(f"{folder / 'routines'} holds no routine", "restore the prompts folder")
    if overlay is not None and overlay.is_dir():
        own = overlay / "intents.toml"
        if own.exists():
            added = _read(own, IntentFile).intent
            intents |= added
            sources |= dict.fromkeys(added, own)
        routine_files |= _routine_files(overlay)
    routines = {name: _read(path, Routine) for name, path in routine_files.items()}

    _check_phrases(intents, understood.numbers, sources)
    texts: dict[str, tuple[tuple[str, ...], ...]] = {}
    for group, values in (
        ("reply", replies.reply),
        ("help", replies.help),
        ("confirm", replies.confirm),
    ):
        for name, variants in values.items():
            texts[f"{group}.{name}"] = _variants(folder / "replies.toml", name, variants)
    for name, routine in routines.items():
        _check_routine(routine_files[name], routine, routines, intents)
        texts.update(_routine_texts(name, routine))

    book = Book(
        language=language,
        numbers=understood.numbers,
        intents=intents,
        alike={other: word for word, others in understood.alike.items() for other in others},
        decoys=understood.decoys.words,
        texts=texts,
        slots=replies.slots,
        routines=routines,
    )
    _check_texts(book, folder)
    return book


def _routine_files(folder: Path) -> dict[str, Path]:
    return {path.stem: path for path in sorted((folder / "routines").glob("*.toml"))}


def _read(path: Path, layout: type[T]) -> T:
    """Read one TOML file into its layout, or say what is wrong with it."""
    mend = f"correct {path.name}, or restore it from the project"
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise PromptFault(f"{path}: larger than {LARGEST_FILE} bytes", mend)
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return msgspec.convert(raw, layout)
    except OSError as error:
        raise PromptFault(f"{path}: {error.strerror}", mend) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise PromptFault(f"{path}: {error}", mend) from error
    except msgspec.ValidationError as error:
        reason, _, key = str(error).partition(" - at ")
        where = key.strip("`").removeprefix("$.") or "top level"
        raise PromptFault(f"{path}: {where}: {reason}", mend) from error


def _wrong(path: Path, key: str, reason: str) -> PromptFault:
    return PromptFault(f"{path}: {key}: {reason}", f"correct {key} in {path.name}")


def _variants(path: Path, key: str, variants: Iterable[Variant]) -> tuple[tuple[str, ...], ...]:
    made = tuple((v,) if isinstance(v, str) else v for v in variants)
    if not made or not all(made):
        raise _wrong(path, key, "a reply needs at least one sentence in each variant")
    return made


def _check_phrases(
    intents: Mapping[str, Intent], numbers: Mapping[str, int], sources: Mapping[str, Path]
) -> None:
    owner: dict[str, str] = {}
    for name, intent in intents.items():
        path, key = sources[name], f"intent.{name}.phrases"
        if not intent.phrases:
            raise _wrong(path, key, "at least one phrase is needed")
        for phrase in intent.phrases:
            words = phrase.replace("{number}", next(iter(numbers), "one")).split(" ")
            if not all(w and w.replace("'", "").isalpha() and w == w.lower() for w in words):
                raise _wrong(path, key, f'"{phrase}" must be lower-case words with one space')
            if phrase in owner:
                raise _wrong(path, key, f'"{phrase}" already belongs to {owner[phrase]}')
            owner[phrase] = name


def _check_routine(
    path: Path, routine: Routine, routines: Mapping[str, Routine], intents: Mapping[str, Intent]
) -> None:
    if not routine.step:
        raise _wrong(path, "step", "a routine needs at least one step")
    if routine.intent is not None and routine.intent not in intents:
        raise _wrong(path, "intent", f'no intent "{routine.intent}" in intents.toml')
    if routine.next is not None and routine.next not in routines:
        raise _wrong(path, "next", f'no routine "{routine.next}"')
    ids = [step.id for step in routine.step]
    for i, step in enumerate(routine.step):
        key = f"step[{i}]"
        if ids.count(step.id) > 1:
            raise _wrong(path, f"{key}.id", f'"{step.id}" is used twice')
        if step.other is not None and step.other not in ids:
            raise _wrong(path, f"{key}.other", f'no step "{step.other}"')
        if step.breaths is not None and not 1 <= step.breaths <= MOST_BREATHS:
            raise _wrong(path, f"{key}.breaths", f"must be from 1 to {MOST_BREATHS}")
        if not (step.say or step.ask or step.breaths or step.timer or step.then or step.ready):
            raise _wrong(path, key, "the step does nothing")


def _routine_texts(name: str, routine: Routine) -> Iterator[tuple[str, tuple[tuple[str, ...], ...]]]:
    yield f"{name}.title", ((routine.title,),)
    for step in routine.step:
        stem = f"{name}.{step.id}"
        yield f"{stem}.name", ((step.name,),)
        for part, sentences in (("say", step.say), ("then", step.then)):
            if sentences:
                yield f"{stem}.{part}", (sentences,)
        for part, sentence in _single_texts(step):
            if sentence is not None:
                yield f"{stem}.{part}", ((sentence,),)


def _single_texts(step: Step) -> tuple[tuple[str, str | None], ...]:
    return (
        ("ask", step.ask),
        ("ready", step.ready),
        ("in", step.in_cue),
        ("out", step.out_cue),
    )


def _check_texts(book: Book, folder: Path) -> None:
    """Check every sentence: its length, its slots, and that what it offers is understood."""
    understood = {phrase for phrase, _ in book.phrases(frozenset(book.intents))}
    for key, variants in book.texts.items():
        group = key.partition(".")[0]
        replies = group in ("reply", "help", "confirm")
        path = folder / ("replies.toml" if replies else f"routines/{group}.toml")
        for sentence in (s for variant in variants for s in variant):
            if not sentence.strip():
                raise _wrong(path, key, "an empty sentence")
            if len(sentence) > LONGEST_SENTENCE:
                raise _wrong(
                    path,
                    key,
                    f'"{sentence[:30]}..." has {len(sentence)} characters; a sentence of more '
                    f"than {LONGEST_SENTENCE} does not fit one breath",
                )
            unknown = set(SLOT.findall(sentence)) - KNOWN_SLOTS
            if unknown:
                raise _wrong(path, key, f"unknown slot {{{min(unknown)}}}")
            for phrase in OFFERED.findall(sentence):
                if phrase not in understood:
                    raise _wrong(path, key, f"offers [{phrase}], which no intent understands")
