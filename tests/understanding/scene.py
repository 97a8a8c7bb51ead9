"""A moment in which words are heard, and the evidence there is about them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

from voice_coach.understanding import Matcher
from voice_coach.understanding.acceptance import (
    decide,
)
from voice_coach.understanding.early import (
    Beginning,
    partials_needed,
)
from voice_coach.understanding.evidence import (
    Case,
    Command,
    Context,
    Decision,
    Evidence,
    Kind,
    Needs,
    NoMatch,
    Rejected,
    Rise,
)
from voice_coach.understanding.own_speech import OwnSpeech
from voice_coach.understanding.words import Hypothesis, Reading, Word, bare_words

RATE = 16000
SENTENCE = "Rest your feet, or stop when it hurts."

NOTHING_AGAINST = Evidence(clear=False, rise=Rise(), contrast=math.inf, speech=1.0, levels=())
"""Nothing is known of an echo, and the words are speech, said alone."""

THERE = replace(NOTHING_AGAINST, clear=True, rise=Rise(20.0, 20.0, 20.0))
"""Somebody surely spoke, and is heard through the coach's voice."""


def hypothesis(words: str, *, final: bool = True, start: float = 3.0) -> Hypothesis:
    """Each word lasts half a second."""
    each, begin = RATE // 2, round(start * RATE)
    said = words.split()
    if final:
        places = [begin + n * each for n in range(len(said) + 1)]
    else:
        places = [begin] * len(said) + [begin + RATE]
    return Hypothesis(
        tuple(
            Word(word, places[n], places[n + 1] if final else places[-1])
            for n, word in enumerate(said)
        ),
        final,
        readings=() if final else (Reading(words, 99),),
        quiet=9.0,
    )


@dataclass
class Scene:
    """A moment, and what is heard in it."""

    matcher: Matcher
    context: Context
    evidence: Evidence = NOTHING_AGAINST
    asked: list[Kind] = field(default_factory=list)

    def speaks(self, until: float = 10.0) -> None:
        """From the beginning on."""
        said = frozenset(bare_words(SENTENCE, {}))
        own = (OwnSpeech(0, round(until * RATE), said, False),)
        self.context = replace(self.context, own=own, silent=until < 3.0, saying=said)

    def decide(self, heard: Hypothesis) -> Decision:
        """Give the evidence that is asked for, and note it."""
        given = Evidence()
        self.asked = []
        while isinstance(answer := decide(heard, given, self.context, self.matcher), Needs):
            assert answer.kind not in self.asked, "no kind is asked for twice"
            self.asked.append(answer.kind)
            value: Any = getattr(self.evidence, answer.kind)
            given = replace(given, **{answer.kind: value})
        return answer

    def heard(self, words: str, *, final: bool = True, start: float = 3.0) -> Decision:
        return self.decide(hypothesis(words, final=final, start=start))

    def intent(self, words: str, *, final: bool = True) -> str | None:
        command = self.heard(words, final=final)
        return command.intent if isinstance(command, Command) else None

    def why(self, words: str, *, final: bool = True) -> str:
        found = self.heard(words, final=final)
        assert isinstance(found, NoMatch | Rejected)
        return found.why

    def needed(self, words: str, *, quiet: float = 0.0, heard: str = "") -> int:
        """How often a partial result must be seen; `heard` is all of it."""
        made = replace(hypothesis(heard or words, final=False), quiet=quiet)
        case = Case(made, self.evidence, self.context, self.matcher)
        return partials_needed(Beginning(case, Reading(words, 1)))
