"""The ring: microphone -> hearing -> language -> coach -> speaking -> loudspeaker.

One loop, paced by blocks of sound. Live, a block comes every 10 ms from the sound card; in a
rehearsal, as fast as this loop asks for it. There is no other clock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from voice_coach.audio.duplex import Block, Duplex
from voice_coach.coach import Options, State, begin, deadline, step, understood
from voice_coach.coach.events import (
    Action,
    Clock,
    Earcon,
    End,
    Event,
    Heard,
    Note,
    Started,
    Trouble,
    Unclear,
)
from voice_coach.faults import VoiceFault
from voice_coach.hearing import OwnSpeech, Recogniser, Utterance, admit, bare_words
from voice_coach.language import Book, Matcher, Meaning
from voice_coach.speaking import Cues, Speaker, Spoken
from voice_coach.transcript import Entry, Observer

WAKE_SECONDS = 1.0
"""Silence before the first word: sleeping loudspeakers swallow the start of what wakes them."""

DEAF_SECONDS = 3.0
"""A microphone that gives nothing but exact zeros from the start on is not hearing at all."""

DEAF_LATER_SECONDS = 10.0
"""The same once it has heard something: some give exact zeros for short pauses."""

SHORT_SOUND = 0.25
"""Seconds. Unknown sound shorter than this is a click or a knock, not somebody speaking."""


PARTIALS = 2
"""A safety word is acted on when the same partial result was seen so often in a row, at one in
100 ms. `python -m benchmarks.endpoint` prints how fast and how often right other numbers are."""

PARTIALS_SPEAKING = 3
"""The same while the coach speaks: what it hears may be itself. With 2 it interrupted itself five
times in all of its sentences, with 3 once, at 20 dB of echo attenuation."""

PARTIALS_AT_REST = 4
"""The same while the coach is silent, where other commands begin alike ("stop", "start"): there
is nothing to be stopped in a hurry, and a false "stop" in place of "start" costs more."""


@dataclass(frozen=True, slots=True)
class Listening:
    """How the ring listens.

    Attributes:
        all_commands: hear every command while the coach speaks, not only safety words.
        earcons: answer each understood command with a short sound.
        doubt: a command whose margin (see `Utterance`) is below this is not certain, however
            exactly it was heard: a costly one is confirmed.
    """

    all_commands: bool = False
    earcons: bool = True
    doubt: float = 0.0


class Ring:
    """Joins the parts. See the module's docstring.

    Args:
        duplex: the sound.
        recogniser: hears words.
        book: the language.
        options: what the settings give the coach.
        cues: the sound of the book's sentences.
        observers: told of everything that happens.
        listening: how to listen.
    """

    def __init__(
        self,
        duplex: Duplex,
        recogniser: Recogniser,
        book: Book,
        options: Options,
        cues: Cues,
        observers: Iterable[Observer] = (),
        listening: Listening | None = None,
    ) -> None:
        self.state: State = begin(options)
        self.faults: list[VoiceFault] = []
        self._duplex = duplex
        self._cues = cues
        self._recogniser = recogniser
        self._book = book
        self._matcher = Matcher(book)
        self._observers = list(observers)
        self._listening = listening or Listening()
        self._speaker = Speaker(
            book, cues, duplex, options.volume_db, self._told, self._voice_failed
        )
        self._intents: frozenset[str] = frozenset()
        self._saying: frozenset[str] = frozenset()
        self._now = 0
        self._started = False
        self._over = False
        self._zeros = 0
        self._heard_sound = False
        self._told_deaf = False
        self._losses = 0

    def run(self, also: Callable[[Block], None] | None = None) -> None:
        """Run until the session or the sound ends.

        Args:
            also: given every block, for recording it.

        Raises:
            AudioFault: the device was lost.
        """
        for block in self._duplex.blocks():
            self._now = block.end
            self._check_device(block)
            for finished in self._speaker.advance(self._now):
                self._tell(finished)
            for utterance in self._recogniser.hear(block):
                self._understand(utterance)
            if not self._started and self._now >= WAKE_SECONDS * self._duplex.rate:
                self._started = True
                self._tell(Started(self._now))
            while (due := deadline(self.state)) is not None and due <= self._now:
                self._tell(Clock(due))
            if self._duplex.live:
                self._cues.tend()
            if also is not None:
                also(block)
            if self._over and self._speaker.silent:
                return

    @property
    def ended(self) -> bool:
        """Whether the coach has ended the session."""
        return self._over

    # --- hearing and language

    def _understand(self, utterance: Utterance) -> None:
        heard = admit(
            utterance,
            map(self._own_speech, self._speaker.spoken),
            self._duplex.rate,
            all_commands=self._listening.all_commands,
        )
        intents = self._intents
        if heard.safety_only or not utterance.final:
            intents = self._safety(intents)
        for text in heard.texts:
            meaning = self._matcher.match(text, intents)
            # Over the coach's own voice only what is beyond doubt counts.
            if meaning.intent is not None and (meaning.score == 100 or not heard.safety_only):
                self._act_on(utterance, text, heard.end, meaning)
                return
        if heard.texts and utterance.final and not heard.safety_only and self._is_long(utterance):
            start = utterance.words[0].start
            self._observe(Entry("unclear", start, heard.end, heard.texts[0], at=self._now))
            self._tell(Unclear(self._now))

    def _act_on(self, utterance: Utterance, text: str, end: int, meaning: Meaning) -> None:
        assert meaning.intent is not None
        match = "exact" if meaning.score == 100 else f"{meaning.score:.0f} % {meaning.phrase}"
        certain = meaning.certain and utterance.margin >= self._listening.doubt
        if meaning.certain and not certain:
            match += f", by {utterance.margin:.1f} only"
        detail = match if utterance.final else f"{match}, at once"
        start = utterance.words[0].start
        self._observe(Entry("heard", start, end, text, meaning.intent, detail, at=self._now))
        if not utterance.final:
            self._recogniser.forget()
        self._tell(Heard(self._now, meaning.intent, meaning.value, certain))
        if self._listening.earcons and self._speaker.silent:
            self._speaker.do(Earcon("heard"), self._now)

    def _is_long(self, utterance: Utterance) -> bool:
        length = utterance.words[-1].end - utterance.words[0].start
        return length >= SHORT_SOUND * self._duplex.rate

    def _listen(self) -> None:
        intents = understood(self.state, self._book)
        saying = frozenset() if self._listening.all_commands else self._speaker.texts
        if saying and saying <= self._saying:
            saying = self._saying  # one change of grammar for all sentences of a reply
        if intents == self._intents and saying == self._saying:
            return
        self._intents, self._saying = intents, saying
        self._recogniser.listen(
            (phrase for phrase, _ in self._book.phrases(intents)),
            self._partials_needed,
            (bare_words(text, self._book.numbers) for text in sorted(saying)),
        )

    def _partials_needed(self, words: str) -> int:
        """Return how often a partial result must be seen before it is acted on; 0 for never."""
        safety = self._safety(self._intents)
        if not self._matcher.is_phrase(words, safety):
            return 0
        at_rest = self._speaker.silent and self.state.breath is None
        if at_rest and self._matcher.confusable(words, self._intents - safety):
            return PARTIALS_AT_REST
        return PARTIALS if self._speaker.silent else PARTIALS_SPEAKING

    def _safety(self, intents: frozenset[str]) -> frozenset[str]:
        return frozenset(i for i in intents if self._book.intents[i].safety)

    # --- the coach

    def _tell(self, event: Event) -> None:
        self.state, actions = step(self.state, event, self._book)
        for action in actions:
            self._do(action)
        self._listen()

    def _do(self, action: Action) -> None:
        match action:
            case End():
                self._over = True
            case Note():
                text = f"{action.what}: {action.value}"
                self._observe(Entry("note", self._now, self._now, text, at=self._now))
            case _:
                self._speaker.do(action, self._now)

    # --- trouble

    def _check_device(self, block: Block) -> None:
        if not self._duplex.live:
            return
        if self._duplex.losses != self._losses:
            self._losses = self._duplex.losses
            self._trouble("audio_lost", "The sound device was lost, and opened again.")
        if block.near.any():
            self._zeros, self._heard_sound = 0, True
        elif not self._told_deaf:
            self._zeros += len(block.near)
            limit = DEAF_LATER_SECONDS if self._heard_sound else DEAF_SECONDS
            if self._zeros >= limit * self._duplex.rate:
                self._told_deaf = True  # once is enough
                self._trouble(
                    "silent_microphone",
                    "The microphone gives only zeros. Check that it is plugged in and not muted.",
                )

    def _trouble(self, what: str, line: str) -> None:
        self._observe(Entry("trouble", self._now, self._now, line, at=self._now))
        self._tell(Trouble(self._now, what))

    def _voice_failed(self, fault: VoiceFault) -> None:
        """A cue could not be made. The others may still: say so in print, and go on."""
        if not self.faults:
            self._observe(Entry("trouble", self._now, self._now, str(fault), at=self._now))
        self.faults.append(fault)

    # --- telling

    def _own_speech(self, cue: Spoken) -> OwnSpeech:
        said = bare_words(cue.text, self._book.numbers)
        words = {*said, *map(self._recogniser.near, said)}
        for word, like in self._book.alike.items():
            if words & {word, like}:
                words |= {word, like}
        return OwnSpeech(cue.start, cue.end, frozenset(words), cue.say.pacing)

    def _told(self, cue: Spoken, hushed: bool) -> None:
        self._observe(
            Entry(
                "hushed" if hushed else "said",
                cue.start,
                cue.end,
                cue.text,
                cue.say.key,
                "pacing" if cue.say.pacing else "",
                at=self._now,
            )
        )

    def _observe(self, entry: Entry) -> None:
        for observer in self._observers:
            observer(entry)
