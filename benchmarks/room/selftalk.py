"""The coach hears only itself: everything it ever says, spoken into the room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from voice_coach.coach.events import Earcon, Tone
from voice_coach.log import Said
from voice_coach.speaking.tones import EARCONS
from voice_coach.understanding.book import Situation

from ..common import Cell, Goal, Report, Scale, Table, most_likely_at_most
from ..scenes.noise import noises
from ..scenes.recordings import seed_of
from ..scenes.scene import RATE, Scene
from .duplex import RoomDuplex
from .interruptions import MAIN
from .program import Act, Script, WatchedSession, in_situation, state_for, the_program

PER_HOUR_WANTED = 1.0

AFTER_SECONDS = 0.8
"""Seconds to wait after each text, whose last words may still be heard."""

ROOMS = 4
"""Rooms in which everything is spoken in a full run: 50 minutes in all. One hour without a trigger
only shows that there are fewer than 3 per hour (95 % confidence)."""

EACH_SOUND = 4
"""How often each tone and earcon is played."""

Text = tuple[str, int]
"""Key and variant."""


@dataclass
class Heard:
    """What the coach heard of itself in one scene.

    Attributes:
        scene: the room.
        seconds: of its speech.
        found: (key of the text, the action it would have taken).
        sounds: number of tones and earcons played.
        by_sounds: the actions that these triggered.
    """

    scene: Scene
    seconds: float = 0.0
    found: list[tuple[str, Act]] = field(default_factory=list)
    sounds: int = 0
    by_sounds: list[Act] = field(default_factory=list)

    def add(self, other: Heard) -> None:
        """Add what was heard in another room of the same kind."""
        self.seconds += other.seconds
        self.found += other.found
        self.sounds += other.sounds
        self.by_sounds += other.by_sounds

    @property
    def per_hour(self) -> float:
        """Self-triggers per hour of own speech."""
        return len(self.found) * 3600 / max(self.seconds, 1e-9)


def measure(scale: Scale) -> Report:
    """Speak all prompts, or an even part of them."""
    rows: list[Heard] = []
    for scene, part in _scenes(scale):
        row = alone(scene, some(part))
        for seed in range(1, scale.pick(1, ROOMS) if scene is MAIN else 1):
            row.add(alone(replace(scene, seed=seed), some(part)))
        rows.append(row)
    table = Table(
        "what the coach takes from its own voice, nobody else there",
        ("scene", "minutes", "self-triggers", "/h", "at most", "timer", "end", "safety", "sounds"),
        [_row(row) for row in rows],
        "at most: 95 % sure; timer, end, safety: those that would have begun heat or ice, ended "
        "the session, or answered or passed a safety question; sounds: taken from "
        f"{rows[0].sounds} tones and earcons",
    )
    main = rows[0]
    goals = [
        Goal(f"{MAIN.name}: self-triggers", main.per_hour, PER_HOUR_WANTED, "/h"),
        Goal(
            f"{MAIN.name}: of these, begin a timer, end the session or pass a question",
            float(sum(bool(act.harm) for _, act in main.found)),
            0.0,
        ),
        Goal(f"{MAIN.name}: taken from tones and earcons", float(len(main.by_sounds)), 0.0),
    ]
    return Report("room-selftalk", [table, _which(rows)], goals)


def _scenes(scale: Scale) -> list[tuple[Scene, int]]:
    """Return scenes, each with n: one in n texts is spoken."""
    made = [(MAIN, scale.pick(2, 1))]
    if scale.full:
        made += [
            (replace(MAIN, name="echo +15 dB", echo_db=15.0), 1),
            (replace(MAIN, name="echo 0 dB", echo_db=0.0), 1),
            (replace(MAIN, name="drift 100 ppm", drift_ppm=100.0), 1),
        ]
    lively = replace(
        MAIN, name="+10 dB, RT60 0.6 s, 5 %", rt60=0.6, size=(6.0, 5.0, 2.6), distortion=0.05
    )
    return [*made, (lively, scale.pick(12, 1))]


def texts() -> Iterator[Text]:
    """Yield every text of the book that is ever spoken."""
    for key, variants in the_program().parts.book.texts.items():
        if not key.endswith(".title"):
            yield from ((key, number) for number in range(len(variants)))


def some(part: int) -> list[Text]:
    """Return one in `part` texts: the same ones, whatever else the book contains."""
    return [text for text in texts() if seed_of(*text) % part == 0]


def alone(scene: Scene, wanted: Sequence[Text]) -> Heard:
    """Speak texts, then tones and earcons, in an empty room."""
    made = Heard(scene)
    duplex = RoomDuplex(scene, noises() if scene.snr_db is not None else None)
    session = WatchedSession(duplex, obeys=False)
    session.follow(_speaking(session, wanted, made))
    return made


def _speaking(session: WatchedSession, wanted: Sequence[Text], made: Heard) -> Script:
    book = the_program().parts.book
    yield RATE
    for key, variant in wanted:
        first, entry = len(session.acts), len(session.entries)
        session.place(state_for(key))
        for sentence in range(len(book.texts[key][variant])):
            session.say(key, variant, sentence)
        yield session.speech_ends + round(AFTER_SECONDS * RATE)
        spoken = [e for e in session.entries[entry:] if isinstance(e, Said)]
        made.seconds += sum(e.end - e.start for e in spoken) / RATE
        made.found += [(key, act) for act in session.acts[first:]]
    session.place(in_situation(Situation.BREATHING))
    first = len(session.acts)
    for _ in range(EACH_SOUND):
        for rising in (True, False):
            session.sound(Tone(rising, session.now + RATE // 10, 4 * RATE))
            yield session.now + 5 * RATE
            made.sounds += 1
        for name in EARCONS:
            session.sound(Earcon(name))
            yield session.now + RATE
            made.sounds += 1
    made.by_sounds += session.acts[first:]


def _row(heard: Heard) -> tuple[Cell, ...]:
    harms = Counter(act.harm for _, act in heard.found)
    hours = heard.seconds / 3600
    count = len(heard.found)
    return (
        heard.scene.name,
        heard.seconds / 60,
        count,
        heard.per_hour,
        most_likely_at_most(count) / hours,
        *(harms[h] for h in ("timer", "end", "safety")),
        len(heard.by_sounds),
    )


def _which(rows: Sequence[Heard]) -> Table:
    counts: Counter[tuple[str, str]] = Counter()
    where: dict[tuple[str, str], Counter[str]] = {}
    for row in rows:
        for key, act in row.found:
            what = (act.intent, act.words)
            counts[what] += 1
            where.setdefault(what, Counter())[key] += 1
    lines: list[tuple[Cell, ...]] = [
        (words, intent, n, ", ".join(key for key, _ in where[intent, words].most_common(3)))
        for (intent, words), n in counts.most_common(12)
    ]
    return Table("which", ("words", "taken for", "times", "in"), lines)
