"""What the doctor says, and its voice, which also works with a loudspeaker alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from voice_coach.app import cache_folder, voice_files
from voice_coach.audio.cards import Card, cards, choose_output, portaudio
from voice_coach.audio.samples import Samples
from voice_coach.doctor.finding import Finding
from voice_coach.faults import AudioFault, Fault
from voice_coach.settings import Settings
from voice_coach.speaking import Clips, Delivery
from voice_coach.speaking.cache import ClipCache
from voice_coach.speaking.clips import clip_folder
from voice_coach.speaking.render import Renderer

GREETING = (
    "Hello, this is the voice coach, checking that everything is in order. "
    "If you can hear me, your loudspeaker works. Now I'll make a soft noise, "
    "and then be silent for a few seconds."
)
"""With the wave after it, long enough for the canceller to adapt to the room (5 s)."""

WANTED = "banana"
"""The word the user is asked to say: every hearing model knows it, and it is no command."""

ASK = f"Now say: {WANTED}."
ASK_AGAIN = f"Please say it one more time: {WANTED}."

_NUMBERS = (
    "Nothing",
    "One",
    "Two",
    "Three",
    "Four",
    "Five",
    "Six",
    "Seven",
    "Eight",
    "Nine",
    "Ten",
)

_PATH = re.compile(r"(?:/[\w.@+-]+)+/([\w.@+-]+)")
_UNITS = (("dBFS", "decibels"), ("dB", "decibels"), ("ms", "milliseconds"), ("MB", "megabytes"))


def sayable(line: str) -> str:
    """Return a line as it is spoken: paths cut to their last part, units in words, no symbols."""
    line = _PATH.sub(r"\1", line)
    for unit, spelled in _UNITS:
        line = re.sub(rf"(?<=\d) ?{unit}\b", f" {spelled}", line)
    line = line.replace("voice-coach", "voice coach").replace("_", " ")
    return re.sub(r"\s+", " ", re.sub(r"[`\"()]", " ", line)).replace(" .", ".").strip()


def spoken(finding: Finding) -> str:
    """Return what is said about a finding at once: nothing if it is ok."""
    return "" if finding.state in ("ok", "skipped") else sayable(finding.sentences)


def closing(findings: Iterable[Finding]) -> str:
    """Return the last sentences: how many things are ok, and which are not."""
    found = list(findings)
    good = sum(f.state == "ok" for f in found)
    bad = [f.name for f in found if f.state in ("warning", "fault")]
    many = (
        "Nothing is" if not good else "One thing is" if good == 1 else f"{_number(good)} things are"
    )
    fine = f"{many} in order."
    if not bad:
        return f"{fine} Nothing needs fixing."
    return f"{fine} {_number(len(bad))} {'needs' if len(bad) == 1 else 'need'} care: {_all(bad)}."


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def _all(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


# --- the voice


class RenderedVoice:
    """The chosen voice, or the default one if that fails.

    Its clips are kept in the clip cache, so a second examination speaks without delay.

    Args:
        settings: choose the voice.
        rate: frames per second of the sound.
    """

    def __init__(self, settings: Settings, rate: int) -> None:
        self._rate = rate
        self._choices = [settings, Settings(cache_folder=settings.cache_folder)]
        self._clips: Clips | None = None

    def __call__(self, text: str) -> Samples | None:
        """Return the sound of a text; None if both voices fail."""
        while self._choices:
            try:
                if self._clips is None:
                    self._clips = _clips(self._choices[0], self._rate)
                return self._clips.clip(text)
            except Fault:
                self.close()
                self._choices.pop(0)
        return None

    def close(self) -> None:
        """End the rendering process."""
        if self._clips is not None:
            self._clips.renderer.close()
            self._clips = None


def _clips(settings: Settings, rate: int) -> Clips:
    files = voice_files(settings)
    renderer = Renderer(files, Delivery(settings.speech_length), threads=settings.render_threads)
    return Clips(files, renderer, ClipCache(clip_folder(cache_folder(settings))), rate)


class LoudspeakerAlone:
    """Plays sound where there is no microphone, or none that opens together with the loudspeaker.

    Args:
        wanted: the device setting.

    Raises:
        AudioFault: there is no loudspeaker either.
    """

    def __init__(self, wanted: str) -> None:
        self._card = _loudspeaker(wanted)
        self.rate = self._card.rate

    def play(self, sound: Samples) -> None:
        """Play a sound to its end; if the loudspeaker refuses, return silently."""
        sd = portaudio()
        try:
            sd.play(sound, self.rate, device=self._card.index, blocking=True)
        except sd.PortAudioError:
            return  # a finding reports what is wrong


def _loudspeaker(wanted: str) -> Card:
    found = cards()
    try:
        return choose_output(wanted, found)
    except AudioFault:
        # A wrong device name in the settings must be reported aloud too.
        return choose_output("", found)
