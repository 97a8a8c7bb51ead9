"""What counts of what was heard, and how soon: the rules between hearing and the coach."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import pytest

from voice_coach.attention import (
    ALONE_DB,
    PARTIALS,
    PARTIALS_AT_REST,
    PARTIALS_QUIET,
    PARTIALS_SPEAKING,
    QUIET_SECONDS,
    REST_SECONDS,
    SPEECH_LEAST,
    Attention,
    Command,
    Listening,
    Unknown,
)
from voice_coach.coach import intents_of
from voice_coach.coach.events import Say
from voice_coach.hearing import Partial, Utterance, Word
from voice_coach.speaking import Spoken
from voice_coach.understanding import Book, Place, Situation

RATE = 16000
SENTENCE = "Rest your feet, or stop when it hurts."


@dataclass
class Front:
    """What is known of the coach's voice in the microphone."""

    clear: bool = False
    covered: bool = False
    rise: float | None = None
    lasting: float | None = None

    def present(self, start: int, end: int, share: float = 0.0) -> float | None:
        return self.rise if share == 0 or self.lasting is None else self.lasting


@dataclass
class Recogniser:
    """Only remembers what it was asked to listen for."""

    front: Front = field(default_factory=Front)
    likelihood: float = 1.0
    alone: float = math.inf
    asked: int = 0
    needed: Callable[[Partial], int] = lambda partial: 0

    def listen(
        self,
        phrases: Iterable[str],
        partials_needed: Callable[[Partial], int],
        own: Iterable[Sequence[str]],
    ) -> None:
        self.needed = partials_needed

    def near(self, word: str) -> str:
        return word

    def speech(self, start: int, end: int, enough: float = 1.0) -> float:
        self.asked += 1
        return self.likelihood

    def isolated(self, utterance: Utterance) -> float:
        return self.alone


@dataclass
class Speaker:
    spoken: list[Spoken] = field(default_factory=list)
    silent: bool = True
    texts: frozenset[str] = frozenset()


class Scene:
    def __init__(self, book: Book, **listening: Any) -> None:
        self.recogniser, self.speaker = Recogniser(), Speaker()
        self.attention = Attention(
            cast(Any, self.recogniser), book, cast(Any, self.speaker), RATE, Listening(**listening)
        )
        self.attention.listen(intents_of(Situation.STRETCHING, book), pacing=False)

    def speaks(self, until: float = 10.0) -> None:
        say = Say(1, "stretch.knee_right.say", 0, 0)
        self.speaker.spoken.append(Spoken(say, SENTENCE, 0, round(until * RATE)))
        self.speaker.silent = until < 3.0

    def needed(self, words: str, *, quiet: float = 0.0, whole: bool = True) -> int:
        return self.recogniser.needed(Partial(words, whole, quiet, 3 * RATE, 4 * RATE))

    def heard(self, words: str, *, final: bool = True) -> Command | Unknown | None:
        start, each = 3 * RATE, RATE // 2
        said = [
            Word(word, start + n * each, start + (n + 1) * each)
            for n, word in enumerate(words.split())
        ]
        return self.attention.weigh(Utterance(tuple(said), final))

    def intent(self, words: str, *, final: bool = True) -> str | None:
        command = self.heard(words, final=final)
        return command.intent if isinstance(command, Command) else None


@pytest.fixture
def scene(book: Book) -> Scene:
    return Scene(book)


def test_command_beside_other_sound_as_loud_is_none(scene: Scene) -> None:
    scene.recogniser.alone = ALONE_DB - 0.1
    assert scene.intent("louder", final=False) is None
    assert isinstance(scene.heard("louder"), Unknown), "it is a riddle, as it may be the person's"
    assert scene.intent("stop") == "stop", "nobody groans by appointment"
    scene.recogniser.alone = ALONE_DB
    assert scene.intent("louder") == "louder"


def test_asleep_only_the_whole_of_what_was_said_wakes_it(scene: Scene, book: Book) -> None:
    intents = intents_of(Situation.SLEEPING, book)
    scene.attention.listen(intents, pacing=False, place=Place.SLEEPING)
    assert scene.needed("help", quiet=1.0) == 0, "what comes after it is waited for"
    assert scene.intent("help") == "help"
    assert scene.intent("are my there") is None
    assert scene.intent("wake up") == "wake"
    nearly = scene.heard("the emergency")
    assert isinstance(nearly, Command) and nearly.intent == "emergency"
    assert not nearly.certain, "it is confirmed"
    assert scene.intent("are a doctor") is None


def test_command_at_rest_waits_for_a_moment_of_quiet(scene: Scene) -> None:
    assert scene.needed("louder") == 0, "somebody is speaking on"
    assert scene.needed("louder", quiet=QUIET_SECONDS) == PARTIALS_QUIET
    assert scene.needed("louder", quiet=1.0, whole=False) == 0, "something else was heard too"


def test_beginning_of_a_phrase_of_another_meaning_waits(scene: Scene, book: Book) -> None:
    scene.attention.listen(frozenset({"next", "where", "how_long"}), pacing=False)
    assert scene.needed("next", quiet=QUIET_SECONDS) == PARTIALS_QUIET, "next step is the same"
    assert scene.needed("how", quiet=2.0) == 0


def test_rest_of_a_phrase_that_was_acted_on_is_no_riddle(scene: Scene) -> None:
    assert scene.intent("louder", final=False) == "louder"
    begin = 3 * RATE + RATE // 2
    for late, told in ((0.3, False), (REST_SECONDS + 0.1, True)):
        start = begin + round(late * RATE)
        rest = Utterance((Word("[unk]", start, start + RATE // 2),), True)
        assert isinstance(scene.attention.weigh(rest), Unknown) is told


def test_what_costs_waits_for_the_end(scene: Scene) -> None:
    for words in ("heat", "ice", "quit", "emergency"):
        assert scene.needed(words, quiet=2.0) in (0, PARTIALS_AT_REST, PARTIALS), words
        if scene.needed(words, quiet=2.0):
            continue  # a safety word: to be called out at once
        assert scene.intent(words, final=False) is None


def test_safety_word_is_soonest_where_it_matters_most(scene: Scene, book: Book) -> None:
    assert scene.needed("stop") == PARTIALS_AT_REST, '"start" begins like it'
    scene.attention.listen(intents_of(Situation.STRETCHING, book), pacing=True)
    assert scene.needed("stop") == PARTIALS
    scene.speaks()
    assert scene.needed("stop") == PARTIALS_SPEAKING
    scene.recogniser.front = Front(clear=True, rise=20.0)
    assert scene.needed("stop") == PARTIALS, "somebody is known to have said it"
    assert scene.needed("breathe", quiet=2.0) == 0, "over speech, only when final"


def test_without_cancelling_only_safety_words_pass_through_its_voice(scene: Scene) -> None:
    scene.speaks()
    assert scene.intent("help") == "help"
    assert scene.intent("breathe") is None
    assert scene.intent("stop") is None, "its own word"


def test_with_cancelling_every_command_of_somebody_there_passes(scene: Scene) -> None:
    scene.speaks()
    scene.recogniser.front = Front(clear=True, rise=20.0)
    assert scene.intent("breathe") == "breathe"
    assert scene.intent("help") == "help"


@pytest.mark.parametrize(
    ("rise", "lasting", "safety", "other"),
    [
        (20.0, 20.0, True, True),
        (20.0, 7.0, True, False),
        (20.0, 1.0, False, False),
        (30.0, 1.0, True, False),
        (10.0, 10.0, False, False),
    ],
)
def test_rise_that_is_asked_for(
    scene: Scene, rise: float, lasting: float, safety: bool, other: bool
) -> None:
    scene.speaks()
    scene.recogniser.front = Front(clear=True, rise=rise, lasting=lasting)
    assert scene.intent("help") == ("help" if safety else None)
    assert scene.intent("breathe") == ("breathe" if other else None)


@pytest.mark.parametrize("clear", [True, False])
def test_where_nobody_was_there_its_own_voice_was_heard(scene: Scene, clear: bool) -> None:
    scene.speaks()
    scene.recogniser.front = Front(clear=clear, rise=1.0)
    for words in ("breathe", "help", "go back", "[unk]"):
        assert scene.heard(words) is None


def test_near_end_is_not_asked_where_the_coach_has_long_been_silent(scene: Scene) -> None:
    scene.recogniser.front = Front(clear=True, rise=0.0)
    assert scene.intent("breathe") == "breathe", "a whisper rises above nothing"


def test_echo_of_its_last_word_is_no_command(scene: Scene) -> None:
    scene.speaks(until=2.5)
    scene.recogniser.front = Front(clear=True, rise=1.0)
    assert scene.heard("breathe") is None
    scene.recogniser.front = Front(clear=True, rise=5.0)
    assert scene.intent("breathe") == "breathe"


def test_its_own_words_count_where_somebody_surely_said_them(scene: Scene) -> None:
    scene.speaks()
    scene.recogniser.front = Front(clear=True, rise=40.0, lasting=15.0)
    assert scene.intent("stop") is None
    assert scene.intent("it hurts") is None
    scene.recogniser.front = Front(clear=True, rise=40.0, lasting=30.0)
    assert scene.intent("stop") == "stop"
    assert scene.intent("it hurts") == "hurts"


def test_over_its_voice_only_exact_words_count(scene: Scene) -> None:
    assert scene.intent("say that a again") == "repeat"
    scene.speaks()
    scene.recogniser.front = Front(clear=True, rise=30.0)
    assert scene.intent("say that again") == "repeat"
    assert scene.intent("say that a again") is None


def test_unknown_words_at_rest_are_told_and_over_its_voice_are_not(scene: Scene) -> None:
    assert isinstance(scene.heard("[unk] [unk]"), Unknown)
    scene.speaks()
    assert scene.heard("[unk] [unk]") is None


def test_voice_is_lowered_for_a_moment_when_somebody_speaks_into_it(scene: Scene) -> None:
    scene.speaks()
    scene.recogniser.front = Front(covered=True, rise=20.0)
    assert scene.attention.interrupted(4 * RATE)
    scene.recogniser.front = Front(covered=True, rise=0.0)
    assert scene.attention.interrupted(5 * RATE)
    assert not scene.attention.interrupted(6 * RATE)
    scene.recogniser.front = Front(clear=True, rise=20.0)
    assert not scene.attention.interrupted(6 * RATE), "it is heard as it is"


def test_headphones_let_every_command_through(book: Book) -> None:
    scene = Scene(book, all_commands=True)
    scene.speaks()
    assert scene.intent("breathe") == "breathe"


@pytest.mark.parametrize("final", [True, False])
def test_noise_that_sounds_like_a_word_is_none(scene: Scene, final: bool) -> None:
    scene.recogniser.likelihood = SPEECH_LEAST - 0.01
    for words in ("breathe", "go back", "[unk] [unk]"):
        assert scene.heard(words, final=final) is None, words
    scene.recogniser.likelihood = SPEECH_LEAST
    assert scene.intent("breathe", final=final) == "breathe"


def test_safety_word_counts_however_it_sounds(scene: Scene) -> None:
    scene.recogniser.likelihood = 0.0
    for words in ("help", "stop", "it hurts"):
        assert scene.intent(words) is not None, words
    assert scene.recogniser.asked == 0, "nor does it wait for an answer"


def test_it_is_asked_once_whether_an_utterance_is_speech(scene: Scene) -> None:
    scene.recogniser.likelihood = 0.0
    scene.heard("breathe")
    assert scene.recogniser.asked == 1


def test_an_answer_is_taken_from_a_final_result_alone(scene: Scene) -> None:
    answers = frozenset({"yes", "no", "unsure", "number", "done", "start"})
    scene.attention.listen(answers, pacing=False, place=Place.CHECKING)
    for words in ("yes", "no", "six", "done", "start"):
        assert scene.needed(words, quiet=2.0) == 0, words
        assert scene.intent(words, final=False) is None, words
        assert scene.intent(words) is not None, words


def test_safety_word_that_may_begin_something_else_waits_for_it(scene: Scene) -> None:
    scene.attention.listen(frozenset({"help", "breathe", "stop"}), pacing=True)
    assert scene.needed("stop") == PARTIALS
    assert scene.needed("help me") == PARTIALS_AT_REST, "help me breathe"
    scene.speaks()
    assert scene.needed("help me") == 0
