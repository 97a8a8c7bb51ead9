"""Commands that do the same wherever they are understood: they adjust something, or inform."""

from __future__ import annotations

from dataclasses import replace

from voice_coach.coach import breaths, navigation, skin
from voice_coach.coach.activity import Activity, Then
from voice_coach.coach.events import IntentHeard, Volume
from voice_coach.coach.in_routine import BeatKind, InRoutine
from voice_coach.coach.loudness import VOLUME_LOUDEST, VOLUME_LOWEST, VOLUME_STEP, loudness
from voice_coach.coach.pace import PACES
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import MOST_BREATHS, Situation

USUAL_BREATHS = 4
"""Breaths of a stretch, where they are changed while none is held."""


def slower(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Breathe slower, from the next word on."""
    _pace(t, 1, "reply.slower", "reply.slowest")


def faster(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Breathe faster, from the next word on."""
    _pace(t, -1, "reply.faster", "reply.fastest")


def _pace(t: Transition, change: int, moved: str, limit: str) -> None:
    pace = t.preferences.pace + change
    if 0 <= pace < len(PACES):
        t.preferences = replace(t.preferences, pace=pace)
        t.say(moved, Then.CONTINUE)
    else:
        t.say(limit, Then.CONTINUE)


def more_breaths(here: InRoutine, t: Transition, heard: IntentHeard) -> None:
    """Hold each stretch for one breath more."""
    _breaths(t, here, 1)


def fewer_breaths(here: InRoutine, t: Transition, heard: IntentHeard) -> None:
    """Hold each stretch for one breath less."""
    _breaths(t, here, -1)


def _breaths(t: Transition, here: InRoutine, change: int) -> None:
    held = t.preferences.breaths or here.held(t.book) or USUAL_BREATHS
    wished = min(max(1, held), MOST_BREATHS) + change
    if wished < 1:
        t.say("reply.fewest_breaths", Then.CONTINUE)
    elif wished > MOST_BREATHS:
        t.say("reply.most_breaths", Then.CONTINUE)
    else:
        t.preferences = replace(t.preferences, breaths=wished)
        if wished == 1:
            t.say("reply.one_breath", Then.CONTINUE)
        else:
            t.say("reply.breaths", Then.CONTINUE, slots={"breaths": str(wished)})


def louder(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Speak louder."""
    _volume(t, VOLUME_STEP, "reply.louder", "reply.loudest")


def quieter(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Speak more quietly."""
    _volume(t, -VOLUME_STEP, "reply.quieter", "reply.quietest")


def _volume(t: Transition, change: float, moved: str, limit: str) -> None:
    wished = t.preferences.volume_db + change
    volume = min(max(wished, VOLUME_LOWEST), VOLUME_LOUDEST)
    t.preferences = replace(t.preferences, volume_db=volume)
    t.actions.append(Volume(loudness(t)))
    t.say(moved if volume == wished else limit, Then.CONTINUE)


def record_on(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Record the sound from now on, and say so."""
    navigation.record(t, True)
    t.say("reply.recording_on", Then.CONTINUE)


def record_off(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Record no longer; what was recorded is kept."""
    navigation.record(t, False)
    t.say("reply.recording_off", Then.CONTINUE)


# --- what only informs


def help_(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Say what can be said here."""
    say_help(t, Then.CONTINUE)


def say_help(t: Transition, then: Then) -> None:
    """Say what can be said here, and go on with something."""
    slots = {"emergency": t.options.emergency}
    t.say(f"help.{t.top.help_topic(t.state, t.book)}", then, slots=slots)


def where(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Say where in the routine this is, and how much is left."""
    if t.routine is None:
        t.say("reply.where_menu", Then.CONTINUE)
    else:
        _where(t, t.routine)


def _where(t: Transition, here: InRoutine) -> None:
    steps = here.allowed(t.book, t.answers.flags)
    checking = here.situation is Situation.CHECKING
    if checking:  # the greeting is no question
        steps = [i for i in steps if here.routine(t.book).step[i].ask]
    number = max(1, sum(i <= here.position.step for i in steps))
    slots = {"n": str(number), "total": str(len(steps))}
    t.say("reply.where", Then.CONTINUE, slots=slots)
    if not checking:
        t.cue(here.key(t.book, "name"), Then.CONTINUE)
    _say_breaths_left(t, here)


def _say_breaths_left(t: Transition, here: InRoutine) -> None:
    if here.doing(t.book) is not BeatKind.BREATHS:
        return
    left = breaths.breaths_left(t, here)
    if left == 1:
        t.say("reply.one_breath_left", Then.CONTINUE)
    elif left > 1:  # pragma: no branch  # with none left, the hold is over
        t.say("reply.breaths_left", Then.CONTINUE, slots={"breaths": str(left)})


def how_long(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Say how long heat or ice has left; without them, where this is."""
    if t.skin.on is None:
        where(here, t, heard)
    else:
        skin.say_left(t, t.skin.on, "reply.minutes_left", skin.after_timer(t))


def history(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """How have I been: the pain before and after, in the last sessions."""
    past = t.earlier.past
    if past.sessions == 0:
        t.say("reply.history_none", Then.CONTINUE)
        return
    if past.before is None or past.after is None:
        t.say("reply.history_unscored", Then.CONTINUE)
        return
    change = past.after - past.before
    what = "same" if change == 0 else "down" if change < 0 else "up"
    slots = {"before": str(past.before), "score": str(past.after)}
    t.say(f"reply.history_{what}", Then.CONTINUE, slots=slots)


def no_slower(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Slower, where nothing is paced: it speaks as it speaks, but says things again."""
    t.say("reply.no_slower", Then.CONTINUE)
