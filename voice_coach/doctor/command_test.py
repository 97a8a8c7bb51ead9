"""A command test: the user is asked to say a word, and how it arrives is judged."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from voice_coach.audio.duplex import Block
from voice_coach.audio.samples import Samples
from voice_coach.coach import intents_of
from voice_coach.doctor.finding import Figures, Finding
from voice_coach.doctor.microphone import clipped_share, quiet_level_db
from voice_coach.hearing import Recogniser
from voice_coach.speaking.sound import speech_level
from voice_coach.understanding import Book, Grammar, Matcher, Situation
from voice_coach.understanding.words import UNKNOWN, Hypothesis

WORD = "your word"

SOFT_DB = -55.0
"""dBFS at the microphone below which a voice is too soft: the gain is limited, and 16 bits leave
some 40 dB below it."""

LOUD_DB = -8.0
"""dBFS above which a shout would clip: people say "stop" 10 dB louder than other words."""

ABOVE_DB = 10.0
"""dB above the room from which somebody has spoken."""

CLEAR_DB = 12.0
"""dB above the room below which the room's noise masks words."""

CLIPPED_SHARE = 1e-3


@dataclass(frozen=True, slots=True)
class Try:
    """The outcome of asking once.

    Attributes:
        text: what was heard, "" for nothing.
        understood: whether it was the wanted word.
        voice_db: dBFS of the voice at the microphone, or of the loudest moment if nothing was
            heard.
        room_db: dBFS of the room.
        clipped: share of the samples at full scale.
    """

    text: str
    understood: bool
    voice_db: float
    room_db: float
    clipped: float

    @property
    def spoke(self) -> bool:
        """Whether somebody seems to have spoken."""
        return self.text not in ("", UNKNOWN) or self.voice_db > self.room_db + ABOVE_DB


def hear_word(
    blocks: Iterable[Block], recogniser: Recogniser, book: Book, rate: int, wanted: str
) -> Try:
    """Listen until the word is understood, or the blocks end.

    Args:
        blocks: both ends, a few seconds.
        recogniser: a fresh one, so that it counts from the first of the blocks.
        book: its menu commands may be said too.
        rate: frames per second.
        wanted: the word that was asked for.
    """
    intents = intents_of(Situation.MENU, book)
    matcher = Matcher(book)
    recogniser.listen([*Grammar(book).phrases(intents), wanted])
    near = list[Samples]()
    heard: Hypothesis | None = None
    understood = False
    for block in blocks:
        near.append(block.near)
        for hypothesis in recogniser.hear(block):
            if not hypothesis.final:
                continue
            meaning = matcher.match(hypothesis.text, intents)
            if heard is None or meaning.intent is not None or wanted in hypothesis.text.split():
                heard = hypothesis
            understood = understood or wanted in hypothesis.text.split()
        if understood:
            break
    sound = np.concatenate(near) if near else np.zeros(0, np.float32)
    return _tried(sound, rate, heard, understood)


def _tried(sound: Samples, rate: int, heard: Hypothesis | None, understood: bool) -> Try:
    voice = sound
    if heard is not None:
        first, last = heard.words[0].start, heard.words[-1].end
        voice = sound[max(0, first) : max(0, last)]
    level = speech_level(voice, rate) if voice.any() else -120.0
    text = "" if heard is None else heard.text
    return Try(text, understood, level, quiet_level_db(sound, rate), clipped_share(voice))


def word(tries: list[Try]) -> Finding:
    """Judge how well the user is heard.

    Args:
        tries: in order; the last one counts.
    """
    if not tries:
        return Finding(WORD, "skipped", "Nobody was asked to say a word")
    last = tries[-1]
    figures: Figures = {
        "heard": last.text,
        "tries": len(tries),
        "voice_db": round(last.voice_db, 1),
        "room_db": round(last.room_db, 1),
        "clipped_percent": round(100 * last.clipped, 3),
    }

    def bad(what: str, remedy: str) -> Finding:
        return Finding(WORD, "warning", what, remedy, figures)

    if not last.spoke:
        return bad(
            "I heard nobody say anything",
            "come closer or raise your voice; if you did, turn the microphone's level up",
        )
    loud = last.voice_db > LOUD_DB or last.clipped > CLIPPED_SHARE
    outcome = "I understood you, but" if last.understood else "I didn't understand you:"
    if loud:
        return bad(
            f"{outcome} your voice overdrives the microphone",
            "turn its level down, or move it further away",
        )
    if last.voice_db < SOFT_DB:
        return bad(
            f"{outcome} your voice is very soft at the microphone",
            "move it closer to where you will lie, or turn its level up",
        )
    if last.understood:
        return Finding(WORD, "ok", "I understood the word you said", "", figures)
    if last.voice_db < last.room_db + CLEAR_DB:
        return bad(
            "I heard you, but the room is nearly as loud as you",
            "move the microphone closer, or switch off whatever hums",
        )
    instead = "" if last.text in ("", UNKNOWN) else f': it sounded like "{last.text}"'
    return bad(
        f"I heard you, but I didn't understand{instead}",
        "say just that word, plainly, or try another hearing model (`voice-coach models list`)",
    )
