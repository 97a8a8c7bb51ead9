"""What is said aloud beside a coach that listens: nothing of it is a command.

The check is the test's own, word by word against every phrase of the prompts.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import ROOT
from voice_coach.cli import aloud, doctor
from voice_coach.cli.harmless import ON_SCREEN, Harmless, harmless
from voice_coach.doctor import announcer
from voice_coach.doctor.finding import Finding
from voice_coach.faults import AnotherFault, Fault, PromptFault
from voice_coach.journal import alone
from voice_coach.settings import Settings
from voice_coach.understanding import Matcher, load_book
from voice_coach.understanding.program import load_program

PROMPTS = ROOT / "prompts/en"
INTENTS = tomllib.loads((ROOT / "prompts/en/intents.toml").read_text(encoding="utf-8"))
ALIKE = {word: meant for meant, words in INTENTS["alike"].items() for word in words}


def words(text: str) -> list[str]:
    return [ALIKE.get(word, word) for word in re.findall(r"[a-z']+", text.lower())]


BOOK = load_book(PROMPTS)
PROGRAM = load_program(PROMPTS)
MATCHER = Matcher(BOOK)
PHRASES = {
    tuple(words(phrase)): phrase
    for phrase, name in BOOK.phrases(frozenset(BOOK.intents))
    if BOOK.intents[name].safety or BOOK.intents[name].costly
}
LONGEST = max(map(len, PHRASES))

fit = harmless(Settings())


def obeyed(text: str) -> list[str]:
    """Return the phrases that stand in a text."""
    heard = words(text)
    pieces = (
        tuple(heard[i : i + length]) for i in range(len(heard)) for length in range(1, LONGEST + 1)
    )
    return [PHRASES[piece] for piece in pieces if piece in PHRASES] or whole(heard)


def whole(heard: list[str]) -> list[str]:
    """Return the words, if together they mean anything."""
    meaning = MATCHER.match(" ".join(heard), frozenset(BOOK.intents))
    return [" ".join(heard)] if meaning.intent else []


def test_the_check_finds_commands() -> None:
    assert obeyed("Speak to that one, or stop it first.") == ["stop", "stop it"]
    assert set(obeyed("I know. Call for help!")) == {"call for help", "help"}
    assert obeyed("Yes, please.")
    assert not obeyed("The microphone hears almost nothing.")


@pytest.mark.parametrize("name", sorted(p.name for p in PROMPTS.parent.iterdir() if p.is_dir()))
def test_what_the_program_says_in_a_language_is_no_command_of_it(name: str) -> None:
    """The Spanish doctor once announced that it would keep "silencio", which is a stop."""
    folder = PROMPTS.parent / name
    fit_there, program = (
        Harmless(load_book(folder), on_screen="-", otherwise={}),
        load_program(folder),
    )
    doctor, english = program.doctor, program.language.code.startswith("en")
    line = "" if english else "x"
    texts = [doctor.greeting, program.question(), program.question(again=True)]
    texts += [program.filled(doctor.finding, line=line, name=n) for n in doctor.names.values()]
    texts += [program.filled(doctor.to_fix, count="x", n="2", names=doctor.conjunction.join("xy"))]
    texts += [program.filled(doctor.in_order, count=doctor.numbers[2], n="2")]
    texts += [doctor.none_in_order, doctor.nothing_to_fix, program.of_fault(7, "x")]
    texts += [*doctor.names.values(), program.fault.on_screen]
    texts += [program.of_fault(int(code), "x") for code in program.fault.codes]
    assert [text for text in texts if text and fit_there(text) != text] == []


def test_letters_with_accents_are_parts_of_words() -> None:
    spanish = Harmless(load_book(PROMPTS.parent / "es"), on_screen="-")
    assert spanish("Párate.") == "-"
    assert harmless(Settings(language="es"))("No hagas nada. Basta.").startswith("No hagas nada.")
    assert spanish("El árbol está ahí fuera.") == "El árbol está ahí fuera."


# --- what the program's own texts say


def literal(node: ast.AST) -> str | None:
    """Return a text as it stands in the source, with "x" for what is put in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(literal(part) or "x" for part in node.values)
    return None


def told(folder: Path, *, calls: str) -> Iterator[tuple[str, str]]:
    """Yield (place, text) of what is given to calls whose name matches."""
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if not re.fullmatch(calls, name):
                continue
            for part in (p for argument in node.args for p in ast.walk(argument)):
                text = literal(part)
                if text and " " in text.strip():
                    yield f"{file.name}:{part.lineno}", text  # type: ignore[attr-defined]


def test_nothing_the_doctor_finds_is_a_command() -> None:
    found = list(told(ROOT / "voice_coach" / "doctor", calls=r"Finding|bad|\w+Fault"))
    assert len(found) > 60
    assert not {
        place: text
        for place, text in found
        if obeyed(announcer.sayable(text, PROGRAM.doctor.units))
    }


def test_nothing_the_doctor_always_says_is_a_command() -> None:
    def closing(good: int, bad: int) -> str:
        ok, warning = Finding("a", "ok", ""), Finding("your word", "warning", "")
        return announcer.closing([ok] * good + [warning] * bad, PROGRAM)

    asked = [PROGRAM.question(again=again) for again in (False, True)]
    closings = [closing(good, bad) for good in range(13) for bad in range(13)]
    for text in (PROGRAM.doctor.greeting, *asked, ON_SCREEN, *closings):
        assert not obeyed(text), text
        assert fit(text) == text


def test_most_of_every_fault_is_said() -> None:
    """Parts of it at least: what is left out stands on the screen."""
    texts = [text for _, text in told(ROOT / "voice_coach", calls=r"\w+Fault")]
    assert len(texts) > 150
    said = [fit(text) for text in texts]
    assert not [text for text in said if obeyed(text)]
    whole = [text for text in said if ON_SCREEN not in text]
    assert len(whole) > 0.95 * len(said)


# --- what is put together as it comes


@given(
    st.lists(st.sampled_from([*PHRASES.values(), "the", "file.", "Joe:", "Is", "- b"]), max_size=8)
)
def test_no_text_whatever_is_a_command(parts: list[str]) -> None:
    said = fit(" ".join(parts))
    assert said.strip()
    assert not obeyed(said), said


def test_without_any_prompts_only_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: Any) -> Any:
        raise PromptFault("x", "y")

    monkeypatch.setattr("voice_coach.cli.harmless.load_book", broken)
    monkeypatch.setattr("voice_coach.cli.harmless.load_prompts", broken)
    assert harmless(Settings())("Stop at once.") == ON_SCREEN


def test_ones_own_phrases_are_left_out_too(tmp_path: Path) -> None:
    (tmp_path / "intents.toml").write_text(
        '[intent.stop]\nsafety = true\nphrases = ["stop", "microphone"]\n', encoding="utf-8"
    )
    own = harmless(Settings(prompts_folder=str(tmp_path)))
    assert own("Plug the microphone in. It is out.") == f"It is out. {ON_SCREEN}"


class Wires:
    """A sounddevice module that plays nothing."""

    def play(self, *given: object, **more: object) -> None:
        pass


@pytest.fixture
def spoken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What `speak_aloud` says."""
    texts: list[str] = []

    def synthesise(voice: object, text: str, delivery: object) -> tuple[Any, int]:
        texts.append(text)
        return np.full(8000, 0.1, np.float32), 16000

    class Card:
        rate, index = 16000, 0

    monkeypatch.setattr(aloud, "synthesise", synthesise)
    monkeypatch.setattr(aloud, "load_piper", lambda files: None)
    monkeypatch.setattr(aloud, "portaudio", Wires)
    monkeypatch.setattr(aloud, "cards", lambda: [])
    monkeypatch.setattr(aloud, "choose_output", lambda wanted, cards: Card)
    return texts


def test_a_second_coach_does_not_stop_the_first(tmp_path: Path, spoken: list[str]) -> None:
    journal = tmp_path / "stop.db"
    with (
        alone(journal),
        pytest.raises(AnotherFault, match="systemctl --user stop voice-coach") as raised,
        alone(journal),
    ):
        pass
    aloud.speak_aloud(raised.value, Settings())
    assert spoken == [PROGRAM.fault.codes["12"]]
    assert not obeyed(spoken[0])


def test_a_fault_with_a_command_in_a_files_name_is_said_without_it(spoken: list[str]) -> None:
    aloud.speak_aloud(Fault("The file help me is missing", "start the coach again"), Settings())
    assert spoken == [f"Start the coach again. {ON_SCREEN}"]


def test_the_doctor_says_only_what_is_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    texts: list[str] = []

    class Voice:
        def __init__(self, settings: Settings, rate: int) -> None:
            pass

        def __call__(self, text: str) -> None:
            texts.append(text)

        def close(self) -> None:
            pass

    from contextlib import ExitStack

    monkeypatch.setattr(doctor, "RenderedVoice", Voice)
    visit = doctor.Examination(PROGRAM, printed=False)
    with ExitStack() as things:
        doctor.give_voice(visit, Settings(), 16000, lambda sound: None, things)
        visit.tell(Finding("sound card", "fault", "It is called Stop Help", "plug it in again"))
    assert texts == [f"Plug it in again. {ON_SCREEN}"]
