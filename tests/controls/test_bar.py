"""The breath on the terminal: it grows and shrinks, and is gone when none is paced."""

from __future__ import annotations

import io
from dataclasses import replace

from voice_coach.coach.pace import breath_at
from voice_coach.controls.bar import FAINT, WIDTH, Bar, bar
from voice_coach.controls.controls import Panel
from voice_coach.controls.light import Light, Shown
from voice_coach.screen import CLEAR, Screen

RATE = 1000
BREATH = breath_at(1000, 2, RATE)
SHOWN = Shown(Light.BREATHING, BREATH)


def test_in_and_out_differ_by_word_and_by_direction() -> None:
    texts = [bar(SHOWN, now) for now in range(1000, BREATH.end, 100)]
    grows = [t.count("#") for t in texts if t.startswith("in ")]
    shrinks = [t.count("#") for t in texts if t.startswith("out ")]
    assert grows == sorted(grows) and grows[0] == 0 and grows[-1] >= WIDTH - 1
    assert shrinks == sorted(shrinks, reverse=True) and shrinks[0] == WIDTH and shrinks[-1] <= 1
    assert {len(t) for t in texts} == {WIDTH + 4}, "nothing moves but the bar"


def test_before_a_breath_and_without_one_there_is_nothing() -> None:
    assert bar(SHOWN, BREATH.inhale - 1) == bar(SHOWN, BREATH.end) == ""
    assert bar(Shown(Light.SPEAKING), 2000) == ""


def test_in_quiet_hours_it_is_faint() -> None:
    assert bar(replace(SHOWN, dim=True), 2000).startswith(FAINT)


def test_only_what_changes_is_written() -> None:
    shown: list[str] = []
    panel = Panel(RATE, bar=Bar(shown.append))
    panel.show(SHOWN)
    for now in range(0, BREATH.end + 500, 10):
        panel.poll(now)
    assert len(shown) == len(set(shown)) or shown.count("") == 1
    assert len(shown) < 2 * WIDTH + 4
    assert shown[-1] == ""
    panel.show(SHOWN)
    panel.poll(BREATH.end + 1000)
    panel.close()
    assert shown[-1] == ""


def test_lines_of_the_transcript_go_above_it() -> None:
    stream = io.StringIO()
    screen = Screen(lambda: stream)
    screen.line("one")
    screen.status("in  ##")
    screen.line("two")
    screen.status("")
    screen.line("three")
    screen.close()
    assert stream.getvalue() == f"one\n{CLEAR}in  ##{CLEAR}two\nin  ##{CLEAR}three\n"
