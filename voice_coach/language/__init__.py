"""Language: what is said and what is understood, as data, and the way from words to meaning."""

from voice_coach.language.book import Book, Routine, Situation, Step
from voice_coach.language.load import load_book
from voice_coach.language.match import Matcher, Meaning

__all__ = ["Book", "Matcher", "Meaning", "Routine", "Situation", "Step", "load_book"]
