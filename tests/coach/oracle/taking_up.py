"""Taking up a session that was interrupted: by a crash, a power cut, a cable pulled out.

An emergency is said again first. Then comes the pad: its time has gone on. Then the place in the
session is offered, with the answers to the safety questions as they were given, if they are not
too old; otherwise everything is asked anew.
"""

from __future__ import annotations

from dataclasses import replace

from tests.coach.oracle import asking, flow, resting, rounds, safety
from tests.coach.oracle.events import Earcon, Note
from tests.coach.oracle.limits import CAP_SECONDS, rest_from, round_left
from tests.coach.oracle.past import Past, Unfinished
from tests.coach.oracle.safety import FRESH_SECONDS
from tests.coach.oracle.sound_kept import announce
from tests.coach.oracle.state import Beat, BeatKind, Position, Resume, Then, beats
from tests.coach.oracle.turn import Turn
from voice_coach.understanding.book import Book, Situation


def begin(turn: Turn, past: Past) -> None:
    """Begin with what is left of earlier sessions, or with the welcome.

    A coach that stays speaks at once only of what may not wait; else it sleeps until woken.
    """
    turn.set(started=True, past=past, past_at=turn.now, busy_at=turn.now)
    _take_over_skin(turn, past)
    if past.unfinished is not None:
        _take_over(turn, past.unfinished)
    state = turn.state
    if not state.options.resident or state.round is not None or "emergency" in state.flags:
        turn.set(session=True, past=replace(past, unfinished=None))
        _open(turn, lost=past.lost)
    elif past.lost:
        turn.set(session=True, situation=Situation.OVER)
        turn.say("reply.pad_unknown", Then.OVER)
    else:
        resting.rest(turn)
        if not state.quiet:
            turn.actions.append(Earcon("wake"))


def begin_session(turn: Turn) -> None:
    """Begin a session, for somebody woke the coach: with the place left, or with the welcome."""
    past = turn.state.past
    left = past.unfinished
    turn.set(session=True, past=replace(past, unfinished=None))
    if left is not None:
        ago = left.seconds_ago
        since = (turn.now - turn.state.past_at) / turn.state.options.rate
        _take_over(turn, replace(left, seconds_ago=None if ago is None else ago + since))
    _open(turn, lost=False)


def _open(turn: Turn, *, lost: bool) -> None:
    state = turn.state
    if "emergency" in state.flags:
        turn.set(situation=Situation.EMERGENCY)
        if "called" in state.flags:
            safety.say_emergency_again(turn)
        else:
            safety.begin_emergency(turn)
    elif state.round is not None or state.resume.offered:
        turn.set(situation=Situation.TAKING_UP)
        if state.round is None:  # the pad goes first, and that session is not recorded
            announce(turn)
        turn.say("reply.back_again", Then.NOTHING)
        ask(turn)
    else:
        if lost:
            turn.say("reply.pad_unknown", Then.NOTHING)
        announce(turn)
        flow.open_routine(turn, "welcome")


def _take_over_skin(turn: Turn, past: Past) -> None:
    """Go on counting what heat and ice did to the skin; this holds whatever is answered."""
    now, rate = turn.now, turn.state.options.rate
    rested = {**dict.fromkeys(CAP_SECONDS, 0.0), **past.rested} if past.lost else past.rested
    turn.set(ended={kind: rest_from(seconds, now, rate) for kind, seconds in rested.items()})
    if past.pad is not None:
        begun = round_left(past.pad.kind, past.pad.seconds, past.pad.on, now, rate)
        turn.set(round=begun, remind_at=rounds.next_reminder(turn, begun))


def _take_over(turn: Turn, left: Unfinished) -> None:
    """Take over what the person had told, unless it is too old; an emergency if it may be new."""
    ago = left.seconds_ago
    fresh = ago is not None and 0 <= ago <= FRESH_SECONDS
    urgent = "emergency" in left.flags and not (ago is not None and ago > FRESH_SECONDS)
    if not fresh and not urgent:
        return
    questions = [step.id for step in turn.book.routines["welcome"].step]
    question = left.check_step if fresh and left.check_step in questions else questions[1]
    place = place_of(turn.book, left.routine, left.step)
    turn.set(
        flags=left.flags,
        checked=left.checked and fresh,
        check_step=questions.index(question),
        wish=left.wish if left.wish in turn.book.topics() else None,
        pain_before=left.pain_before,
        pain_due=left.pain_due,
        resume=Resume(place, left.hurt, offered=not urgent and (place is not None or left.checked)),
    )


def place_of(book: Book, routine: str | None, step: str | None) -> Position | None:
    """Return a place by the names it was kept under, or None where there is no such place now.

    The greeting is no place to return to.
    """
    if routine is None or routine not in book.routines:
        return None
    ids = [s.id for s in book.routines[routine].step]
    if step not in ids or (routine == "welcome" and step == ids[0]):
        return None
    return Position(routine, ids.index(step))


# --- asking


def ask(turn: Turn) -> None:
    """Ask what is still to be asked: whether the pad is off, then whether to go on."""
    state = turn.state
    begun, place = state.round, state.resume.place
    if pad_asked(turn):
        assert begun is not None
        if begun.ends <= turn.now:
            rounds.alarm(turn)
        else:
            turn.say(f"reply.{begun.kind}_still", Then.AWAIT, variant=state.asked)
            turn.set(awaiting=True)
    elif place is not None and _timer(turn.book, place):
        _leave_round(turn, place)
    elif not state.resume.offered:
        begin_anew(turn)
    else:
        _ask_place(turn)


def pad_asked(turn: Turn) -> bool:
    """Whether it is now asked if the pad is off."""
    return turn.state.round is not None and not turn.state.resume.still_on


def _ask_place(turn: Turn) -> None:
    place, asked = turn.state.resume.place, turn.state.asked
    if asked == 0:
        situation = turn.book.routines[place.routine].situation if place else Situation.MENU
        turn.say(f"reply.was_{situation}", Then.NOTHING)
        if place is not None and situation is not Situation.CHECKING:
            turn.cue(
                f"{place.routine}.{turn.book.routines[place.routine].step[place.step].id}.name"
            )
    turn.say("reply.go_on_there", Then.AWAIT, variant=asked)
    turn.set(awaiting=True)


def _timer(book: Book, place: Position) -> bool:
    return book.routines[place.routine].step[place.step].timer is not None


def _leave_round(turn: Turn, place: Position) -> None:
    """The place is the round itself: return to it, or go on to what follows it."""
    _note(turn)
    if turn.state.round is not None:
        rounds.return_to_round(turn)
        return
    routine = turn.book.routines[place.routine]
    made = beats(routine.step[place.step])
    turn.set(situation=routine.situation, below=())
    turn.go(replace(place, beat=made.index(Beat(BeatKind.TIMER)) + 1))
    flow.do_beat(turn)


# --- what is answered


def still_on(turn: Turn) -> None:
    """The pad is not off: its round goes on for what is left of it."""
    turn.set(resume=replace(turn.state.resume, still_on=True))
    at_round = turn.state.resume.place
    if at_round is not None and _timer(turn.book, at_round):
        _leave_round(turn, at_round)
    else:
        rounds.say_round_left(turn, Then.CONTINUE)


def take_up(turn: Turn) -> None:
    """Go on at the step at which the session was interrupted."""
    resume = turn.state.resume
    place = resume.place
    _note(turn)
    if place is None:
        flow.home(turn)
    elif place.routine == "welcome":
        turn.set(check_step=place.step)
        safety.open_question(turn)
        turn.say("reply.resumed", Then.CONTINUE)
    elif safety.barred(turn, place.routine) is not None:
        flow.home(turn)
    else:
        turn.set(situation=turn.book.routines[place.routine].situation, below=())
        turn.go(place)
        if place.step not in turn.allowed_steps():
            flow.next_step(turn)
        elif resume.hurt:
            turn.lay(Situation.EASING)
            asking.offer_ease(turn)
        else:
            turn.say("reply.resumed", Then.CONTINUE)


def begin_anew(turn: Turn) -> None:
    """Begin with the welcome and all its questions; only what the skin has had still counts.

    Nothing that was told holds any longer, so that a pad comes off first.
    """
    turn.set(
        flags=frozenset(),
        checked=False,
        check_step=0,
        wish=None,
        pain_before=None,
        pain_due=False,
        answered=None,
        resume=Resume(),
    )
    if turn.state.round is None:
        flow.open_routine(turn, "welcome")
    else:
        rounds.alarm(turn)


def _note(turn: Turn) -> None:
    turn.set(resume=Resume())
    turn.actions.append(Note("session", "taken up"))
