"""The training itself: lattice-free MMI, with the frame posteriors it finds as a second target.

A checkpoint is kept every few minutes with all that is needed to go on: weights, the optimiser's
state and the number of the next batch; the batches themselves follow from the seed. So a run that
was stopped and started again goes the same way.
"""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import DataLoader

from training.augment import Material
from training.batches import Batch, Batches, Piece, Speller, epoch, group
from training.lfmmi import PhoneTrigram, lattice_free
from training.network import WIDTH, Network
from training.store import Store
from training.texts import common_words
from voice_coach.vocabulary.phones import Inventory


@dataclass(frozen=True)
class Options:
    """How to train.

    Attributes:
        steps: how many batches.
        frames: of features in a batch.
        body_rate, out_rate, new_rate: learning rates at the highest, of the body, the output layer
            and of layers that were just added, which begin without an effect.
        added: how many of the last layers were.
        warm_up: steps until they are reached.
        frame_share: weight of the frame posteriors as a target beside MMI.
        seed: of everything.
        noises: examples without speech in an epoch.
        most: the most pieces of a source in an epoch.
        save_every: steps between checkpoints.
        judge_every: steps between judgements on the dev recordings.
        tail: share of the steps whose weights are averaged in the end.
        keep: share of the weights it started from in what comes out; see docs/lab/training.md.
    """

    steps: int = 8000
    frames: int = 6000
    body_rate: float = 3e-4
    out_rate: float = 5e-4
    new_rate: float = 5e-4
    added: int = 0
    warm_up: int = 100
    frame_share: float = 0.1
    seed: int = 1
    noises: int = 1000
    most: dict[str, int] | None = None
    save_every: int = 200
    judge_every: int = 1000
    tail: float = 0.1
    keep: float = 0.0


@dataclass(frozen=True)
class Lesson:
    """What to learn from and to judge with."""

    whole: Sequence[Piece]
    cuts: Sequence[Sequence[Piece]]
    dev: Sequence[Piece]
    material: Material
    store: Store


def train(
    network: Network, lesson: Lesson, inventory: Inventory, options: Options, folder: Path
) -> Network:
    """Train a network; return it with its weights averaged over the last steps, and with its start.

    Args:
        network: where to start.
        lesson: what to learn.
        inventory: the phones.
        options: how.
        folder: for `checkpoint.pt` and `log.jsonl`.
    """
    torch.set_num_threads(1)  # a second one makes these small matrices no faster
    torch.manual_seed(options.seed)
    folder.mkdir(parents=True, exist_ok=True)
    start = {name: value.clone() for name, value in network.state_dict().items()}
    run = _Run(network, lesson, inventory, options, folder)
    run.resume()
    run.go()
    return mixed(run.averaged(), start, options.keep)


def mixed(network: Network, other: Mapping[str, Tensor], share: float) -> Network:
    """Return a network with the mean of its weights and others.

    Args:
        network: it is changed.
        other: the weights of a network that it was trained from, or that was trained from it.
        share: of the others, 0 to 1.
    """
    state = network.state_dict()
    for name, value in state.items():
        between = (1 - share) * value.float() + share * other[name].float()
        state[name] = between.to(value.dtype)
    network.load_state_dict(state)
    return network


def phone_trigram(lesson: Lesson, inventory: Inventory, seed: int) -> PhoneTrigram:
    """Return the phone model of the denominator.

    Every text counts once, however many people said it: what is likely here needs less of a score,
    and what was recorded often is not what will be said often. (With each recording counted, "no",
    of which there are thousands, was soon taken for "nope".)
    """
    chance = random.Random(seed)
    speller = Speller(inventory)
    texts = {piece.words for piece in lesson.whole} | {(word,) for word in common_words()}
    silent = [()] * (len(texts) // 20)
    sequences = []
    for words in [*sorted(texts), *silent]:
        # As it is heard: no text says where the pauses are.
        saying = speller.saying(words, chance, noisy=chance.random() < 0.3)
        last = len(saying.phones) - 1
        chances = [0.9 if place in (0, last) else 0.2 for place in range(last + 1)]
        each = zip(saying.phones, saying.optional, chances, strict=True)
        sequences.append([p for p, optional, c in each if not optional or chance.random() < c])
    return PhoneTrigram.estimate([s for s in sequences if s], len(inventory.bases))


class _Run:
    """One training run, and where it stands."""

    def __init__(
        self, network: Network, lesson: Lesson, inventory: Inventory, options: Options, folder: Path
    ) -> None:
        self.network, self.lesson, self.inventory = network, lesson, inventory
        self.options, self.folder = options, folder
        self.trigram = phone_trigram(lesson, inventory, options.seed)
        self.frame_out = nn.Linear(WIDTH, inventory.outputs)
        with torch.no_grad():
            self.frame_out.weight.zero_()
            self.frame_out.bias.zero_()
        own = [*network.out.parameters(), *self.frame_out.parameters()]
        last = list(network.layers)[len(network.layers) - options.added :]
        new = [parameter for layer in last for parameter in layer.parameters()]
        listed = {id(p) for p in [*own, *new]}
        body = [p for p in network.parameters() if id(p) not in listed]
        groups = [(own, options.out_rate), (body, options.body_rate), (new, options.new_rate)]
        groups = [(parameters, rate) for parameters, rate in groups if parameters]
        self.rates = tuple(rate for _, rate in groups)
        self.optimiser = torch.optim.AdamW(
            [{"params": parameters} for parameters, _ in groups],
            weight_decay=1e-3,
            betas=(0.9, 0.99),
        )
        self.step = self.epoch = self.next = 0
        self.sum: dict[str, Tensor] = {}
        self.summed = 0
        self.dev = self._dev_batches()

    @property
    def _checkpoint(self) -> Path:
        return self.folder / "checkpoint.pt"

    def resume(self) -> None:
        """Go on from the checkpoint, if there is one."""
        if not self._checkpoint.exists():
            return
        kept = torch.load(self._checkpoint, weights_only=True)
        self.network.load_state_dict(kept["network"])
        self.frame_out.load_state_dict(kept["frame_out"])
        self.optimiser.load_state_dict(kept["optimiser"])
        self.sum, self.summed = kept["sum"], kept["summed"]
        self.step, self.epoch, self.next = kept["step"], kept["epoch"], kept["next"]
        print(f"going on at step {self.step} of {self.options.steps}", flush=True)
        if self.step >= self.options.steps:
            print(f"no step is left: to train anew, delete {self.folder}", flush=True)

    def save(self) -> None:
        """Write the checkpoint, whole or not at all."""
        beside = self._checkpoint.with_suffix(".part")
        kept = {
            "network": self.network.state_dict(),
            "frame_out": self.frame_out.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "sum": self.sum,
            "summed": self.summed,
            "step": self.step,
            "epoch": self.epoch,
            "next": self.next,
        }
        torch.save(kept, beside)
        beside.replace(self._checkpoint)

    def go(self) -> None:
        """Train to the last step."""
        began, begun_at = time.monotonic(), self.step
        window: list[tuple[float, float]] = []
        while self.step < self.options.steps:
            for batch in self._loader():
                if batch is not None:
                    window.append(self._learn(batch))
                    self.step += 1
                    self._add_up()
                self.next += 1
                if self.step % 50 == 0 and window:
                    each = (time.monotonic() - began) / max(1, self.step - begun_at)
                    self._report(window, each)
                    window.clear()
                if self.step % self.options.save_every == 0:
                    self.save()
                if self.step % self.options.judge_every == 0:
                    self._log(step=self.step, dev=self.judge())
                if self.step >= self.options.steps:
                    break
            else:
                self.epoch, self.next = self.epoch + 1, 0
        self.save()
        self._log(step=self.step, dev=self.judge())

    def averaged(self) -> Network:
        """Return the network with its weights averaged over the last steps."""
        if self.summed:
            state = self.network.state_dict()
            for name, total in self.sum.items():
                state[name] = (total / self.summed).to(state[name].dtype)
            self.network.load_state_dict(state)
        self._log(step=self.step, averaged=self.summed, dev=self.judge())
        return self.network.eval()

    def judge(self) -> float:
        """Return the mean loss of an output on the dev recordings, as they are; 0 without any."""
        self.network.eval()
        self.network.fast = True
        total = count = 0.0
        with torch.no_grad():
            for batch in self.dev:
                scores = self.network(batch.features)
                lost, _ = lattice_free(scores, batch.lengths, batch.numerator, self.trigram)
                total += float(lost.sum())
                count += float(batch.lengths.sum())
        self.network.fast = False
        return total / max(1.0, count)

    def _dev_batches(self) -> list[Batch]:
        chance = random.Random(0)
        groups = group(self.lesson.dev, self.options.frames, chance)
        batches = Batches(groups, None, self.lesson.store, self.inventory, 0)
        made = (batches[number] for number in range(len(batches)))
        return [batch for batch in made if batch is not None]

    def _loader(self) -> Any:
        options, lesson = self.options, self.lesson
        chance = random.Random(options.seed * 1_000_003 + self.epoch)
        chosen = list(epoch(lesson.whole, lesson.cuts, options.most or {}, options.noises, chance))
        groups = group(chosen, options.frames, chance)
        hours = sum(piece.seconds for piece in chosen) / 3600
        print(
            f"epoch {self.epoch}: {len(chosen)} pieces, {hours:.1f} h, {len(groups)} batches",
            flush=True,
        )
        seed = options.seed * 1000 + self.epoch
        batches = Batches(groups, lesson.material, lesson.store, self.inventory, seed)
        order = range(self.next, len(groups))
        return DataLoader(batches, batch_size=None, sampler=order, num_workers=1, prefetch_factor=6)

    def _learn(self, batch: Batch) -> tuple[float, float]:
        self.network.train()
        for given, rate in zip(self.optimiser.param_groups, self.rates, strict=True):
            given["lr"] = rate * self._share_of_rate()
        hidden = self.network.hidden(batch.features)
        scores = self.network.scored(hidden)
        lost, said = lattice_free(scores, batch.lengths, batch.numerator, self.trigram)
        count = batch.lengths.sum()
        frame_scores = functional.linear(hidden.float(), self.frame_out.weight, self.frame_out.bias)
        frames = -(functional.log_softmax(frame_scores, 2) * said).sum() / count
        inside = torch.arange(scores.shape[1])[None] < batch.lengths[:, None]
        small = ((scores**2).mean(2) * inside).sum() / count
        mmi = lost.sum() / count
        self.optimiser.zero_grad()
        (mmi + self.options.frame_share * frames + 2.5e-4 * small).backward()
        both = [*self.network.parameters(), *self.frame_out.parameters()]
        nn.utils.clip_grad_norm_(both, 2.0)
        self.optimiser.step()
        return float(mmi.detach()), float(frames.detach())

    def _share_of_rate(self) -> float:
        """Rise for `warm_up` steps, then fall along a cosine to a fiftieth."""
        done = self.step / self.options.steps
        risen = min(1.0, (self.step + 1) / self.options.warm_up)
        return risen * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))

    def _add_up(self) -> None:
        if self.step < self.options.steps * (1 - self.options.tail) or self.step % 10:
            return
        for name, value in self.network.state_dict().items():
            if name in self.sum:
                self.sum[name] += value
            else:
                self.sum[name] = value.float().clone()
        self.summed += 1

    def _report(self, window: Sequence[tuple[float, float]], each: float) -> None:
        mmi, frames = (sum(x[n] for x in window) / len(window) for n in (0, 1))
        left = (self.options.steps - self.step) * each / 60
        self._log(step=self.step, mmi=mmi, frames=frames, seconds_each=each, minutes_left=left)

    def _log(self, **figures: float) -> None:
        line = {name: round(value, 4) for name, value in figures.items()}
        print(" ".join(f"{name} {value}" for name, value in line.items()), flush=True)
        with open(self.folder / "log.jsonl", "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
