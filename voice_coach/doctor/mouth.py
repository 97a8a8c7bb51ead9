"""A voice for the doctor, and a way to be heard where there is a loudspeaker and no microphone."""

from __future__ import annotations

from voice_coach.app import cache_folder, voice_files
from voice_coach.audio.cards import Card, cards, choose_output, portaudio
from voice_coach.audio.samples import Samples
from voice_coach.faults import AudioFault, Fault
from voice_coach.settings import Settings
from voice_coach.speaking import Clips, Delivery
from voice_coach.speaking.cache import ClipCache
from voice_coach.speaking.clips import clip_folder
from voice_coach.speaking.render import Renderer


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
