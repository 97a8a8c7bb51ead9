"""What a person may adjust: breaths, volume, rate of speech, and whether the sound is recorded."""

from __future__ import annotations

from dataclasses import replace

from voice_coach.coach import navigation
from voice_coach.coach.activity import Activity, Then
from voice_coach.coach.events import IntentHeard, Rate, Volume
from voice_coach.coach.in_routine import FEWEST_BREATHS, InRoutine
from voice_coach.coach.loudness import VOLUME_LOUDEST, VOLUME_LOWEST, VOLUME_STEP, loudness
from voice_coach.coach.pace import PACES, seconds_of
from voice_coach.coach.rate import RATES
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import MOST_BREATHS

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
    own = t.routine.own_pace(t.book) if t.routine is not None else None
    now = seconds_of(t.preferences.pace, own)
    if 0 <= pace < len(PACES) and seconds_of(pace, own) != now:
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
    wants = t.preferences
    least = 0 if wants.fewer else (here.step(t.book).least or 0)
    held = max(wants.breaths or here.held(t.book, wants.pace) or USUAL_BREATHS, least)
    wished = min(max(1, held), MOST_BREATHS) + change
    if wished < FEWEST_BREATHS:
        t.say("reply.fewest_breaths", Then.CONTINUE)
    elif wished > MOST_BREATHS:
        t.say("reply.most_breaths", Then.CONTINUE)
    else:
        t.preferences = replace(wants, breaths=wished, fewer=wants.fewer or wished < least)
        t.say("reply.breaths", Then.CONTINUE, slots={"breaths": str(wished)})
        elsewhere = max(step.least or 0 for step in here.routine(t.book).step)
        if wished < elsewhere and not t.preferences.fewer:
            t.say("reply.least_kept", Then.CONTINUE)


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


def speak_slower(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Talk slower."""
    _rate(t, 1, "reply.speak_slower", "reply.speak_slowest")


def speak_faster(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Talk faster."""
    _rate(t, -1, "reply.speak_faster", "reply.speak_fastest")


def _rate(t: Transition, change: int, moved: str, limit: str) -> None:
    speech = t.preferences.speech + change
    if 0 <= speech < len(RATES):
        t.preferences = replace(t.preferences, speech=speech)
        t.actions.append(Rate(RATES[speech]))
        t.say(moved, Then.CONTINUE)
    else:
        t.say(limit, Then.CONTINUE)


def learn_voice(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Say how it learns a voice: that is done outside a session."""
    t.say("reply.learn_voice", Then.CONTINUE)


def record_on(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Record the sound from now on, and say so."""
    navigation.record(t, True)
    t.say("reply.recording_on", Then.CONTINUE)


def record_off(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """Record no longer; what was recorded is kept."""
    navigation.record(t, False)
    t.say("reply.recording_off", Then.CONTINUE)
