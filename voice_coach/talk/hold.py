"""The breaths of a hold that are still to come: the coach, run ahead without the clock.

The coach is pure, so this changes nothing. What it gives is what the session itself will say,
unless somebody speaks before.
"""

from __future__ import annotations

from voice_coach.audio.mixer import Order, Play
from voice_coach.chain import Machine
from voice_coach.coach import State
from voice_coach.coach.events import Action, Clock, Say, Tone
from voice_coach.speaking import Sounds, Speaker
from voice_coach.talk.ends import TextDuplex
from voice_coach.understanding import Book


def breaths_ahead(state: State, book: Book, machine: Machine) -> list[tuple[int, Action]]:
    """Return what is said and played from the next breath to the end of a hold.

    It ends where anything but a breath comes up: the end of heat, say.

    Args:
        state: with a breath that is being paced.
        book: the language.
        machine: the coach.

    Returns:
        Each action, with the frame at which the coach asks for it.
    """
    found: list[tuple[int, Action]] = []
    while state.breath is not None and (due := machine.deadline(state)) is not None:
        state, actions = machine.step(state, Clock(due), book)
        if state.breath is None or not actions or not all(map(_paces, actions)):
            break
        found += [(due, action) for action in actions]
    return found


def _paces(action: Action) -> bool:
    return isinstance(action, Tone) or (isinstance(action, Say) and action.pacing)


def placed(
    actions: list[tuple[int, Action]], book: Book, sounds: Sounds, rate: int, volume_db: float
) -> list[Play] | None:
    """Return the orders that a speaker makes of what paces a hold.

    Args:
        actions: from `breaths_ahead`.
        book: the language.
        sounds: give the sound.
        rate: frames per second.
        volume_db: the present gain.

    Returns:
        The orders; None if some of it is not rendered yet.
    """
    duplex = TextDuplex(rate, live=True)
    speaker = Speaker(book, sounds, duplex, volume_db, lambda cue, hushed: None, _unheard)
    for at, action in actions:
        if isinstance(action, Say | Tone):
            speaker.do(action, at)
    orders: list[Order] = duplex.orders()
    said = sum(isinstance(action, Say) for _, action in actions)
    if sum(bool(isinstance(order, Play) and order.text) for order in orders) < said:
        return None
    return [order for order in orders if isinstance(order, Play)]


def _unheard(fault: Exception) -> None:
    """Leave a fault to the session, which will meet it too."""
