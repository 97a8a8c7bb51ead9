"""intents.toml: what is understood, as data, and its templates expanded and checked.

A phrase has one meaning in a place: no phrase stands in two intents, except that `[here.PLACE]` may
give it another one there. What is acted on before an utterance has ended ("stop") is not the
beginning of something else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path

import msgspec

from voice_coach.faults import PromptFault
from voice_coach.understanding.intents import (
    Intent,
    IntentFile,
    Near,
    Phrase,
    Understood,
)
from voice_coach.understanding.joined import joined, wording_of
from voice_coach.understanding.place import Place
from voice_coach.understanding.templates import Rules, TemplateError, expand
from voice_coach.understanding.wording import Wording

ASKED = " ?"
"""At the end of a template of `values`: only near to that, so that it is asked about first."""

OPEN = " ..."
"""At the end of a phrase: a few more words may follow."""

LONGEST_PHRASE = 60
"""Characters: a phrase is said in one breath, by somebody in pain."""

MOST_CORE = 2
"""Sentences of a template that count as those said most: its shortest."""

MOST_PHRASES = 40_000
"""Sentences that a whole intents.toml may stand for: about 0.1 s of expanding on a laptop."""


def understood(
    sources: Iterable[tuple[Path, IntentFile]], faults: list[PromptFault] | None = None
) -> Understood:
    """Expand and check files of intents; a later one adds to, or replaces parts of, the earlier.

    Args:
        sources: each file and what it holds.
        faults: gets what is wrong with meanings, all of it; None to raise the first.

    Raises:
        PromptFault: names the file, the key and the reason.
    """
    whole = IntentFile({})
    files: dict[str, Path] = {}
    for path, file in sources:
        _check_words(path, file)
        files |= {f"intent.{name}": path for name in file.intent}
        files |= {f"decoys.{word}": path for word in file.decoys.words}
        files |= {f"here.{place}.{name}": path for place, row in file.here.items() for name in row}
        files["intents"] = path
        whole = joined(whole, file)
    if not whole.numbers:
        raise wrong(files["intents"], "numbers", "the words for zero to ten are needed")
    wording = wording_of(whole)
    lists = {"number": whole.numbers, "minutes": whole.minutes}
    rules = Rules(whole.rules, {name: tuple(words) for name, words in lists.items()})
    valued = {"number": whole.numbers, "breathe_for": whole.minutes}
    kept = _kept(msgspec.msgpack.encode(_what_expanding_depends_on(whole)))
    said = {
        name: tuple(
            _phrases(
                name, intent, rules, valued.get(name, {}), wording, files[f"intent.{name}"], kept
            )
        )
        for name, intent in whole.intent.items()
    }
    loaded = Understood(
        intents=whole.intent,
        said=said,
        here={
            place: tuple(_here(place, row, whole, rules, wording, files, kept))
            for place, row in whole.here.items()
        },
        ignored=tuple(
            text for text, *_ in _texts(files["intents"], "ignored", whole.ignored, rules, wording)
        ),
        only={place: frozenset(names) for place, names in whole.only.items()},
        hints=whole.hints,
        speakers=frozenset(whole.speakers),
        together=whole.together,
        joining=whole.joining,
        numbers=whole.numbers,
        minutes=whole.minutes,
        wording=wording,
        near=_near(files["intents"], whole.near),
        decoys=whole.decoys.words,
        files=files,
    )
    raise_or_keep(_wrong_meanings(loaded), faults)
    return loaded


def raise_or_keep(found: Iterable[PromptFault], faults: list[PromptFault] | None) -> None:
    """Raise the first of some faults, or keep them all in a list."""
    for fault in found:
        if faults is None:
            raise fault
        faults.append(fault)


def wrong(path: Path, key: str, reason: str) -> PromptFault:
    """Return the fault of a key in a file of prompts."""
    return PromptFault(f"{path}: {key}: {reason}", f"correct {key} in {path.name}")


def is_word(word: str) -> bool:
    """Whether this is one spoken word, as a recogniser writes it."""
    return word.replace("'", "").isalpha() and word == word.lower()


_is_word = cache(is_word)


def _near(path: Path, bounds: Mapping[str, int | float]) -> Near:
    try:
        return msgspec.convert(bounds, Near)
    except msgspec.ValidationError as error:
        raise wrong(path, "near", str(error)) from error


# --- expanding

_Kept = dict[tuple[str, tuple[str, ...]], tuple[Phrase, ...]]
"""Key in the file and its templates -> their phrases."""


@lru_cache(maxsize=2)
def _kept(content: bytes) -> _Kept:
    """Return the phrases expanded so far by the same rules and wording.

    A program that loads its prompts again (the doctor, a check, a test) expands only what is new.
    """
    return {}


def _what_expanding_depends_on(file: IntentFile) -> IntentFile:
    """Return a file of intents without its intents: equal ones expand a template alike."""
    return msgspec.structs.replace(file, intent={}, here={}, ignored=(), only={}, hints={})


def _phrases(
    name: str,
    intent: Intent,
    rules: Rules,
    values: Mapping[str, int],
    wording: Wording,
    path: Path,
    kept: _Kept,
) -> Iterator[Phrase]:
    groups: list[tuple[str, tuple[str, ...], str | None, bool]] = [
        ("phrases", intent.phrases, None, False),
        ("asked", intent.asked, None, True),
        *(
            (
                f"values.{value}",
                tuple(w.removesuffix(ASKED) for w in ways if asked == _asked(w)),
                value,
                asked,
            )
            for value, ways in intent.values.items()
            for asked in (False, True)
        ),
    ]
    for key, templates, kind, asked in groups:
        where = f"intent.{name}.{key}"
        if (where, templates) not in kept:
            phrases: list[Phrase] = []
            for text, core, first in _texts(path, where, templates, rules, wording):
                value: int | str | None = kind
                if kind is None:
                    value = next((values[w] for w in text.split() if w in values), None)
                is_open = text.endswith(OPEN)
                words = text.removesuffix(OPEN)
                heard = wording.canonical(words)
                if asked and kind is not None:
                    core = first  # what is only near to a kind is not listened for as much
                phrases.append(Phrase(words, heard, name, value, asked, is_open, core, first))
            kept[where, templates] = tuple(phrases)
        yield from kept[where, templates]


def _asked(template: str) -> bool:
    return template.endswith(ASKED)


def _here(
    place: Place,
    row: Mapping[str, tuple[str, ...]],
    whole: IntentFile,
    rules: Rules,
    wording: Wording,
    files: Mapping[str, Path],
    kept: _Kept,
) -> Iterator[Phrase]:
    """Yield the phrases of one place; "intent.kind" names one kind of an intent."""
    for key, templates in row.items():
        name, _, kind = key.partition(".")
        path = files[f"here.{place}.{key}"]
        known = whole.intent.get(name)
        value = int(kind) if name == "number" and kind.isdigit() else kind or None
        if known is None or (isinstance(value, str) and value not in known.values):
            raise wrong(path, f"here.{place}.{key}", f'there is no intent "{key}"')
        where = f"here.{place}.{key}"
        if (where, templates) not in kept:
            phrases: list[Phrase] = []
            for text, core, _ in _texts(path, where, templates, rules, wording):
                is_open = text.endswith(OPEN)
                words = text.removesuffix(OPEN)
                heard = wording.canonical(words)
                phrases.append(Phrase(words, heard, name, value, False, is_open, core, core))
            kept[where, templates] = tuple(phrases)
        yield from kept[where, templates]


def _texts(
    path: Path, key: str, templates: tuple[str, ...], rules: Rules, wording: Wording
) -> Iterator[tuple[str, bool, bool]]:
    """Yield the sentences of templates, written out, and whether each is core and first."""
    for number, template in enumerate(templates):
        try:
            sentences = expand(template, rules)
        except TemplateError as error:
            raise wrong(path, key, f'"{template}" {error}') from error
        core = sorted(sentences, key=lambda sentence: sentence.count(" "))[:MOST_CORE]
        for sentence in sentences:
            if len(sentence) > LONGEST_PHRASE:
                reason = f"a phrase has {len(sentence)} characters, more than {LONGEST_PHRASE}"
                raise wrong(path, key, reason)
            words = sentence.removesuffix(OPEN)
            if not words or not all(map(_is_word, words.split(" "))):
                reason = f'"{sentence}" must be lower-case words with one space'
                raise wrong(path, key, reason)
            written = wording.written_out(words) + sentence[len(words) :]
            yield written, sentence in core, sentence in core and number == 0


# --- checking


def _check_words(path: Path, file: IntentFile) -> None:
    """Check what stands for one spoken word each, and courtesies, which are words too."""
    single: tuple[tuple[str, Iterable[str]], ...] = (
        ("numbers", file.numbers),
        ("minutes", file.minutes),
        ("alike", [w for word, others in file.alike.items() for w in (word, *others)]),
        ("decoys.words", file.decoys.words),
        ("contractions", file.contractions),
        ("courtesy.fillers", file.courtesy.fillers),
        ("courtesy.small", file.courtesy.small),
        ("turning.deny", file.turning.deny),
        ("turning.before", file.turning.before),
        ("hints", file.hints),
        ("speakers", file.speakers),
        ("turning.opposites", [word for pair in file.turning.opposites for word in pair]),
    )
    for key, words in single:
        for word in words:
            if not is_word(word):
                raise wrong(path, key, f'"{word}" must be one lower-case word')
    phrases: tuple[tuple[str, Iterable[str]], ...] = (
        ("contractions", file.contractions.values()),
        ("joining", file.joining),
        ("courtesy.before", file.courtesy.before),
        ("courtesy.after", file.courtesy.after),
        ("courtesy.exclamations", file.courtesy.exclamations),
        ("courtesy.afterthoughts", file.courtesy.afterthoughts),
    )
    for key, texts in phrases:
        for text in texts:
            if not all(map(is_word, text.split(" "))):
                raise wrong(path, key, f'"{text}" must be lower-case words with one space')


def _wrong_meanings(loaded: Understood) -> Iterator[PromptFault]:
    """Yield what is wrong: every phrase has one meaning, also while only its beginning is heard."""
    wording = loaded.wording
    for key in ("before", "after", "exclamations", "afterthoughts"):
        for text in getattr(wording, key):
            denied = wording.denying.intersection(wording.canonical(text).split())
            if denied:
                reason = f'"{text}" turns a meaning ("{min(denied)}")'
                yield wrong(loaded.files["intents"], f"courtesy.{key}", reason)
    turned = wording.small & wording.turning
    if turned:
        reason = f'"{min(turned)}" turns a meaning'
        yield wrong(loaded.files["intents"], "courtesy.small", reason)
    general: dict[str, Phrase] = {}
    groups = ((f"intent.{n}", ps) for n, ps in loaded.said.items())
    yield from _two_meanings(loaded, groups, general)
    for place, phrases in loaded.here.items():
        yield from _two_meanings(loaded, [(f"here.{place}", phrases)], {})
    yield from _acted_on_too_soon(loaded, general)
    yield from _unknown_names(loaded)
    total = sum(map(len, loaded.said.values())) + sum(map(len, loaded.here.values()))
    if total > MOST_PHRASES:
        reason = f"its templates make {total} sentences, more than {MOST_PHRASES}"
        yield wrong(loaded.files["intents"], "intent", reason)
    for name, intent in loaded.intents.items():
        if not loaded.said[name] and not any(
            p.intent == name for ps in loaded.here.values() for p in ps
        ):
            path = loaded.files[f"intent.{name}"]
            yield wrong(path, f"intent.{name}.phrases", "at least one phrase is needed")
        if intent.answer and any(phrase.open for phrase in loaded.said[name]):
            path = loaded.files[f"intent.{name}"]
            yield wrong(path, f"intent.{name}.phrases", "an answer has no open end")
        if intent.waits and not intent.safety:
            path = loaded.files[f"intent.{name}"]
            yield wrong(path, f"intent.{name}.waits", "only a safety intent waits")


def _unknown_names(loaded: Understood) -> Iterator[PromptFault]:
    """Yield the intents and kinds that are named elsewhere and are not there."""
    path = loaded.files["intents"]
    for place, names in loaded.only.items():
        for name in sorted(names - loaded.intents.keys()):
            yield wrong(path, f"only.{place}", f'there is no intent "{name}"')
    for word, name in loaded.hints.items():
        intent, _, kind = name.partition(".")
        if kind not in getattr(loaded.intents.get(intent), "values", {}):
            yield wrong(path, f"hints.{word}", f'there is no "{name}"')


def _two_meanings(
    loaded: Understood,
    groups: Iterable[tuple[str, Iterable[Phrase]]],
    owner: dict[str, Phrase],
) -> Iterator[PromptFault]:
    """Yield phrases with two meanings; `owner` gets canonical phrase -> phrase."""
    for key, phrases in groups:
        for phrase in phrases:
            text = phrase.heard
            other = owner.setdefault(text, phrase)
            same = (phrase.intent, phrase.value, phrase.asked)
            if (other.intent, other.value, other.asked) != same:
                named = other.intent if other.value is None else f"{other.intent}.{other.value}"
                where = key if key.startswith("intent.") else f"{key}.{phrase.intent}"
                path = loaded.files.get(where, loaded.files["intents"])
                suffix = ".phrases" if key.startswith("intent.") else ""
                yield wrong(path, f"{where}{suffix}", f'"{phrase.text}" already belongs to {named}')


def _acted_on_too_soon(loaded: Understood, owner: Mapping[str, Phrase]) -> Iterator[PromptFault]:
    """Yield phrases whose first word would be acted on before the rest has been heard.

    Longer beginnings are waited for while the person speaks (`Matcher.may_go_on`); a word such as
    "stop" must not have to wait.
    """
    at_once = {
        text: phrase.intent
        for text, phrase in owner.items()
        if loaded.intents[phrase.intent].safety and not loaded.intents[phrase.intent].waits
    }
    for text, phrase in owner.items():
        first, _, rest = text.partition(" ")
        other = at_once.get(first, phrase.intent)
        if rest and other != phrase.intent and not loaded.intents[phrase.intent].safety:
            key = f"intent.{phrase.intent}"
            reason = f'"{text}" begins with "{first}", which means {other} at once'
            yield wrong(loaded.files[key], f"{key}.phrases", reason)
