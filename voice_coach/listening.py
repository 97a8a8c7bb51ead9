"""Commands out of sound: asks the recogniser what was said, and `decide` what it comes to.

This is the only caller of the rules: the session, `voice-coach hear` and the benchmarks go through
it. It builds the moment's `Context`, and measures the evidence that `decide` asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from voice_coach.audio.duplex import Block
from voice_coach.hearing import Ears
from voice_coach.speaking import Saying, Spoken
from voice_coach.understanding import Book, Grammar, Matcher, Place
from voice_coach.understanding.acceptance import decide
from voice_coach.understanding.evidence import (
    LASTING_LONG_SHARE,
    LASTING_SHARE,
    SPEECH_LEAST,
    Command,
    Context,
    Decision,
    Evidence,
    Kind,
    Needs,
    Rise,
    somebody_spoke,
)
from voice_coach.understanding.own_speech import OwnSpeech
from voice_coach.understanding.words import Hypothesis, bare_words

RECENT_SECONDS = 0.2
"""The coach lowers its voice if somebody spoke into it within this time."""

LOWERED_SECONDS = 1.5
"""It stays lowered for this long: a phrase, and the time to understand it."""

SILENT = Saying()
"""A coach that says nothing."""


@dataclass(frozen=True, slots=True)
class Listening:
    """How to listen, as the settings have it.

    Attributes:
        all_commands: hear every command while the coach speaks, whatever cancelling says.
        earcons: answer each understood command with a short sound.
        in_writing: words come as text, so that none of them can be the coach's own, and every
            command counts while it speaks.
    """

    all_commands: bool = False
    earcons: bool = True
    in_writing: bool = False


class CommandListener:
    """See the module's docstring.

    Args:
        recogniser: hears; this object sets what it listens for.
        book: the language.
        rate: frames per second of the sample clock.
        listening: how to listen.
    """

    def __init__(
        self, recogniser: Ears, book: Book, rate: int, listening: Listening | None = None
    ) -> None:
        self._recogniser = recogniser
        self._book = book
        self._matcher = Matcher(book)
        self._grammar = Grammar(book)
        listening = listening or Listening()
        self._in_writing = listening.in_writing
        self._context = Context(rate, frozenset(), all_commands=listening.all_commands)
        self._sentences: frozenset[str] = frozenset()
        self._spoken: tuple[Spoken, ...] = ()
        # Sentence -> the words of it that may be heard.
        self._said: dict[str, frozenset[str]] = {}
        self._lowered_until = 0

    def listen(
        self,
        intents: frozenset[str],
        saying: Saying = SILENT,
        *,
        pacing: bool,
        place: Place | None = None,
    ) -> None:
        """Listen for these intents, and for what the coach is saying, from the next pause on.

        Args:
            intents: what makes sense now.
            saying: what the coach is saying.
            pacing: it paces a breath.
            place: where in the session this is.
        """
        before = self._context
        self._context = replace(before, pacing=pacing)
        unheard = before.all_commands or self._in_writing
        sentences = frozenset() if unheard else saying.texts
        if sentences and sentences <= self._sentences:
            sentences = self._sentences  # one change of grammar for all sentences of a reply
        known = (before.intents, before.place, self._sentences)
        if (intents, place, sentences) == known:
            return
        self._sentences = sentences
        bare = [bare_words(text, self._book.numbers) for text in sorted(sentences)]
        words = frozenset(word for sentence in bare for word in sentence)
        self._context = replace(self._context, intents=intents, place=place, saying=words)
        self._recogniser.listen(self._grammar.phrases(intents, place), bare)

    def decide(self, hypothesis: Hypothesis, saying: Saying = SILENT) -> Decision:
        """Return what a hypothesis comes to; what is acted on early must be forgotten.

        Args:
            hypothesis: what the recogniser has just yielded.
            saying: what the coach is saying.
        """
        saying = SILENT if self._in_writing else saying
        own = self._own_speech(saying.spoken)
        self._context = replace(self._context, silent=saying.silent, own=own, alarm=saying.alarm)
        evidence = Evidence()
        while isinstance(
            answer := decide(hypothesis, evidence, self._context, self._matcher), Needs
        ):
            evidence = self._measured(answer.kind, hypothesis, evidence)
        if isinstance(answer, Command) and not hypothesis.final:
            self._context = replace(self._context, acted=answer.end)
        return answer

    def decisions(
        self, block: Block, saying: Saying = SILENT
    ) -> Iterator[tuple[Hypothesis, Decision]]:
        """Hear a block; yield what it comes to, and forget what is acted on early.

        Args:
            block: both ends.
            saying: what the coach is saying.
        """
        for hypothesis in self._recogniser.hear(block, silent=saying.silent):
            decision = self.decide(hypothesis, saying)
            if isinstance(decision, Command) and not hypothesis.final:
                self._recogniser.forget()
            yield hypothesis, decision

    def interrupted(self, now: int, saying: Saying) -> bool:
        """Whether somebody speaks into the coach's voice, and is hardly heard through it.

        The coach then lowers its voice: it may be a command.

        Args:
            now: the present frame.
            saying: what the coach is saying.
        """
        if saying.silent or not self._recogniser.front.covered:
            self._lowered_until = 0
            return False
        rate = self._context.rate
        if somebody_spoke(self._rise(now - round(RECENT_SECONDS * rate), now)):
            self._lowered_until = now + round(LOWERED_SECONDS * rate)
        return now < self._lowered_until

    def _measured(self, kind: Kind, hypothesis: Hypothesis, evidence: Evidence) -> Evidence:
        """Return the evidence with one more kind of it."""
        heard, start, end = self._recogniser, hypothesis.start, hypothesis.end
        match kind:
            case Kind.CLEAR:
                return replace(evidence, clear=heard.front.clear)
            case Kind.RISE:
                long = heard.front.present(start, end, LASTING_LONG_SHARE)
                return replace(evidence, rise=replace(self._rise(start, end), long=long))
            case Kind.CONTRAST:
                return replace(evidence, contrast=heard.contrast(hypothesis))
            case Kind.SPEECH:
                return replace(evidence, speech=heard.speech(start, end, SPEECH_LEAST))
            case Kind.LEVELS:
                return replace(evidence, levels=heard.levels(hypothesis))

    def _rise(self, start: int, end: int) -> Rise:
        front = self._recogniser.front
        return Rise(front.present(start, end), front.present(start, end, LASTING_SHARE))

    def _own_speech(self, spoken: tuple[Spoken, ...]) -> tuple[OwnSpeech, ...]:
        if spoken == self._spoken:
            return self._context.own
        self._spoken = spoken
        self._said = {c.text: self._said.get(c.text) or self._heard_as(c.text) for c in spoken}
        return tuple(OwnSpeech(c.start, c.end, self._said[c.text], c.say.pacing) for c in spoken)

    def _heard_as(self, sentence: str) -> frozenset[str]:
        """Return the words as which a sentence of the coach's may be heard."""
        said = bare_words(sentence, self._book.numbers)
        words = {*said, *map(self._recogniser.near, said)}
        for word, like in self._book.alike.items():
            if words & {word, like}:
                words |= {word, like}
        return frozenset(words)
