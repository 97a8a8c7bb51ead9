"""vosk, on the sample clock, with a grammar that may change at any time."""

from __future__ import annotations

import json
import math
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import soxr
from rapidfuzz import fuzz, process

from voice_coach.audio.duplex import Block
from voice_coach.hearing.gate import is_own, readings
from voice_coach.hearing.words import UNKNOWN, Utterance, Word

if TYPE_CHECKING:
    from vosk import Model

HEARING_RATE = 16000
"""Hz: what vosk's models are made for."""

CHUNK = 1600
"""Frames at HEARING_RATE given to vosk at a time: a partial result every 100 ms."""

PARTIAL_LAG = 3
"""Chunks by which the first partial result trails the start of its first word, about; the words
of a partial result carry no times of their own."""

REHEARD = 7
"""Chunks heard again after a change of grammar, and after vosk ended an utterance of silence:
partial results trail a word by up to 0.6 s, so one may be under way that nothing shows yet."""


LONGEST_WORD = 1.0
"""Seconds that a word lasts at most, however slowly it is said."""

ALTERNATIVES = 12
"""Alternatives asked for where results are weighed. The likeliest of them that is no command is
among the first few, or else far behind."""


def _never(words: str) -> int:
    return 0


def weigh(result: Mapping[str, Any]) -> tuple[Sequence[Mapping[str, Any]], float]:
    """Return the words of vosk's final result, and their margin (see `Utterance`).

    With alternatives, vosk gives each the logarithm of its likelihood.
    """
    alternatives = result.get("alternatives")
    if alternatives is None:
        return result.get("result", ()), math.inf
    if not alternatives:
        return (), math.inf
    best = alternatives[0]
    others = [a["confidence"] for a in alternatives if not set(a["text"].split()) - {UNKNOWN}]
    return best.get("result", ()), best["confidence"] - max(others, default=-math.inf)


class Recogniser:
    """Hears utterances made of the given phrases.

    Args:
        model: a loaded vosk model.
        rate: frames per second of the ring.
        decoys: words that sound like commands, always listened for.
        vocabulary: the words that the model knows, as far as that is known. In place of a word of
            the coach's that is not among them, the nearest is listened for.
        weighed: find the margin of final results too. Only models of ours have an [unk] that is
            worth weighing words against.
    """

    def __init__(
        self,
        model: Model,
        rate: int,
        decoys: Iterable[str] = (),
        vocabulary: Sequence[str] = (),
        *,
        weighed: bool = False,
    ) -> None:
        import vosk

        self._model = model
        self._rate = rate
        self._decoys = tuple(decoys)
        self._vocabulary = vocabulary
        self._nearest: dict[str, str] = {}
        self._resampler = (
            None if rate == HEARING_RATE else soxr.ResampleStream(rate, HEARING_RATE, 1, "float32")
        )
        # It must begin with some grammar: a recogniser made without one refuses one later.
        self._dither = np.random.default_rng(0)
        self._vosk = vosk.KaldiRecognizer(model, HEARING_RATE, json.dumps([UNKNOWN]))
        self._vosk.SetWords(True)
        if weighed:
            self._vosk.SetMaxAlternatives(ALTERNATIVES)
        self._waiting: list[np.ndarray[Any, np.dtype[np.float32]]] = []
        self._waiting_frames = 0
        # Chunks since the last utterance, and how many of them vosk has been given twice.
        self._recent: deque[bytes] = deque(maxlen=REHEARD)
        self._heard_twice = 0
        self._phrases: tuple[str, ...] = ()
        self._wanted: tuple[str, ...] | None = None
        self._own: frozenset[str] = frozenset()
        self._partials_needed: Callable[[str], int] = _never
        self._speaking = False
        # What partial results show -> how often in a row.
        self._seen: dict[str, int] = {}
        self._chunks = 0
        self._began = 0

    def listen(
        self,
        phrases: Iterable[str],
        partials_needed: Callable[[str], int],
        own: Iterable[Sequence[str]] = (),
    ) -> None:
        """Listen for these phrases from the next pause on.

        Args:
            phrases: what may be said.
            partials_needed: given the words of a partial result (without unknown sound), how
                often in a row it must be seen to be acted on; 0 for "only when final". Asked
                about all of the words, and about those that are not the coach's own.
            own: the sentences, as bare words, that the coach is saying. They are listened for
                too, so that its voice is heard as what it is, not as some command.
        """
        sentences = [[self.near(word) for word in sentence] for sentence in own]
        self._own = frozenset(chain.from_iterable(sentences)) - {UNKNOWN}
        wanted = tuple(sorted({*phrases, *self._decoys, *map(" ".join, sentences)} - {""}))
        self._partials_needed = partials_needed
        self._wanted = None if wanted == self._phrases else wanted
        if not self._speaking:
            self._change_grammar(reheard=True)

    def hear(self, block: Block) -> list[Utterance]:
        """Take one block of the near end; return what is now known to have been said."""
        near = block.near
        if self._resampler is not None:
            near = self._resampler.resample_chunk(near)
        self._waiting.append(near)
        self._waiting_frames += len(near)
        made: list[Utterance] = []
        while self._waiting_frames >= CHUNK:
            sound = np.concatenate(self._waiting)
            chunk, rest = sound[:CHUNK], sound[CHUNK:]
            self._waiting = [rest]
            self._waiting_frames = len(rest)
            utterance = self._accept(chunk)
            if utterance is not None:
                made.append(utterance)
        return made

    def forget(self) -> None:
        """Forget what was heard of the present utterance: it has been acted on."""
        self._vosk.Reset()
        self._idle()

    def near(self, word: str) -> str:
        """Return a word as the model may hear it: the most alike in writing that it knows."""
        if word not in self._nearest:
            known = self._model.vosk_model_find_word(word) >= 0
            near = None if known else process.extractOne(word, self._vocabulary, scorer=fuzz.ratio)
            self._nearest[word] = word if known else near[0] if near else UNKNOWN
        return self._nearest[word]

    def _accept(self, chunk: np.ndarray[Any, np.dtype[np.float32]]) -> Utterance | None:
        # Dither, as the model was trained with. Not Kaldi's own: that draws from one generator
        # for the whole process, and no two sessions in it would be heard alike.
        dithered = chunk * np.float32(32767) + self._dither.standard_normal(CHUNK, np.float32)
        pcm = np.clip(np.rint(dithered), -32768, 32767).astype("<i2").tobytes()
        self._recent.append(pcm)
        self._chunks += 1
        if self._vosk.AcceptWaveform(pcm):
            best, margin = weigh(json.loads(self._vosk.Result()))
            words = self._words(best)
            if not words:
                # Long silence ended the utterance. A word may just have begun: vosk would go on
                # with its second half, and hear "lower" for "slower".
                self._change_grammar()
                self._hear_again()
                return None
            self._idle()
            return Utterance(words, True, margin)
        # Not SetPartialWords: with it, partial results come 0.4 s later.
        heard = json.loads(self._vosk.PartialResult()).get("partial", "").split()
        if heard and not self._speaking:
            self._began = self._chunks - PARTIAL_LAG
        self._speaking = bool(heard)
        if not heard and self._wanted is not None:
            self._change_grammar(reheard=True)
        known = [word for word in heard if word != UNKNOWN]
        others = [word for word in known if not is_own(word, self._own)]
        shown = {" ".join(known), *(readings(others) if self._own else ())} - {""}
        self._seen = {text: self._seen.get(text, 0) + 1 for text in shown}
        if any(0 < self._partials_needed(text) <= seen for text, seen in self._seen.items()):
            chunk_frames = CHUNK * self._rate // HEARING_RATE
            start, end = self._began * chunk_frames, self._chunks * chunk_frames
            return Utterance(tuple(Word(word, start, end) for word in heard), False)
        return None

    def _words(self, result: Iterable[Any]) -> tuple[Word, ...]:
        # vosk counts seconds of all the sound it was given; what it was given twice counts once.
        twice = self._heard_twice * CHUNK / HEARING_RATE

        def frame(seconds: float) -> int:
            return round((seconds - twice) * self._rate)

        def begun(word: Mapping[str, Any]) -> float:
            # In the silence before a word its first sound may seem to go on already; a word that
            # began in the coach's sentence would be taken for the coach's.
            longest = math.inf if word["word"] == UNKNOWN else LONGEST_WORD
            return max(float(word["start"]), float(word["end"]) - longest)

        return tuple(Word(w["word"], frame(begun(w)), frame(w["end"])) for w in result)

    def _idle(self) -> None:
        self._speaking = False
        self._seen.clear()
        self._recent.clear()
        self._change_grammar()

    def _change_grammar(self, *, reheard: bool = False) -> None:
        """Change the grammar. Only between utterances: vosk aborts the process otherwise.

        Args:
            reheard: hear the last chunks again with the new grammar. A word may have begun in
                them; no partial result shows it yet.
        """
        if self._wanted is None:
            return
        self._phrases, self._wanted = self._wanted, None
        self._vosk.Reset()
        self._vosk.SetGrammar(json.dumps([*self._phrases, UNKNOWN]))
        if reheard:
            self._hear_again()

    def _hear_again(self) -> None:
        for pcm in self._recent:
            self._vosk.AcceptWaveform(pcm)
        self._heard_twice += len(self._recent)
