"""vosk, on the sample clock, with a grammar that may change at any time."""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from rapidfuzz import fuzz, process

from voice_coach.audio.duplex import Block
from voice_coach.hearing.front_end import HEARING_RATE, Front
from voice_coach.hearing.vad import Activity, Idle, Speech
from voice_coach.understanding.own_speech import is_own, readings
from voice_coach.understanding.words import UNKNOWN, Hypothesis, Reading, Word

if TYPE_CHECKING:
    from vosk import Model

CHUNK = 1600
"""Frames at HEARING_RATE given to vosk at a time: a partial result every 100 ms."""

PARTIAL_LAG = 3
"""Chunks by which the first partial result trails the start of its first word, about; the words
of a partial result carry no times of their own."""

REHEARD = 7
"""Chunks heard again after a change of grammar, and after vosk ended an utterance of silence:
partial results trail a word by up to 0.6 s, so one may be under way that nothing shows yet."""


OWN_WEIGHT = 20
"""How often a sentence that the coach is saying stands in the grammar: nothing is likelier to be
heard than that."""

DECOY_WEIGHT = 4
"""The same for a decoy, beside commands that stand there several times too."""

LONGEST_WORD = 1.0
"""Seconds that a word lasts at most, however slowly it is said."""

ALTERNATIVES = 12
"""Alternatives requested. A bigram grammar mixes phrases ("can i have the right"), where one of the
first alternatives is often a whole phrase."""

NEARLY = 0.6
"""Natural logarithm by which an alternative fits worse at most. The seven that were seen to mean
what was said fitted worse by 0.5 at most, seven of nine others by 0.8 and more
(docs/lab/training.md)."""


def likeliest(result: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the words of vosk's final result: of the first alternative, where it has some."""
    first: Mapping[str, Any] = next(iter(result.get("alternatives", [result])), {})
    words: Sequence[Mapping[str, Any]] = first.get("result", ())
    return words


def others(result: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what fits nearly as well as the likeliest words of vosk's final result.

    With alternatives, vosk gives each the logarithm of its likelihood.
    """
    found = result.get("alternatives", ())
    return tuple(a["text"] for a in found[1:] if found[0]["confidence"] - a["confidence"] <= NEARLY)


def may_be_nothing(result: Mapping[str, Any]) -> bool:
    """Whether an alternative of vosk's final result is unknown sound alone."""
    return any(set(a["text"].split()) <= {UNKNOWN} for a in result.get("alternatives", ())[1:])


class Recogniser:
    """Hears utterances made of the given phrases, and yields hypotheses of them.

    Args:
        model: a loaded vosk model.
        rate: frames per second of the ring.
        decoys: words that sound like commands, always listened for.
        vocabulary: the words that the model knows, as far as that is known. In place of a word of
            the coach's that is not among them, the nearest is listened for.
        alternatives: find what final results may have been instead, see `Hypothesis.others`.
        front: makes of a block what is heard; None for one that cancels no echo.
        idle: spares vosk in a long quiet; None to never do so.
        speech: tells speech from noise; None to take every word for speech.

    Attributes:
        front: see above.
        resting: whether vosk is being spared.
    """

    def __init__(
        self,
        model: Model,
        rate: int,
        decoys: Iterable[str] = (),
        vocabulary: Sequence[str] = (),
        *,
        alternatives: bool = False,
        front: Front | None = None,
        idle: Idle | None = None,
        speech: Speech | None = None,
    ) -> None:
        self._model = model
        self._rate = rate
        self._chunk_frames = CHUNK * rate // HEARING_RATE
        self._decoys = tuple(decoys)
        self._vocabulary = vocabulary
        self._nearest: dict[str, str] = {}
        self.front = front or Front(rate)
        self._idle = idle
        self._speech = speech
        self._activity = Activity()
        self._alternatives = alternatives
        self._dither = np.random.default_rng(0)
        # None from a change of grammar to the next chunk.
        self._vosk: Any = None
        self._waiting: list[np.ndarray[Any, np.dtype[np.float32]]] = []
        self._waiting_frames = 0
        # The last chunks, since the last utterance at most.
        self._recent: deque[bytes] = deque(maxlen=REHEARD)
        # Chunks that this recogniser of vosk's was given: some for a second time, and in a long
        # quiet none.
        self._given = 0
        self._phrases: tuple[str, ...] = ()
        self._wanted: tuple[str, ...] | None = None
        self._own: frozenset[str] = frozenset()
        self._speaking = False
        self.resting = False
        # What partial results show -> how often in a row.
        self._seen: dict[str, int] = {}
        self._chunks = 0
        self._began = 0

    def listen(self, phrases: Iterable[str], own: Iterable[Sequence[str]] = ()) -> None:
        """Listen for these phrases from the next pause on.

        Args:
            phrases: what may be said.
            own: the sentences, as bare words, that the coach is saying. They are listened for
                too, so that its voice is heard as what it is, not as some command.
        """
        sentences = [[self.near(word) for word in sentence] for sentence in own]
        self._own = frozenset(chain.from_iterable(sentences)) - {UNKNOWN}
        known = filter(self._knows, (*phrases, *self._decoys * DECOY_WEIGHT))
        said = tuple(map(" ".join, sentences)) * OWN_WEIGHT
        wanted = tuple(sorted(filter(None, (*known, *said))))
        self._wanted = None if wanted == self._phrases else wanted
        if self._wanted is not None and not self._speaking:
            self._vosk = None

    def hear(self, block: Block, *, silent: bool = False) -> list[Hypothesis]:
        """Take one block; return what is now believed to have been said.

        While somebody speaks, there is a partial result every 100 ms.

        Args:
            block: both ends.
            silent: the coach says nothing, so that vosk may be spared if nobody else does.
        """
        near = self.front.take(block)
        self._waiting.append(near)
        self._waiting_frames += len(near)
        hypotheses: list[Hypothesis] = []
        while self._waiting_frames >= CHUNK:
            sound = np.concatenate(self._waiting)
            chunk, rest = sound[:CHUNK], sound[CHUNK:]
            self._waiting = [rest]
            self._waiting_frames = len(rest)
            hypothesis = self._accept(chunk, silent=silent)
            if hypothesis is not None:
                hypotheses.append(hypothesis)
        return hypotheses

    def forget(self) -> None:
        """Forget what was heard of the present utterance: it has been acted on."""
        if self._vosk is not None:
            self._vosk.Reset()
        self._begin()

    def speech(self, start: int, end: int, enough: float = 1.0) -> float:
        """Return how likely it is that somebody spoke between two frames of the ring, 0 to 1.

        Args:
            start: first frame.
            end: the frame after the last.
            enough: likelier than this it need not get.
        """
        if self._speech is None:
            return 1.0
        first, last = (frame * HEARING_RATE // self._rate for frame in (start, end))
        return self._speech.likelihood(first, last, enough)

    def contrast(self, hypothesis: Hypothesis) -> float:
        """Return by how many dB the known words are louder than what is right beside them.

        Unknown sound beside them is not theirs. Infinity where nothing is known against them.
        """
        known = [word for word in hypothesis.words if word.text != UNKNOWN]
        if not known:
            return math.inf
        return self.front.contrast(known[0].start, known[-1].end, early=not hypothesis.final)

    def levels(self, hypothesis: Hypothesis) -> tuple[float, ...]:
        """Return how loud each word is, in dB below full scale.

        Empty where that is not known: of a partial result, and where the coach spoke.
        """
        if not hypothesis.final:
            return ()
        found = [self.front.level(word.start, word.end) for word in hypothesis.words]
        known = tuple(level for level in found if level is not None)
        return known if len(known) == len(found) else ()

    def _knows(self, phrase: str) -> bool:
        """Whether the model knows every word; of a phrase vosk would drop those it does not."""
        return all(self.near(word) == word for word in phrase.split())

    def near(self, word: str) -> str:
        """Return a word as the model may hear it: the most alike in writing that it knows."""
        if word not in self._nearest:
            known = self._model.vosk_model_find_word(word) >= 0
            near = None if known else process.extractOne(word, self._vocabulary, scorer=fuzz.ratio)
            self._nearest[word] = word if known else near[0] if near else UNKNOWN
        return self._nearest[word]

    def _accept(
        self, chunk: np.ndarray[Any, np.dtype[np.float32]], *, silent: bool
    ) -> Hypothesis | None:
        # Dither, as the model was trained with. Not Kaldi's own: that draws from one generator
        # for the whole process, and no two sessions in it would be heard alike.
        dithered = chunk * np.float32(32767) + self._dither.standard_normal(CHUNK, np.float32)
        pcm = np.clip(np.rint(dithered), -32768, 32767).astype("<i2").tobytes()
        if self._vosk is None:
            self._listen_anew()
        self._recent.append(pcm)
        self._chunks += 1
        self._activity.hear(pcm)
        if self._speech is not None:
            self._speech.keep(pcm)
        if self._spares(pcm, silent=silent):
            return None
        self._given += 1
        if self._vosk.AcceptWaveform(pcm):
            result = json.loads(self._vosk.Result())
            words = self._words(likeliest(result))
            if not words:
                self._vosk = None  # long silence ended it, and a word may just have begun
                return None
            self._begin(self._chunks_after(words[-1].end))
            return Hypothesis(words, True, others(result), may_be_nothing(result))
        # Not SetPartialWords: with it, partial results come 0.4 s later.
        heard = json.loads(self._vosk.PartialResult()).get("partial", "").split()
        if heard and not self._speaking:
            self._began = self._chunks - PARTIAL_LAG
        self._speaking = bool(heard)
        if not heard and self._wanted is not None:
            self._vosk = None
        known = [word for word in heard if word != UNKNOWN]
        persons = [word for word in known if not is_own(word, self._own)]
        shown = dict.fromkeys((" ".join(known), *(readings(persons) if self._own else ())))
        self._seen = {text: self._seen.get(text, 0) + 1 for text in shown if text}
        if not self._seen:
            return None
        start, end = self._began * self._chunk_frames, self._chunks * self._chunk_frames
        words = tuple(Word(word, start, end) for word in heard)
        seen = tuple(Reading(text, count) for text, count in self._seen.items())
        return Hypothesis(words, False, readings=seen, quiet=self._activity.quiet)

    def _words(self, result: Iterable[Any]) -> tuple[Word, ...]:
        # vosk counts seconds of all the sound it was given since it was made.
        ahead = (self._given - self._chunks) * CHUNK / HEARING_RATE

        def frame(seconds: float) -> int:
            return round((seconds - ahead) * self._rate)

        def begun(word: Mapping[str, Any]) -> float:
            # In the silence before a word its first sound may seem to go on already; a word that
            # began in the coach's sentence would be taken for the coach's.
            longest = math.inf if word["word"] == UNKNOWN else LONGEST_WORD
            return max(float(word["start"]), float(word["end"]) - longest)

        return tuple(Word(w["word"], frame(begun(w)), frame(w["end"])) for w in result)

    def _spares(self, pcm: bytes, *, silent: bool) -> bool:
        if self._idle is None:
            return False
        quiet = self._activity.quiet
        spared = self._idle.spares(quiet, silent=silent, words=self._speaking)
        if self.resting and not spared:
            # It starts again, with the moment before the voice.
            self._recent.pop()
            self._listen_anew()
            self._recent.append(pcm)
        self.resting = spared
        return spared

    def _begin(self, heard: int = 0) -> None:
        """Wait for the next utterance.

        Args:
            heard: how many of the last chunks may hold its beginning.
        """
        self._speaking = False
        self._seen.clear()
        while len(self._recent) > heard:
            self._recent.popleft()
        if self._wanted is not None:
            self._vosk = None

    def _chunks_after(self, frame: int) -> int:
        """Return how many whole chunks came after a frame of the ring.

        vosk ends an utterance half a second after its last word, and sees a word up to 0.6 s after
        it began: the next one may be under way, and with its first half gone be heard as another.
        """
        return max(0, self._chunks - math.ceil(frame / self._chunk_frames))

    def _listen_anew(self) -> None:
        """Hear the last chunks again, with the phrases that are wanted now.

        A word may have begun in them that no partial result shows yet; vosk would go on with its
        second half, and hear "lower" for "slower". Always with a recogniser of vosk's that has
        heard nothing, which costs a millisecond: one in use has the last quarter of a second still
        to decode, and would put that before the first of them.
        """
        if self._wanted is not None:
            self._phrases, self._wanted = self._wanted, None
        self._vosk = self._listening_for(self._phrases)
        for pcm in self._recent:
            self._vosk.AcceptWaveform(pcm)
        self._given = len(self._recent)

    def _listening_for(self, phrases: Sequence[str]) -> Any:
        """Return a recogniser of vosk's for these phrases.

        Not SetGrammar: it takes as long, and leaks the grammar before (5 KB each time with some
        forty phrases, megabytes an hour in a session).
        """
        import vosk

        recogniser = vosk.KaldiRecognizer(
            self._model, HEARING_RATE, json.dumps([*phrases, UNKNOWN])
        )
        recogniser.SetWords(True)
        if self._alternatives:
            recogniser.SetMaxAlternatives(ALTERNATIVES)
        return recogniser
