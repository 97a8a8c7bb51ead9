"""The coach with words in and words out, on a clock that is handed in.

It is the session itself: the same loop, rules, coach and speaker. What differs is that blocks have
no sound, that only those are made at whose end something is due, and that what is said comes out as
data. Time is the caller's: it says at which frame each thing happens, and calls `clock` when `due`
comes.

    turn = talk.clock(0)
    turn = talk.hear("my back hurts", at=48000)

A hold comes out whole as soon as it begins: see `Hold`.
"""

from __future__ import annotations

from collections import Counter

from voice_coach.audio.mixer import Fade, Play
from voice_coach.chain import COACH, Chain, Machine
from voice_coach.coach import State, understood
from voice_coach.coach.places import place
from voice_coach.interpretation import Understanding, typed_words, understand
from voice_coach.log import Entry
from voice_coach.session import Session
from voice_coach.talk.ends import TextDuplex, TextEars
from voice_coach.talk.hold import breaths_ahead, placed
from voice_coach.talk.turn import Act, Clip, Hold, Hush, Turn
from voice_coach.understanding import Book, Matcher
from voice_coach.understanding.book import offered

Key = tuple[int, int, str]
"""Start, length and text of a clip."""


class Talk:
    """See the module's docstring. `app.build_talk` puts one together.

    Args:
        session: the session, with both ends of text.
        duplex: its duplex.
        ears: its ears.
        chain: what it was made of.
        machine: its machine.

    Attributes:
        rate: frames per second of all times.
    """

    def __init__(
        self,
        session: Session,
        duplex: TextDuplex,
        ears: TextEars,
        chain: Chain,
        machine: Machine = COACH,
    ) -> None:
        self.rate = duplex.rate
        self._session = session
        self._duplex = duplex
        self._ears = ears
        self._book = chain.book
        self._sounds = chain.clips
        self._machine = machine
        self._matcher = Matcher(chain.book)
        self._offered = offered(chain.book)
        self._acts: list[Act] = []
        self._entries: list[Entry] = []
        # The hold that was given out last: its end, and what the session has not said of it yet.
        self._held_until = 0
        self._ahead: Counter[Key] = Counter()
        session.log.subscribe(self._entries.append)

    # --- what happens

    def clock(self, at: int) -> Turn:
        """Let time pass up to a frame.

        Args:
            at: the present frame; one that has passed is taken as the present.
        """
        self._pass(at)
        return self._turn(at)

    def hear(self, text: str, at: int, others: tuple[str, ...] = ()) -> Turn:
        """Let time pass up to a frame, and hear a whole sentence there.

        Args:
            text: as typed, or as an assistant's recogniser writes it.
            at: the present frame.
            others: what may have been said instead, the likeliest first.
        """
        end = self._arrive(at)
        state = self._session.state
        self._ears.type(typed_words((text, *others), state, self._book, self._matcher))
        self._step(end)
        return self._turn(end)

    def said(self, at: int) -> Turn:
        """Take as said all that was given out and has no place in a hold.

        For whoever speaks with another voice, whose lengths are not known here: with it the lengths
        of clips are guesses, and the coach goes on when this is called.

        Args:
            at: the present frame.
        """
        end = self._arrive(at)
        self._session.speaker.said(end)
        self._step(end)
        return self._turn(end)

    def leave(self, at: int) -> Turn:
        """End the session; with a pad on, ask to take it off, and end a little later.

        Args:
            at: the present frame.
        """
        self._pass(at)
        self._session.leave()
        self._collect()
        return self._turn(at)

    # --- how things are

    @property
    def due(self) -> int | None:
        """The frame at which `clock` is next to be called; None for never."""
        if self._session.done or (due := self._session.due) is None:
            return None
        frames = self._duplex.frames
        return max(-(-due // frames) * frames, self._session.now + frames)

    @property
    def state(self) -> State:
        """The coach as it is."""
        return self._session.state

    @property
    def book(self) -> Book:
        """The language."""
        return self._book

    @property
    def pacing(self) -> bool:
        """Whether a breath is being paced."""
        return self._session.state.breath is not None

    def understand(self, text: str) -> Understanding:
        """Return what a sentence would lead to now; nothing happens."""
        return understand(text, self._session.state, self._book, self._matcher)

    def choices(self) -> dict[str, str]:
        """Return what can be said now: intent -> a phrase for it, answers first.

        A phrase that the coach itself offers somewhere ("Say [next]") goes before others.
        """
        state = self._session.state
        can, here = understood(state, self._book), place(state, self._book)
        table = self._book.meant(can, here)
        named = (table.get(self._book.canonical(text)) for text in self._offered)
        found: dict[str, str] = {}
        for phrase in (*filter(None, named), *table.values()):
            found.setdefault(phrase.intent, self._book.understood.wording.said_as(phrase.text)[-1])
        intents = self._book.intents
        order = sorted(intents, key=lambda intent: not intents[intent].answer)
        return {intent: found[intent] for intent in order if intent in found}

    # --- the session

    def _arrive(self, at: int) -> int:
        """Let time pass up to the block that ends at a frame or after it; return its end."""
        frames = self._duplex.frames
        end = -(-at // frames) * frames
        self._pass(end - frames)
        return max(end, self._session.now + frames)

    def _pass(self, at: int) -> None:
        while (due := self.due) is not None and due <= at:
            self._step(due)

    def _step(self, end: int) -> None:
        self._session.step(self._duplex.block(end))
        self._collect()

    def _collect(self) -> None:
        """Take what the session has ordered, but for what was given out as part of a hold."""
        clips: list[Clip] = []
        for order in self._duplex.orders():
            if isinstance(order, Fade):
                self._acts += [*clips, Hush(self._session.now)]
                clips.clear()
                self._ahead.clear()
                self._held_until = 0
            elif isinstance(order, Play):
                key = _key(order)
                if self._ahead[key] > 0:
                    self._ahead[key] -= 1
                else:
                    clips.append(_clip(order))
        self._acts += self._with_hold(clips)

    def _with_hold(self, clips: list[Clip]) -> list[Act]:
        """Return clips with those of a hold that begins in one, up to its end."""
        breath = self._session.state.breath
        if breath is None or breath.end <= self._held_until:
            return list(clips)
        begun = [clip for clip in clips if clip.start >= breath.inhale]
        before = [clip for clip in clips if clip.start < breath.inhale]
        actions = breaths_ahead(self._session.state, self._book, self._machine)
        volume_db = self._session.speaker.volume_db
        plays = placed(actions, self._book, self._sounds, self.rate, volume_db)
        self._ahead = Counter(map(_key, plays or ()))
        whole = sorted((*begun, *map(_clip, plays or ())), key=lambda clip: clip.start)
        self._held_until = max((breath.end, *(clip.end for clip in whole)))
        return [*before, Hold(tuple(whole))] if whole else list(before)

    def _turn(self, at: int) -> Turn:
        acts, entries = tuple(self._acts), tuple(self._entries)
        self._acts.clear()
        self._entries.clear()
        return Turn(
            max(at, self._session.now),
            acts,
            entries,
            awaits=self._session.state.prompting.awaiting,
            ended=self._session.done,
            due=self.due,
        )


def _clip(play: Play) -> Clip:
    return Clip(play.start, play.samples, play.gain, play.text, play.sound)


def _key(order: Play) -> Key:
    return order.start, len(order.samples), order.text
