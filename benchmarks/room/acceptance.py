"""Recorded commands of people, said to a silent coach in a noisy room: how many are accepted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from voice_coach.coach import State, understood
from voice_coach.coach.in_routine import BeatKind
from voice_coach.understanding import Book
from voice_coach.understanding.book import Situation

from ..common import Cell, Goal, Report, Scale, Table, meaning_of, percent
from ..scenes.noise import noises
from ..scenes.recordings import Clip, commands, real
from ..scenes.scene import RATE, Scene
from .duplex import RoomDuplex
from .program import Script, WatchedSession, in_routine, in_situation, the_program

SNRS: tuple[float | None, ...] = (None, 24.0, 18.0, 12.0, 6.0)

WANTED = 97.0

ROOMS = (
    Scene("1 m, RT60 0.25 s", distance=1.0, rt60=0.25, echo_db=None),
    Scene("2 m, RT60 0.35 s", distance=2.0, rt60=0.35, echo_db=None),
    Scene("3 m, RT60 0.5 s", distance=3.0, rt60=0.5, size=(6.0, 5.0, 2.6), echo_db=None),
)

WAIT_SECONDS = 1.5


@dataclass(frozen=True)
class Trial:
    """One recording said to the coach.

    Attributes:
        scene: the room, with its noise.
        room: its name.
        words: what was said.
        accepted: understood correctly, number included.
        wrong: understood as something else.
    """

    scene: Scene
    room: str
    words: str
    accepted: bool
    wrong: bool


def measure(scale: Scale) -> Report:
    """Say the recordings in every room at every SNR."""
    book = the_program().parts.book
    phrases = frozenset(phrase for phrase, _ in book.phrases(frozenset(book.intents)))
    people = real(phrases, scale.pick(30, 300))
    clips = [c for c in (people or commands()) if place_for(c.words, book) is not None]
    trials: list[Trial] = []
    for snr in SNRS:
        for number, room in enumerate(ROOMS):
            scene = replace(room, name=f"{room.name}, {snr} dB", seed=number, snr_db=snr)
            trials += accepted(scene, room.name, clips[number :: len(ROOMS)])
    who = f"people's recordings, split dev, {len({c.speaker for c in people})} speakers"
    table = Table(
        "recorded commands accepted by SNR, the coach silent",
        ("SNR dB", "n", "accepted %", "wrong %", *(f"{room.name} %" for room in ROOMS)),
        [_row(snr, [t for t in trials if t.scene.snr_db == snr]) for snr in SNRS],
        f"{who if people else 'synthetic voices: no real recordings are installed'}; "
        "each recording in one of the rooms, the same at every SNR",
    )
    noisy = [t for t in trials if t.scene.snr_db is not None]
    goals = [
        Goal("accepted at 6 to 24 dB", _share(noisy) or 0.0, WANTED, "%", least=True),
        Goal(
            "accepted at 6 dB",
            _share([t for t in noisy if t.scene.snr_db == 6.0]) or 0.0,
            WANTED,
            "%",
            least=True,
        ),
    ]
    return Report("room-acceptance", [table, _words(noisy)], goals)


def place_for(words: str, book: Book) -> State | None:
    """Return a silent state in which a phrase makes sense; None if there is none."""
    meaning = meaning_of(words, book)
    if meaning is None:
        return None
    for state in (
        in_routine("pain", "score", BeatKind.ASK) if meaning[1] is not None else None,
        in_situation(Situation.MENU) if meaning[0] not in ("yes", "no") else None,
        in_routine("emergency", "below", BeatKind.ASK),
        in_routine("stretch", "knee_right", BeatKind.READY),
        in_situation(Situation.HEAT),
        in_situation(Situation.EASING),
        in_situation(Situation.SLEEPING),
    ):
        if state is not None and meaning[0] in understood(state, book):
            return state
    return None


def accepted(scene: Scene, room: str, clips: Sequence[Clip]) -> list[Trial]:
    """Say recordings one after another to a silent coach."""
    duplex = RoomDuplex(scene, noises() if scene.snr_db is not None else None)
    session = WatchedSession(duplex, obeys=False)
    made: list[Trial] = []
    session.follow(_saying(session, duplex, room, clips, made))
    return made


def _saying(
    session: WatchedSession, duplex: RoomDuplex, room: str, clips: Iterable[Clip], made: list[Trial]
) -> Script:
    book = the_program().parts.book
    yield RATE
    for clip in clips:
        state = place_for(clip.words, book)
        meaning = meaning_of(clip.words, book)
        assert state is not None and meaning is not None
        session.place(state)
        yield session.now + RATE
        first = len(session.acts)
        start = session.now + RATE // 100
        duplex.say(start, clip.sound)
        yield start + clip.end + round(WAIT_SECONDS * RATE)
        acts = session.acts[first:]
        right = bool(acts) and (acts[0].intent, acts[0].value) == meaning
        made.append(Trial(duplex.scene, room, clip.words, right, bool(acts) and not right))


def _share(trials: Sequence[Trial]) -> float | None:
    return percent(sum(t.accepted for t in trials), len(trials))


def _row(snr: float | None, group: Sequence[Trial]) -> tuple[Cell, ...]:
    rooms = (_share([t for t in group if t.room == room.name]) for room in ROOMS)
    name = "quiet" if snr is None else f"{snr:g}"
    wrong = percent(sum(t.wrong for t in group), len(group))
    return (name, len(group), _share(group), wrong, *rooms)


def _words(noisy: Sequence[Trial]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for words in sorted({t.words for t in noisy}):
        group = [t for t in noisy if t.words == words]
        wrong = percent(sum(t.wrong for t in group), len(group))
        rows.append((words, len(group), _share(group), wrong))
    columns = ("words", "n", "accepted %", "wrong %")
    return Table("the same by words, 6 to 24 dB", columns, rows)
