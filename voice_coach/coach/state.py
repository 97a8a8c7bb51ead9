"""Everything that affects what the coach does next, in one frozen value.

There is no state elsewhere: two coaches with equal states, given the same event, do the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from voice_coach.coach.activity import Activity, Then
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.in_routine import InRoutine, Position
from voice_coach.coach.limits import Application, Kind
from voice_coach.coach.pace import DEFAULT_PACE, Breath
from voice_coach.coach.past import Past
from voice_coach.coach.rate import DEFAULT_RATE, RATES
from voice_coach.understanding.book import Situation


@dataclass(frozen=True, slots=True)
class Options:
    """What the settings give the coach.

    Attributes:
        rate: frames per second of the session.
        emergency: the emergency number as it is spoken.
        heat_seconds: wished length of an application of heat; limits.py has the last word.
        ice_seconds: the same for ice.
        breaths: breaths per hold for every stretch, or None for what each step says.
        pace: index into pace.PACES.
        volume_db: gain at the start, VOLUME_LOWEST to 0.
        speech: index into rate.RATES.
        resident: the coach stays: between two sessions it sleeps until it is woken.
        record: each session is recorded, and that is said at its beginning.
    """

    rate: int
    emergency: str
    heat_seconds: float = 15 * 60
    ice_seconds: float = 20 * 60
    breaths: int | None = None
    pace: int = DEFAULT_PACE
    volume_db: float = -6.0
    speech: int = DEFAULT_RATE
    resident: bool = False
    record: bool = False

    @property
    def speech_length(self) -> float:
        """How many times as long as rendered a sentence is at the start."""
        return RATES[self.speech]


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered after an interruption of the program.

    Attributes:
        place: the step to go on with; None between exercises.
        hurt: it hurt there, and nobody has said yet how to go on.
        asked: it is asked whether to go on; otherwise the session starts over.
    """

    place: Position | None = None
    hurt: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """The yes-or-no question that was answered last, so that the answer can be taken back.

    Attributes:
        about: the question in a routine; or what was said and asked about, such as a doubtful
            "I can't feel my legs".
        gained: the flags that the answer set.
        last: nothing else that matters has been said since, so that a plain "back" means it.
    """

    about: Position | IntentHeard
    gained: frozenset[str]
    last: bool = True


@dataclass(frozen=True, slots=True)
class Answers:
    """What the person has told in this session, and wants of it.

    Attributes:
        flags: "emergency"; "called" (for help, so that it need not be said again); "doctor" (see
            one: no stretches, heat and ice only if "allowed"); "pregnant"; "short" (shorter heat
            and ice); "osteoporosis"; "returning" (not the first session); "heard_<routine>"; and
            what questions set (`sets`).
        checked: the routines of safety questions that have been answered.
        question: the safety question at which to go on, or to which "go back" returns.
        wish: the exercise asked for before the safety questions were done.
        pain: the last pain score.
        pain_due: an exercise was done since.
        last: the question that was answered last.
        quitting: the session ends after the pain score, or after heat or ice is off.
        calls: how often it has been said again, in this emergency, whom to call.
    """

    flags: frozenset[str] = frozenset()
    checked: frozenset[str] = frozenset()
    question: Position | None = None
    wish: str | None = None
    pain: int | None = None
    pain_due: bool = False
    last: Answered | None = None
    quitting: bool = False
    calls: int = 0


@dataclass(frozen=True, slots=True)
class Skin:
    """What heat and ice do to the skin; it goes on through everything else, and between sessions.

    Attributes:
        on: heat or ice now on it.
        remind_at: frame at which it is next asked whether the person is awake.
        off_at: kind -> frame at which it was last taken off.
        slip: it comes off because of a "stop" in its first half minute, perhaps by accident.
        ice_next: heat was taken off, and the pain has not been as bad as before since then.
    """

    on: Application | None = None
    remind_at: int | None = None
    off_at: Mapping[Kind, int] = field(default_factory=dict)
    slip: bool = False
    ice_next: bool = False


@dataclass(frozen=True, slots=True)
class Preferences:
    """How the person wants to be spoken to; these hold in later sessions, too.

    Attributes:
        pace: index into pace.PACES.
        volume_db: gain, before quiet hours.
        breaths: breaths per hold for every stretch, or None for what each step says.
        speech: index into rate.RATES.
        fewer: the person asked for fewer than a step's least number, in this session.
    """

    pace: int = DEFAULT_PACE
    volume_db: float = -6.0
    breaths: int | None = None
    speech: int = DEFAULT_RATE
    fewer: bool = False


@dataclass(frozen=True, slots=True)
class Speech:
    """What the coach is saying.

    Attributes:
        saying: id of the last cue asked for and not yet finished, or None.
        then: what follows when that cue ends.
        next_id: the id of the next cue.
        turns: reply key -> how often it was used, so that variants take turns.
    """

    saying: int | None = None
    then: Then = Then.NOTHING
    next_id: int = 1
    turns: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class More:
    """What is left of the help: the next page of a topic, until a frame."""

    topic: str
    page: int
    until: int


@dataclass(frozen=True, slots=True)
class Prompting:
    """Whether the person is awaited, and how patiently.

    Attributes:
        awaiting: the person is awaited, and may be asked again.
        asked: how often the present question has been repeated.
        ask_again_at: frame of the next repetition; None while speaking, or when quiet.
        no_matches: utterances in a row that were not understood.
        busy_at: frame at which a command was last understood, or something said to its end.
        put_at: frame at which the present question had been said to its end; None where it has
            not. Only then does a press of the button answer it.
        pressed_at: frame at which one press was last taken for a yes.
        more: what "more" goes on with, after a page of help.
    """

    awaiting: bool = False
    asked: int = 0
    ask_again_at: int | None = None
    no_matches: int = 0
    busy_at: int = 0
    put_at: int | None = None
    pressed_at: int | None = None
    more: More | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the coach learns of the machine and the hour.

    Attributes:
        quiet: these are quiet hours (loudness.py).
        deaf: the microphone gives nothing.
        recording: the sound is being recorded.
    """

    quiet: bool = False
    deaf: bool = False
    recording: bool = False


@dataclass(frozen=True, slots=True)
class Earlier:
    """What earlier sessions left, as it was at the frame `at` of the start."""

    past: Past = field(default_factory=Past)
    at: int = 0


@dataclass(frozen=True, slots=True)
class NotStarted(Activity):
    """The stream doesn't run yet. What is understood is what the welcome will need."""

    name: ClassVar[Situation] = Situation.BREATHING


class Stacked:
    """What can be said of anything that has a stack of activities; the last one is on top."""

    __slots__ = ()

    stack: tuple[Activity, ...]

    @property
    def top(self) -> Activity:
        """What goes on now."""
        return self.stack[-1]

    @property
    def situation(self) -> Situation:
        """The name of what goes on now."""
        return self.stack[-1].situation

    @property
    def listening(self) -> Activity:
        """What the person's words are for: what goes on now, or lies under the choices read."""
        return self.stack[-2 if self.situation is Situation.CHOOSING else -1]

    @property
    def position(self) -> Position | None:
        """The place in the running routine, also where something lies over it."""
        return self.stack[0].where


@dataclass(frozen=True, slots=True)
class State(Stacked):
    """The coach between two events.

    Attributes:
        options: what the settings give.
        answers: what the person has told.
        skin: heat and ice.
        preferences: pace, volume, breaths.
        speech: what is being said.
        prompting: whether the person is awaited.
        stack: the activities, never empty. The last one is what goes on now; it lies over those
            before it, which go on once it is lifted.
        surroundings: of the machine and the hour.
        earlier: what earlier sessions left.
        now: frame of the latest event; time does not run backwards.
    """

    options: Options
    answers: Answers = Answers()
    skin: Skin = field(default_factory=Skin)
    preferences: Preferences = Preferences()
    speech: Speech = field(default_factory=Speech)
    prompting: Prompting = Prompting()
    stack: tuple[Activity, ...] = (NotStarted(),)
    surroundings: Surroundings = Surroundings()
    earlier: Earlier = field(default_factory=Earlier)
    now: int = 0

    @property
    def breath(self) -> Breath | None:
        """The breath now being paced."""
        bottom = self.stack[0]
        return bottom.breath if isinstance(bottom, InRoutine) else None

    @property
    def started(self) -> bool:
        """Whether the stream runs."""
        return not isinstance(self.stack[0], NotStarted)

    @property
    def session(self) -> bool:
        """Whether a session is under way."""
        return self.started and not self.stack[-1].between_sessions

    @property
    def asks_about(self) -> IntentHeard | None:
        """What was said and is, or is about to be, asked about."""
        about = (activity.asks_about for activity in reversed(self.stack))
        return next((heard for heard in about if heard is not None), None)


def begin(options: Options) -> State:
    """Return the state before anything has happened."""
    wanted = Preferences(options.pace, options.volume_db, options.breaths, options.speech)
    return State(options, preferences=wanted)
