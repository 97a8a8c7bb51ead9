"""The graph of a hearing model: which sounds make which word.

    start --[pause]--> hub --word or [unk]--> exit --[pause]--> hub

From the hub, each pronunciation is a chain of phones that leads through the exit, where there may
be a pause, back to the hub. The word label is on the first arc of its chain, so that the
recogniser, which composes this graph with the grammar on the fly, never enters a word outside the
grammar. Nothing is determinised, so no disambiguation symbols are needed.

[unk] matches speech outside the grammar. It is a loop of phones, each as likely after the last as
in English, and, with `Filler.word_cost`, a tree of all words of the lexicon. A word that is in the
lexicon but not in the grammar matches its own phones there, and is not forced into a command; a
word of the grammar beats its copy in the tree by exactly the word cost, minus its threshold
(`Filler.thresholds`) if it has one.

With `Filler.beside`, only the words named there may be adjacent to [unk]. Any other word must be
separated from it by a pause: a command stands alone, and what sounds like one in the middle of
other people's sentences does not. There are then three hubs: one leads to everything, one (right
after such a word) to words only, and one (right after [unk]) to [unk] and its neighbours only.

NSN occurs in pauses only: an [unk] of NSN alone would be a word without a word's phones, which vosk
cannot time.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from voice_coach.understanding.words import UNKNOWN
from voice_coach.vocabulary.filler import Filler
from voice_coach.vocabulary.fst import Draft, Fst, to_bytes
from voice_coach.vocabulary.lexicon import Lexicon, Pronunciation
from voice_coach.vocabulary.phones import ARPABET, NOISE, SILENCE, Inventory, placed

LEXICON = "graph/lexicon.txt"
FILLER = "graph/filler.json"
PHONES = "graph/phones.txt"

VERSION = 2
"""To be increased when the same lexicon and filler yield another graph than before."""

_EPSILON, _UNKNOWN = 0, 1  # numbers of the first two words
_Place = tuple[str, tuple[int, ...]]
"""A phone and the states that may follow it: equal places share one state, and so their endings."""

_RARE = 1e-6  # the lowest probability
_UNKNOWN_ALONE = 3.0  # extra cost of [unk] over a word when there is no grammar


def build_graph(lexicon: Lexicon, filler: Filler, inventory: Inventory) -> dict[str, bytes]:
    """Build the files of a model's graph/ folder.

    Args:
        lexicon: the words that the model is to know.
        filler: parameters of [unk].
        inventory: the phones of the acoustic model.

    Returns:
        The content of each file, by its path in the model's folder ("graph/HCLr.fst", ...).
    """
    words = ("<eps>", UNKNOWN, *lexicon.words)
    listed = "".join(f"{word} {number}\n" for number, word in enumerate(words))
    return {
        "graph/HCLr.fst": to_bytes(sounds_to_words(lexicon, filler, inventory)),
        "graph/Gr.fst": to_bytes(any_words(words)),
        "graph/words.txt": listed.encode(),
        PHONES: inventory.phones_text().encode(),
        "graph/phones/word_boundary.int": inventory.word_boundary_text().encode(),
        "graph/disambig_tid.int": f"{inventory.unused_transition}\n".encode(),
        LEXICON: lexicon.text().encode(),
        FILLER: filler.text().encode(),
    }


def write_files(folder: Path, files: dict[str, bytes]) -> None:
    """Write files by their paths into a folder, creating folders as needed.

    Raises:
        OSError: a file or folder cannot be written.
    """
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def any_words(words: tuple[str, ...]) -> Fst:
    """Return Gr.fst: any words in any order. vosk reads the names of the words from it."""
    draft = Draft()
    state = draft.state(final=0.0)
    each = math.log(len(words))
    for number in range(1, len(words)):
        cost = each + (_UNKNOWN_ALONE if number == _UNKNOWN else 0.0)
        draft.arc(state, number, number, cost, state)
    return draft.finish(state, words)


def sounds_to_words(lexicon: Lexicon, filler: Filler, inventory: Inventory) -> Fst:
    """Return HCLr.fst: from transition ids to words."""
    graph = _Graph(filler, inventory)
    numbers = {word: number for number, word in enumerate(lexicon.words, _UNKNOWN + 1)}
    for word, pronunciation in lexicon.entries:
        cost = filler.thresholds.get(word, 0.0)
        beside = filler.beside is None or word in filler.beside
        graph.add_word(numbers[word], pronunciation, cost, beside=beside)
    graph.add_loop()
    if filler.word_cost is not None:
        graph.add_tree(sorted({phones for _, phones in lexicon.entries}), filler.word_cost)
    return graph.draft.finish(graph.start, by_output=True)


class _Graph:
    def __init__(self, filler: Filler, inventory: Inventory) -> None:
        self.draft = Draft()
        self._filler = filler
        self._inventory = inventory
        self.start = self.draft.state()
        self._hub = self.draft.state(final=0.0)
        self._exit = self.draft.state()
        apart = filler.beside is not None
        # After a word without a pause, and after [unk] without one.
        self._hub_words = self.draft.state(final=0.0) if apart else self._hub
        self._hub_unknown = self.draft.state(final=0.0) if apart else self._hub
        self._exit_words = self.draft.state() if apart else self._exit
        self._exit_unknown = self.draft.state() if apart else self._exit
        self._unknown_ends: dict[str, int] = {}
        self._add_pauses()

    def _phone(self, phone: str) -> int:
        """Add the state in which a phone lasts; `_enter` leads there."""
        state = self.draft.state()
        self.draft.arc(state, self._inventory.self_loop(phone), _EPSILON, 0.0, state)
        return state

    def _enter(self, source: int, phone: str, word: int, cost: float, target: int) -> None:
        self.draft.arc(source, self._inventory.forward(phone), word, cost, target)

    def _leave(self, source: int, cost: float, target: int) -> None:
        self.draft.arc(source, _EPSILON, _EPSILON, cost, target)

    def _add_pauses(self) -> None:
        self._add_pause(self.start, self._hub, 1)
        self._add_pause(self._exit, self._hub, 1)
        if self._filler.beside is not None:
            self._add_pause(self._exit_words, self._hub_words, self._filler.pause)
            self._add_pause(self._exit_unknown, self._hub_unknown, self._filler.pause)

    def _add_pause(self, source: int, hub: int, least: int) -> None:
        """Add an optional pause of silence and noise after `source`.

        It leads to `hub`; once it has lasted for `least` outputs, to the hub of all words.
        """
        chances = {SILENCE: self._filler.silence}
        if self._inventory.noise:
            chances[NOISE] = self._filler.noise
        rows = [{phone: self.draft.state() for phone in chances} for _ in range(least)]
        for phone, chance in chances.items():
            self._enter(source, phone, _EPSILON, _cost(chance), rows[0][phone])
        self._leave(source, _cost(1 - sum(chances.values())), hub)
        for count, row in enumerate(rows, 1):
            onward = rows[min(count, least - 1)]  # the last row lasts
            for phone, state in row.items():
                loop = self._inventory.self_loop(phone)
                self.draft.arc(state, loop, _EPSILON, 0.0, onward[phone])
                # A phone that can last needs no second one of its kind.
                others = {other: chance for other, chance in chances.items() if other != phone}
                for other, chance in others.items():
                    self._enter(state, other, _EPSILON, _cost(chance), onward[other])
                over = _cost(1 - sum(others.values()))
                self._leave(state, over, self._hub if count == least else hub)

    def add_word(
        self, word: int, pronunciation: Pronunciation, cost: float, *, beside: bool
    ) -> None:
        """Add a pronunciation of the word of that number; `beside`: it may be adjacent to [unk]."""
        first, *rest = placed(pronunciation)
        state = self._phone(first)
        hubs = {self._hub, self._hub_words, *((self._hub_unknown,) if beside else ())}
        for hub in sorted(hubs):
            self._enter(hub, first, word, cost, state)
        for phone in rest:
            following = self._phone(phone)
            self._enter(state, phone, _EPSILON, 0.0, following)
            state = following
        self._leave(state, 0.0, self._exit if beside else self._exit_words)

    def add_loop(self) -> None:
        """Add [unk] as two or more phones."""
        filler = self._filler
        begins = [self._phone(f"{base}_B") for base in ARPABET]
        insides = [self._phone(f"{base}_I") for base in ARPABET]
        stay, end = _cost(1 - filler.end), _cost(filler.end)
        for first, base in enumerate(ARPABET):
            cost = filler.cost + self._softened(filler.init[first])
            for hub in sorted({self._hub, self._hub_unknown}):
                self._enter(hub, f"{base}_B", _UNKNOWN, cost, begins[first])
            for second, following in enumerate(ARPABET):
                cost = filler.phone_cost + self._softened(filler.next[first][second])
                last = f"{following}_E"
                for source in (begins[first], insides[first]):
                    self._enter(source, f"{following}_I", _EPSILON, cost + stay, insides[second])
                    self._enter(source, last, _EPSILON, cost + end, self._unknown_end(last))

    def add_tree(self, pronunciations: list[Pronunciation], word_cost: float) -> None:
        """Add [unk] as any of the words; words share equal beginnings and endings."""
        root: dict[str, Any] = {}
        for pronunciation in pronunciations:
            node = root
            for phone in placed(pronunciation):
                node = node.setdefault(phone, {})
        shared: dict[_Place, int] = {}
        for phone, node in root.items():
            state = self._tree_state(phone, node, shared)
            for hub in sorted({self._hub, self._hub_unknown}):
                self._enter(hub, phone, _UNKNOWN, word_cost, state)

    def _tree_state(self, phone: str, node: dict[str, Any], shared: dict[_Place, int]) -> int:
        """Return the state of a phone that `node` follows in the tree."""
        if not node:
            return self._unknown_end(phone)
        targets = [(p, self._tree_state(p, below, shared)) for p, below in sorted(node.items())]
        place = (phone, tuple(state for _, state in targets))
        state = shared.get(place)
        if state is None:
            state = shared[place] = self._phone(phone)
            for following, target in targets:
                self._enter(state, following, _EPSILON, 0.0, target)
        return state

    def _unknown_end(self, phone: str) -> int:
        """Return the state of a last phone of [unk], shared by all that end in that phone."""
        state = self._unknown_ends.get(phone)
        if state is None:
            state = self._unknown_ends[phone] = self._phone(phone)
            self._leave(state, 0.0, self._exit_unknown)
        return state

    def _softened(self, probability: float) -> float:
        return _cost(probability**self._filler.strictness)


def _cost(probability: float) -> float:
    return -math.log(max(probability, _RARE))
