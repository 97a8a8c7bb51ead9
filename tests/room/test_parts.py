"""The parts of the proving ground count what they should."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from benchmarks.common import Scale, meaning_of, the_parts
from benchmarks.room import __main__ as command
from benchmarks.room import acceptance, interruptions, program, selftalk, strangers
from benchmarks.room.cost import Meter
from benchmarks.room.loudspeaker import EchoPath
from benchmarks.scenes.noise import brown
from benchmarks.scenes.scene import RATE, Scene
from benchmarks.scenes.sounds import Stretch
from voice_coach.app import Parts, Program
from voice_coach.coach import understood
from voice_coach.log import CutShort, Entry, Said
from voice_coach.speaking import Clips
from voice_coach.understanding import Book


@pytest.fixture(autouse=True)
def own_program(
    parts: Parts,
    hearing_model: Any,
    rendered: Callable[[int], Clips],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = Program(parts, hearing_model, rendered(RATE))
    for module in (program, selftalk, strangers, interruptions):
        monkeypatch.setattr(module, "the_program", lambda: made)


def test_time_within_another_stage_counts_once() -> None:
    meter = Meter()

    def work() -> None:
        end = time.thread_time() + 0.02
        while time.thread_time() < end:
            pass

    inner = meter.timed("inner", work)

    def both() -> None:
        work()
        inner()

    meter.timed("outer", both)()
    assert meter.spent["inner"] == pytest.approx(0.02, abs=0.01)
    assert meter.spent["outer"] == pytest.approx(0.02, abs=0.01)


def test_silence_and_reply_are_counted_from_the_end_of_the_word() -> None:
    hushed = CutShort(16000 + 3200, 0, 320, "Lie on your back.", "stretch.ready.say")
    reply = Said(16000 + 3200, 16000 + 4800, 40000, "We stop.", "reply.stopped")
    after: list[Entry] = [hushed, reply]
    assert interruptions._silence(after, 19200, 16000) == pytest.approx(0.22)
    assert interruptions._reply(after, 19200, 16000) == pytest.approx(0.3)
    assert interruptions._silence(after, None, 16000) is None
    assert interruptions._silence([reply], 19200, 16000) is None


def test_every_scene_can_be_made() -> None:
    for scale in (Scale(False), Scale(True)):
        made = [scene for scene, _ in (*interruptions.scenes(scale), *selftalk._scenes(scale))]
        assert len({scene.name for scene in made}) > 10
        for scene in made:
            if scene.drift_ppm or scene.jump:
                EchoPath(scene, RATE // 100)


def test_words_said_at_rest_make_sense_there(book: Book) -> None:
    for words in ("stop", "yes", "no", "seven", "next", "heat", "slower", "wake up"):
        meaning = meaning_of(words, book)
        state = acceptance.place_for(words, book)
        assert meaning is not None and state is not None
        assert meaning[0] in understood(state, book)
    assert acceptance.place_for("bed", book) is None


@pytest.mark.slow
def test_one_text_is_spoken_and_its_seconds_counted() -> None:
    scene = Scene("headphones", echo_db=None)
    heard = selftalk.alone(scene, [("stretch.knee_right.say", 0)])
    assert 3 < heard.seconds < 30
    assert heard.found == []
    assert heard.per_hour == 0
    assert heard.sounds >= 8


@pytest.mark.slow
def test_silence_across_the_room_is_no_command() -> None:
    soft = 1e-4 * brown(3 * RATE, np.random.default_rng(0))
    state = strangers.situations()["menu"]
    heard = strangers.overheard("menu", state, [Stretch("noise", "", soft.astype(np.float32))])
    assert heard.seconds == 3.0
    assert heard.acts == ()


def test_an_unknown_part_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["--only", "nothing"])
    assert "there is no part 'nothing'" in capsys.readouterr().err


def test_the_settings_of_scenes_are_the_programs() -> None:
    """Levels are set for the volume at which the coach begins."""
    from benchmarks.room.loudspeaker import VOLUME_DB

    assert the_parts().settings.volume_db == VOLUME_DB
