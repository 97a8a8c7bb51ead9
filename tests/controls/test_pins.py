"""The pins, with gpiozero's mock pins."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from voice_coach.coach.events import Gesture, Pressed
from voice_coach.controls import Light, Pins, Shown, open_panel
from voice_coach.controls.gpio import find_debians_lgpio

gpiozero = pytest.importorskip("gpiozero", reason="gpiozero is not installed")

RATE = 16000
BLOCK = 160
BUTTON, LIGHT = 17, 27


@pytest.fixture
def factory() -> Iterator[Any]:
    from gpiozero.pins.mock import MockFactory, MockPWMPin

    before = gpiozero.Device.pin_factory
    factory = gpiozero.Device.pin_factory = MockFactory(pin_class=MockPWMPin)
    yield factory
    factory.reset()
    gpiozero.Device.pin_factory = before


def run(panel: Any, start: int, seconds: float) -> tuple[int, list[Pressed]]:
    presses = []
    end = start + round(seconds * RATE)
    for now in range(start, end, BLOCK):
        presses += panel.poll(now)
    return end, presses


def test_presses_are_counted_and_a_hold_is_one(factory: Any) -> None:
    complaints: list[str] = []
    panel = open_panel(RATE, Pins(BUTTON, LIGHT), complaints.append, keyboard=False)
    pin = factory.pin(BUTTON)
    now, got = run(panel, 0, 0.5)
    for times, held, meant in (
        (1, 0.2, Gesture.ONCE),
        (2, 0.2, Gesture.TWICE),
        (1, 1.5, Gesture.HOLD),
    ):
        got = []
        for _ in range(times):
            pin.drive_low()
            now, first = run(panel, now, held)
            pin.drive_high()
            now, second = run(panel, now, 0.3)
            got += first + second
        now, last = run(panel, now, 1.0)
        assert [press.gesture for press in got + last] == [meant]
    assert complaints == []
    panel.close()


def test_the_light_shows_the_state_and_goes_dark_at_the_end(factory: Any) -> None:
    panel = open_panel(RATE, Pins(light=LIGHT), print, keyboard=False)
    pin = factory.pin(LIGHT)
    panel.show(Shown(Light.LISTENING))
    now, _ = run(panel, 0, 0.2)
    assert pin.state == 1.0
    panel.show(Shown(Light.NOT_HEARING))
    seen = set()
    for _ in range(200):
        panel.poll(now)
        seen.add(pin.state)
        now += BLOCK
    assert seen == {0.0, 1.0}
    panel.show(Shown(Light.SPEAKING))
    run(panel, now, 0.5)
    assert 0.0 < pin.state < 1.0
    panel.close()
    assert not pin.state
    open_panel(RATE, Pins(light=LIGHT), pytest.fail, keyboard=False).close()  # the pin is free


def test_pins_that_are_not_there_are_told_and_the_session_goes_on(factory: Any) -> None:
    complaints: list[str] = []
    panel = open_panel(RATE, Pins(button=BUTTON, light=BUTTON), complaints.append, keyboard=False)
    assert len(complaints) == 1 and f"Pin {BUTTON}" in complaints[0]
    assert panel.poll(BLOCK) == []
    panel.close()


def test_without_gpiozero_its_mend_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gpiozero", None)
    complaints: list[str] = []
    open_panel(RATE, Pins(button=BUTTON), complaints.append, keyboard=False).close()
    assert "gpiozero is not installed" in complaints[0]
    assert "docs/use/raspberry-pi.md" in complaints[0]


def test_with_nothing_connected_gpiozero_is_not_even_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "gpiozero", None)
    panel = open_panel(RATE, Pins(), pytest.fail, keyboard=False)
    assert panel.poll(BLOCK) == []


def test_debians_lgpio_is_found_and_nothing_else_of_debian(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "_lgpio.py").write_text("ANSWER = 42\n")
    (tmp_path / "lgpio.py").write_text("import _lgpio\nANSWER = _lgpio.ANSWER\n")
    for name in ("lgpio", "_lgpio"):
        monkeypatch.setitem(sys.modules, name, None)
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr("voice_coach.controls.gpio.find_spec", lambda name: None)
    path = list(sys.path)
    find_debians_lgpio(str(tmp_path / "none"))
    assert "lgpio" not in sys.modules
    find_debians_lgpio(str(tmp_path))
    assert sys.modules["lgpio"].ANSWER == 42
    assert sys.path == path
