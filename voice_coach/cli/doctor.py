"""`voice-coach doctor`: look at everything, from the sound card to the clock, aloud."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace

import click

from voice_coach.audio.live import LiveDuplex
from voice_coach.audio.samples import Samples
from voice_coach.cli.context import Choice
from voice_coach.cli.harmless import harmless
from voice_coach.doctor import Finding, exit_code, probed
from voice_coach.doctor.announcer import LoudspeakerAlone, RenderedVoice, closing, spoken
from voice_coach.doctor.capture import Studio
from voice_coach.doctor.examination import microphone_alone, of_files_and_machine, of_sound
from voice_coach.doctor.files import Files
from voice_coach.doctor.finding import as_json, from_error, lines
from voice_coach.doctor.host import SOUND_CARD, chosen_devices
from voice_coach.faults import Fault, SettingsFault
from voice_coach.screen import tell
from voice_coach.settings import Settings
from voice_coach.understanding.program import Program


class Examination:
    """The findings of one examination, told as they come.

    Args:
        program: what is said.
        printed: print each as a line.

    Attributes:
        findings: what was found so far.
        say: says a text aloud, where that can be done.
    """

    def __init__(self, program: Program, *, printed: bool) -> None:
        self.program = program
        self.findings: list[Finding] = []
        self.say: Callable[[str], None] = lambda text: None
        self._printed = printed

    def tell(self, finding: Finding) -> None:
        """Keep a finding, print it, and say it if it needs care."""
        self.findings.append(finding)
        if self._printed:
            tell(lines(finding))
        if text := spoken(finding, self.program):
            self.say(text)


@click.command()
@click.option("--device", help='Sound device: number, part of its name, or "IN,OUT".')
@click.option("--quiet", is_flag=True, help="Make no sound: print only.")
@click.option("--json", "in_json", is_flag=True, help="Print one JSON object, for a report.")
@click.pass_obj
def doctor(choice: Choice, device: str | None, quiet: bool, in_json: bool) -> None:
    """Check everything, and say aloud what needs fixing.

    It plays some sounds, listens to the room, and asks you to say a word: about a minute. The exit
    code is that of the first fault; a missing sound card is reported, but is not a fault.
    """
    settings, found = _settings(choice, device)
    files = Files(settings)
    examination = Examination(files.program, printed=not in_json)
    with ExitStack() as open_things:
        _look_at_sound(examination, settings, files, open_things, quiet=quiet)
        examination.tell(found)
        for finding in of_files_and_machine(files):
            examination.tell(finding)
        last = closing(examination.findings, files.program)
        tell(as_json(examination.findings) if in_json else last)
        examination.say(last)
    sys.exit(exit_code(examination.findings))


def _settings(choice: Choice, device: str | None) -> tuple[Settings, Finding]:
    try:
        chosen = choice.load(device=device)
    except SettingsFault as fault:
        return Settings(), from_error("settings", fault)
    given = sorted({s for s in chosen.sources.values() if s != "default"})
    what = f"The settings are those of {', '.join(given)}" if given else "All settings are default"
    return chosen.settings, Finding("settings", "ok", what)


def _look_at_sound(
    examination: Examination,
    settings: Settings,
    files: Files,
    open_things: ExitStack,
    *,
    quiet: bool,
) -> None:
    card = probed(SOUND_CARD, lambda: chosen_devices(settings.device))
    duplex: LiveDuplex | None = None
    if card.state == "ok":
        try:
            duplex = LiveDuplex(settings.device, settings.rate, lambda line: None)
        except Exception as error:
            card = from_error(SOUND_CARD, error)
    if duplex is None:
        if not quiet:
            with suppress(Exception):  # no loudspeaker either: it is printed
                alone = LoudspeakerAlone(settings.device)
                give_voice(examination, settings, alone.rate, alone.play, open_things)
        examination.tell(card)
        return
    open_things.callback(duplex.close)
    names = duplex.microphone.name, duplex.loudspeaker.name
    studio = Studio(
        duplex,
        lambda: duplex.xruns,
        gain=10 ** (settings.volume_db / 20),
        devices=len(set(names)),
    )
    card = replace(card, figures={**card.figures, "rate_hz": duplex.rate})
    if quiet:
        examination.tell(card)
        findings = microphone_alone(studio)
    else:
        voice = give_voice(examination, settings, duplex.rate, studio.play, open_things)
        examination.tell(card)
        findings = of_sound(studio, voice, files)
    for finding in findings:
        examination.tell(finding)


def give_voice(
    examination: Examination,
    settings: Settings,
    rate: int,
    play: Callable[[Samples], object],
    open_things: ExitStack,
) -> RenderedVoice:
    """Let an examination speak: harmless words only, in the chosen voice, through `play`."""
    voice = RenderedVoice(settings, rate)
    open_things.callback(voice.close)
    fit_to_hear = harmless(settings)

    def say(text: str) -> None:
        sound = voice(fit_to_hear(text))
        if sound is not None:
            with suppress(Fault):  # a missing loudspeaker is reported elsewhere
                play(sound)

    examination.say = say
    return voice
