"""Turns each step of the coach into journal entries.

The coach knows nothing of it. What happened is read from its actions; what has to survive a power
cut is compared with what was written last.
"""

from __future__ import annotations

from collections.abc import Sequence

from voice_coach.coach import press_meaning
from voice_coach.coach.activities.sleep import Asleep
from voice_coach.coach.events import (
    Action,
    AnswersKept,
    ApplicationEnded,
    ApplicationStarted,
    Event,
    IntentHeard,
    PainScored,
    Pressed,
    SessionResumed,
)
from voice_coach.coach.past import Past
from voice_coach.coach.snapshot import Snapshot, snapshot
from voice_coach.coach.state import Options, State
from voice_coach.journal.entries import (
    Answered,
    Began,
    IntentUnderstood,
    JournalEntry,
    LeaveTaken,
    PadOff,
    PadOn,
    Preferred,
    Scored,
    Standing,
    Stepped,
    TakenUp,
)
from voice_coach.journal.store import Journal
from voice_coach.journal.timestamp import Moment
from voice_coach.understanding.book import Book

WAIT_SECONDS = 0.3
"""Seconds to wait at most until what matters most is on the disk: a pad, an emergency. A card
that is slow takes a tenth of that, and the coach answers after 0.1 s in any case."""


class JournalWriter:
    """Writes the sessions of one run of the program: one, or many where it stays.

    Args:
        journal: where it goes.
        book: the language.
        options: what the settings alone give the coach, before `preferred`.
    """

    def __init__(self, journal: Journal, book: Book, options: Options) -> None:
        self._journal = journal
        self._book = book
        self._set: dict[str, float] = {
            "volume_db": options.volume_db,
            "pace": options.pace,
            "breaths": options.breaths or 0,
            "speech": options.speech,
        }
        self._kept: Snapshot | None = None
        self._step: tuple[str, str] | None = None
        self._started = False

    def past(self) -> Past:
        """Return what earlier sessions left, as of now.

        That goes for those before this run of the program; the sums also count its own.
        """
        return self._journal.past()

    def stepped(self, event: Event, before: State, after: State, actions: Sequence[Action]) -> None:
        """Record a step of the coach; to be called before its actions are done."""
        if not before.session and not after.session:
            return
        moment = self._journal.clock()
        entries = self._entries(event, before, after, actions, moment)
        count = self._journal.add(*entries) if entries else 0
        emergency = (before.answers.flags ^ after.answers.flags) & {"emergency"}
        if entries and (emergency or before.skin.on != after.skin.on):
            self._journal.wait(count, WAIT_SECONDS)

    def _entries(
        self,
        event: Event,
        before: State,
        after: State,
        actions: Sequence[Action],
        moment: Moment,
    ) -> list[JournalEntry]:
        at = after.now
        entries: list[JournalEntry] = []
        if not self._started:
            self._started = True
            entries.append(Began(at, moment, after.options.rate))
        meant = press_meaning(before, event, self._book) if isinstance(event, Pressed) else event
        if isinstance(meant, IntentHeard):
            # Only numbers: which warning sign was named is nobody's business later.
            value = meant.value if isinstance(meant.value, int) else None
            entries.append(IntentUnderstood(at, moment, meant.intent, value, meant.certain))
        for action in actions:
            entries += _happened(action, after, moment)
        step = self._step_of(after)
        if step is not None and step != self._step:
            entries.append(Stepped(at, moment, *step))
        self._step = step
        entries += self._preferred(before, after, moment)
        left = snapshot(after, self._book)
        if left != self._kept:
            entries.append(Standing(at, moment, left))
            if left.over and (self._kept is None or not self._kept.over):
                # A sleep that became too long is no part of the session.
                was = before.top
                entries.append(LeaveTaken(was.since if isinstance(was, Asleep) else at, moment))
        self._kept = left
        if not after.session:
            self._kept, self._step, self._started = None, None, False
        return entries

    def _step_of(self, state: State) -> tuple[str, str] | None:
        place = state.position
        if place is None:
            return None
        return place.routine, place.find(self._book).id

    def _preferred(self, before: State, after: State, moment: Moment) -> list[JournalEntry]:
        was, now = before.preferences, after.preferences
        changed: dict[str, tuple[float, float]] = {
            "volume_db": (was.volume_db, now.volume_db),
            "pace": (was.pace, now.pace),
            "breaths": (was.breaths or 0, now.breaths or 0),
            "speech": (was.speech, now.speech),
        }
        return [
            Preferred(after.now, moment, name, self._set[name], wished)
            for name, (earlier, wished) in changed.items()
            if earlier != wished
        ]


def _happened(action: Action, after: State, moment: Moment) -> list[JournalEntry]:
    """Return the entry of something that happened; none for what is only said or played."""
    at, rate = after.now, after.options.rate
    match action:
        case PainScored(score):
            return [Scored(at, moment, score)]
        case ApplicationStarted(on):
            return [PadOn(at, moment, on.kind, (on.ends - on.started) / rate)]
        case ApplicationEnded(on):
            return [PadOff(at, moment, on.kind, (at - on.started) / rate)]
        case AnswersKept(flags):
            return [Answered(at, moment, flags)]
        case SessionResumed():
            return [TakenUp(at, moment)]
    return []
