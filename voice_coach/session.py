"""The session loop: microphone -> hearing -> language -> coach -> speaking -> loudspeaker.

One loop, paced by blocks of sound. Live, a block comes every 10 ms from the sound card; in a
rehearsal, as fast as this loop asks for it. There is no other clock.

`app.build` puts a session together. What a test or a benchmark needs of one is public: `step` it
block by block, `place` the coach in a state, `tell` it an event, `do` an action, read `state`,
`now` and `speaking`, subscribe to its `log`, or give it another `Machine`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from voice_coach.audio.device_monitor import DeviceMonitor
from voice_coach.audio.duplex import Block
from voice_coach.audio.mixer import FADE_SECONDS
from voice_coach.audio.recordings import RecordingOver
from voice_coach.chain import COACH, Chain, Extras, Machine
from voice_coach.coach import Past, State, begin, press_meaning, request_meaning, understood
from voice_coach.coach.events import (
    Action,
    Clock,
    Earcon,
    End,
    Event,
    Happened,
    Hush,
    IntentHeard,
    Leaving,
    NoMatch,
    Pressed,
    Quiet,
    Rate,
    Recalled,
    Record,
    RecordingEnded,
    Started,
    Trouble,
)
from voice_coach.coach.places import place
from voice_coach.controls import shown
from voice_coach.faults import HearingFault, VoiceFault
from voice_coach.listening import CommandListener
from voice_coach.log import (
    ButtonPressed,
    Complained,
    CutShort,
    EchoState,
    Log,
    Noted,
    NotUnderstood,
    QuietHours,
    Requested,
    Said,
    SoundRecorded,
    Understood,
)
from voice_coach.quiet_hours import QuietWatch
from voice_coach.speaking import Saying, Speaker, Spoken
from voice_coach.understanding.evidence import Command
from voice_coach.understanding.evidence import NoMatch as Unknown
from voice_coach.understanding.words import Hypothesis

ECHO_SECONDS = 0.1
"""Seconds between barge-in checks; each takes a median over several seconds of audio."""

WAKE_SECONDS = 1.0
"""Silence before the first word: sleeping loudspeakers swallow the start of what wakes them."""

LEAVE_SECONDS = 12.0
"""Seconds by which a pad puts off the end at most: to ask the person to take it off, and to hear
that it is off. The service's TimeoutStopSec allows for it."""

T = TypeVar("T")


class Session:
    """Joins the parts. See the module's docstring.

    Args:
        chain: what sound and words go through.
        log: gets every entry.
        extras: what there is besides.
        machine: decides what to do.

    Attributes:
        state: of the coach.
        faults: one for each sentence that could not be rendered.
        log: gets every entry; subscribe here.
        now: the frame after the last block.
    """

    def __init__(
        self, chain: Chain, log: Log, extras: Extras | None = None, machine: Machine = COACH
    ) -> None:
        extras = extras or Extras()
        self.state: State = begin(chain.options)
        self.faults: list[VoiceFault] = []
        self.log = log
        self.now = 0
        self._duplex = chain.duplex
        self._clips = chain.clips
        self._recogniser = chain.recogniser
        self._book = chain.book
        self._machine = machine
        self._earcons = chain.listening.earcons
        self._speaker = Speaker(
            chain.book,
            chain.clips,
            chain.duplex,
            chain.options.volume_db,
            self._told,
            self._voice_failed,
        )
        self._speaker.do(Rate(chain.options.speech_length), 0)
        self._listener = CommandListener(
            chain.recogniser, chain.book, chain.duplex.rate, chain.listening
        )
        self._journal = extras.journal
        self._panel = extras.panel
        self._hours = QuietWatch(extras.quiet, chain.duplex.rate)
        self._sound = extras.sound
        self._outside = extras.outside
        self._cannot_record = self._started = self._over = False
        self._leave_by: int | None = None
        self._device = DeviceMonitor(chain.duplex)
        self._deafened: HearingFault | None = None
        self._echo_at = 0
        self._heard_through: bool | None = None

    def run(self, also: Callable[[Block], None] | None = None) -> None:
        """Run until the session or the sound ends.

        Args:
            also: called with every block, once the session is done with it.

        Raises:
            HearingFault: the recogniser failed; nothing was on the skin any more.
        """
        for block in self._duplex.blocks():
            self.step(block)
            if also is not None:
                also(block)
            if self.done:
                return
            self._end_if_deaf()

    def step(self, block: Block) -> None:
        """Hear one block of sound, and do all that is due by its end.

        Raises:
            HearingFault: the recogniser failed, and nothing is on the skin any more.
        """
        self.now = block.end
        quiet = self._hours.changed(self.now, self.state.surroundings.quiet)
        if quiet is not None:
            self.log(QuietHours(self.now, quiet))
            self.tell(Quiet(self.now, quiet))
        if (why := self._recording_over()) is not None:
            self.tell(RecordingEnded(self.now, why))
        if (trouble := self._device.notice()) is not None:
            self._trouble(*trouble)
        for finished in self._speaker.advance(self.now):
            self._end_if_deaf()
            self.tell(finished)
        for hypothesis in self._heard(block):
            self._understand(hypothesis)
        self._mind_echo()
        if not self._started and self.now >= WAKE_SECONDS * self._duplex.rate:
            self._started = True
            past = self._journal.past() if self._journal is not None else Past()
            self.tell(Started(self.now, past))
        while (due := self._machine.deadline(self.state)) is not None and due <= self.now:
            self.tell(Clock(due))
        self._serve_panel()
        self._serve_outside()
        if self._duplex.live:
            self._clips.tend()
        if self._sound is not None:
            self._sound.add(block)

    def leave(self) -> bool:
        """End after this block; with heat or ice on, ask the person to take it off first.

        The session then waits for "done", up to LEAVE_SECONDS, so that the next one need not ask.
        With nothing on, the coach's voice fades out. Returns whether the end was put off.
        """
        if self._leave_by is not None:
            return False
        on = self.state.skin.on is not None
        seconds = LEAVE_SECONDS if on else FADE_SECONDS
        self._leave_by = self.now + self._duplex.lead + round(seconds * self._duplex.rate)
        if on:
            self.tell(Leaving(self.now))
        else:
            self.do(Hush())
        return on

    def _has_left(self) -> bool:
        if self._leave_by is None:
            return False
        return self.now >= self._leave_by or (self.state.skin.on is None and self._speaker.silent)

    def place(self, state: State) -> None:
        """Put the coach into a state at the present frame, with nothing being said."""
        self.do(Hush())
        self._speaker.advance(self.now)
        self.state = replace(state, now=self.now)
        self.listen()

    @property
    def speaker(self) -> Speaker:
        """Says what the coach asks for."""
        return self._speaker

    @property
    def due(self) -> int | None:
        """The frame by which there is something to do if nobody says anything; None for never."""
        found = (
            None if self._started else round(WAKE_SECONDS * self._duplex.rate),
            self._machine.deadline(self.state),
            self._speaker.due(self.now),
            self._hours.due,
            self._leave_by,
            self._outside.due if self._outside is not None else None,
        )
        return min((frame for frame in found if frame is not None), default=None)

    @property
    def done(self) -> bool:
        """Whether there is nothing left to do: the session has ended, and all has been said."""
        return (self._over and self._speaker.silent) or self._has_left()

    @property
    def speaking(self) -> Saying:
        """What is being said, and was said lately, as it is now."""
        return self._speaker.saying

    @property
    def loss_db(self) -> float | None:
        """By how many dB the coach's voice is weakened (ERLE); None where not known."""
        return self._recogniser.front.loss_db

    @property
    def ended(self) -> bool:
        """Whether the coach has ended the session."""
        return self._over

    # --- hearing and language

    def _heard(self, block: Block) -> list[Hypothesis]:
        silent = self._speaker.silent
        return self._hearing(lambda: self._recogniser.hear(block, silent=silent)) or []

    def _hearing(self, do: Callable[[], T]) -> T | None:
        """Let the recogniser do something; after its first failure say so, and never use it again.

        The alarm of a pad then goes on forever; the button still answers it. With nothing
        on the skin the run ends; as a service it restarts, and offers to resume.
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
        if self._deafened and self.state.skin.on is None and self._speaker.silent:
            raise self._deafened

    def _understand(self, hypothesis: Hypothesis) -> None:
        match self._listener.decide(hypothesis, self._speaker.saying):
            case Command() as command:
                self._act_on(hypothesis, command)
            case Unknown() as said:
                self.log(NotUnderstood(self.now, said.start, said.end, said.text))
                self.tell(NoMatch(self.now))

    def _act_on(self, hypothesis: Hypothesis, command: Command) -> None:
        intent, early = command.intent, not hypothesis.final
        said = (command.start, command.end, command.text)
        self.log(Understood(self.now, *said, intent, command.detail, early))
        if early:
            self._hearing(self._recogniser.forget)
        self._mean(IntentHeard(self.now, intent, command.value, command.certain))

    def listen(self) -> None:
        """Listen for what makes sense now; needed only where `state` or speech was changed."""
        intents = understood(self.state, self._book)
        pacing = self.state.breath is not None
        here = place(self.state, self._book)
        saying = self._speaker.saying
        self._hearing(lambda: self._listener.listen(intents, saying, pacing=pacing, place=here))

    # --- the coach

    def _mean(self, heard: IntentHeard | Pressed) -> None:
        """Tell the coach what the person means.

        Whoever wakes it may ask how it has been: the sessions of this very run count.
        """
        if not self.state.session and self._journal is not None:
            self.tell(Recalled(heard.at, self._journal.past()))
        self.tell(heard)
        if self._earcons and not self.state.surroundings.quiet and self._speaker.silent:
            self._speaker.do(Earcon("heard"), self.now)

    def tell(self, event: Event) -> None:
        """Tell the coach what happened, and do what it asks for."""
        before = self.state
        self.state, actions = self._machine.step(before, event, self._book)
        if self._journal is not None:
            self._journal.stepped(event, before, self.state, actions)
        for action in actions:
            self.do(action)
        self.listen()

    def do(self, action: Action) -> None:
        """Do one thing that the coach asks for."""
        match action:
            case End():
                self._over = True
            case _ if isinstance(action, Happened):
                self.log(Noted(self.now, action))
            case Record():
                self.log(SoundRecorded(self.now, action.on))
                if self._sound is not None:
                    self._sound.switch(action.on)
                else:
                    self._cannot_record |= action.on
            case _:
                self._speaker.do(action, self.now)

    def _mind_echo(self) -> None:
        """Speak so that the person can be heard meanwhile, and log what can be heard."""
        if self.now < self._echo_at:
            return
        self._echo_at = self.now + round(ECHO_SECONDS * self._duplex.rate)
        front = self._recogniser.front
        self._speaker.leaves_pauses = front.covered
        self._speaker.duck(self._listener.interrupted(self.now, self._speaker.saying))
        if (front.clear or front.covered) and front.clear is not self._heard_through:
            self._heard_through = front.clear
            self.log(EchoState(self.now, front.clear, front.no_echo, front.loss_db))

    def _serve_panel(self) -> None:
        if self._panel is None:
            return
        for press in self._panel.poll(self.now):
            meant = press_meaning(self.state, press, self._book)
            self.log(ButtonPressed(self.now, press, meant))
            if meant is not None:
                self._mean(press)
        speaking = not self._speaker.silent
        self._panel.show(shown(self.state, speaking=speaking, hearing=self._device.hears))

    def _serve_outside(self) -> None:
        if (outside := self._outside) is None:
            return
        for request in outside.requests():
            meant = request_meaning(self.state, request, self.now, self._book)
            self.log(Requested(self.now, request, meant is not None))
            if meant is not None:
                self.tell(meant)
        outside.show(self.state, self.now, self._book)

    def _recording_over(self) -> RecordingOver | None:
        """Return, once, why the recording of the sound ended by itself or never began."""
        if self._sound is not None:
            return self._sound.over()
        failed, self._cannot_record = self._cannot_record, False
        return "failed" if failed else None

    # --- trouble

    def _trouble(self, what: str, line: str) -> None:
        self.log(Complained(self.now, line))
        self.tell(Trouble(self.now, what))

    def _voice_failed(self, fault: VoiceFault) -> None:
        """A sentence could not be rendered. Others may be: say so in print, once, and go on."""
        if not self.faults:
            self.log(Complained(self.now, str(fault)))
        self.faults.append(fault)

    # --- telling

    def _told(self, cue: Spoken, hushed: bool) -> None:
        entry = CutShort if hushed else Said
        self.log(entry(self.now, cue.start, cue.end, cue.text, cue.say.key, cue.say.pacing))
