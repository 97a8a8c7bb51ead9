"""The person speaks over the coach, and while it is silent: what is heard, and how soon."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from voice_coach.audio.mixer import FADE_SECONDS
from voice_coach.coach import State
from voice_coach.coach.in_routine import BeatKind
from voice_coach.log import CutShort, Entry, Said
from voice_coach.understanding.book import Situation
from voice_coach.understanding.words import bare_words

from ..common import Cell, Goal, Report, Scale, Table, high, meaning_of, middle, percent
from ..scenes.noise import noises
from ..scenes.recordings import Clip, said
from ..scenes.scene import RATE, Scene
from .duplex import RoomDuplex
from .program import Script, WatchedSession, in_routine, in_situation, the_program

SAFETY = ("stop", "it hurts", "pause", "too much", "hold on", "what can i say")
"""Said over the coach's sentences: in a third of the trials "stop", in a third the others."""

OTHERS = ("next", "go back", "say that again", "skip", "heat", "how much longer", "slower")
"""Other commands, said over its sentences in the last third."""

RESTING: tuple[tuple[str, str], ...] = (
    ("menu", "stretch"),
    ("menu", "heat"),
    ("menu", "ice"),
    ("menu", "relax"),
    ("menu", "medicine"),
    ("menu", "breathe"),
    ("paused", "resume"),
    ("paused", "how much longer"),
    ("ready", "next"),
    ("ready", "skip"),
    ("ready", "go back"),
    ("ready", "how many left"),
    ("ready", "yes"),
    ("pain", "seven"),
    ("pain", "four"),
)
"""(where, words) of commands while the coach is silent."""

OVER: tuple[tuple[str, str], ...] = (
    ("stretch", "knee_right"),
    ("heat", "on"),
    ("medicine", "care"),
    ("stretch", "ready"),
    ("imagery", "light"),
    ("prevention", "strength"),
)
"""(routine, step) that the coach speaks of while it is interrupted."""

GREETING = ("prevention", "strength")
"""What it says first in every scene, so that the canceller adapts, as during the greeting."""
GREETING_SECONDS = 6.0

MOST_TRIES = 8
"""Tries to find a good moment; a coach that keeps interrupting itself is then spoken to anyway."""

WAIT_SECONDS = 2.0
"""Seconds after its end in which a command may still be understood."""

MEDIAN_WANTED, HIGH_WANTED, HEARD_WANTED, REPLY_WANTED = 0.2, 0.35, 97.0, 0.5
"""Seconds, and percent: the goals."""

MAIN = Scene("echo +10 dB")


@dataclass(frozen=True)
class Trial:
    """One thing said to the coach.

    Attributes:
        scene: the room.
        words: what was said.
        speaking: whether the coach spoke meanwhile.
        wanted: the intent.
        got: the first intent understood after the words began; "" for none.
        silence: seconds from the true end of the words until the coach is silent: the first sample
            of the fade plus its length; None if nothing was cut short.
        reply: seconds from there to the first sample of the reply; None without one.
        own: how often the coach acted on its own voice before these words.
        loss_db: ERLE as the program measures it.
    """

    scene: Scene
    words: str
    speaking: bool
    wanted: str
    got: str
    silence: float | None
    reply: float | None
    own: int
    loss_db: float | None

    @property
    def hit(self) -> bool:
        """Whether it was understood."""
        return self.got == self.wanted


def scenes(scale: Scale) -> list[tuple[Scene, int]]:
    """Return scenes, each with the number of interruptions in it."""
    few, some = scale.pick(5, 24), scale.pick(6, 36)
    made = [(replace(MAIN, seed=seed), scale.pick(12, 30)) for seed in range(scale.pick(2, 4))]
    for echo in (-10.0, 0.0, 5.0, 15.0) if scale.full else (-10.0, 0.0, 15.0):
        made.append((replace(MAIN, name=f"echo {echo:+g} dB", echo_db=echo), some))
    for snr in (24.0, 12.0, 6.0) if scale.full else (12.0,):
        for echo in (-10.0, 0.0, 10.0) if scale.full else (10.0,):
            name = f"echo {echo:+g} dB, SNR {snr:g} dB"
            made.append((replace(MAIN, name=name, echo_db=echo, snr_db=snr), few))
    made += [
        (replace(MAIN, name="RT60 0.6 s", rt60=0.6, size=(6.0, 5.0, 2.6)), few),
        (replace(MAIN, name="distance 3 m", distance=3.0, size=(6.0, 5.0, 2.6)), few),
        (replace(MAIN, name="distortion 5 %", distortion=0.05), few),
        (replace(MAIN, name="distortion 10 %", distortion=0.10), few),
        (replace(MAIN, name="drift 20 ppm", drift_ppm=20.0), few),
        (replace(MAIN, name="drift 100 ppm", drift_ppm=100.0), few),
        (replace(MAIN, name="delay jumps 21 ms", jump=0.0213, jump_at=20.0), few),
        (replace(MAIN, name="10 losses a minute", losses=10.0), few),
        (replace(MAIN, name="moving 0.3 m", moving=0.3), few),
    ]
    return made


def measure(scale: Scale) -> Report:
    """Interrupt the coach in every scene, and speak to it at rest."""
    spoken: list[Trial] = []
    for scene, count in scenes(scale):
        spoken += interrupted(scene, count)
    quiet: list[Trial] = []
    for seed in range(scale.pick(1, 3)):
        for snr in (None, 12.0) if scale.full else (None,):
            name = "quiet" if snr is None else f"SNR {snr:g} dB"
            scene = Scene(f"at rest, {name}", seed=seed, snr_db=snr)
            quiet += resting(scene, scale.pick(2, 4))
    tables = [_scenes(spoken), _words(spoken, MAIN.name), _resting(quiet)]
    return Report("room-interruptions", tables, _goals(spoken, quiet))


def _goals(spoken: Sequence[Trial], quiet: Sequence[Trial]) -> list[Goal]:
    main = [t for t in spoken if t.scene.name == MAIN.name]
    stops = [t for t in main if t.words == "stop"]
    safety = [t for t in main if t.words in SAFETY]
    cut = [t.silence for t in stops if t.hit and t.silence is not None]
    replies = [t.reply for t in quiet if t.hit and t.reply is not None]
    figures = (
        ("stop to silence, median", middle(cut), MEDIAN_WANTED, "s", False),
        ("stop to silence, 95th percentile", high(cut), HIGH_WANTED, "s", False),
        ("stop heard", percent(sum(t.hit for t in stops), len(stops)), HEARD_WANTED, "%", True),
        (
            "all safety words heard",
            percent(sum(t.hit for t in safety), len(safety)),
            HEARD_WANTED,
            "%",
            True,
        ),
        ("at rest, word to reply, 95th percentile", high(replies), REPLY_WANTED, "s", False),
    )
    return [
        Goal(f"{MAIN.name}: {what}" if "rest" not in what else what, value, wanted, unit, least)
        for what, value, wanted, unit, least in figures
        if value is not None
    ]


def interrupted(scene: Scene, count: int) -> list[Trial]:
    """Interrupt the coach `count` times in one long session."""
    duplex = RoomDuplex(scene, noises() if scene.snr_db is not None else None)
    session = WatchedSession(duplex)
    made: list[Trial] = []
    session.follow(_interrupting(session, duplex, count, made))
    return made


def _clips(count: int, chance: random.Random) -> list[Clip]:
    """Return what is said: one third "stop", one third other safety words, one third the rest."""
    stops = said(("stop",), 5)
    safety = said([w for w in SAFETY if w != "stop"], 3)
    others = said(OTHERS, 3)
    made: list[Clip] = []
    for number in range(count):
        made.append(chance.choice((stops, safety, others)[number % 3]))
    return made


def _interrupting(
    session: WatchedSession, duplex: RoomDuplex, count: int, made: list[Trial]
) -> Script:
    chance = random.Random(duplex.scene.seed)
    yield RATE
    session.place(in_routine(*GREETING), go_on=True)
    yield session.now + round(GREETING_SECONDS * RATE)
    for clip in _clips(count, chance):
        before = len(session.acts)
        start = None
        tries = 0
        while start is None:
            tries += 1
            session.place(in_routine(*chance.choice(OVER)), go_on=True)
            yield session.now + RATE
            start = _moment(session, clip, chance) if tries <= MOST_TRIES else session.now
        if start > session.now:
            yield start
        yield from _said(session, duplex, clip, True, made, len(session.acts) - before)


def _moment(session: WatchedSession, clip: Clip, chance: random.Random) -> int | None:
    """Return a frame in the middle of the present sentence; None if the sentence is unsuitable.

    It is if it contains the words themselves, which then are the coach's own.
    """
    entry = next((e for e in reversed(session.entries) if isinstance(e, (Said, CutShort))), None)
    if entry is None or isinstance(entry, CutShort) or session.silent:
        return None
    if set(clip.words.split()) & set(bare_words(entry.text, the_program().parts.book.numbers)):
        return None
    begins = round(entry.start + chance.uniform(0.25, 0.6) * (entry.end - entry.start))
    return max(begins, session.now) + chance.randrange(RATE // 10)


def resting(scene: Scene, each: int) -> list[Trial]:
    """Say commands while the coach is silent.

    Args:
        scene: the room.
        each: how many voices say each.
    """
    duplex = RoomDuplex(scene, noises() if scene.snr_db is not None else None)
    session = WatchedSession(duplex)
    made: list[Trial] = []
    session.follow(_resting_script(session, duplex, each, made))
    return made


def _resting_script(
    session: WatchedSession, duplex: RoomDuplex, each: int, made: list[Trial]
) -> Script:
    chance = random.Random(duplex.scene.seed + 1)
    places: dict[str, State] = {
        "menu": in_situation(Situation.MENU),
        "paused": in_situation(Situation.PAUSED),
        "ready": in_routine("stretch", "knee_right", BeatKind.READY),
        "pain": in_routine("pain", "score", BeatKind.ASK),
    }
    yield RATE
    for where, words in RESTING:
        for clip in said((words,), each):
            session.place(places[where])
            yield session.now + RATE + chance.randrange(RATE // 10)
            yield from _said(session, duplex, clip, False, made)


def _said(
    session: WatchedSession,
    duplex: RoomDuplex,
    clip: Clip,
    speaking: bool,
    made: list[Trial],
    own: int = 0,
) -> Script:
    """Say one thing, wait, and add the outcome."""
    start = session.now + RATE // 100
    duplex.say(start, clip.sound)
    first, entry = len(session.acts), len(session.entries)
    loss_db = session.loss_db
    end = start + clip.end
    yield end + round(WAIT_SECONDS * RATE)
    found = meaning_of(clip.words, the_program().parts.book)
    wanted = "" if found is None else found[0]
    acts = session.acts[first:]
    act = acts[0] if acts else None
    after = session.entries[entry:]
    at = None if act is None or act.intent != wanted else act.at
    made.append(
        Trial(
            duplex.scene,
            clip.words,
            speaking,
            wanted,
            act.intent if act is not None else "",
            _silence(after, at, end),
            _reply(after, at, end),
            own,
            loss_db,
        )
    )


def _silence(after: Iterable[Entry], at: int | None, end: int) -> float | None:
    if at is None or not any(isinstance(e, CutShort) and e.at == at for e in after):
        return None
    return (at - end) / RATE + FADE_SECONDS


def _reply(after: Iterable[Entry], at: int | None, end: int) -> float | None:
    if at is None:
        return None
    starts = (e.start for e in after if isinstance(e, Said) and e.at >= at and not e.pacing)
    first = next(starts, None)
    return None if first is None else (first - end) / RATE


def _row(name: str, group: Sequence[Trial]) -> tuple[Cell, ...]:
    safety = [t for t in group if t.words in SAFETY]
    others = [t for t in group if t.words not in SAFETY]
    cut = [t.silence for t in safety if t.hit and t.silence is not None]
    return (
        name,
        len(safety),
        percent(sum(t.hit for t in safety), len(safety)),
        percent(sum(bool(t.got) and not t.hit for t in safety), len(safety)),
        middle(cut),
        high(cut),
        len(others),
        percent(sum(t.hit for t in others), len(others)),
        percent(sum(bool(t.got) and not t.hit for t in others), len(others)),
        sum(t.own for t in group),
        middle(t.loss_db for t in group if t.loss_db is not None),
    )


def _scenes(spoken: Sequence[Trial]) -> Table:
    names = dict.fromkeys(t.scene.name for t in spoken)
    rows = [_row(name, [t for t in spoken if t.scene.name == name]) for name in names]
    return Table(
        "said while the coach speaks",
        (
            *("scene", "safety", "heard %", "wrong %", "silence s", "95 %"),
            *("other", "heard %", "wrong %", "self", "ERLE dB"),
        ),
        rows,
        "silence: from the end of a safety word to the end of the fade; self: what it took from "
        "its own voice meanwhile; ERLE: as it measures that itself. Where not said otherwise: "
        f"{MAIN.size[0]:g} x {MAIN.size[1]:g} m, RT60 {MAIN.rt60:g} s, {MAIN.distance:g} m, "
        f"echo +10 dB, distortion {100 * MAIN.distortion:g} %, delay {1000 * MAIN.delay:g} ms",
    )


def _words(spoken: Sequence[Trial], scene: str) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for words in (*SAFETY, *OTHERS):
        group = [t for t in spoken if t.words == words and t.scene.name == scene]
        cut = [t.silence for t in group if t.hit and t.silence is not None]
        replies = [t.reply for t in group if t.hit and t.reply is not None]
        heard = percent(sum(t.hit for t in group), len(group))
        if group:
            rows.append((words, len(group), heard, middle(cut), high(cut), middle(replies)))
    columns = ("words", "n", "heard %", "silence s", "95 %", "reply s")
    return Table(f"the same by words, {scene}", columns, rows)


def _resting(quiet: Sequence[Trial]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for words in dict.fromkeys(t.words for t in quiet):
        rows.append(_rest_row(words, [t for t in quiet if t.words == words]))
    rows.append(_rest_row("all", quiet))
    return Table(
        "said while the coach is silent: seconds from the end of the word to the reply",
        ("words", "n", "heard %", "reply s", "95 %"),
        rows,
    )


def _rest_row(name: str, group: Sequence[Trial]) -> tuple[Cell, ...]:
    replies = [t.reply for t in group if t.hit and t.reply is not None]
    heard = percent(sum(t.hit for t in group), len(group))
    return (name, len(group), heard, middle(replies), high(replies))
