"""The rate of a stream: one that both ends accept, or a fault whose remedy helps."""

from __future__ import annotations

import pytest

from tests.audio.fake_card import FakeSound
from voice_coach.audio import cards as cards_module
from voice_coach.audio.cards import Card, cards, choose
from voice_coach.audio.rates import with_a_rate
from voice_coach.faults import AudioFault

MICROPHONE, LOUDSPEAKER, SERVER = "Webcam", "HDMI", "pulse"


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch) -> FakeSound:
    """A webcam and a screen without a common rate."""
    sound = FakeSound(
        cards=[(MICROPHONE, 1, 0), (LOUDSPEAKER, 0, 2)],
        rates_of={MICROPHONE: frozenset({16000}), LOUDSPEAKER: frozenset({44100, 48000})},
    )
    monkeypatch.setattr(cards_module, "portaudio", lambda: sound)
    return sound


def taken(sound: FakeSound, wanted: str = "", rate: int = 0) -> tuple[Card, Card, int]:
    found = cards()
    return with_a_rate(sound, choose(wanted, found), rate, found, named=bool(wanted))


def test_a_common_rate_is_taken(sound: FakeSound) -> None:
    sound.rates_of[LOUDSPEAKER] = frozenset({16000, 48000})
    microphone, loudspeaker, rate = taken(sound)
    assert (microphone.name, loudspeaker.name, rate) == (MICROPHONE, LOUDSPEAKER, 16000)


def test_a_device_that_converts_takes_the_place_of_the_systems_own(sound: FakeSound) -> None:
    sound.cards.append((SERVER, 32, 32))
    microphone, loudspeaker, rate = taken(sound)
    assert (microphone.name, loudspeaker.name, rate) == (SERVER, SERVER, 48000)


def test_named_devices_are_not_replaced_and_the_remedy_names_one_that_converts(
    sound: FakeSound,
) -> None:
    sound.cards.append((SERVER, 32, 32))
    with pytest.raises(AudioFault) as raised:
        taken(sound, "webcam,hdmi")
    assert str(raised.value) == (
        '"Webcam" and "HDMI" have no rate in common. Set device = "pulse", which accepts one.'
    )


def test_without_such_a_device_the_remedy_is_not_what_is_set(sound: FakeSound) -> None:
    with pytest.raises(AudioFault) as raised:
        taken(sound)
    assert str(raised.value).startswith('"Webcam" and "HDMI" have no rate in common. Choose anoth')
    assert "rate = 0" not in str(raised.value)


@pytest.mark.parametrize("rate", [22050, 48001])
def test_a_rate_that_was_asked_for(sound: FakeSound, rate: int) -> None:
    with pytest.raises(AudioFault, match=rf"do not accept {rate} Hz\. Choose another device"):
        taken(sound, rate=rate)
    sound.rates_of[LOUDSPEAKER] = frozenset({16000})
    with pytest.raises(AudioFault, match=rf"do not accept {rate} Hz\. Set rate = 0"):
        taken(sound, rate=rate)


@pytest.mark.parametrize("rate", [0, 16000])
def test_a_device_in_use_is_not_blamed_for_its_rates(sound: FakeSound, rate: int) -> None:
    sound.busy = frozenset({MICROPHONE})
    with pytest.raises(AudioFault, match=r"in use\. Close other programs"):
        taken(sound, rate=rate)
