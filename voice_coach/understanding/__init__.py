"""Language: what is said and what is understood, as data, and the way from words to meaning."""

from voice_coach.understanding.book import Book, Routine, Situation, Step
from voice_coach.understanding.grammar import Grammar
from voice_coach.understanding.load import load_book
from voice_coach.understanding.match import Matcher, Meaning
from voice_coach.understanding.place import Place

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
