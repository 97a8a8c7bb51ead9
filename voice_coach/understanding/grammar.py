"""What the recogniser is given to listen for: few sentences that hold every way of saying things.

vosk makes of its phrases a bigram model with back-off: it knows which word may follow which, not
which sentence is whole. So of thousands of sentences only those are needed that bring a new pair
of neighbouring words; a grammar of 700 takes 2 ms to build, one of 9,000 takes 20 (and each change
of what is said builds another).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import chain, pairwise

from voice_coach.understanding.book import Book, offered
from voice_coach.understanding.intents import Phrase
from voice_coach.understanding.place import Place
from voice_coach.understanding.wording import Wording

DENIED = 2
"""How often sentences that deny something come besides: as often as what they deny, and more, for
"no ambulance" must not be heard as an ambulance."""

ANSWERED = 10
"""How often an answer of one word (yes, no, seven), or one that the coach offers ("not sure"),
comes besides where it is awaited."""

OFFERS = 4
"""How often what the coach offers to say comes besides, where it makes sense: "why" was heard as
"wipe", and "louder" over the greeting as "what are". Not what is for safety or costly: that must
not be heard where it was not said."""

BESIDE = 3
"""Commands, and answers, with which each courtesy is listened for."""

EVERYWHERE = frozenset({"stop", "pause", "hurts", "help", "back", "repeat", "skip"})
_TOPICS = frozenset({"stretch", "heat", "ice", "breathe", "imagery", "medicine", "prevention"})
_PACED = frozenset({"next", "where", "slower", "faster", "more_breaths", "fewer_breaths"})
_PAD = frozenset({"too_hot", "stuck", "lying_on", "how_long", "emergency"})

HOME = {
    Place.CHECKING: frozenset({"dizzy", "red_flag"}),
    Place.MENU: _TOPICS
    | {"quit", "history", "pain", "louder", "quieter", "slower", "faster", "emergency"}
    | {"red_flag", "stuck", "dizzy", "call_help", "good_news", "need", "see_doctor"},
    Place.READY: frozenset({"next", "where", "ease"}),
    Place.HOLD: _PACED | {"ease", "other_side", "how_long", "good_news"},
    Place.EASE: frozenset({"ease", "emergency", "stuck"}),
    Place.HEATREADY: _PAD,
    Place.HEAT: _PAD | {"drowsy", "good_news", "need"},
    Place.ENDING: _PAD,
    Place.AWAKE: _PAD | {"drowsy"},
    Place.OFFERED: _TOPICS | {"next"},
    Place.EMERGENCY: frozenset({"emergency", "red_flag", "stuck"}),
    Place.PAUSED: frozenset({"resume", "how_long"}),
    Place.BREATHING: _PACED | {"dizzy", "good_news"},
    Place.IMAGERY: _PACED,
}
"""Place -> what is spoken of there, besides answers and what is understood everywhere."""


_Kept = dict[tuple[frozenset[str], Place | None], tuple[str, ...]]

_last: tuple[Book, _Kept] | None = None
"""The book used last, and what was put together for it: one session often follows another."""


def _kept_for(book: Book) -> _Kept:
    """Return what was put together for this very book; books never change."""
    global _last
    if _last is None or _last[0] is not book:
        _last = (book, {})
    return _last[1]


class Grammar:
    """Gives, and keeps, the phrases to listen for; see the module's docstring."""

    def __init__(self, book: Book) -> None:
        self._book = book
        wording = book.understood.wording
        self._before = _said(wording, wording.before, wording.exclamations)
        self._after = _said(wording, wording.after, wording.afterthoughts)
        self._alone = _said(wording, wording.fillers, book.understood.ignored)
        self._denials = _said(wording, book.understood.ignored)
        self._kept = _kept_for(book)

    def phrases(self, intents: frozenset[str], place: Place | None = None) -> tuple[str, ...]:
        """Return what to listen for while these intents make sense in a place.

        Some phrases come several times: vosk takes them for so much likelier.
        """
        key = (intents, place)
        if key not in self._kept:
            meant = [
                phrase
                for phrase in self._book.meant(intents, place).values()
                if phrase.first or self._is_at_home(phrase.intent, place)
            ]
            core = [form for p in meant if p.core for form in self._forms(p)]
            rest = (form for p in meant for form in self._forms(p))
            short = [p.text for p in meant if p.core and " " not in p.text]
            answers = [p.text for p in meant if self._is_answer(p)]
            polite = self._courtesies((*answers[:BESIDE], *short[:BESIDE]))
            wide = covering(chain(core, rest, polite, self._alone))
            self._kept[key] = (
                *(answers * ANSWERED),
                *([p.text for p in meant if self._is_offered(p)] * OFFERS),
                *core,
                *(self._denials * DENIED),
                *wide,
            )
        return self._kept[key]

    def _courtesies(self, commands: Iterable[str]) -> Iterator[str]:
        """Yield courtesies with something to be courteous about: none ends in the middle of one."""
        for command in commands:
            yield from (f"{courtesy} {command}" for courtesy in self._before)
            yield from (f"{command} {courtesy}" for courtesy in self._after)

    @cached_property
    def _offered(self) -> frozenset[str]:
        return frozenset(offered(self._book))

    def _is_answer(self, phrase: Phrase) -> bool:
        short = " " not in phrase.text or phrase.text in self._offered
        return short and self._book.intents[phrase.intent].answer

    def _is_offered(self, phrase: Phrase) -> bool:
        intent = self._book.intents[phrase.intent]
        spared = intent.answer or intent.costly or intent.safety
        return phrase.text in self._offered and not spared

    def _forms(self, phrase: Phrase) -> tuple[str, ...]:
        return self._book.understood.wording.said_as(phrase.text)

    def _is_at_home(self, intent: str, place: Place | None) -> bool:
        """Whether all ways of saying something are listened for, not only those said most.

        That is what is spoken of in this place. Of a change of subject, the fewer ways are listened
        for, the fewer are misheard.
        """
        if place is None or self._book.intents[intent].answer:
            return True
        return intent in HOME.get(place, ()) or intent in EVERYWHERE


def _said(wording: Wording, *texts: Iterable[str]) -> tuple[str, ...]:
    """Return every form of some texts, each once."""
    return tuple(dict.fromkeys(form for text in chain(*texts) for form in wording.said_as(text)))


def covering(phrases: Iterable[str]) -> tuple[str, ...]:
    """Return some of the phrases that together hold every pair of neighbouring words of all.

    Phrases of one word are all kept: they are the commands said most.
    """
    kept: list[str] = []
    seen: set[tuple[str, str]] = set()
    for phrase in sorted(set(phrases), key=lambda text: (" " in text, -text.count(" "), text)):
        pairs = set(pairwise(("<s>", *phrase.split(), "</s>")))
        if " " not in phrase or not pairs <= seen:
            kept.append(phrase)
            seen |= pairs
    return tuple(kept)
