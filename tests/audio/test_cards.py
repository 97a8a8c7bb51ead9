"""Which card a setting means, and finding it again."""

from __future__ import annotations

import subprocess
import sys

import pytest

from voice_coach.audio import cards as cards_module
from voice_coach.audio.cards import Card, choose, choose_output, same
from voice_coach.faults import AudioFault

MICROPHONE = Card(0, "Jabra Speak: USB (hw:1,0)", "ALSA", 1, 0, 16000)
LOUDSPEAKER = Card(1, "HDMI 0", "ALSA", 0, 2, 48000)
BOTH = Card(2, "default", "ALSA", 2, 2, 44100)
CARDS = [MICROPHONE, LOUDSPEAKER, BOTH]


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


JABRA = Card(3, "Jabra SPEAK 510 USB: Audio (hw:2,0)", "ALSA", 1, 2, 16000)
HDMI = Card(4, "HDA Intel: HDMI 0 (hw:0,3)", "ALSA", 0, 8, 44100)
HDMI_LONG = Card(5, "HDA Intel: HDMI 0 (hw:0,3) extra", "ALSA", 0, 8, 44100)
WEBCAM = Card(6, "Webcam, HD: USB Audio (hw:1,0)", "ALSA", 1, 0, 16000)
LISTED = [HDMI_LONG, HDMI, WEBCAM, JABRA]


@pytest.mark.parametrize(
    ("wanted", "microphone", "loudspeaker"),
    [
        ("Jabra SPEAK 510 USB: Audio (hw:2,0)", JABRA, JABRA),
        ("  jabra speak 510 usb: audio (hw:2,0) ", JABRA, JABRA),
        ("Audio (hw:2,0)", JABRA, JABRA),
        ("(hw:2,0)", JABRA, JABRA),
        ("hw:2,0", JABRA, JABRA),
        ("Jabra SPEAK 510 USB: Audio (hw:7,0)", JABRA, JABRA),
        ("Webcam, HD: USB Audio (hw:1,0),HDA Intel: HDMI 0 (hw:0,3)", WEBCAM, HDMI),
        ("Webcam, HD, Jabra SPEAK 510 USB: Audio (hw:2,0)", WEBCAM, JABRA),
        ("Jabra SPEAK 510 USB: Audio (hw:2,0), HDMI", JABRA, HDMI_LONG),
        ("webcam,jabra", WEBCAM, JABRA),
        (",jabra", WEBCAM, JABRA),
        ("6,3", WEBCAM, JABRA),
        ("3", JABRA, JABRA),
    ],
)
def test_a_name_may_be_copied_from_the_list_with_its_comma(
    monkeypatch: pytest.MonkeyPatch, wanted: str, microphone: Card, loudspeaker: Card
) -> None:
    monkeypatch.setattr(cards_module, "default_devices", lambda: (-1, -1))
    assert choose(wanted, LISTED) == (microphone, loudspeaker)


@pytest.mark.parametrize("card", [JABRA, HDMI, HDMI_LONG], ids=lambda card: card.name)
def test_a_name_in_full_means_that_card_alone(card: Card) -> None:
    assert choose_output(card.name, LISTED) == card


def test_a_copied_name_of_a_card_that_is_gone_is_named_whole() -> None:
    gone = [c for c in LISTED if c is not JABRA]
    with pytest.raises(AudioFault, match=r'No loudspeaker is called "Jabra .*\(hw:2,0\)"'):
        choose_output(JABRA.name, gone)
    with pytest.raises(AudioFault, match=r'No loudspeaker is called "Jabra .*\(hw:2,0\)"'):
        choose_output(f"{WEBCAM.name}, {JABRA.name}", gone)


def test_a_number_in_other_digits_is_a_name() -> None:
    with pytest.raises(AudioFault, match='No microphone is called "\u00b2"'):
        choose("\u00b2", LISTED)


def test_card_is_known_again_by_its_name() -> None:
    again = Card(5, "Jabra Speak: USB (hw:3,0)", "ALSA", 1, 0, 16000)
    assert same(MICROPHONE, "microphone", [LOUDSPEAKER, again, BOTH]) == again
    assert same(MICROPHONE, "microphone", [again, MICROPHONE]) == MICROPHONE
    assert same(LOUDSPEAKER, "loudspeaker", [MICROPHONE, BOTH]) is None
    assert same(BOTH, "microphone", [Card(0, "default", "ALSA", 0, 2, 44100)]) is None


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
    assert "apt-get install libportaudio2 libspeexdsp1" in done.stdout
