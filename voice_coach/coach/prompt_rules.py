"""What the coach needs of a book, checked before the first word is spoken.

A book that loads is well formed (understanding/load.py); this says whether the coach can work with
it, and whether its routines keep to the safety rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from voice_coach.coach.activities import GUIDED, TABLE
from voice_coach.coach.activity import TOPIC
from voice_coach.coach.limits import CAP_SECONDS
from voice_coach.coach.warning_signs import NAMED, OWN_QUESTION
from voice_coach.faults import PromptFault
from voice_coach.understanding.book import MOST_BREATHS, SLOT, Book, Routine, Situation

BY_STEPS = tuple(s for s in TABLE if s in GUIDED and s is not Situation.CHECKING)
"""The situations of routines other than the welcome."""

_PLAIN = """
    menu gather menu_breathing bye quiet stopped amber amber_refuse red_called not_red wish_later
    need_yes_no unfinished first_step where_menu one_breath_left minute_left no_other_side take_time
    nothing_to_skip still_ready still_answer still_menu unclear pain_same pain_low need_number hurts
    hurts_rest hurts_other easier still_easing heat_end ice_end heat_off ice_off one_at_a_time
    refused shorter inflamed timer_runs in out out_release count slower faster slowest fastest
    louder quieter loudest quietest paused resumed asleep awake not_asleep
    one_breath most_breaths fewest_breaths
    not_that noted skipped other_side quit_first take_again flag_noted ice_better dizzy
    which_number ten_most pain_words off_ask heat_not_off ice_not_off heat_stuck ice_stuck
    stuck stuck_ready stuck_stretching stuck_emergency too_hot drowsy drowsy_refuse
    no_slower
    roll_off on_top not_under
    recording recording_on recording_off recording_full recording_failed
    back_again pad_unknown heat_still ice_still go_on_there history_none history_unscored
    one_moment not_ready heat_awake ice_awake no_answer put_back ice_offer
"""

RESUMED = (Situation.CHECKING, Situation.MENU, *BY_STEPS)
"""Where a session may continue after an interruption: "We were stretching."."""

REPLIES: dict[str, frozenset[str]] = {
    **dict.fromkeys(_PLAIN.split(), frozenset[str]()),
    **dict.fromkeys(("red", "red_again", "red_refuse", "red_bye"), frozenset({"emergency"})),
    "where": frozenset({"n", "total"}),
    "breaths_left": frozenset({"breaths"}),
    "breaths": frozenset({"breaths"}),
    "minutes_left": frozenset({"minutes"}),
    "pain_before": frozenset({"score"}),
    "pain_down": frozenset({"before", "score"}),
    "pain_up": frozenset({"before", "score"}),
    **dict.fromkeys(("history_down", "history_same", "history_up"), frozenset({"before", "score"})),
    **{f"was_{situation}": frozenset[str]() for situation in RESUMED},
    **{
        f"{kind}_{what}": frozenset({"minutes"})
        for kind in CAP_SECONDS
        for what in ("on", "left", "wait")
    },
}
"""Every reply the coach may give, and the slots it fills."""

SLOTS = {"help": frozenset({"emergency"}), "confirm": frozenset[str]()}
"""The slots that are filled in the other texts of replies.toml."""

QUESTIONS = ("dizzy", "done", *(f"red_flag_{name}" for name in sorted(NAMED)))
"""The texts of [confirm] that are needed besides those of costly intents."""

SAFETY = ("stop", "pause", "hurts", "help", "emergency")
"""What has to get through at any time."""

COSTLY = ("emergency", "heat", "ice", "quit")
"""What nobody should be taken to mean by mistake."""

TOPICS = ("stretch", "heat", "ice", "breathe")
"""What the coach offers or begins of itself."""

COUNTS = MOST_BREATHS
SCORES = range(11)

ROUTINES = {"welcome": Situation.CHECKING, "pain": Situation.PAIN}

LEADS_NOWHERE: dict[Situation, frozenset[str]] = {
    **dict.fromkeys(Situation, frozenset({"refuse", "ice"})),
    Situation.HEAT: frozenset(),
    Situation.ICE: frozenset({"ice"}),
}
"""Outcomes of a question that make no sense in a situation."""

KEPT = frozenset({"emergency", "called", "doctor", "short"})
"""Flags that the coach alone sets."""


def check_book(book: Book) -> None:
    """Refuse a book the coach cannot work with.

    Raises:
        PromptFault: names the file, the key and the reason.
    """
    for where, reason in _problems(book):
        raise PromptFault(f"prompts: {where}: {reason}", "correct it, or restore the prompts")


def _problems(book: Book) -> Iterator[tuple[str, str]]:
    yield from _text_problems(book)
    yield from _intent_problems(book)
    for name, situation in ROUTINES.items():
        if name not in book.routines:
            yield f"routines/{name}.toml", "is missing"
        elif book.routines[name].situation is not situation:
            yield f"routines/{name}.toml: situation", f'must be "{situation}"'
    for topic in TOPICS:
        if topic not in book.topics():
            yield "routines", f'no routine has intent = "{topic}"'
    for name, routine in book.routines.items():
        yield from _routine_problems(name, routine)


def _text_problems(book: Book) -> Iterator[tuple[str, str]]:
    for name in REPLIES:
        if f"reply.{name}" not in book.texts:
            yield f"replies.toml: reply.{name}", "is missing"
    for key, variants in book.texts.items():
        group, _, name = key.partition(".")
        filled = SLOTS.get(group, REPLIES.get(name, frozenset()))
        slots = {s for v in variants for sentence in v for s in SLOT.findall(sentence)}
        if slots - filled:
            yield f"replies.toml: {key}", f"{{{min(slots - filled)}}} has no value here"
    if len(book.texts.get("reply.count", ())) < COUNTS:
        yield "replies.toml: reply.count", f"needs the numbers up to {COUNTS}"
    for situation, row in TABLE.items():
        asleep = situation is Situation.SLEEPING  # there, "help" wakes the coach
        if "help" in row and not asleep and f"help.{situation}" not in book.texts:
            yield f"replies.toml: help.{situation}", "is missing"
    for name in QUESTIONS:
        if f"confirm.{name}" not in book.texts:
            yield f"replies.toml: confirm.{name}", "is missing"
    if "help.getting_ready" not in book.texts:
        yield "replies.toml: help.getting_ready", "is missing"


def _intent_problems(book: Book) -> Iterator[tuple[str, str]]:
    commands = {intent for row in TABLE.values() for intent in row if intent != TOPIC}
    for name in sorted(commands - book.intents.keys()):
        yield f"intents.toml: intent.{name}", "is missing"
    for name, routine in book.routines.items():
        if routine.intent in commands:
            yield f"routines/{name}.toml: intent", f'"{routine.intent}" is a command of its own'
    for name in SAFETY:
        if not book.intents[name].safety:
            yield f"intents.toml: intent.{name}.safety", "must be true"
    for name in COSTLY:
        if name in book.intents and not book.intents[name].costly:
            yield (
                f"intents.toml: intent.{name}.costly",
                "must be true: doubtful, it is confirmed",
            )
    for name, intent in book.intents.items():
        own = name in OWN_QUESTION
        if intent.costly and not own and f"confirm.{name}" not in book.texts:
            yield f"replies.toml: confirm.{name}", "is missing, and the intent is costly"
    if sorted(set(book.numbers.values())) != list(SCORES):
        yield "intents.toml: numbers", "must be the words for zero to ten"


def _routine_problems(name: str, routine: Routine) -> Iterator[tuple[str, str]]:
    file = f"routines/{name}.toml"
    checking = routine.situation is Situation.CHECKING
    if checking and name != "welcome":
        yield f"{file}: situation", '"checking" is for welcome.toml alone'
    elif not checking and routine.situation not in BY_STEPS:
        yield f"{file}: situation", f'nothing can be done step by step in "{routine.situation}"'
    if checking and not any(s.ask and s.yes == "emergency" for s in routine.step):
        yield f"{file}: step", "the red flags that mean an emergency must be asked"
    if checking and routine.step[0].ask:
        # A question that was left open is come back to, but never to the first step.
        yield f"{file}: step[0].ask", "the first step greets; questions come after it"
    for i, step in enumerate(routine.step):
        where = f"{file}: step[{i}]"
        outcomes = {step.yes, step.no, step.unsure}
        if step.plain is not None and (step.ask is None or step.answer != "yes_no"):
            yield f"{where}.plain", "is for a question that is answered with yes or no"
        if step.why is not None and "refuse" not in outcomes:
            yield f"{where}.why", 'is said only where an answer leads to "refuse"'
        if checking and step.ask and step.unless:
            yield f"{where}.unless", "a safety question is asked of everyone"
        if checking and not outcomes <= {"go_on", "emergency", "doctor"}:
            yield where, "a safety question leads to go_on, emergency or doctor"
        for outcome in sorted(outcomes & LEADS_NOWHERE[routine.situation]):
            yield where, f'"{outcome}" leads nowhere in "{routine.situation}"'
        if step.sets in KEPT:
            yield f"{where}.sets", f'"{step.sets}" is set by the coach itself'
        if step.answer == "number" and routine.situation is not Situation.PAIN:
            yield f"{where}.answer", 'a number is only asked where situation = "pain"'
        if step.timer is not None:
            yield from _timer_problems(where, routine, i)


def _timer_problems(where: str, routine: Routine, number: int) -> Iterator[tuple[str, str]]:
    """A round elsewhere, or without these steps, would pass by what makes it safe."""
    timer = routine.step[number].timer
    before = routine.step[:number]
    if routine.situation != timer:
        yield f"{where}.timer", f'only a routine with situation = "{timer}" has it'
    if any(s.unless for s in (*before, routine.step[number])):
        yield f"{where}.timer", "no step up to it may be left out"
    for outcome, asked in (("refuse", "numb skin"), ("shorten", "diabetes")):
        questions = [s for s in before if s.ask and s.yes == outcome]
        if not questions:
            yield f"{where}.timer", f'{asked} must be asked before it, with yes = "{outcome}"'
        elif not any(s.unsure == outcome for s in questions):
            yield f"{where}.timer", f'of {asked}, "not sure" must be unsure = "{outcome}" too'
    if timer == "heat" and not any(
        s.ask and s.answer == "yes_no" and s.no == s.unsure == "refuse" for s in before
    ):
        yield (
            f"{where}.timer",
            'before it must be asked whether it can be taken off, with no and unsure = "refuse"',
        )
    if not before or before[-1].ready is None:
        yield f"{where}.timer", "the step before it must wait until the person is ready"
