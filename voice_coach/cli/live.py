"""A session on the sound card, from the assembled parts to its end."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from voice_coach import paths
from voice_coach.app import (
    Instead,
    OpenJournal,
    Parts,
    Program,
    build,
    load_hearing,
    open_journal,
    own_voice,
)
from voice_coach.audio.duplex import Block
from voice_coach.audio.live import LiveDuplex
from voice_coach.audio.recordings import Recordings, RecordingSwitch
from voice_coach.chain import Extras
from voice_coach.cli.clips import at_rate, open_clips, render_first
from voice_coach.cli.interrupts import Interrupt, interrupts_kept, others_unheeded
from voice_coach.cli.state_socket import open_outside
from voice_coach.coach import Options
from voice_coach.controls import Bar, Panel, Pins, open_panel
from voice_coach.journal import alone, journal_file
from voice_coach.log import Log, TranscriptWriter, complaints
from voice_coach.quiet_hours import quiet_now
from voice_coach.screen import Screen
from voice_coach.service import Heartbeat, supervisor
from voice_coach.session import LEAVE_SECONDS, Session
from voice_coach.settings import Settings
from voice_coach.watchdog import PadAlarm, Watchdog


def run_live(parts: Parts) -> None:
    """Run the coach on the sound card until the session ends.

    Raises:
        Fault: a part failed; docs/use/faults.md lists the faults and their remedies.
        KeyboardInterrupt: it was ended from outside, by Ctrl-C or a service manager.
    """
    settings = parts.settings
    with ExitStack() as open_things:
        open_things.enter_context(others_unheeded())
        if settings.journal != "none":
            open_things.enter_context(alone(journal_file(settings.journal)))
        screen = _open_screens(open_things)
        # Before the sound card is opened: from then on time passes, and nothing may wait.
        early_clips, missing = open_clips(parts, screen.shown.line, open_things)
        model = load_hearing(parts)
        render_first(early_clips, parts, screen.complain)
        duplex = LiveDuplex(settings.device, settings.rate, screen.shown.line)
        open_things.callback(duplex.close)
        program = Program(parts, model, at_rate(early_clips, missing, parts, duplex.rate))
        heart = Heartbeat(duplex.rate, supervisor())
        open_things.callback(heart.close)
        panel = _open_panel(settings, duplex.rate, screen, open_things)
        opened = open_journal(parts, duplex.rate, screen.complain)
        if opened.journal is not None:
            open_things.callback(opened.journal.close)
        sound = _open_recordings(settings, duplex.rate, screen, open_things)
        outside = open_outside(settings, screen.complain, open_things)
        writer = _open_transcript(settings, duplex.rate, screen, open_things)
        session = build(
            program,
            duplex,
            Log(writer, complaints(heart.status)),
            screen.complain,
            extras=Extras(opened.recording, panel, quiet_now(settings.quiet_hours), sound, outside),
            instead=Instead(options=_options(opened, settings)),
        )
        taught = ", which knows your voice" if own_voice(settings, parts.book) else ""
        screen.shown.line(
            f'Listening on "{duplex.microphone.name}", speaking on "{duplex.loudspeaker.name}", '
            f"{duplex.rate} Hz, hearing model {parts.model_folder.name}{taught}, "
            f"voice {parts.voice.name}."
        )
        _Watched(session, program, duplex, heart, panel, screen).run()


def _options(opened: OpenJournal, settings: Settings) -> Options:
    return replace(opened.options, resident=settings.resident, record=bool(settings.record))


@dataclass(frozen=True, slots=True)
class _Screens:
    """What is printed while the loop runs: the transcript, and what is wrong."""

    shown: Screen
    errors: Screen

    def complain(self, line: str) -> None:
        self.errors.line(line)


def _open_screens(open_things: ExitStack) -> _Screens:
    errors = Screen(lambda: sys.stderr)
    open_things.callback(errors.close)
    shown = Screen(
        lambda: sys.stdout,
        lambda: errors.line("The screen cannot be written to; the session goes on without it."),
    )
    open_things.callback(shown.close)
    return _Screens(shown, errors)


def _open_panel(settings: Settings, rate: int, screen: _Screens, open_things: ExitStack) -> Panel:
    pins = Pins(settings.button_pin or None, settings.light_pin or None)
    bar = Bar(screen.shown.status) if settings.show_breath and _at_terminal() else None
    panel = open_panel(rate, pins, screen.complain, hook=settings.hook_key, bar=bar)
    open_things.callback(panel.close)
    return panel


def _at_terminal() -> bool:
    """Whether standard output is a terminal that can be written to in place."""
    try:
        return sys.stdout.isatty() and os.environ.get("TERM", "dumb") != "dumb"
    except (AttributeError, ValueError):  # there is none, or it has been closed
        return False


def _open_recordings(
    settings: Settings, rate: int, screen: _Screens, open_things: ExitStack
) -> RecordingSwitch:
    recordings = Recordings(
        Path(settings.record) if settings.record else None,
        paths.recordings_folder(),
        rate,
        settings.record_megabytes * 10**6,
    )
    open_things.callback(recordings.end)
    return RecordingSwitch(recordings, screen.shown.line, screen.complain)


def _open_transcript(
    settings: Settings, rate: int, screen: _Screens, open_things: ExitStack
) -> TranscriptWriter:
    path = Path(settings.transcript) if settings.transcript else None
    writer = TranscriptWriter(path, screen.shown, rate, screen.complain)
    open_things.callback(writer.close)
    return writer


@dataclass(frozen=True, slots=True)
class _Watched:
    """A session with what watches it: watchdog, service manager, signals from outside."""

    session: Session
    program: Program
    duplex: LiveDuplex
    heart: Heartbeat
    panel: Panel
    screen: _Screens

    def run(self) -> None:
        """Run the session to its end.

        Raises:
            Fault: a part failed.
            KeyboardInterrupt: it was ended from outside.
        """
        clips = self.program.clips
        alarm = PadAlarm(self.program.parts.book, clips)
        try:
            with interrupts_kept() as interrupt:
                watchdog = Watchdog(
                    self.duplex.mixer, self.duplex.rate, self._tell_at_last, self.panel.close
                )

                def also(block: Block) -> None:
                    watchdog.beat(alarm.of(self.session.state))
                    self.heart.beat(block.end)
                    self._leave_if(interrupt)

                try:
                    self.session.run(also)
                finally:
                    watchdog.close()
                interrupt()
        finally:
            if clips.cache.trouble is not None:
                self.screen.complain(str(clips.cache.trouble))

    def _leave_if(self, interrupt: Interrupt) -> None:
        if interrupt.came and self.session.leave():
            self.screen.complain(
                f"Ending in {LEAVE_SECONDS:.0f} seconds at most: what is on the skin comes off "
                "first. Ctrl-C again ends at once."
            )

    def _tell_at_last(self, line: str) -> None:
        self.screen.complain(line)
        self.screen.errors.close()
