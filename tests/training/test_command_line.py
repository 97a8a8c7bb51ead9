"""`make model`: what it asks for, and a run of it from end to end on a few recordings."""

from __future__ import annotations

import json
import runpy
import shutil
from pathlib import Path

import pytest
import soundfile

pytest.importorskip("torch", reason="the training extra is not installed")
pytest.importorskip("pyroomacoustics", reason="the training extra is not installed")

from tests.conftest import ROOT
from training import synthesis
from training.__main__ import MADE, TRIED, WORK, main, options_of
from training.export import lexicon
from training.voices import VOICES
from voice_coach.models import quick_check
from voice_coach.teaching.body import Body
from voice_coach.teaching.kaldi import read_model
from voice_coach.vocabulary.lexicon import Lexicon


def test_a_share_makes_everything_less(tmp_path: Path) -> None:
    whole = options_of(["all", "--speech", str(tmp_path)])
    tried = options_of(["all", "--speech", str(tmp_path), "--share", "0.02"])
    assert (whole.utterances, whole.judged, whole.steps) == (6500, 600, 8000)
    assert (tried.utterances, tried.judged, tried.steps) == (130, 12, 160)
    # A try must not be what the whole run goes on from.
    assert (whole.work, tried.work) == (WORK, TRIED)
    assert tried.out == TRIED / MADE
    chosen = options_of(["all", "--speech", str(tmp_path), "--share", "0.02", "--steps", "40"])
    assert chosen.steps == 40


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--share", "0"], "more than 0"),
        (["--share", "2"], "1 at most"),
        (["--noise", "no/such"], "no/such is no folder"),
        (["--speech", "no/such"], "no/such is no folder"),
        (["--start", "no/such.mdl"], "no/such.mdl is no file"),
    ],
)
def test_a_wrong_word_is_refused_at_once(
    more: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        options_of(["all", "--speech", str(tmp_path), *more])
    assert said in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("shape", [[], ["--narrow", "72", "--back", "3"]])
def test_a_share_of_the_recipe_makes_a_model_that_hears(
    shape: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Single words alone, without a manifest, sentences, people of dev, or noise.
    said = {p.stem: p for p in (ROOT / "rehearsals/recordings").glob("*.flac")}
    words = sorted(word for word in said if "_" not in word)[:12]
    for word in words:
        (tmp_path / "speech" / word).mkdir(parents=True)
        sound, rate = soundfile.read(said[word])
        soundfile.write(tmp_path / "speech" / word / "rms_nohash_0.wav", sound, rate)
    spoken = tuple(voice for voice in VOICES if voice.name == "espeak")
    assert spoken
    monkeypatch.setattr(synthesis, "VOICES", spoken)
    work = tmp_path / "work"
    given = ["all", "--speech", str(tmp_path / "speech"), "--work", str(work), "--share", "0.01"]
    given += shape
    main([*given, "--steps", "2"])
    first = capsys.readouterr().out
    assert "the model is in" in first and "training:" in first
    if shutil.which("espeak-ng"):
        assert "espeak: 8 heard" in first
    _hears(work / MADE, said[words[0]], words)
    if shape:
        layers = Body.of(read_model(work / MADE / "am" / "final.mdl")).layers
        assert [(len(layer.first), layer.before) for layer in layers[-2:]] == [(96, 24), (72, 3)]
    main([*given, "--steps", "2"])
    assert "no step is left: to train anew, delete" in capsys.readouterr().out


def test_a_new_model_knows_every_word_that_the_shipped_one_was_given() -> None:
    script = runpy.run_path(str(ROOT / "scripts" / "add_words.py"))
    assert script["missing_ways"](lexicon(), Lexicon.read(script["SAID"])).entries == ()


def _hears(model: Path, recording: Path, words: list[str]) -> None:
    import vosk

    # It is a model of one's own, and not the shipped one gone bad.
    assert not quick_check(model)
    vosk.SetLogLevel(-1)
    pcm, _ = soundfile.read(recording, dtype="int16")
    grammar = json.dumps([*words, "[unk]"])
    recogniser = vosk.KaldiRecognizer(vosk.Model(str(model)), 16000, grammar)
    recogniser.AcceptWaveform(pcm.tobytes())
    assert json.loads(recogniser.FinalResult())["text"] == recording.stem
