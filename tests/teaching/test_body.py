"""The network in numpy is the one that vosk runs, and can be written back with another output."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.conftest import ROOT
from voice_coach.audio.wav import read_sound
from voice_coach.hearing import HEARING_RATE
from voice_coach.teaching.body import Body, outputs, with_output
from voice_coach.teaching.features import log_mels
from voice_coach.teaching.kaldi import AcousticModel, model_bytes, read_model
from voice_coach.teaching.scoring import Scores, word_graph
from voice_coach.vocabulary.lexicon import Lexicon
from voice_coach.vocabulary.phones import Inventory

MODEL = ROOT / "models" / "en-us-commands"
RECORDINGS = ROOT / "rehearsals" / "recordings"


@pytest.fixture(scope="module")
def model() -> AcousticModel:
    return read_model(MODEL / "am" / "final.mdl")


def features(word: str) -> Scores:
    sound = read_sound(RECORDINGS / f"{word}.flac", HEARING_RATE) * np.float32(32768)
    quiet = np.random.default_rng(1).standard_normal(len(sound), np.float32)
    return log_mels(sound + quiet)


def test_an_output_for_every_third_frame(model: AcousticModel) -> None:
    body = Body.of(model)
    heard = features("heat")
    hidden = body.hidden(heard)
    assert body.context == (160, 34)
    assert hidden.shape == (outputs(len(heard)), 768)
    assert body.scores(hidden).shape == (len(hidden), Inventory().outputs)


def test_the_phones_of_a_word_that_was_said_fit_best(model: AcousticModel) -> None:
    body, inventory = Body.of(model), Inventory()
    ways = dict(Lexicon.read(MODEL / "graph" / "lexicon.txt").entries)
    words = ("heat", "breathe", "stop", "five", "four")
    for said in words:
        scores = body.scores(body.hidden(features(said)))
        fit = {word: word_graph(ways[word], inventory).best(scores)[0] for word in words}
        assert max(fit, key=lambda word: fit[word]) == said


def test_a_model_is_written_back_with_another_output_layer(
    model: AcousticModel, tmp_path: Path
) -> None:
    body = Body.of(model)
    changed = with_output(model, body.out_weight * 2, body.out_bias + 1)
    path = tmp_path / "final.mdl"
    path.write_bytes(model_bytes(changed))
    again = Body.of(read_model(path))
    hidden = body.hidden(features("heat"))
    assert np.array_equal(again.hidden(features("heat")), hidden)
    wanted = 2 * (hidden @ body.out_weight.T) + body.out_bias + 1
    assert np.abs(again.scores(hidden) - wanted).max() < 0.01


def test_vosk_hears_by_the_output_layer_that_was_written(
    model: AcousticModel, tmp_path: Path
) -> None:
    import vosk

    body = Body.of(model)
    folder = tmp_path / "model"
    shutil.copytree(MODEL, folder)
    deaf = np.zeros_like(body.out_weight)
    (folder / "am" / "final.mdl").write_bytes(model_bytes(with_output(model, deaf, body.out_bias)))
    heard = {}
    for name in (MODEL, folder):
        recogniser: Any = vosk.KaldiRecognizer(
            vosk.Model(str(name)), HEARING_RATE, '["heat", "stop", "[unk]"]'
        )
        sound = read_sound(RECORDINGS / "heat.flac", HEARING_RATE)
        padded = np.concatenate([np.zeros(8000), sound, np.zeros(8000)]) * 32767
        padded += np.random.default_rng(1).standard_normal(len(padded))
        recogniser.AcceptWaveform(padded.astype("<i2").tobytes())
        heard[name] = json.loads(recogniser.FinalResult())["text"]
    assert heard[MODEL] == "heat"
    assert heard[folder] != "heat"


def test_vosk_hears_by_itself_in_digital_silence(model: AcousticModel) -> None:
    """Exact zeros are like no sound that it learnt from; the program dithers, others may not."""
    import vosk

    loaded = vosk.Model(str(MODEL))
    hears = set()
    for word in ("stop", "no", "three", "six", "pause", "help"):
        recogniser: Any = vosk.KaldiRecognizer(
            loaded, HEARING_RATE, '["stop", "no", "three", "six", "pause", "help", "[unk]"]'
        )
        sound = read_sound(RECORDINGS / f"{word}.flac", HEARING_RATE)
        padded = np.concatenate([np.zeros(24000), 0.3 * sound, np.zeros(8000)]) * 32767
        recogniser.AcceptWaveform(padded.astype("<i2").tobytes())
        if json.loads(recogniser.FinalResult())["text"] == word:
            hears.add(word)
    assert len(hears) >= 5, hears
    body = Body.of(model)
    silence = log_mels(np.zeros(8000, np.float32))
    assert np.abs(body.scores(body.hidden(silence))).max() < 50
    assert np.array_equal(body.hidden(silence), body.hidden(silence + 5))
