"""How a session begins: at the start of the program, or when somebody wakes the coach.

What an interruption left (a crash, a power cut, a cable pulled out) comes before the welcome. An
emergency is said again first. Then comes the pad: its time has gone on. Then the place in the
session is offered, with the answers to the safety questions as they were given, if they are not
too old; otherwise everything is asked again.
"""

from __future__ import annotations

from dataclasses import replace

from voice_coach.coach import heat_and_ice, navigation, safety
from voice_coach.coach.activity import Then
from voice_coach.coach.events import Earcon
from voice_coach.coach.in_routine import Position
from voice_coach.coach.limits import CAP_SECONDS, application_left, rest_from
from voice_coach.coach.past import Past, Unfinished
from voice_coach.coach.safety import FRESH_SECONDS
from voice_coach.coach.state import Earlier, Offer, Skin
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import Book, Situation


def start(t: Transition, past: Past) -> None:
    """Begin with what is left of earlier sessions, or with the welcome.

    A coach that stays speaks at once only of what cannot wait; otherwise it sleeps until woken.
    """
    t.earlier = Earlier(past, t.now)
    _remember(t)
    t.prompting = replace(t.prompting, busy_at=t.now)
    _take_over_skin(t, past)
    offer = Offer() if past.unfinished is None else _take_over(t, past.unfinished)
    if not t.options.resident or t.skin.on is not None or "emergency" in t.answers.flags:
        t.earlier = replace(t.earlier, past=replace(past, unfinished=None))
        _open(t, offer, lost=past.lost)
    elif past.lost:
        t.only(t.activities.over())
        t.say("reply.pad_unknown", Then.OVER)
    else:
        navigation.stand_by(t)
        if not t.surroundings.quiet:
            t.actions.append(Earcon("wake"))


def wake(t: Transition) -> None:
    """Wake up, and begin the step again in which the sleep began; a pause below is over too.

    Where the sleep lies over nothing, a session begins.
    """
    if len(t.stack) == 1:
        _begin_session(t)
        return
    t.lift_off(Situation.SLEEPING, Situation.PAUSED)
    here = t.routine
    if here is not None and safety.now_barred(t):
        t.only(t.activities.menu())
    elif here is not None and t.situation is not Situation.EASING:
        t.go(here, Position(here.position.routine, here.position.step))
    navigation.announce_recording(t)
    t.say("reply.awake", Then.RETURN)


def _begin_session(t: Transition) -> None:
    """Begin a session with the place that was left, or with the welcome."""
    earlier = t.earlier
    left = earlier.past.unfinished
    t.earlier = replace(earlier, past=replace(earlier.past, unfinished=None))
    _remember(t)
    offer = Offer()
    if left is not None:
        ago = left.seconds_ago
        since = (t.now - earlier.at) / t.options.rate
        offer = _take_over(t, replace(left, seconds_ago=None if ago is None else ago + since))
    _open(t, offer, lost=False)


def _open(t: Transition, offer: Offer, *, lost: bool) -> None:
    """Open the session with what cannot wait, what may be resumed, or the welcome."""
    if "emergency" in t.answers.flags:
        t.only(t.activities.emergency(None))
        if "called" in t.answers.flags:
            t.top.come_back(t)
        else:
            safety.call_for_help(t)
    elif t.skin.on is not None or offer.asked:
        t.only(t.activities.recovery(offer))
        if t.skin.on is None:  # the pad goes first, and that session is not recorded
            navigation.announce_recording(t)
        t.say("reply.back_again", Then.NOTHING)
        t.top.resume(t)
    else:
        if lost:
            t.say("reply.pad_unknown", Then.NOTHING)
        navigation.announce_recording(t)
        navigation.open_routine(t, safety.WELCOME)


def _take_over_skin(t: Transition, past: Past) -> None:
    """Go on counting what heat and ice did to the skin; this holds whatever is answered."""
    now, rate = t.now, t.options.rate
    rested = {**dict.fromkeys(CAP_SECONDS, 0.0), **past.rested} if past.lost else past.rested
    off_at = {kind: rest_from(seconds, now, rate) for kind, seconds in rested.items()}
    t.skin = Skin(off_at=off_at)
    if past.pad is not None:
        on = application_left(past.pad.kind, past.pad.seconds, past.pad.on, now, rate)
        t.skin = Skin(on, heat_and_ice.next_question(t, on), off_at)


def _take_over(t: Transition, left: Unfinished) -> Offer:
    """Take over what the person had told, unless it is too old; an emergency if it may be new.

    Returns:
        What there is to go on with.
    """
    ago = left.seconds_ago
    fresh = ago is not None and 0 <= ago <= FRESH_SECONDS
    urgent = "emergency" in left.flags and not (ago is not None and ago > FRESH_SECONDS)
    if not fresh and not urgent:
        return Offer()
    place = place_of(t.book, left.routine, left.step)
    worth_it = place is not None or bool(left.checked)
    # Where it is not asked whether to go on, a new session begins, with all of its questions.
    goes_on = fresh and (worth_it or urgent)
    question = place_of(t.book, left.check_routine, left.check_step) if goes_on else None
    t.answers = replace(
        t.answers,
        flags=left.flags | t.answers.flags,
        checked=left.checked if fresh else frozenset(),
        question=question,
        wish=left.wish if left.wish in t.book.topics() else None,
        pain=left.pain_before,
        pain_due=left.pain_due,
    )
    return Offer(place, left.hurt, asked=not urgent and worth_it)


def _remember(t: Transition) -> None:
    """Note whether there were sessions before, and whether they left answers."""
    past = t.earlier.past
    if past.sessions or past.kept is not None:
        t.tell("returning")
    if past.kept is not None:
        t.tell("kept")


def place_of(book: Book, routine: str | None, step: str | None) -> Position | None:
    """Return a place by the names it was kept under, or None where there is no such place now.

    The welcome is no place to return to.
    """
    if routine is None or routine not in book.routines or routine == safety.WELCOME:
        return None
    ids = [s.id for s in book.routines[routine].step]
    if step not in ids:
        return None
    return Position(routine, ids.index(step))
