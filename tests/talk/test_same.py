"""The same words at the same moments: a Talk does what the loop of blocks does, to the sample."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.talk.loop import BLOCK, BOOK, RATE, Kept, Looped, Script, options, played, talk_of
from voice_coach.coach import understood
from voice_coach.coach.places import harmless
from voice_coach.listening import Listening
from voice_coach.log import Entry
from voice_coach.talk import Talk, Turn

LEADING = {"number": "five", "start": "start", "next": "next", "stretch": "stretch"}
"""Intent -> words, the first that makes sense."""

GIBBERISH = ("what is the weather", "stop asdf", "i cant feel my legs", "its not off", "7", "?")


class Typist:
    """Types what it is told to, and notes when it arrived.

    Attributes:
        script: what arrived at which frames.
        turns: what came of it.
    """

    def __init__(self, talk: Talk) -> None:
        self.talk = talk
        self.script: Script = []
        self.turns: list[Turn] = [talk.clock(0)]
        self.now = 0

    def wait(self, frames: int) -> None:
        """Let time pass, looking at the clock only when it is due."""
        until = self.now + frames
        while (due := self.turns[-1].due) is not None and due <= until:
            self.turns.append(self.talk.clock(due))
        self.now = until

    def type(self, text: str) -> None:
        turn = self.talk.hear(text, self.now)
        self.turns.append(turn)
        self.script.append((turn.at, text))
        self.now = turn.at

    def lead_on(self) -> None:
        """Type what leads on: an answer, or that one is ready."""
        state = self.talk.state
        can = understood(state, BOOK)
        wanted = (harmless(state, BOOK), *LEADING)
        self.type(next((LEADING.get(w, w) for w in wanted if w in can), "stop"))

    def until_silent(self) -> None:
        """Wait until the coach has said what it has to say, and a second more."""
        while self.talk.state.speech.saying is not None or not self.talk.state.started:
            self.wait(10 * BLOCK)
        self.wait(RATE)

    def to_hold(self) -> None:
        """Answer and go on until a hold has begun."""
        for _ in range(40):
            self.wait(30 * RATE)
            if self.talk.state.breath is not None:
                return
            self.lead_on()
        raise AssertionError("there was no hold")

    @property
    def entries(self) -> list[Entry]:
        return [entry for turn in self.turns for entry in turn.entries]


def same(typist: Typist, kept: Kept, loop: Looped) -> None:
    assert typist.entries == loop.entries
    assert kept.entries == loop.kept.entries
    assert np.array_equal(played(typist.turns, len(loop.sound)), loop.sound)


waits = st.sampled_from((0, 1, 7, 10, 333, 1000, 4000, 12_345, 40_000))


@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_it_does_what_the_loop_does(data: st.DataObject) -> None:
    wished = options(heat_seconds=60.0, breaths=data.draw(st.sampled_from((None, 2))))
    kept = Kept()
    typist = Typist(talk_of(wished, kept))
    for _ in range(data.draw(st.integers(3, 25))):
        typist.wait(data.draw(waits))
        if typist.turns[-1].ended:
            break
        if data.draw(st.integers(0, 3)):
            typist.lead_on()
        else:
            can = typist.talk.choices().values()
            typist.type(data.draw(st.sampled_from((*can, *GIBBERISH))))
    typist.wait(5000)
    same(typist, kept, Looped(typist.script, typist.now, wished))


def test_a_whole_stretch_is_the_same_and_its_holds_come_whole() -> None:
    wished = options(breaths=3)
    kept = Kept()
    typist = Typist(talk_of(wished, kept))
    typist.to_hold()
    typist.wait(60_000)
    typist.lead_on()
    typist.wait(60_000)
    same(typist, kept, Looped(typist.script, typist.now, wished))
    holds = [turn.hold for turn in typist.turns if turn.hold is not None]
    assert holds, "there was a hold"
    for hold in holds:
        ins = [clip.start for clip in hold.clips if clip.text == "In."]
        assert len(ins) >= 2
        assert {later - sooner for sooner, later in pairwise(ins)} == {10 * RATE}


def test_in_silence_it_hears_as_a_microphone_does() -> None:
    """With the rules for sound too, words that are said in a silence come to the same."""
    wished = options()
    kept = Kept()
    typist = Typist(talk_of(wished, kept))
    for _ in range(16):
        typist.until_silent()
        typist.lead_on()
    assert typist.talk.state.answers.checked
    same(typist, kept, Looped(typist.script, typist.now, wished, Listening(earcons=False)))
