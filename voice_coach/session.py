"""The ring: microphone -> hearing -> language -> coach -> speaking -> loudspeaker.

One loop, paced by blocks of sound. Live, a block comes every 10 ms from the sound card; in a
rehearsal, as fast as this loop asks for it. There is no other clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Literal, TypeVar

from voice_coach.attention import Attention, Command, Listening, Unknown
from voice_coach.audio.duplex import Block, Duplex
from voice_coach.coach import Options, Past, State, begin, deadline, step, understood
from voice_coach.coach.events import (
    Action,
    Clock,
    Earcon,
    End,
    Event,
    Heard,
    Leaving,
    Note,
    Quiet,
    Recalled,
    Record,
    RecordingEnded,
    Started,
    Trouble,
    Unclear,
)
from voice_coach.coach.places import place
from voice_coach.controls import Panel, shown
from voice_coach.faults import HearingFault, VoiceFault
from voice_coach.hearing import Recogniser, Utterance
from voice_coach.journal import Recording
from voice_coach.log import (
    Complained,
    CutShort,
    EchoState,
    Log,
    Noted,
    NotUnderstood,
    Observer,
    QuietHours,
    Said,
    SoundRecorded,
    Understood,
)
from voice_coach.speaking import Clips, Speaker, Spoken
from voice_coach.understanding import Book

ECHO_SECONDS = 0.1
"""How often it is looked how well the person is heard: a median of some seconds, which costs."""

T = TypeVar("T")

WAKE_SECONDS = 1.0
"""Silence before the first word: sleeping loudspeakers swallow the start of what wakes them."""


HOURS_SECONDS = 5.0
"""Between two looks at whether these are quiet hours."""

LEAVE_SECONDS = 12.0
"""For so long at the most the end is put off for a pad: to have it taken off, and to hear that it
is. The service's TimeoutStopSec allows for it."""


class Session:
    """Joins the parts. See the module's docstring.

    Args:
        duplex: the sound.
        recogniser: hears words.
        book: the language.
        options: what the settings give the coach.
        clips: the sound of the book's sentences.
        observers: told of everything that happens.
        listening: how to listen.
        recording: keeps what matters for the next session; None to keep nothing.
        panel: a button and a light; None for none.
        quiet: tells whether these are quiet hours; None for never.
        record: begins (True) and ends the recording of the sound; None where it cannot be had.
    """

    def __init__(
        self,
        duplex: Duplex,
        recogniser: Recogniser,
        book: Book,
        options: Options,
        clips: Clips,
        observers: Iterable[Observer] = (),
        listening: Listening | None = None,
        recording: Recording | None = None,
        panel: Panel | None = None,
        quiet: Callable[[], bool] | None = None,
        record: Callable[[bool], None] | None = None,
    ) -> None:
        self.state: State = begin(options)
        self.faults: list[VoiceFault] = []
        self._duplex = duplex
        self._clips = clips
        self._recogniser = recogniser
        self._book = book
        self._log = Log(*observers)
        listening = listening or Listening()
        self._earcons = listening.earcons
        self._speaker = Speaker(
            book, clips, duplex, options.volume_db, self._told, self._voice_failed
        )
        self._attention = Attention(recogniser, book, self._speaker, duplex.rate, listening)
        self._recording = recording
        self._panel = panel
        self._quiet = quiet
        self._hours_at = 0
        self._record = record
        self._record_ended: Literal["full", "failed"] | None = None
        self._now = 0
        self._started = False
        self._over = False
        self._leave_by: int | None = None
        self._losses = 0
        self._hears = True
        self._deafened: HearingFault | None = None
        self._echo_at = 0
        self._heard_through: bool | None = None

    def run(self, also: Callable[[Block], None] | None = None) -> None:
        """Run until the session or the sound ends.

        Args:
            also: given every block, for recording it.

        Raises:
            HearingFault: the recogniser failed; nothing was on the skin any more.
        """
        for block in self._duplex.blocks():
            self._go_through(block)
            if also is not None:
                also(block)
            if (self._over and self._speaker.silent) or self._has_left():
                return
            self._end_if_deaf()

    def _go_through(self, block: Block) -> None:
        self._now = block.end
        self._mind_hours()
        if self._record_ended is not None:
            why, self._record_ended = self._record_ended, None
            self._tell(RecordingEnded(self._now, why))
        self._check_device()
        for finished in self._speaker.advance(self._now):
            self._end_if_deaf()
            self._tell(finished)
        for utterance in self._heard(block):
            self._understand(utterance)
        self._mind_echo()
        if not self._started and self._now >= WAKE_SECONDS * self._duplex.rate:
            self._started = True
            past = self._recording.past() if self._recording is not None else Past()
            self._tell(Started(self._now, past))
        while (due := deadline(self.state)) is not None and due <= self._now:
            self._tell(Clock(due))
        self._serve_panel()
        if self._duplex.live:
            self._clips.tend()

    def leave(self) -> bool:
        """End with this block; with heat or ice on, once it was said to take it off.

        Then "done" is waited for, so that the next session need not ask, though not for long.

        Returns:
            Whether the end was put off by this very call.
        """
        if self._leave_by is not None:
            return False
        on = self.state.round is not None
        self._leave_by = self._now + round(LEAVE_SECONDS * self._duplex.rate) * on
        self._tell(Leaving(self._now))
        return on

    def _has_left(self) -> bool:
        if self._leave_by is None:
            return False
        return self._now >= self._leave_by or (self.state.round is None and self._speaker.silent)

    def recording_ended(self, why: Literal["full", "failed"]) -> None:
        """Have the coach told, with the next block, that the recording ended by itself."""
        self._record_ended = why

    @property
    def ended(self) -> bool:
        """Whether the coach has ended the session."""
        return self._over

    # --- hearing and language

    def _heard(self, block: Block) -> list[Utterance]:
        silent = self._speaker.silent
        return self._hearing(lambda: self._recogniser.hear(block, silent=silent)) or []

    def _hearing(self, do: Callable[[], T]) -> T | None:
        """Let the recogniser do something; one that fails is told of once, and asked no more.

        The alarm of a pad goes on for ever then: it can still be answered by holding the button.
        Without one the run ends, and as a service begins again, with the offer to resume.
        """
        if self._deafened is not None:
            return None
        try:
            return do()
        except Exception as error:  # vosk raises bare Exceptions
            self._deafened = HearingFault(
                f"The hearing model failed ({type(error).__name__}); nothing is heard any more",
                "start the coach again",
            )
            self._trouble("hearing_failed", str(self._deafened))
            return None

    def _end_if_deaf(self) -> None:
        if self._deafened and self.state.round is None and self._speaker.silent:
            raise self._deafened

    def _understand(self, utterance: Utterance) -> None:
        match self._attention.weigh(utterance):
            case Command() as command:
                self._act_on(utterance, command)
            case Unknown() as unknown:
                self._log(NotUnderstood(self._now, unknown.start, unknown.end, unknown.text))
                self._tell(Unclear(self._now))

    def _act_on(self, utterance: Utterance, command: Command) -> None:
        intent, value = command.intent, command.value
        self._log(
            Understood(
                self._now,
                command.start,
                command.end,
                command.text,
                intent,
                command.detail,
                early=not utterance.final,
            )
        )
        if not utterance.final:
            self._hearing(self._recogniser.forget)
        self._tell(Heard(self._now, intent, value, command.certain))
        if self._earcons and not self.state.quiet and self._speaker.silent:
            self._speaker.do(Earcon("heard"), self._now)

    def _listen(self) -> None:
        intents = understood(self.state, self._book)
        pacing = self.state.breath is not None
        here = place(self.state, self._book)
        self._hearing(lambda: self._attention.listen(intents, pacing=pacing, place=here))

    # --- the coach

    def _tell(self, event: Event) -> None:
        if isinstance(event, Heard) and not self.state.session and self._recording is not None:
            # Whoever wakes it may ask how it has been: sessions of this very run count.
            self.state, _ = step(self.state, Recalled(event.at, self._recording.past()), self._book)
        before = self.state
        self.state, actions = step(before, event, self._book)
        if self._recording is not None:
            self._recording.stepped(event, before, self.state, actions)
        for action in actions:
            self._do(action)
        self._listen()

    def _do(self, action: Action) -> None:
        match action:
            case End():
                self._over = True
            case Note():
                self._log(Noted(self._now, action))
            case Record():
                self._log(SoundRecorded(self._now, action.on))
                if self._record is not None:
                    self._record(action.on)
                elif action.on:
                    self.recording_ended("failed")
            case _:
                self._speaker.do(action, self._now)

    def _mind_echo(self) -> None:
        """Speak so that somebody can be heard meanwhile, and note what can be heard."""
        if self._now < self._echo_at:
            return
        self._echo_at = self._now + round(ECHO_SECONDS * self._duplex.rate)
        front = self._recogniser.front
        self._speaker.leaves_pauses = front.covered
        self._speaker.duck(self._attention.interrupted(self._now))
        if (front.clear or front.covered) and front.clear is not self._heard_through:
            self._heard_through = front.clear
            self._log(EchoState(self._now, front.clear, front.no_echo, front.loss_db))

    def _serve_panel(self) -> None:
        if self._panel is None:
            return
        for intent in self._panel.poll(self._now):
            if intent in understood(self.state, self._book):
                self._tell(Heard(self._now, intent))
        speaking = not self._speaker.silent
        self._panel.show(shown(self.state.situation, speaking=speaking, hearing=self._hears))

    def _mind_hours(self) -> None:
        """Tell the coach when quiet hours begin or end."""
        if self._quiet is None or self._now < self._hours_at:
            return
        self._hours_at = self._now + round(HOURS_SECONDS * self._duplex.rate)
        quiet = self._quiet()
        if quiet != self.state.quiet:
            self._log(QuietHours(self._now, quiet))
            self._tell(Quiet(self._now, quiet))

    # --- trouble

    def _check_device(self) -> None:
        """Tell of a device that was lost, and of a microphone that hears nothing or hears again."""
        hears, heard_before = self._duplex.microphone_ok, self._hears
        # A device that comes back deaf is told of when it hears again.
        came_back = hears and heard_before and self._duplex.losses != self._losses
        self._losses = self._duplex.losses
        self._hears = hears
        if not hears and heard_before:
            self._trouble(
                "silent_microphone",
                "The microphone gives nothing. Check that it is plugged in and not muted.",
            )
        elif came_back:
            self._trouble("audio_lost", "The sound device was lost, and opened again.")
        elif hears and not heard_before:
            self._trouble("ears_back", "The microphone is heard again.")

    def _trouble(self, what: str, line: str) -> None:
        self._log(Complained(self._now, line))
        self._tell(Trouble(self._now, what))

    def _voice_failed(self, fault: VoiceFault) -> None:
        """A cue could not be made. The others may still: say so in print, and go on."""
        if not self.faults:
            self._log(Complained(self._now, str(fault)))
        self.faults.append(fault)

    # --- telling

    def _told(self, cue: Spoken, hushed: bool) -> None:
        entry = CutShort if hushed else Said
        self._log(entry(self._now, cue.start, cue.end, cue.text, cue.say.key, cue.say.pacing))
