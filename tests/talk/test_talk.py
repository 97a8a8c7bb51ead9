"""What another program's voice needs of a Talk."""

from __future__ import annotations

from tests.talk.loop import BLOCK, RATE, options, talk_of
from tests.talk.test_same import Typist
from voice_coach.log import CutShort, NotUnderstood, Understood
from voice_coach.talk import Clip, Hush, Turn


def begun() -> tuple[Typist, Turn]:
    typist = Typist(talk_of(options()))
    typist.wait(RATE)
    return typist, typist.turns[-1]


def test_it_begins_by_itself_and_says_when_it_is_due() -> None:
    typist = Typist(talk_of(options()))
    assert not typist.turns[-1].acts and typist.turns[-1].due is not None
    typist.wait(RATE)
    turn = typist.turns[-1]
    assert turn.texts and turn.due is not None and turn.due % BLOCK == 0
    assert all(clip.start >= turn.at for clip in turn.acts if isinstance(clip, Clip))


def test_another_voice_says_when_it_has_ended() -> None:
    """The lengths of clips are guesses then, and the coach goes on when it hears so."""
    typist, turn = begun()
    assert turn.due is not None and turn.due > RATE + 500
    for _ in range(20):
        if turn.awaits or turn.hold is not None:
            break
        now = turn.at + BLOCK
        turn = typist.talk.said(now)
        assert turn.at == now
    assert turn.awaits or turn.hold is not None
    assert turn.at < 2 * RATE, "it waits for nothing but the voice"


def test_what_was_heard_comes_with_the_turn() -> None:
    typist, _ = begun()
    typist.type("qwertz")
    assert any(isinstance(entry, NotUnderstood) for entry in typist.turns[-1].entries)
    typist.type("emergency")
    turn = typist.turns[-1]
    assert any(isinstance(e, Understood) and e.intent == "emergency" for e in turn.entries)
    assert any(isinstance(act, Hush) for act in turn.acts)
    assert any("9 1 1" in text for text in turn.texts)


def test_of_what_may_have_been_said_the_first_that_means_anything_counts() -> None:
    typist, _ = begun()
    turn = typist.talk.hear("emerging sea", typist.now, ("emergency", "stop"))
    assert any(isinstance(e, Understood) and e.text == "emergency" for e in turn.entries)


def test_what_words_would_do_can_be_asked_and_nothing_happens() -> None:
    typist, _ = begun()
    before = typist.talk.state
    assert typist.talk.understand("help").intent == "help"
    assert typist.talk.understand("tell me a joke").intent is None
    assert typist.talk.state == before
    assert not typist.talk.clock(typist.now).acts


def test_time_does_not_run_backwards() -> None:
    typist, turn = begun()
    assert typist.talk.clock(0).at == turn.at
    assert typist.talk.hear("help", 0).at > turn.at


def test_leaving_ends_it() -> None:
    typist, _ = begun()
    turn = typist.talk.leave(typist.now)
    assert turn.ended and turn.due is None
    cut = [entry for entry in turn.entries if isinstance(entry, CutShort)]
    assert cut, "what was to be said was not said, and the log has it"
    later = typist.talk.clock(10**9)
    assert later.ended and not later.acts
