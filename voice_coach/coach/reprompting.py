"""Asking again: after no-input (silence) and after a no-match, and when to be quiet."""

from __future__ import annotations

from dataclasses import replace

from voice_coach.coach import heat_and_ice, navigation
from voice_coach.coach.activity import Then
from voice_coach.coach.state import State
from voice_coach.coach.transition import NO_INPUT_SECONDS, Transition
from voice_coach.understanding.book import Situation

NO_MATCH_MOST = 3
"""No-matches in a row that are spoken of; after that silence is kinder."""


def no_match(t: Transition, state: State) -> None:
    """Say that nothing was understood, where somebody was meant to speak; shorter each time."""
    if not state.prompting.awaiting or state.speech.saying is not None or state.breath is not None:
        return
    if t.top.unclear(t):
        return
    times = state.prompting.no_matches
    t.prompting = replace(t.prompting, no_matches=times + 1)
    if times < NO_MATCH_MOST:
        t.prompting = replace(t.prompting, ask_again_at=None)
        # After this a question counts as put only if it did before: see Prompting.put_at.
        put = t.prompting.put_at is not None
        t.say("reply.unclear", Then.AWAIT if put else Then.NOTHING, variant=times)


def no_input(t: Transition) -> None:
    """Nobody answered: ask again, or go quiet after the third time."""
    asked = t.prompting.asked
    t.prompting = replace(t.prompting, asked=asked + 1, ask_again_at=None)
    if t.surroundings.quiet and not t.top.asks_at_night:
        return
    if asked < len(NO_INPUT_SECONDS) - 1:
        t.top.reprompt(t, asked)
    elif t.situation is Situation.TAKING_UP and t.skin.on is not None:
        heat_and_ice.end_unanswered(t, t.skin.on)
    elif t.top.dropped_unanswered():
        t.lift()
        navigation.come_back(t)
    elif t.answers.quitting:
        navigation.say_bye(t)
    else:
        t.say("reply.quiet", Then.NOTHING)
