"""The alarm that wakes: is it ever heard as a command, and is "done" heard after it?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle, islice

from voice_coach.coach import State
from voice_coach.coach.activities.take_off import TakeOff
from voice_coach.coach.events import Earcon
from voice_coach.speaking.speaker import GAP_SECONDS
from voice_coach.speaking.tones import ALARM, earcon
from voice_coach.understanding.book import Situation

from ..common import Cell, Goal, Report, Scale, Table, meaning_of, most_likely_at_most, percent
from ..scenes.noise import noises
from ..scenes.recordings import SPEECH, Clip, real, synthesised
from ..scenes.scene import RATE, Scene
from .duplex import RoomDuplex
from .interruptions import GREETING
from .program import Script, WatchedSession, in_situation, the_program

ANSWERS = ("done", "it is off", "it's off", "i took it off")
"""Said after the alarm."""

VOICES = ("slt", "awb", "rms")
"""Of flite."""

PEOPLE = 12
"""Recordings of people."""

GAINS_DB = (-9.0, -3.0, 3.0, 9.0)
"""Of the alarm, in turn: as it is given first, to as loud as the loudspeaker goes."""

AFTER_SECONDS = 0.3
"""From the end of the alarm to the answer: the room has hardly stopped ringing."""

RING_SECONDS = 0.25
"""From the end of the alarm until it can no longer be what is heard."""

WAIT_SECONDS = 1.8
"""From the end of an answer, or of an alarm alone, until nothing more can come of it."""

TRIALS = 24
"""Alarms in one room, in each of which, by turns, somebody answers or nobody does."""

ROOMS = (
    Scene("small, soft"),
    Scene("living room", size=(6.0, 5.0, 2.6), rt60=0.6, distortion=0.05),
    Scene("loud echo", echo_db=15.0, distortion=0.03),
    Scene("headphones", echo_db=None),
    Scene("far", size=(6.0, 5.0, 2.6), distance=3.0, user_db=-36.0, rt60=0.5),
    Scene("noisy", snr_db=15.0),
    Scene("drift 100 ppm", drift_ppm=100.0),
)


def answers() -> list[Clip]:
    """Return answers by synthetic voices, and by people where they are installed.

    Training has heard these people; what is asked is only whether the alarm hides them.
    """
    book = the_program().parts.book
    found = [*synthesised(ANSWERS, VOICES), *real(frozenset(ANSWERS), PEOPLE, "train")]
    return [clip for clip in found if meaning_of(clip.words, book) == ("done", None)]


@dataclass
class Heard:
    """What was heard in one room, or in several.

    Attributes:
        alarms: how often the alarm was given.
        taken: what was heard in it, or in what it leaves in the room: (intent, words).
        beside: what began before it, or in the silence after that, before anybody spoke: it is the
            room's.
        answered, heard: how many answers were given after an alarm, and heard as what they are.
        control, control_heard: the same without an alarm before them.
        mistaken, control_mistaken: how many answers were heard as something else, too.
        missed: the words of those after an alarm that were not heard.
    """

    alarms: int = 0
    taken: list[tuple[str, str]] = field(default_factory=list)
    beside: list[tuple[str, str]] = field(default_factory=list)
    answered: int = 0
    heard: int = 0
    control: int = 0
    control_heard: int = 0
    mistaken: int = 0
    control_mistaken: int = 0
    missed: list[str] = field(default_factory=list)

    def add(self, other: Heard) -> None:
        """Add what was heard elsewhere."""
        self.alarms += other.alarms
        self.taken += other.taken
        self.beside += other.beside
        self.answered += other.answered
        self.heard += other.heard
        self.control += other.control
        self.control_heard += other.control_heard
        self.mistaken += other.mistaken
        self.control_mistaken += other.control_mistaken
        self.missed += other.missed


def measure(scale: Scale) -> Report:
    """Give the alarm in one room of each kind, or in several."""
    rows = [(scene, in_rooms(scene, range(scale.pick(1, 4)))) for scene in ROOMS]
    total = Heard()
    for _, row in rows:
        total.add(row)
    return report([*((scene.name, row) for scene, row in rows), ("all", total)])


def report(rows: Sequence[tuple[str, Heard]]) -> Report:
    """Return the tables; the last row is the sum of the others."""
    total = rows[-1][1]
    after, without = (
        percent(total.heard, total.answered),
        percent(total.control_heard, total.control),
    )
    taken = Counter(f"{words} = {intent}" for intent, words in total.taken)
    found: list[tuple[Cell, ...]] = [(what, count) for what, count in taken.most_common(12)]
    beside = Counter(f"{words} = {intent}, of the room beside it" for intent, words in total.beside)
    found += [(what, count) for what, count in beside.most_common(12)]
    found += [(f"not heard: {w}", n) for w, n in Counter(total.missed).most_common(12)]
    return Report(
        "room-alarm",
        [
            Table(
                "the alarm of heat and ice, in simulated rooms",
                (
                    "room",
                    "alarms",
                    "taken for a command",
                    "at most, %",
                    "of the room beside it",
                    "answers",
                    "heard, %",
                    "mistaken",
                    "without the alarm",
                    "heard, %",
                    "mistaken",
                ),
                [_row(name, row) for name, row in rows],
                "at most: 95 % sure; heard: as what they are; mistaken: heard as something else",
            ),
            Table("which", ("words", "times"), found),
        ],
        [
            Goal("alarms taken for a command", float(len(total.taken)), 0.0),
            Goal(
                "answers heard after it, below those without it",
                (without or 0) - (after or 0),
                2.0,
                "%",
            ),
        ],
    )


def _row(name: str, row: Heard) -> tuple[Cell, ...]:
    return (
        name,
        row.alarms,
        len(row.taken),
        100 * most_likely_at_most(len(row.taken)) / max(1, row.alarms),
        len(row.beside),
        row.answered,
        percent(row.heard, row.answered),
        row.mistaken,
        row.control,
        percent(row.control_heard, row.control),
        row.control_mistaken,
    )


def in_rooms(scene: Scene, seeds: range) -> Heard:
    """Give the alarm in rooms of one kind."""
    made = Heard()
    for seed in seeds:
        duplex = RoomDuplex(
            replace(scene, seed=seed), noises(SPEECH) if scene.snr_db is not None else None
        )
        session = WatchedSession(duplex, obeys=False)
        session.follow(_script(session, duplex, seed, made))
    return made


def _script(session: WatchedSession, duplex: RoomDuplex, seed: int, made: Heard) -> Script:
    yield RATE
    book = the_program().parts.book
    routine, step = GREETING
    key = f"{routine}.{step}.say"
    for sentence in range(len(book.texts[key][0])):  # so that the canceller knows the room
        session.say(key, 0, sentence)
    yield session.speech_ends + RATE
    clips = answers()
    for number, (gain, clip) in enumerate(
        islice(zip(cycle(GAINS_DB), cycle(clips[seed:] + clips[:seed])), TRIALS)
    ):
        # Whether the pad is off was asked in every other one: there "yes" and "no" count, too.
        state = _at_alarm(off_asked=number % 2 == 1)
        # So that each gain comes with and without an answer.
        answer = clip if (number + number // 4 + seed) % 3 else None
        yield from _alarm(session, duplex, state, gain, answer, made)
        if answer is not None and number % 2:
            yield from _control(session, duplex, state, answer, made)


def _at_alarm(*, off_asked: bool) -> State:
    state = in_situation(Situation.ENDING)
    assert isinstance(state.top, TakeOff)
    return replace(state, stack=(*state.stack[:-1], replace(state.top, off_asked=off_asked)))


def _alarm(
    session: WatchedSession,
    duplex: RoomDuplex,
    state: State,
    gain: float,
    clip: Clip | None,
    made: Heard,
) -> Iterator[int]:
    session.place(state)
    first = len(session.acts)
    session.sound(Earcon(ALARM, gain))
    length = len(earcon(ALARM, RATE)) + round(GAP_SECONDS * RATE) + duplex.lead
    # As the microphone hears it.
    ends = session.now + length + round(duplex.scene.delay * RATE)
    begins = ends + round(AFTER_SECONDS * RATE)
    if clip is not None:
        duplex.say(begins, clip.sound)
        ends = begins + len(clip.sound)
    yield ends + round(WAIT_SECONDS * RATE)
    acts = session.acts[first:]
    made.alarms += 1
    assert session.alarm is not None
    late = round(duplex.scene.delay * RATE)
    sounds, rings = session.alarm[0], session.alarm[1] + late + round(RING_SECONDS * RATE)
    for act in acts:
        if clip is not None and act.at > begins:
            continue  # somebody spoke
        if sounds <= act.began < rings:
            made.taken.append((act.intent, act.words))
        else:
            made.beside.append((act.intent, act.words))
    if clip is None:
        return
    made.answered += 1
    meant = {act.intent == _meant(clip) for act in acts if act.at > begins}
    made.heard += True in meant
    made.mistaken += False in meant
    if True not in meant:
        made.missed.append(clip.words)


def _control(
    session: WatchedSession, duplex: RoomDuplex, state: State, clip: Clip, made: Heard
) -> Iterator[int]:
    session.place(state)
    first = len(session.acts)
    duplex.say(session.now + RATE, clip.sound)
    yield session.now + RATE + len(clip.sound) + round(WAIT_SECONDS * RATE)
    made.control += 1
    meant = {act.intent == _meant(clip) for act in session.acts[first:]}
    made.control_heard += True in meant
    made.control_mistaken += False in meant


def _meant(clip: Clip) -> str:
    meaning = meaning_of(clip.words, the_program().parts.book)
    if meaning is None:
        raise ValueError(f'"{clip.words}" means nothing')
    return meaning[0]
