"""The phones of our hearing models: their names, ids, transition ids and network outputs.

The numbering is Kaldi's. Every phone has one HMM state with two outputs (pdfs) of the network: one
for its first frame, one for the rest. The variants of a phone by position in the word share both.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from voice_coach.vocabulary.files import damaged, read_lines

SILENCE = "SIL"
NOISE = "NSN"
"""Sound that is neither speech nor silence."""

ARPABET = (
    *("AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F", "G", "HH"),
    *("IH", "IY", "JH", "K", "L", "M", "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH"),
    *("UH", "UW", "V", "W", "Y", "Z", "ZH"),
)
"""The phones of English words, without stress."""

PHONES = (SILENCE, NOISE, *ARPABET)

_PLACES = {"B": "begin", "E": "end", "I": "internal", "S": "singleton"}


@dataclass(frozen=True)
class Inventory:
    """The phones of one model.

    A *base* phone is, for example, AA; a *phone* is AA_B, AA_E, AA_I or AA_S (at the beginning, at
    the end, inside, or all of a word); SIL and NSN have no variants. Phone ids count from 1.

    Attributes:
        noise: whether NSN is among the phones.
    """

    noise: bool = True

    @classmethod
    def read(cls, path: Path) -> Inventory:
        """Return the inventory listed in a model's graph/phones.txt.

        Raises:
            ModelFault: the file cannot be read, or lists phones other than ours.
        """
        lines = read_lines(path)
        for inventory in (cls(True), cls(False)):
            expected = inventory.phones_text().splitlines()
            if [" ".join(line.split()) for line in lines if line.strip()] == expected:
                return inventory
        likely = cls(noise=len(lines) > 2 and lines[2].split()[:1] == [NOISE])
        for number, expected_line in enumerate(likely.phones_text().splitlines(), 1):
            found = lines[number - 1].strip() if number <= len(lines) else "nothing"
            if found.split() != expected_line.split():
                raise damaged(path, number, f'"{found}" where "{expected_line}" should be')
        raise damaged(path, len(likely.names) + 2, "more phones than we know")

    @cached_property
    def bases(self) -> tuple[str, ...]:
        """The base phones; base i has the outputs 2 i and 2 i + 1."""
        return PHONES if self.noise else (SILENCE, *ARPABET)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The phones; the phone at index i has the id i + 1."""
        nonwords = tuple(base for base in self.bases if base in (SILENCE, NOISE))
        return nonwords + tuple(f"{base}_{place}" for base in ARPABET for place in _PLACES)

    @cached_property
    def ids(self) -> dict[str, int]:
        """The id of each phone."""
        return {name: number for number, name in enumerate(self.names, 1)}

    @property
    def outputs(self) -> int:
        """Number of outputs of the network."""
        return 2 * len(self.bases)

    @cached_property
    def silence_ids(self) -> tuple[int, ...]:
        """The ids of the phones that are not speech, for endpoint.silence-phones."""
        return tuple(self.ids[base] for base in self.bases if base in (SILENCE, NOISE))

    def pdfs(self, phone: str) -> tuple[int, int]:
        """Return the network's outputs for the first frame of a phone, and for the rest."""
        first = 2 * self.bases.index(base_of(phone))
        return first, first + 1

    def forward(self, phone: str) -> int:
        """Return the transition id of the first frame of a phone."""
        return 2 * self.ids[phone]

    def self_loop(self, phone: str) -> int:
        """Return the transition id of each further frame of a phone."""
        return 2 * self.ids[phone] - 1

    @property
    def unused_transition(self) -> int:
        """A number above all transition ids, for graph/disambig_tid.int."""
        return 2 * len(self.names) + 1

    def phones_text(self) -> str:
        """Return the content of graph/phones.txt."""
        return "".join(f"{name} {i}\n" for i, name in enumerate(("<eps>", *self.names)))

    def word_boundary_text(self) -> str:
        """Return the content of graph/phones/word_boundary.int."""
        kinds = (_PLACES.get(name.partition("_")[2], "nonword") for name in self.names)
        return "".join(f"{number} {kind}\n" for number, kind in enumerate(kinds, 1))


def base_of(phone: str) -> str:
    """Return the base of a phone: AA of AA_B."""
    return phone.partition("_")[0]


def placed(pronunciation: Iterable[str]) -> tuple[str, ...]:
    """Return the phones of a word by position: (K, AE, T) becomes (K_B, AE_I, T_E)."""
    bases = tuple(pronunciation)
    if len(bases) == 1:
        return (f"{bases[0]}_S",)
    return (f"{bases[0]}_B", *(f"{base}_I" for base in bases[1:-1]), f"{bases[-1]}_E")
