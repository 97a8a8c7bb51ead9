"""Read a book from a folder of prompts, and refuse a bad one with file, key and reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, takewhile
from pathlib import Path

from voice_coach.faults import PromptFault
from voice_coach.understanding.book import (
    OFFERED,
    Book,
    Question,
    ReplyFile,
    Routine,
    Step,
    Variant,
)
from voice_coach.understanding.intents import Intent, Understood
from voice_coach.understanding.layers import (
    LANGUAGE,
    language_folders,
    read,
    read_intents,
    read_language,
)
from voice_coach.understanding.meanings import raise_or_keep, understood, wrong
from voice_coach.understanding.plural import SLOT, count, longest, problem

NAME = re.compile(r"[a-z0-9_]{1,40}")
BRACKET = re.compile(r"[\[\]{}]")

MOST_ROUTINES = 100
"""Files of routines in one folder; more are no routines of anybody's."""

MOST_STEPS = 50
"""Of a routine: "Step 3 of 50." is rendered beforehand for each of them."""

LONGEST_SENTENCE = 90
"""Characters. At coaching pace this is about one out-breath of six seconds; the rendered
length of every cue is measured by the tests."""

KNOWN_SLOTS = frozenset({"minutes", "breaths", "n", "total", "score", "before", "emergency"})

LARGEST_VALUE = 100
"""Of a slot. All values of a slot are rendered beforehand."""

REPLIES = ("reply", "help", "confirm")
"""The tables of replies.toml; their texts are "reply.menu", so no routine may have such a name."""


def load_book(
    folder: Path, overlay: Path | None = None, faults: list[PromptFault] | None = None
) -> Book:
    """Load the prompts of one language.

    Args:
        folder: the folder with language.toml, intents.toml, replies.toml and routines/.
        overlay: a folder of the user's own, any part of which may be missing: the routines and
            what is in its intents.toml are added, or replace those of the same name.
        faults: gets what is wrong with sentences and meanings, all of it; None to raise the first.

    Raises:
        PromptFault: a file is missing, unreadable or wrong; names file, key and reason.
    """
    folders = language_folders(folder)
    language = read_language(folder)
    try:
        count(language.plural)
    except (ValueError, ArithmeticError) as error:
        raise wrong(folder / LANGUAGE, "plural", f'"{language.plural}": {error}') from error
    sources = read_intents([part / "intents.toml" for part in folders])
    replies_files = [part / "replies.toml" for part in folders]
    replies = read(replies_files, ReplyFile)
    replies_file = next((path for path in reversed(replies_files) if path.exists()), folder)
    layers = _layers(folders)
    built_in = frozenset(layers)
    if not layers:
        raise PromptFault(f"{folder / 'routines'} holds no routine", "restore the prompts folder")
    if overlay is not None and overlay.is_dir():
        own = overlay / "intents.toml"
        if own.exists():
            sources += read_intents([own])
        layers |= {name: [path] for name, path in _routine_files(overlay).items()}
    routines = {name: read(paths, Routine) for name, paths in layers.items()}
    routine_files = {name: paths[-1] for name, paths in layers.items()}
    added = tuple(name for name in routines if name not in built_in and routines[name].intent)
    meaning = understood(sources, faults)
    for name, routine in routines.items():
        _check_routine(routine_files[name], name, routine, routines, meaning.intents)

    book = Book(
        language=language,
        understood=meaning,
        texts=_texts(replies_file, replies, routines) | _offers(added, routines, meaning),
        slots=replies.slots,
        routines=routines,
        own=added,
    )
    _check_slots(replies_file, book.slots)
    raise_or_keep(_wrong_texts(book, dict.fromkeys(REPLIES, replies_file) | routine_files), faults)
    return book


def _texts(
    path: Path, replies: ReplyFile, routines: Mapping[str, Routine]
) -> dict[str, tuple[tuple[str, ...], ...]]:
    texts: dict[str, tuple[tuple[str, ...], ...]] = {}
    for group, values in zip(REPLIES, (replies.reply, replies.help, replies.confirm), strict=True):
        for name, variants in values.items():
            key = f"{group}.{name}"
            texts[key] = _variants(path, key, variants)
    for name, routine in routines.items():
        texts.update(_routine_texts(name, routine))
    return texts


def _offers(
    own: Iterable[str], routines: Mapping[str, Routine], meaning: Understood
) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Return a text for each routine of the person's own: its title, if saying that begins it.

    Otherwise it is the first phrase that does.
    """
    offers: dict[str, tuple[tuple[str, ...], ...]] = {}
    for name in own:
        routine = routines[name]
        said = meaning.said[routine.intent or ""]
        title = routine.title.lower()
        heard = meaning.wording.canonical(title)
        known = any(phrase.heard == heard for phrase in said)
        if said:  # else it is begun by what is said in one place only
            offers[f"{name}.offer"] = ((f"[{title if known else said[0].text}].",),)
    return offers


def _layers(folders: Iterable[Path]) -> dict[str, list[Path]]:
    """Return routine -> its file in each folder that has one, the one below first."""
    layers: dict[str, list[Path]] = {}
    for folder in folders:
        for name, path in _routine_files(folder).items():
            layers.setdefault(name, []).append(path)
    return layers


def _routine_files(folder: Path) -> dict[str, Path]:
    place = folder / "routines"
    files = list(islice(place.glob("*.toml"), MOST_ROUTINES + 1))
    if len(files) > MOST_ROUTINES:
        raise PromptFault(
            f"{place} holds more than {MOST_ROUTINES} routines", "leave only your own there"
        )
    return {path.stem: path for path in sorted(files)}


def _variants(path: Path, key: str, variants: Iterable[Variant]) -> tuple[tuple[str, ...], ...]:
    checked = tuple((v,) if isinstance(v, str) else v for v in variants)
    if not checked or not all(checked):
        raise wrong(path, key, "a reply needs at least one sentence in each variant")
    return checked


def _check_routine(
    path: Path,
    name: str,
    routine: Routine,
    routines: Mapping[str, Routine],
    intents: Mapping[str, Intent],
) -> None:
    if name in REPLIES or not NAME.fullmatch(name):
        raise wrong(path, "the file's name", f'"{name}" cannot be the name of a routine')
    if not routine.step:
        raise wrong(path, "step", "a routine needs at least one step")
    if routine.intent is not None and routine.intent not in intents:
        raise wrong(path, "intent", f'no intent "{routine.intent}" in intents.toml')
    if routine.next is not None and routine.next not in routines:
        raise wrong(path, "next", f'no routine "{routine.next}"')
    before = takewhile(lambda other: other != name, routines)
    for other in before if routine.intent is not None else ():
        if routines[other].intent == routine.intent:
            raise wrong(path, "intent", f'"{routine.intent}" already begins {other}')
    if len(routine.step) > MOST_STEPS:
        raise wrong(path, "step", f"{len(routine.step)} steps are more than {MOST_STEPS}")
    ids = [step.id for step in routine.step]
    for i, step in enumerate(routine.step):
        key = f"step[{i}]"
        if not NAME.fullmatch(step.id):
            raise wrong(path, f"{key}.id", f'"{step.id}" must be lower-case letters, 0-9 and _')
        if ids.count(step.id) > 1:
            raise wrong(path, f"{key}.id", f'"{step.id}" is used twice')
        if step.other is not None and step.other not in ids:
            raise wrong(path, f"{key}.other", f'no step "{step.other}"')
        does = (step.say, step.ask, step.breaths, step.hold, step.timer, step.then, step.ready)
        if not any(does):
            raise wrong(path, key, "the step does nothing")
        _check_items(path, key, step)


def _check_items(path: Path, key: str, step: Step) -> None:
    """Check the items of a group of questions."""
    leads = "items" in (step.yes, step.no, step.unsure)
    if leads != bool(step.item):
        raise wrong(path, f"{key}.item", 'a question has items if an answer leads to "items"')
    if step.item and (step.ask is None or step.answer != "yes_no"):
        raise wrong(path, f"{key}.item", "only a question answered with yes or no has items")
    names = [item.id for item in step.item]
    for i, item in enumerate(step.item):
        where = f"{key}.item[{i}]"
        if not NAME.fullmatch(item.id) or names.count(item.id) > 1:
            raise wrong(path, f"{where}.id", f'"{item.id}" must be a name of its own')
        if item.ask is None or item.answer != "yes_no":
            raise wrong(path, f"{where}.ask", "an item is a question answered with yes or no")
        if "items" in (item.yes, item.no, item.unsure):
            raise wrong(path, where, "an item has no items of its own")


def _routine_texts(
    name: str, routine: Routine
) -> Iterator[tuple[str, tuple[tuple[str, ...], ...]]]:
    yield f"{name}.title", ((routine.title,),)
    for step in routine.step:
        stem = f"{name}.{step.id}"
        yield f"{stem}.name", ((step.name,),)
        for part, sentences in (("say", step.say), ("then", step.then)):
            if sentences:
                yield f"{stem}.{part}", (sentences,)
        cues = (("ready", step.ready), ("in", step.in_cue), ("out", step.out_cue))
        singles = [(stem, part, sentence) for part, sentence in cues]
        singles += [(stem, *text) for text in _question_texts(step)]
        for item in step.item:
            singles += [(f"{stem}.{item.id}", *text) for text in _question_texts(item)]
        for under, part, sentence in singles:
            if sentence is not None:
                yield f"{under}.{part}", ((sentence,),)


def _question_texts(question: Question) -> tuple[tuple[str, str | None], ...]:
    return (
        ("ask", question.ask),
        ("plain", question.plain),
        ("why", question.why),
        ("refused", question.refused),
        ("told", question.told),
    )


def _check_slots(path: Path, slots: Mapping[str, tuple[int, int]]) -> None:
    for name, (low, high) in slots.items():
        if name not in KNOWN_SLOTS:
            raise wrong(path, f"slots.{name}", "unknown slot")
        if not 0 <= low <= high <= LARGEST_VALUE:
            raise wrong(path, f"slots.{name}", f"must be a range inside 0 to {LARGEST_VALUE}")


def _wrong_texts(book: Book, paths: Mapping[str, Path]) -> Iterator[PromptFault]:
    """Yield what is wrong with sentences: length, slots, and offers that nothing understands."""
    known = _offerable(book)
    for key, variants in book.texts.items():
        group = key.partition(".")[0]
        path = paths[group]
        # Only the coach's replies have something to fill in.
        slots = KNOWN_SLOTS if group in REPLIES else frozenset[str]()
        for sentence in (s for variant in variants for s in variant):
            if not sentence.strip():
                yield wrong(path, key, "an empty sentence")
            if not sentence.isprintable():
                yield wrong(path, key, f"{sentence[:30]!r} has a character that is not spoken")
            if longest(sentence) > LONGEST_SENTENCE:
                yield wrong(
                    path,
                    key,
                    f'"{sentence[:30]}..." has {longest(sentence)} characters; a sentence of more '
                    f"than {LONGEST_SENTENCE} does not fit one breath",
                )
            unknown = set(SLOT.findall(sentence)) - slots
            if unknown:
                yield wrong(path, key, f"unknown slot {{{min(unknown)}}}")
            if (reason := problem(sentence, book.language.plural)) is not None:
                yield wrong(path, key, reason)
            for phrase in OFFERED.findall(sentence):
                if book.canonical(phrase) not in known:
                    yield wrong(path, key, f"offers [{phrase}], which no intent understands")
            if BRACKET.search(SLOT.sub("", OFFERED.sub("", sentence))):
                yield wrong(path, key, "a bracket is left over: [...] holds a phrase, {...} a slot")


def _offerable(book: Book) -> frozenset[str]:
    """Return the canonical form of every phrase that is understood somewhere."""
    said = (phrase for phrases in book.understood.said.values() for phrase in phrases)
    here = (phrase for phrases in book.understood.here.values() for phrase in phrases)
    return frozenset(phrase.heard for group in (said, here) for phrase in group)
