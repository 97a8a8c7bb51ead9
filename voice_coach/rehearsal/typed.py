"""A rehearsal in writing: the same script, its lines typed in whatever language the prompts are.

A line that says what it `means` is typed as a phrase that means it at that moment, so that one
script serves every language; no recording, no voice and no hearing model are needed.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from voice_coach.app import Wordings, build_talk
from voice_coach.faults import PromptFault, RehearsalFault
from voice_coach.log import Log, Observer, PersonSpoke
from voice_coach.rehearsal.listener import Listener, Spoken
from voice_coach.rehearsal.script import Cue, check_cues, load_script
from voice_coach.speaking import ReadingTime
from voice_coach.talk import Talk
from voice_coach.understanding import Book

RATE = 1000
"""Frames per second: nothing sounds, so that milliseconds are enough."""


class TypingListener(Listener):
    """Types the lines of a script, each when its cue comes."""

    talk: Talk
    """Where it types; set before the first line."""

    def due(self) -> int | None:
        """Return the frame of the next line, if its cue has come."""
        return self._due

    def type(self, at: int, book: Book) -> None:
        """Type the line that is due."""
        cue = self._left.popleft()
        words = words_for(cue, self.talk, book)
        self._due, self._seen, self._last_cue = None, 0, at
        # One frame earlier, for what is typed is understood in the moment in which it arrives.
        self.spoken.append(Spoken(cue, at - 1, at))
        if self._left and not self._left[0].after:
            self._due = at + round(self._left[0].wait * self._rate)
        self._observe(PersonSpoke(at, at, at, words))
        self.talk.hear(words, at)


def words_for(cue: Cue, talk: Talk, book: Book) -> str:
    """Return what is typed for a line.

    Raises:
        RehearsalFault: nothing that can be said now means it.
    """
    if not cue.means:
        return cue.says
    intent, _, kind = cue.means.partition(".")
    if not kind and (found := talk.choices().get(intent)) is not None:
        return found
    for phrase in book.understood.said.get(intent, ()):
        if not phrase.asked and kind in ("", str(phrase.value)):
            return book.understood.wording.said_as(phrase.text)[-1]
    raise RehearsalFault(
        f'Nothing that can be said now means "{cue.means}"', "read the transcript up to there"
    )


def rehearse_in_writing(
    texts: Wordings, script_path: Path, observers: Iterable[Observer] = ()
) -> float:
    """Type a script to its end, and check that it goes as it says; return its length in seconds.

    Raises:
        PromptFault: the script is missing or wrong, or presses a button.
        RehearsalFault: it went otherwise.
    """
    script = load_script(script_path, recorded=False)
    check_cues(script_path, script, texts.book)
    if any(cue.presses for cue in script.line):
        raise PromptFault(
            f"{script_path}: a button can't be pressed in writing", "rehearse it by sound"
        )
    log = Log(*observers)
    listener = TypingListener(script_path, script, RATE, log, silent=True)
    sounds = ReadingTime(RATE, texts.settings.speech_length)
    talk = listener.talk = build_talk(texts, sounds, RATE, log)
    log.subscribe(listener)
    now = 0
    talk.clock(now)
    while True:
        due, line = talk.due, listener.due()
        if line is not None and (due is None or line <= due):
            now = max(now, line)
            listener.type(now, texts.book)
        elif due is not None:
            now = due
            talk.clock(now)
            listener.wait(now)
        else:
            break
    listener.finish()
    return now / RATE
