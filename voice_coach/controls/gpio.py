"""The pins of a Raspberry Pi, through gpiozero, which only this module uses.

gpiozero calls back in threads of its own; the callbacks only put edges into a queue.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from queue import Empty, SimpleQueue
from typing import Any

from voice_coach.controls.presses import Contact, Touched
from voice_coach.faults import Fault

DEBIAN = "/usr/lib/python3/dist-packages"
"""Where Debian's python3-lgpio installs its module; a virtual environment does not look there."""

_REMEDY = "see docs/use/raspberry-pi.md, A button and a light; or take its pin out of the settings"


class PinFault(Fault):
    """A pin that cannot be used. The session goes on without it."""

    exit_code = 3


class Button:
    """A button between a pin and ground.

    Args:
        device: gpiozero's Button.
        rate: frames per second of the clock.
    """

    def __init__(self, device: Any, rate: int) -> None:
        self._device = device
        self._contact = Contact(rate)
        self._edges: SimpleQueue[bool] = SimpleQueue()
        device.when_pressed = lambda: self._edges.put(True)
        device.when_released = lambda: self._edges.put(False)

    def touches(self, now: int) -> Iterator[Touched]:
        """Yield what was done to it since the last call."""
        while True:
            try:
                down = self._edges.get_nowait()
            except Empty:
                break
            self._contact.edge(down, now)
        if (touched := self._contact.pass_time(now)) is not None:
            yield touched

    def close(self) -> None:
        """Release the pin."""
        self._device.close()


class Diode:
    """A light-emitting diode between a pin and ground; gpiozero's PWMLED."""

    def __init__(self, device: Any) -> None:
        self._device = device

    def shine(self, brightness: float) -> None:
        """Set the brightness, 0 to 1."""
        self._device.value = brightness

    def close(self) -> None:
        """Go dark and release the pin."""
        self._device.off()
        self._device.close()


def open_button(pin: int, rate: int) -> Button:
    """Return the button at a pin.

    Raises:
        PinFault: no gpiozero, no pins on this machine, or the pin is taken.
    """
    return Button(_opened("Button", pin), rate)


def open_lamp(pin: int) -> Diode:
    """Return the light at a pin.

    Raises:
        PinFault: no gpiozero, no pins on this machine, or the pin is taken.
    """
    return Diode(_opened("PWMLED", pin))


def _opened(kind: str, pin: int) -> Any:
    try:
        import gpiozero
    except ImportError as error:
        raise PinFault(f"Pin {pin} cannot be used: gpiozero is not installed", _REMEDY) from error
    find_debians_lgpio()
    # lgpio creates a pipe in the working folder unless this variable names another.
    os.environ.setdefault("LG_WD", tempfile.gettempdir())
    try:
        return getattr(gpiozero, kind)(pin)
    # gpiozero's own errors, and whatever its backend raises on a machine without pins.
    except Exception as error:
        raise PinFault(f"Pin {pin} cannot be used: {error}".rstrip("."), _REMEDY) from error


def find_debians_lgpio(folder: str = DEBIAN) -> None:
    """Make `import lgpio` find Debian's own package, for pip may have no wheel of it.

    Only these two modules are taken from that folder, so that no other Debian package gets in.
    """
    if "lgpio" in sys.modules or find_spec("lgpio") is not None:
        return
    for name in ("_lgpio", "lgpio"):
        spec = PathFinder.find_spec(name, [folder])
        if spec is None or spec.loader is None:
            return
        module = module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except ImportError:  # built for another Python
            sys.modules.pop("_lgpio", None)
            sys.modules.pop(name, None)
            return
