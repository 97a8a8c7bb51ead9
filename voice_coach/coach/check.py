"""What the coach needs of a book, checked before the first word is spoken.

A book that loads is well formed (language/load.py); this says whether the coach can work with
it, and whether its routines keep to the safety rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from voice_coach.coach.limits import CAP_SECONDS
from voice_coach.coach.table import TABLE, TOPIC
from voice_coach.faults import PromptFault
from voice_coach.language.book import SLOT, Book, Situation

REPLIES: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        """menu gather menu_breathing bye quiet stopped amber amber_refuse red_called wish_later
        need_yes_no unfinished first_step where_menu one_breath_left minute_left
        no_other_side nothing_to_skip still_ready still_answer still_menu unclear
        pain_same pain_low need_number hurts hurts_rest easier still_easing heat_end ice_end
        heat_off ice_off one_at_a_time numb_skin shorter inflamed timer_runs in out out_release
        count slower faster slowest fastest louder quieter loudest quietest paused resumed
        asleep awake not_asleep""".split(),
        frozenset[str](),
    ),
    "red": frozenset({"emergency"}),
    "red_again": frozenset({"emergency"}),
    "red_refuse": frozenset({"emergency"}),
    "where": frozenset({"n", "total"}),
    "breaths_left": frozenset({"breaths"}),
    "minutes_left": frozenset({"minutes"}),
    "pain_before": frozenset({"score"}),
    "pain_down": frozenset({"before", "score"}),
    "pain_up": frozenset({"before", "score"}),
    **{
        f"{kind}_{what}": frozenset({"minutes"})
        for kind in CAP_SECONDS
        for what in ("on", "left", "wait")
    },
}
"""Every reply the coach may give, and the slots it fills."""

ROUTINES = ("welcome", "pain")
TOPICS = ("stretch", "heat", "ice", "breathe")
COUNTS = 10


def check_book(book: Book) -> None:
    """Refuse a book the coach cannot work with.

    Raises:
        PromptFault: names the file, the key and the reason.
    """
    for where, reason in _problems(book):
        raise PromptFault(f"prompts: {where}: {reason}", "restore it from the project's prompts")


def _problems(book: Book) -> Iterator[tuple[str, str]]:
    for name, filled in REPLIES.items():
        variants = book.texts.get(f"reply.{name}")
        if variants is None:
            yield f"replies.toml: reply.{name}", "is missing"
            continue
        slots = {s for v in variants for sentence in v for s in SLOT.findall(sentence)}
        if slots - filled:
            yield f"replies.toml: reply.{name}", f"{{{min(slots - filled)}}} has no value here"
    if len(book.texts.get("reply.count", ())) < COUNTS:
        yield "replies.toml: reply.count", f"needs the numbers up to {COUNTS}"
    for situation, row in TABLE.items():
        if "help" in row and f"help.{situation}" not in book.texts:
            yield f"replies.toml: help.{situation}", "is missing"
        for intent in row:
            if intent != TOPIC and intent not in book.intents:
                yield f"intents.toml: intent.{intent}", "is missing"
    for name, intent in book.intents.items():
        if intent.costly and f"confirm.{name}" not in book.texts:
            yield f"replies.toml: confirm.{name}", "is missing, and the intent is costly"
    yield from _routine_problems(book)


def _routine_problems(book: Book) -> Iterator[tuple[str, str]]:
    for name in ROUTINES:
        if name not in book.routines:
            yield f"routines/{name}.toml", "is missing"
            return
    for topic in TOPICS:
        if topic not in book.topics():
            yield "routines", f'no routine has intent = "{topic}"'
    questions = [s for s in book.routines["welcome"].step if s.ask and s.yes == "emergency"]
    if not questions or any(s.unless for s in questions):
        yield "routines/welcome.toml: step", "the red flags that mean an emergency must be asked"
    for name, routine in book.routines.items():
        for i, step in enumerate(routine.step):
            where = f"routines/{name}.toml: step[{i}]"
            # A timer elsewhere would pass by the questions and the red flags before it.
            if step.timer is not None and routine.situation != step.timer:
                yield f"{where}.timer", f'only a routine with situation = "{step.timer}" has it'
            if step.timer is not None and i == 0:
                yield f"{where}.timer", "needs a step before it, to ask and to get ready"
            if step.answer == "number" and routine.situation is not Situation.PAIN:
                yield f"{where}.answer", 'a number is only asked where situation = "pain"'
            if name != "welcome" and routine.situation is Situation.CHECKING:
                yield f"routines/{name}.toml: situation", '"checking" is for welcome.toml alone'
