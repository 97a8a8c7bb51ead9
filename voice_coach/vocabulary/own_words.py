"""The words a person has added, and the hearing model that knows them.

    models folder/own-words.txt        the words, with lines `word P P P`
    models folder/with-own-words/      the model that knows them, with stamp.json

The model is rebuilt from its own folder with more words when it is out of date (see `derived`):
only its graph changes.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from voice_coach.faults import Fault, ModelFault
from voice_coach.models.disk import locked, storing, write_whole
from voice_coach.vocabulary import derived
from voice_coach.vocabulary.filler import Filler
from voice_coach.vocabulary.graph import FILLER, LEXICON, PHONES, build_graph, write_files
from voice_coach.vocabulary.lexicon import Lexicon, read_entries
from voice_coach.vocabulary.phones import Inventory

OWN_WORDS = "own-words.txt"


@contextmanager
def changing(folder: Path) -> Iterator[None]:
    """Keep other processes from changing the words in the meantime.

    Raises:
        StorageFault: the folder cannot be written.
    """
    with storing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / f".{OWN_WORDS}.lock"):
        yield


def read_own(folder: Path) -> Lexicon:
    """Return the words added so far; none if the file is absent.

    Args:
        folder: the models folder.

    Raises:
        ModelFault: the file cannot be read, or a line is invalid; names file, line and reason.
    """
    path = folder / OWN_WORDS
    if not path.exists():
        return Lexicon(())
    return Lexicon(read_entries(path, "correct that line, or delete it"))


def write_own(folder: Path, words: Lexicon) -> None:
    """Store `words` as those added; a crash leaves either the old ones or the new.

    Raises:
        StorageFault: the folder cannot be written.
    """
    with storing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    write_whole(folder / OWN_WORDS, words.text().encode())


# --- a model with more words

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
            "use the one that comes with voice-coach: `--set hearing_model=en-us-commands`",
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


# --- the model with own words

DERIVED = "with-own-words"
_log = logging.getLogger(__name__)


def hearing_with_own_words(model: Path, folder: Path) -> Path:
    """Return the model that knows the person's own words, building it if need be.

    Returns `model` itself if there are no own words, if it takes none, or if the build fails (which
    is logged in one line).

    Args:
        model: the folder of the chosen hearing model.
        folder: the models folder.
    """
    try:
        own = read_own(folder)
        return up_to_date(model, folder, own) if own.entries and takes_words(model) else model
    except Fault as fault:
        _log.warning("Your own words are not heard now: %s", fault)
        return model


def up_to_date(model: Path, folder: Path, own: Lexicon) -> Path:
    """Return the folder of `model` with the words `own`, rebuilt if it is out of date.

    Raises:
        ModelFault: the model takes no words, or is damaged.
        StorageFault: a file cannot be read or written.
    """
    place = folder / DERIVED
    return derived.up_to_date(model, place, own.text(), lambda out: rebuild(model, out, own))


def discard(folder: Path) -> None:
    """Remove the model with own words, if there is one.

    Raises:
        StorageFault: it cannot be removed.
    """
    derived.discard(folder / DERIVED)
