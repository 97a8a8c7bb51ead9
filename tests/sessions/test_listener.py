"""The scripted listener: says its lines in time, and notices when it was not understood."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import ROOT
from voice_coach.coach.activities.choices import Wish
from voice_coach.coach.events import Gesture, IntentHeard, Pressed
from voice_coach.controls.presses import Counter
from voice_coach.faults import PromptFault, RehearsalFault
from voice_coach.log import ButtonPressed, Entry, PersonSpoke, Said, Understood
from voice_coach.rehearsal.listener import Listener
from voice_coach.rehearsal.script import Script, load_script
from voice_coach.speaking.sound import speech_level

RATE = 16000
BLOCK = 160

Make = Callable[[str], Listener]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "recordings").mkdir()
    for words in ("yes", "no"):
        shutil.copy(ROOT / "rehearsals" / "recordings" / f"{words}.flac", tmp_path / "recordings")
    return tmp_path


@pytest.fixture
def entries() -> list[Entry]:
    return []


@pytest.fixture
def listener(folder: Path, entries: list[Entry]) -> Make:
    def make(lines: str) -> Listener:
        path = folder / "x.toml"
        path.write_text(f'title = "x"\n{lines}')
        return Listener(path, load_script(path), RATE, entries.append)

    return make


def row(after: str, says: str = "no", expects: str = "no", **more: object) -> str:
    extra = "".join(f"{k} = {v!r}\n" for k, v in more.items())
    return f'[[line]]\nafter = "{after}"\nsays = "{says}"\nexpects = "{expects}"\n{extra}'


def said(key: str, start: float, end: float, at: float) -> Said:
    frames = [round(s * RATE) for s in (start, end, at)]
    return Said(frames[2], frames[0], frames[1], "x", key)


def run(listener: Listener, until: float, since: float = 0.0) -> None:
    for start in range(round(since * RATE), round(until * RATE), BLOCK):
        assert listener.read(start, BLOCK) is not None


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, 3.7),
        ({"wait": 2.0}, 5.0),
        ({"moment": "start", "wait": 0.5}, 1.5),
        ({"moment": "end", "wait": 0.5}, 2.5),
        ({"moment": "end", "wait": -0.5}, 1.5),
    ],
)
def test_line_is_said_at_its_moment(
    listener: Make, options: dict[str, object], expected: float
) -> None:
    """The cue lasts from 1 to 2 s, and another follows it until 3 s."""
    made = listener(row("a.ask", "no", "no", **options))
    run(made, 0.9)
    made(said("a.ask", 1, 2, 0.9))
    made(said("a.then", 2.3, 3, 0.9))
    run(made, 8, since=0.9)
    assert [s.start for s in made.spoken] == [round(expected * RATE)]


def test_line_is_heard_at_its_level_and_frame(listener: Make, entries: list[Entry]) -> None:
    made = listener(row("a.ask", moment="start", wait=0.25))
    made(said("a.ask", 1, 2, 0))
    blocks = [made.read(at, BLOCK) for at in range(0, 3 * RATE, BLOCK)]
    sound = np.concatenate([b for b in blocks if b is not None])
    (spoken,) = made.spoken
    assert spoken.start == 1.25 * RATE
    assert not sound[: spoken.start].any()
    assert not sound[spoken.end :].any()
    assert speech_level(sound[spoken.start : spoken.end], RATE) == pytest.approx(-26, abs=0.5)
    assert entries == [PersonSpoke(spoken.start, spoken.start, spoken.end, "no")]


def test_nth_cue_and_pattern(listener: Make) -> None:
    made = listener(row("reply.*", nth=2, moment="start", wait=0.1))
    made(said("reply.in", 1, 2, 0))
    made(said("other.in", 2, 3, 0))
    run(made, 4)
    assert made.spoken == []
    made(said("reply.out", 5, 6, 4))
    run(made, 8, since=4)
    assert [s.start for s in made.spoken] == [round(5.1 * RATE)]


def test_line_may_follow_the_line_before(listener: Make) -> None:
    made = listener(row("a.ask", moment="start", wait=0.1) + row("", says="yes", wait=2.0))
    made(said("a.ask", 1, 2, 0))
    run(made, 8)
    first, second = made.spoken
    assert second.start == first.end + 2 * RATE


def pressing(after: str, presses: str, expects: str) -> str:
    return f'[[line]]\nafter = "{after}"\npresses = "{presses}"\nexpects = "{expects}"\n'


@pytest.mark.parametrize(
    ("presses", "gesture"),
    [
        ("once", Gesture.ONCE),
        ("twice", Gesture.TWICE),
        ("thrice", Gesture.THRICE),
        ("hold", Gesture.HOLD),
    ],
)
def test_a_line_may_be_pressed(listener: Make, presses: str, gesture: Gesture) -> None:
    made = listener(pressing("a.ask", presses, "yes") + pressing("b.ask", "once", "choices"))
    counter, got = Counter(RATE), []
    made(said("a.ask", 1, 2, 0))
    for now in range(0, 8 * RATE, BLOCK):
        assert made.read(now, BLOCK) is not None
        for touched in made.touches(now):
            counter.touch(touched)
        if (press := counter.pass_time(now)) is not None:
            got.append(press)
            made(ButtonPressed(now, press, IntentHeard(now, "yes")))
    assert [press.gesture for press in got] == [gesture]
    made(said("b.ask", 8, 9, 8))
    run(made, 12, since=8)
    at = 11 * RATE
    made(ButtonPressed(at, Pressed(at, Gesture.ONCE, at), None))
    made(ButtonPressed(at, Pressed(at, Gesture.ONCE, at), Wish.CHOICES))
    made.finish()
    made.close()


def test_a_line_is_either_said_or_pressed(listener: Make) -> None:
    for more in ("", 'says = "no"\npresses = "once"\n'):
        with pytest.raises(PromptFault, match="either says or presses"):
            listener('[[line]]\nafter = "a.ask"\nexpects = "no"\n' + more)


def heard(listener: Listener, intent: str, seconds: float) -> None:
    at = round(seconds * RATE)
    listener(Understood(at, at, at, "x", intent))


def spoken_at(listener: Listener, seconds: float) -> None:
    listener(said("a.ask", seconds - 1, seconds, seconds - 1))
    run(listener, seconds + 2, since=seconds - 1)


@pytest.mark.parametrize("expects", ["no", ""])
def test_what_is_understood_as_expected_is_no_problem(listener: Make, expects: str) -> None:
    made = listener(row("a.ask", expects=expects))
    spoken_at(made, 2)
    if expects:
        heard(made, "no", 3.5)
    made.finish()


@pytest.mark.parametrize(
    ("expects", "intent", "at", "problem"),
    [
        ("no", None, 0, 'line 1 "no": as nothing, not no'),
        ("no", "yes", 3.5, 'line 1 "no": as yes, not no'),
        ("", "no", 3.5, 'line 1 "no": as no, not nothing'),
        ("no", "no", 9.0, 'line 1 "no": as nothing, not no'),  # too late to be of this line
        ("no", "no", 2.5, 'line 1 "no": as nothing, not no'),  # before it was said
    ],
)
def test_what_is_understood_otherwise_is_a_fault(
    listener: Make, expects: str, intent: str | None, at: float, problem: str
) -> None:
    made = listener(row("a.ask", expects=expects))
    spoken_at(made, 2)
    if intent is not None:
        heard(made, intent, at)
    with pytest.raises(RehearsalFault) as caught:
        made.finish()
    assert problem in str(caught.value)


def test_line_left_unsaid_is_a_fault(listener: Make) -> None:
    made = listener(row("a.ask"))
    run(made, 2)
    with pytest.raises(RehearsalFault, match='ended before "no" was said'):
        made.finish()


def test_cue_that_never_comes_is_a_fault(listener: Make) -> None:
    made = listener("patience = 5.0\n" + row("a.ask"))
    with pytest.raises(RehearsalFault, match=r'did not say "a\.ask" within 5 s'):
        run(made, 10)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "title"),
        ('title = "x"\n', "line"),
        ('title = "x"\n[[line]]\nafter = "a"\nsays = "no"\n', "expects"),
        ('title = "x"\nvolume = 3\n' + row("a"), "volume"),
        ('title = "x"\n' + row("a", moment="soon"), "moment"),
        ("title = ", "Invalid value"),
    ],
)
def test_wrong_script_is_refused_with_file_and_key(folder: Path, text: str, reason: str) -> None:
    path = folder / "x.toml"
    path.write_text(text)
    with pytest.raises(PromptFault, match=r"x\.toml") as caught:
        load_script(path)
    assert reason in str(caught.value)


def test_missing_script_and_missing_recording_are_named(folder: Path) -> None:
    with pytest.raises(PromptFault, match=r"nowhere\.toml: No such file"):
        load_script(folder / "nowhere.toml")
    path = folder / "x.toml"
    path.write_text('title = "x"\n' + row("a", says="never recorded"))
    with pytest.raises(RehearsalFault, match=r"never_recorded\.flac is missing"):
        load_script(path)


@pytest.mark.parametrize("path", sorted((ROOT / "rehearsals").glob("*.toml")), ids=lambda p: p.stem)
def test_scripts_that_come_with_the_program_are_whole(path: Path) -> None:
    script = load_script(path)
    assert isinstance(script, Script)
    assert script.line
