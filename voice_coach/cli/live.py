"""A session on the sound card, from the assembled parts to its end."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from voice_coach import paths
from voice_coach.app import (
    Kept,
    Parts,
    load_hearing,
    make_clips,
    make_front,
    make_listening,
    make_recogniser,
    make_speech,
    open_journal,
    texts_to_render,
    urgent_texts,
)
from voice_coach.audio.duplex import Block
from voice_coach.audio.live import LiveDuplex
from voice_coach.audio.recordings import Recordings, RecordingsFull
from voice_coach.cli.interrupts import interrupts_kept, others_unheeded
from voice_coach.controls import Panel, Pins, open_panel
from voice_coach.faults import StorageFault
from voice_coach.hours import quiet_now
from voice_coach.journal import alone, journal_file
from voice_coach.log import TranscriptWriter
from voice_coach.screen import Screen
from voice_coach.service import Heartbeat, supervisor
from voice_coach.session import LEAVE_SECONDS, Session
from voice_coach.speaking import Clips
from voice_coach.watchdog import PadAlarm, Watchdog

if TYPE_CHECKING:
    from vosk import Model

ANY_RATE = 16000
"""Frames per second of clips that are only rendered."""

URGENT_SECONDS = 60.0
"""For so long the start waits for the urgent sentences; piper takes some seconds for them."""


def run_live(parts: Parts) -> None:
    """Run the coach on the sound card until the session ends.

    Raises:
        Fault: a part failed; docs/use/faults.md lists what and how it is mended.
        KeyboardInterrupt: it was ended from outside, by Ctrl-C or a service manager.
    """
    settings = parts.settings
    with ExitStack() as open_things:
        open_things.enter_context(others_unheeded())
        if settings.journal != "none":
            open_things.enter_context(alone(journal_file(settings.journal)))
        screen = _open_screens(open_things)
        # Before the sound card is opened: from then on time passes, and nothing may wait.
        early_cues = _open_cues(parts, screen, open_things)
        model = load_hearing(parts)
        duplex = LiveDuplex(settings.device, settings.rate, screen.shown.line)
        open_things.callback(duplex.close)
        clips = early_cues.at(duplex.rate)
        clips.prefetch(clips.missing(texts_to_render(parts)))
        heart = Heartbeat(duplex.rate, supervisor())
        open_things.callback(heart.close)
        pins = Pins(settings.button_pin or None, settings.light_pin or None)
        panel = open_panel(duplex.rate, pins, screen.complain)
        open_things.callback(panel.close)
        kept = open_journal(parts, duplex.rate, screen.complain)
        if kept.journal is not None:
            open_things.callback(kept.journal.close)
        recordings = Recordings(
            Path(settings.record) if settings.record else None,
            paths.recordings_folder(),
            duplex.rate,
            settings.record_megabytes * 10**6,
        )
        open_things.callback(recordings.end)
        path = Path(settings.transcript) if settings.transcript else None
        writer = TranscriptWriter(path, screen.shown, duplex.rate, screen.complain)
        open_things.callback(writer.close)
        session = _Session(parts, screen, duplex, clips, heart, panel, recordings)
        session.run(model, kept, writer)


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


def _open_cues(parts: Parts, screen: _Screens, open_things: ExitStack) -> Clips:
    """Return clips, of which the urgent ones are rendered."""
    clips = make_clips(parts, ANY_RATE)
    open_things.callback(clips.renderer.close)
    missing = clips.missing(texts_to_render(parts))
    if missing:
        screen.shown.line(
            f"{len(missing)} sentences are not rendered yet; that is done while we go on. "
            "(voice-coach render does it beforehand.)"
        )
        fault = clips.render_soon(urgent_texts(parts), URGENT_SECONDS)
        if fault is not None:
            screen.complain(str(fault))
    return clips


@dataclass(frozen=True, slots=True)
class _Session:
    """The ring with all that is done beside it, block by block."""

    parts: Parts
    screen: _Screens
    duplex: LiveDuplex
    clips: Clips
    heart: Heartbeat
    panel: Panel
    recordings: Recordings

    def run(self, model: Model, kept: Kept, writer: TranscriptWriter) -> None:
        """Run the session to its end."""
        parts, duplex, complain = self.parts, self.duplex, self.screen.complain
        settings = parts.settings

        def record(on: bool) -> None:
            self._record(ring, on)

        front = make_front(parts, duplex.rate, complain)
        ring = Session(
            duplex,
            make_recogniser(parts, model, duplex.rate, front, make_speech(complain)),
            parts.book,
            replace(kept.options, resident=settings.resident, record=bool(settings.record)),
            self.clips,
            [writer, self.heart.observe],
            make_listening(parts),
            kept.recording,
            self.panel,
            quiet_now(settings.quiet_hours),
            record,
        )
        self.screen.shown.line(
            f'Listening on "{duplex.microphone.name}", speaking on "{duplex.loudspeaker.name}", '
            f"{duplex.rate} Hz, hearing model {parts.model_folder.name}, voice {parts.voice.name}."
        )
        try:
            self._watched(ring)
        finally:
            if self.clips.cache.trouble is not None:
                complain(str(self.clips.cache.trouble))

    def _watched(self, ring: Session) -> None:
        alarm = PadAlarm(self.parts.book, self.clips)
        with interrupts_kept() as interrupt:
            watchdog = Watchdog(
                self.duplex.mixer, self.duplex.rate, self._tell_at_last, self.panel.close
            )

            def also(block: Block) -> None:
                watchdog.beat(alarm.of(ring.state))
                self.heart.beat(block.end)
                if interrupt.came:
                    self._leave(ring)
                try:
                    self.recordings.add(block)
                except StorageFault as fault:
                    self._recording_ended(ring, fault)

            try:
                ring.run(also)
            finally:
                watchdog.close()
            interrupt()

    def _leave(self, ring: Session) -> None:
        if ring.leave():
            self.screen.complain(
                f"Ending in {LEAVE_SECONDS:.0f} seconds at most: what is on the skin comes off "
                "first. Ctrl-C again ends at once."
            )

    def _tell_at_last(self, line: str) -> None:
        self.screen.complain(line)
        self.screen.errors.close()

    def _record(self, ring: Session, on: bool) -> None:
        try:
            if on:
                self.screen.shown.line(f"Recording to {self.recordings.begin()}.")
            else:
                self.recordings.end()
        except StorageFault as fault:
            self._recording_ended(ring, fault)

    def _recording_ended(self, ring: Session, fault: StorageFault) -> None:
        """What was recorded stays; the session matters more."""
        self.screen.complain(str(fault))
        ring.recording_ended("full" if isinstance(fault, RecordingsFull) else "failed")
