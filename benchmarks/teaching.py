"""Teaching: how much better a person is heard after `voice-coach teach`, and who loses.

For people whom training never used: some takes of their words, in one room with one noise, are
learnt from, and others are judged. Needs recordings of people who said words several times.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from voice_coach.audio.samples import Samples
from voice_coach.coach import intents_of
from voice_coach.hearing import HEARING_RATE
from voice_coach.speaking.sound import speech_level
from voice_coach.teaching.adapting import Manner
from voice_coach.teaching.judging import VoskJudge
from voice_coach.teaching.learning import Output, Pupil, all_takes, fit, learn, taught
from voice_coach.teaching.takes import Recording
from voice_coach.understanding import Situation

from .common import Goal, Lexis, Report, Table, announce, percent, show, the_parts
from .scenes import rooms
from .scenes.noise import Noises, noises
from .scenes.recordings import LEVEL_DB, SPEECH, Saying, evenly, sayings, seed_of, sound_of
from .scenes.takes import silence

TAUGHT_DB, JUDGED_DB = 20.0, (20.0, 12.0, 6.0)
"""dB of speech above noise in the takes that are learnt from, and in those that are judged."""

MARGIN = HEARING_RATE * 3 // 10
"""Samples of the room before and after a word."""

MOST = 2
"""Takes of a word to learn from; the rest are judged."""

FEWEST_WORDS = 4

CORPUS = "gsc"
"""Speech Commands, by the beginning of its folders."""

WANTED = 33.3
"""Percent of the errors that should go at 12 dB."""


NAMES = {
    "before": "as it is",
    "always": "taught, without the check",
    "kept": "taught, if the check is passed",
}


@dataclass(frozen=True)
class Person:
    """Somebody with a room and what hums in it."""

    name: str
    response: Samples
    noise: Samples

    def take(self, saying: Saying, snr_db: float, phrase: str, number: int) -> Recording | None:
        """Return a recording as it is heard in that room; None if it is not installed."""
        sound = sound_of(saying)
        if sound is None:
            return None
        placed = rooms.placed(sound, self.response)
        made = silence(len(placed) + 2 * MARGIN, saying.name)
        gain = 10 ** ((LEVEL_DB - speech_level(placed, HEARING_RATE)) / 20)
        made[MARGIN : MARGIN + len(placed)] += placed * np.float32(gain)
        start = seed_of("where", saying.name, snr_db) % len(self.noise)
        piece = np.take(self.noise, np.arange(start, start + len(made)), mode="wrap")
        made += piece * np.float32(10 ** ((LEVEL_DB - snr_db) / 20))
        return Recording(phrase, number, np.clip(made, -1, 1).astype(np.float32))


def person(name: str, found: Noises) -> Person:
    """Return somebody's room, always the same."""
    responses = rooms.table_responses()
    response = responses[seed_of("whose room", name) % len(responses)]
    return Person(name, response, found.piece(20 * HEARING_RATE, name, name))


@dataclass
class Sums:
    """What was heard of all people."""

    hits: dict[tuple[str, float], int] = field(default_factory=lambda: defaultdict(int))
    takes: dict[float, int] = field(default_factory=lambda: defaultdict(int))
    false: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    others: int = 0
    change: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    kept: int = 0


class Trial:
    """One person after the other is taught.

    Args:
        folder: of recordings.
        others: how many words outside the grammar each person's model hears.
        manner: how to adapt.
    """

    def __init__(self, folder: Path, others: int, manner: Manner) -> None:
        self.parts, self.manner = the_parts(), manner
        self.lexis = Lexis.of(self.parts.book)
        self.noises = noises(folder)
        book = self.parts.book
        said = book.phrases(intents_of(Situation.MENU, book))
        self.menu = tuple(sorted({phrase for phrase, _ in said if " " not in phrase}))
        self.folder = folder
        self.others = others
        self.sums = Sums()

    def teach(self, name: str, words: dict[str, list[Saying]]) -> None:
        """Teach one person's words, and count."""
        who = person(name, self.noises)
        learnt, judged = self._split(words)
        takes = [
            one
            for word, number, saying in learnt
            if (one := who.take(saying, TAUGHT_DB, word, number)) is not None
        ]
        pupil = Pupil.of(self.parts.model_folder, sorted(words), sorted(self.lexis.commands))
        phrases = tuple(dict.fromkeys((*self.menu, *words)))
        book = self.parts.book
        judge = VoskJudge(
            self.parts.model_folder, pupil.acoustic, phrases, tuple(book.decoys), book.alike
        )
        room = who.noise[: 5 * HEARING_RATE] * np.float32(10 ** ((LEVEL_DB - TAUGHT_DB) / 20))
        kept = fit(pupil, takes)
        always = taught(pupil, [all_takes(pupil, one, room) for one in kept], self.manner)
        gated = learn(pupil, kept, room, judge, self.manner)
        self.sums.kept += gated.output is not None
        self._count(who, judge, judged, {"before": None, "always": always, "kept": gated.output})
        print("#", name, len(words), len(takes), len(kept), gated.before, gated.after, flush=True)
        print(dict(self.sums.hits.items()), dict(self.sums.takes), flush=True)
        print(dict(self.sums.false), self.sums.others, dict(self.sums.change), flush=True)

    def _split(
        self, words: dict[str, list[Saying]]
    ) -> tuple[list[tuple[str, int, Saying]], list[tuple[str, Saying]]]:
        learnt, judged = [], []
        for word, said in sorted(words.items()):
            said = sorted(said, key=lambda one: seed_of("order", one.name))
            most = min(MOST, len(said) - 1) if len(said) > 1 else len(said)
            learnt += [(word, number, one) for number, one in enumerate(said[:most])]
            judged += [(word, one) for one in said[most:]]
        return learnt, judged

    def _count(
        self,
        who: Person,
        judge: VoskJudge,
        judged: list[tuple[str, Saying]],
        outputs: dict[str, Output | None],
    ) -> None:
        others = self._other_words(who, judge)
        levels = [
            [t for word, one in judged if (t := who.take(one, snr_db, word, 0)) is not None]
            for snr_db in JUDGED_DB
        ]
        self.sums.others += len(others)
        for snr_db, takes in zip(JUDGED_DB, levels, strict=True):
            self.sums.takes[snr_db] += len(takes)
        first, false_first = judge.heard(None, levels, others)
        for name, output in outputs.items():
            hits, false = (
                (first, false_first) if output is None else judge.heard(output, levels, others)
            )
            self.sums.false[name] += false
            for snr_db, count in zip(JUDGED_DB, hits, strict=True):
                self.sums.hits[name, snr_db] += count
            self.sums.change[name].append(sum(hits) - sum(first))

    def _other_words(self, who: Person, judge: VoskJudge) -> list[Recording]:
        known = {word for phrase in judge.phrases for word in phrase.split()}
        every = (
            one
            for one in sayings(self.folder)
            if one.split == "dev" and len(one.words.split()) == 1 and one.words not in known
        )
        chosen = evenly(every, self.others, lambda one: one.words)
        takes = (who.take(one, TAUGHT_DB, one.words, 0) for one in chosen)
        return [one for one in takes if one is not None]


def people(folder: Path, lexis: Lexis) -> dict[str, dict[str, list[Saying]]]:
    """Return whoever said several words several times: name -> word -> recordings."""
    found: dict[str, dict[str, list[Saying]]] = defaultdict(lambda: defaultdict(list))
    for one in sayings(folder):
        if one.split == "dev" and len(one.words.split()) == 1 and one.corpus.startswith(CORPUS):
            found[one.speaker][lexis.plain(one.words)].append(one)
    return {
        name: dict(words)
        for name, words in sorted(found.items())
        if sum(len(said) > 1 for said in words.values()) >= FEWEST_WORDS
    }


def report(sums: Sums) -> Report:
    """Return the tables."""
    rows: list[tuple[str | int | float | None, ...]] = []
    for name, what in NAMES.items():
        hits = [sums.hits[name, snr_db] for snr_db in JUDGED_DB]
        change = sums.change[name]
        lose, gain = sum(one < 0 for one in change), sum(one > 0 for one in change)
        rows.append((what, *hits, sums.false[name], gain, lose))
    whole = sums.takes[12.0]
    title = f"{len(sums.change['before'])} people, {whole} takes at each level of noise"
    note = f"{sums.kept} people's own check kept what was learnt; {sums.others} other words"
    columns = ("", *(f"{d:g} dB" for d in JUDGED_DB), "other words taken", "gain", "lose")
    wrong = whole - sums.hits["before", 12.0]
    gone = percent(sums.hits["kept", 12.0] - sums.hits["before", 12.0], wrong) or 0.0
    goal = Goal("errors in a room at 12 dB that go by teaching", gone, WANTED, "%", least=True)
    return Report("teaching", [Table(title, columns, rows, note)], [goal])


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=10, help="how many are taught")
    parser.add_argument("--skip", type=int, default=0, help="people to leave out first")
    parser.add_argument("--others", type=int, default=40, help="words outside the grammar, each")
    parser.add_argument("--speech", type=Path, default=SPEECH, help="folder of recordings")
    parser.add_argument("--rate", type=float, default=Manner().rate, help="size of a step")
    parser.add_argument("--margin", type=float, default=Manner().margin, help="of the right word")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> None:
    """Teach one person after the other; print the tables."""
    given = options(arguments)
    announce()
    trial = Trial(given.speech, given.others, Manner(margin=given.margin, rate=given.rate))
    found = people(given.speech, trial.lexis)
    most_takes = sorted(found, key=lambda name: -sum(map(len, found[name].values())))
    for name in most_takes[given.skip :][: given.people]:
        trial.teach(name, found[name])
    show(report(trial.sums))


if __name__ == "__main__":
    main()
