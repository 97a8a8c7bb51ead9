"""Which of the words that were heard are the person's, and which may be the coach's own.

Until the coach's voice is cancelled out of the microphone, it is heard too. Words are judged by
when they were said:

- outside the coach's speech every word counts;
- during a sentence only a whole safety phrase counts, unless all its words are in the sentence;
- during a short pacing word ("In.", "Three.") everything counts but that word itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from voice_coach.hearing.recogniser import UNKNOWN, Utterance, Word

TAIL_SECONDS = 0.25
"""After a cue its own last words may still be in the air and in the buffers; for so long they
are not taken for the person's."""

HEAD_SECONDS = 0.15
"""A word that began this long before a cue did is the person's, whoever spoke on."""


@dataclass(frozen=True, slots=True)
class OwnSpeech:
    """One cue of the coach's on the sample clock, as bare lower-case words."""

    start: int
    end: int
    words: frozenset[str]
    pacing: bool


@dataclass(frozen=True, slots=True)
class Admitted:
    """What may be acted on.

    Attributes:
        text: the person's words, empty when none are admitted.
        safety_only: only a safety intent may be taken from it.
        end: frame at which the last of the words ended.
    """

    text: str
    safety_only: bool = False
    end: int = 0


def admit(
    utterance: Utterance, own: Iterable[OwnSpeech], rate: int, *, all_commands: bool = False
) -> Admitted:
    """Return the words of an utterance that may be the person's.

    Args:
        utterance: what was heard.
        own: what the coach has been saying.
        rate: frames per second.
        all_commands: every command is heard through the coach's sentences (headphones, or a
            microphone that cancels echo by itself).
    """
    tail, head = round(TAIL_SECONDS * rate), round(HEAD_SECONDS * rate)
    cues = list(own)

    def over(word: Word, cue: OwnSpeech) -> bool:
        return cue.start - word.start < head and word.start < cue.end + tail

    clear: list[Word] = []
    covered: list[Word] = []
    spoken: set[str] = set()
    for word in utterance.words:
        about = [cue for cue in cues if over(word, cue)]
        own_words = frozenset[str]().union(*(cue.words for cue in about))
        sentence = any(not c.pacing and word.start < c.end for c in about) and not all_commands
        if not about or (not sentence and word.text not in own_words):
            clear.append(word)
        else:
            covered.append(word)
            spoken |= own_words
    end = utterance.words[-1].end if utterance.words else 0
    if any(word.text != UNKNOWN for word in clear):
        return Admitted(" ".join(word.text for word in clear), False, end)
    said = [word.text for word in utterance.words if word.text != UNKNOWN]
    if covered and said and not spoken.issuperset(said):
        return Admitted(" ".join(said), True, end)
    if not covered:
        return Admitted(utterance.text, False, end)
    return Admitted("", end=end)
