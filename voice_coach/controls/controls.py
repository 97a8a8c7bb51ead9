"""The panel, as the session sees it: presses out, what to show in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from voice_coach.coach.events import Pressed
from voice_coach.controls.bar import Bar
from voice_coach.controls.light import Light, Shown, brightness
from voice_coach.controls.presses import Counter, Touched

CHANGES_PER_SECOND = 25
"""Updates of the light per second: enough for a smooth pulse."""


class Control(Protocol):
    """Something that can be pressed."""

    def touches(self, now: int) -> Iterable[Touched]:
        """Return what was done to it since the last call; `now` is a frame."""
        ...

    def close(self) -> None:
        """Release what it holds."""
        ...


class Lamp(Protocol):
    """A light with a brightness."""

    def shine(self, brightness: float) -> None:
        """Set the brightness, 0 to 1."""
        ...

    def close(self) -> None:
        """Go dark, and release what it holds."""
        ...


@dataclass(frozen=True, slots=True)
class Pins:
    """Where button and light are connected, as GPIO numbers; None if absent.

    Attributes:
        button: between this pin and ground; the pin's own pull-up holds it high.
        light: a light-emitting diode with its resistor, between this pin and ground.
    """

    button: int | None = None
    light: int | None = None


class Panel:
    """Button, keys, light, and the breath on the terminal.

    It never blocks, and no failure of it ends a session.

    Args:
        rate: frames per second of the clock.
        controls: what can be pressed.
        lamp: the light, if there is one.
        bar: the breath on the terminal, if it is shown there.
    """

    def __init__(
        self,
        rate: int,
        controls: Iterable[Control] = (),
        lamp: Lamp | None = None,
        bar: Bar | None = None,
    ) -> None:
        self._rate = rate
        self._controls = [(control, Counter(rate)) for control in controls]
        self._lamp = lamp
        self._bar = bar
        self._shown = Shown()
        self._level: float | None = None
        self._due = 0

    def poll(self, now: int) -> list[Pressed]:
        """Return the presses that are complete since the last call, and update the light.

        Args:
            now: the present frame; to be called with each block.
        """
        presses = []
        for control, counter in self._controls:
            for touched in control.touches(now):
                counter.touch(touched)
            if (press := counter.pass_time(now)) is not None:
                presses.append(press)
        if now >= self._due:
            self._due = now + self._rate // CHANGES_PER_SECOND
            self._shine(brightness(self._shown, now, self._rate))
            if self._bar is not None:
                self._bar.show(self._shown, now)
        return presses

    def show(self, what: Shown) -> None:
        """Show this from now on."""
        if what.light is not self._shown.light:
            self._due = 0
        self._shown = what

    def close(self) -> None:
        """Go dark, and release pins and keys; may be called again."""
        held: list[Control | Lamp | Bar] = [control for control, _ in self._controls]
        held += [shown for shown in (self._lamp, self._bar) if shown is not None]
        for thing in held:
            with suppress(Exception):  # nothing more could be done about it
                thing.close()
        self._controls, self._lamp, self._bar = [], None, None
        self._shown = Shown(Light.OFF)

    def _shine(self, level: float) -> None:
        if self._lamp is None or level == self._level:
            return
        self._level = level
        try:
            self._lamp.shine(level)
        except Exception:
            self._lamp = None  # it came off its pin: go on without it


def open_panel(
    rate: int,
    pins: Pins,
    tell: Callable[[str], None],
    *,
    keyboard: bool = True,
    hook: bool = False,
    bar: Bar | None = None,
) -> Panel:
    """Return the panel of this machine: its pins, and the keys if somebody sits at a terminal.

    Args:
        rate: frames per second of the clock.
        pins: what is connected.
        tell: called with a line for each part that does not work and is left out.
        keyboard: whether keys may be used.
        hook: whether the hook key of a speakerphone is a button.
        bar: the breath on the terminal, if it is shown there.
    """
    from voice_coach.controls.keyboard import open_keyboard

    controls: list[Control] = []
    lamp: Lamp | None = None
    if pins != Pins():
        from voice_coach.controls.gpio import PinFault, open_button, open_lamp

        try:
            if pins.button is not None:
                controls.append(open_button(pins.button, rate))
            if pins.light is not None:
                lamp = open_lamp(pins.light)
        except PinFault as fault:
            tell(str(fault))
    if keyboard and (keys := open_keyboard(rate)) is not None:
        controls.append(keys)
    if hook:
        from voice_coach.controls.hid import HookKey

        controls.append(HookKey(rate, tell))
    return Panel(rate, controls, lamp, bar)
