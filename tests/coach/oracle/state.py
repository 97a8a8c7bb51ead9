"""Everything that affects what the coach does next, in one frozen value.

There is no state elsewhere: two coaches with equal states, given the same event, do the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tests.coach.oracle.events import Heard
from tests.coach.oracle.limits import Kind, Round
from tests.coach.oracle.pace import DEFAULT_PACE, Breath
from tests.coach.oracle.past import Past
from voice_coach.understanding.book import Situation, Step


class Then(StrEnum):
    """What follows when everything now being said has been said."""

    NOTHING = "nothing"
    CONTINUE = "continue"
    """Return to what was interrupted: the present beat, or the present question."""
    RETURN = "return"
    """The same after something longer, so that it is first said where this is."""
    NEXT_BEAT = "next beat"
    AWAIT = "await"
    """Await the person: an answer, or readiness."""
    FINISH_CHECK = "finish check"
    OVER = "over"


class BeatKind(StrEnum):
    """The kinds of thing a step does, each in one beat."""

    SAY = "say"
    ASK = "ask"
    BREATHS = "breaths"
    THEN = "then"
    TIMER = "timer"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Beat:
    """The smallest piece of a routine, to which pausing and resuming return.

    That is one sentence, one question or one hold. `sentence` counts within `say` or `then`.
    """

    kind: BeatKind
    sentence: int = 0


def beats(step: Step) -> tuple[Beat, ...]:
    """Return a step as beats, in the order in which they are done."""
    made = [Beat(BeatKind.SAY, i) for i in range(len(step.say))]
    if step.ask is not None:
        made.append(Beat(BeatKind.ASK))
    if step.breaths is not None:
        made.append(Beat(BeatKind.BREATHS))
    made += [Beat(BeatKind.THEN, i) for i in range(len(step.then))]
    if step.timer is not None:
        made.append(Beat(BeatKind.TIMER))
    if step.ready is not None:
        made.append(Beat(BeatKind.READY))
    return tuple(made)


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a routine: indices of step and beat."""

    routine: str
    step: int = 0
    beat: int = 0


@dataclass(frozen=True, slots=True)
class Resume:
    """What is offered after an interruption of the program (taking_up.py).

    Attributes:
        place: the step to go on with; None between exercises.
        hurt: it hurt there.
        offered: whether to go on is asked at all.
        still_on: the person said that the pad is still on.
    """

    place: Position | None = None
    hurt: bool = False
    offered: bool = False
    still_on: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """The yes-or-no question that was answered last, so that the answer can be taken back.

    Attributes:
        position: the question in a routine; None where it was put about something said.
        pending: what was asked about, such as a doubtful "I can't feel my legs".
        gained: the flags that the answer set.
        last: nothing else that matters has been said since, so that a plain "back" means it.
    """

    position: Position | None
    pending: Heard | None
    gained: frozenset[str]
    last: bool = True


@dataclass(frozen=True, slots=True)
class Options:
    """What the settings give the coach.

    Attributes:
        rate: frames per second of the ring.
        emergency: the emergency number as it is spoken.
        heat_seconds: wished length of a round of heat; limits.py has the last word.
        ice_seconds: the same for ice.
        breaths: breaths per hold for every stretch, or None for what each step says.
        pace: index into pace.PACES.
        volume_db: gain at the start, VOLUME_LOWEST to 0.
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
    resident: bool = False
    record: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """The coach between two events.

    Attributes:
        started: the stream runs.
        session: a session is under way; without one the coach sleeps (resting.py).
        situation: what is going on now.
        below: what lies under it (a pause lies over a stretch), innermost last.
        position: the place in the running routine; kept while something lies over it.
        saying: id of the last cue asked for and not yet finished, or None.
        then: what follows when that cue ends.
        awaiting: the person is awaited, and may be asked again.
        asked: how often the present question has been put.
        ask_again_at: frame of the next reminder of it; None while speaking, or when quiet.
        unclear: misunderstandings in a row.
        breath: the breath now being paced.
        breaths_done: breaths completed in the present hold.
        put: how often the present question was put again in other words: its plainer words are
            those of odd numbers.
        hurry: "next" was said during a hold: end it properly, then go on without waiting.
        round: heat or ice now on the skin.
        remind_at: frame of the next spoken reminder of the round.
        ended: kind -> frame at which its last round was taken off.
        alerts: how often the end of the round, or the emergency, has been said.
        alert_at: frame at which it is said again; None while speaking, or when it is not to be.
        off_asked: it was asked whether the pad is off, and the alarm has not been given since.
        flags: what the person told: "emergency"; "called" (for help, so that it need not be said
            again); "doctor" (see one, breathing only); "short" (shorter heat and ice);
            "osteoporosis"; and what routines set of their own.
        checked: the red flags have all been asked.
        check_step: the question of the red flags at which to go on, or to which "go back" returns.
        wish: the exercise asked for before the red flags were done.
        pain_before: the first pain score.
        pain_due: an exercise was done since the last score.
        pace: index into pace.PACES.
        volume_db: present gain.
        breaths: breaths per hold for every stretch, or None for what each step says.
        turns: reply key -> how often it was used, so that variants take turns.
        pending: the doubtful command that is being confirmed, or the flag that is asked about.
        answered: the question that was answered last.
        quitting: the session ends after the pain score, or after heat or ice is off.
        quiet: these are quiet hours (loudness.py).
        deaf: the microphone gives nothing.
        recording: the sound is being recorded.
        asleep_at: frame at which the present sleep began.
        busy_at: frame at which a command was last understood, or something said to its end.
        past: what earlier sessions left behind, as it was at `past_at`.
        past_at: frame of the start.
        resume: what is offered of it; empty once that is answered.
        next_id: the id of the next cue.
        now: frame of the latest event; time does not run backwards.
    """

    options: Options
    started: bool = False
    session: bool = False
    situation: Situation = Situation.CHECKING
    below: tuple[Situation, ...] = ()
    position: Position | None = None
    saying: int | None = None
    then: Then = Then.NOTHING
    awaiting: bool = False
    asked: int = 0
    ask_again_at: int | None = None
    unclear: int = 0
    breath: Breath | None = None
    breaths_done: int = 0
    put: int = 0
    hurry: bool = False
    round: Round | None = None
    remind_at: int | None = None
    ended: Mapping[Kind, int] = field(default_factory=dict)
    alerts: int = 0
    calls: int = 0  # MENDED: how often it was said whom to call, apart from the alarms of a pad
    alert_at: int | None = None
    off_asked: bool = False
    flags: frozenset[str] = frozenset()
    checked: bool = False
    check_step: int = 0
    wish: str | None = None
    pain_before: int | None = None
    pain_due: bool = False
    pace: int = DEFAULT_PACE
    volume_db: float = -6.0
    breaths: int | None = None
    turns: Mapping[str, int] = field(default_factory=dict)
    pending: Heard | None = None
    answered: Answered | None = None
    quitting: bool = False
    quiet: bool = False
    deaf: bool = False
    recording: bool = False
    asleep_at: int = 0
    busy_at: int = 0
    past: Past = field(default_factory=Past)
    past_at: int = 0
    resume: Resume = Resume()
    next_id: int = 1
    now: int = 0


def begin(options: Options) -> State:
    """Return the state before anything has happened."""
    return State(options, pace=options.pace, volume_db=options.volume_db, breaths=options.breaths)
