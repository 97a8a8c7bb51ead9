"""A recogniser that raises, hangs on to nonsense or hears without end, with heat on."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import vosk

from tests.faults.session import RATE, Person, Room, befallen, toned, utterance
from tests.faults.tally import Tally, readable
from voice_coach.app import Parts
from voice_coach.audio.duplex import Block
from voice_coach.faults import HearingFault
from voice_coach.hearing import Recogniser
from voice_coach.listening import CommandListener
from voice_coach.log import Entry, Said
from voice_coach.session import Session
from voice_coach.speaking import Speaker, VoiceFiles
from voice_coach.understanding.evidence import Command
from voice_coach.understanding.words import UNKNOWN, Hypothesis, Reading, Word


class Breakable:
    """vosk, of which one call does something else from some moment on.

    Args:
        call: the call.
        does: what it does then.
    """

    def __init__(self, call: str, does: Callable[[], Any]) -> None:
        self.broken = False
        self.call = call
        self.does = does
        self._recognizer = vosk.KaldiRecognizer

    def __call__(self, *given: Any) -> BreakableRecognizer:
        return BreakableRecognizer(self._recognizer(*given), self)


class BreakableRecognizer:
    """A recogniser of such a vosk."""

    def __init__(self, real: Any, vosk: Breakable) -> None:
        self._real = real
        self._vosk = vosk

    def __getattr__(self, name: str) -> Any:
        if self._vosk.broken and name == self._vosk.call:
            return lambda *given: self._vosk.does()
        return getattr(self._real, name)


def raises(error: Exception) -> Callable[[], Any]:
    def does() -> Any:
        raise error

    return does


BROKEN: dict[str, tuple[str, Callable[[], Any]]] = {
    "AcceptWaveform raises": ("AcceptWaveform", raises(Exception("Failed to process waveform"))),
    "AcceptWaveform has no memory": ("AcceptWaveform", raises(MemoryError())),
    "PartialResult raises": ("PartialResult", raises(RuntimeError("vosk"))),
    "PartialResult is empty": ("PartialResult", lambda: ""),
    "PartialResult is no JSON": ("PartialResult", lambda: "{partial"),
    "PartialResult is a list": ("PartialResult", lambda: "[]"),
    "PartialResult is a number": ("PartialResult", lambda: '{"partial": 3}'),
    "a new grammar raises": ("SetWords", raises(Exception("no grammar"))),
}


class Hearing(Person):
    """The real recogniser's faults behind the words of a pretended person."""

    def __init__(self, real: Recogniser) -> None:
        super().__init__()
        self.real = real
        real.listen(["stop", "start"])

    def hear(self, block: Block, *, silent: bool = False) -> list[Hypothesis]:
        assert self.session is not None
        if self.session.state.skin.on is not None:  # before, it would only cost time
            self.real.hear(block, silent=silent)
        return super().hear(block, silent=silent)

    def listen(self, phrases: Any, own: Any = ()) -> None:
        self.real.listen(list(phrases), list(own))


@pytest.mark.parametrize(("call", "does"), BROKEN.values(), ids=BROKEN.keys())
def test_vosk_fails_in_mid_session(
    parts: Parts,
    voice: VoiceFiles,
    hearing_model: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    call: str,
    does: Callable[[], Any],
    tally: Tally,
) -> None:
    breakable = Breakable(call, does)
    monkeypatch.setattr(vosk, "KaldiRecognizer", breakable)
    person = Hearing(Recogniser(hearing_model, RATE, parts.book.decoys))

    def ruin(session: Session) -> None:
        breakable.broken = True

    made = befallen(parts, toned(voice, tmp_path / "c"), ruin, person=person)
    made.is_safe()
    assert len(made.troubles) == 1
    readable(made.troubles[0])
    tally.count("vosk raises or answers nonsense in mid-session")


class Deafened(Person):
    """Fails from some moment on."""

    fails = False

    def hear(self, block: Block, *, silent: bool = False) -> list[Hypothesis]:
        if self.fails:
            raise MemoryError
        return super().hear(block, silent=silent)


def test_run_ends_when_it_is_deaf_and_nothing_is_on_the_skin(
    parts: Parts, voice: VoiceFiles, tmp_path: Path, tally: Tally
) -> None:
    person = Deafened()
    entries: list[Entry] = []

    def fail(session: Session) -> None:
        person.fails = True

    with pytest.raises(HearingFault, match=r"failed \(MemoryError\).*Start the coach again"):
        befallen(
            parts,
            toned(voice, tmp_path),
            fail,
            person=person,
            when=lambda session: session.state.session,
            observers=[entries.append],
        )
    said = [e.text for e in entries if isinstance(e, Said)]
    assert said[-1].endswith("restart me.")
    tally.count("vosk raises with nothing on the skin")


@pytest.mark.long
def test_flood_of_utterances(parts: Parts, voice: VoiceFiles, tmp_path: Path, tally: Tally) -> None:
    """10,000 utterances through the rules, sense and nonsense."""
    book = parts.book
    dice = random.Random(5)
    person = Person()
    spoken = Speaker(
        book, toned(voice, tmp_path), Room(1), -6.0, lambda cue, hushed: None, lambda fault: None
    )
    listener = CommandListener(person, book, RATE)  # type: ignore[arg-type]
    phrases = [phrase for phrase, _ in book.phrases(frozenset(book.intents))]
    commands = 0
    for number in range(10_000):
        if number % 50 == 0:
            some = dice.sample(sorted(book.intents), dice.randrange(len(book.intents)))
            listener.listen(frozenset(some), spoken.saying, pacing=dice.random() < 0.5)
            listened = frozenset(some)
        match dice.randrange(5):
            case 0 | 1:
                words = dice.choice(phrases)
            case 2:
                words = " ".join(dice.choices([*phrases, *book.decoys, UNKNOWN], k=6))
            case 3:
                words = " ".join(dice.choices([UNKNOWN, "a", "\0", "'", "é" * 50], k=3))
            case _:
                words = " ".join([dice.choice(phrases)] * 200)
        heard = utterance(words, number * RATE // 10)
        if dice.random() < 0.3:
            seen = (Reading(heard.text, dice.randrange(8)),)
            heard = Hypothesis(heard.words, False, readings=seen, quiet=dice.random())
        result = listener.decide(heard, spoken.saying)
        if isinstance(result, Command):
            assert result.intent in listened
            commands += 1
    assert commands > 1000
    tally.count("utterances in a flood, sense and nonsense", 10_000)


class Flooding(Person):
    """Says something that is understood ten times a second, once there is heat."""

    def __init__(self) -> None:
        super().__init__()
        self.dice = random.Random(6)
        self.said = 0

    def hear(self, block: Block, *, silent: bool = False) -> list[Hypothesis]:
        session, book = self.session, self.book
        assert session is not None and book is not None
        if not self.said and session.state.skin.on is None:
            return super().hear(block, silent=silent)
        if block.end % (RATE // 10):
            return []
        self.said += 1
        intents = sorted(set(book.intents) - {"quit", "done", "emergency"})
        phrases = book.phrases(frozenset({self.dice.choice(intents)}))
        words = self.dice.choice([p for p, _ in phrases])
        # Where it lies in the coach's own speech most of it does not count, as in a room.
        end = block.end
        return [Hypothesis(tuple(Word(w, end - 10, end) for w in words.split()), True)]


def test_flood_of_commands_through_the_loop(
    parts: Parts, voice: VoiceFiles, tmp_path: Path, tally: Tally
) -> None:
    person = Flooding()
    made = befallen(
        parts, toned(voice, tmp_path / "c"), lambda session: None, person=person, seconds=330.0
    )
    made.is_safe()
    assert person.said > 2500
    assert made.late == 0
    tally.count("commands in a flood through the whole loop", person.said)
