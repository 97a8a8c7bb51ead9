"""What survives a power cut: earlier versions' journals are read, and they could read ours."""

from __future__ import annotations

import msgspec

from tests.coach.driver import Driver
from voice_coach.coach.limits import Application
from voice_coach.coach.past import Pad, Unfinished
from voice_coach.coach.snapshot import Snapshot, past_of, snapshot

VERSION_0_1_0 = (
    '{"rate":1000,"over":false,"routine":"stretch","step":"knee_left","hurt":true,"flags":["o'
    'steoporosis"],"checked":true,"check_step":"bladder","wish":"ice","pain_before":6,"pain_d'
    'ue":true,"round":{"kind":"heat","started":5000,"ends":905000},"ended":{"ice":1200}}'
)
"""As version 0.1.0 wrote it into its journal."""


def test_the_snapshot_of_an_earlier_version_is_read() -> None:
    left = msgspec.json.decode(VERSION_0_1_0, type=Snapshot)
    assert left.application == Application("heat", 5000, 905_000)
    past = past_of(left, 65_000, ago=60.0, certain=60.0, rested_at_least=60.0)
    assert past.pad == Pad("heat", 900.0, 120.0)
    assert past.rested == {"ice": 123.8}
    assert past.unfinished == Unfinished(
        seconds_ago=60.0,
        routine="stretch",
        step="knee_left",
        hurt=True,
        flags=frozenset({"osteoporosis"}),
        checked=frozenset({"emergency", "doctor"}),
        check_step="bladder",
        wish="ice",
        pain_before=6,
        pain_due=True,
    )


def test_what_is_written_can_be_read_by_that_version(menu: Driver) -> None:
    menu.with_pad()
    written = msgspec.json.encode(snapshot(menu.state, menu.book), order="deterministic")
    assert msgspec.json.decode(written).keys() >= msgspec.json.decode(VERSION_0_1_0).keys()
    assert msgspec.json.decode(written)["checked"] is True
    assert b'"round":{"kind":"heat","started":' in written


def test_a_snapshot_that_lacks_what_came_later_is_read() -> None:
    left = msgspec.json.decode('{"rate":1000}', type=Snapshot)
    assert left == Snapshot(1000)
    assert past_of(left, 0, ago=None, certain=None, rested_at_least=0.0).pad is None
