"""Which words count as commands: the rules, row by row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.understanding.scene import NOTHING_AGAINST, RATE, THERE, Scene, hypothesis
from voice_coach.coach import intents_of
from voice_coach.understanding import Book, Place, Situation
from voice_coach.understanding.acceptance import (
    REFUSALS,
    REST_SECONDS,
    SHORT_SOUND,
    UNREPORTED,
)
from voice_coach.understanding.early import (
    NEVER,
)
from voice_coach.understanding.evidence import (
    ALONE_DB,
    SPEECH_LEAST,
    Command,
    Evidence,
    Kind,
    NoMatch,
    Rejected,
    Rise,
)
from voice_coach.understanding.words import Reading, Word

# --- what is refused, and what is not reported

REFUSED: dict[str, tuple[str, Evidence, bool, bool]] = {
    "not said alone": ("louder", replace(THERE, contrast=ALONE_DB - 0.1), False, False),
    "no speech": ("louder", replace(THERE, speech=SPEECH_LEAST - 0.01), False, False),
    "doubtful, over the coach's voice": ("breathe", THERE, True, True),
    "in the alarm": ("no", THERE, False, False),
    "in the coach's own question": ("wait", NOTHING_AGAINST, True, False),
    "no meaning here": ("banana", THERE, False, False),
    "not exact, over the coach's voice": ("say that a again", THERE, True, False),
}
"""Row of REFUSALS -> words, evidence, whether the coach speaks, and whether it may be nothing."""


def test_the_table_of_refusals_is_the_one_tested_here() -> None:
    assert list(REFUSED) == [row.name for row in REFUSALS]


@pytest.mark.parametrize("name", REFUSED)
def test_row_of_refusals_refuses(scene: Scene, name: str) -> None:
    words, evidence, over, nothing = REFUSED[name]
    if over:
        scene.speaks()
    scene.evidence = evidence
    if name == "in the coach's own question":
        scene.context = replace(scene.context, place=Place.AWAKE)
        assert isinstance(scene.decide(hypothesis(words, start=10.5)), Command), "after it"
    if name == "in the alarm":
        scene.context = replace(scene.context, alarm=(3 * RATE, 5 * RATE))
    found = scene.decide(replace(hypothesis(words), may_be_nothing=nothing))
    assert isinstance(found, NoMatch | Rejected) and found.why == name


UNSAID: dict[str, tuple[str, dict[str, Any], bool]] = {
    "not the person's words": ("it hurts", {}, True),
    "not final": ("louder", {}, False),
    "over the coach's voice": ("banana", {}, True),
    "the rest of a command": ("[unk]", {"acted": 3 * RATE}, False),
    "in the alarm": ("[unk] [unk]", {"alarm": (3 * RATE, 5 * RATE)}, False),
    "too short": ("[unk]", {}, False),
    "no speech": ("[unk] [unk]", {}, False),
}
"""Row of UNREPORTED -> words, what is special about the moment, whether the coach speaks."""


def test_the_table_of_what_is_not_reported_is_the_one_tested_here() -> None:
    assert list(UNSAID) == [row.name for row in UNREPORTED]


@pytest.mark.parametrize("name", UNSAID)
def test_row_of_what_is_not_reported_is_the_only_reason(scene: Scene, name: str) -> None:
    words, special, over = UNSAID[name]
    scene.context = replace(scene.context, **special)
    if over:
        scene.speaks()
    if name in ("no speech", "not final"):
        scene.evidence = replace(NOTHING_AGAINST, speech=0.0)
    heard = hypothesis(words, final=name != "not final")
    if name == "too short":
        end = heard.start + round(SHORT_SOUND * RATE) - 1
        heard = replace(heard, words=(Word("[unk]", heard.start, end),))
    assert isinstance(scene.decide(heard), Rejected)


ALARM_SECONDS = 1.35
"""Length of the alarm."""


@pytest.mark.parametrize(
    ("words", "after", "counts"),
    [
        ("no", -1.0, False),
        ("stop", -1.0, False),
        ("done", -1.0, False),
        ("it is off", -1.0, True),
        ("i took it off", -1.0, True),
        ("it is on", -1.0, False),
        ("done", 0.1, False),
        ("done", 0.3, True),
        ("no", 0.3, True),
    ],
)
def test_in_the_alarm_only_what_says_in_so_many_words_that_it_is_off_counts(
    scene: Scene, words: str, after: float, counts: bool
) -> None:
    scene.context = replace(
        scene.context,
        intents=frozenset({"done", "no", "stop", "still_on"}),
        place=Place.ENDING,
        alarm=(4 * RATE, round((4 + ALARM_SECONDS) * RATE)),
    )
    found = scene.heard(words, start=4 + ALARM_SECONDS + after)
    assert isinstance(found, Command) is counts, found


def test_rest_of_a_phrase_that_was_acted_on_is_no_riddle(scene: Scene) -> None:
    found = scene.heard("louder", final=False)
    assert isinstance(found, Command)
    scene.context = replace(scene.context, acted=found.end)
    for late, told in ((0.3, False), (REST_SECONDS + 0.1, True)):
        rest = scene.heard("[unk]", start=found.end / RATE + late)
        assert isinstance(rest, NoMatch) is told


def test_command_beside_other_sound_as_loud_is_none(scene: Scene) -> None:
    scene.evidence = replace(NOTHING_AGAINST, contrast=ALONE_DB - 0.1)
    assert scene.intent("louder", final=False) is None
    assert isinstance(scene.heard("louder"), NoMatch), "it is a riddle, as it may be the person's"
    assert scene.intent("stop") == "stop", "people in pain don't pause first"
    scene.evidence = replace(NOTHING_AGAINST, contrast=ALONE_DB)
    assert scene.intent("louder") == "louder"


@pytest.mark.parametrize("final", [True, False])
def test_noise_that_sounds_like_a_word_is_none(scene: Scene, final: bool) -> None:
    scene.evidence = replace(NOTHING_AGAINST, speech=SPEECH_LEAST - 0.01)
    for words in ("breathe", "go back", "[unk] [unk]"):
        assert not isinstance(scene.heard(words, final=final), Command | NoMatch), words
    scene.evidence = replace(NOTHING_AGAINST, speech=SPEECH_LEAST)
    assert scene.intent("louder", final=final) == "louder"


def test_safety_word_counts_however_it_sounds(scene: Scene) -> None:
    scene.evidence = replace(NOTHING_AGAINST, speech=0.0, contrast=-9.0)
    for words in ("help", "stop", "it hurts"):
        assert scene.intent(words) is not None, words
        assert scene.asked == [], "nor does it wait for an answer"


def test_asleep_only_the_whole_of_what_was_said_wakes_it(scene: Scene, book: Book) -> None:
    intents = intents_of(Situation.SLEEPING, book)
    scene.context = replace(scene.context, intents=intents, place=Place.SLEEPING)
    assert scene.needed("help", quiet=1.0) == NEVER, "what comes after it is waited for"
    assert scene.intent("help") == "help"
    assert scene.intent("are my there") is None
    assert scene.intent("wake up") == "wake"
    nearly = scene.heard("the emergency")
    assert isinstance(nearly, Command) and nearly.intent == "emergency"
    assert not nearly.certain, "it is confirmed"
    assert scene.intent("are a doctor") is None


def test_an_alternative_counts_where_the_likeliest_words_mean_nothing(scene: Scene) -> None:
    heard = replace(hypothesis("say that a the"), others=("banana", "say that again"))
    found = scene.decide(heard)
    assert isinstance(found, Command) and found.intent == "repeat"
    scene.speaks()
    scene.evidence = THERE
    assert not isinstance(scene.decide(heard), Command), "over its voice only what was heard counts"


# --- whose words


def test_without_cancelling_only_safety_words_pass_through_its_voice(scene: Scene) -> None:
    scene.speaks()
    assert scene.intent("help") == "help"
    assert scene.intent("breathe") is None
    assert scene.intent("stop") is None, "its own word"


def test_with_cancelling_every_command_of_somebody_there_passes(scene: Scene) -> None:
    scene.speaks()
    scene.evidence = THERE
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
    scene.evidence = replace(THERE, rise=Rise(rise, lasting, lasting))
    assert scene.intent("help") == ("help" if safety else None)
    assert scene.intent("breathe") == ("breathe" if other else None)


@pytest.mark.parametrize("clear", [True, False])
def test_where_nobody_was_there_its_own_voice_was_heard(scene: Scene, clear: bool) -> None:
    scene.speaks()
    scene.evidence = replace(THERE, clear=clear, rise=Rise(1.0, 1.0, 1.0))
    for words in ("breathe", "help", "go back", "[unk]"):
        assert isinstance(scene.heard(words), Rejected)


def test_echo_of_its_last_word_is_no_command(scene: Scene) -> None:
    scene.speaks(until=2.5)
    scene.evidence = replace(THERE, rise=Rise(1.0, 1.0, 1.0))
    assert isinstance(scene.heard("breathe"), Rejected)
    scene.evidence = replace(THERE, rise=Rise(5.0, 5.0, 5.0))
    assert scene.intent("breathe") == "breathe"


def test_its_own_words_count_where_somebody_surely_said_them(scene: Scene) -> None:
    scene.speaks()
    scene.evidence = replace(THERE, rise=Rise(40.0, 15.0, 15.0))
    assert scene.intent("stop") is None
    assert scene.intent("it hurts") is None
    scene.evidence = replace(THERE, rise=Rise(40.0, 30.0, 30.0))
    assert scene.intent("stop") == "stop"
    assert scene.intent("it hurts") == "hurts"


def test_over_its_voice_only_exact_words_count(scene: Scene) -> None:
    assert scene.intent("say that a again") == "repeat"
    scene.speaks()
    scene.evidence = replace(THERE, rise=Rise(30.0, 30.0, 30.0))
    assert scene.intent("say that again") == "repeat"
    assert scene.intent("say that a again") is None


def test_unknown_words_at_rest_are_told_and_over_its_voice_are_not(scene: Scene) -> None:
    assert isinstance(scene.heard("[unk] [unk]"), NoMatch)
    scene.speaks()
    assert isinstance(scene.heard("[unk] [unk]"), Rejected)


def test_headphones_let_every_command_through(scene: Scene) -> None:
    scene.context = replace(scene.context, all_commands=True)
    scene.speaks()
    assert scene.intent("breathe") == "breathe"


# --- evidence is asked for only where a rule needs it


def test_at_rest_a_command_needs_contrast_and_speech_and_nothing_of_the_echo(scene: Scene) -> None:
    scene.evidence = replace(THERE, rise=Rise(0.0, 0.0, 0.0))
    assert scene.intent("breathe") == "breathe", "a whisper rises above nothing"
    assert scene.asked == [Kind.CONTRAST, Kind.SPEECH]


def test_where_contrast_refuses_speech_is_asked_for_only_to_report_it(scene: Scene) -> None:
    scene.evidence = replace(NOTHING_AGAINST, contrast=0.0)
    scene.heard("louder", final=False)
    assert scene.asked == [Kind.CONTRAST]
    scene.heard("louder")
    assert scene.asked == [Kind.CONTRAST, Kind.SPEECH]


def test_partial_results_ask_for_nothing_while_it_is_too_early(scene: Scene) -> None:
    heard = hypothesis("louder", final=False)
    assert scene.decide(replace(heard, readings=(Reading("louder", 4),))) is None
    scene.speaks()
    for words, seen in (("breathe", 9), ("stop", 1)):
        made = replace(hypothesis(words, final=False), readings=(Reading(words, seen),))
        assert scene.decide(made) is None
        assert scene.asked == [], words


def test_safety_word_over_the_coachs_voice_asks_whether_somebody_is_there(scene: Scene) -> None:
    scene.speaks()
    scene.evidence = THERE
    scene.heard("pause", final=False)
    assert scene.asked == [Kind.CLEAR, Kind.RISE]
    scene.evidence = replace(THERE, clear=False)
    scene.heard("pause", final=False)
    assert scene.asked == [Kind.CLEAR, Kind.RISE], "clear decides how early, the rise who spoke"
    scene.evidence = replace(THERE, rise=Rise(20.0, 7.0, 7.0))
    scene.heard("pause")
    assert scene.asked == [Kind.RISE]


def test_what_is_its_own_is_not_looked_at_further(scene: Scene) -> None:
    scene.speaks()
    assert scene.why("it hurts") == "not the person's words"
    assert scene.asked == [Kind.RISE]
