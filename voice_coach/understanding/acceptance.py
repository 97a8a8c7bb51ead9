"""Which words count as commands, and how early to act on them.

`decide` is a pure function of plain data. A `Hypothesis` is what the recogniser believes was said,
`Evidence` is what was measured in the sound, and `Context` is the moment: what makes sense, and
what the coach is saying. Evidence costs time, so none is given at first: where a rule asks for a
kind of it, the answer is `Needs`, and the caller measures that kind and asks again.

Three tables hold the rules. The first row that holds decides.

- EARLY: how many times in a row a partial result must have been seen to be acted on;
- REFUSALS: what keeps words that were heard from being a command;
- UNREPORTED: why words that are no command are not a no-match either.

Before them comes whose words they are: the person's or the coach's own (`own_speech`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from voice_coach.understanding.early import EARLY, Early, is_ready
from voice_coach.understanding.evidence import (
    LASTING_LONG_DB,
    Case,
    Command,
    Context,
    Decision,
    Evidence,
    Missing,
    Needs,
    NoMatch,
    Rejected,
    somebody_spoke,
)
from voice_coach.understanding.match import OFF, Matcher
from voice_coach.understanding.own_speech import HEAD_SECONDS, TAIL_SECONDS, Admitted, admit
from voice_coach.understanding.place import Place
from voice_coach.understanding.words import UNKNOWN, Hypothesis, Meaning

SHORT_SOUND = 0.25
"""Seconds. Unknown sound shorter than this is a click or a knock, not somebody speaking."""

REST_SECONDS = 0.7
"""What is said this soon after a command that was acted on early belongs to it: the "please" after
"louder"."""

OWN_WORDS_DB = 20.0
"""With a level this high for that share of the time, even words of the sentence being spoken are
the person's: "hold on" into "hold it gently"."""

LINGER_SECONDS, AUDIBLE_DB = 1.0, 3.0
"""For this long after a clip, words must rise above the echo by this much at least: the coach's own
last word is also heard after its end."""

# --- whose words they are


def _admitted(case: Case) -> Admitted:
    """Return the words that may be the person's."""
    heard, context = case.hypothesis, case.context
    before, linger = case.frames(HEAD_SECONDS), case.frames(LINGER_SECONDS)
    near = [c for c in context.own if c.start < heard.end + before and heard.start < c.end + linger]
    if not near:
        return admit(heard, (), context.rate)
    long = case.rise.long or 0.0
    somebody = somebody_spoke(case.rise)
    through = somebody is True and long >= LASTING_LONG_DB and case.clear
    found = admit(heard, near, context.rate, all_commands=context.all_commands or through)
    if not found.over_own:
        return Admitted(()) if _is_echo(case) else found
    if through and long >= OWN_WORDS_DB:
        said = " ".join(w.text for w in heard.words if w.text != UNKNOWN)
        found = replace(found, texts=tuple(dict.fromkeys((said, *found.texts))))
    return Admitted(()) if somebody is False else found


def _is_echo(case: Case) -> bool:
    """Whether words after the coach's own are what it leaves in the room and in buffers."""
    heard, linger = case.hypothesis, case.frames(LINGER_SECONDS)
    clips = case.context.own
    if not any(c.start < heard.end and heard.start < c.end + linger for c in clips):
        return False
    return case.rise.highest is not None and case.rise.highest < AUDIBLE_DB


# --- what counts


@dataclass(frozen=True)
class Meant:
    """Something that may have been said, and what it would mean."""

    case: Case
    admitted: Admitted
    text: str
    meaning: Meaning

    @property
    def in_alarm(self) -> bool:
        """Whether it was heard in the alarm of a pad, and doesn't say that the pad is off.

        One word is too little for that: the alarm may be taken for it.
        """
        off = self.meaning.intent == OFF and self.meaning.score == 100 and " " in self.text
        return not off and _in_alarm(self.case)

    @property
    def in_question(self) -> bool:
        """Whether it was heard while it was asked who is awake, and nobody surely spoke."""
        asked = self.case.context.place is Place.AWAKE and self.admitted.over_own
        return asked and somebody_spoke(self.case.rise) is not True

    @property
    def exempt(self) -> bool:
        """Whether it is for safety, or means nothing: the rules for other commands don't apply."""
        return self.meaning.intent is None or self.meaning.intent in self.case.safety


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row of the table: where it holds, what was meant is not acted on."""

    name: str
    holds: Callable[[Meant], bool]


REFUSALS: tuple[Refusal, ...] = (
    Refusal("not said alone", lambda it: not it.exempt and not it.case.alone),
    Refusal("no speech", lambda it: not it.exempt and not it.case.speech),
    # What cancelling leaves of the coach's voice fits a command hardly better than nothing.
    Refusal(
        "doubtful, over the coach's voice",
        lambda it: not it.exempt and it.admitted.over_own and it.case.hypothesis.may_be_nothing,
    ),
    # The alarm's own sound is now and then taken for a word. It is short, and comes again.
    Refusal("in the alarm", lambda it: it.in_alarm),
    # Of "are you awake?" the recogniser hears "wait": the coach must not answer for a sleeper.
    Refusal("in the coach's own question", lambda it: it.in_question),
    Refusal("no meaning here", lambda it: it.meaning.intent is None),
    Refusal(
        "not exact, over the coach's voice",
        lambda it: it.admitted.over_own and it.meaning.score != 100,
    ),
)
"""What keeps words from being a command."""


@dataclass(frozen=True, slots=True)
class Unreported:
    """A row of the table: where it holds, words that are no command are no no-match either."""

    name: str
    holds: Callable[[Case, Admitted], bool]


UNREPORTED: tuple[Unreported, ...] = (
    Unreported("not the person's words", lambda case, found: not found.texts),
    Unreported("not final", lambda case, found: not case.hypothesis.final),
    Unreported("over the coach's voice", lambda case, found: found.safety_only),
    Unreported("the rest of a command", lambda case, found: _is_rest(case)),
    Unreported("in the alarm", lambda case, found: _in_alarm(case)),
    Unreported("too short", lambda case, found: _length(case) < SHORT_SOUND * case.context.rate),
    Unreported("no speech", lambda case, found: not case.speech),
)
"""Why nobody asks what was meant."""


def _in_alarm(case: Case) -> bool:
    """Whether no word began after the alarm, or after what it leaves in the room."""
    if case.context.alarm is None:
        return False
    begins, ends = case.context.alarm
    last = max((w.start for w in case.hypothesis.words), default=case.hypothesis.start)
    return begins < case.hypothesis.end and last < ends + case.frames(TAIL_SECONDS)


def _is_rest(case: Case) -> bool:
    acted = case.context.acted
    return acted is not None and case.hypothesis.start < acted + case.frames(REST_SECONDS)


def _length(case: Case) -> int:
    return case.hypothesis.end - case.hypothesis.start


def decide(
    hypothesis: Hypothesis,
    evidence: Evidence,
    context: Context,
    matcher: Matcher,
    early: tuple[Early, ...] = EARLY,
) -> Decision | Needs:
    """Return what a hypothesis comes to, or the kind of evidence that a rule asks for.

    Args:
        hypothesis: what the recogniser believes was said.
        evidence: what was measured so far.
        context: the moment.
        matcher: what words mean.
        early: other numbers of partial results than EARLY, to compare them.
    """
    try:
        return _decided(Case(hypothesis, evidence, context, matcher), early)
    except Missing as missing:
        return Needs(missing.kind)


def _decided(case: Case, early: tuple[Early, ...]) -> Decision:
    if not case.hypothesis.final and not is_ready(case, early):
        return None
    admitted = _admitted(case)
    refused = ""
    for text, meaning in _meanings(case, admitted):
        meant = Meant(case, admitted, text, meaning)
        why = next((row.name for row in REFUSALS if row.holds(meant)), None)
        if why is None:
            return _command(case, admitted, text, meaning)
        refused = refused or why
    unreported = next((row.name for row in UNREPORTED if row.holds(case, admitted)), None)
    if unreported is not None:
        return Rejected(refused or unreported)
    return NoMatch(admitted.texts[0], case.hypothesis.start, admitted.end, refused)


def _meanings(case: Case, admitted: Admitted) -> Iterator[tuple[str, Meaning]]:
    """Yield what may have been said and what it means, the likeliest first."""
    heard, place = case.hypothesis, case.context.place
    intents, early = case.context.intents, not admitted.safety_only and not heard.final
    if admitted.safety_only:
        intents = case.safety
    elif early:
        intents = case.harmless
    for text in admitted.texts:
        if early and case.waits_for_its_end(text):
            continue
        yield text, case.matcher.match(text, intents, place)
    if heard.others and _all_of_it(heard, admitted):
        found = case.matcher.among(heard.text, heard.others, intents, place)
        if found is not None:
            yield found
    if heard.final and len(heard.words) > 1 and _all_of_it(heard, admitted):
        louder = case.without_faint
        meaning = case.matcher.without(heard.text, louder, intents, place)
        if meaning is not None:
            yield louder, meaning


def _all_of_it(heard: Hypothesis, admitted: Admitted) -> bool:
    """Whether all words may be the person's."""
    return not admitted.over_own and admitted.texts[:1] == (heard.text,)


def _command(case: Case, admitted: Admitted, text: str, meaning: Meaning) -> Command:
    assert meaning.intent is not None
    heard = case.hypothesis
    return Command(
        text,
        heard.start,
        admitted.end,
        meaning.intent,
        meaning.value,
        meaning.certain,
        meaning.why if heard.final else f"{meaning.why}, at once",
    )
