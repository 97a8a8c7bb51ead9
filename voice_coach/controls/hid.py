"""The hook key of a USB speakerphone: the key that takes and ends calls is the coach's button.

Linux shows such a device as /dev/hidraw*: a descriptor says what its reports hold, and each change
of a key is one report. Both are read here by hand; hidapi would be one more package with code of
its own, for the same bytes. The mute key is left alone: it makes the speakerphone deaf by itself.

The numbers are those of the USB organisation's "Device Class Definition for HID" 1.11 (items of a
descriptor, chapter 6.2.2) and "HID Usage Tables" (chapter 14, telephony).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from voice_coach.controls.presses import Contact, Touch, Touched, press

HOOK_SWITCH = 0x0B, 0x20
"""Usage page and usage of the hook switch: telephony, hook switch."""

AGAIN_SECONDS = 5.0
"""Between two looks for a speakerphone that is not there, or was unplugged."""

BACK_SECONDS = 0.75
"""A switch that goes back within so long may have done so by itself: there is no call to take, and
many a speakerphone then hangs up again. Shorter than presses.TOGETHER_SECONDS, so that it counts
with the press it follows."""

ALIKE_SECONDS = 0.02
"""A device goes back after the same time each time; a person's second press does not."""

ALIKE_TIMES = 3
"""So many pairs have to be alike in a row, to be sure that it is the device."""

LONGEST_REPORT = 256

MOST_REPORTS = 32
"""Read in one go; a device that sends without end is not waited for."""

SYSTEM = Path("/sys/class/hidraw")
DEVICES = Path("/dev")


class Kind(Enum):
    """How a hook switch reports, by the flags of its item."""

    MOMENTARY = "momentary"
    """1 while it is held down."""
    TOGGLE = "toggle"
    """1 once for each press."""
    MAINTAINED = "maintained"
    """It changes with each press, and stays so."""


@dataclass(frozen=True, slots=True)
class Key:
    """Where a key is in the reports of a device.

    Attributes:
        report: the number a report begins with; 0 where reports have none.
        bit: its place after that number, counted from the lowest bit of the first byte.
        kind: how it reports.
    """

    report: int
    bit: int
    kind: Kind

    def of(self, report: bytes) -> bool | None:
        """Return whether it is set in a report; None where the report does not hold it."""
        if self.report:
            if not report or report[0] != self.report:
                return None
            report = report[1:]
        byte = self.bit // 8
        return bool(report[byte] >> self.bit % 8 & 1) if byte < len(report) else None


# --- descriptors

_INPUT, _USAGE_PAGE, _REPORT_SIZE, _REPORT_ID, _REPORT_COUNT = 0x80, 0x04, 0x74, 0x84, 0x94
_PUSH, _POP, _USAGE, _USAGE_MINIMUM, _USAGE_MAXIMUM, _LONG = 0xA4, 0xB4, 0x08, 0x18, 0x28, 0xFE
_MAIN = frozenset({0x80, 0x90, 0xB0, 0xA0, 0xC0})
_VARIABLE, _RELATIVE, _NO_PREFERRED = 0x02, 0x04, 0x20


@dataclass(slots=True)
class _Globals:
    page: int = 0
    size: int = 0
    count: int = 0
    report: int = 0


def hook_switch(descriptor: bytes) -> Key | None:
    """Return where the hook switch is, by a report descriptor; None where there is none.

    A descriptor that is cut short or makes no sense has none.
    """
    now, kept = _Globals(), list[_Globals]()
    usages: list[tuple[int, int]] = []
    first: tuple[int, int] | None = None
    bits: dict[int, int] = {}
    for tag, value, size in _items(descriptor):
        match tag:
            case _ if tag == _USAGE_PAGE:
                now.page = value
            case _ if tag == _REPORT_SIZE:
                now.size = value
            case _ if tag == _REPORT_COUNT:
                now.count = value
            case _ if tag == _REPORT_ID:
                now.report = value
            case _ if tag == _PUSH:
                kept.append(_Globals(now.page, now.size, now.count, now.report))
            case _ if tag == _POP and kept:
                now = kept.pop()
            case _ if tag == _USAGE:
                usages.append(_usage(now.page, value, size))
            case _ if tag == _USAGE_MINIMUM:
                first = _usage(now.page, value, size)
            case _ if tag == _USAGE_MAXIMUM and first is not None:
                last = min(_usage(now.page, value, size)[1], first[1] + LONGEST_REPORT)
                usages += [(first[0], number) for number in range(first[1], last + 1)]
                first = None
        if tag not in _MAIN:
            continue
        if tag == _INPUT:
            start = bits.get(now.report, 0)
            if value & _VARIABLE and now.size == 1 and HOOK_SWITCH in usages[: now.count]:
                return Key(now.report, start + usages.index(HOOK_SWITCH), _kind(value))
            bits[now.report] = start + now.size * now.count
        usages, first = [], None
    return None


def _items(descriptor: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield (tag and type, value, bytes of the value) of each short item."""
    at = 0
    while at < len(descriptor):
        head = descriptor[at]
        if head == _LONG:
            at += 3 + descriptor[at + 1] if at + 1 < len(descriptor) else 3
            continue
        size = (0, 1, 2, 4)[head & 3]
        value = descriptor[at + 1 : at + 1 + size]
        if len(value) < size:
            return
        yield head & 0xFC, int.from_bytes(value, "little"), size
        at += 1 + size


def _usage(page: int, value: int, size: int) -> tuple[int, int]:
    return (value >> 16, value & 0xFFFF) if size == 4 else (page, value)


def _kind(flags: int) -> Kind:
    if flags & _RELATIVE:
        return Kind.TOGGLE
    return Kind.MAINTAINED if flags & _NO_PREFERRED else Kind.MOMENTARY


# --- presses


class Hook:
    """Makes touches of what a hook switch reports.

    Only a momentary switch can be held: of the others it is not known when they are let go. Of one
    that is maintained, a change that soon follows another is either a second press, or the
    speakerphone hanging up again by itself; which of the two this one does is learned. Until then
    such a pair is unclear, and answers nothing.

    Args:
        kind: how it reports.
        rate: frames per second of the clock.
    """

    def __init__(self, kind: Kind, rate: int) -> None:
        self._kind = kind
        self._contact = Contact(rate)
        self._back = round(BACK_SECONDS * rate)
        self._alike = round(ALIKE_SECONDS * rate)
        self._down: bool | None = None
        # The frame of the last change, unless that was the device's own.
        self._changed: int | None = None
        # Whether it goes back by itself; None while that is not known.
        self._returns: bool | None = None
        self._pause, self._alike_times = 0, 0

    def report(self, down: bool, now: int) -> tuple[Touched, ...]:
        """Take what a report says of the switch, seen at frame `now`."""
        if self._kind is Kind.TOGGLE:
            return press(now) if down else ()
        if down is self._down:
            return ()
        first, self._down = self._down is None, down
        if self._kind is Kind.MOMENTARY:
            self._contact.edge(down, now)
            return ()
        if first and not down:
            return ()  # it only says how it is
        return self._maintained(now)

    def _maintained(self, now: int) -> tuple[Touched, ...]:
        before, self._changed = self._changed, now
        if before is None or now - before >= self._back:
            if before is not None:
                self._returns = False  # the last press was not followed by anything
            return press(now)
        if self._returns is False:
            return press(now)
        pause, self._pause = self._pause, now - before
        alike = abs(self._pause - pause) <= self._alike
        self._alike_times = self._alike_times + 1 if alike else 0
        self._returns = True if self._alike_times >= ALIKE_TIMES else self._returns
        self._changed = None
        return () if self._returns else (Touched(Touch.UNCLEAR, now),)

    def pass_time(self, now: int) -> Touched | None:
        """Return what has happened by frame `now`, if anything."""
        return self._contact.pass_time(now) if self._kind is Kind.MOMENTARY else None


class Reports(Protocol):
    """An open device."""

    key: Key

    def read(self) -> list[bytes]:
        """Return the reports that have come since the last call; waits for nothing.

        Raises:
            OSError: the device was unplugged.
        """
        ...

    def close(self) -> None:
        """Let go of it."""
        ...


class Device:
    """A speakerphone's /dev/hidraw.

    Args:
        path: the device.
        key: where its hook switch is.

    Raises:
        OSError: it cannot be opened.
    """

    def __init__(self, path: Path, key: Key) -> None:
        self.key = key
        self._file = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)

    def read(self) -> list[bytes]:
        """Return the reports that have come since the last call; waits for nothing."""
        reports = []
        with suppress(BlockingIOError):
            for _ in range(MOST_REPORTS):
                if not (report := os.read(self._file, LONGEST_REPORT)):
                    raise OSError("the device is gone")
                reports.append(report)
        return reports

    def close(self) -> None:
        """Let go of it."""
        os.close(self._file)


def find(system: Path = SYSTEM, devices: Path = DEVICES) -> tuple[Device | None, str]:
    """Return the first device with a hook switch, and what is wrong if one cannot be opened."""
    trouble = ""
    for folder in sorted(system.glob("hidraw*")):
        try:
            key = hook_switch((folder / "device" / "report_descriptor").read_bytes())
        except OSError:
            continue
        if key is None:
            continue
        try:
            return Device(devices / folder.name, key), ""
        except OSError as error:
            trouble = (
                f"The hook key at {devices / folder.name} cannot be read: {error.strerror}. "
                "docs/use/hook-key.md says how to allow it."
            )
    return None, trouble


class HookKey:
    """The hook key of whatever speakerphone is plugged in. Nothing in it waits.

    Args:
        rate: frames per second of the clock.
        tell: given a line, once, if a hook key is there and may not be read.
        look: finds a device, and says what is wrong with one that cannot be opened.
    """

    def __init__(
        self,
        rate: int,
        tell: Callable[[str], None],
        look: Callable[[], tuple[Reports | None, str]] = find,
    ) -> None:
        self._rate = rate
        self._tell = tell
        self._look = look
        self._told = False
        self._device: Reports | None = None
        self._hook: Hook | None = None
        self._look_at = 0

    def touches(self, now: int) -> Iterable[Touched]:
        """Yield what was done to the key since it was last asked; `now` is a frame."""
        if self._device is None:
            self._open(now)
        if self._device is None or self._hook is None:
            return
        try:
            reports = self._device.read()
        except OSError:
            self.close()
            self._look_at = now + round(AGAIN_SECONDS * self._rate)
            return
        for report in reports:
            down = self._device.key.of(report)
            if down is not None:
                yield from self._hook.report(down, now)
        if (touched := self._hook.pass_time(now)) is not None:
            yield touched

    def close(self) -> None:
        """Let go of the device."""
        device, self._device, self._hook = self._device, None, None
        if device is not None:
            with suppress(OSError):
                device.close()

    def _open(self, now: int) -> None:
        if now < self._look_at:
            return
        self._look_at = now + round(AGAIN_SECONDS * self._rate)
        self._device, trouble = self._look()
        if self._device is not None:
            self._hook = Hook(self._device.key.kind, self._rate)
        elif trouble and not self._told:
            self._told = True
            self._tell(trouble)
