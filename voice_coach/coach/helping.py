"""Help: what can be said now, a page of a few things at a time; "more" goes on to the next.

The pages of a topic are the variants of its text in [help]. After them come the routines that the
person has added, and what is understood nearly everywhere ("help.always"). What makes no sense at
the moment is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from voice_coach.coach import safety, sense
from voice_coach.coach.activity import Activity, Then
from voice_coach.coach.events import IntentHeard
from voice_coach.coach.state import More
from voice_coach.coach.transition import Transition
from voice_coach.understanding.book import OFFERED

MORE_SECONDS = 60.0
"""So long after a page "more" goes on with the help: a page takes ten seconds to say, and then
somebody in pain may think about it. Later, in a stretch, it means more breaths."""

OWN_ON_A_PAGE = 3
"""Routines of the person's own that are named at a time."""

ALONE = ("ending", "confirming", "taking_up")
"""Topics of one page: there the person is to answer, and nothing else."""

Page = tuple[tuple[str, int, int], ...]
"""Sentences, each as the key of its text, its variant and its place in that."""


def say_help(t: Transition, then: Then) -> None:
    """Say the first page of what can be said here, and go on with something."""
    _say_page(t, t.top.help_topic(t.state, t.book), 0, then)


def more(here: Activity, t: Transition, heard: IntentHeard) -> None:
    """More: the next page of the help, or the first, if none was asked for just now."""
    if not go_on(t):
        say_help(t, Then.CONTINUE)


def go_on(t: Transition) -> bool:
    """Say the next page, if help was asked for just now; return whether it was."""
    left = t.prompting.more
    if left is None or t.now > left.until:
        return False
    _say_page(t, left.topic, left.page, Then.CONTINUE)
    return True


def _say_page(t: Transition, topic: str, number: int, then: Then) -> None:
    """Say a page, and how to hear the next; after the last "more" begins with the first again."""
    pages = list(_pages(t, topic))
    number %= len(pages)
    for key, variant, sentence in pages[number]:
        slots = {"emergency": t.options.emergency}
        t.cue(key, then, variant=variant, sentence=sentence, slots=slots)
    if len(pages) > 1:
        t.say("reply.help_more" if number < len(pages) - 1 else "reply.help_over", then)
        until = t.now + t.frames(MORE_SECONDS)
        t.prompting = replace(t.prompting, more=More(topic, number + 1, until))


def _pages(t: Transition, topic: str) -> Iterator[Page]:
    """Yield the pages of a topic; the first is always there."""
    first, *others = _pages_of(t, f"help.{topic}")
    yield first
    if topic in ALONE:
        return
    yield from filter(None, others)
    own = [f"{name}.offer" for name in t.book.own if _may_begin(t, name)]
    for i in range(0, len(own), OWN_ON_A_PAGE):
        yield ("reply.help_own", 0, 0), *((key, 0, 0) for key in own[i : i + OWN_ON_A_PAGE])
    yield from filter(None, _pages_of(t, "help.always"))


def _pages_of(t: Transition, key: str) -> list[Page]:
    """Return the variants of a text, without the sentences that make no sense now."""
    said = t.book.meant(sense.now(t.activities.rows, t.state, t.book), t.top.place(t.book))
    pages = []
    for v, variant in enumerate(t.book.texts[key]):
        sentences = [
            (key, v, i)
            for i, text in enumerate(variant)
            if all(t.book.canonical(phrase) in said for phrase in OFFERED.findall(text))
        ]
        pages.append(tuple(sentences))
    if not pages[0]:
        pages[0] = tuple((key, 0, i) for i in range(len(t.book.texts[key][0])))
    return pages


def _may_begin(t: Transition, name: str) -> bool:
    """Whether a routine of the person's own may be begun from here by saying its name."""
    can = sense.now(t.activities.rows, t.state, t.book)
    begins = t.book.routines[name].intent in can and f"{name}.offer" in t.book.texts
    return begins and safety.barred(t, name) in (None, "unchecked")
