"""The hook key of a speakerphone, on descriptors and reports made by hand."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_coach.coach.events import Gesture
from voice_coach.controls.controls import Pins, open_panel
from voice_coach.controls.hid import (
    AGAIN_SECONDS,
    ALIKE_TIMES,
    BACK_SECONDS,
    Device,
    HookKey,
    Key,
    Kind,
    find,
    hook_switch,
)
from voice_coach.controls.presses import Counter, Touch

RATE = 1000
BLOCK = 10

DATA_VARIABLE = 0x02
RELATIVE, NO_PREFERRED = 0x04, 0x20
CONSTANT = 0x03


def item(head: int, *value: int) -> bytes:
    return bytes([head | (3 if len(value) == 4 else len(value)), *value])


def telephony(flags: int, *, report: int = 2, before: int = 3) -> bytes:
    """Keys of other pages, some bits of padding, then mute, hook switch and flash."""
    return b"".join(
        [
            item(0x04, 0x0C), item(0x08, 0x01), item(0xA0, 0x01),  # consumer control
            item(0x84, 0x01), item(0x14, 0), item(0x24, 1),
            item(0x74, 1), item(0x94, 2), item(0x08, 0xE9), item(0x08, 0xEA), item(0x80, 0x02),
            item(0xC0),
            item(0x04, 0x0B), item(0x08, 0x05), item(0xA0, 0x01),  # telephony, headset
            item(0x84, report) if report else b"",
            item(0x74, 1), item(0x94, before), item(0x80, CONSTANT),
            item(0x94, 3), item(0x08, 0x2F), item(0x08, 0x20), item(0x08, 0x21),
            item(0x80, flags),
            item(0xC0),
        ]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("flags", "kind"),
    [
        (DATA_VARIABLE, Kind.MOMENTARY),
        (DATA_VARIABLE | RELATIVE, Kind.TOGGLE),
        (DATA_VARIABLE | NO_PREFERRED, Kind.MAINTAINED),
    ],
)
def test_the_hook_switch_is_found_with_its_kind(flags: int, kind: Kind) -> None:
    assert hook_switch(telephony(flags)) == Key(2, 4, kind)
    assert hook_switch(telephony(flags, before=13)) == Key(2, 14, kind)


def test_a_page_may_be_named_with_the_usage() -> None:
    long = item(0x08, 0x20, 0x00, 0x0B, 0x00)
    made = item(0x04, 0x0C) + item(0x74, 1) + item(0x94, 1) + long + item(0x80, 2)
    assert hook_switch(made) == Key(0, 0, Kind.MOMENTARY)


def test_usages_may_be_a_range() -> None:
    span = item(0x18, 0x1E) + item(0x28, 0x22)
    made = item(0x04, 0x0B) + item(0x74, 1) + item(0x94, 5) + span + item(0x80, 2)
    assert hook_switch(made) == Key(0, 2, Kind.MOMENTARY)


@pytest.mark.parametrize("page", [0x07, 0x0C, 0x08])
def test_other_devices_have_none(page: int) -> None:
    made = item(0x04, page) + item(0x74, 1) + item(0x94, 1) + item(0x08, 0x20) + item(0x80, 2)
    assert hook_switch(made) is None


def test_the_mute_key_is_not_the_hook_switch() -> None:
    made = item(0x04, 0x0B) + item(0x74, 1) + item(0x94, 1) + item(0x08, 0x2F) + item(0x80, 2)
    assert hook_switch(made) is None


@given(st.binary(max_size=200))
def test_no_descriptor_is_too_broken(descriptor: bytes) -> None:
    hook_switch(descriptor)


@given(st.integers(0, 90))
def test_a_descriptor_cut_short_is_no_trouble(length: int) -> None:
    hook_switch(telephony(DATA_VARIABLE)[:length])


def test_only_its_own_reports_speak_of_it() -> None:
    key = Key(2, 9, Kind.MOMENTARY)
    assert key.of(bytes([2, 0, 0b10])) is True
    assert key.of(bytes([2, 0xFF, 0b01])) is False
    assert key.of(bytes([1, 0, 0b10])) is None
    assert key.of(bytes([2, 0])) is None
    assert key.of(b"") is None


@dataclass
class Speakerphone:
    """A pretended device: what it sends at which frame; None is its being unplugged."""

    key: Key
    sends: dict[int, bytes | None] = field(default_factory=dict)
    now: int = 0
    closed: int = 0

    def read(self) -> list[bytes]:
        due = [at for at in self.sends if at <= self.now]
        found = [self.sends.pop(at) for at in due]
        if None in found:
            raise OSError(19, "No such device")
        return [report for report in found if report is not None]

    def close(self) -> None:
        self.closed += 1


DOWN, UP = bytes([2, 0b1_0000]), bytes([2, 0])


def played(kind: Kind, sends: dict[float, bytes | None], seconds: float) -> list[Gesture]:
    phone = Speakerphone(Key(2, 4, kind), {round(at * RATE): r for at, r in sends.items()})
    key, counter = HookKey(RATE, lambda line: None, lambda: (phone, "")), Counter(RATE)
    made: list[Gesture] = []
    for now in range(0, round(seconds * RATE), BLOCK):
        phone.now = now
        for touched in key.touches(now):
            counter.touch(touched)
        if (press := counter.pass_time(now)) is not None:
            made.append(press.gesture)
    return made


def test_a_momentary_switch_is_a_button() -> None:
    assert played(Kind.MOMENTARY, {1.0: DOWN, 1.3: UP}, 4) == [Gesture.ONCE]
    twice: dict[float, bytes | None] = {1.0: DOWN, 1.2: UP, 1.6: DOWN, 1.8: UP}
    assert played(Kind.MOMENTARY, twice, 4) == [Gesture.TWICE]
    assert played(Kind.MOMENTARY, {1.0: DOWN, 3.0: UP}, 5) == [Gesture.HOLD]


def test_a_toggle_is_a_press_each_time() -> None:
    far: dict[float, bytes | None] = {1.0: DOWN, 1.1: UP, 3.0: DOWN, 3.1: UP}
    assert played(Kind.TOGGLE, far, 5) == [Gesture.ONCE] * 2
    near: dict[float, bytes | None] = {1.0: DOWN, 1.1: UP, 1.5: DOWN, 1.6: UP}
    assert played(Kind.TOGGLE, near, 5) == [Gesture.TWICE]


def test_each_change_of_a_maintained_switch_is_a_press_and_never_a_hold() -> None:
    sends: dict[float, bytes | None] = {1.0: DOWN, 4.0: UP, 9.0: DOWN}
    assert played(Kind.MAINTAINED, sends, 20) == [Gesture.ONCE] * 3


def test_two_presses_of_a_maintained_switch_are_told_once_it_is_known_to_stay() -> None:
    stays: dict[float, bytes | None] = {1.0: DOWN, 4.0: UP, 8.0: DOWN, 8.4: UP}
    assert played(Kind.MAINTAINED, stays, 12) == [Gesture.ONCE, Gesture.ONCE, Gesture.TWICE]


def test_until_then_they_answer_nothing() -> None:
    """They may be one press, and a speakerphone that hangs up by itself."""
    assert played(Kind.MAINTAINED, {1.0: DOWN, 1.4: UP}, 4) == [Gesture.THRICE]


def test_a_speakerphone_that_hangs_up_by_itself_is_known_by_its_regularity() -> None:
    back = BACK_SECONDS / 2
    sends: dict[float, bytes | None] = {}
    for number in range(6):
        sends |= {1.0 + 3 * number: DOWN, 1.0 + 3 * number + back: UP}
    unclear = [Gesture.THRICE] * ALIKE_TIMES
    assert played(Kind.MAINTAINED, sends, 20) == [*unclear, *[Gesture.ONCE] * 3]


def test_a_person_is_less_regular_and_never_taken_for_one_press() -> None:
    sends: dict[float, bytes | None] = {}
    for number, pause in enumerate((0.3, 0.36, 0.31, 0.4, 0.34, 0.3)):
        sends |= {1.0 + 3 * number: DOWN, 1.0 + 3 * number + pause: UP}
    assert Gesture.ONCE not in played(Kind.MAINTAINED, sends, 20)


@pytest.mark.parametrize("kind", list(Kind))
def test_other_keys_in_the_same_report_mean_nothing(kind: Kind) -> None:
    mute = bytes([2, 0b0_1000])
    assert played(kind, {1.0: mute, 1.2: UP, 2.0: mute, 5.0: UP}, 8) == []


def test_a_speakerphone_that_is_unplugged_is_found_again() -> None:
    first = Speakerphone(Key(2, 4, Kind.TOGGLE), {1000: None})
    second = Speakerphone(Key(2, 4, Kind.TOGGLE), {9000: DOWN})
    looks: list[int] = []
    clock = [0]

    def look() -> tuple[Speakerphone | None, str]:
        looks.append(clock[0])
        return (first, "") if len(looks) == 1 else (second if clock[0] > 7000 else None, "")

    key, made = HookKey(RATE, lambda line: None, look), []
    for now in range(0, 12_000, BLOCK):
        clock[0] = first.now = second.now = now
        made += [(now, touched.touch) for touched in key.touches(now)]
    assert [touch for _, touch in made] == [Touch.DOWN, Touch.UP]
    assert first.closed == 1
    assert all(b - a >= AGAIN_SECONDS * RATE - 5000 for a, b in itertools.pairwise(looks))
    assert len(looks) <= 4


def test_a_key_that_may_not_be_read_is_told_of_once() -> None:
    told: list[str] = []
    key = HookKey(RATE, told.append, lambda: (None, "not allowed"))
    for now in range(0, 30_000, BLOCK):
        assert not list(key.touches(now))
    assert told == ["not allowed"]


# --- files that stand for a device


@pytest.fixture
def system(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    system, devices = tmp_path / "sys", tmp_path / "dev"
    devices.mkdir()
    for number, descriptor in enumerate([b"", telephony(DATA_VARIABLE)]):
        folder = system / f"hidraw{number}" / "device"
        folder.mkdir(parents=True)
        (folder / "report_descriptor").write_bytes(descriptor)
    yield system, devices


def test_a_device_is_found_and_read_without_waiting(system: tuple[Path, Path]) -> None:
    os.mkfifo(system[1] / "hidraw1")
    device, trouble = find(*system)
    assert isinstance(device, Device) and trouble == ""
    writer = os.open(system[1] / "hidraw1", os.O_WRONLY)
    assert device.read() == []
    os.write(writer, DOWN)
    assert device.read() == [DOWN]
    assert device.key.of(DOWN) is True
    os.close(writer)
    with pytest.raises(OSError, match="gone"):
        device.read()
    device.close()


def test_a_device_that_cannot_be_opened_is_named(system: tuple[Path, Path]) -> None:
    device, trouble = find(*system)
    assert device is None
    assert "hidraw1 cannot be read: No such file" in trouble
    assert "docs/use/hook-key.md" in trouble


def test_no_devices_are_no_trouble(tmp_path: Path) -> None:
    assert find(tmp_path / "none", tmp_path) == (None, "")


def test_the_panel_has_it_where_it_is_wanted() -> None:
    told: list[str] = []
    panel = open_panel(RATE, Pins(), told.append, keyboard=False, hook=True)
    assert panel.poll(0) == []
    panel.close()
    assert open_panel(RATE, Pins(), told.append, keyboard=False).poll(0) == []
