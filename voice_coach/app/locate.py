"""Where the files are that the settings name: prompts, hearing model, voice."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from voice_coach import models, paths
from voice_coach.app.voices import BUNDLED_LANGUAGE, base, chosen_voice, named_voice, to_fetch
from voice_coach.coach.prompt_rules import check_book
from voice_coach.faults import ModelFault, PromptFault, SettingsFault
from voice_coach.settings import Settings
from voice_coach.speaking import VoiceFiles
from voice_coach.teaching.own_voice import Voice, hearing_with_own_voice, in_use
from voice_coach.understanding import Book, load_book
from voice_coach.understanding.book import LanguageFile
from voice_coach.understanding.layers import read_language
from voice_coach.understanding.program import Program, load_program
from voice_coach.vocabulary.own_words import hearing_with_own_words

RECORDING = frozenset({"record_on", "record_off"})
"""Intents about the recording of the sound, which a session in writing doesn't have."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What every command needs; the heavy parts are only located."""

    settings: Settings
    book: Book
    model_folder: Path
    voice: VoiceFiles


class Wordings(Protocol):
    """What the words of a session depend on; `Parts` and `Texts` have it."""

    @property
    def settings(self) -> Settings:
        """The settings."""
        ...

    @property
    def book(self) -> Book:
        """The language."""
        ...


class Voiced(Wordings, Protocol):
    """What the sound of a session's sentences depends on; `Parts` and `VoicedTexts` have it."""

    @property
    def voice(self) -> VoiceFiles:
        """The voice."""
        ...


@dataclass(frozen=True, slots=True)
class Texts:
    """What a session in writing needs: no hearing model, and no voice."""

    settings: Settings
    book: Book


@dataclass(frozen=True, slots=True)
class VoicedTexts(Texts):
    """The same, spoken aloud."""

    voice: VoiceFiles


def prompts_folder(settings: Settings) -> Path:
    """Return the folder of the chosen language.

    Raises:
        SettingsFault: there is no such language.
    """
    prompts = paths.data_folder("prompts")
    folder = prompts / settings.language
    if not folder.is_dir():
        there = ", ".join(sorted(p.name for p in prompts.glob("*") if p.is_dir())) or "none"
        raise SettingsFault(
            f'There are no prompts for language "{settings.language}"', f"choose one of: {there}"
        )
    return folder


def load_prompts(settings: Settings) -> Book:
    """Load and check the book of the chosen language, with the user's own additions.

    Raises:
        SettingsFault: there is no such language.
        PromptFault: a file is wrong.
    """
    own = Path(settings.prompts_folder) if settings.prompts_folder else None
    if own is not None and not own.is_dir():
        raise SettingsFault(f"prompts_folder {own} is no folder", "name one that exists")
    overlay = own or paths.settings_file().parent / "prompts" / settings.language
    book = load_book(prompts_folder(settings), overlay)
    check_book(book)
    return book


def assemble_texts(settings: Settings) -> Texts:
    """Return what a session in writing needs. Recording is not understood in it.

    Raises:
        SettingsFault: there is no such language.
        PromptFault: a prompt file is wrong.
    """
    return Texts(settings, _without(load_prompts(settings), RECORDING))


def _without(book: Book, names: frozenset[str]) -> Book:
    """Return a book in which some intents are not understood."""
    heard = book.understood
    intents = {name: intent for name, intent in heard.intents.items() if name not in names}
    said = {name: phrases for name, phrases in heard.said.items() if name not in names}
    here = {
        place: tuple(phrase for phrase in phrases if phrase.intent not in names)
        for place, phrases in heard.here.items()
    }
    return replace(book, understood=replace(heard, intents=intents, said=said, here=here))


def models_folder(settings: Settings) -> Path:
    """Return the folder of fetched models."""
    return Path(settings.models_folder) if settings.models_folder else paths.user_models_folder()


def cache_folder(settings: Settings) -> Path:
    """Return the folder of what can be made again."""
    return Path(settings.cache_folder) if settings.cache_folder else paths.cache_folder()


def hearing_folder(settings: Settings, book: Book) -> Path:
    """Return the folder of the hearing model that knows the user's own voice and words.

    Raises:
        ModelFault: there is none, or it is damaged.
    """
    folder = models_folder(settings)
    return hearing_with_own_words(taught_hearing_folder(settings, book), folder)


def taught_hearing_folder(settings: Settings, book: Book) -> Path:
    """Return the folder of the hearing model that knows the user's voice, without their words.

    Raises:
        ModelFault: there is none, or it is damaged.
    """
    return hearing_with_own_voice(plain_hearing_folder(settings, book), models_folder(settings))


def own_voice(settings: Settings, book: Book) -> Voice | None:
    """Return what was learnt of the user's voice, if it is in use.

    Raises:
        ModelFault: there is no hearing model, or it is damaged.
    """
    return in_use(plain_hearing_folder(settings, book), models_folder(settings))


def plain_hearing_folder(settings: Settings, book: Book) -> Path:
    """Return the folder of the hearing model as it was installed, its sizes checked.

    Raises:
        ModelFault: there is none, or it is damaged.
    """
    folder = models_folder(settings)
    manifest = models.load_manifest()
    chosen: Path | None
    if settings.hearing_model:
        chosen = Path(settings.hearing_model)
        if not chosen.is_dir():
            chosen = models.place(manifest.find(settings.hearing_model), folder)
            if not chosen.is_dir():
                raise ModelFault(
                    f"The hearing model {settings.hearing_model} is not installed",
                    f"type `voice-coach models fetch {settings.hearing_model}`",
                )
        _require_hears(manifest, chosen.name, book.language)
    else:
        chosen = models.preferred_hearing(manifest, folder, book.language.code)
    if chosen is None:
        raise ModelFault(
            f"No hearing model for {book.language.name} is installed",
            to_fetch(book.language, "hearing"),
        )
    problems = models.quick_check(chosen, manifest)
    if problems:
        raise models.fault_from(problems)
    return chosen


def _require_hears(manifest: models.Manifest, name: str, language: LanguageFile) -> None:
    """Refuse a known model of another language; of one's own nothing is known."""
    entry = next((e for e in manifest.models if e.name == name and e.kind == "hearing"), None)
    if entry is not None and base(entry.language) != base(language.code):
        raise ModelFault(
            f"The hearing model {name} hears {entry.language}, not {language.name}",
            f'set hearing_model = "", and {to_fetch(language, "hearing")}',
        )


def chosen_language(settings: Settings) -> LanguageFile:
    """Return what is known of the chosen language.

    Raises:
        SettingsFault: there is no such language.
        PromptFault: its language.toml is wrong.
    """
    return read_language(prompts_folder(settings))


def load_texts_of_program(settings: Settings) -> Program:
    """Return what the program itself says in the chosen language; in English if that is broken."""
    try:
        return load_program(prompts_folder(settings))
    except (SettingsFault, PromptFault):
        return load_program(paths.data_folder("prompts") / Settings().language)


def reads_english(settings: Settings) -> bool:
    """Return whether what the program itself says is in English."""
    return base(load_texts_of_program(settings).language.code) == BUNDLED_LANGUAGE


def voice_files(settings: Settings) -> VoiceFiles:
    """Return the files of the voice that reads the chosen language.

    Raises:
        VoiceFault: it is not installed, or speaks another language.
        SettingsFault, PromptFault: the language cannot be used.
    """
    folder = models_folder(settings)
    if settings.voice:
        named_voice(settings.voice, folder)  # whether it is there is no matter of the language
    return chosen_voice(settings.voice, folder, chosen_language(settings))


def verify_voice(files: VoiceFiles) -> list[models.Problem]:
    """Hash the files of a voice that lies outside the models folder; return what is wrong.

    There is nothing to compare a voice with that the manifest does not know.
    """
    entry = next((e for e in models.load_manifest().models if e.name == files.name), None)
    if entry is None:
        return []
    there = {f"{entry.name}.onnx": files.model, f"{entry.name}.onnx.json": files.config}
    remedy = f"run `voice-coach models fetch {entry.name}`, which is used instead then"
    return models.verify_files(entry, there, remedy)


def assemble(settings: Settings) -> Parts:
    """Return the checked parts; the heavy ones are only located.

    Raises:
        Fault: whatever is missing or wrong.
    """
    book = load_prompts(settings)
    return Parts(settings, book, hearing_folder(settings, book), voice_files(settings))
