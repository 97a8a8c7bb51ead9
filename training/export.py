"""From a trained network to a folder that vosk loads."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from copy import deepcopy
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch

from training.files import as_kaldi
from training.lexicon import listed_in_dictionary, plain
from training.network import Network
from training.texts import common_words, decoys, safety_words, spoken_words
from voice_coach.teaching.kaldi import model_bytes
from voice_coach.vocabulary.filler import Filler
from voice_coach.vocabulary.graph import build_graph, write_files
from voice_coach.vocabulary.lexicon import Lexicon
from voice_coach.vocabulary.phones import ARPABET, NOISE, SILENCE, Inventory

FEATURES = """\
--use-energy=false
--num-mel-bins=40
--num-ceps=40
--low-freq=20
--high-freq=7600
--allow-upsample=true
--allow-downsample=true
--dither=0.0
"""
"""conf/mfcc.conf. No dither: the program dithers with a generator of its own."""

DECODING = """\
--min-active=200
--max-active=3000
--beam=10.0
--lattice-beam=2.0
--acoustic-scale=1.0
--frame-subsampling-factor=3
--endpoint.silence-phones={silence}
--endpoint.rule1.min-trailing-silence=10.0
--endpoint.rule2.min-trailing-silence=0.3
--endpoint.rule3.min-trailing-silence=0.6
--endpoint.rule4.min-trailing-silence=1.0
--frames-per-chunk=9
"""
"""conf/model.conf."""

SAID = Path(__file__).with_name("said.txt")
"""Ways to say words that CMUdict lacks, among them the British ones."""


def lexicon() -> Lexicon:
    """Return the words that the model knows: all of prompts/, the common ones, and said.txt."""
    words = sorted({*spoken_words(), *decoys(), *common_words()})
    said = Lexicon.read(SAID)
    ways = {w: plain(w) for w in words if listed_in_dictionary(w) or w not in said.words}
    return Lexicon.of(ways).joined(said)


def phone_bigram(words: Lexicon) -> tuple[tuple[float, ...], tuple[tuple[float, ...], ...]]:
    """Return how likely each phone begins a word, and follows another, in some words."""
    place = {phone: number for number, phone in enumerate(ARPABET)}
    first = np.full(len(ARPABET), 1.0)
    then = np.full((len(ARPABET), len(ARPABET)), 0.5)
    for _, phones in words.entries:
        first[place[phones[0]]] += 1
        for one, two in pairwise(phones):
            then[place[one], place[two]] += 1
    first /= first.sum()
    then /= then.sum(1, keepdims=True)
    return tuple(first.tolist()), tuple(tuple(row) for row in then.tolist())


LASTING = 0.1
LASTING_HISS = 0.05
"""What each further output of a phone of speech costs, beside its score.

In a pause "the same phone goes on" and SIL are much alike to the network; this tips the scale
towards the pause, so that a word ends where it does. Sounds that are noise themselves cost less, or
the end of "ice" would be taken for a pause. Before words were learnt near an alignment, 0.25 and
0.12 were needed."""

_HISS = frozenset(("S", "Z", "SH", "ZH", "F", "TH", "CH", "JH"))

_DECOYS = ("text", "eat", "hat", "eyes", "top", "shop", "cause", "health", "sky", "guess", "neck")

WORKING_POINT: dict[str, Any] = {
    "strictness": 0.45,
    "word_cost": 3.75,
    "noise": 0.05,
    "pause": 5,
    "thresholds": {
        # Decoys are seldom said to a coach; "nope" and "yeah" mean what the shorter word does.
        **dict.fromkeys(_DECOYS, 2.5),
        "breeze": 4.0,
        "eat": 1.0,
        "nope": 1.5,
        "yeah": 1.0,
        # Heard in "banana", and in the coach's own "it is off".
        "again": 2.0,
        "options": 2.0,
        # Heard in "it's easing", which means the contrary.
        "seized": 1.0,
        # Wanted above all.
        "stop": -1.5,
        "heat": -1.0,
        "next": -1.0,
        "pause": -2.5,
        # Short, soft and wanted.
        "relax": -1.0,
        "ease": -1.5,
        "longer": -1.0,
        "six": -1.0,
        "hold": -1.0,
        "how": -1.0,
        "many": -1.0,
        "no": -0.5,
        "ice": -0.5,
        "say": -0.5,
        "help": 0.5,
        "i": 1.0,
        # "Not at all" and "good bye" were heard in a noise of the kitchen, and weigh much.
        "at": 5.0,
        "bye": 4.0,
    },
}
"""The kind of [unk], see `Filler`: chosen on the dev recordings from what variants of the model
(`training.variants`) gave in `benchmarks.hearing`; docs/lab/training.md has the table."""


def export(
    network: Network,
    folder: Path,
    inventory: Inventory,
    *,
    wide: bool = False,
    working_point: Mapping[str, Any] = WORKING_POINT,
) -> None:
    """Write a model, beside and then renamed; what was in `folder` is replaced.

    Args:
        network: what was trained.
        folder: where.
        inventory: the network's phones.
        wide: two bytes a weight in place of one.
        working_point: fields of `Filler`.
    """
    network = deepcopy(network)
    with torch.no_grad():
        for number, base in enumerate(inventory.bases):
            if base not in (SILENCE, NOISE):
                cost = LASTING_HISS if base in _HISS else LASTING
                network.out.bias[2 * number + 1] -= cost
    words = lexicon()
    first, then = phone_bigram(words)
    filler = Filler(init=first, next=then, beside=safety_words(), **working_point)
    silence = ":".join(map(str, inventory.silence_ids))
    files = {
        "am/final.mdl": model_bytes(as_kaldi(network, inventory, wide)),
        "conf/mfcc.conf": FEATURES.encode(),
        "conf/model.conf": DECODING.format(silence=silence).encode(),
        **build_graph(words, filler, inventory),
    }
    beside = folder.with_name(folder.name + ".part")
    shutil.rmtree(beside, ignore_errors=True)
    write_files(beside, files)
    readme = folder / "README.md"
    if readme.exists():
        shutil.copy2(readme, beside / "README.md")
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)
