"""A lesson: the words are asked for one after the other, and what comes is judged at once."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from voice_coach.audio.samples import Samples
from voice_coach.coach import intents_of
from voice_coach.faults import VoiceFault
from voice_coach.hearing import HEARING_RATE
from voice_coach.lesson.classroom import Classroom, Heard
from voice_coach.speaking.sound import speech_level
from voice_coach.teaching.learning import Pupil
from voice_coach.teaching.takes import SHORTEST, Fault, Recording, too_loud_or_soft, unlike
from voice_coach.understanding import Book, Grammar, Matcher, Situation
from voice_coach.understanding.program import Program, TeachTexts

ROOM_SECONDS = 3.0
"""Seconds for which the room alone is heard."""

TRIES = 2
"""How often a word is asked for before it is left out."""

LEAVING = frozenset({"stop", "quit"})
"""What ends a lesson, said when something else was asked for."""

HELP = frozenset({"emergency", "red_flag"})
"""What ends it too, with the emergency number."""

ALARMING = 3
"""Words that may be left out one after the other: then nobody is there, or nothing is heard."""

Voice = Callable[[str], Samples | None]
"""Text -> its sound at the classroom's rate; None without a voice."""

Ending = Literal["whole", "stopped", "emergency", "few"]


class _Left(Exception):
    """The person has ended the lesson; its argument is how."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending)
        self.ending: Ending = ending


@dataclass(frozen=True)
class Tried:
    """One answer: what was asked for, what was heard, and what was wrong with it."""

    phrase: str
    text: str
    fault: Fault | None


@dataclass
class Lesson:
    """What a lesson has brought so far.

    Attributes:
        recordings: fit to learn from.
        room: noise of the room, at HEARING_RATE.
        left_out: how many words were left out.
        ending: how it ended.
    """

    recordings: list[Recording] = field(default_factory=list)
    room: Samples = field(default_factory=lambda: np.zeros(0, np.float32))
    left_out: int = 0
    ending: Ending = "whole"


class Teacher:
    """Asks for words, and collects what comes.

    Args:
        classroom: where it happens.
        voice: speaks.
        program: what is said.
        texts: the part of it for lessons.
        book: what the coach understands.
        pupil: the model that is to learn.
        emergency: the emergency number, as it is spoken.
    """

    def __init__(
        self,
        classroom: Classroom,
        voice: Voice,
        program: Program,
        texts: TeachTexts,
        book: Book,
        pupil: Pupil,
        emergency: str,
    ) -> None:
        self._classroom = classroom
        self._voice = voice
        self._program = program
        self._texts = texts
        self._emergency = emergency
        self._intents = intents_of(Situation.MENU, book)
        self._matcher = Matcher(book)
        self._pupil = pupil
        self.phrases = tuple(p for p in texts.words if p in pupil.rivals.words)
        menu = Grammar(book).phrases(self._intents)
        self._listened = tuple(dict.fromkeys((*menu, *self.phrases)))
        self.lesson = Lesson()

    def teach(self, times: int) -> Iterator[Tried]:
        """Ask for every word so many times, and yield each answer; `lesson` is what came of it.

        Raises:
            AudioFault: the sound has ended.
            VoiceFault: there is no voice to ask with.
        """
        try:
            yield from self._teach(times)
        except _Left as left:
            self.lesson.ending = left.ending
            if words := self.last_words():
                self.tell(words)

    def last_words(self) -> str:
        """Return what is said where the person has ended the lesson; "" where they have not."""
        if self.lesson.ending == "stopped":
            return self._texts.stopped
        if self.lesson.ending == "emergency":
            return self._program.filled(self._texts.emergency, emergency=self._emergency)
        return ""

    def tell(self, text: str) -> None:
        """Say a last sentence: nothing is heard from now on."""
        sound = self._voice(text)
        if sound is not None:
            self._classroom.announce(sound)

    def _teach(self, times: int) -> Iterator[Tried]:
        count = str(len(self.phrases))
        self._say(self._texts.intro, count=count, times=str(times))
        self._say(self._texts.room, count=count, times=str(times))
        self.lesson.room = self._classroom.quiet(ROOM_SECONDS)
        missed = 0
        for number in range(times):
            if number:
                self._say(self._texts.round, count=count, times=str(times))
            for phrase in self.phrases:
                found = yield from self._ask(phrase, number)
                missed = 0 if found else missed + 1
                self.lesson.left_out += not found
                if missed == ALARMING:
                    raise _Left("few")

    def _ask(self, phrase: str, number: int) -> Generator[Tried, None, bool]:
        question = self._texts.ask
        for _ in range(TRIES):
            self._say(question, word=phrase)
            heard = self._classroom.listen(self._listened)
            fault = self._fault(phrase, heard)
            yield Tried(phrase, heard.text, fault)
            if fault is None:
                self.lesson.recordings.append(Recording(phrase, number, heard.sound))
                return True
            self._heed(heard.text, phrase)
            question = getattr(self._texts, fault)
        return False

    def _say(self, text: str, **slots: str) -> None:
        whole = self._program.filled(text, **slots)
        sound = self._voice(whole)
        if sound is None:
            raise VoiceFault("No voice can be rendered to ask with", "type `voice-coach doctor`")
        words = tuple("".join(c for c in w if c.isalpha() or c == "'") for w in whole.split())
        own = tuple(word.lower() for word in words if word)
        self._heed(self._classroom.say(sound, own, self._listened))

    def _fault(self, phrase: str, heard: Heard) -> Fault | None:
        if len(heard.sound) < SHORTEST * HEARING_RATE or not heard.near.any():
            return "nothing"
        level = too_loud_or_soft(speech_level(heard.near, self._classroom.rate), heard.near)
        if level is not None:
            return level
        take = self._pupil.take(Recording(phrase, 0, heard.sound))
        return unlike(self._pupil.body, take, self._pupil.rivals)

    def _heed(self, text: str, asked: str = "") -> None:
        """End the lesson if the person wants that.

        Raises:
            _Left: they do.
        """
        if not text or text == asked:
            return
        intent = self._matcher.match(text, self._intents).intent
        if intent in HELP:
            raise _Left("emergency")
        if intent in LEAVING:
            raise _Left("stopped")
