"""Rebuild a model from its own folder with more words: only its graph changes."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from voice_coach.faults import ModelFault
from voice_coach.models.disk import storing
from voice_coach.vocabulary.filler import Filler
from voice_coach.vocabulary.graph import FILLER, LEXICON, PHONES, build_graph, write_files
from voice_coach.vocabulary.lexicon import Lexicon
from voice_coach.vocabulary.phones import Inventory

ACOUSTIC = "am/final.mdl"


def takes_words(model: Path) -> bool:
    """Return whether a model can take more words: only our own models can."""
    return all((model / name).is_file() for name in (LEXICON, FILLER, PHONES, ACOUSTIC))


def require_own_model(model: Path) -> None:
    """Check that a model can take more words.

    Raises:
        ModelFault: it cannot.
    """
    if not takes_words(model):
        raise ModelFault(
            f"The hearing model {model} takes no words of your own",
            "use the one that comes with voice-coach: --set hearing_model=en-us-commands",
        )


def rebuild(model: Path, out: Path, extra: Lexicon) -> None:
    """Build a copy of a model that knows more words.

    The acoustic model, which does not change, is linked if the disk allows it, else copied.

    Args:
        model: the folder of one of our models.
        out: the folder to create; its parent exists.
        extra: further words, or further pronunciations of known ones.

    Raises:
        ModelFault: the model is not one of ours, or one of its files is damaged.
        StorageFault: a file cannot be copied or written.
    """
    require_own_model(model)
    lexicon = Lexicon.read(model / LEXICON).joined(extra)
    inventory = Inventory.read(model / PHONES)
    files = build_graph(lexicon, Filler.read(model / FILLER), inventory)
    with storing(out):
        out.mkdir()
        shutil.copytree(model / "conf", out / "conf")
        (out / ACOUSTIC).parent.mkdir()
        try:
            os.link(model / ACOUSTIC, out / ACOUSTIC)
        except OSError:  # another disk, or another user's file
            shutil.copyfile(model / ACOUSTIC, out / ACOUSTIC)
        write_files(out, files)
