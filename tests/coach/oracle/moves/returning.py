"""Moves that answer the offer to go on where an interrupted session was."""

from __future__ import annotations

from tests.coach.oracle import flow, rounds, taking_up
from tests.coach.oracle.events import Heard
from tests.coach.oracle.state import Then
from tests.coach.oracle.turn import Turn


def take_up(turn: Turn, heard: Heard) -> None:
    """Yes: the pad is off, if that was heard for certain; or go on there."""
    if taking_up.pad_asked(turn):
        _pad_off(turn, heard)
    else:
        taking_up.take_up(turn)


def not_there(turn: Turn, heard: Heard) -> None:
    """No: the pad is still on; or begin anew."""
    if taking_up.pad_asked(turn):
        taking_up.still_on(turn)
    else:
        taking_up.begin_anew(turn)


def perhaps_there(turn: Turn, heard: Heard) -> None:
    """Not sure: the careful answer to each."""
    if taking_up.pad_asked(turn):
        rounds.end_round(turn)
    else:
        taking_up.begin_anew(turn)


def go_on_there(turn: Turn, heard: Heard) -> None:
    """Go on; that says nothing of the pad."""
    if taking_up.pad_asked(turn):
        taking_up.ask(turn)
    else:
        taking_up.take_up(turn)


def pad_off(turn: Turn, heard: Heard) -> None:
    """Done: the pad is off; it says nothing of where to go on."""
    if heard.value == "bare":
        taking_up.ask(turn)  # put aside is not off
        return
    if taking_up.pad_asked(turn):
        _pad_off(turn, heard)
    else:
        taking_up.ask(turn)


def _pad_off(turn: Turn, heard: Heard) -> None:
    if heard.certain:
        flow.round_off(turn)
    else:
        taking_up.ask(turn)


def still_on(turn: Turn, heard: Heard) -> None:
    """The pad is still on: its time goes on, and that is said."""
    if taking_up.pad_asked(turn):
        taking_up.still_on(turn)
    else:
        rounds.say_round_left(turn, Then.CONTINUE)
