"""A talk in real time: words as they are typed, sentences when they are said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from queue import Empty

from voice_coach.audio.live import LONGEST_CATCH_UP
from voice_coach.audio.playback import Playback
from voice_coach.cli.terminal import Leave, Terminal
from voice_coach.log import Complained, NotUnderstood, Said
from voice_coach.session import LEAVE_SECONDS
from voice_coach.speaking import Clips
from voice_coach.speaking.tones import ALARM
from voice_coach.talk import Clip, Hold, Hush, Talk, Turn
from voice_coach.uptime import uptime

TICK_SECONDS = 0.5
"""The longest wait for the next line: the watchdog has to see that the loop runs."""

TEND_SECONDS = 0.03
"""The same where clips are rendered and played."""

STALE_SECONDS = 5.0
"""What was said longer ago than this is not shown any more: the machine was suspended."""

ASKS = ("?", "help?")
"""Typed to see what can be typed."""


class Clock:
    """Counts frames from its making on, while the machine is suspended too.

    Args:
        rate: frames per second.
    """

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._began = self._last = uptime()

    def now(self) -> int:
        """Return the present frame. After a suspension it catches up by an hour at most."""
        time = uptime()
        self._began += max(0.0, time - self._last - LONGEST_CATCH_UP)
        self._last = time
        return round((time - self._began) * self._rate)


class Conversation:
    """Joins a talk with a terminal, and with a loudspeaker where there is one.

    Args:
        talk: the coach.
        terminal: where it is typed and shown.
        playback: plays it; None to keep silent.
        clips: are rendered in the background; None for nothing to render.
        each: called with each round of the loop.
    """

    def __init__(
        self,
        talk: Talk,
        terminal: Terminal,
        playback: Playback | None = None,
        clips: Clips | None = None,
        each: Callable[[], None] = lambda: None,
    ) -> None:
        self._talk = talk
        self._terminal = terminal
        self._playback = playback
        self._clips = clips
        self._each = each
        self._clock = Clock(talk.rate)
        # Sentences that have not begun, and words that pace a breath.
        self._to_show: list[Clip] = []
        self._to_pace: list[Clip] = []
        self._leaving = False

    def run(self) -> None:
        """Talk until the session ends.

        Raises:
            Fault: a part of the program failed.
        """
        turn = self._talk.clock(self._clock.now())
        while True:
            self._take(turn)
            self._show()
            if turn.ended:
                break
            turn = self._next(turn)
            self._each()
        while self._playback is not None and not self._playback.silent:
            if not self._playback.tend():
                break
            self._show()

    def _next(self, turn: Turn) -> Turn:
        """Wait for a line, or until something is due; return what comes of it."""
        try:
            typed = self._terminal.typed.get(timeout=self._wait(turn))
        except Empty:
            self._tend()
            return self._talk.clock(self._clock.now())
        if isinstance(typed, Leave):
            return self._leave()
        text = typed.strip()
        if text in ASKS:
            self._terminal.show(choices(self._talk.choices()))
            return self._talk.clock(self._clock.now())
        return self._talk.hear(text, self._clock.now()) if text else self._skip()

    def _skip(self) -> Turn:
        """Show the rest of what is being said, and go on: it has been read."""
        for clip in self._to_show:
            self._show_one(clip)
        self._to_show.clear()
        if self._playback is not None and not self._talk.pacing:
            self._playback.hush()
        return self._talk.said(self._clock.now())

    def _wait(self, turn: Turn) -> float:
        """Return for how many seconds nothing is due."""
        now = self._clock.now()
        starts = (clip.start for clip in (*self._to_show, *self._to_pace))
        due = (frame for frame in (turn.due, *starts) if frame is not None)
        most = TEND_SECONDS if self._playback is not None else TICK_SECONDS
        return min((most, *(max(0.0, (frame - now) / self._talk.rate) for frame in due)))

    def _tend(self) -> None:
        if self._clips is not None:
            self._clips.tend()
        if self._playback is not None and not self._playback.tend():
            self._playback.close()
            self._playback = None
            self._terminal.show("The loudspeaker was lost; the session goes on in writing.")

    def _leave(self) -> Turn:
        """End the session; the second time at once."""
        now = self._clock.now()
        if self._leaving and self._terminal.interrupted:
            raise KeyboardInterrupt
        turn = self._talk.leave(now)
        if not self._leaving and self._talk.state.skin.on is not None:
            self._terminal.show(
                f"Ending in {LEAVE_SECONDS:.0f} seconds at most: what is on the skin comes off "
                "first. Ctrl-C again ends at once."
            )
        self._leaving = True
        return turn

    # --- what is said

    def _take(self, turn: Turn) -> None:
        for act in turn.acts:
            match act:
                case Hush(at):
                    self._to_show = [clip for clip in self._to_show if clip.start < at]
                    self._to_pace = [clip for clip in self._to_pace if clip.start < at]
                    if self._playback is not None:
                        self._playback.hush()
                case Hold(clips):
                    self._play(clips)
                    self._to_pace += [clip for clip in clips if clip.text]
                case Clip():
                    self._play((act,))
                    self._to_show += [act] if act.text or self._rings(act) else []
        said = any(isinstance(entry, Said) for entry in turn.entries)
        for entry in turn.entries:
            if isinstance(entry, Complained):
                self._terminal.show(entry.text)
            elif isinstance(entry, NotUnderstood) and not said:
                self._terminal.show("(That means nothing here. ? shows what you can type now.)")

    def _play(self, clips: Sequence[Clip]) -> None:
        now = self._clock.now()
        for clip in clips if self._playback is not None else ():
            if self._playback is not None and clip.end > now:
                self._playback.play(clip.start, clip.samples, clip.gain, now)

    def _show(self) -> None:
        """Show each sentence when it begins."""
        now = self._clock.now()
        due = [clip for clip in (*self._to_show, *self._to_pace) if clip.start <= now]
        due.sort(key=lambda clip: clip.start)
        self._to_show = [clip for clip in self._to_show if clip.start > now]
        self._to_pace = [clip for clip in self._to_pace if clip.start > now]
        stale = now - STALE_SECONDS * self._talk.rate
        for clip in [clip for clip in due if clip.end >= stale] or due[-1:]:
            self._show_one(clip)

    def _show_one(self, clip: Clip) -> None:
        if clip.text:
            self._terminal.show(clip.text)
        else:
            self._terminal.ring()

    def _rings(self, clip: Clip) -> bool:
        """Whether the terminal's bell has to take the place of the alarm: nothing else sounds."""
        return clip.sound == ALARM and self._playback is None


def choices(can: dict[str, str]) -> str:
    """Return the line that says what can be typed now.

    Args:
        can: intent -> a phrase for it.
    """
    shown = {intent: phrase for intent, phrase in can.items() if intent != "unclear_number"}
    if "number" in shown:
        shown["number"] = "a number from 0 to 10"
    return f"You can type now: {', '.join(shown.values())}."
