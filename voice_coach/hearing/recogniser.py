"""vosk, on the sample clock, with a grammar that may change at any time."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import soxr

from voice_coach.audio.duplex import Block
from voice_coach.faults import ModelFault, PromptFault

if TYPE_CHECKING:
    from vosk import Model

HEARING_RATE = 16000
"""Hz: what vosk's models are made for."""

CHUNK = 1600
"""Frames at HEARING_RATE given to vosk at a time: a partial result every 100 ms."""

STABLE_PARTIALS = 2
"""A partial result seen this often in a row is acted on, for safety words. Twice is 0.1 s slower
than once and far more often right: `python -m benchmarks.endpoint` prints both."""

REHEARD = 4
"""Chunks heard again after a change of grammar: partial results come up to 0.4 s late."""

UNKNOWN = "[unk]"


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word, with its place on the sample clock of the ring."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Utterance:
    """What was said between two silences; `final` is False for a stable partial result."""

    words: tuple[Word, ...]
    final: bool

    @property
    def text(self) -> str:
        """The words, with "[unk]" for unknown sound."""
        return " ".join(word.text for word in self.words)


def load_model(folder: Path) -> Model:
    """Load a vosk model.

    Raises:
        ModelFault: the folder is missing or holds no usable model.
    """
    import vosk

    vosk.SetLogLevel(-1)
    mend = "voice-coach models verify says what is damaged; models fetch gets a new one"
    for part in ("am/final.mdl", "conf/model.conf", "graph"):
        if not (folder / part).exists():
            raise ModelFault(f"The hearing model {folder} has no {part}", mend)
    if not (folder / "graph" / "Gr.fst").exists():
        raise ModelFault(
            f"The hearing model {folder} takes no grammar (it has no graph/Gr.fst)",
            "use a small or lgraph model",
        )
    try:
        return vosk.Model(str(folder))
    except Exception as error:
        raise ModelFault(f"The hearing model {folder} cannot be loaded", mend) from error


def check_vocabulary(model: Model, phrases: Iterable[tuple[str, str]]) -> None:
    """Refuse phrases with words the model does not know: vosk would quietly drop them.

    Args:
        model: a loaded model.
        phrases: (phrase, where it stands: file and key).

    Raises:
        PromptFault: names the first such phrase, its words and its place.
    """
    for phrase, place in phrases:
        unknown = [w for w in phrase.split() if model.vosk_model_find_word(w) < 0]
        if unknown:
            words = ", ".join(f'"{w}"' for w in unknown)
            raise PromptFault(
                f'{place}: "{phrase}" has a word that the hearing model does not know: {words}',
                "say it with other words, or fetch a larger hearing model",
            )


class Recogniser:
    """Hears utterances made of the given phrases.

    Args:
        model: a loaded vosk model.
        rate: frames per second of the ring.
        decoys: words that sound like commands, always listened for.
    """

    def __init__(self, model: Model, rate: int, decoys: Iterable[str] = ()) -> None:
        import vosk

        self._rate = rate
        self._decoys = tuple(decoys)
        self._resampler = (
            None if rate == HEARING_RATE else soxr.ResampleStream(rate, HEARING_RATE, 1, "float32")
        )
        # It must begin with some grammar: a recogniser made without one refuses one later.
        self._vosk = vosk.KaldiRecognizer(model, HEARING_RATE, json.dumps([UNKNOWN]))
        self._vosk.SetWords(True)
        self._vosk.SetPartialWords(True)
        self._waiting: list[np.ndarray[Any, np.dtype[np.float32]]] = []
        self._waiting_frames = 0
        # Chunks since the last utterance, and how many of them vosk has been given twice.
        self._recent: deque[bytes] = deque(maxlen=REHEARD)
        self._heard_twice = 0
        self._phrases: tuple[str, ...] = ()
        self._wanted: tuple[str, ...] | None = None
        self._safety: frozenset[str] = frozenset()
        self._speaking = False
        self._partial: tuple[str, int] = ("", 0)

    def listen(self, phrases: Iterable[str], safety: frozenset[str]) -> None:
        """Listen for these phrases from the next pause on.

        Args:
            phrases: what may be said.
            safety: those that are acted on before they are final.
        """
        wanted = tuple(sorted(set(phrases) | set(self._decoys)))
        self._safety = safety
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

    def _accept(self, chunk: np.ndarray[Any, np.dtype[np.float32]]) -> Utterance | None:
        pcm = (np.clip(chunk, -1.0, 1.0) * 32767).astype("<i2").tobytes()
        self._recent.append(pcm)
        if self._vosk.AcceptWaveform(pcm):
            words = self._words(json.loads(self._vosk.Result()).get("result", ()))
            self._idle()
            return Utterance(words, True) if words else None
        result = json.loads(self._vosk.PartialResult())
        words = self._words(result.get("partial_result", ()))
        self._speaking = bool(words)
        if not words and self._wanted is not None:
            self._change_grammar(reheard=True)
        text = " ".join(w.text for w in words if w.text != UNKNOWN)
        seen = self._partial[1] + 1 if text == self._partial[0] else 1
        self._partial = (text, seen)
        if text in self._safety and seen == STABLE_PARTIALS:
            return Utterance(words, False)
        return None

    def _words(self, result: Iterable[Any]) -> tuple[Word, ...]:
        # vosk counts seconds of all the sound it was given; what it was given twice counts once.
        twice = self._heard_twice * CHUNK / HEARING_RATE

        def frame(seconds: float) -> int:
            return round((seconds - twice) * self._rate)

        return tuple(Word(w["word"], frame(w["start"]), frame(w["end"])) for w in result)

    def _idle(self) -> None:
        self._speaking = False
        self._partial = ("", 0)
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
            for pcm in self._recent:
                self._vosk.AcceptWaveform(pcm)
            self._heard_twice += len(self._recent)
