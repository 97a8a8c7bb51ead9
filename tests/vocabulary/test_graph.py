from __future__ import annotations

import math

import msgspec
import pytest

from voice_coach.vocabulary.filler import Filler
from voice_coach.vocabulary.fst import Fst, from_bytes
from voice_coach.vocabulary.graph import build_graph
from voice_coach.vocabulary.lexicon import Lexicon
from voice_coach.vocabulary.phones import ARPABET, Inventory, placed

LEXICON = Lexicon.of(
    {
        "cat": [("K", "AE", "T")],
        "bat": [("B", "AE", "T")],
        "cab": [("K", "AE", "B")],
        "oh": [("OW",)],
        "the": [("DH", "AH"), ("DH", "IY")],
    }
)
WORDS = ("<eps>", "[unk]", *LEXICON.words)


def cheapest(fst: Fst, inventory: Inventory, phones: tuple[str, ...], words: list[str]) -> float:
    """Return the cost of `words` for `phones`, one frame each; inf if impossible."""
    return cost_of(fst, [inventory.forward(phone) for phone in phones], words)


def cost_of(fst: Fst, inputs: list[int], words: list[str]) -> float:
    """Return the cost of `words` for these transitions; inf if impossible."""
    wanted = tuple(WORDS.index(word) for word in words)
    arcs: dict[int, list[tuple[int, int, float, int]]] = {}
    columns = (fst.sources, fst.inputs, fst.outputs, fst.weights, fst.targets)
    for source, label, word, cost, target in zip(*(c.tolist() for c in columns), strict=True):
        arcs.setdefault(source, []).append((label, word, cost, target))
    costs = {(fst.start, 0, 0): 0.0}
    changed = True
    while changed:
        changed = False
        for (state, heard, said), so_far in list(costs.items()):
            for label, word, cost, target in arcs.get(state, []):
                if label and (heard == len(inputs) or inputs[heard] != label):
                    continue
                if word and (said == len(wanted) or wanted[said] != word):
                    continue
                place = (target, heard + bool(label), said + bool(word))
                if so_far + cost < costs.get(place, math.inf) - 1e-6:
                    costs[place] = so_far + cost
                    changed = True
    ends = ((state, len(inputs), len(wanted)) for state in range(len(fst.finals)))
    return min(costs.get(end, math.inf) + float(fst.finals[end[0]]) for end in ends)


def graph(inventory: Inventory, **more: object) -> Fst:
    filler = msgspec.structs.replace(Filler.even(), **more)
    return from_bytes(build_graph(LEXICON, filler, inventory)["graph/HCLr.fst"])


@pytest.fixture(params=[False, True], ids=["without NSN", "with NSN"])
def inventory(request: pytest.FixtureRequest) -> Inventory:
    return Inventory(noise=request.param)


def test_words_are_said_with_or_without_pauses(inventory: Inventory) -> None:
    fst = graph(inventory, silence=0.4, noise=0.1)
    none = -math.log(0.5 if inventory.noise else 0.6)
    cat, oh = placed(("K", "AE", "T")), placed(("OW",))
    assert cheapest(fst, inventory, cat, ["cat"]) == pytest.approx(2 * none)
    assert cheapest(fst, inventory, (*cat, *oh), ["cat", "oh"]) == pytest.approx(3 * none)
    pause = -math.log(0.4) + (-math.log(0.9) if inventory.noise else 0)
    said = ("SIL", *cat, "SIL", *oh)
    assert cheapest(fst, inventory, said, ["cat", "oh"]) == pytest.approx(2 * pause + none)
    assert cheapest(fst, inventory, cat, ["bat"]) == math.inf
    assert cheapest(fst, inventory, (), []) < math.inf


def test_noise_stands_in_pauses_only() -> None:
    noisy, plain = Inventory(True), Inventory(False)
    fst = graph(noisy, silence=0.4, noise=0.1)
    none, noise, silence = -math.log(0.5), -math.log(0.1), -math.log(0.4)
    said = ("NSN", "SIL", *placed(("OW",)), "NSN")
    cost = noise + silence - math.log(0.9) + noise - math.log(0.6)
    assert cheapest(fst, noisy, said, ["oh"]) == pytest.approx(cost)
    assert cheapest(fst, noisy, ("OW_S", "NSN", "OW_S"), ["oh"]) == math.inf
    assert cheapest(fst, noisy, ("NSN",), ["[unk]"]) == math.inf
    assert noise + none > 0
    assert not {"NSN"} & set(plain.names)


def test_every_phone_lasts(inventory: Inventory) -> None:
    fst = graph(inventory, word_cost=1.0)
    arcs = list(zip(fst.sources.tolist(), fst.inputs.tolist(), fst.targets.tolist(), strict=True))
    loops = {(source, label) for source, label, target in arcs if source == target and label % 2}
    # The arc into a state is the first frame of the phone whose loop is there.
    entered = {(target, label - 1) for _, label, target in arcs if label and label % 2 == 0}
    assert loops == entered


def test_unknown_is_any_two_phones_at_the_price_of_the_loop(inventory: Inventory) -> None:
    fst = graph(inventory, cost=1.5, phone_cost=0.25, end=0.2, strictness=0.5)
    pauses = cheapest(fst, inventory, ("OW_S",), ["oh"])
    rare = 0.5 * math.log(len(ARPABET))
    cost = pauses + 1.5 + rare + 2 * (0.25 + rare) - math.log(0.8) - math.log(0.2)
    said = ("ZH_B", "OY_I", "T_E")
    assert cheapest(fst, inventory, said, ["[unk]"]) == pytest.approx(cost, abs=1e-5)
    assert cheapest(fst, inventory, ("ZH_S",), ["[unk]"]) == math.inf


def test_a_word_beats_its_copy_in_the_tree_by_the_word_cost(inventory: Inventory) -> None:
    fst = graph(inventory, word_cost=2.0, cost=90.0)
    for word, pronunciation in LEXICON.entries:
        phones = placed(pronunciation)
        word_alone = cheapest(fst, inventory, phones, [word])
        assert cheapest(fst, inventory, phones, ["[unk]"]) == pytest.approx(word_alone + 2.0)
    # Endings are shared without making words that are none.
    assert cheapest(fst, inventory, placed(("B", "AE", "B")), ["[unk]"]) > 50


def test_a_pause_is_between_unknown_and_a_word_that_may_not_stand_beside_it(
    inventory: Inventory,
) -> None:
    fst = graph(inventory, beside=("bat",), pause=3)
    cat, bat, unknown = placed(("K", "AE", "T")), placed(("B", "AE", "T")), placed(("T", "IH"))

    def possible(*said: str | tuple[str, ...], words: str) -> bool:
        phones = sum((p if isinstance(p, tuple) else (p,) for p in said), ())
        return cheapest(fst, inventory, phones, words.split()) < math.inf

    assert possible(unknown, bat, unknown, words="[unk] bat [unk]")
    assert not possible(unknown, cat, words="[unk] cat")
    assert not possible(cat, unknown, words="cat [unk]")
    assert not possible(bat, unknown, cat, words="bat [unk] cat")
    assert possible(bat, cat, bat, cat, words="bat cat bat cat"), "one phrase"
    assert possible(unknown, unknown, words="[unk] [unk]")
    switched = ("NSN", "SIL") if inventory.noise else ("SIL",)
    assert not possible(unknown, *switched, cat, words="[unk] cat")
    assert not possible(cat, *switched, unknown, words="cat [unk]")
    assert possible(cat, *switched, cat, words="cat cat")
    assert possible(cat, words="cat") and possible(*switched, cat, *switched, words="cat")


def test_a_long_pause_lets_any_word_follow(inventory: Inventory) -> None:
    fst = graph(inventory, beside=(), pause=3)
    lasting = inventory.self_loop("SIL")
    cat = [inventory.forward(phone) for phone in placed(("K", "AE", "T"))]
    unknown = [inventory.forward(phone) for phone in placed(("T", "IH"))]
    for count in range(5):
        pause = [inventory.forward("SIL"), *[lasting] * (count - 1)][:count]
        can = cost_of(fst, [*unknown, *pause, *cat], ["[unk]", "cat"]) < math.inf
        assert can == (count >= 3)
        can = cost_of(fst, [*cat, *pause, *unknown], ["cat", "[unk]"]) < math.inf
        assert can == (count >= 3)


def test_vocabulary_and_boundaries_are_listed(inventory: Inventory) -> None:
    files = build_graph(LEXICON, Filler.even(), inventory)
    assert from_bytes(files["graph/Gr.fst"]).output_names == WORDS
    listed = files["graph/words.txt"].decode().split()
    assert listed[::2] == list(WORDS)
    assert listed[1::2] == [str(number) for number in range(len(WORDS))]
    kinds = dict(
        line.split() for line in files["graph/phones/word_boundary.int"].decode().splitlines()
    )
    nonwords = [number for number, kind in kinds.items() if kind == "nonword"]
    assert nonwords == [str(number) for number in inventory.silence_ids]
    assert kinds[str(inventory.ids["ZH_S"])] == "singleton"
    assert int(files["graph/disambig_tid.int"]) > 2 * len(inventory.names)
    assert inventory.outputs == (82 if inventory.noise else 80)
    assert inventory.pdfs("ZH_S") == (inventory.outputs - 2, inventory.outputs - 1)
    assert inventory.forward("SIL") == 2 == inventory.self_loop("SIL") + 1
