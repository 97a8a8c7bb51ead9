"""The mixer: exact to the sample, at any block size, from any thread."""

from __future__ import annotations

from itertools import chain
from threading import Thread

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from voice_coach.audio.mixer import FADE_SECONDS, Duck, Fade, Mixer, Order, Play
from voice_coach.audio.samples import Samples

RATE = 8000
LENGTH = 4000
FADE = round(FADE_SECONDS * RATE)


def noise(frames: int, seed: int = 0, level: float = 0.1) -> Samples:
    samples: Samples = np.random.default_rng(seed).standard_normal(frames, np.float32)
    return samples * np.float32(level)


def mixed(orders: list[Order], blocks: list[int], length: int = LENGTH) -> Samples:
    mixer = Mixer(RATE)
    for order in orders:
        mixer.orders.put(order)
    out: list[Samples] = []
    at = i = 0
    while at < length:
        frames = min(blocks[i % len(blocks)], length - at)
        out.append(mixer.read(at, frames))
        at, i = at + frames, i + 1
    assert mixer.late == 0
    return np.concatenate(out)


clips = st.lists(
    st.tuples(
        st.integers(0, LENGTH),
        st.integers(1, 1500),
        st.floats(0.0, 1.0, allow_nan=False, width=32),
    ),
    max_size=6,
)


@settings(deadline=None)
@given(clips, st.lists(st.integers(1, 700), min_size=1, max_size=5))
def test_mix_does_not_depend_on_how_it_is_cut_into_blocks(
    placed: list[tuple[int, int, float]], blocks: list[int]
) -> None:
    orders: list[Order] = [
        Play(start, noise(frames, seed), gain) for seed, (start, frames, gain) in enumerate(placed)
    ]
    expected = np.zeros(LENGTH + 1500, np.float32)
    for order in orders:
        assert isinstance(order, Play)
        end = order.start + len(order.samples)
        expected[order.start : end] += order.samples * np.float32(order.gain)
    found = mixed(orders, blocks)
    assert np.array_equal(found, mixed(orders, [LENGTH]))
    assert np.allclose(found, np.clip(expected[:LENGTH], -1, 1), atol=1e-6)


def test_clip_begins_and_ends_at_its_frames() -> None:
    clip = np.full(100, 0.5, np.float32)
    out = mixed([Play(1234, clip)], [80])
    assert np.flatnonzero(out).tolist() == list(range(1234, 1334))


def test_two_clips_that_meet_are_summed_and_clipped() -> None:
    loud = np.full(300, 0.7, np.float32)
    out = mixed([Play(100, loud), Play(200, loud)], [80])
    assert out[150] == np.float32(0.7)
    assert (out[200:400] == 1.0).all()
    assert out[450] == np.float32(0.7)
    assert mixed([Play(0, -loud), Play(0, -loud)], [80]).min() == -1.0


def test_fade_ends_all_sound_within_20_ms_without_a_step() -> None:
    mixer = Mixer(RATE)
    mixer.orders.put(Play(0, np.full(LENGTH, 0.8, np.float32)))
    mixer.orders.put(Play(1000, np.full(LENGTH, 0.8, np.float32)))
    head = mixer.read(0, 800)
    mixer.orders.put(Fade())
    tail = mixer.read(800, 3200)
    assert (head == np.float32(0.8)).all()
    assert tail[0] == np.float32(0.8)
    assert FADE == 160
    assert not tail[FADE - 1 :].any(), "what was playing is silent after 20 ms"
    assert np.abs(np.diff(tail[:FADE])).max() < 0.8 / FADE * 1.1
    assert not tail[200:].any(), "what had not begun is dropped"


def test_fade_at_the_end_of_a_clip_does_not_lengthen_it() -> None:
    mixer = Mixer(RATE)
    mixer.orders.put(Play(0, np.full(850, 0.5, np.float32)))
    mixer.read(0, 800)
    mixer.orders.put(Fade())
    tail = mixer.read(800, 800)
    assert tail[:50].all()
    assert not tail[50:].any()


def test_second_fade_does_not_make_it_louder_again() -> None:
    mixer = Mixer(RATE)
    mixer.orders.put(Play(0, np.full(LENGTH, 0.8, np.float32)))
    mixer.read(0, 80)
    mixer.orders.put(Fade())
    first = mixer.read(80, 80)
    mixer.orders.put(Fade())
    second = mixer.read(160, 800)
    assert second.max() <= first.min()
    assert not second[FADE:].any()


def test_clip_after_a_fade_is_played() -> None:
    out = mixed([Fade(), Play(500, np.full(10, 0.5, np.float32))], [80])
    assert np.count_nonzero(out) == 10


def test_late_clip_begins_at_once_and_is_counted() -> None:
    mixer = Mixer(RATE)
    mixer.read(0, 800)
    mixer.orders.put(Play(100, np.full(50, 0.5, np.float32)))
    out = mixer.read(800, 800)
    assert np.flatnonzero(out).tolist() == list(range(50))
    assert mixer.late == 1


def test_orders_from_other_threads_are_neither_lost_nor_moved() -> None:
    mixer = Mixer(RATE)
    starts = [[10_000 + 4 * (i * 50 + k) for i in range(50)] for k in range(4)]

    def order(mine: list[int]) -> None:
        for start in mine:
            mixer.orders.put(Play(start, np.full(1, 0.25, np.float32)))

    threads = [Thread(target=order, args=(mine,)) for mine in starts]
    for thread in threads:
        thread.start()
    blocks = [mixer.read(at, 80) for at in range(0, 9_600, 80)]
    for thread in threads:
        thread.join()
    blocks += [mixer.read(at, 80) for at in range(9_600, 20_000, 80)]
    out = np.concatenate(blocks)
    assert sorted(chain.from_iterable(starts)) == np.flatnonzero(out).tolist()
    assert mixer.late == 0


def test_ducking_turns_down_and_up_without_a_step() -> None:
    mixer = Mixer(RATE)
    mixer.orders.put(Play(0, np.full(LENGTH, 0.8, np.float32)))
    mixer.read(0, 80)
    mixer.orders.put(Duck(0.25))
    down = np.concatenate([mixer.read(start, 80) for start in range(80, 880, 80)])
    mixer.orders.put(Duck(1.0))
    up = np.concatenate([mixer.read(start, 80) for start in range(880, 1680, 80)])
    assert np.allclose(down[FADE:], 0.2)
    assert np.allclose(up[FADE:], 0.8)
    assert np.abs(np.diff(np.concatenate([down, up]))).max() <= 0.8 / FADE * 1.5
