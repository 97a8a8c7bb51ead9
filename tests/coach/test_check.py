"""A book the coach cannot work with is refused before the first word."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

import voice_coach.coach
from voice_coach.coach.activities import TABLE
from voice_coach.coach.prompt_rules import HELP, QUESTIONS, REPLIES, check_book
from voice_coach.faults import PromptFault
from voice_coach.understanding import Book, Routine, Situation, Step
from voice_coach.understanding.book import Item

Damage = Callable[[Book], Book]


def without_text(key: str) -> Damage:
    return lambda book: replace(book, texts={k: v for k, v in book.texts.items() if k != key})


def with_text(key: str, text: str) -> Damage:
    return lambda book: replace(book, texts={**book.texts, key: ((text,),)})


def without_intent(name: str) -> Damage:
    return lambda book: replace(
        book,
        understood=replace(
            book.understood, intents={k: v for k, v in book.intents.items() if k != name}
        ),
    )


def with_intent(name: str, **changes: Any) -> Damage:
    def damage(book: Book) -> Book:
        changed = msgspec.structs.replace(book.intents[name], **changes)
        intents = {**book.intents, name: changed}
        return replace(book, understood=replace(book.understood, intents=intents))

    return damage


def without_routine(name: str) -> Damage:
    return lambda book: replace(
        book, routines={k: v for k, v in book.routines.items() if k != name}
    )


def with_routine(name: str, **changes: Any) -> Damage:
    def damage(book: Book) -> Book:
        routine = msgspec.structs.replace(book.routines[name], **changes)
        return replace(book, routines={**book.routines, name: routine})

    return damage


def with_step(name: str, step: str, **changes: Any) -> Damage:
    def changed(old: Step) -> Step:
        return msgspec.structs.replace(old, **changes) if old.id == step else old

    def damage(book: Book) -> Book:
        steps = tuple(changed(old) for old in book.routines[name].step)
        return with_routine(name, step=steps)(book)

    return damage


def with_item(name: str, step: str, item: str, **changes: Any) -> Damage:
    def changed(old: Item) -> Item:
        return msgspec.structs.replace(old, **changes) if old.id == item else old

    def damage(book: Book) -> Book:
        found = next(s for s in book.routines[name].step if s.id == step)
        return with_step(name, step, item=tuple(map(changed, found.item)))(book)

    return damage


def without_steps(name: str, *steps: str) -> Damage:
    def damage(book: Book) -> Book:
        left = tuple(s for s in book.routines[name].step if s.id not in steps)
        return with_routine(name, step=left)(book)

    return damage


def with_numbers(**numbers: int) -> Damage:
    return lambda book: replace(
        book, understood=replace(book.understood, numbers={**book.numbers, **numbers})
    )


RED = {"yes": "go_on", "no": "go_on", "unsure": "go_on"}


def no_red_flags(book: Book) -> Book:
    steps = tuple(
        msgspec.structs.replace(s, **RED, item=()) for s in book.routines["emergency"].step
    )
    return with_routine("emergency", step=steps)(book)


def one_more_group(book: Book) -> Book:
    first = book.routines["emergency"].step[1]
    more = (msgspec.structs.replace(first, id="more"), *book.routines["emergency"].step)
    return with_routine("emergency", step=more)(book)


@pytest.mark.parametrize(
    ("damage", "names"),
    [
        (without_text("reply.menu"), "reply.menu: is missing"),
        (with_text("reply.menu", "Hello {score}."), "reply.menu: {score} has no value here"),
        (with_text("help.menu", "Hello {n}."), "help.menu: {n} has no value here"),
        (with_text("confirm.heat", "{minutes}?"), "confirm.heat: {minutes} has no value here"),
        (with_text("reply.trouble_own", "{n}."), "reply.trouble_own: {n} has no value"),
        (with_text("reply.count", "One."), "reply.count: needs the numbers up to 10"),
        (with_text("reply.choice_number", "Zero."), "reply.choice_number: needs the numbers"),
        (without_text("help.heat"), "help.heat: is missing"),
        (without_text("help.getting_ready"), "help.getting_ready: is missing"),
        (without_text("confirm.ice"), "confirm.ice: is missing"),
        (without_intent("pause"), "intent.pause: is missing"),
        (with_intent("stop", safety=False), "intent.stop.safety: must be true"),
        (with_intent("heat", costly=False), "intent.heat.costly: must be true"),
        (with_intent("quit", costly=False), "intent.quit.costly: must be true"),
        (with_numbers(eleven=11), "numbers: must be the words for zero to ten"),
        (without_routine("welcome"), "welcome.toml: is missing"),
        (without_routine("pain"), "pain.toml: is missing"),
        (without_routine("ice"), 'no routine has intent = "ice"'),
        (
            with_routine("welcome", situation=Situation.MEDICINES),
            'welcome.toml: situation: must be "breathing"',
        ),
        (no_red_flags, 'yes and "not sure" lead to "emergency" or "items"'),
        (one_more_group, "more than 3 groups"),
        (with_step("emergency", "chest", unless=("own",)), "asked of everyone"),
        (with_step("emergency", "chest", when=("own",)), "asked of everyone"),
        (with_step("emergency", "chest", no="items"), '"no" is the answer that goes on'),
        (with_step("emergency", "chest", unsure="go_on"), 'lead to "emergency" or "items"'),
        (with_step("doctor", "now", yes="refuse"), '"refuse" leads nowhere'),
        (with_step("emergency", "chest", why=None), "needs a plain wording, and a why"),
        (with_step("emergency", "first", ready="Say [next]."), "only speaks, or puts a question"),
        (with_item("emergency", "chest", "faint", unsure="go_on"), 'lead to "emergency"'),
        (with_item("doctor", "body", "bones", sets=None, told=None), 'sets "osteoporosis"'),
        (without_steps("doctor", "body"), 'no question sets "osteoporosis"'),
        (without_steps("emergency", "below", "legs", "chest"), "the warning signs must be asked"),
        (
            with_routine("imagery", situation=Situation.CHECKING),
            '"checking" is for emergency and doctor alone',
        ),
        (
            with_routine("imagery", situation=Situation.SLEEPING),
            'nothing can be done step by step in "sleeping"',
        ),
        (with_routine("imagery", intent="stop"), '"stop" is a command of its own'),
        (with_step("ice", "timer", timer="heat"), 'only a routine with situation = "heat" has it'),
        (with_item("ice", "skin", "numb", unsure="go_on"), 'unsure = "refuse" too'),
        (with_item("ice", "skin", "nerves", unsure="go_on"), 'unsure = "shorten" too'),
        (without_steps("heat", "skin", "alone"), "numb skin must be asked before it"),
        (without_steps("ice", "skin"), "numb skin must be asked before it"),
        (with_item("ice", "skin", "nerves", yes="refuse"), "diabetes must be asked before it"),
        (with_step("heat", "skin", unless=("own",)), "no step up to it may be left out"),
        (with_step("heat", "skin", when=("own",)), "no step up to it may be left out"),
        (without_steps("ice", "allowed"), "must be asked whether one has allowed it"),
        (with_step("heat", "allowed", unsure="go_on"), "must be asked whether one has allowed it"),
        (with_step("heat", "on", ready=None), "must wait until the person is ready"),
        (
            without_steps("heat", "cause", "skin", "alone", "on"),
            "must be asked before it",
        ),
        (with_step("imagery", "knot", yes="refuse"), '"refuse" leads nowhere in "imagery"'),
        (with_step("ice", "skin", no="ice"), '"ice" leads nowhere in "ice"'),
        (with_step("stretch", "ready", sets="doctor"), '"doctor" is set by the coach itself'),
        (
            with_step("heat", "cause", answer="number", plain=None, why=None, told=None),
            "a number is only asked where",
        ),
        (with_step("heat", "alone", unsure="go_on"), "of a question with items"),
        (without_steps("heat", "alone"), "whether it can be taken off"),
        (with_step("heat", "on", plain="Is it?"), "step[4].plain: is for a question"),
        (with_step("heat", "skin", told="It is so."), "step[2].told: is for an answer that sets"),
        (with_step("pain", "score", plain="Is it?"), "step[0].plain: is for a question"),
        (with_step("emergency", "chest", refused="So."), "step[3].refused: is said only where"),
        (without_text("confirm.dizzy"), "confirm.dizzy: is missing"),
        (without_text("confirm.red_flag_leg"), "confirm.red_flag_leg: is missing"),
    ],
)
def test_what_the_coach_could_not_work_with_is_refused(
    book: Book, damage: Damage, names: str
) -> None:
    with pytest.raises(PromptFault, match=re.escape(names)):
        check_book(damage(book))


def test_the_book_itself_is_accepted(book: Book) -> None:
    check_book(book)


# --- the texts and the code agree


def spoken_in_code() -> Iterator[re.Pattern[str]]:
    """The keys of texts in the coach's code; what is filled in stands for anything."""
    for path in Path(voice_coach.coach.__file__).parent.rglob("*.py"):
        if path.name == "prompt_rules.py":
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        inside = {id(v) for n in ast.walk(tree) if isinstance(n, ast.JoinedStr) for v in n.values}
        for node in ast.walk(tree):
            pattern = None
            if isinstance(node, ast.JoinedStr):
                pattern = "".join(
                    re.escape(str(v.value)) if isinstance(v, ast.Constant) else r"[a-z_]+"
                    for v in node.values
                )
            elif isinstance(node, ast.Constant) and id(node) not in inside:
                pattern = re.escape(str(node.value))
            if pattern and re.match(r"reply\\?\.[a-z\[]", pattern):
                yield re.compile(pattern)


def test_the_code_says_every_reply_and_no_other() -> None:
    patterns = [p for p in spoken_in_code() if "trouble" not in p.pattern]
    assert len(patterns) > 50
    keys = {f"reply.{name}" for name in REPLIES}
    for key in keys:
        assert any(p.fullmatch(key) for p in patterns), f"{key} is never said"
    for pattern in patterns:
        assert any(pattern.fullmatch(key) for key in keys), f"{pattern.pattern} is not in REPLIES"


def test_no_text_is_unused(book: Book) -> None:
    helped = {f"help.{situation}" for situation, row in TABLE.items() if "help" in row}
    used = {f"reply.{name}" for name in REPLIES} | helped | {f"help.{name}" for name in HELP}
    used |= {f"confirm.{name}" for name, intent in book.intents.items() if intent.costly}
    used |= {f"confirm.{name}" for name in QUESTIONS}
    unused = {
        key
        for key in book.texts
        if key.startswith(("reply.", "help.", "confirm.")) and key not in used
    }
    assert all(key.startswith("reply.trouble_") for key in unused), unused


def test_every_intent_is_good_for_something(book: Book) -> None:
    commands = {intent for row in TABLE.values() for intent in row} | book.topics().keys()
    assert set(book.intents) <= commands


def test_every_routine_can_be_reached(book: Book) -> None:
    def reachable(routine: Routine) -> bool:
        beginning = routine is book.routines["welcome"]
        checking = routine.situation is Situation.CHECKING
        return routine.intent is not None or checking or beginning

    assert all(map(reachable, book.routines.values()))
