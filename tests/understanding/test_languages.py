"""What holds of every language: its phrases mean what they stand for, and no denial is lost."""

from __future__ import annotations

import unicodedata
from operator import attrgetter
from pathlib import Path

import pytest

from voice_coach.coach import Options, understood
from voice_coach.coach.activities.choices import USUAL
from voice_coach.coach.places import place_state
from voice_coach.faults import PromptFault
from voice_coach.interpretation import typed_meaning, understand
from voice_coach.paths import data_folder
from voice_coach.understanding import Book, Matcher, Place, load_book
from voice_coach.understanding.book import offered
from voice_coach.understanding.intents import Near
from voice_coach.understanding.one_breath import URGENT
from voice_coach.understanding.typed import readings, spoken_words
from voice_coach.understanding.wording import Wording

PROMPTS = data_folder("prompts")
LANGUAGES = sorted(path.name for path in PROMPTS.iterdir() if path.is_dir())
PLACES = tuple(place for place in Place if place is not Place.OVER)
OPTIONS = Options(16000, "112")


@pytest.fixture(scope="module")
def books() -> dict[str, Book]:
    return {name: load_book(PROMPTS / name) for name in LANGUAGES}


@pytest.fixture(scope="module")
def spanish(books: dict[str, Book]) -> Book:
    return books["es"]


@pytest.fixture(scope="module")
def spanish_matcher(spanish: Book) -> Matcher:
    return Matcher(spanish)


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_phrase_means_what_it_stands_for(books: dict[str, Book], name: str) -> None:
    book = books[name]
    matcher = Matcher(book)
    for place in PLACES:
        intents = understood(place_state(place, book, OPTIONS), book)
        for phrase in filter(attrgetter("core"), book.meant(intents, place).values()):
            for said in book.understood.wording.said_as(phrase.text):
                found = matcher.match(said, intents, place)
                assert (found.intent, found.value) == (phrase.intent, phrase.value), (place, said)


@pytest.mark.parametrize("name", LANGUAGES)
def test_all_that_the_coach_offers_is_understood_exactly(books: dict[str, Book], name: str) -> None:
    book = books[name]
    matcher = Matcher(book)
    everywhere = frozenset(book.intents)
    for phrase in offered(book):
        found = [matcher.match(phrase, everywhere, place) for place in (None, *PLACES)]
        assert any(one.intent and one.score == 100 for one in found), phrase


@pytest.mark.parametrize("name", LANGUAGES)
def test_every_choice_that_is_read_to_a_button_can_also_be_said(
    books: dict[str, Book], name: str
) -> None:
    book = books[name]
    matcher = Matcher(book)
    for intent in (*USUAL, "done"):
        for variant in book.texts[f"reply.choice_{intent}"]:
            said = spoken_words(variant[0], book)
            found = {matcher.match(said, frozenset({intent}), p).intent for p in (None, *PLACES)}
            assert intent in found, said


SAFETY = frozenset({"done", "start", "yes", "red_flag", "emergency", "heat", "ice", "quit"})
LEFT_OUT = ("creo", "perdón")
""" "No creo que ..." and "no, perdón, sí" deny otherwise."""


@pytest.mark.parametrize("place", [p for p in PLACES if p is not Place.SLEEPING])
def test_no_before_a_phrase_never_leaves_its_meaning(
    spanish: Book, spanish_matcher: Matcher, place: Place
) -> None:
    """ "No" stands right before what it denies in Spanish: "no tengo fiebre"."""
    state = place_state(place, spanish, OPTIONS)
    denying = spanish.understood.wording.denying
    for phrase in spanish.meant(understood(state, spanish), place).values():
        first = phrase.text.partition(" ")[0]
        if phrase.intent not in SAFETY or not phrase.core or first in (*denying, *LEFT_OUT):
            continue
        found = typed_meaning(f"no {phrase.text}", state, spanish, spanish_matcher)
        asked = found.intent in URGENT and not found.certain
        assert asked or found.intent != phrase.intent, (phrase.text, found)


# --- accents


@pytest.mark.parametrize(
    ("place", "typed", "intent", "value"),
    [
        ("checking", "si", "yes", None),
        ("checking", "Sí.", "yes", None),
        ("checking", unicodedata.normalize("NFD", "sí"), "yes", None),
        ("checking", "no se", "unsure", None),
        ("checking", "por que", "why", None),
        ("menu", "respiracion", "breathe", None),
        ("menu", "relajacion", "imagery", None),
        ("menu", "mas fuerte", "louder", None),
        ("heat", "tengo sueno", "drowsy", None),
        ("heat", "cuanto falta", "how_long", None),
        ("ending", "ya me lo quite", "done", None),
        ("ending", "no esta apagada", "still_on", None),
        ("ending", "me lo quito", "stop", None),
        ("ending", "me lo quite mi hijo", None, None),
        ("emergency", "llame a una ambulancia", "emergency", None),
        ("emergency", "ya llame a una ambulancia", "done", None),
        ("menu", "16 minutos de respiracion", "breathe_for", 16),
        ("menu", "1 minuto de respiración", "breathe_for", 1),
    ],
)
def test_accents_may_be_left_out_where_they_tell_nothing_apart(
    spanish: Book,
    spanish_matcher: Matcher,
    place: str,
    typed: str,
    intent: str | None,
    value: int | None,
) -> None:
    found = understand(typed, place_state(place, spanish, OPTIONS), spanish, spanish_matcher)
    assert (found.intent, found.value) == (intent, value), found


def test_a_word_is_read_as_typed_before_it_is_given_accents(spanish: Book, book: Book) -> None:
    assert readings("llame", spanish)[:2] == ("llame", "llamé")
    assert spoken_words("prevencion manana", spanish).startswith("prevención")
    assert readings("stop asdf", book) == ("stop asdf", "stop [unk]")


# --- what differs from language to language


def test_how_words_begin_to_sound_is_the_languages(spanish: Book, book: Book) -> None:
    english, es = book.understood.wording, spanish.understood.wording
    assert [english.onset(w) for w in ("stop", "start", "a", "")] == ["st", "st", "a", ""]
    assert es.onset("calor") == es.onset("qu" + "anto") == "ka"
    assert es.onset("basta") == es.onset("vasta")
    assert es.onset("hielo") == es.onset("ielo") != es.onset("calor")
    assert es.onset("sí") == es.onset("si") == es.onset("cinco")
    assert Wording(letters=3).onset("stop") == "sto"


def test_commands_that_begin_alike_are_confusable_by_sound(spanish_matcher: Matcher) -> None:
    assert spanish_matcher.confusable("vale", frozenset({"stop"})), "basta begins like it"
    assert not spanish_matcher.confusable("siguiente", frozenset({"heat", "ice"}))


def test_what_follows_a_denial_is_not_taken_by_itself(spanish_matcher: Matcher) -> None:
    heard = frozenset({"red_flag", "no", "stop", "hurts"})
    assert spanish_matcher.match("no me duele la rodilla", heard).intent is None
    for urgent in ("no me duele el pecho", "ay no me duele el pecho"):
        found = spanish_matcher.match(urgent, heard)
        assert (found.intent, found.certain) == ("red_flag", False)
    assert spanish_matcher.match("no no siento las piernas", heard).intent == "red_flag"
    assert spanish_matcher.match("ay no siento las piernas", heard).intent == "red_flag"
    assert spanish_matcher.match("para me duele el pecho", heard).intent == "red_flag"


def test_english_says_no_before_what_it_does_not_deny(matcher: Matcher) -> None:
    found = matcher.match("no my chest hurts", frozenset({"red_flag", "no"}))
    assert found.intent == "red_flag"


def own(folder: Path, text: str) -> Path:
    (folder / "intents.toml").write_text(f"[intent]\n{text}\n", encoding="utf-8")
    return folder


def test_bounds_of_a_near_match_are_the_languages(tmp_path: Path, book: Book) -> None:
    assert book.understood.near == Near()
    stricter = load_book(PROMPTS / "en", own(tmp_path, "[near]\nsure = 100\nlikely = 100"))
    assert stricter.understood.near == Near(sure=100, likely=100)
    words, intents = "emergencee", frozenset({"emergency"})
    assert Matcher(book).match(words, intents).intent == "emergency"
    assert Matcher(stricter).match(words, intents).intent is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[near]\nsure = 20", "near: "),
        ("[near]\nshort_word = 99", "near: "),
        ("[onset]\nletters = 0", "onset.letters"),
        ('[turning]\nbefore = ["not now"]', 'turning.before: "not now" must be one'),
    ],
)
def test_a_mistake_in_these_is_named(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(PromptFault, match="intents") as caught:
        load_book(PROMPTS / "en", own(tmp_path, text))
    assert reason in caught.value.what
