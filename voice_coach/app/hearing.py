"""The parts of hearing, as the settings want them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from voice_coach.app.locate import Parts
from voice_coach.echo import EchoFault, open_canceller
from voice_coach.faults import ModelFault
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
from voice_coach.hearing.vad import UNTOLD
from voice_coach.listening import Listening
from voice_coach.understanding import Book
from voice_coach.vocabulary.own_words import takes_words

if TYPE_CHECKING:
    from vosk import Model


def load_hearing(parts: Parts) -> Model:
    """Load the hearing model, and check that it knows every word of the book.

    Raises:
        ModelFault: it cannot be loaded.
        PromptFault: the book has a phrase with an unknown word.
    """
    model = load_model(parts.model_folder)
    check_vocabulary(model, _phrases(parts.book), takes_words=takes_words(parts.model_folder))
    return model


def unknown_words(folder: Path, book: Book) -> dict[str, str]:
    """Return every word of the book that a hearing model does not know -> where it stands.

    Raises:
        ModelFault: the model cannot be loaded.
    """
    model = load_model(folder)
    words = ((word, place) for phrase, place in _phrases(book) for word in phrase.split())
    known: dict[str, bool] = {}
    unknown: dict[str, str] = {}
    for word, place in words:
        if word not in known:
            known[word] = model.vosk_model_find_word(word) >= 0
        if not known[word]:
            unknown.setdefault(word, place)
    return unknown


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
        rate: frames per second of the session.
        front: see `make_front`; None for one that cancels no echo.
        speech: see `make_speech`; None to take every word for speech.
    """
    return Recogniser(
        model,
        rate,
        parts.book.decoys,
        vocabulary(parts.model_folder),
        alternatives=True,
        front=front or Front(rate),
        idle=Idle(),
        speech=speech,
    )


def make_front(parts: Parts, rate: int, complain: Callable[[str], None]) -> Front:
    """Return what makes the sound ready for the recogniser, with echo cancelling if it can be had.

    Args:
        parts: the program's parts.
        rate: frames per second of the session.
        complain: called with one line that says why there is no echo cancelling.
    """
    return front_of(Front, parts, rate, complain)


AnyFront = TypeVar("AnyFront", bound=Front)


def front_of(
    kind: type[AnyFront], parts: Parts, rate: int, complain: Callable[[str], None]
) -> AnyFront:
    """Return a front of some kind; see `make_front`."""
    if not parts.settings.cancel_echo:
        return kind(rate)
    try:
        return kind(rate, open_canceller())
    except EchoFault as fault:
        complain(f"{fault} Until then only safety words are heard while the coach speaks.")
        return kind(rate, uncancelled=True)


def make_speech(complain: Callable[[str], None]) -> Speech | None:
    """Return what tells speech from noise, or None if it cannot be had.

    Args:
        complain: called with one line that says why it is missing, or fails later.
    """
    try:
        return Speech(open_detector(), complain)
    except ModelFault as fault:
        complain(f"{fault} {UNTOLD}")
        return None


def make_listening(parts: Parts) -> Listening:
    """Return how the settings want the session to listen."""
    return Listening(parts.settings.hear_all, parts.settings.earcons)


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
