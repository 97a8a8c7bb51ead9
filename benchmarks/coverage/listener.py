"""A fresh process that hears sounds and reads texts as the coach of some source tree would.

It is run as a script, with that tree first on PYTHONPATH, and imports nothing else of this project:
so the same sounds go through two versions of the program. The parent (`trees.py`) writes what to do
as JSON on standard input, and reads what came of it, as JSON, from the last line of output.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np

from voice_coach.app import (
    Parts,
    assemble,
    load_hearing,
    make_listening,
    make_options,
    make_recogniser,
)
from voice_coach.audio.duplex import Block
from voice_coach.audio.samples import Samples
from voice_coach.coach import State, understood
from voice_coach.coach.places import place, place_state
from voice_coach.hearing import HEARING_RATE, Recogniser, Speech, open_detector
from voice_coach.hearing.recogniser import CHUNK
from voice_coach.interpretation import understand
from voice_coach.listening import CommandListener
from voice_coach.settings import Settings
from voice_coach.understanding import Matcher
from voice_coach.understanding.evidence import Command

# --- places


@cache
def default_parts(language: str = "en") -> Parts:
    """Return the program's parts with default settings, in a language."""
    return assemble(Settings(language=language))


@cache
def default_state(name: str, language: str = "en") -> State:
    """Return the state at a place with default settings."""
    parts = default_parts(language)
    return place_state(name, parts.book, make_options(parts, HEARING_RATE))


# --- by text


def read(name: str, text: str, language: str) -> list[dict[str, Any]]:
    """Return what a text is taken for at a place: one command or none."""
    book = default_parts(language).book
    found = understand(text, default_state(name, language), book, _matcher(language))
    if found.intent is None:
        return []
    return [{"intent": found.intent, "value": found.value, "text": text, "certain": found.certain}]


@cache
def _matcher(language: str) -> Matcher:
    return Matcher(default_parts(language).book)


# --- by sound


def listening(recogniser: Recogniser, state: State, parts: Parts) -> CommandListener:
    """Return what listens for what makes sense in a state, as the program's loop does."""
    made = CommandListener(recogniser, parts.book, HEARING_RATE, make_listening(parts))
    intents, here = understood(state, parts.book), place(state, parts.book)
    made.listen(intents, pacing=state.breath is not None, place=here)
    return made


@cache
def default_model(language: str = "en") -> Any:
    """Return the hearing model with default settings."""
    return load_hearing(default_parts(language))


@cache
def _detector() -> Any:
    return open_detector()


class Coach:
    """The coach's ears and rules at one place, for one sound or for many after one another.

    Args:
        state: the coach, see `place_state`.
        parts: the program's parts.
        model: the hearing model.
    """

    def __init__(self, state: State, parts: Parts, model: Any) -> None:
        speech = Speech(_detector(), print)
        recogniser = make_recogniser(parts, model, HEARING_RATE, speech=speech)
        self._listener = listening(recogniser, state, parts)
        self._frame = 0

    def hear(self, sound: Samples) -> tuple[list[dict[str, Any]], list[str]]:
        """Return the commands acted on, with `at` counted from the sound's start, and all words."""
        silence = np.zeros(CHUNK, np.float32)
        began = self._frame
        commands: list[dict[str, Any]] = []
        words: list[str] = []
        for start in range(0, len(sound) - CHUNK + 1, CHUNK):
            block = Block(self._frame, sound[start : start + CHUNK], silence)
            self._frame = block.end
            for heard, decision in self._listener.decisions(block):
                if decision is not None:
                    words.append(heard.text)
                if isinstance(decision, Command):
                    made = {
                        "intent": decision.intent,
                        "value": decision.value,
                        "text": decision.text,
                        "certain": decision.certain,
                    }
                    at, early = block.end - began, not heard.final
                    commands.append({**made, "at": at, "early": early, "how": decision.detail})
        return commands, words


def _coach(name: str, language: str) -> Coach:
    return Coach(default_state(name, language), default_parts(language), default_model(language))


class _Noted:
    """A recogniser that only notes for which words it would listen."""

    def __init__(self) -> None:
        self.words: set[str] = set()

    def listen(self, phrases: Iterable[str], *others: Any) -> None:
        """Note the words of some phrases."""
        self.words |= {word for phrase in phrases for word in phrase.split()}


def grammar(name: str, language: str) -> list[str]:
    """Return the words that are listened for at a place, without the decoys."""
    noted = _Noted()
    state = default_state(name, language)
    listening(cast(Recogniser, noted), state, default_parts(language))
    return sorted(noted.words)


def answers(job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield what came of each item of a job, in their order. See `trees.Item`."""
    language = job["language"]
    sounds = np.memmap(job["sounds"], np.int16, "r") if job.get("sounds") else None
    streams: dict[tuple[str, str], Coach] = {}
    for item in job["items"]:
        if sounds is None:
            yield {"commands": read(item["place"], item["words"], language), "heard": []}
            continue
        whole = sounds[item["start"] : item["end"]].astype(np.float32) / np.float32(32768)
        stream = (item["place"], item["stream"])
        coach = streams.get(stream) or _coach(item["place"], language)
        if item["stream"]:
            streams[stream] = coach
        commands, heard = coach.hear(whole)
        yield {"commands": commands, "heard": heard}


def main() -> None:
    """Do what standard input says."""
    import vosk

    vosk.SetLogLevel(-1)
    job = json.load(sys.stdin)
    places = dict.fromkeys(item["place"] for item in job["items"])
    began = time.process_time()
    made = {
        "answers": list(answers(job)),
        "grammar": {name: grammar(name, job["language"]) for name in places}
        if job["grammar"]
        else {},
        "cpu": time.process_time() - began,
        "tree": str(Path(cast(str, sys.modules["voice_coach"].__file__)).parent.parent),
    }
    print(json.dumps(made), flush=True)


if __name__ == "__main__":
    main()
