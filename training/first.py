"""Where no model of ours is there to start from: phones by pocketsphinx, and frames as targets.

A network whose body was trained for another language (or for none) has no output layer that knows
our phones, and lattice-free MMI does not find its way from nothing: it settles on what is frequent.
So pocketsphinx, which brings an English model, first says which phone each frame of some recordings
is; the output layer learns that alone, while the body is kept as it is, and then both together.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch
from torch import nn
from torch.nn import functional

from training.augment import Material, heard
from training.network import SUBSAMPLING, Network, outputs, pad
from training.progress import progress
from training.store import RATE, Entry, Store
from voice_coach.vocabulary.phones import SILENCE, Inventory

LEAD = round(0.2 * RATE)
"""Samples of near silence around a recording: pocketsphinx wants to hear it begin."""
HEAD_STEPS = 70
"""Steps in which only the output layer learns; sooner, its errors destroy the body."""
PRIOR_SHARE = 0.7
"""How much of the logarithm of each pdf's frequency is taken off its score in the end."""

Phones = list[tuple[str, int, int]]


class FirstAlignments(msgspec.Struct):
    """For each recording (by path) its phones: base phone, first frame, frame after the last."""

    phones: dict[str, Phones] = {}


def align_first(path: Path, store: Store, most: int, seed: int) -> FirstAlignments:
    """Align recordings chosen at random; what `path` has from an earlier run is kept.

    Recordings that pocketsphinx cannot make out have no phones.
    """
    from pocketsphinx import Decoder

    found = FirstAlignments()
    if path.exists():
        found = msgspec.msgpack.decode(path.read_bytes(), type=FirstAlignments)
    entries = [e for e in store.entries if e.split == "train" and e.length < 15 * RATE]
    chosen = random.Random(seed).sample(entries, min(most, len(entries)))
    missing = [entry for entry in chosen if entry.path not in found.phones]
    decoder = Decoder(lm=None, loglevel="FATAL", bestpath=False)
    for number, entry in enumerate(progress(missing, "first alignment"), 1):
        found.phones[entry.path] = _phones(decoder, store, entry)
        if number % 200 == 0 or number == len(missing):
            path.write_bytes(msgspec.msgpack.encode(found))
    return found


def _phones(decoder: Any, store: Store, entry: Entry) -> Phones:
    quiet = np.random.default_rng(0).standard_normal((2, LEAD), np.float32) * np.float32(1e-4)
    sound = np.concatenate([quiet[0], store.sound(entry), quiet[1]])
    pcm = np.clip(sound * 32767, -32768, 32767).astype("<i2").tobytes()

    def decode() -> None:
        decoder.start_utt()
        decoder.process_raw(pcm, full_utt=True)
        decoder.end_utt()

    try:
        decoder.set_align_text(" ".join(entry.words))
        decode()
        if decoder.hyp() is None:
            return []
        decoder.set_alignment()
        decode()
    except RuntimeError:  # a word it does not know, or too many for the sound
        return []
    lead = LEAD * 100 // RATE
    made: Phones = []
    for word in decoder.get_alignment():
        for phone in word:
            name = SILENCE if phone.name.startswith("+") else phone.name
            made.append((name, phone.start - lead, phone.start + phone.duration - lead))
    return made


def frame_targets(phones: Phones, frames: int, inventory: Inventory) -> Any:
    """Return the pdf of each output, (outputs,); silence where no phone is."""
    numbers = {base: number for number, base in enumerate(inventory.bases)}
    of_frame = np.zeros(frames, np.int64)
    which = np.full(frames, -1)
    for place, (name, first, last) in enumerate(phones):
        if name != SILENCE and name in numbers:
            first, last = max(0, first), min(frames, last)
            of_frame[first:last] = numbers[name]
            which[first:last] = place
    sampled, which = of_frame[::SUBSAMPLING], which[::SUBSAMPLING]
    begins = np.concatenate([[True], which[1:] != which[:-1]])
    return 2 * sampled + np.where(begins, 0, 1)


def teach_frames(
    network: Network,
    store: Store,
    material: Material,
    found: FirstAlignments,
    inventory: Inventory,
    steps: int,
    seed: int,
    at_once: int = 10,
) -> None:
    """Train a network on the phones of single frames.

    Args:
        network: is changed; its output layer in the end scores as lattice-free MMI wants it.
        store: the sound.
        material: what is mixed in.
        found: the phones.
        inventory: all phones there are.
        steps: how many, of `at_once` recordings each.
        seed: of all chance.
        at_once: recordings in a step.
    """
    torch.set_num_threads(1)
    network.train()
    usable = [entry for entry in store.entries if found.phones.get(entry.path)]
    draw, chance = np.random.default_rng(seed), random.Random(seed)
    head = list(network.out.parameters())
    listed = {id(p) for p in head}
    body = [p for p in network.parameters() if id(p) not in listed]
    optimiser = torch.optim.AdamW([{"params": head}, {"params": body}], betas=(0.9, 0.99))
    counts = torch.ones(inventory.outputs)
    for step in progress(range(steps), "frames"):
        entries = chance.sample(usable, min(at_once, len(usable)))
        features, targets = _examples(entries, store, material, found, inventory, draw)
        batch, _ = pad(features)
        longest = max(map(len, targets))
        wanted = torch.full((len(targets), longest), -1)
        for row, target in zip(wanted, targets, strict=True):
            row[: len(target)] = torch.from_numpy(target)
        late = max(0.0, step - HEAD_STEPS) / max(1, steps - HEAD_STEPS)
        fall = 0.5 * (1 + math.cos(math.pi * late))
        optimiser.param_groups[0]["lr"] = 4e-3 if step < HEAD_STEPS else 1e-3 * fall
        optimiser.param_groups[1]["lr"] = 3e-4 * fall * min(1.0, (step - HEAD_STEPS + 1) / 60)
        with torch.set_grad_enabled(step >= HEAD_STEPS):
            hidden = network.hidden(batch)
        scores = functional.linear(hidden.float(), network.out.weight, network.out.bias)
        lost = functional.cross_entropy(scores.flatten(0, 1), wanted.flatten(), ignore_index=-1)
        optimiser.zero_grad()
        lost.backward()
        nn.utils.clip_grad_norm_(list(network.parameters()), 2.0)
        optimiser.step()
        counts = counts * 0.995 + torch.bincount(wanted[wanted >= 0], minlength=len(counts))
        if step % 50 == 0:
            print(f"frames step {step} loss {float(lost.detach()):.3f}", flush=True)
    with torch.no_grad():
        network.out.bias -= PRIOR_SHARE * (counts / counts.sum()).log()


def _examples(
    entries: Sequence[Entry],
    store: Store,
    material: Material,
    found: FirstAlignments,
    inventory: Inventory,
    draw: np.random.Generator,
) -> tuple[list[Any], list[Any]]:
    features, targets = [], []
    for entry in entries:
        # Not faster or slower, and not moved: the phones were found in it as it is.
        sample = heard(store.sound(entry), draw, material, synthetic=entry.synthetic)
        phones = found.phones[entry.path]
        target = frame_targets(phones, len(sample.features), inventory)
        assert len(target) == outputs(len(sample.features))
        features.append(sample.features)
        targets.append(target)
    return features, targets
