"""The speaker: every clip at its frame, and the truth about when it ended."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import pytest

from voice_coach.audio.duplex import Block
from voice_coach.audio.mixer import FADE_SECONDS, Mixer
from voice_coach.audio.samples import Samples
from voice_coach.coach.events import Earcon, Finished, Hush, Rate, Say, Tone, Volume
from voice_coach.faults import VoiceFault
from voice_coach.speaking import Clips, Speaker, Spoken, VoiceFiles
from voice_coach.speaking.cache import ClipCache
from voice_coach.speaking.render import Renderer
from voice_coach.speaking.speaker import ANSWER_SECONDS
from voice_coach.speaking.tones import ALARM, earcon
from voice_coach.speaking.voice import Delivery
from voice_coach.understanding import Book

RATE = 24000
BLOCK = RATE // 100
GAP = round(0.35 * RATE)
FADE = round(FADE_SECONDS * RATE)
SECOND = np.full(RATE, 0.5, np.float32)

Sound = Samples | Future[tuple[Samples, int]]


class FakeClips(Clips):
    """Gives a second of sound for every text, or a future for those named."""

    def __init__(self, futures: dict[str, Future[tuple[Samples, int]]] | None = None) -> None:
        self.futures = futures or {}

    def get(self, text: str) -> Sound:
        return self.futures.get(text, SECOND)

    def take(self, text: str, future: Future[tuple[Samples, int]]) -> Samples:
        return future.result()[0]


class Clock:
    """A duplex whose time passes when the test says so."""

    rate = RATE
    lead = 2 * BLOCK
    losses = 0
    microphone_ok = True

    def __init__(self, live: bool = False) -> None:
        self.live = live
        self.mixer = Mixer(RATE)
        self.now = 0
        self.played: list[Samples] = []

    def blocks(self) -> Iterator[Block]:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


class Scene:
    """A speaker on such a clock."""

    def __init__(self, book: Book, clips: Clips | None = None, *, live: bool = False) -> None:
        self.duplex = Clock(live)
        self.told: list[tuple[Spoken, bool]] = []
        self.failed: list[VoiceFault] = []
        self.speaker = Speaker(
            book,
            clips or FakeClips(),
            self.duplex,
            0.0,
            lambda cue, hushed: self.told.append((cue, hushed)),
            self.failed.append,
        )

    def do(self, *actions: Say | Tone | Earcon | Hush | Volume | Rate) -> None:
        for action in actions:
            self.speaker.do(action, self.duplex.now)

    def run(self, seconds: float) -> list[Finished]:
        ended: list[Finished] = []
        for _ in range(round(seconds * 100)):
            self.duplex.played.append(self.duplex.mixer.read(self.duplex.now, BLOCK))
            self.duplex.now += BLOCK
            ended += self.speaker.advance(self.duplex.now)
        return ended

    @property
    def sound(self) -> Samples:
        return np.concatenate(self.duplex.played)

    def stretches(self) -> list[tuple[int, int]]:
        """Return (first, after the last) frame of every stretch of sound."""
        loud = np.concatenate([[False], self.sound != 0, [False]])
        edges = np.flatnonzero(loud[1:] != loud[:-1])
        return [(int(a), int(b)) for a, b in edges.reshape(-1, 2)]


@pytest.fixture
def scene(book: Book) -> Scene:
    return Scene(book)


def say(number: int, **options: object) -> Say:
    return Say(number, "reply.in", **options)  # type: ignore[arg-type]


def test_sentences_follow_each_other_with_the_gap_to_the_frame(scene: Scene) -> None:
    scene.run(0.1)
    scene.do(say(1), say(2), say(3))
    finished = scene.run(5)
    starts = [GAP + i * (RATE + GAP) for i in range(3)]
    assert scene.stretches() == [(s, s + RATE) for s in starts]
    assert finished == [Finished(s + RATE, i) for i, s in enumerate(starts, 1)]
    assert [cue.start for cue, _ in scene.told] == starts
    assert scene.duplex.mixer.late == 0


def test_first_words_begin_as_soon_as_a_clip_can_be_on_time(scene: Scene) -> None:
    scene.run(2)
    scene.do(say(1))
    scene.run(1.5)
    assert scene.stretches()[0][0] == 2 * RATE + scene.duplex.lead


def test_pacing_words_lie_at_exactly_their_frames(scene: Scene) -> None:
    frames = [30_001, 80_003, 154_007]
    scene.do(*(say(i, at=at, pacing=True) for i, at in enumerate(frames, 1)))
    scene.run(8)
    assert scene.stretches() == [(at, at + RATE) for at in frames]


def test_sentence_after_pacing_words_does_not_wait_for_them(scene: Scene) -> None:
    scene.do(say(1, at=5 * RATE, pacing=True), say(2))
    scene.run(2)
    assert scene.stretches()[0][0] == max(scene.duplex.lead, GAP)


def test_frame_that_has_passed_is_made_up_for_at_once(scene: Scene) -> None:
    scene.run(1)
    scene.do(say(1, at=10))
    scene.run(2)
    assert scene.stretches()[0][0] == RATE + scene.duplex.lead
    assert scene.duplex.mixer.late == 0


def test_hush_ends_speech_in_20_ms_and_tells_what_was_left_unsaid(scene: Scene) -> None:
    scene.do(say(1), say(2), say(3))
    scene.run(0.8)
    scene.do(Hush())
    assert scene.speaker.silent
    now = scene.duplex.now
    assert scene.run(4) == [], "a hushed cue has no end to speak of"
    ((begin, end),) = scene.stretches()
    assert begin == GAP
    assert now < end <= now + FADE
    hushed = [cue for cue, cut in scene.told if cut]
    assert [(c.say.id, c.end) for c in hushed] == [
        (1, now + FADE),
        (2, hushed[1].start),
        (3, hushed[2].start),
    ]


def test_cue_that_was_all_but_over_when_hushed_keeps_its_end(scene: Scene) -> None:
    scene.do(say(1))
    scene.run((GAP + RATE) / RATE - 0.01)
    scene.do(Hush())
    assert [cut for _, cut in scene.told] == [False]
    assert scene.speaker.spoken[-1].end == GAP + RATE


def test_answer_after_a_hush_comes_sooner_than_the_next_sentence_would(scene: Scene) -> None:
    scene.run(2)
    scene.do(say(1))
    scene.run(0.5)
    scene.do(Hush(), say(2))
    now = scene.duplex.now
    scene.run(2)
    assert scene.stretches()[1][0] == now + round(ANSWER_SECONDS * RATE)


def test_volume_and_gain_are_applied_and_never_exceed_0_db(scene: Scene) -> None:
    scene.do(Volume(-6.0), say(1))
    scene.run(1.5)
    scene.do(say(2, gain_db=4.0))
    scene.run(1.5)
    scene.do(say(3, gain_db=20.0))
    scene.run(1.5)
    peaks = [float(scene.sound[a:b].max()) for a, b in scene.stretches()]
    assert peaks == pytest.approx([0.5 * 10 ** (-6 / 20), 0.5 * 10 ** (-2 / 20), 0.5], rel=1e-5)


def test_tone_lies_at_its_frames(scene: Scene) -> None:
    scene.do(Tone(rising=True, at=RATE, frames=RATE))
    scene.run(3)
    found = scene.stretches()
    assert found[0][0] == pytest.approx(RATE, abs=3)
    assert found[-1][1] == pytest.approx(2 * RATE, abs=3)
    scene.do(Tone(rising=True, at=RATE, frames=0))


def test_earcon_is_heard_at_once_and_is_no_speech(scene: Scene) -> None:
    scene.run(1)
    scene.do(Earcon("heard"))
    assert scene.speaker.silent
    scene.run(1)
    assert scene.stretches()[0][0] == pytest.approx(RATE + scene.duplex.lead, abs=3)


def test_texts_are_those_now_said_or_waiting(book: Book) -> None:
    future: Future[tuple[Samples, int]] = Future()
    scene = Scene(book, FakeClips({"Out.": future}), live=True)
    scene.do(say(1), Say(2, "reply.out"))
    assert scene.speaker.saying.texts == {"In.", "Out."}
    scene.run(2)
    assert scene.speaker.saying.texts == {"Out."}
    scene.do(Hush())
    assert scene.speaker.saying.texts == set()


def test_live_the_next_sentence_waits_for_one_still_being_rendered(book: Book) -> None:
    future: Future[tuple[Samples, int]] = Future()
    scene = Scene(book, FakeClips({"Out.": future}), live=True)
    scene.do(Say(1, "reply.out"), say(2))
    scene.run(1)
    assert not scene.stretches()
    assert not scene.speaker.silent
    future.set_result((SECOND, RATE))
    scene.run(4)
    first = RATE + BLOCK + scene.duplex.lead
    assert scene.stretches() == [
        (first, first + RATE),
        (first + RATE + GAP, first + 2 * RATE + GAP),
    ]


def test_rehearsed_a_rendering_takes_no_time(book: Book) -> None:
    future: Future[tuple[Samples, int]] = Future()
    threading.Timer(0.3, future.set_result, [(SECOND, RATE)]).start()
    scene = Scene(book, FakeClips({"Out.": future}))
    scene.do(Say(1, "reply.out"))
    scene.run(2)
    assert scene.stretches() == [(GAP, GAP + RATE)]


def test_a_clip_that_cannot_be_rendered_is_reported_and_the_next_is_said(book: Book) -> None:
    future: Future[tuple[Samples, int]] = Future()
    future.set_exception(VoiceFault("The voice is damaged", "fetch it again"))
    scene = Scene(book, FakeClips({"Out.": future}))
    scene.do(Say(1, "reply.out"), say(2))
    finished = scene.run(4)
    assert [f.say for f in finished] == [1, 2]
    assert len(scene.failed) == 1
    assert len(scene.stretches()) == 1


@pytest.mark.slow
def test_unknown_sentence_is_synthesised_without_a_gap_in_what_plays(
    book: Book, voice: VoiceFiles, tmp_path: Path, rendered: Callable[[int], Clips]
) -> None:
    """As live: a block every 10 ms of real time, with piper at work."""
    known = rendered(RATE)
    renderer = Renderer(voice, Delivery())
    clips = Clips(voice, renderer, ClipCache(tmp_path), RATE)
    playing = "Keep both feet flat and both knees bent."
    clips._keep(playing, known.clip(playing), RATE)
    scene = Scene(book, clips, live=True)
    scene.do(Say(1, "stretch.drop_right.say", 0, 0))
    scene.do(Say(2, "reply.where", slots={"n": "83", "total": "94"}))
    slowest = 0.0
    begun = time.perf_counter()
    finished: list[Finished] = []
    while len(finished) < 2 and scene.duplex.now < 60 * RATE:
        ahead = scene.duplex.now / RATE - (time.perf_counter() - begun)
        if ahead > 0:
            time.sleep(ahead)
        before = time.perf_counter()
        finished += scene.run(0.01)
        slowest = max(slowest, time.perf_counter() - before)
    renderer.close()
    assert [f.say for f in finished] == [1, 2]
    clip = known.clip(playing)
    start = scene.speaker.spoken[0].start
    assert np.array_equal(scene.sound[start : start + len(clip)], clip), "no gap, to the sample"
    assert slowest < 0.1, "nothing waited for piper"
    assert scene.duplex.mixer.late == 0


# --- the alarm


ALARM_FRAMES = len(earcon(ALARM, RATE))


def test_the_alarm_takes_its_turn_among_the_sentences(scene: Scene) -> None:
    scene.run(0.1)
    scene.do(say(1), Earcon(ALARM), say(2))
    finished = scene.run(6)
    first, second = (clip for clip, _ in scene.told)
    assert second.start == first.end + GAP + ALARM_FRAMES + GAP
    between = scene.sound[first.end + GAP : first.end + GAP + ALARM_FRAMES]
    assert np.allclose(between, earcon(ALARM, RATE), atol=1e-4)
    assert [f.say for f in finished] == [1, 2]


def test_the_alarm_waits_for_a_sentence_that_is_being_rendered(book: Book) -> None:
    future: Future[tuple[Samples, int]] = Future()
    scene = Scene(book, FakeClips({"In.": future}), live=True)
    scene.do(say(1), Earcon(ALARM))
    scene.run(1)
    assert not scene.sound.any()
    future.set_result((SECOND, RATE))
    scene.run(4)
    assert len(scene.stretches()) > 1


def test_other_earcons_sound_at_once(scene: Scene) -> None:
    scene.do(say(1), Earcon("heard"))
    scene.run(0.3)
    assert scene.sound.any()


def test_the_coach_is_not_silent_while_the_alarm_sounds_and_a_hush_ends_it(scene: Scene) -> None:
    scene.do(Earcon(ALARM))
    scene.run(0.8)
    assert not scene.speaker.silent
    assert scene.speaker.saying.texts == frozenset()
    scene.do(Hush())
    assert scene.speaker.silent
    scene.run(1)
    assert not scene.sound[round(0.9 * RATE) :].any()
    scene.do(Earcon(ALARM))
    scene.run(3)
    assert scene.speaker.silent


def test_it_is_known_when_the_alarm_sounded(scene: Scene) -> None:
    assert scene.speaker.saying.alarm is None
    scene.do(Earcon(ALARM))
    scene.run(0.8)
    assert scene.speaker.saying.alarm is not None
    begins, ends = scene.speaker.saying.alarm
    assert ends - begins == ALARM_FRAMES
    scene.do(Hush())
    assert scene.speaker.saying.alarm is not None
    assert scene.speaker.saying.alarm[0] == begins
    assert begins < scene.speaker.saying.alarm[1] < ends, "cut short"


@pytest.mark.parametrize(("volume", "gain", "peak"), [(-6, 0, -9), (-6, 6, -3), (0, 9, -3)])
def test_the_alarm_rises_to_full_scale_and_no_further(
    scene: Scene, volume: float, gain: float, peak: float
) -> None:
    scene.do(Volume(volume), Earcon(ALARM, gain))
    scene.run(3)
    assert 20 * np.log10(np.abs(scene.sound).max()) == pytest.approx(peak, abs=0.2)
