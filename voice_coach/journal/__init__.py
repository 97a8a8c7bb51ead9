"""The journal: what happened in each session, kept through crashes and power cuts.

See docs/use/journal.md.
"""

from voice_coach.journal.alone import alone
from voice_coach.journal.place import journal_file
from voice_coach.journal.preferences import preferred
from voice_coach.journal.recording import Recording
from voice_coach.journal.store import Journal

__all__ = ["Journal", "Recording", "alone", "journal_file", "preferred"]
