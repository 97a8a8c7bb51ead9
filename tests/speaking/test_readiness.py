"""Heat and ice wait until their alarm is rendered; nothing else does."""

from __future__ import annotations

from concurrent.futures import Future

import pytest

from tests.speaking.test_speaker import RATE, SECOND, FakeClips, Scene
from voice_coach.app import Parts, first_texts, opening_texts, texts_in_order, urgent_texts
from voice_coach.audio.samples import Samples
from voice_coach.coach.events import Hush, Say
from voice_coach.faults import VoiceFault
from voice_coach.speaking.readiness import (
    AGAIN_SECONDS,
    PATIENCE_SECONDS,
    RETRY_SECONDS,
    Readiness,
    held_keys,
)
from voice_coach.understanding import Book

Rendering = Future[tuple[Samples, int]]

ALARM = ["Take the heat off now.", "Call 9 1 1."]
HEAT = Say(7, "heat.cause.ask")


class Slow(FakeClips):
    """Renders the alarm when the test says so; all else is there."""

    def __init__(self) -> None:
        super().__init__({text: Future() for text in ALARM})
        self.kept: set[str] = set()
        self.given_up: list[str] = []

    def missing(self, texts: object) -> list[str]:
        return [text for text in ALARM if text not in self.kept]

    def give_up(self, text: str) -> VoiceFault:
        self.given_up.append(text)
        self.futures[text] = Future()
        return VoiceFault("hangs", "mend it")

    def known(self, text: str) -> Samples | None:
        return SECOND

    def take(self, text: str, future: Rendering) -> Samples:
        try:
            made, _ = future.result()
        except VoiceFault:
            self.futures[text] = Future()
            raise
        self.kept.add(text)
        return made

    def finish(self, *texts: str) -> None:
        for text in texts:
            self.futures[text].set_result((SECOND, RATE))


@pytest.fixture
def clips(book: Book) -> Slow:
    made = Slow()
    made.readiness = Readiness(made, ALARM, held_keys(book), RATE)
    return made


@pytest.fixture
def scene(book: Book, clips: Slow) -> Scene:
    return Scene(book, clips, live=True)


def said(scene: Scene) -> list[str]:
    return [cue.say.key for cue, hushed in scene.told if not hushed]


def test_heat_waits_and_says_so_and_goes_on(scene: Scene, clips: Slow) -> None:
    scene.do(HEAT)
    scene.run(2)
    assert said(scene) == ["reply.one_moment"]
    clips.finish(ALARM[0])
    scene.run(1)
    assert said(scene) == ["reply.one_moment"]
    clips.finish(ALARM[1])
    finished = scene.run(2)
    assert said(scene) == ["reply.one_moment", HEAT.key]
    assert [f.say for f in finished if f.say == HEAT.id] == [HEAT.id]
    assert not scene.failed


def test_the_wait_is_spoken_of_again_and_never_given_up(scene: Scene) -> None:
    scene.do(HEAT)
    scene.run(3.5 * AGAIN_SECONDS)
    assert said(scene) == ["reply.one_moment"] * 4


def test_all_else_is_said_at_once(scene: Scene) -> None:
    scene.do(Say(1, "reply.menu"), Say(2, "stretch.knee_left.say"), Say(3, "reply.heat_end"))
    scene.run(5)
    assert said(scene) == ["reply.menu", "stretch.knee_left.say", "reply.heat_end"]


@pytest.mark.parametrize("key", ["reply.heat_on", "reply.ice_on", "ice.on.say", "heat.on.ready"])
def test_every_way_into_a_round_waits(scene: Scene, key: str) -> None:
    scene.do(Say(1, key, slots={"minutes": "10"}))
    scene.run(1)
    assert said(scene) == ["reply.one_moment"]


def test_a_hush_ends_the_wait(scene: Scene) -> None:
    scene.do(HEAT)
    scene.run(0.5)
    scene.do(Hush(), Say(8, "reply.stopped"))
    scene.run(3)
    assert said(scene)[-1] == "reply.stopped"
    assert HEAT.key not in said(scene)


def test_a_failure_is_told_and_tried_again_and_heat_never_begins(scene: Scene, clips: Slow) -> None:
    scene.do(HEAT)
    for _ in range(3):
        clips.futures[ALARM[0]].set_exception(VoiceFault("broken", "mend it"))
        scene.run(6)
    assert len(scene.failed) == 3
    scene.run(AGAIN_SECONDS)
    assert said(scene)[-1] == "reply.not_ready"
    assert HEAT.key not in said(scene)
    clips.finish(*ALARM)
    scene.run(2)
    assert said(scene)[-1] == HEAT.key


def test_a_rendering_that_hangs_is_ended_and_tried_again(scene: Scene, clips: Slow) -> None:
    scene.do(HEAT)
    scene.run(PATIENCE_SECONDS + 1)
    assert clips.given_up == [ALARM[0]]
    scene.run(RETRY_SECONDS)
    clips.finish(*ALARM)
    scene.run(2)
    assert said(scene)[-1] == HEAT.key


def test_a_rehearsal_waits_for_nothing(book: Book, clips: Slow) -> None:
    scene = Scene(book, clips)
    scene.do(HEAT)
    scene.run(2)
    assert said(scene) == [HEAT.key]


def test_what_is_rendered_is_held_no_longer(clips: Slow) -> None:
    assert clips.readiness is not None
    assert clips.readiness.holds(HEAT.key)
    clips.kept.update(ALARM)
    assert not clips.readiness.holds(HEAT.key)


def test_order_has_all_sentences_once_and_the_urgent_right_after_the_opening(parts: Parts) -> None:
    order = texts_in_order(parts)
    first, urgent = opening_texts(parts), urgent_texts(parts)
    assert len(set(order)) == len(order)
    assert order[: len(first)] == first
    assert order[: len(first_texts(parts))] == first_texts(parts)
    assert set(order[len(first) : len(first) + len(urgent)]) == set(urgent)
    assert "One moment, please." in first
    assert not set(first) & set(urgent)
