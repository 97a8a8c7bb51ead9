"""`python -m training STEP`, see `training/__init__.py`; a stopped step goes on where it was."""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from training import prepare
from training.align import align
from training.checked import check_all
from training.export import export
from training.first import align_first, teach_frames
from training.network import Network, load
from training.prepare import Sources
from training.store import Store
from training.synthesis import speak_all
from training.texts import Texts, read_prose
from training.train import Options, train
from voice_coach.paths import data_folder
from voice_coach.vocabulary.phones import Inventory

START = data_folder("models") / "en-us-commands" / "am" / "final.mdl"


def main() -> None:
    """Run one step, or all."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("step", choices=["synthesis", "store", "train", "export", "all"])
    parser.add_argument("--speech", type=Path, action="append", required=True)
    parser.add_argument("--noise", type=Path, action="append", default=[])
    parser.add_argument("--work", type=Path, default=Path("build/training"))
    parser.add_argument("--start", type=Path, default=START, help="final.mdl to start from")
    parser.add_argument("--out", type=Path, default=Path("build/training/en-us-commands"))
    parser.add_argument("--utterances", type=int, default=6500)
    parser.add_argument("--voice", action="append", default=[])
    parser.add_argument("--steps", type=int, default=Options.steps)
    parser.add_argument("--keep", type=float, default=0.0, help="share of the start's weights")
    given = parser.parse_args()
    sources = Sources(given.work, tuple(given.speech), tuple(given.noise))
    inventory = Inventory()
    if given.step in ("synthesis", "all"):
        texts = Texts(read_prose(given.speech[0] / "manifest.tsv"))
        speak_all(given.work / "synthetic", given.utterances, texts, given.voice)
        check_all(given.work / "synthetic", given.start.parent.parent)
    if given.step == "synthesis":
        return
    store = prepare.some_of(prepare.store_of(sources), MOST)
    if given.step == "store":
        return
    if given.step in ("train", "all"):
        options = Options(steps=given.steps, keep=given.keep, most=MOST)
        _train(given.start, sources, store, inventory, options)
    network = Network(inventory.outputs)
    network.load_state_dict(torch.load(sources.work / TRAINED, weights_only=True))
    export(network, given.out, inventory)
    print(f"the model is in {given.out}")


def _train(
    start: Path, sources: Sources, store: Store, inventory: Inventory, options: Options
) -> None:
    network = load(start, inventory)
    material = prepare.material_of(sources, store)
    if not network.out.weight.any():
        # From another language: the output layer must learn our phones first.
        kept = sources.work / "first.pt"
        if kept.exists():
            network.load_state_dict(torch.load(kept, weights_only=True))
        else:
            found = align_first(sources.work / "first.msgpack", store, 3500, Options.seed)
            teach_frames(network, store, material, found, inventory, 900, Options.seed)
            torch.save(network.state_dict(), kept)
    aligned = align(sources.work / "alignments.msgpack", store, network, inventory)
    lesson = prepare.lesson_of(store, aligned, material)
    trained = train(network, lesson, inventory, options, sources.work / "run")
    torch.save(trained.state_dict(), sources.work / TRAINED)


TRAINED = "trained.pt"

MOST = {
    "gsc_v2_yesnoupdown": 2000,
    "gsc_v1_bedcathappy": 400,
    "gsc_v1_go_left_right_digits": 1500,
    "mycroft_wakewords_pd": 150,
    "dsp20_words": 350,
    "hymel_custom_keywords": 100,
    "kathleen": 500,
    "speechocean762": 1200,
}
"""The most recordings of a source in an epoch: few words are in many of these, or one person says
all of them."""


if __name__ == "__main__":
    main()
