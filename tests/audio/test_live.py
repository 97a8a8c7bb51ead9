"""The duplex of a real sound card, as far as it can be tested without one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import islice

import numpy as np
import pytest

from tests.audio.fake_card import FakeSound
from voice_coach.audio import abandon, live, stream
from voice_coach.audio import cards as cards_module
from voice_coach.audio.duplex import Block
from voice_coach.audio.live import LiveDuplex
from voice_coach.audio.mixer import Play
from voice_coach.faults import AudioFault


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch) -> FakeSound:
    """A fake card; a stream counts as dead soon."""
    sound = FakeSound()
    for module in (cards_module, live):
        monkeypatch.setattr(module, "portaudio", lambda: sound)
    monkeypatch.setattr(live, "mute_libraries", lambda: None)
    monkeypatch.setattr(live, "DEAD_SECONDS", 0.05)
    monkeypatch.setattr(stream, "FIRST_CALLBACK", 0.05)
    monkeypatch.setattr(live, "PROOF_BLOCKS", 5)
    monkeypatch.setattr(live, "RETRIES", (0.05,))
    monkeypatch.setattr(live, "RETRY_AT_LAST", 0.1)
    monkeypatch.setattr(live, "SPEECH_PAUSE", 0.05)
    monkeypatch.setattr(live, "LOOK_AGAIN", 0.2)
    return sound


def until(blocks: Iterator[Block], happened: Callable[[], bool]) -> list[Block]:
    """Take blocks until a condition holds, and check that none is missing or repeated."""
    taken = [next(blocks)]
    while not happened():
        taken.append(next(blocks))
        assert taken[-1].start == taken[-2].end, "no gap"
    return taken


def test_own_rate_of_the_card_is_taken(sound: FakeSound) -> None:
    duplex = LiveDuplex()
    assert duplex.rate == 48000
    assert sound.streams[0].blocksize == 480
    assert sound.streams[0].channels == (1, 2)
    duplex.close()


def test_another_rate_is_found_where_the_card_refuses_its_own(sound: FakeSound) -> None:
    sound.own_rate = 11025
    sound.rates = frozenset({16000})
    duplex = LiveDuplex()
    assert duplex.rate == 16000
    duplex.close()


@pytest.mark.parametrize("rate", [44100, 48001])
def test_rate_that_was_asked_for_and_is_refused_is_a_fault(sound: FakeSound, rate: int) -> None:
    with pytest.raises(AudioFault, match=rf'"USB" does not accept {rate} Hz\. Set rate = 0'):
        LiveDuplex(rate=rate)


def test_card_in_use_is_a_fault_and_its_stream_is_closed(sound: FakeSound) -> None:
    sound.refuses_to_start = True
    with pytest.raises(AudioFault, match="cannot be opened: Device unavailable"):
        LiveDuplex()
    assert sound.streams[0].closed


def test_blocks_are_what_was_heard_and_played_on_one_counter(sound: FakeSound) -> None:
    sound.blocks_until_lost = 0
    duplex = LiveDuplex()
    duplex.mixer.orders.put(Play(500, np.full(100, 0.25, np.float32)))
    for _ in range(3):
        sound.streams[0].one_block()
    blocks = list(islice(duplex.blocks(), 3))
    assert [b.start for b in blocks] == [0, 480, 960]
    assert all((b.near == 0.5).all() for b in blocks)
    assert np.flatnonzero(np.concatenate([b.far for b in blocks])).tolist() == list(range(500, 600))
    assert (sound.streams[0].played[-2][20:120] == 0.25).all(), "both loudspeaker channels"
    assert (duplex.xruns, duplex.losses) == (0, 0)
    duplex.close()


def test_xruns_are_counted(sound: FakeSound) -> None:
    sound.status = True
    duplex = LiveDuplex()
    list(islice(duplex.blocks(), 5))
    assert duplex.xruns == 5
    duplex.close()


def test_lost_card_is_opened_again_and_the_clock_goes_on(sound: FakeSound) -> None:
    sound.block_seconds = 0.01
    duplex = LiveDuplex()
    blocks = until(duplex.blocks(), lambda: duplex.losses == 1)
    assert blocks[0].start == 0
    alive = [bool(b.near.any()) for b in blocks]
    assert alive[:10] == [True] * 10
    assert alive[10:13] == [False] * 3, "the 0.05 s until the watchdog bit are silence"
    assert alive[13:] == [False] * (len(blocks) - 19) + [True] * 6
    assert sound.restarts == 1, "PortAudio looks for new devices"
    assert sound.streams[0].closed
    assert duplex.microphone_ok, "so short a loss is not reported as a deaf microphone"
    duplex.close()


def test_stream_that_comes_back_from_the_dead_is_not_heard(sound: FakeSound) -> None:
    duplex = LiveDuplex()
    blocks = duplex.blocks()
    until(blocks, lambda: duplex.losses == 1)
    before = duplex.mixer.late
    sound.streams[0].one_block()
    assert not sound.streams[0].played[-1].any()
    starts = [b.start for b in islice(blocks, 3)]
    assert starts == list(range(starts[0], starts[0] + 3 * 480, 480))
    assert duplex.mixer.late == before
    duplex.close()


def test_card_that_stays_away_is_waited_for_while_time_passes(sound: FakeSound) -> None:
    sound.block_seconds = 0.01
    duplex = LiveDuplex()
    blocks = duplex.blocks()
    list(islice(blocks, 10))
    sound.cards, card = [], sound.cards
    begin = time.monotonic()
    duplex.mixer.orders.put(Play(20 * 480, np.ones(480, np.float32)))
    lost = until(blocks, lambda: time.monotonic() > begin + 0.5)
    assert len(lost) == pytest.approx((time.monotonic() - begin) * 100, abs=5)
    assert not any(b.near.any() or b.far.any() for b in lost)
    assert not duplex.microphone_ok and not duplex.loudspeaker_ok
    sound.cards = card
    back = until(blocks, lambda: duplex.microphone_ok)
    assert duplex.losses == 1 and duplex.loudspeaker_ok
    assert not any(b.far.any() for b in back), "what was to be heard meanwhile is not said late"
    duplex.close()


@pytest.mark.parametrize("stream_survives", [True, False])
def test_time_goes_on_while_the_machine_is_suspended(
    sound: FakeSound, monkeypatch: pytest.MonkeyPatch, stream_survives: bool
) -> None:
    asleep = [0.0]
    monkeypatch.setattr(live, "uptime", lambda: time.monotonic() + asleep[0])
    sound.block_seconds, sound.blocks_until_lost = 0.01, 10**6
    began = time.monotonic()
    duplex = LiveDuplex()
    blocks = duplex.blocks()
    list(islice(blocks, 30))
    asleep[0] += 900.0
    sound.deaf = not stream_survives
    lost = until(blocks, lambda: duplex.losses == 1 or not duplex.microphone_ok)
    sound.deaf = False
    lost += until(blocks, lambda: duplex.losses == 1)
    # However slow this machine is just now: all of its time counts, and no more.
    awake = time.monotonic() - began
    assert 899.9 < lost[-1].end / 48000 < 900 + awake + 0.1
    silent = sum(len(b.near) for b in lost if not b.near.any()) / 48000
    assert 898.5 < silent < 900 + awake + 0.1
    assert all(b.near.any() for b in islice(blocks, 20)), "it is heard again"
    duplex.close()


def test_of_a_long_suspension_an_hour_is_caught_up_with(
    sound: FakeSound, monkeypatch: pytest.MonkeyPatch
) -> None:
    asleep = [0.0]
    monkeypatch.setattr(live, "uptime", lambda: time.monotonic() + asleep[0])
    duplex = LiveDuplex()
    blocks = duplex.blocks()
    list(islice(blocks, 10))
    began = time.monotonic()
    asleep[0] += 30 * 86400.0
    at = 0
    while duplex.losses == 0:
        at = next(blocks).end
    assert 3600 - 1 < at / 48000 < 3600 + 1 + time.monotonic() - began
    duplex.close()


def test_attempts_become_rarer(sound: FakeSound, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "RETRIES", (0.05, 0.05))
    monkeypatch.setattr(live, "RETRY_AT_LAST", 0.2)
    duplex = LiveDuplex()
    blocks = duplex.blocks()
    list(islice(blocks, 10))
    sound.cards = []
    tried: list[float] = []
    monkeypatch.setattr(sound, "_initialize", lambda: tried.append(time.monotonic()))
    until(blocks, lambda: len(tried) == 5)
    waits = np.diff(tried)
    assert (waits > [0.045, 0.045, 0.195, 0.195]).all()
    duplex.close()


def test_coach_speaks_through_the_loudspeaker_while_the_microphone_is_gone(
    sound: FakeSound,
) -> None:
    sound.block_seconds, sound.blocks_until_lost = 0.01, 10**6
    duplex = LiveDuplex()
    blocks = duplex.blocks()
    until(blocks, lambda: duplex.microphone_ok)
    sound.deaf = True
    until(blocks, lambda: not duplex.microphone_ok and duplex.loudspeaker_ok)
    sentence = Play(next(blocks).end + 480, np.full(4800, 0.25, np.float32))
    duplex.mixer.orders.put(sentence)
    spoken = until(blocks, lambda: not sentence_runs(duplex, sentence))
    assert not any(b.near.any() for b in spoken)
    assert sum(len(np.flatnonzero(b.far)) for b in spoken) == 4800, "not interrupted by attempts"
    out = [s for s in sound.streams if not s.listens and s.played]
    assert sum(int((p == 0.25).all()) for s in out for p in s.played) == 10
    sound.deaf = False
    until(blocks, lambda: duplex.microphone_ok)
    assert duplex.losses == 1
    assert sound.streams[-1].listens
    duplex.close()


def sentence_runs(duplex: LiveDuplex, sentence: Play) -> bool:
    stream = duplex._stream
    return stream is None or stream.position < sentence.start + len(sentence.samples) + 480


def test_stream_that_opens_and_stalls_is_not_taken_for_one_that_is_back(sound: FakeSound) -> None:
    duplex = LiveDuplex()
    blocks = duplex.blocks()
    list(islice(blocks, 10))
    sound.blocks_until_lost = 4  # PortAudio calls back until its buffers are full
    until(blocks, lambda: len(sound.streams) == 6)
    assert duplex.losses == 0
    assert not duplex.microphone_ok
    duplex.close()


def test_stream_that_opens_and_crawls_is_not_taken_for_one_that_is_back(
    sound: FakeSound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "PROOF_BLOCKS", 40)
    monkeypatch.setattr(live, "PACE_GRACE", 0.1)
    sound.block_seconds = 0.01
    duplex = LiveDuplex()
    blocks = duplex.blocks()
    list(islice(blocks, 10))
    sound.block_seconds, sound.blocks_until_lost = 0.045, 10**6
    begin, lost = time.monotonic(), until(blocks, lambda: len(sound.streams) == 6)
    assert duplex.losses == 0
    assert not duplex.microphone_ok
    assert lost[-1].end / 48000 == pytest.approx(0.1 + time.monotonic() - begin, abs=0.3)
    sound.block_seconds = 0.01
    until(blocks, lambda: duplex.losses == 1 and duplex.microphone_ok)
    duplex.close()


def test_stream_that_loses_a_little_all_the_time_is_opened_anew(
    sound: FakeSound, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MAX_BEHIND", 0.2)
    sound.block_seconds, sound.blocks_until_lost = 0.013, 10**6
    duplex = LiveDuplex()
    begin = time.monotonic()
    blocks = until(duplex.blocks(), lambda: duplex.losses == 1)
    assert time.monotonic() - begin > 0.5, "not at once"
    assert blocks[-1].end / 48000 == pytest.approx(time.monotonic() - begin, abs=0.1)
    duplex.close()


def test_microphone_that_stays_deaf_is_opened_again_ever_more_rarely(sound: FakeSound) -> None:
    sound.block_seconds, sound.blocks_until_lost = 0.005, 10**6
    sound.heard = 0.0
    duplex = LiveDuplex()
    blocks = duplex.blocks()
    until(blocks, lambda: len(sound.streams) == 2)
    begin = time.monotonic()
    until(blocks, lambda: len(sound.streams) == 3)
    first = time.monotonic() - begin
    until(blocks, lambda: len(sound.streams) == 4)
    second = time.monotonic() - begin - first
    assert second > 1.5 * first
    sound.heard = 0.5
    until(blocks, lambda: duplex.microphone_ok)
    count = len(sound.streams)
    list(islice(blocks, 100))
    assert len(sound.streams) == count, "it hears, and is left alone"
    assert duplex.losses == 0
    duplex.close()


def test_same_card_is_found_by_its_name_under_another_number(sound: FakeSound) -> None:
    sound.cards = [("Built-in (hw:0,0)", 1, 2), ("USB (hw:1,0)", 1, 2)]
    lines: list[str] = []
    duplex = LiveDuplex("usb", tell=lines.append)
    assert duplex.microphone.name == "USB (hw:1,0)"
    sound.cards = [("Built-in (hw:0,0)", 1, 2), ("HDMI", 0, 2), ("USB (hw:2,0)", 1, 2)]
    until(duplex.blocks(), lambda: duplex.losses == 1)
    assert (duplex.microphone.index, duplex.loudspeaker.index) == (2, 2)
    assert duplex.microphone_ok
    duplex.close()


def on_usb(sound: FakeSound) -> tuple[LiveDuplex, Iterator[Block], list[str]]:
    """Open one of two cards; return the duplex, its blocks and what it tells."""
    sound.cards = [("Built-in", 1, 2), ("USB", 1, 2)]
    sound.block_seconds = 0.002
    lines: list[str] = []
    duplex = LiveDuplex("usb", tell=lines.append)
    return duplex, duplex.blocks(), lines


def test_substitute_is_told_and_left_for_what_was_meant_unless_it_hears(sound: FakeSound) -> None:
    duplex, blocks, lines = on_usb(sound)
    sound.heard, sound.blocks_until_lost = 0.0, 10**6
    sound.cards, both = sound.cards[:1], sound.cards
    until(blocks, lambda: duplex.losses == 1)
    assert lines == ['Now listening on "Built-in", speaking on "Built-in".']
    assert not duplex.microphone_ok, "a substitute has to prove that it hears"
    sound.cards = both
    until(blocks, lambda: len(lines) == 2)
    assert lines[1] == 'Now listening on "USB", speaking on "USB".'
    sound.heard = 0.5
    until(blocks, lambda: duplex.microphone_ok)
    assert duplex.losses == 1, "that was no loss"
    duplex.close()


def test_substitute_that_hears_is_kept(sound: FakeSound) -> None:
    duplex, blocks, lines = on_usb(sound)
    sound.blocks_until_lost = 10**6
    sound.cards, both = sound.cards[:1], sound.cards
    until(blocks, lambda: duplex.losses == 1 and duplex.microphone_ok)
    sound.cards = both
    end = time.monotonic() + 0.4
    until(blocks, lambda: time.monotonic() > end)
    assert len(lines) == 1
    duplex.close()


def test_samples_beyond_all_sense_are_silence(sound: FakeSound) -> None:
    sound.heard = float("nan")
    duplex = LiveDuplex()
    assert not any(b.near.any() for b in islice(duplex.blocks(), 3))
    duplex.close()


def test_stream_that_cannot_be_closed_is_abandoned_until_it_can(
    sound: FakeSound, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[object] = []
    monkeypatch.setattr(abandon, "CLOSE_SECONDS", 0.05)
    monkeypatch.setattr(abandon, "_abandon", left.append)
    sound.hang_seconds = 30.0
    duplex = LiveDuplex()
    blocks = duplex.blocks()
    until(blocks, lambda: duplex.losses == 1)
    assert len(sound.streams) == 2, "a second stream was opened all the same"
    assert left == [sound]
    assert sound.restarts == 0, "a restart would wait for the stream forever"
    sound.hang.set()
    until(blocks, lambda: duplex.losses == 2)
    assert sound.restarts == 1
