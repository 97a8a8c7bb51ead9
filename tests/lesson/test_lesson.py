"""A lesson from sound to sound: what is asked, what is learnt, and what never is."""

from __future__ import annotations

import dataclasses
import shutil
import stat
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import msgspec
import numpy as np
import pytest

from tests.doctor.room import RATE, Habits, Room
from tests.hearing.material import recording
from tests.lesson.material import WORDS, Answer, Asked, cycle, flite, says
from voice_coach.app import assemble, hearing_folder, load_prompts, plain_hearing_folder
from voice_coach.audio.mixer import Play
from voice_coach.audio.samples import Samples
from voice_coach.cli.teach import Desk, give_lesson
from voice_coach.faults import AudioFault, VoiceFault
from voice_coach.paths import data_folder
from voice_coach.settings import Settings
from voice_coach.teaching.own_voice import OWN_VOICE, forget
from voice_coach.understanding import Matcher
from voice_coach.understanding.program import load_program

needs_flite = pytest.mark.skipif(shutil.which("flite") is None, reason="flite is not installed")

NOISE = np.random.default_rng(3).standard_normal(RATE).astype(np.float32) * np.float32(0.05)


class School:
    """One models folder, and lessons in it."""

    def __init__(self, settings: Settings, folder: Path, words: tuple[str, ...] = WORDS) -> None:
        self.folder = folder
        self.settings = msgspec.structs.replace(settings, models_folder=str(folder))
        parts = assemble(self.settings)
        program = load_program(data_folder("prompts") / "en")
        assert program.teach is not None
        self.texts = msgspec.structs.replace(program.teach, words=words)
        self.program = msgspec.structs.replace(program, teach=self.texts)
        self.plain = plain_hearing_folder(self.settings, parts.book)
        self.desk = Desk(parts, self.program, self.texts, self.plain)
        self.said: list[str] = []
        self.asked: list[str] = []

    def lesson(self, answer: Answer, habits: Habits | None = None, times: int = 2) -> None:
        room = Room(habits or Habits(echo_db=None, floor_db=-60.0))
        voice = Asked(room, self.texts, answer)
        try:
            self.outcome = give_lesson(self.desk, room, voice, times)
        finally:
            self.said, self.asked = voice.texts, voice.asked

    @property
    def hears_with(self) -> Path:
        return hearing_folder(self.settings, load_prompts(self.settings))

    def untouched(self) -> bool:
        return self.hears_with == self.plain and not (self.folder / OWN_VOICE).exists()


@pytest.fixture
def school(settings: Settings, tmp_path: Path) -> School:
    return School(settings, tmp_path / "models")


@needs_flite
@pytest.mark.slow
def test_it_keeps_only_what_helps_on_words_that_it_did_not_learn_from(
    school: School, tmp_path: Path
) -> None:
    school.lesson(flite("kal16", tmp_path), Habits(echo_db=-10.0, floor_db=-50.0))
    outcome = school.outcome
    assert outcome is not None
    assert outcome.after.of == 2 * len(WORDS)
    if outcome.output is None:
        assert school.untouched()
        assert school.said[-1] == school.texts.same
        return
    assert outcome.after.beats(outcome.before)
    assert "better now" in school.said[-1]
    assert school.hears_with.name == "with-own-voice"
    for path in (school.folder / OWN_VOICE, school.hears_with):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
    for path in (school.folder / OWN_VOICE).rglob("*.*"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert forget(school.folder)
    assert school.untouched()
    assert not any(path.is_dir() for path in school.folder.iterdir())


@pytest.mark.parametrize(
    "answer",
    [
        cycle(*(recording(w, RATE) for w in ("orange_juice", "seven", "banana", "medicine"))),
        cycle(NOISE),
        lambda phrase, times: None,
    ],
    ids=["somebody else's words", "noise", "silence"],
)
def test_what_is_not_asked_for_is_not_learnt(school: School, answer: Answer) -> None:
    school.lesson(answer)
    assert school.untouched()
    assert school.said[-1] == school.texts.few
    assert len(school.asked) <= 2 * 2 * len(WORDS)


def test_a_word_that_was_not_heard_is_asked_for_once_more(school: School) -> None:
    def answer(phrase: str, times: int) -> Samples | None:
        return (
            says("stop" if phrase == "ice" else phrase, times) if times or phrase != "no" else None
        )

    def leave_at_next(phrase: str, times: int) -> Samples | None:
        return says("quit", 0) if phrase == "next" else answer(phrase, times)

    school.lesson(leave_at_next)
    assert school.asked == ["yes", "no", "no", "stop", "help", "next"]
    assert school.texts.nothing.replace("{word}", "no") in school.said


@pytest.mark.parametrize("word", ["stop", "quit"])
def test_stop_leaves_everything_as_it_was(school: School, word: str) -> None:
    school.lesson(lambda phrase, times: says(word if phrase == "help" else phrase, times))
    assert school.said[-1] == school.texts.stopped
    assert school.asked[-1] == "help"
    assert school.untouched()


def test_a_warning_sign_ends_it_with_the_emergency_number(school: School) -> None:
    answer = "i can't feel my legs"
    school.lesson(lambda phrase, times: says(answer if phrase == "no" else phrase, times))
    assert school.said[-1] == school.program.filled(school.texts.emergency, emergency="9 1 1")
    assert school.untouched()


def test_ctrl_c_leaves_everything_as_it_was(school: School) -> None:
    def answer(phrase: str, times: int) -> Samples:
        if phrase == "next":
            raise KeyboardInterrupt
        return says(phrase, times)

    with pytest.raises(KeyboardInterrupt):
        school.lesson(answer)
    assert school.untouched()


def test_every_word_asked_for_means_something_and_is_known(school: School) -> None:
    program = load_program(data_folder("prompts") / "en")
    assert program.teach is not None
    whole = School(school.settings, school.folder, program.teach.words)
    assert len(program.teach.words) == 20
    assert set(program.teach.words) <= set(whole.desk.pupil.rivals.words)
    book = whole.desk.parts.book
    for word in program.teach.words:
        assert Matcher(book).match(word, frozenset(book.intents)).intent, word


class Late(SimpleQueue[Any]):
    """Orders that come late, as after rendering for a while."""

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        if isinstance(item, Play):
            item = dataclasses.replace(item, start=item.start + 2 * RATE)
        super().put(item)


def test_a_question_that_begins_late_is_not_taken_for_the_answer(school: School) -> None:
    room = Room(Habits(echo_db=-6.0, floor_db=-60.0))
    room.mixer.orders = Late()
    voice = Asked(room, school.texts, lambda p, n: says("quit" if p == "help" else p, n))
    give_lesson(school.desk, room, voice, 1)
    assert voice.asked == ["yes", "no", "stop", "help"]


def test_a_loudspeaker_that_is_lost_is_a_fault(school: School) -> None:
    with pytest.raises(AudioFault, match="loudspeaker"):
        school.lesson(says, Habits(echo_db=None, plays=3.0))


def test_without_a_voice_nothing_is_asked(school: School) -> None:
    with pytest.raises(VoiceFault):
        give_lesson(school.desk, Room(Habits(echo_db=None)), lambda text: None, 1)
    assert school.untouched()
