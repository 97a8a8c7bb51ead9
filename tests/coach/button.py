"""A session whose person has a button and no voice."""

from __future__ import annotations

from tests.coach.driver import RATE, Driver
from voice_coach.coach import understood
from voice_coach.coach.activities.choices import WAIT_SECONDS, Choices
from voice_coach.coach.events import Gesture, Pressed
from voice_coach.coach.places import harmless
from voice_coach.controls.presses import TOGETHER_SECONDS
from voice_coach.understanding import Situation

ONCE, TWICE, THRICE, HOLD = Gesture

GATHER = round(TOGETHER_SECONDS * RATE)


class Button:
    """A driver whose person presses a button, and says nothing.

    Args:
        coach: the session.
    """

    def __init__(self, coach: Driver) -> None:
        self.coach = coach

    def press(self, gesture: Gesture = ONCE, *, quick: bool = False) -> None:
        """Press once all has been said; or, being quick, now. The coach learns of it later."""
        coach = self.coach
        if not quick:
            coach.run_until_quiet().run(0.5)
        since = coach.now
        coach.run(TOGETHER_SECONDS)
        coach._mark = len([x for x in coach.lines if x.start <= coach.now])
        coach.tell(Pressed(coach.now, gesture, since))

    def choose(self, wanted: str, value: int | str | None = None) -> None:
        """Have the choices read, and take one of them."""
        self.press(THRICE)
        self.take(wanted, value)

    def take(self, wanted: str, value: int | str | None = None) -> None:
        """Take one of the choices that are being read, once it has been said."""
        for _ in range(60):
            self.coach.run_until_quiet()
            top = self.coach.state.top
            assert isinstance(top, Choices), "the choices are over"
            choice = top.offered[top.at]
            if choice.intent == wanted and value in (None, choice.value):
                self.press()
                return
            self.coach.run(WAIT_SECONDS + 0.1)
        raise AssertionError(f"{wanted} is not offered")

    @property
    def offered(self) -> list[str]:
        top = self.coach.state.top
        assert isinstance(top, Choices)
        return [choice.intent for choice in top.offered]


def answer_all(button: Button) -> None:
    """Answer questions, so that they lead on, until none is put any more."""
    coach = button.coach
    for _ in range(40):
        coach.run_until_quiet()
        asks = "unsure" in understood(coach.state, coach.book)
        if not asks or coach.at(Situation.ENDING):
            return
        button.press(ONCE if harmless(coach.state, coach.book) == "yes" else TWICE)
    raise AssertionError("it asks too much")


def to_heat_ready(button: Button) -> None:
    """Choose heat, and answer its questions until it is in place."""
    button.choose("heat")
    answer_all(button)
    assert button.coach.at(Situation.HEAT)


def last_question(coach: Driver) -> str:
    """The question that was put last."""
    coach.run_until_quiet()
    return [key for key in coach.keys if key.endswith(".ask")][-1]
