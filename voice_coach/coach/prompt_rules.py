"""What the coach needs of a book, checked before the first word is spoken.

A book that loads is well formed (understanding/load.py); this says whether the coach can work with
it, and whether its routines keep to the safety rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from voice_coach.coach import routine_limits, safety
from voice_coach.coach.activities import GUIDED, TABLE
from voice_coach.coach.activities.choices import USUAL
from voice_coach.coach.activity import TOPIC
from voice_coach.coach.limits import CAP_SECONDS
from voice_coach.coach.warning_signs import LASTING, NAMED, OWN_QUESTION, WORSE
from voice_coach.faults import PromptFault
from voice_coach.understanding.book import MOST_BREATHS, Book, Question, Routine, Situation
from voice_coach.understanding.plural import SLOT

BY_STEPS = tuple(s for s in TABLE if s in GUIDED and s is not Situation.CHECKING)
"""The situations of routines other than the welcome."""

_PLAIN = """
    menu menu_more gather menu_gentle menu_breathing bye quiet stopped amber pregnant bones
    doctor_refuse
    pregnant_refuse why make_sure last_time last_time_none hurts_stop hurts_here red_called not_red
    wish_later
    need_yes_no unfinished first_step where_menu one_breath_left minute_left no_other_side take_time
    nothing_to_skip still_ready still_answer still_menu unclear pain_same pain_low need_number hurts
    hurts_rest hurts_other easier still_easing heat_end ice_end heat_off ice_off one_at_a_time
    refused shorter inflamed timer_runs in out out_release count slower faster slowest fastest
    louder quieter loudest quietest paused resumed asleep awake not_asleep
    most_breaths fewest_breaths
    not_that skipped other_side quit_first take_again flag_noted ice_better dizzy
    which_number ten_most pain_words off_ask heat_not_off ice_not_off heat_stuck ice_stuck
    stuck stuck_ready stuck_stretching stuck_emergency too_hot drowsy drowsy_refuse
    speak_slower speak_faster speak_slowest speak_fastest
    roll_off on_top not_under
    learn_voice recording recording_on recording_off recording_full recording_failed
    back_again pad_unknown heat_still ice_still go_on_there history_none history_unscored
    one_moment not_ready heat_awake ice_awake no_answer put_back ice_offer
    choices choices_over choice_called
    help_more help_over help_own soon_over long_left nothing_timed once_more rest least_kept
    breathe_range breathe_most breathe_minute breathe_over call_advice carer_off calling
    calling_first calling_hurts calling_stop calling_over somebody_here how_long_help
    all_well good_news too_cold need_cold need_thirsty
"""

RESUMED = (Situation.CHECKING, Situation.MENU, *BY_STEPS)
"""Where a session may continue after an interruption: "We were stretching."."""

REPLIES: dict[str, frozenset[str]] = {
    **dict.fromkeys(_PLAIN.split(), frozenset[str]()),
    **{f"choice_{intent}": frozenset[str]() for intent in (*USUAL, "number", "done")},
    **dict.fromkeys(("red", "red_again", "red_refuse", "red_bye"), frozenset({"emergency"})),
    **dict.fromkeys(("carer", "calling_emergency", "see_doctor"), frozenset({"emergency"})),
    **dict.fromkeys(("about_left", "breathe_minutes"), frozenset({"minutes"})),
    "where": frozenset({"n", "total"}),
    "breaths_left": frozenset({"breaths"}),
    "breaths": frozenset({"breaths"}),
    "minutes_left": frozenset({"minutes"}),
    **dict.fromkeys(("pain_before", "pain_before_high", "pain_same_high"), frozenset({"score"})),
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

QUESTIONS = ("dizzy", "done", *(f"red_flag_{name}" for name in sorted(NAMED | {WORSE})))
"""The texts of [confirm] that are needed besides those of costly intents."""

HELP = ("welcome", "getting_ready", "always")
"""The texts of [help] that are needed besides one for each situation."""

SAFETY = ("stop", "pause", "hurts", "help", "emergency")
"""What has to get through at any time."""

COSTLY = ("emergency", "heat", "ice", "quit", "call_out")
"""What nobody should be taken to mean by mistake."""

TOPICS = ("stretch", "heat", "ice", "breathe")
"""What the coach offers or begins of itself."""

COUNTS = MOST_BREATHS
SCORES = range(11)

ROUTINES = {
    "welcome": Situation.BREATHING,
    **dict.fromkeys(safety.QUESTIONS, Situation.CHECKING),
    "pain": Situation.PAIN,
}

MOST_GROUPS = 3
"""Questions that everybody is asked for an emergency, and for the doctor."""

LEADS_NOWHERE: dict[Situation, frozenset[str]] = {
    **dict.fromkeys(Situation, frozenset({"refuse", "ice", "as_before"})),
    Situation.CHECKING: frozenset({"refuse", "ice", "shorten"}),
    Situation.HEAT: frozenset({"as_before"}),
    Situation.ICE: frozenset({"ice", "as_before"}),
}
"""Outcomes of a question that make no sense in a situation."""

KEPT = frozenset({"emergency", "called", "doctor", "short", "returning", "kept", "as_before"})
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
    if len(book.texts.get("reply.choice_number", ())) < len(SCORES):
        yield "replies.toml: reply.choice_number", "needs the numbers from zero to ten"
    if len(book.texts.get("reply.count", ())) < COUNTS:
        yield "replies.toml: reply.count", f"needs the numbers up to {COUNTS}"
    for situation, row in TABLE.items():
        asleep = situation is Situation.SLEEPING  # there, "help" wakes the coach
        if "help" in row and not asleep and f"help.{situation}" not in book.texts:
            yield f"replies.toml: help.{situation}", "is missing"
    for name in QUESTIONS:
        if f"confirm.{name}" not in book.texts:
            yield f"replies.toml: confirm.{name}", "is missing"
    for name in HELP:
        if f"help.{name}" not in book.texts:
            yield f"replies.toml: help.{name}", "is missing"


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
    yield from routine_limits.problems(file, routine)
    if checking and name not in safety.QUESTIONS:
        yield f"{file}: situation", f'"checking" is for {" and ".join(safety.QUESTIONS)} alone'
    elif not checking and routine.situation not in BY_STEPS:
        yield f"{file}: situation", f'nothing can be done step by step in "{routine.situation}"'
    if checking:
        yield from _checking_problems(name, routine)
    for i, step in enumerate(routine.step):
        where = f"{file}: step[{i}]"
        yield from _question_problems(where, step, routine.situation)
        if step.item and step.unsure != "items":
            yield f"{where}.unsure", 'of a question with items, "not sure" leads to "items"'
        for number, item in enumerate(step.item):
            yield from _question_problems(f"{where}.item[{number}]", item, routine.situation)
        if step.timer is not None:
            yield from _timer_problems(where, routine, i)


def _question_problems(
    where: str, question: Question, situation: Situation
) -> Iterator[tuple[str, str]]:
    """A question of any routine, and of an item alike."""
    outcomes = {question.yes, question.no, question.unsure}
    asks = question.ask is not None and question.answer == "yes_no"
    for part in ("plain", "why", "told"):
        if getattr(question, part) is not None and not asks:
            yield f"{where}.{part}", "is for a question that is answered with yes or no"
    if question.refused is not None and "refuse" not in outcomes:
        yield f"{where}.refused", 'is said only where an answer leads to "refuse"'
    if question.told is not None and question.sets not in LASTING:
        yield f"{where}.told", f"is for an answer that sets one of {', '.join(sorted(LASTING))}"
    for outcome in sorted(outcomes & LEADS_NOWHERE[situation]):
        yield where, f'"{outcome}" leads nowhere in "{situation}"'
    if question.sets in KEPT:
        yield f"{where}.sets", f'"{question.sets}" is set by the coach itself'
    if question.answer == "number" and situation is not Situation.PAIN:
        yield f"{where}.answer", 'a number is only asked where situation = "pain"'


def _checking_problems(name: str, routine: Routine) -> Iterator[tuple[str, str]]:
    """The questions before anything that moves or warms the body."""
    file = f"routines/{name}.toml"
    urgent = name == safety.QUESTIONS[0]
    groups = [step for step in routine.step if step.ask and not step.when]
    if not groups:
        yield f"{file}: step", "the warning signs must be asked"
    elif len(groups) > MOST_GROUPS:
        yield f"{file}: step", f"more than {MOST_GROUPS} groups of questions for everybody"
    for i, step in enumerate(routine.step):
        where = f"{file}: step[{i}]"
        if step.ask is None:
            if step.item or step.breaths or step.ready or step.then:
                yield where, "only speaks, or puts a question"
            continue
        if step.plain is None or step.why is None:
            yield where, "needs a plain wording, and a why"
        if urgent and (step.unless or step.when):
            yield where, "what may be an emergency is asked of everyone"
        for question in (step, *step.item):
            careful = {question.yes, question.unsure}
            if urgent and not careful <= {"emergency", "items"}:
                yield where, 'yes and "not sure" lead to "emergency" or "items"'
            if question.no != "go_on":
                yield where, '"no" is the answer that goes on'
    if not urgent:
        asked = {q.sets for step in routine.step for q in (step, *step.item)}
        for flag in sorted({"osteoporosis", "pregnant", "fever", "cancer"} - asked):
            yield f"{file}: step", f'no question sets "{flag}"'


def _timer_problems(where: str, routine: Routine, number: int) -> Iterator[tuple[str, str]]:
    """A round elsewhere, or without these questions, would pass by what makes it safe."""
    timer = routine.step[number].timer
    before = routine.step[:number]
    if routine.situation != timer:
        yield f"{where}.timer", f'only a routine with situation = "{timer}" has it'
    if any((s.unless or s.when) and s.sets != "allowed" for s in (*before, routine.step[number])):
        yield f"{where}.timer", "no step up to it may be left out"
    allowed = [s for s in before if s.sets == "allowed" and s.when == ("doctor",)]
    if not any(s.ask and s.no == s.unsure == "refuse" for s in allowed):
        yield (
            f"{where}.timer",
            'before it, whoever has to see a doctor (when = ["doctor"]) must be asked whether one '
            'has allowed it: sets = "allowed", no and unsure = "refuse"',
        )
    asked = [q for s in before for q in (s, *s.item) if q.ask and q.answer == "yes_no"]
    for outcome, what in (("refuse", "numb skin"), ("shorten", "diabetes")):
        careful = [q for q in asked if q.yes == outcome]
        if not careful:
            yield f"{where}.timer", f'{what} must be asked before it, with yes = "{outcome}"'
        elif not any(q.unsure == outcome for q in careful):
            yield f"{where}.timer", f'of {what}, "not sure" must be unsure = "{outcome}" too'
    off = [q for q in asked if q.no == q.unsure == "refuse" and q.sets != "allowed"]
    if timer == "heat" and not off:
        yield (
            f"{where}.timer",
            'before it must be asked whether it can be taken off, with no and unsure = "refuse"',
        )
    if not before or before[-1].ready is None:
        yield f"{where}.timer", "the step before it must wait until the person is ready"
