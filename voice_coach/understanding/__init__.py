"""Language: what is said and what is understood, as data, and the way from words to meaning."""

from voice_coach.understanding.book import Book, Routine, Situation, Step
from voice_coach.understanding.grammar import Grammar
from voice_coach.understanding.load import load_book
from voice_coach.understanding.match import Matcher
from voice_coach.understanding.place import Place
from voice_coach.understanding.words import Meaning

__all__ = [
    "Book",
    "Grammar",
    "Matcher",
    "Meaning",
    "Place",
    "Routine",
    "Situation",
    "Step",
    "load_book",
]
