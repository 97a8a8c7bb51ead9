"""The button: what one, two or three presses mean, and a hold, in what goes on now.

One press is a yes, or "next"; two are a no; three have the choices of the situation read, and a
press then takes the one just said; a hold is "stop". So everything can be done without a
voice. All of it may be pressed by mistake:

- A press answers a question only if it began after that had been said to its end.
- Where neither yes nor "next" makes sense, one press has the choices read.
- None ends an alarm, but as the yes to "Is it off your skin?", which it asks for.
- Two presses too slow to be taken together are a yes taken back, and the question again.
"""

from __future__ import annotations

from voice_coach.coach.activities.choices import Choices, Wish
from voice_coach.coach.events import Gesture, IntentHeard, Pressed
from voice_coach.coach.state import State
from voice_coach.coach.undo import UNDO
from voice_coach.understanding.book import Situation

SLOW_SECONDS = 1.0
"""So soon after a yes, another press is the second one of a slow "no"."""

_NOTHING_ASKED = frozenset({Situation.MENU, Situation.EASING, Situation.EMERGENCY})
"""Here a yes or "next" would do something that nobody has asked about."""

_NO_ANSWER = frozenset({Situation.ENDING, Situation.EMERGENCY})
"""Here a "no" may be said at any time: what is to be done is said again."""


def meant(state: State, press: Pressed, can: frozenset[str]) -> IntentHeard | Wish | None:
    """Return what is done about a press: an intent, or what no word asks for; None for nothing.

    Args:
        state: the coach as it is, with a session or asleep.
        press: how often it was pressed.
        can: what is understood now.
    """
    found = _meant(state, press, can)
    if not isinstance(found, str):
        return found
    return IntentHeard(press.at, found) if found in can else None


def _meant(state: State, press: Pressed, can: frozenset[str]) -> IntentHeard | Wish | str | None:
    if press.gesture is Gesture.HOLD:
        return "stop"
    if state.situation is Situation.SLEEPING:
        return "wake"
    if press.gesture is Gesture.THRICE:
        return Wish.CHOICES if can else None
    if isinstance(state.top, Choices):
        return _at_choice(state.top, press)
    if _too_slow(state, press) and "back" in can:
        return IntentHeard(press.at, "back", UNDO)
    if "number" in can:
        return Wish.CHOICES
    return _one(state, press, can) if press.gesture is Gesture.ONCE else _two(state, press, can)


def _at_choice(here: Choices, press: Pressed) -> IntentHeard | Wish | None:
    """One press takes the choice, if it had been said to its end; two leave it."""
    if press.gesture is Gesture.TWICE:
        return None if here.quiet else Wish.ANOTHER
    choice = here.taken(press.since)
    if choice is not None:
        return IntentHeard(press.at, choice.intent, choice.value)
    return Wish.ON if here.quiet else Wish.AGAIN


def _too_slow(state: State, press: Pressed) -> bool:
    """Whether it is the second press of a "no", whose first was taken for a yes."""
    at, last = state.prompting.pressed_at, state.answers.last
    if at is None or last is None or not last.last:
        return False
    return press.since - at <= SLOW_SECONDS * state.options.rate


def _one(state: State, press: Pressed, can: frozenset[str]) -> Wish | str | None:
    if state.situation in _NOTHING_ASKED:
        return Wish.CHOICES
    if state.situation is Situation.ENDING:
        return "yes" if _heard_out(state, press) else "stop"
    if "yes" in can:
        return _answer(state, press, "yes")
    return "resume" if state.situation is Situation.PAUSED else "next"


def _two(state: State, press: Pressed, can: frozenset[str]) -> Wish | str | None:
    if "yes" in can and state.situation not in _NO_ANSWER:
        return _answer(state, press, "no")
    return "not_yet" if "not_yet" in can else "pause"


def _answer(state: State, press: Pressed, answer: str) -> Wish | str | None:
    """Return the answer to a question that had been said to its end.

    One that is being said goes on; one that was cut short is put again.
    """
    if _heard_out(state, press):
        return answer
    return Wish.AGAIN if state.speech.saying is None else None


def _heard_out(state: State, press: Pressed) -> bool:
    put_at = state.prompting.put_at
    return state.speech.saying is None and put_at is not None and press.since >= put_at
