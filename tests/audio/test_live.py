"""The real sound card's end of the ring, as far as it can be tested without a card."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import islice

import numpy as np
import pytest

from tests.audio.fake_card import FakeSound
from voice_coach.audio import cards as cards_module
from voice_coach.audio import closing, live
from voice_coach.audio.cards import Card, choose, choose_output
from voice_coach.audio.duplex import Block
from voice_coach.audio.live import LiveDuplex
from voice_coach.audio.mixer import Play
from voice_coach.faults import AudioFault

MICROPHONE = Card(0, "Jabra Speak: USB (hw:1,0)", "ALSA", 1, 0, 16000)
LOUDSPEAKER = Card(1, "HDMI 0", "ALSA", 0, 2, 48000)
BOTH = Card(2, "default", "ALSA", 2, 2, 44100)
CARDS = [MICROPHONE, LOUDSPEAKER, BOTH]


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch) -> FakeSound:
    """A pretended card; the watchdog bites soon."""
    made = FakeSound()
    for module in (cards_module, live):
        monkeypatch.setattr(module, "portaudio", lambda: made)
    monkeypatch.setattr(live, "mute_libraries", lambda: None)
    monkeypatch.setattr(live, "WATCHDOG", 0.05)
    monkeypatch.setattr(live, "REOPEN_SECONDS", 0.3)
    return made


@pytest.mark.parametrize(
    ("wanted", "microphone", "loudspeaker"),
    [
        ("", BOTH, BOTH),
        ("default", BOTH, BOTH),
        ("2", BOTH, BOTH),
        ("jabra, hdmi", MICROPHONE, LOUDSPEAKER),
        ("0,1", MICROPHONE, LOUDSPEAKER),
        ("jabra,", MICROPHONE, BOTH),
    ],
)
def test_cards_are_chosen_by_number_or_part_of_their_name(
    monkeypatch: pytest.MonkeyPatch, wanted: str, microphone: Card, loudspeaker: Card
) -> None:
    monkeypatch.setattr(cards_module, "default_devices", lambda: (2, 2))
    assert choose(wanted, CARDS) == (microphone, loudspeaker)


def test_first_able_card_serves_where_the_system_names_no_default(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cards_module, "default_devices", lambda: (-1, -1))
    assert choose("", CARDS) == (MICROPHONE, LOUDSPEAKER)
    assert choose_output("", CARDS) == LOUDSPEAKER


def test_unknown_card_is_named_with_those_there_are() -> None:
    with pytest.raises(AudioFault, match=r'No microphone is called "Yeti".*0 "Jabra.*2 "default"'):
        choose("Yeti", CARDS)
    with pytest.raises(AudioFault, match=r'No loudspeaker is called "jabra".*1 "HDMI 0"'):
        choose("jabra", CARDS)


def test_no_card_at_all_is_a_fault_with_its_mend() -> None:
    with pytest.raises(AudioFault, match=r"No microphone was found\. Plug in a microphone"):
        choose("", [])
    with pytest.raises(AudioFault, match=r"No loudspeaker was found"):
        choose("", [MICROPHONE])


def test_missing_portaudio_library_is_a_fault_with_its_mend() -> None:
    code = """
import ctypes.util
ctypes.util.find_library = lambda name: None
from voice_coach.audio.live import cards
from voice_coach.faults import AudioFault
try:
    cards()
except AudioFault as fault:
    print(fault)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "PortAudio is missing" in done.stdout
    assert "apt-get install libportaudio2" in done.stdout


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
    with pytest.raises(AudioFault, match=rf'"USB" do not accept {rate} Hz\. Set rate = 0'):
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
    assert (sound.streams[0].played[1][20:120] == 0.25).all(), "both loudspeaker channels"
    assert (duplex.xruns, duplex.losses) == (0, 0)
    duplex.close()


def test_xruns_are_counted(sound: FakeSound) -> None:
    sound.status = True
    duplex = LiveDuplex()
    list(islice(duplex.blocks(), 5))
    assert duplex.xruns == 5
    duplex.close()


def test_lost_card_is_opened_again_and_the_clock_goes_on(sound: FakeSound) -> None:
    duplex = LiveDuplex()
    running, blocks = duplex.blocks(), list[Block]()
    while duplex.losses == 0:
        blocks.append(next(running))
    assert [b.start for b in blocks] == list(range(0, len(blocks) * 480, 480)), "no gap"
    alive = [bool(b.near.any()) for b in blocks]
    assert alive[:10] == [True] * 10
    assert alive[10:15] == [False] * 5, "the 0.05 s until the watchdog bit are silence"
    assert alive[15:] == [False] * (len(blocks) - 16) + [True]
    assert duplex.losses == 1
    assert sound.begun_anew == 1, "PortAudio looks for new devices"
    assert sound.streams[0].closed
    duplex.close()


def test_stream_that_comes_back_from_the_dead_is_not_heard(sound: FakeSound) -> None:
    duplex = LiveDuplex()
    blocks = duplex.blocks()
    while duplex.losses == 0:
        next(blocks)
    before = duplex.mixer.late
    sound.streams[0].one_block()
    assert not sound.streams[0].played[-1].any()
    starts = [b.start for b in islice(blocks, 3)]
    assert starts == list(range(starts[0], starts[0] + 3 * 480, 480))
    assert duplex.mixer.late == before
    duplex.close()


def test_card_that_does_not_come_back_is_a_fault(sound: FakeSound) -> None:
    duplex = LiveDuplex()
    blocks = duplex.blocks()
    list(islice(blocks, 10))
    sound.unplugged = True
    with pytest.raises(AudioFault, match=r'"USB" gives no sound any more\. Check that it is'):
        next(blocks)
    assert duplex.losses == 0


def test_stream_that_cannot_be_closed_is_left_behind(
    sound: FakeSound, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[object] = []
    monkeypatch.setattr(closing, "CLOSE_SECONDS", 0.05)
    monkeypatch.setattr(closing, "_leave_behind", left.append)
    sound.hang_seconds = 30.0
    duplex = LiveDuplex()
    blocks = duplex.blocks()
    while duplex.losses == 0:
        next(blocks)
    assert len(sound.streams) == 2, "a second stream was opened all the same"
    assert left == [sound]
    assert sound.begun_anew == 0, "beginning anew would wait for the stream for ever"
    sound.hang.set()


def test_process_with_a_stream_left_behind_ends_at_once() -> None:
    code = """
import sys, threading
from voice_coach.audio import closing
class Sound:
    def _exit_handler(self): threading.Event().wait()
class Stream:
    def abort(self, ignore_errors): threading.Event().wait()
import atexit
sound = Sound()
atexit.register(sound._exit_handler)
closing.CLOSE_SECONDS = 0.05
closing.mute_libraries()
assert closing.close_stream(Stream(), sound) is False
import os
os.write(2, b"noise of a library")
print("our own words", file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False
    )
    assert done.returncode == AudioFault.exit_code
    assert done.stderr == "our own words\n"


@pytest.mark.skipif(os.name != "posix", reason="stderr is handled like this on POSIX only")
def test_stderr_of_somebody_else_is_left_alone() -> None:
    before = sys.stderr
    closing.mute_libraries()
    assert sys.stderr is before
