"""What the doctor says, and by what means: also where there is a loudspeaker and no microphone."""

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
"""Long enough, with the wave after it, for the canceller to learn the room (5 s)."""

WANTED = "banana"
"""The word a person is asked to say: every hearing model knows it, and no coach obeys it."""

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
    """Return a line for the ear: paths cut to their last part, units spelled out, no signs."""
    line = _PATH.sub(r"\1", line)
    for unit, spelled in _UNITS:
        line = re.sub(rf"(?<=\d) ?{unit}\b", f" {spelled}", line)
    line = line.replace("voice-coach", "voice coach").replace("_", " ")
    return re.sub(r"\s+", " ", re.sub(r"[`\"()]", " ", line)).replace(" .", ".").strip()


def spoken(finding: Finding) -> str:
    """Return what is said of a finding at once: nothing of what is in order."""
    return "" if finding.state in ("ok", "skipped") else sayable(finding.sentences)


def closing(findings: Iterable[Finding]) -> str:
    """Return the last words: how much is in order, and what is not."""
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


class RenderedVoice:
    """The chosen voice, or the default one where that fails; None for a text if both do.

    What it says is kept in the clip cache, so a second visit begins to speak at once.

    Args:
        settings: choose the voice.
        rate: frames per second of what it gives.
    """

    def __init__(self, settings: Settings, rate: int) -> None:
        self._rate = rate
        self._choices = [settings, Settings(cache_folder=settings.cache_folder)]
        self._clips: Clips | None = None

    def __call__(self, text: str) -> Samples | None:
        """Return the sound of a text, or None."""
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
        """End the process that renders."""
        if self._clips is not None:
            self._clips.renderer.close()
            self._clips = None


def _clips(settings: Settings, rate: int) -> Clips:
    files = voice_files(settings)
    renderer = Renderer(files, Delivery(settings.speech_length), threads=settings.render_threads)
    return Clips(files, renderer, ClipCache(clip_folder(cache_folder(settings))), rate)


class LoudspeakerAlone:
    """Speaks where nothing can be heard: no microphone, or none that opens together with it.

    Args:
        wanted: the device setting.

    Raises:
        AudioFault: there is no loudspeaker either.
    """

    def __init__(self, wanted: str) -> None:
        self._card = _loudspeaker(wanted)
        self.rate = self._card.rate

    def play(self, sound: Samples) -> None:
        """Play a sound to its end; a loudspeaker that refuses stays silent."""
        sd = portaudio()
        try:
            sd.play(sound, self.rate, device=self._card.index, blocking=True)
        except sd.PortAudioError:
            return  # what is wrong with it is printed as a finding


def _loudspeaker(wanted: str) -> Card:
    found = cards()
    try:
        return choose_output(wanted, found)
    except AudioFault:
        # A wrong name in the settings is just what must be told aloud.
        return choose_output("", found)
