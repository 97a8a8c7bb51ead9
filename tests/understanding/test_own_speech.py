"""Whose words they are: the person's, or the coach's own."""

from __future__ import annotations

import pytest

from voice_coach.understanding.own_speech import Admitted, OwnSpeech, admit, is_own, readings
from voice_coach.understanding.words import Hypothesis, Word, bare_words

RATE = 1000

SENTENCE = OwnSpeech(
    1000,
    4000,
    frozenset(bare_words("If anything hurts, say it hurts, and we stop at once.", {})),
    False,
)
PACING = OwnSpeech(1000, 1400, frozenset({"three"}), True)


def heard(text: str, start: int, end: int, *, final: bool = True) -> Hypothesis:
    """Return an utterance whose words share the time evenly, as a final result has them."""
    words = text.split()
    step = (end - start) // max(1, len(words))
    if not final:
        return Hypothesis(tuple(Word(w, start, end) for w in words), False)
    places = [(w, start + i * step, start + (i + 1) * step) for i, w in enumerate(words)]
    return Hypothesis(tuple(Word(*place) for place in places), True)


CASES: list[tuple[str, Hypothesis, list[OwnSpeech], tuple[str, ...], bool]] = [
    ("in silence all counts", heard("next one", 5000, 5600), [], ("next one",), False),
    ("after a cue all counts", heard("next", 4300, 4600), [SENTENCE], ("next",), False),
    ("before a cue all counts", heard("next", 500, 800), [SENTENCE], ("next",), False),
    (
        "begun before the cue it is the person's",
        heard("resume", 840, 1300),
        [SENTENCE],
        ("resume",),
        False,
    ),
    ("over a sentence only safety", heard("pause", 2000, 2400), [SENTENCE], ("pause",), True),
    ("its own words are its own", heard("it hurts", 2000, 2600), [SENTENCE], (), False),
    ("one of its own words too", heard("stop", 3500, 3900), [SENTENCE], (), False),
    ("its last word rings on", heard("stop", 4100, 4300), [SENTENCE], (), False),
    ("another word in that time counts", heard("next", 4100, 4300), [SENTENCE], ("next",), False),
    (
        "a word among its own",
        heard("say it pause hurts", 2000, 3000),
        [SENTENCE],
        ("say it pause hurts", "pause"),
        True,
    ),
    (
        "words among its own, and what they end with",
        heard("say hold it on", 2000, 3000),
        [SENTENCE],
        ("say hold it on", "hold on", "on"),
        True,
    ),
    ("unknown sound is nobody's", heard("[unk]", 2000, 2400), [SENTENCE], (), False),
    (
        "unknown sound is left out over a sentence",
        heard("[unk] pause", 2000, 2800),
        [SENTENCE],
        ("pause",),
        True,
    ),
    ("unknown sound in silence is kept", heard("[unk]", 5000, 5400), [], ("[unk]",), False),
    ("over a pacing word all counts", heard("slower", 1100, 1500), [PACING], ("slower",), False),
    ("but that word itself", heard("three", 1000, 1400), [PACING], (), False),
    (
        "from an echo and an answer the answer",
        heard("stop next", 3800, 4800),
        [SENTENCE],
        ("next",),
        False,
    ),
    (
        "a long partial result is over every sentence in it",
        heard("say it help", 900, 3900, final=False),
        [OwnSpeech(1000, 2000, frozenset({"rest"}), False), SENTENCE],
        ("say it help", "help"),
        True,
    ),
    (
        "a partial result of its own words is its own",
        heard("say it hurts", 900, 3900, final=False),
        [SENTENCE],
        (),
        False,
    ),
    ("nothing is nothing", Hypothesis((), True), [SENTENCE], (), False),
]


@pytest.mark.parametrize(
    ("hypothesis", "own", "texts", "safety_only"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_admitted(
    hypothesis: Hypothesis, own: list[OwnSpeech], texts: tuple[str, ...], safety_only: bool
) -> None:
    admitted = admit(hypothesis, own, RATE)
    assert admitted.texts == texts
    assert admitted.safety_only is safety_only


def test_with_headphones_every_command_counts_but_its_own_words_do_not() -> None:
    over = heard("next", 2000, 2400)
    assert admit(over, [SENTENCE], RATE, all_commands=True) == Admitted(
        ("next",), False, 2400, True
    )
    assert admit(heard("stop", 2000, 2400), [SENTENCE], RATE, all_commands=True).texts == ()


@pytest.mark.parametrize(
    ("word", "own"),
    [
        ("stop", True),  # all of it
        ("hurt", True),  # the beginning of "hurts"
        ("any", True),
        ("hurting", False),  # more than was said
        ("i", False),  # too short to be taken for "if"
        ("help", False),
    ],
)
def test_beginning_of_an_own_word_is_own(word: str, own: bool) -> None:
    assert is_own(word, SENTENCE.words) is own


def test_readings_are_the_ends_of_what_was_heard() -> None:
    assert readings(["a", "we", "stop"]) == ["a we stop", "we stop", "stop"]
    assert readings([]) == []


def test_sentences_become_bare_words() -> None:
    numbers = {"three": 3, "nine": 9, "one": 1}
    assert bare_words("Ice is on. 3 minutes left.", numbers) == (
        *("ice", "is", "on", "three", "minutes", "left"),
    )
    assert bare_words("Call 9 1 1, don't wait!", numbers) == (
        *("call", "nine", "one", "one", "don't", "wait"),
    )
    assert bare_words("17 left: Größe", numbers) == ("[unk]", "left", "größe")
