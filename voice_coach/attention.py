"""What of all that is heard counts, and how soon: the rules between hearing and the coach.

Five things are weighed: whose words they are (`hearing.gate`, and whether anybody was there to
say them), what they mean (`language`), whether they were said by themselves (`hearing.contrast`),
whether they are speech at all and no noise that sounds like it (`hearing.speech`), and whether to
wait for the end of the utterance.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from voice_coach.hearing import (
    UNKNOWN,
    Admitted,
    OwnSpeech,
    Partial,
    Recogniser,
    Utterance,
    admit,
    bare_words,
)
from voice_coach.speaking import Saying, Spoken
from voice_coach.understanding import Book, Grammar, Matcher, Meaning, Place

SHORT_SOUND = 0.25
"""Seconds. Unknown sound shorter than this is a click or a knock, not somebody speaking."""

PARTIALS = 2
"""A safety word is acted on when the same partial result was seen so often in a row, at one in
100 ms. `python -m benchmarks.endpoint` prints how fast and how often right other numbers are."""

PARTIALS_SPEAKING = 3
"""The same while the coach speaks, unless somebody is known to speak into it: what it hears may be
itself. With 2 it interrupted itself five times in all of its sentences, with 3 once, at 20 dB of
echo attenuation."""

PARTIALS_AT_REST = 6
"""The same while the coach is silent, where other commands begin alike ("stop", "start"): there
is nothing to be stopped in a hurry, and a false "stop" in place of "start" costs more. With 4 it
depends on where in a block the word begins: of four voices at ten such places "start" was taken
for "stop" in a third of all cases; with 5 in none, and in an eighth where it was said more slowly
(0.85); with 6 in none of these."""

PARTIALS_QUIET = 5
"""The same for other commands, once the room is quiet after them. With 3, 45 of 1,002 commands of
people nobody trained on were taken wrongly, with 5 29, for 0.17 s."""

QUIET_SECONDS = 0.15
"""Quiet after which a command is over, if none of another meaning begins like it. In the middle of
other people's speech there is no such pause after a word."""

REST_SECONDS = 0.7
"""What is said so soon after a command that was acted on early belongs to it: the "please" after
"louder"."""

PRESENT_DB = 12.0
"""By so much somebody's voice rises, in a moment at least, above the echo that cancelling leaves;
else nobody spoke, and the words are the coach's own."""

CERTAIN_DB = 25.0
"""A rise that no echo leaves: enough for a safety word, however short."""

LASTING_DB, LASTING_SHARE = 6.0, 0.25
"""With less, it must have risen so much in such a share of the time: what cancelling leaves is
short. docs/lab/room.md tells how these were chosen; `python -m benchmarks.room --only
interruptions,selftalk` prints what they let through."""

LASTING_LONG_DB, LASTING_LONG_SHARE = 10.0, 0.3
"""The same for commands that are not for safety: they are said less in a hurry, and their place is
known from final results."""

OWN_WORDS_DB = 20.0
"""With a rise that lasts at this height, even words of the sentence being spoken are the person's:
"hold on" into "hold it gently"."""

LINGER_SECONDS, AUDIBLE_DB = 1.0, 3.0
"""So long after a cue words must rise by so much at least: the coach's own last word is also heard
behind its end."""

SPEECH_LEAST = 0.25
"""Probability of speech below which words are a noise that sounds like them; safety words count all
the same. None of 1,001 commands was lost to it (people and synthetic voices, clean to 6 dB of
noise), and 3 of 245 simulated whispers (docs/lab/room.md)."""

ALONE_DB = 2.5
"""By so much a command is louder than what is right before and behind it. Words for safety need not
be: nobody groans by appointment. docs/lab/room.md tells what it costs and what it saves."""

RECENT_SECONDS = 0.2
"""In which somebody must have spoken for the coach to lower its voice."""

LOWERED_SECONDS = 1.5
"""For so long it is lowered then: a phrase, and the time to understand it."""


@dataclass(frozen=True, slots=True)
class Listening:
    """How the settings want it.

    Attributes:
        all_commands: hear every command while the coach speaks, whatever cancelling says.
        earcons: answer each understood command with a short sound.
        doubt: a command whose margin (see `Utterance`) is below this is not certain, however
            exactly it was heard: a costly one is confirmed.
    """

    all_commands: bool = False
    earcons: bool = True
    doubt: float = 0.0


@dataclass(frozen=True, slots=True)
class Command:
    """Words that count.

    Attributes:
        text: the words.
        start, end: their frames.
        intent, value: what they mean, see `Meaning`.
        certain: whether they are beyond doubt.
        detail: how they were matched, for the transcript.
    """

    text: str
    start: int
    end: int
    intent: str
    value: int | str | None
    certain: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """Somebody said something that makes no sense now: its words and frames."""

    text: str
    start: int
    end: int


class Attention:
    """See the module's docstring.

    Args:
        recogniser: hears; it is told what to listen for.
        book: the language.
        speaker: says what the coach is saying.
        rate: frames per second of the ring.
        listening: what the settings want.
    """

    def __init__(
        self, recogniser: Recogniser, book: Book, speaker: Saying, rate: int, listening: Listening
    ) -> None:
        self._recogniser = recogniser
        self._book = book
        self._matcher = Matcher(book)
        self._grammar = Grammar(book)
        self._speaker = speaker
        self._rate = rate
        self._listening = listening
        self._intents: frozenset[str] = frozenset()
        self._saying: frozenset[str] = frozenset()
        self._pacing = False
        self._place: Place | None = None
        self._lowered_until = 0
        self._rest_until = 0

    def listen(self, intents: frozenset[str], *, pacing: bool, place: Place | None = None) -> None:
        """Listen for these intents, and for what the coach is saying, from the next pause on.

        Args:
            intents: what makes sense now.
            pacing: the coach paces a breath, so that there is something to be stopped in a hurry
                even while it is silent.
            place: where in the session this is. Asleep, nobody may be talking to the coach for
                weeks: what wakes it must be the whole of what was said.
        """
        self._pacing = pacing
        saying = frozenset() if self._listening.all_commands else self._speaker.texts
        if saying and saying <= self._saying:
            saying = self._saying  # one change of grammar for all sentences of a reply
        if (intents, place, saying) == (self._intents, self._place, self._saying):
            return
        self._intents, self._place, self._saying = intents, place, saying
        self._recogniser.listen(
            self._grammar.phrases(intents, place),
            self._partials_needed,
            (bare_words(text, self._book.numbers) for text in sorted(saying)),
        )

    def weigh(self, utterance: Utterance) -> Command | Unknown | None:
        """Return what an utterance comes to; None if nobody need react to it."""
        heard = self._admit(utterance)
        intents = self._intents
        if heard.safety_only:
            intents = self._safety(intents)
        elif not utterance.final:
            intents = self._early(intents)
        start = utterance.words[0].start
        is_speech = cache(lambda: self._is_speech(utterance))  # it takes some work to tell
        for text, meaning in self._meanings(utterance, heard, intents):
            safe = meaning.intent is None or self._book.intents[meaning.intent].safety
            if not safe and not (self._is_alone(utterance) and is_speech()):
                continue
            # What cancelling leaves of the coach's voice fits a command hardly better than nothing.
            if not safe and heard.over_own and utterance.margin < math.inf:
                continue
            # Over the coach's own voice only what is beyond doubt counts.
            if meaning.intent is not None and (meaning.score == 100 or not heard.over_own):
                if not utterance.final:
                    self._rest_until = heard.end + round(REST_SECONDS * self._rate)
                return self._command(utterance, heard, text, meaning)
        unclear = heard.texts and utterance.final and not heard.safety_only
        long = unclear and start >= self._rest_until and self._is_long(utterance)
        if long and is_speech():
            return Unknown(heard.texts[0], start, heard.end)
        return None

    def _meanings(
        self, utterance: Utterance, heard: Admitted, intents: frozenset[str]
    ) -> Iterator[tuple[str, Meaning]]:
        """Yield what may have been said and what it means, the likeliest first."""
        for text in heard.texts:
            yield text, self._matcher.match(text, intents, self._place)
        if utterance.others and not heard.over_own and heard.texts[:1] == (utterance.text,):
            found = self._matcher.among(utterance.text, utterance.others, intents, self._place)
            if found is not None:
                yield found

    def _command(
        self, utterance: Utterance, heard: Admitted, text: str, meaning: Meaning
    ) -> Command:
        assert meaning.intent is not None
        certain = meaning.certain and utterance.margin >= self._listening.doubt
        why = meaning.why
        if meaning.certain and not certain:
            why += f", by {utterance.margin:.1f} only"
        return Command(
            text,
            utterance.words[0].start,
            heard.end,
            meaning.intent,
            meaning.value,
            certain,
            why if utterance.final else f"{why}, at once",
        )

    # --- whose words they are

    def interrupted(self, now: int) -> bool:
        """Whether somebody speaks into the coach's voice, and is hardly heard through it.

        The coach then lowers its voice: it may be a command.
        """
        if self._speaker.silent or not self._recogniser.front.covered:
            self._lowered_until = 0
            return False
        if self._somebody(now - round(RECENT_SECONDS * self._rate), now):
            self._lowered_until = now + round(LOWERED_SECONDS * self._rate)
        return now < self._lowered_until

    def _admit(self, utterance: Utterance) -> Admitted:
        own = [self._own_speech(cue) for cue in self._speaker.spoken]
        start, end = utterance.words[0].start, utterance.words[-1].end
        somebody = self._somebody(start, end)
        lasting = self._recogniser.front.present(start, end, LASTING_LONG_SHARE) or 0.0
        sure = somebody is True and lasting >= LASTING_LONG_DB
        through = self._recogniser.front.clear and sure
        heard = admit(
            utterance, own, self._rate, all_commands=self._listening.all_commands or through
        )
        if heard.over_own:
            if through and lasting >= OWN_WORDS_DB:
                said = " ".join(w.text for w in utterance.words if w.text != UNKNOWN)
                heard = replace(heard, texts=tuple(dict.fromkeys((said, *heard.texts))))
            return Admitted(()) if somebody is False else heard
        return Admitted(()) if self._is_echo(start, end) else heard

    def _is_echo(self, start: int, end: int) -> bool:
        """Whether words after the coach's own are what it leaves in the room and in buffers."""
        linger = round(LINGER_SECONDS * self._rate)
        if not any(c.start < end and start < c.end + linger for c in self._speaker.spoken):
            return False
        highest = self._recogniser.front.present(start, end)
        return highest is not None and highest < AUDIBLE_DB

    def _somebody(self, start: int, end: int) -> bool | None:
        """Return whether anybody but the coach spoke between two frames; None if unknown."""
        front = self._recogniser.front
        highest = front.present(start, end)
        lasting = front.present(start, end, LASTING_SHARE)
        if highest is None or lasting is None:
            return None
        return highest >= CERTAIN_DB or (highest >= PRESENT_DB and lasting >= LASTING_DB)

    def _own_speech(self, cue: Spoken) -> OwnSpeech:
        said = bare_words(cue.text, self._book.numbers)
        words = {*said, *map(self._recogniser.near, said)}
        for word, like in self._book.alike.items():
            if words & {word, like}:
                words |= {word, like}
        return OwnSpeech(cue.start, cue.end, frozenset(words), cue.say.pacing)

    def _is_speech(self, utterance: Utterance) -> bool:
        start, end = utterance.words[0].start, utterance.words[-1].end
        return self._recogniser.speech(start, end, SPEECH_LEAST) >= SPEECH_LEAST

    def _is_alone(self, utterance: Utterance) -> bool:
        return self._recogniser.isolated(utterance) >= ALONE_DB

    def _is_long(self, utterance: Utterance) -> bool:
        length = utterance.words[-1].end - utterance.words[0].start
        return length >= SHORT_SOUND * self._rate

    # --- how soon

    def _partials_needed(self, partial: Partial) -> int:
        """Return how often a partial result must be seen before it is acted on; 0 for never."""
        if self._place is Place.SLEEPING:
            return 0
        silent = self._speaker.silent
        safety = self._safety(self._intents)
        if self._matcher.is_phrase(partial.words, safety, self._place):
            if self._longer(partial.words, safety):
                return PARTIALS_AT_REST if silent else 0
            if not silent and self._is_invited(partial.words, safety):
                return PARTIALS_AT_REST
            if not silent:
                sure = self._recogniser.front.clear and self._somebody(partial.start, partial.end)
                return PARTIALS if sure else PARTIALS_SPEAKING
            alike = self._matcher.confusable(partial.words, self._intents - safety, self._place)
            return PARTIALS_AT_REST if alike and not self._pacing else PARTIALS
        return PARTIALS_QUIET if silent and self._is_over(partial) else 0

    def _is_invited(self, words: str, safety: frozenset[str]) -> bool:
        """Whether the coach is saying a command that begins like these words.

        After "say start when it is in place", what sounds like the beginning of "stop" may well be
        "start".
        """
        said = (bare_words(text, self._book.numbers) for text in self._saying)
        others = self._intents - safety
        return any(
            word[:2] == words[:2] and self._matcher.is_phrase(word, others, self._place)
            for word in {word for sentence in said for word in sentence}
        )

    def _longer(self, words: str, intents: frozenset[str]) -> bool:
        """Whether these words may be the beginning of something that means something else."""
        meant = self._matcher.match(words, intents, self._place).intent
        return not self._matcher.may_go_on(words, self._intents, self._place) <= {meant}

    def _is_over(self, partial: Partial) -> bool:
        """Whether a whole command was said that may be acted on before it is final."""
        early = self._early(self._intents)
        if not partial.whole or not self._matcher.is_phrase(partial.words, early, self._place):
            return False
        return partial.quiet >= QUIET_SECONDS and not self._longer(partial.words, early)

    def _safety(self, intents: frozenset[str]) -> frozenset[str]:
        return frozenset(i for i in intents if self._book.intents[i].safety)

    def _early(self, intents: frozenset[str]) -> frozenset[str]:
        """Return those that may be acted on before the recogniser is sure that all was said.

        An answer is taken from final results alone: "no" may be the beginning of "no, but".
        """
        made = self._book.intents
        return frozenset(i for i in intents if not made[i].costly and not made[i].answer)
