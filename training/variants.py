"""One model with several kinds of [unk]: `python -m training.variants`, to choose among them.

Writes a folder for each combination, which `python -m benchmarks.hearing --model A --model B ...`
then judges on the same sound. Only the graph differs, so the acoustic model is linked.
"""

from __future__ import annotations

import argparse
import itertools
import shutil
from collections.abc import Mapping
from pathlib import Path

import msgspec

from voice_coach.vocabulary.filler import Filler
from voice_coach.vocabulary.graph import FILLER, LEXICON, PHONES, build_graph, write_files
from voice_coach.vocabulary.lexicon import Lexicon
from voice_coach.vocabulary.phones import Inventory


def variant(
    model: Path, folder: Path, changes: Mapping[str, object], conf: Mapping[str, str]
) -> None:
    """Write a model with another filler.

    Args:
        model: a folder of ours.
        folder: where to write; what is there is replaced.
        changes: fields of `Filler` and their new values.
        conf: keys of conf/model.conf, without dashes, and their new values.
    """
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(model / "conf", folder / "conf")
    (folder / "am").mkdir()
    (folder / "am" / "final.mdl").symlink_to((model / "am" / "final.mdl").resolve())
    path = folder / "conf" / "model.conf"
    lines = [
        line for line in path.read_text("utf-8").splitlines() if line[2:].split("=")[0] not in conf
    ]
    lines += [f"--{key}={value}" for key, value in conf.items()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    filler = msgspec.structs.replace(Filler.read(model / FILLER), **changes)
    inventory = Inventory.read(model / PHONES)
    write_files(folder, build_graph(Lexicon.read(model / LEXICON), filler, inventory))


def main() -> None:
    """Write the variants that the command line names; print their folders."""
    parser = argparse.ArgumentParser(prog="python -m training.variants", description=__doc__)
    parser.add_argument("model", type=Path)
    parser.add_argument("out", type=Path, help="folder for the folders")
    parser.add_argument("--strictness", type=float, nargs="+", default=[0.5])
    parser.add_argument("--word-cost", type=float, nargs="+", default=[4.0])
    parser.add_argument("--cost", type=float, nargs="+", default=[0.0])
    parser.add_argument("--pause", type=int, nargs="+", default=[5])
    given = parser.parse_args()
    for strictness, word_cost, cost, pause in itertools.product(
        given.strictness, given.word_cost, given.cost, given.pause
    ):
        folder = given.out / f"s{strictness:g}_w{word_cost:g}_c{cost:g}_p{pause}"
        changes = {"strictness": strictness, "word_cost": word_cost, "cost": cost, "pause": pause}
        variant(given.model, folder, changes, {})
        print(folder)


if __name__ == "__main__":
    main()
