"""What is understood nearly everywhere, and does the same unless an activity says otherwise.

Before an intent is done, the machine has hushed the coach. One that only informs ends with
`Then.CONTINUE`, which goes on with what was interrupted.
"""

from __future__ import annotations

from dataclasses import replace

from voice_coach.coach import (
    adjustments,
    calling,
    concerns,
    heat_and_ice,
    helping,
    navigation,
    status,
    timed,
    undo,
    volunteered,
)
from voice_coach.coach.activity import STAYS, TOPIC, Activity, Cell, Row, Then
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.in_routine import Position
from voice_coach.coach.transition import Transition
from voice_coach.coach.warning_signs import WORSE
from voice_coach.understanding.book import Situation


def stop(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Stop what is going on, and what it was a preparation for."""
    t.answers = replace(t.answers, wish=None)
    t.say("reply.stopped", Then.NOTHING)
    navigation.home(t)


def quiet(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Be quiet, but go on listening."""
    t.await_person()
    t.say("reply.quiet", Then.NOTHING)


def pause(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Hold everything; heat and ice go on, and that is said."""
    t.lay(t.activities.pause())
    t.say("reply.paused", Then.NOTHING)
    if t.skin.on is not None:
        t.say("reply.timer_runs", Then.NOTHING)


def hurts(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """It hurts: the movement has stopped; offer to ease off, rest, breathe or get help.

    Questions, and the steps that put a pad on, continue: they cannot be skipped.
    """
    t.lift_off(Situation.PAUSED, Situation.CONFIRMING, Situation.SLEEPING)
    if t.top.eases:
        lay_ease(t)
    worse = IntentHeard(t.now, "red_flag", WORSE)
    if t.skin.on is not None:
        t.lay(t.activities.confirm(worse))  # it is asked once the pad is off
        heat_and_ice.end_application(t, t.skin.on)
    elif t.situation is Situation.CHECKING:
        t.say("reply.hurts_rest", Then.CONTINUE)  # that is being asked
    else:
        stretched = Situation.STRETCHING in (activity.situation for activity in t.stack)
        t.say("reply.hurts_stop" if stretched else "reply.hurts_here", Then.NOTHING)
        t.confirm(worse)


def lay_ease(t: Transition) -> None:
    """Stop the movement; its breaths are counted from the start."""
    t.move(replace(t.running, breaths_done=0))
    t.lay(t.activities.ease())


def ease_off(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Ease off: the same step again, but less of it."""
    t.lift_off(Situation.EASING)
    position = t.running.position
    t.go(t.running, Position(position.routine, position.step))
    exercise = t.situation in navigation.EXERCISES
    t.say("reply.easier" if exercise else "reply.resumed", Then.CONTINUE)


def again(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Say the choices, the alarm, the call for help or the question again."""
    navigation.come_back(t)


def stuck(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """The person cannot reach something, or cannot get up: say what can be done."""
    if t.skin.on is not None:
        t.say(f"reply.{t.skin.on.kind}_stuck", Then.NOTHING)
        heat_and_ice.alarm(t, t.skin.on)
    else:
        t.say("reply.stuck", Then.CONTINUE)


def too_hot(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """It is too hot, or too cold: it comes off at once."""
    heat_and_ice.end_application(t, t.applied)


def drowsy(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Nobody falls asleep on a pad: it comes off."""
    t.say("reply.drowsy", Then.NOTHING)
    heat_and_ice.alarm(t, t.applied)


def done(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """The pad is off, said in so many words; where that is in doubt, ask."""
    if heard.certain and heard.value == heat_and_ice.OFF:
        navigation.application_off(t, t.applied)
    else:
        t.confirm(replace(heard, value=heat_and_ice.OFF, certain=False))


def still_on(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """It is still on, as it should be: say how long it has left."""
    heat_and_ice.say_application_left(t, t.applied, Then.CONTINUE)


def lying_on(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """A pad under the body is too hot: off it, and the pad on top."""
    t.say("reply.on_top", Then.CONTINUE)


def topic(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Go straight to the exercise or talk asked for."""
    navigation.open_topic(t, heard.intent)


def sleep(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Sleep until woken; never while heat or ice is on."""
    if t.skin.on is not None:
        t.say("reply.not_asleep", Then.CONTINUE)
    else:
        navigation.fall_asleep(t)


def quit_(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """End the session."""
    navigation.quit_now(t)


EVERYWHERE: Row[Activity] = {
    "stop": Cell(stop),
    "pause": Cell(pause, Situation.PAUSED),
    "hurts": Cell(hurts),
    "help": Cell(status.help_, STAYS),
    "more": Cell(helping.more, STAYS),
    "how_long": Cell(status.how_long, STAYS),
    "call_help": Cell(calling.advise, STAYS),
    "call_out": Cell(calling.call_out, Situation.CALLING),
    "somebody_here": Cell(calling.somebody, STAYS),
    "carer": Cell(calling.carer, STAYS),
    "all_well": Cell(concerns.all_well, STAYS),
    "good_news": Cell(concerns.good_news, STAYS),
    "need": Cell(concerns.need, STAYS),
    "see_doctor": Cell(concerns.see_doctor, STAYS),
    "emergency": Cell(volunteered.emergency, Situation.EMERGENCY),
    "louder": Cell(adjustments.louder, STAYS),
    "quieter": Cell(adjustments.quieter, STAYS),
    "speak_slower": Cell(adjustments.speak_slower, STAYS),
    "speak_faster": Cell(adjustments.speak_faster, STAYS),
    "record_off": Cell(adjustments.record_off, STAYS),
    "back": Cell(undo.undo_only),
    "dizzy": Cell(volunteered.dizzy, Situation.CONFIRMING),
    "red_flag": Cell(volunteered.red_flag),
    "stuck": Cell(stuck),
    "too_hot": Cell(too_hot, Situation.ENDING, with_pad=True),
    "drowsy": Cell(drowsy, Situation.ENDING, with_pad=True),
    "done": Cell(done, with_pad=True),
    "still_on": Cell(still_on, STAYS, with_pad=True),
    "lying_on": Cell(lying_on, STAYS, with_pad=True),
}
"""In every activity but a sleep and the end."""

LEAVING: Row[Activity] = {
    TOPIC: Cell(topic),
    "breathe_for": Cell(timed.breathe_for),
    "sleep": Cell(sleep),
    "quit": Cell(quit_),
}
"""To something else, to sleep, or away: only where nothing about health is open."""
