"""From the words that were heard to what was meant.

A phrase said exactly is certain, with or without courtesy around it. Otherwise rapidfuzz gives the
nearest phrase of those that make sense now, but a near match is trusted little, for most false
commands came from one:

- words that turn the meaning must be the same in both, compared as words before letters are;
- it is never an answer, a number, or a phrase of one short word;
- where an answer is awaited, it can only be for safety, or something that is confirmed first;
- it is never certain: a costly intent is asked about ("Did you say heat?").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import cached_property

from rapidfuzz import fuzz, process

from voice_coach.understanding.book import Book
from voice_coach.understanding.exact import Exact
from voice_coach.understanding.intents import Phrase
from voice_coach.understanding.one_breath import URGENT, OneBreath
from voice_coach.understanding.place import Place
from voice_coach.understanding.words import UNKNOWN, Meaning

KEPT = 200
"""Meanings remembered: a word being said is asked about several times in a row."""

MOST_MORE = 5
"""Words that may follow a phrase with an open end."""

OFF = "done"
"""The intent that says that a pad is off."""

WHOLE = frozenset({Place.SLEEPING, Place.CALLING})
"""Where nobody may be talking to the coach: only the whole of what was said counts."""

FREE = frozenset(
    {
        *(Place.MENU, Place.READY, Place.HOLD, Place.PAIN),
        *(Place.BREATHING, Place.IMAGERY, Place.TALK),
    }
)
"""Where nothing hangs on an answer: it counts above fainter words, too."""

STRICT = frozenset(
    {
        *(Place.CHECKING, Place.HEATASK, Place.HEATREADY, Place.ENDING),
        *(Place.TAKING_UP, Place.CONFIRM, Place.EMERGENCY, Place.AWAKE, Place.OFFERED),
    }
)
"""Where an answer is awaited that starts, ends or rules out something."""


class Matcher:
    """Maps words to one of the intents that make sense at the moment."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.intents = book.intents
        self._wording = book.understood.wording
        self._bounds = book.understood.near
        self._decoys = frozenset(book.decoys)
        self._speakers = book.understood.speakers
        self._exactly = Exact(book)
        self._one_breath = OneBreath(book, self._exactly)
        self._meant: dict[tuple[str, frozenset[str], Place | None], Meaning] = {}
        self._gists: dict[tuple[frozenset[str], Place | None], dict[tuple[str, ...], Phrase]] = {}
        self._openings: dict[tuple[frozenset[str], Place | None], dict[str, Phrase]] = {}
        self._tables: dict[tuple[frozenset[str], Place | None], dict[str, Phrase]] = {}
        self._onsets: dict[tuple[frozenset[str], Place | None], frozenset[str]] = {}

    def is_phrase(self, words: str, intents: frozenset[str], place: Place | None = None) -> bool:
        """Whether the words are exactly a phrase of one of the intents, courtesy apart."""
        table = self._table(intents, place)
        return self._exactly.meaning(self._book.canonical(words), table) is not None

    def confusable(self, words: str, intents: frozenset[str], place: Place | None = None) -> bool:
        """Whether a partial result may be the beginning of another phrase than it seems.

        Judged by how the first words begin to sound (`Wording.onset`): while "start" is being said,
        a recogniser that also knows "stop" often shows that.

        Args:
            words: the words of the partial result.
            intents: the intents of the other phrases.
            place: where it is said.
        """
        key = (intents, place)
        if key not in self._onsets:
            self._onsets[key] = frozenset(map(self.onset, self._table(intents, place)))
        return self.onset(self._book.canonical(words)) in self._onsets[key]

    def onset(self, words: str) -> str:
        """Return how words begin to sound, as letters (`Wording.onset`)."""
        return self._wording.onset(words)

    def may_go_on(
        self, words: str, intents: frozenset[str], place: Place | None = None
    ) -> frozenset[str]:
        """Return the intents of the longer phrases that begin with these words."""
        head = self._book.canonical(words) + " "
        table = self._table(intents, place)
        return frozenset(phrase.intent for text, phrase in table.items() if text.startswith(head))

    def match(self, words: str, intents: frozenset[str], place: Place | None = None) -> Meaning:
        """Return what `words` mean if only `intents` make sense.

        Args:
            words: the recogniser's text, lower case, with "[unk]" for unknown sound.
            intents: names of the intents that make sense now.
            place: where it is said; None for no place in particular.
        """
        key = (words, intents, place)
        if key not in self._meant:
            if len(self._meant) >= KEPT:
                self._meant.clear()
            self._meant[key] = self._match(words, intents, place)
        return self._meant[key]

    def _match(self, words: str, intents: frozenset[str], place: Place | None) -> Meaning:
        table = self._table(intents, place)
        heard = self._book.canonical(words)
        if not heard.replace(UNKNOWN, "").strip():
            return Meaning(None, why="no word was heard")
        exact = self._exactly.meaning(heard, table)
        if exact is not None:
            return exact
        if self._exactly.is_ignored(heard):
            return Meaning(None, why="means nothing by itself, or denies something")
        together = self._one_breath.meaning(heard, table)
        if together is not None:
            return together
        known = " ".join(word for word in heard.split() if word != UNKNOWN)
        beside = self._exactly.meaning(known, table) if known != heard else None
        if beside is not None and beside.intent is not None:
            # A noise beside "stop" does not unsay it; beside anything else it may be a "not".
            intent = self._book.intents[beside.intent]
            if intent.safety and not intent.answer:
                certain = beside.certain and not intent.costly
                return replace(beside, certain=certain, why=f"{beside.why}, beside unknown sound")
        begun = self._begun(heard, intents, place) or self._number(words, intents)
        if begun is not None:
            return begun
        if self._exactly.means_something(heard):
            return Meaning(None, why="means something, but not here")
        return self._same_gist(heard, intents, place) or self._near(heard, known, table, place)

    def among(
        self, heard: str, others: Iterable[str], intents: frozenset[str], place: Place | None = None
    ) -> tuple[str, Meaning] | None:
        """Return the first alternative that is a whole phrase, with its meaning; None for none.

        It is held to what a near match is held to: no answer, no phrase of one word, and the words
        that turn a meaning the same as in what was heard.

        Args:
            heard: the likeliest words, which mean nothing.
            others: what may have been said instead, the likeliest first.
            intents: names of the intents that make sense now.
            place: where it is said.
        """
        for other in others:
            meaning = self._instead(heard, other, intents, place)
            if meaning is not None and " " in meaning.phrase:
                return other, replace(meaning, why=f"{meaning.why}, not the likeliest")
        return None

    def without(
        self, heard: str, left: str, intents: frozenset[str], place: Place | None = None
    ) -> Meaning | None:
        """Return the meaning of what is left without faint words at the edges; None for none.

        These words were heard, so it may be one word, or an answer where nothing hangs on it (see
        FREE). It is never that a pad is off: the end of a sentence may be said softly.

        Args:
            heard: all words, which mean nothing.
            left: those that are left.
            intents: names of the intents that make sense now.
            place: where it is said.
        """
        if left == heard or place in WHOLE:
            return None
        meaning = self._instead(heard, left, intents, place, answers=place in FREE)
        if meaning is None or meaning.intent == OFF:
            return None
        return replace(meaning, why=f"{meaning.why}, beside fainter words")

    def _instead(
        self,
        heard: str,
        other: str,
        intents: frozenset[str],
        place: Place | None,
        *,
        answers: bool = False,
    ) -> Meaning | None:
        """Return what other words mean, where they may be taken in place of what was heard."""
        words = self._book.canonical(other)
        meaning = self._exactly.meaning(words, self._table(intents, place))
        if meaning is None or meaning.intent is None:
            return None
        intent = self._book.intents[meaning.intent]
        turns = self._wording.turns(self._book.canonical(heard))
        if (intent.only_exact and not answers) or self._wording.turns(words) != turns:
            return None
        if place in STRICT and not (intent.safety or intent.costly):
            return None
        return replace(meaning, score=99.0, certain=meaning.certain and not intent.costly)

    def _begun(self, heard: str, intents: frozenset[str], place: Place | None) -> Meaning | None:
        """Return what a sentence means that begins like one with an open end."""
        key = (intents, place)
        if key not in self._openings:
            self._openings[key] = self._book.openings(intents, place)
        openings = self._openings[key]
        for text, _ in self._exactly.readings(heard):
            words = text.split()
            for length in range(len(words) - 1, max(0, len(words) - 1 - MOST_MORE), -1):
                phrase = openings.get(" ".join(words[:length]))
                if phrase is None:
                    continue
                more = " ".join(words[length:])
                intent = self._book.intents[phrase.intent]
                denied = self._wording.denying.intersection(more.split())
                if denied or (UNKNOWN in words and not intent.safety):
                    return None
                hinted = self._hinted(more, intents) if phrase.intent not in URGENT else None
                if hinted is not None:
                    return hinted
                certain = not (intent.costly or phrase.asked)
                why = f'begins with "{phrase.text}"' + ("" if certain else ", asked about first")
                return Meaning(phrase.intent, phrase.value, phrase.text, 100.0, certain, why)
        return None

    def _hinted(self, more: str, intents: frozenset[str]) -> Meaning | None:
        """Return the warning sign that the rest of a sentence may be about, to be asked about."""
        if self._speakers.isdisjoint(more.split()):
            return None
        for word in more.split():
            name = self._book.understood.hints.get(word)
            if name is not None:
                intent, _, kind = name.partition(".")
                if intent in intents:
                    why = f'"{word}" may be a warning sign, asked about first'
                    return Meaning(intent, kind, word, 99.0, certain=False, why=why)
        return None

    def _number(self, heard: str, intents: frozenset[str]) -> Meaning | None:
        """Return the number in a sentence of words that are said about numbers, if it has one."""
        if "number" not in intents:
            return None
        words = self._wording.written_out(heard).split()  # here "to" is not "two"
        found = {self._book.numbers[word] for word in words if word in self._book.numbers}
        others = [word for word in words if word not in self._book.numbers]
        if len(found) != 1 or not self._number_words.issuperset(others):
            return None
        return Meaning("number", found.pop(), heard, 100.0, certain=True, why="names one number")

    @cached_property
    def _answers(self) -> frozenset[str]:
        """Everything that is an answer somewhere."""
        said = self._book.understood.said.items()
        return frozenset(
            phrase.heard
            for name, phrases in said
            if self._book.intents[name].answer
            for phrase in phrases
        )

    @cached_property
    def _number_words(self) -> frozenset[str]:
        """Words said about a number, those that turn a meaning left out."""
        said = self._book.understood.said.get("number", ())
        words = frozenset(word for phrase in said for word in phrase.text.split())
        return words - self._wording.turning

    # --- near

    def _same_gist(
        self, heard: str, intents: frozenset[str], place: Place | None
    ) -> Meaning | None:
        """Return what is meant if all words that carry meaning are those of one phrase."""
        if UNKNOWN in heard.split() or place is Place.SLEEPING:
            return None
        key = (intents, place)
        if key not in self._gists:
            self._gists[key] = self._all_gists(self._table(intents, place))
        phrase = self._gists[key].get(self._wording.gist(heard))
        if phrase is None:
            return None
        intent = self._book.intents[phrase.intent]
        if place in STRICT and not (intent.safety or intent.costly):
            return None
        asked = intent.costly or phrase.asked
        why = f'the same gist as "{phrase.text}"' + (", asked about first" if asked else "")
        return Meaning(phrase.intent, phrase.value, phrase.text, 99.0, certain=False, why=why)

    def _all_gists(self, table: dict[str, Phrase]) -> dict[tuple[str, ...], Phrase]:
        """Return gist -> phrase, where it is long enough, and all phrases of it mean the same."""
        gists: dict[tuple[str, ...], Phrase | None] = {}
        for text, phrase in table.items():
            intent = self._book.intents[phrase.intent]
            gist = self._wording.gist(text)
            strong = [word for word in gist if word not in self._wording.turning]
            if phrase.intent in URGENT:
                gists[gist] = None  # "I surely need a doctor" isn't "do I need a doctor?"
                continue
            if intent.only_exact or not strong:
                continue
            if len(strong) == 1 and not (
                len(strong[0]) >= self._bounds.short_word or intent.costly
            ):
                continue
            if len(gist) == 1 and gist[0] in self._answers:
                continue
            other = gists.setdefault(gist, phrase)
            if other is not None and (other.intent, other.value) != (phrase.intent, phrase.value):
                gists[gist] = None
        return {gist: phrase for gist, phrase in gists.items() if phrase is not None}

    def _near(
        self, heard: str, known: str, table: dict[str, Phrase], place: Place | None
    ) -> Meaning:
        # An unknown sound weighs as one letter: "[unk] how much longer" is near the phrase, a
        # stream of unknown sound with one known word in it is not.
        written = heard.replace(UNKNOWN, "?")
        near = self._bounds
        least = near.asleep if place is Place.SLEEPING else near.likely
        found = process.extractOne(written, table.keys(), scorer=fuzz.ratio, score_cutoff=least)
        if found is None:
            return Meaning(None, why="nothing is near")
        text, score, _ = found
        phrase = table[text]
        name = f'"{phrase.text}" ({score:.0f} %)'
        if " " in text and score < near.phrase:
            return Meaning(None, why=f"not near enough to {name}")
        # Nor does an unknown sound stand for a word: "that is" and a noise is not "that is all".
        if fuzz.ratio(known, text) < least:
            return Meaning(None, why=f"too little was heard of {name}")
        turned = self._wording.turns(heard) - self._wording.turns(text)
        turned |= self._wording.turns(text) - self._wording.turns(heard)
        if turned:
            return Meaning(None, why=f'"{next(iter(turned))}" turns the meaning of {name}')
        intent = self._book.intents[phrase.intent]
        if intent.only_exact or isinstance(phrase.value, int):
            return Meaning(None, why=f"an answer must be exact: {name}")
        asked = intent.costly
        awake = place is not Place.SLEEPING
        if awake and phrase.intent in URGENT and " " in text and score < near.sure:
            return Meaning(None, why=f"not near enough to {name}")
        if not asked:
            if score < near.sure or place is Place.SLEEPING:
                return Meaning(None, why=f"not near enough to {name}")
            if " " not in text and len(text) <= near.short_word:
                return Meaning(None, why=f"too short for a near match: {name}")
            if place in STRICT and not intent.safety:
                return Meaning(None, why=f"an answer is awaited here: {name}")
            # A decoy was the truer word, unless it belongs to the phrase ("the other side").
            if not self._decoys.isdisjoint(set(heard.split()) - set(text.split())):
                return Meaning(None, why=f"a decoy is in it: {name}")
        why = f"near {name}" + (", asked about first" if asked else "")
        return Meaning(phrase.intent, phrase.value, phrase.text, score, certain=False, why=why)

    def _table(self, intents: frozenset[str], place: Place | None) -> dict[str, Phrase]:
        """Return canonical phrase -> phrase; kept, as situations come again."""
        key = (intents, place)
        if key not in self._tables:
            self._tables[key] = self._book.meant(intents, place)
        return self._tables[key]
