"""piper: from text to sound, the same every time."""

from __future__ import annotations

import ctypes
import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from voice_coach.audio.samples import Samples
from voice_coach.faults import VoiceFault
from voice_coach.speaking.halves import InTwo, split

if TYPE_CHECKING:
    from piper import PiperVoice


@dataclass(frozen=True, slots=True)
class VoiceFiles:
    """A piper voice on disk."""

    name: str
    model: Path
    config: Path

    def check(self) -> None:
        """Refuse files that are missing, or that are not a voice.

        Raises:
            VoiceFault: names the file and the remedy.
        """
        remedy = f"type `voice-coach models fetch {self.name} --again`, or choose another voice"
        for path in (self.model, self.config):
            if not path.is_file():
                raise VoiceFault(f"The voice file {path} is missing", remedy)
        try:
            json.loads(self.config.read_text(encoding="utf-8"))["audio"]["sample_rate"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise VoiceFault(f"The voice file {self.config} is damaged", remedy) from error


@dataclass(frozen=True, slots=True)
class Delivery:
    """How piper speaks.

    Attributes:
        length: piper's length_scale; 1.5 gives about 177 words a minute with the default voice.
        noise: piper's noise_scale and noise_w_scale; 0 makes every rendering the same.
    """

    length: float = 1.5
    noise: float = 0.0


def load_piper(files: VoiceFiles, threads: int = 1, halves: Path | None = None) -> PiperVoice:
    """Load a voice with a bounded number of threads.

    PiperVoice.load is not used, because it occupies every core and spins there.

    Args:
        files: the voice.
        threads: threads of one operation.
        halves: a folder for the voice cut in two, so that it takes less memory (see halves.py);
            None to load it whole. A voice that cannot be cut, or a disk that cannot be written,
            only costs that memory.

    Raises:
        VoiceFault: the files are missing or damaged.
    """
    from piper import PiperVoice
    from piper.config import PiperConfig

    files.check()
    try:
        session = _load_halves(files.model, halves, threads) if halves is not None else None
        if session is None:
            session = _load(files.model, threads)
        config = PiperConfig.from_dict(json.loads(files.config.read_text(encoding="utf-8")))
    except Exception as error:  # onnxruntime raises a dozen types for a file it cannot load
        reason = str(error).strip().splitlines()[-1][:120]
        raise VoiceFault(
            f"The voice {files.model} cannot be loaded ({reason})",
            f"type `voice-coach models fetch {files.name} --again`, or choose another voice",
        ) from error
    return PiperVoice(session=session, config=config)


def _load(model: Path, threads: int, *, small: bool = False) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # A pattern is kept for each length of sentence, and with it the memory for the longest.
    options.enable_mem_pattern = not small
    return onnxruntime.InferenceSession(
        str(model), sess_options=options, providers=["CPUExecutionProvider"]
    )


def _load_halves(model: Path, folder: Path, threads: int) -> InTwo | None:
    """Return the voice in two halves, or None where that cannot be had."""
    try:
        cut = split(model, folder)
        front = _load(cut.front, threads, small=True)
        decoder = _load(cut.decoder, threads, small=True)
    except Exception:  # a full disk, another kind of voice, or a half that was damaged
        for half in ("front.onnx", "decoder.onnx"):
            with suppress(OSError):
                (folder / half).unlink(missing_ok=True)
        return None
    _give_back()
    return InTwo(front, decoder, decoder.get_inputs()[0].name)


def _give_back() -> None:
    """Give back what loading has left over, 6 MB; only glibc has to be asked for it."""
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)


def synthesise(voice: PiperVoice, text: str, delivery: Delivery) -> tuple[Samples, int]:
    """Return (samples, rate) of a text as piper speaks it, untrimmed.

    Raises:
        VoiceFault: piper produced no sound.
    """
    from piper import SynthesisConfig

    config = SynthesisConfig(
        length_scale=delivery.length,
        noise_scale=delivery.noise,
        noise_w_scale=delivery.noise,
        # Normalising each sentence to its peak would vary loudness by 8 dB; see sound.py.
        normalize_audio=False,
    )
    chunks = [chunk.audio_float_array for chunk in voice.synthesize(text, config)]
    if not chunks:
        raise VoiceFault(f'piper made no sound of "{text}"', "use words in that prompt")
    return np.concatenate(chunks).astype(np.float32, copy=False), voice.config.sample_rate


def voice_hash(files: VoiceFiles, memory: Path, *, keep: bool = True) -> str:
    """Return the SHA-256 of a voice, in hex.

    Hashing 63 MB takes a second on a small machine, so the hash is kept in the folder `memory` for
    as long as size and time of the files stay the same; not if `keep` is False.

    Raises:
        VoiceFault: the files are missing or cannot be read.
    """
    files.check()
    stats = [p.stat() for p in (files.model, files.config)]
    stamp = [[str(files.model), s.st_size, s.st_mtime_ns] for s in stats]
    note = memory / "voice.json"
    try:
        known = json.loads(note.read_text(encoding="utf-8"))
        if known["stamp"] == stamp:
            return str(known["sha256"])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    digest = hashlib.sha256()
    for path in (files.model, files.config):
        try:
            with path.open("rb") as file:
                while piece := file.read(1 << 20):
                    digest.update(piece)
        except OSError as error:
            raise VoiceFault(
                f"The voice file {path} cannot be read: {error.strerror}",
                "check the file and its permissions, or choose another voice",
            ) from error
    if not keep:
        return digest.hexdigest()
    try:
        memory.mkdir(parents=True, exist_ok=True)
        note.write_text(json.dumps({"stamp": stamp, "sha256": digest.hexdigest()}))
    except OSError:
        pass  # the next start hashes again
    return digest.hexdigest()


def clip_key(voice: str, text: str, delivery: Delivery, version: str) -> str:
    """Return the name under which a rendered clip is stored."""
    parts = json.dumps([voice, text, asdict(delivery), version], ensure_ascii=False)
    return hashlib.sha256(parts.encode()).hexdigest()[:32]
