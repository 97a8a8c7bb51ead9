"""`python -m training STEP`, see `training/__init__.py`; a stopped step goes on where it was."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch

from training import corpora, prepare
from training.align import align
from training.checked import check_all
from training.export import export
from training.files import load
from training.first import align_first, teach_frames
from training.network import Network, grown, keep, restored
from training.noises import KINDS
from training.prepare import Sources
from training.progress import timed
from training.store import Store
from training.synthesis import speak_all
from training.texts import Texts, prose_of
from training.train import Options, train
from voice_coach.paths import data_folder
from voice_coach.vocabulary.phones import Inventory

START = data_folder("models") / "en-us-commands" / "am" / "final.mdl"
WORK, TRIED = Path("build/training"), Path("build/training-tried")
"""Where everything goes; and where with a share of the material, which would spoil the other."""
MADE = "en-us-new"
"""The model's folder. Of the shipped model's name it would be taken for that one, damaged."""
RATES = "learning rates of the body, the output layer and layers that are added"
BACK = "grow: a further layer, which looks so many outputs of 30 ms back; may be given again"


def options_of(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Return what the command line asks for, all that a share makes less made less.

    Raises:
        SystemExit: it asks for nothing that can be done.
    """
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("step", choices=["synthesis", "store", "train", "export", "all"])
    parser.add_argument("--speech", type=Path, action="append", required=True)
    parser.add_argument("--noise", type=Path, action="append", default=[])
    parser.add_argument("--share", type=_share, default=1.0, help="of all material and steps")
    parser.add_argument("--work", type=Path, help=f"default: {WORK}; with a share {TRIED}")
    parser.add_argument("--start", type=Path, default=START, help="final.mdl to start from")
    parser.add_argument("--narrow", type=int, default=0, help="grow: width within the layers")
    parser.add_argument("--back", type=int, action="append", default=[], help=BACK)
    parser.add_argument("--out", type=Path, help=f"default: {MADE} in the work folder")
    parser.add_argument("--utterances", type=int, help="synthetic, learnt from (default: 6500)")
    parser.add_argument("--judged", type=int, help="by each kept voice (default: 600)")
    parser.add_argument("--voice", action="append", default=[])
    parser.add_argument("--steps", type=int, help=f"default: {Options.steps}")
    rates = (Options.body_rate, Options.out_rate, Options.new_rate)
    parser.add_argument("--rates", type=float, nargs=3, default=rates, help=RATES)
    parser.add_argument("--keep", type=float, default=0.0, help="share of the start's weights")
    given = parser.parse_args(arguments)
    for name, whole in (("utterances", 6500), ("judged", 600), ("steps", Options.steps)):
        if getattr(given, name) is None:
            setattr(given, name, _part(whole, given.share))
    given.work = given.work or (WORK if given.share == 1 else TRIED)
    given.out = given.out or given.work / MADE
    for folder in (*given.speech, *given.noise):
        if not folder.is_dir():
            parser.error(f"{folder} is no folder")
    if not given.start.is_file():
        parser.error(f"{given.start} is no file")
    return given


def _share(text: str) -> float:
    share = float(text)
    if not 0 < share <= 1:
        raise argparse.ArgumentTypeError("more than 0, and 1 at most")
    return share


def _part(whole: int, share: float, least: int = 1) -> int:
    return max(least, round(share * whole))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one step, or all."""
    given = options_of(arguments)
    share = given.share
    noises, rooms = (_part(n, share, len(KINDS)) for n in (Sources.made_noises, Sources.rooms))
    sources = Sources(
        given.work, tuple(given.speech), tuple(given.noise), share, made_noises=noises, rooms=rooms
    )
    inventory = Inventory()
    if given.step in ("synthesis", "all"):
        with timed("synthesis"):
            _speak(given)
        with timed("checking"):
            check_all(given.work / "synthetic", given.start.parent.parent)
    if given.step == "synthesis":
        return
    if given.step != "export":
        most = {source: _part(count, share) for source, count in MOST.items()}
        with timed("store"):
            store = prepare.some_of(prepare.store_of(sources), most)
        if given.step == "store":
            return
        examples = _part(Options.noises, share)
        body, out, new = given.rates
        options = Options(
            steps=given.steps,
            body_rate=body,
            out_rate=out,
            new_rate=new,
            added=len(given.back),
            keep=given.keep,
            most=most,
            noises=examples,
        )
        network = load(given.start, inventory)
        if given.narrow or given.back:
            network = grown(network, given.narrow, given.back)
        _train(network, sources, store, inventory, options)
    network = restored(sources.work / TRAINED)
    with timed("export"):
        export(network, given.out, inventory)
    print(f"the model is in {given.out}; docs/lab/training.md says how to judge it and to use it")


def _speak(given: argparse.Namespace) -> None:
    found = [one for folder in given.speech for one in corpora.read(folder)]
    texts = Texts(prose_of(one.words for one in found if one.split == "train"))
    folder = given.work / "synthetic"
    speak_all(folder, given.utterances, texts, given.voice, given.judged)


def _train(
    network: Network, sources: Sources, store: Store, inventory: Inventory, options: Options
) -> None:
    with timed("rooms"):
        material = prepare.material_of(sources, store)
    if not network.out.weight.any():
        # From another language: the output layer must learn our phones first.
        kept = sources.work / "first.pt"
        if kept.exists():
            network.load_state_dict(torch.load(kept, weights_only=True))
        else:
            with timed("first alignment"):
                most = _part(3500, sources.share, 100)
                found = align_first(sources.work / "first.msgpack", store, most, Options.seed)
            with timed("frames"):
                steps = _part(900, sources.share, 200)
                teach_frames(network, store, material, found, inventory, steps, Options.seed)
            torch.save(network.state_dict(), kept)
    with timed("alignment"):
        aligned = align(sources.work / "alignments.msgpack", store, network, inventory)
    lesson = prepare.lesson_of(store, aligned, material)
    with timed("training"):
        trained = train(network, lesson, inventory, options, sources.work / "run")
    keep(trained, sources.work / TRAINED)


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
