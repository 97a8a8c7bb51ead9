"""From takes to a voice: what is learnt, and proof on takes that were not learnt from.

The takes are split in two. What is learnt from one half is judged on the other, as it was said and
with more of the room's noise, by the recogniser itself. Only if it hears more there, no less in
either, and no more words where none of them was listened for, is it learnt from all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, product
from pathlib import Path

import msgspec
import numpy as np

from voice_coach.audio.samples import Samples
from voice_coach.faults import ModelFault
from voice_coach.teaching.adapting import NEAREST, Manner, Rivals, Take, adapted
from voice_coach.teaching.body import Body, Matrix
from voice_coach.teaching.kaldi import AcousticModel, KaldiError, read_model
from voice_coach.teaching.takes import Recording, heard_by, noisier, shortlisted, unlike
from voice_coach.vocabulary.filler import Filler
from voice_coach.vocabulary.graph import FILLER, LEXICON, PHONES
from voice_coach.vocabulary.lexicon import Lexicon, Pronunciation
from voice_coach.vocabulary.own_words import ACOUSTIC, require_own_model
from voice_coach.vocabulary.phones import Inventory

NOISE_DB = (12.0, 6.0)
"""dB of speech above the room's noise in the further takes that are made to learn from."""

JUDGED_DB = 12.0
"""The same in those that are judged."""

WAYS = 6
"""Ways of saying a phrase that count: its words may each have several."""

FEWEST = 8
"""Takes that are needed."""

ENOUGH = 0.5
"""Share of the takes that must resemble what was asked for. Where fewer do, somebody else spoke,
or something else did."""

REMEDY = "use the one that comes with voice-coach: `--set hearing_model=en-us-commands`"


@dataclass(frozen=True)
class Output:
    """An output layer: weights, (outputs, width), and biases, (outputs,)."""

    weight: Matrix
    bias: Matrix


@dataclass(frozen=True)
class Pupil:
    """A hearing model that can learn.

    Attributes:
        acoustic: its acoustic model.
        body: the same as a network.
        rivals: all that competes in a take.
    """

    acoustic: AcousticModel
    body: Body
    rivals: Rivals

    @classmethod
    def of(cls, folder: Path, phrases: Sequence[str], words: Sequence[str]) -> Pupil:
        """Read a model.

        Args:
            folder: one of our models.
            phrases: what is asked for.
            words: what else is listened for, single words.

        Raises:
            ModelFault: it is not one of ours, or is damaged.
        """
        require_own_model(folder)
        lexicon, filler = Lexicon.read(folder / LEXICON), Filler.read(folder / FILLER)
        try:
            acoustic = read_model(folder / ACOUSTIC)
            body = Body.of(acoustic)
        except (KaldiError, OSError) as error:
            raise ModelFault(f"{folder / ACOUSTIC} cannot learn: {error}", REMEDY) from error
        ways: dict[str, list[Pronunciation]] = {}
        for word, way in lexicon.entries:
            ways.setdefault(word, []).append(way)
        grammar = {phrase: _ways(phrase, ways) for phrase in dict.fromkeys((*phrases, *words))}
        costs = {
            phrase: sum(filler.thresholds.get(word, 0.0) for word in phrase.split())
            for phrase in grammar
        }
        rivals = Rivals.of(
            {phrase: found for phrase, found in grammar.items() if found},
            lexicon,
            msgspec.structs.replace(filler, thresholds=costs),
            Inventory.read(folder / PHONES),
        )
        return cls(acoustic, body, rivals)

    def resembles(self, recording: Recording) -> bool:
        """Whether a recording is of what was asked for, as far as can be told."""
        return unlike(self.body, self.take(recording), self.rivals) is None

    def take(self, recording: Recording) -> Take:
        """Return a recording as a take."""
        return shortlisted(self.body, recording, self.rivals, NEAREST)


def _ways(phrase: str, ways: Mapping[str, Sequence[Pronunciation]]) -> list[Pronunciation]:
    """Return how a phrase is said; nothing if one of its words is unknown."""
    each = [ways.get(word, ()) for word in phrase.split()]
    return [sum(found, ()) for found in product(*each)][:WAYS]


@dataclass(frozen=True)
class Count:
    """What was heard of some takes.

    Attributes:
        said: how many were understood as they were said.
        noisy: how many with the room's noise at JUDGED_DB.
        of: how many there are.
        false: in how many a word was heard while none of theirs was listened for.
    """

    said: int = 0
    noisy: int = 0
    of: int = 0
    false: int = 0

    def __add__(self, other: Count) -> Count:
        """Return both together."""
        return Count(
            self.said + other.said,
            self.noisy + other.noisy,
            self.of + other.of,
            self.false + other.false,
        )

    @property
    def hits(self) -> int:
        """How many were understood, of twice as many as there are takes."""
        return self.said + self.noisy

    def beats(self, other: Count) -> bool:
        """Whether more is heard, and nothing is heard worse."""
        return (
            self.hits > other.hits
            and self.said >= other.said
            and self.noisy >= other.noisy
            and self.false <= other.false
        )


Judge = Callable[[Output | None, Sequence[Recording], Sequence[Recording]], Count]
"""Hears takes, and the same in noise, with an output layer, or the model's own if None."""


@dataclass(frozen=True)
class Outcome:
    """What came of learning.

    Attributes:
        before, after: of takes that were not learnt from.
        output: what was learnt from all of them; None if it did not help.
    """

    before: Count
    after: Count
    output: Output | None


def fit(pupil: Pupil, recordings: Sequence[Recording]) -> tuple[Recording, ...]:
    """Return the recordings that resemble what was asked for; none if too few do."""
    kept = tuple(one for one in recordings if pupil.resembles(one))
    enough = len(kept) >= max(FEWEST, ENOUGH * len(recordings))
    return kept if enough else ()


def learn(
    pupil: Pupil,
    recordings: Sequence[Recording],
    room: Samples,
    judge: Judge,
    manner: Manner,
    now: Output | None = None,
) -> Outcome:
    """Learn from takes, with proof.

    Args:
        pupil: the model.
        recordings: fit to learn from.
        room: noise of the room, at HEARING_RATE; empty for none.
        judge: the recogniser.
        manner: how to adapt.
        now: what is in use now, which has to be beaten; None for the model's own.
    """
    before = after = Count()
    takes = {one: all_takes(pupil, one, room) for one in recordings}
    for half in (0, 1):
        learnt, others = halves(recordings, half)
        if not learnt or not others:
            continue
        noisy = [in_noise(one, room, JUDGED_DB) for one in others]
        before += judge(now, others, noisy)
        after += judge(taught(pupil, [takes[one] for one in learnt], manner), others, noisy)
    if not after.beats(before):
        return Outcome(before, after, None)
    return Outcome(before, after, taught(pupil, list(takes.values()), manner))


def halves(recordings: Sequence[Recording], half: int) -> tuple[list[Recording], list[Recording]]:
    """Return the takes to learn from, and those to judge on.

    They are split by the time they were asked for; if all were asked for once, by the phrase.
    """
    once = len({one.number for one in recordings}) < 2
    mine = [(at if once else one.number) % 2 == half for at, one in enumerate(recordings)]
    return (
        [one for one, is_mine in zip(recordings, mine, strict=True) if is_mine],
        [one for one, is_mine in zip(recordings, mine, strict=True) if not is_mine],
    )


def all_takes(pupil: Pupil, recording: Recording, room: Samples) -> tuple[Take, ...]:
    """Return a recording as a take, and the same with the room's noise."""
    take = pupil.take(recording)
    noisy = [in_noise(recording, room, snr_db) for snr_db in NOISE_DB if len(room)]
    hidden = [heard_by(pupil.body, one.sound, seed=1) for one in noisy]
    return (take, *(replace(take, hidden=one) for one in hidden))


def taught(pupil: Pupil, takes: Iterable[Sequence[Take]], manner: Manner) -> Output:
    """Return the output layer learnt from takes.

    Args:
        pupil: the model.
        takes: what `all_takes` returned of each recording.
        manner: how to adapt.
    """
    new = adapted(pupil.body, [*chain.from_iterable(takes)], pupil.rivals, manner)
    return Output(new.out_weight, new.out_bias)


def in_noise(recording: Recording, room: Samples, snr_db: float) -> Recording:
    """Return a recording with noise of the room, always the same."""
    if not len(room):
        return recording
    seed = [round(snr_db), recording.number, *recording.phrase.encode()]
    chance = int(np.random.default_rng(seed).integers(2**31))
    return replace(recording, sound=noisier(recording.sound, room, snr_db, chance))
