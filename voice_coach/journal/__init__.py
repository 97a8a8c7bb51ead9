"""The journal: what happened in each session, kept through crashes and power cuts.

See docs/use/journal.md.
"""

from voice_coach.journal.database import journal_file
from voice_coach.journal.lock import alone, running_since
from voice_coach.journal.reading import preferred
from voice_coach.journal.store import Journal
from voice_coach.journal.writer import JournalWriter

__all__ = ["Journal", "JournalWriter", "alone", "journal_file", "preferred", "running_since"]
