"""Hostile prompt files: refused in one line that names the file, soon, and with nothing read that
is not a prompt."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.tally import Tally, clear_line
from tests.understanding.files import PROMPTS, overlay
from voice_coach.coach.prompt_rules import check_book
from voice_coach.faults import Fault, PromptFault
from voice_coach.understanding import load_book
from voice_coach.understanding.layers import LARGEST_FILE

SOON = 3.0
"""Seconds of the processor within which a file is refused, on a slow machine."""

GOOD = """title = "evening"
situation = "stretching"
intent = "evening"
[[step]]
id = "sway"
name = "Swaying."
say = ["Let your knees sway."]
breaths = 4
"""
INTENTS = '[intent.evening]\nphrases = ["evening"]\n'

HEAD = 'title = "evening"\nsituation = "stretching"\nintent = "evening"\n'

WRONG: dict[str, str | bytes] = {
    "10 MB of comment": "#" * 10_000_000,
    "10 MB of zeros": bytes(10_000_000),
    "10,000 nested arrays": "title = " + "[" * 10_000 + "]" * 10_000,
    "10,000 nested tables": "title = " + "{a=" * 10_000 + "1" + "}" * 10_000,
    "a key of 5,000 parts": "a" + ".a" * 5_000 + " = 1",
    "a key of 40,000 letters": "a" * 40_000 + " = 1",
    "a key with a line break": '"a\\nb" = 1\n' + GOOD,
    "a sentence of 40,000 letters": GOOD.replace("Let your knees sway.", "a " * 20_000),
    "a sentence with a line break": GOOD.replace("knees sway.", "knees\\nTraceback"),
    "a sentence with a terminal's commands": GOOD.replace("knees sway.", "\\u001b[2J [x]"),
    "a phrase that is offered, of 20,000 letters": GOOD.replace(
        "Let your knees sway.", "[" + "a" * 20_000 + "]"
    ),
    "100,000 steps": HEAD + '[[step]]\nid="a"\n' * 100_000,
    "1,000 steps": HEAD
    + "".join(f'[[step]]\nid="a{i}"\nname="A."\nsay=["B."]\n' for i in range(1000)),
    "NUL bytes": GOOD.replace("sway", "s\0y"),
    "an escaped NUL": GOOD.replace("knees sway.", "knees\\u0000sway."),
    "invalid UTF-8": GOOD.encode().replace(b"sway", b"s\xff\xfey"),
    "half a letter of UTF-16": GOOD.encode("utf-16")[:-1],
    "a lone surrogate": GOOD.replace("knees sway.", "\\ud800"),
    "a number of 10,000 digits": GOOD.replace("breaths = 4", "breaths = " + "9" * 10_000),
    "breaths that are no number": GOOD.replace("breaths = 4", "breaths = nan"),
    "infinite breaths": GOOD.replace("breaths = 4", "breaths = inf"),
    "a date for breaths": GOOD.replace("breaths = 4", "breaths = 1979-05-27"),
    "a path as the name of a step": GOOD.replace('"sway"', '"../../etc/passwd"'),
    "an absolute path as the name of a step": GOOD.replace('"sway"', '"/etc/passwd"'),
    "a path as the next routine": GOOD.replace("[[step]]", 'next = "../heat"\n[[step]]'),
    "a timer of its own length": GOOD.replace("breaths = 4", "timer = 86400"),
    "a timer longer than the cap": GOOD.replace("breaths = 4", 'timer = "heat 60"'),
    "an empty file": "",
    "a program": b"\x7fELF\x02\x01\x01" + bytes(range(256)),
    "a page of the web": "<!DOCTYPE html><title>404</title>",
}

STEP = {"id", "name", "say", "then", "ask", "breaths", "in", "out", "yes", "no", "unsure", "timer"}
STEP |= {"ready", "other", "unless"}
TOP = {"title", "situation", "step", "intent", "next"}
VALUES = {
    "a number": "-1",
    "a fraction": "1e308",
    "a truth": "true",
    "a date": "1979-05-27T07:32:00Z",
    "a table": "{a = 1}",
    "arrays in arrays": "[[[[1]]]]",
    "a string in another's place": '"\\u0007"',
}


def refused(own: Path, named: str) -> None:
    began = time.process_time()
    with pytest.raises(PromptFault) as caught:
        check_book(load_book(PROMPTS, own))
    assert time.process_time() - began < SOON
    assert named in clear_line(caught.value)


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG.keys())
def test_hostile_routine(tmp_path: Path, content: str | bytes, tally: Tally) -> None:
    own = overlay(tmp_path, {}, INTENTS)
    raw = content if isinstance(content, bytes) else content.encode()
    (own / "routines" / "evening.toml").write_bytes(raw)
    refused(own, "evening.toml")
    tally.count("prompts: a hostile routine")


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_wrong_type_for_each_key(tmp_path: Path, value: str, tally: Tally) -> None:
    own = overlay(tmp_path, {}, INTENTS)
    path = own / "routines" / "evening.toml"
    for key in sorted(STEP | TOP):
        lines = [line for line in GOOD.splitlines() if not line.startswith(f"{key} =")]
        where = len(lines) if key in STEP else 0
        lines.insert(where, f"{key} = {value}")
        text = "\n".join(lines)
        if key == "step":
            text = text.replace("[[step]]", "[[other]]")
        path.write_text(text + "\n", encoding="utf-8")
        try:
            check_book(load_book(PROMPTS, own))
        except PromptFault as fault:
            assert "evening.toml" in clear_line(fault)
        else:
            # Sentences, names and titles may be any text that can be spoken.
            assert value.startswith('"'), (key, value)
        tally.count("prompts: a wrong type for each key of a routine")


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_wrong_type_for_each_key_of_the_intents(tmp_path: Path, value: str, tally: Tally) -> None:
    for text in (
        f"intent = {value}",
        f"[intent]\nevening = {value}",
        f"[intent.evening]\nphrases = {value}",
        f"[intent.evening]\nphrases = [{value}]",
        f'[intent.evening]\nphrases = ["evening"]\nsafety = {value}',
        f'[intent.evening]\nphrases = ["evening"]\ncostly = {value}',
        f"numbers = {value}",
        f"[numbers]\neleven = {value}",
        f"alike = {value}",
        f"[alike]\nno = {value}",
        f"decoys = {value}",
        f"[decoys]\nwords = {value}",
    ):
        own = tmp_path / "own"
        own.mkdir(exist_ok=True)
        (own / "intents.toml").write_text(text + "\n", encoding="utf-8")
        try:
            check_book(load_book(PROMPTS, own))
        except PromptFault as fault:
            line = clear_line(fault)  # a costly intent needs a question in replies.toml
            assert "intents.toml" in line or "replies.toml: confirm.evening" in line
        else:
            assert value == "true" and text.endswith("true"), text
        tally.count("prompts: a wrong type for each key of the intents")


PHRASES = {
    "of 20,000 letters": "a" * 20_000,
    "of 20,000 words": "a " * 20_000,
    "with a line break": "even\\ning",
    "with a NUL": "even\\u0000ing",
    "with a terminal's commands": "\\u001b]0;x\\u0007",
    "that is a path": "../../etc/passwd",
    "with a slot of slots": "{number}" * 5_000,
    "in letters nobody can type": "\\u202egnineve",
    "like a safety word": "stop it now please",
}


@pytest.mark.parametrize("phrase", PHRASES.values(), ids=PHRASES.keys())
def test_hostile_phrase(tmp_path: Path, phrase: str, tally: Tally) -> None:
    own = overlay(tmp_path, {}, f'[intent.evening]\nphrases = ["{phrase}"]\n')
    refused(own, "intents.toml")
    tally.count("prompts: a hostile phrase")


def linked(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


TRICKS: dict[str, Callable[[Path], None]] = {
    "a link to a file of secrets": linked("/etc/passwd"),
    "a link to endless zeros": linked("/dev/zero"),
    "a link to itself": lambda path: path.symlink_to(path),
    "a link to nothing": linked("nowhere"),
    "a pipe that nobody writes to": lambda path: os.mkfifo(path),
    "a folder": lambda path: path.mkdir(),
    "a link to the process's own memory": linked("/proc/self/mem"),
    "a link up and out": linked("../../../../../../../../etc/hostname"),
}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="names of Unix")
@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS.keys())
def test_tricks_with_files(tmp_path: Path, trick: Callable[[Path], None], tally: Tally) -> None:
    own = overlay(tmp_path, {}, INTENTS)
    trick(own / "routines" / "evening.toml")
    refused(own, "evening.toml")
    tally.count("prompts: tricks with files and links")


@pytest.mark.parametrize(
    "name", ["..", "a\nb", "\x1b[2J", "a" * 200, "..\\..\\x", "-rf", "ROUTINE", "é", "a b"]
)
def test_tricks_with_names(tmp_path: Path, name: str, tally: Tally) -> None:
    own = overlay(tmp_path, {}, INTENTS)
    (own / "routines" / f"{name}.toml").write_text(GOOD, encoding="utf-8")
    began = time.process_time()
    with pytest.raises(PromptFault) as caught:
        load_book(PROMPTS, own)
    assert time.process_time() - began < SOON
    clear_line(caught.value)
    tally.count("prompts: tricks with names")


def test_ten_thousand_routines(tmp_path: Path, tally: Tally) -> None:
    own = overlay(tmp_path, {}, INTENTS)
    for number in range(10_000):
        (own / "routines" / f"r{number}.toml").write_bytes(b"")
    refused(own, "routines")
    tally.count("prompts: 10,000 routines")


def test_largest_file_is_soon_read_or_refused(tmp_path: Path, tally: Tally) -> None:
    own = overlay(tmp_path, {}, INTENTS)
    step = '[[step]]\nid="a%d"\nname="A."\nsay=[%s]\n'
    says = ",".join(['"B."'] * 400)
    text = HEAD + "".join(step % (i, says) for i in range(20))
    assert len(text) < LARGEST_FILE
    (own / "routines" / "evening.toml").write_text(text, encoding="utf-8")
    began = time.process_time()
    try:
        check_book(load_book(PROMPTS, own))
    except Fault as fault:
        clear_line(fault)
    assert time.process_time() - began < SOON
    tally.count("prompts: the largest file that is read")
