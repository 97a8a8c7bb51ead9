"""Say a fault aloud, where a voice and a loudspeaker still work: the person can see no screen."""

from __future__ import annotations

import re

from voice_coach.app import load_texts_of_program, reads_english, voice_files
from voice_coach.audio.live import cards, choose_output, portaudio
from voice_coach.audio.samples import Samples
from voice_coach.audio.wav import resampled
from voice_coach.cli.harmless import harmless
from voice_coach.faults import Fault
from voice_coach.settings import Settings
from voice_coach.speaking.sound import finish
from voice_coach.speaking.voice import Delivery, load_piper, synthesise


def speak_aloud(fault: Fault, settings: Settings) -> None:
    """Say what is wrong and how to fix it; give up silently if that is impossible.

    It is printed in any case. What another coach would obey isn't said. The voice is the default
    one where the chosen one is the trouble, if the text is in its language.
    """
    try:
        sd = portaudio()
        card = choose_output(settings.device, cards())
        text = load_texts_of_program(settings).of_fault(fault.exit_code, _sayable(str(fault)))
        sound, rate = _speech(harmless(settings)(text), settings)
        sd.play(resampled(sound, rate, card.rate), card.rate, device=card.index, blocking=True)
    except Exception:
        return  # whatever is broken, the printed line remains


def _speech(text: str, settings: Settings) -> tuple[Samples, int]:
    try:
        voice = load_piper(voice_files(settings))
    except Fault:
        if not reads_english(settings):
            raise  # the default voice can read nothing else
        voice = load_piper(voice_files(Settings()))
    sound, rate = synthesise(voice, text, Delivery(settings.speech_length))
    return finish(sound, rate), rate


def _sayable(line: str) -> str:
    """Return a line with paths cut down to their last part: nobody wants to hear slashes."""
    return re.sub(r"(?:/[\w.@+-]+)+/([\w.@+-]+)", r"\1", line)
