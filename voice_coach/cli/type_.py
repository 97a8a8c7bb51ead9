"""`voice-coach type`: the whole coach in a terminal, typed instead of spoken."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import click

from voice_coach.app import (
    Instead,
    Texts,
    VoicedTexts,
    assemble_texts,
    build_talk,
    open_journal,
    voice_files,
)
from voice_coach.audio.live import cards
from voice_coach.audio.mixer import Mixer
from voice_coach.audio.playback import Playback
from voice_coach.chain import Extras
from voice_coach.cli.clips import at_rate, open_clips, render_first
from voice_coach.cli.context import Choice
from voice_coach.cli.conversation import Conversation
from voice_coach.cli.interrupts import Ended, others_unheeded
from voice_coach.cli.state_socket import open_outside
from voice_coach.cli.terminal import Terminal
from voice_coach.faults import Fault
from voice_coach.journal import alone, journal_file
from voice_coach.log import Log, TranscriptWriter
from voice_coach.quiet_hours import quiet_now
from voice_coach.screen import Screen
from voice_coach.speaking import Clips, ReadingTime, Sounds
from voice_coach.talk import Talk
from voice_coach.watchdog import PadAlarm, Watchdog

RATE = 16000
"""Frames per second of a session that is only read."""

WELCOME = (
    "Type what you would say, and press Enter. Enter alone goes on when you have read.\n"
    "? shows what you can type now; quit, Ctrl-D or Ctrl-C ends."
)


@click.command("type")
@click.option("--aloud/--silent", "type_aloud", default=None, help="Speak too, or only write.")
@click.option("--device", help="Loudspeaker: number, or part of its name.")
@click.option("--transcript", type=click.Path(dir_okay=False), help="Write the transcript here.")
@click.pass_obj
def type_(
    choice: Choice, type_aloud: bool | None, device: str | None, transcript: str | None
) -> None:
    """Talk to the coach in writing.

    It is the same coach, in real time: it greets, asks the safety questions, paces breaths, sounds
    alarms and keeps the journal. Where there is a loudspeaker, it also speaks.
    """
    chosen = choice.load(type_aloud=type_aloud, device=device, transcript=transcript)
    texts = assemble_texts(chosen.settings)
    try:
        run_typed(texts)
    except KeyboardInterrupt as interrupt:
        raise Ended from interrupt


def run_typed(texts: Texts) -> None:
    """Run a session in writing until it ends.

    Raises:
        Fault: a part of the program failed.
        KeyboardInterrupt: it was ended from outside.
    """
    settings = texts.settings
    with ExitStack() as open_things:
        open_things.enter_context(others_unheeded())
        if settings.journal != "none":
            open_things.enter_context(alone(journal_file(settings.journal)))
        screen = Screen(lambda: sys.stdout)
        open_things.callback(screen.close)
        terminal = Terminal(screen)
        screen.line(WELCOME)
        voice = _voice(texts, terminal.show, open_things)
        opened = open_journal(texts, voice.rate, terminal.show)
        if opened.journal is not None:
            open_things.callback(opened.journal.close)
        outside = open_outside(settings, terminal.show, open_things)
        path = Path(settings.transcript) if settings.transcript else None
        writer = TranscriptWriter(path, None, voice.rate, terminal.show)
        open_things.callback(writer.close)
        talk = build_talk(
            texts,
            voice.sounds,
            voice.rate,
            Log(writer),
            live=voice.clips is not None,
            extras=Extras(opened.recording, quiet=quiet_now(settings.quiet_hours), outside=outside),
            instead=Instead(options=opened.options),
        )
        _Running(texts, talk, terminal, voice).run()


@dataclass(frozen=True, slots=True)
class _Voice:
    """How the coach speaks: aloud, or not at all.

    Attributes:
        sounds: of its sentences.
        rate: frames per second of them.
        clips: the same, where they are rendered.
        playback: plays them.
    """

    sounds: Sounds
    rate: int
    clips: Clips | None = None
    playback: Playback | None = None


def _voice(texts: Texts, show: Callable[[str], None], open_things: ExitStack) -> _Voice:
    """Return the voice; without a loudspeaker or a voice, say why it is silent."""
    settings = texts.settings
    silent = _Voice(ReadingTime(RATE, settings.speech_length), RATE)
    if not settings.type_aloud:
        return silent
    try:
        if not any(card.outputs for card in cards()):
            show("There is no loudspeaker, so all is in writing.")
            return silent
        voiced = VoicedTexts(settings, texts.book, voice_files(settings))
        early, missing = open_clips(voiced, show, open_things)
        render_first(early, voiced, show)
        playback = Playback(settings.device, settings.rate)
    except Fault as fault:
        show(f"{fault} Until then all is in writing.")
        return silent
    open_things.callback(playback.close)
    clips = at_rate(early, missing, voiced, playback.rate)
    show(f'Speaking on "{playback.loudspeaker.name}"; --silent keeps to writing.')
    return _Voice(clips, playback.rate, clips, playback)


class _Running:
    """A conversation in a thread of its own: the main thread reads what is typed.

    Only there can a signal interrupt the reading.
    """

    def __init__(self, texts: Texts, talk: Talk, terminal: Terminal, voice: _Voice) -> None:
        self._talk = talk
        self._terminal = terminal
        self._voice = voice
        self._alarm = PadAlarm(texts.book, voice.clips) if voice.clips is not None else None
        mixer = voice.playback.mixer if voice.playback is not None else Mixer(voice.rate)
        self._watchdog = Watchdog(mixer, voice.rate, terminal.show, terminal.restore)
        self._failed: BaseException | None = None

    def run(self) -> None:
        """Run it to its end.

        Raises:
            Fault: a part of the program failed.
            KeyboardInterrupt: it was ended from outside.
        """
        thread = Thread(target=self._converse, name="conversation", daemon=True)
        thread.start()
        try:
            self._terminal.read()
            thread.join()
        finally:
            self._watchdog.close()
        if self._failed is not None:
            raise self._failed
        if self._terminal.interrupted:
            raise KeyboardInterrupt

    def _converse(self) -> None:
        voice = self._voice
        try:
            Conversation(self._talk, self._terminal, voice.playback, voice.clips, self._beat).run()
            if voice.clips is not None and voice.clips.cache.trouble is not None:
                self._terminal.show(str(voice.clips.cache.trouble))
        except BaseException as error:  # raised again in the main thread
            self._failed = error
        finally:
            self._terminal.close()

    def _beat(self) -> None:
        self._watchdog.beat(self._alarm.of(self._talk.state) if self._alarm is not None else None)
