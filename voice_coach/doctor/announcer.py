"""What the doctor says, and its voice, which also works with a loudspeaker alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from voice_coach.app import cache_folder, reads_english, voice_files
from voice_coach.audio.cards import Card, cards, choose_output, portaudio
from voice_coach.audio.samples import Samples
from voice_coach.doctor.finding import Finding
from voice_coach.faults import AudioFault, Fault
from voice_coach.settings import Settings
from voice_coach.speaking import Clips, Delivery
from voice_coach.speaking.cache import ClipCache
from voice_coach.speaking.clips import clip_folder
from voice_coach.speaking.render import Renderer
from voice_coach.understanding.program import Program

_PATH = re.compile(r"(?:/[\w.@+-]+)+/([\w.@+-]+)")


def sayable(line: str, units: Mapping[str, str]) -> str:
    """Return a line as it is spoken: paths cut to their last part, units in words, no symbols."""
    line = _PATH.sub(r"\1", line)
    for unit, spelled in units.items():
        line = re.sub(rf"(?<=\d) ?{unit}\b", f" {spelled}", line)
    line = line.replace("voice-coach", "voice coach").replace("_", " ")
    return re.sub(r"\s+", " ", re.sub(r"[`\"()]", " ", line)).replace(" .", ".").strip()


def spoken(finding: Finding, program: Program) -> str:
    """Return what is said about a finding at once: nothing if it is ok."""
    if finding.state in ("ok", "skipped"):
        return ""
    line = sayable(finding.sentences, program.doctor.units)
    return program.filled(program.doctor.finding, line=line, name=_named(finding, program))


def _named(finding: Finding, program: Program) -> str:
    """Return what a probe is called in the language."""
    return program.doctor.names.get(finding.name, finding.name)


def closing(findings: Iterable[Finding], program: Program) -> str:
    """Return the last sentences: how many things are ok, and which are not."""
    found, texts = list(findings), program.doctor
    bad = [_named(f, program) for f in found if f.state in ("warning", "fault")]

    def counted(text: str, count: int, names: str = "") -> str:
        word = texts.numbers[count] if count < len(texts.numbers) else str(count)
        return program.filled(text, count=word, n=str(count), names=names)

    good = sum(f.state == "ok" for f in found)
    fine = counted(texts.in_order, good) if good else texts.none_in_order
    if not bad:
        return f"{fine} {texts.nothing_to_fix}"
    *most, last = bad
    names = texts.conjunction.join(filter(None, (", ".join(most), last)))
    return f"{fine} {counted(texts.to_fix, len(bad), names)}"


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
        self._choices = [settings]
        if reads_english(settings):  # the default voice can read nothing else
            self._choices.append(Settings(cache_folder=settings.cache_folder))
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
