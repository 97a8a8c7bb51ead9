"""Where in a session somebody speaks: finer than a situation, and named for `[here.PLACE]`.

The same words mean different things in different places: "okay" goes on after a step, resumes a
pause, and says nothing about a hot pad. `prompts/` may therefore give an intent further phrases for
one place; `coach.places` says which place a state is in.
"""

from __future__ import annotations

from enum import StrEnum


class Place(StrEnum):
    """A point of the conversation, as far as it changes what words mean."""

    SLEEPING = "sleeping"
    CHECKING = "checking"
    """A safety question waits for its answer."""
    PAIN = "pain"
    """A number from zero to ten is awaited."""
    MENU = "menu"
    READY = "ready"
    """A step of an exercise waits for "next"."""
    HOLD = "hold"
    """A stretch is being explained or held."""
    EASE = "ease"
    """It hurt, and the person is asked how to go on."""
    HEATASK = "heatask"
    """A question before heat or ice."""
    HEATREADY = "heatready"
    """Heat or ice is being put in place."""
    HEAT = "heat"
    """Heat or ice is on."""
    ENDING = "ending"
    """The alarm: heat or ice has to come off."""
    AWAKE = "awake"
    """With heat or ice on it is asked whether the person is awake."""
    OFFERED = "offered"
    """After heat or ice: ice is offered, or to go on with what was stopped by accident."""
    EMERGENCY = "emergency"
    PAUSED = "paused"
    BREATHING = "breathing"
    IMAGERY = "imagery"
    TALK = "talk"
    """The coach talks about medicines or prevention."""
    CONFIRM = "confirm"
    """ "Did you say heat?" """
    CALLING = "calling"
    """The coach calls out for somebody, and listens in between."""
    TAKING_UP = "taking_up"
    """After an interruption: is the pad off, and does the session resume?"""
    OVER = "over"
