"""Synthetic speech is the same however often its making was stopped."""

from __future__ import annotations

import random
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import soundfile

pytest.importorskip("wordfreq", reason="the training extra is not installed")

from training import synthesis
from training.corpora import read
from training.kokoro import CLEAR, KEPT, ROWS, blend, kokoro_symbols
from training.lexicon import plain
from training.texts import (
    Texts,
    all_phrases,
    common_words,
    decoys,
    phrases,
    prose_of,
    spoken_words,
    words_of,
)
from training.voices import ESPEAK, ESPEAK_KEPT, VOICES, Missing, Sound, Voice, espeak, flite
from training.voices import festival as festival_voice


class Tones:
    """Says every word as a tone; fails after some of them."""

    def __init__(self, fail_after: int = 10**6) -> None:
        self.left = fail_after

    def __call__(
        self, text: str, phones: Sequence[Sequence[str]], chance: random.Random
    ) -> tuple[Sound, int, str]:
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        time = np.arange(22050) / 22050
        tone = np.sin(2 * np.pi * chance.uniform(200, 400) * time) * (time > 0.2) * (time < 0.7)
        return tone.astype(np.float32), 22050, "tones"


def test_a_stopped_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = Texts(["the cat sat on the mat", "he walked home in the rain that night"])

    def run(folder: str, fail_after: int) -> None:
        voice = Voice("tones", "train", 1000, lambda: Tones(fail_after))
        monkeypatch.setattr(synthesis, "VOICES", (voice,))
        synthesis.speak_all(tmp_path / folder, 12, texts)

    with pytest.raises(KeyboardInterrupt):
        run("stopped", 5)
    run("stopped", 100)
    run("whole", 100)
    run("whole", 0)  # there is nothing left to say
    for path in sorted((tmp_path / "whole" / "tones").iterdir()):
        assert path.read_bytes() == (tmp_path / "stopped" / "tones" / path.name).read_bytes()
    found = read(tmp_path / "whole" / "tones")
    assert len(found) == 12 and all(one.synthetic and one.words for one in found)
    sound, rate = soundfile.read(found[0].path)
    assert rate == 16000 and 0.55 < len(sound) / rate < 0.65  # 0.5 s of tone and the margins
    assert np.abs(sound).max() == pytest.approx(0.6, abs=0.02)


def test_every_text_can_be_said() -> None:
    texts = Texts(["the cat sat on the mat"])
    chance = random.Random(3)
    for _ in range(300):
        words = words_of(texts.draw(chance))
        assert words and all(plain(word) for word in words)


def test_the_vocabulary_holds_what_the_coach_hears_and_says() -> None:
    assert {"heat", "breathe", "naproxen", "paracetamol"} <= spoken_words()
    assert all("{" not in phrase for phrase in phrases())
    assert {word for phrase in all_phrases() for word in words_of(phrase)} <= spoken_words()
    assert len(common_words()) == len(set(common_words())) == 8000
    assert set(decoys())


def test_judging_voices_are_never_learnt_from() -> None:
    kept = {voice.name for voice in VOICES if voice.split == "dev"}
    kokoros = {"kokoro_af_kore", "kokoro_bm_lewis"}
    assert {"flite_rms", "festival_ked", "espeak_kept"} | kokoros == kept
    assert not set(CLEAR) & set(KEPT)
    assert all(voice.share == 0 for voice in VOICES if voice.split == "dev")
    assert sum(voice.share for voice in VOICES) == 1000


def test_for_judging_single_words_come_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(synthesis, "VOICES", (Voice("kept", "dev", 0, Tones),))
    synthesis.speak_all(tmp_path, 0, Texts([]), judged=4)
    found = read(tmp_path / "kept")
    assert len(found) == 4 and all(len(one.words) == 1 for one in found)


def _lacking() -> Tones:
    raise Missing("it is not installed")


def test_a_voice_that_is_not_installed_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    voices = (Voice("gone", "train", 500, _lacking), Voice("there", "train", 500, Tones))
    monkeypatch.setattr(synthesis, "VOICES", voices)
    synthesis.speak_all(tmp_path, 8, Texts([]))
    assert "gone is left out: it is not installed" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_kokoro_without_its_styles_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KOKORO", str(tmp_path))
    for voice in VOICES:
        if voice.name.startswith("kokoro"):
            with pytest.raises(Missing, match=r"package/voices is not there"):
                voice.make()


@pytest.mark.parametrize(
    ("program", "make"),
    [
        ("flite", lambda: flite("nobody")),
        ("text2wave", lambda: festival_voice("nobody")),
        # A name where the program wants a file: it would speak as plain en-us does.
        ("espeak-ng", lambda: espeak(("en-us", "en-us+female5"))),
    ],
)
def test_a_voice_that_a_program_lacks_is_not_another_voice(
    program: str, make: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    if shutil.which(program):
        with pytest.raises(Missing, match=r"nobody|female5"):
            make()
    monkeypatch.setenv("PATH", "")
    with pytest.raises(Missing, match="is not installed"):
        make()


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_no_two_voices_of_espeak_sound_alike() -> None:
    names = (*ESPEAK, *ESPEAK_KEPT)
    sounds = {
        subprocess.run(
            ["espeak-ng", "-v", name, "--stdout", "hello"], check=True, capture_output=True
        ).stdout
        for name in names
    }
    assert len(sounds) == len(names)


def test_prose_is_what_can_be_cut_up_and_said() -> None:
    said = [("the", "cat", "sat"), ("the", "cat", "sat"), ("a", "xyzzyq", "sat"), ("yes",)]
    assert prose_of(said) == ["the cat sat"]


def test_a_blend_of_styles_is_between_them() -> None:
    styles = np.stack([np.full((ROWS, 256), value, np.float32) for value in (1.0, 2.0, 4.0)])
    made = blend(styles, np.random.default_rng(5))
    assert made.shape == (ROWS, 256) and 1.0 <= made.min() <= made.max() <= 4.0


def test_kokoro_is_given_its_own_symbols() -> None:
    assert kokoro_symbols(["N", "EH1", "K", "S", "T"]) == "nˈɛkst"
    assert kokoro_symbols(["AH0", "ER0"]) == "əəɹ"
