"""What the recogniser is given to listen for: few sentences that hold every way of saying things.

vosk makes of its phrases a bigram model with back-off: it knows which word may follow which, not
which sentence is whole. So of thousands of sentences only those are needed that bring a new pair
of neighbouring words; a grammar of 700 takes 2 ms to build, one of 9,000 takes 20 (and each change
of what is said builds another).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, pairwise

from voice_coach.language.book import Book
from voice_coach.language.intents import Phrase
from voice_coach.language.place import Place

DENIED = 2
"""How often sentences that deny something come besides: as often as what they deny, and more, for
"no ambulance" must not be heard as an ambulance."""

EVERYWHERE = frozenset({"stop", "pause", "hurts", "help", "back", "repeat", "skip"})
_TOPICS = frozenset({"stretch", "heat", "ice", "breathe", "imagery", "medicine", "prevention"})
_PACED = frozenset({"next", "where", "slower", "faster", "more_breaths", "fewer_breaths"})
_PAD = frozenset({"too_hot", "stuck", "lying_on", "how_long", "emergency"})

HOME = {
    Place.CHECKING: frozenset({"dizzy", "red_flag"}),
    Place.MENU: _TOPICS | {"quit", "history", "pain", "louder", "quieter", "emergency"},
    Place.READY: frozenset({"next", "where", "ease"}),
    Place.HOLD: _PACED | {"ease", "other_side", "how_long"},
    Place.EASE: frozenset({"ease", "emergency", "stuck"}),
    Place.HEATREADY: _PAD,
    Place.HEAT: _PAD | {"drowsy"},
    Place.ENDING: _PAD,
    Place.EMERGENCY: frozenset({"emergency", "red_flag", "stuck"}),
    Place.PAUSED: frozenset({"resume", "how_long"}),
    Place.BREATHING: _PACED | {"dizzy"},
    Place.IMAGERY: _PACED,
}
"""Place -> what is spoken of there, besides answers and what is understood everywhere."""


class Grammar:
    """Gives, and keeps, the phrases to listen for; see the module's docstring."""

    def __init__(self, book: Book) -> None:
        self._book = book
        wording = book.understood.wording
        self._courtesies = tuple(
            dict.fromkeys(
                form
                for text in chain(
                    wording.before,
                    wording.after,
                    wording.exclamations,
                    wording.afterthoughts,
                    wording.fillers,
                    book.understood.ignored,
                )
                for form in wording.said_as(text)
            )
        )
        self._denials = tuple(f for t in book.understood.ignored for f in wording.said_as(t))
        self._kept: dict[tuple[frozenset[str], Place | None], tuple[str, ...]] = {}

    def phrases(self, intents: frozenset[str], place: Place | None = None) -> tuple[str, ...]:
        """Return what to listen for while these intents make sense in a place.

        The phrases said most come twice: vosk takes them for so much likelier.
        """
        key = (intents, place)
        if key not in self._kept:
            meant = self._book.meant(intents, place).values()
            core = [form for p in meant if p.core for form in self._forms(p)]
            rest = (f for p in meant if self._is_at_home(p.intent, place) for f in self._forms(p))
            wide = covering(chain(core, rest, self._courtesies))
            self._kept[key] = (*core, *self._denials * DENIED, *wide)
        return self._kept[key]

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
