"""What was learnt of a person's voice, where it is kept, and the hearing model that knows it.

    models folder/own-voice/voice.json    what it was learnt from, and what it was worth
    models folder/own-voice/output.npz    the output layer
    models folder/own-voice/takes/        what was said, and the room: WAV files
    models folder/with-own-voice/         the model that knows it (see `vocabulary.derived`)

All of it can be read by its owner only. It fits one acoustic model: with another it is not used.
"""

from __future__ import annotations

import hashlib
import io
import logging
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import msgspec
import numpy as np
import soundfile

from voice_coach.audio.samples import Samples
from voice_coach.audio.wav import read_sound
from voice_coach.faults import Fault, ModelFault
from voice_coach.hearing import HEARING_RATE
from voice_coach.models.disk import fsync_folder, locked, storing
from voice_coach.teaching.judging import write_with
from voice_coach.teaching.kaldi import KaldiError, read_model
from voice_coach.teaching.learning import Outcome, Output
from voice_coach.teaching.takes import Recording
from voice_coach.vocabulary import derived, own_words
from voice_coach.vocabulary.derived import PRIVATE_FILE, PRIVATE_FOLDER
from voice_coach.vocabulary.own_words import ACOUSTIC, takes_words

OWN_VOICE = "own-voice"
DERIVED = "with-own-voice"
VOICE, LAYER, TAKES, ROOM = "voice.json", "output.npz", "takes", "room.wav"
AGAIN = (
    "type `voice-coach teach --again`, which learns it from what you said then, or "
    "`voice-coach teach --forget`"
)

_log = logging.getLogger(__name__)


class Voice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is known of a voice.

    Attributes:
        base: SHA-256 of the acoustic model that it was learnt with, in hex.
        layer: the same of output.npz; "" where nothing was learnt.
        phrases: what was asked for.
        takes: how many takes it was learnt from.
        before, after: how many of `of` were understood, each once as said and once in noise.
    """

    base: str
    layer: str = ""
    phrases: tuple[str, ...] = ()
    takes: int = 0
    before: int = 0
    after: int = 0
    of: int = 0


def hearing_with_own_voice(model: Path, folder: Path) -> Path:
    """Return the model that knows the person's voice, building it if need be.

    Returns `model` itself if nothing was learnt, or if what was learnt cannot be used (which is
    logged in one line).

    Args:
        model: the folder of the chosen hearing model.
        folder: the models folder.
    """
    try:
        voice = read_voice(folder)
        return model if voice is None else _up_to_date(model, folder, voice)
    except Fault as fault:
        _log.warning("What was learnt of your voice is not used now: %s", fault)
        return model


def read_voice(folder: Path) -> Voice | None:
    """Return what is known of the person's voice; None if nothing was learnt.

    Raises:
        ModelFault: the file is damaged.
    """
    path = folder / OWN_VOICE / VOICE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Voice)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as error:
        raise ModelFault(f"{path} cannot be read ({error})", AGAIN) from error


def base_of(model: Path) -> str:
    """Return what identifies the acoustic model of a hearing model.

    Raises:
        StorageFault: it cannot be read.
    """
    path = model / ACOUSTIC
    with storing(path), open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _up_to_date(model: Path, folder: Path, voice: Voice) -> Path:
    if not takes_words(model) or voice.base != base_of(model):
        raise ModelFault("It was learnt with another hearing model", AGAIN)

    def build(out: Path) -> None:
        output = _read_layer(folder / OWN_VOICE / LAYER, voice.layer)
        try:
            write_with(model, read_model(model / ACOUSTIC), output, out)
        except (KaldiError, OSError, ValueError) as error:
            raise ModelFault(f"It does not fit the model {model} ({error})", AGAIN) from error

    return derived.up_to_date(model, folder / DERIVED, voice.layer, build)


def _read_layer(path: Path, wanted: str) -> Output:
    try:
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != wanted:
            raise ValueError("it is not what was written")
        with np.load(io.BytesIO(content), allow_pickle=False) as kept:
            return Output(kept["weight"], kept["bias"])
    except (OSError, ValueError, KeyError) as error:
        raise ModelFault(f"{path} cannot be read ({error})", AGAIN) from error


def current(model: Path, folder: Path) -> Output | None:
    """Return the output layer that is in use with a hearing model; None for the model's own.

    Args:
        model: the hearing model as it was installed.
        folder: the models folder.
    """
    voice = in_use(model, folder)
    with suppress(Fault):
        return None if voice is None else _read_layer(folder / OWN_VOICE / LAYER, voice.layer)
    return None


# --- keeping and forgetting


def keep(
    folder: Path, model: Path, recordings: Sequence[Recording], room: Samples, outcome: Outcome
) -> None:
    """Keep what was learnt, in place of what was before; a crash leaves either of the two.

    Args:
        folder: the models folder.
        model: the hearing model that it was learnt with.
        recordings: what was said.
        room: noise of the room, at HEARING_RATE.
        outcome: what came of it; it helped.

    Raises:
        StorageFault: it cannot be written.
    """
    assert outcome.output is not None
    layer = io.BytesIO()
    np.savez(layer, weight=outcome.output.weight, bias=outcome.output.bias)
    voice = Voice(
        base_of(model),
        hashlib.sha256(layer.getvalue()).hexdigest(),
        tuple(dict.fromkeys(one.phrase for one in recordings)),
        len(recordings),
        outcome.before.hits,
        outcome.after.hits,
        2 * outcome.after.of,
    )
    files = {
        VOICE: msgspec.json.format(msgspec.json.encode(voice), indent=1),
        LAYER: layer.getvalue(),
        f"{TAKES}/{ROOM}": _wav(room),
    }
    for one in recordings:
        name = f"{TAKES}/{one.phrase.replace(' ', '_')}-{one.number + 1}.wav"
        files[name] = _wav(one.sound)
    with storing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with locked(folder / f".{OWN_VOICE}.lock"), storing(folder / OWN_VOICE):
        fresh = folder / f"{OWN_VOICE}.new"
        if fresh.exists():  # left by a crash
            shutil.rmtree(fresh)
        try:
            _write(fresh, files)
            _put_in_place(fresh, folder / OWN_VOICE)
        except BaseException:
            shutil.rmtree(fresh, ignore_errors=True)
            raise


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for part in (folder, folder / TAKES):
        part.mkdir(mode=PRIVATE_FOLDER)
    for name, content in files.items():
        number = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
        with open(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    for part in (folder / TAKES, folder):
        fsync_folder(part)


def _put_in_place(fresh: Path, place: Path) -> None:
    old = place.with_name(f"{place.name}.old")
    if old.exists():
        shutil.rmtree(old)
    if place.exists():
        os.rename(place, old)
    os.rename(fresh, place)
    fsync_folder(place.parent)
    shutil.rmtree(old, ignore_errors=True)


def _wav(sound: Samples) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, sound, HEARING_RATE, format="WAV", subtype="PCM_16")
    return file.getvalue()


def recorded(folder: Path) -> tuple[tuple[Recording, ...], Samples]:
    """Return what was said when it was learnt last, and the room; none if nothing was.

    Raises:
        AudioFault: a recording cannot be read.
    """
    takes = folder / OWN_VOICE / TAKES
    found = []
    for path in sorted(takes.glob("*-*.wav")):
        phrase, _, number = path.stem.rpartition("-")
        if number.isdecimal():
            sound = read_sound(path, HEARING_RATE)
            found.append(Recording(phrase.replace("_", " "), int(number) - 1, sound))
    room = takes / ROOM
    return tuple(found), (
        read_sound(room, HEARING_RATE) if room.exists() else np.zeros(0, np.float32)
    )


def forget(folder: Path) -> bool:
    """Remove all that was learnt of the person's voice, and what they said.

    Args:
        folder: the models folder.

    Returns:
        Whether there was anything.

    Raises:
        StorageFault: it cannot be removed.
    """
    derived.discard(folder / DERIVED)
    own_words.discard(folder)  # built from that one; the next start builds it again
    there = [
        path
        for name in (OWN_VOICE, f"{OWN_VOICE}.new", f"{OWN_VOICE}.old", f"{DERIVED}.new")
        if (path := folder / name).exists()
    ]
    if not there:
        return False
    with locked(folder / f".{OWN_VOICE}.lock"), storing(folder / OWN_VOICE):
        for path in there:
            shutil.rmtree(path)
    return True


def in_use(model: Path, folder: Path) -> Voice | None:
    """Return what was learnt of a voice, if it is used with a hearing model.

    Args:
        model: the hearing model as it was installed.
        folder: the models folder.
    """
    with suppress(Fault):
        voice = read_voice(folder)
        if voice is not None and takes_words(model) and voice.base == base_of(model):
            return voice
    return None
