"""British sessions, from sound to sound: 999, "kahnt", and the words of prompts/en-gb."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from tests.conftest import ROOT
from voice_coach.app import Parts, assemble
from voice_coach.log import Said, Understood
from voice_coach.rehearsal.run import Outcome, rehearse
from voice_coach.settings import Settings
from voice_coach.speaking import Clips

pytestmark = [pytest.mark.slow, pytest.mark.long]


@dataclass(frozen=True)
class Heard:
    """A British rehearsal that was run to its end: raises RehearsalFault otherwise."""

    outcome: Outcome

    def texts(self, key: str) -> list[str]:
        return [e.text for e in self.outcome.entries if isinstance(e, Said) and e.key == key]

    def intents(self) -> list[str]:
        return [e.intent for e in self.outcome.entries if isinstance(e, Understood)]


@pytest.fixture(scope="module")
def british(settings: Settings, rendered: Callable[[int], Clips]) -> Parts:
    """The program in British English, with what both languages say rendered already."""
    return assemble(msgspec.structs.replace(settings, language="en-gb"))


def test_a_british_person_is_heard_and_told_to_ring_999(british: Parts, tmp_path: Path) -> None:
    script = ROOT / "rehearsals" / "en-gb" / "british.toml"
    session = Heard(rehearse(british, script, tmp_path / "session.wav"))
    assert "Ring 9 9 9, or ask someone to ring." in session.texts("reply.red")
    assert session.intents().count("red_flag") == 1, "legs that can't be felt, said as kahnt"
    kinds = " ".join(session.texts("medicine.kinds.say"))
    assert "paracetamol" in kinds
    assert "Tylenol" not in kinds


def test_the_whole_session_runs_in_british_english(british: Parts, tmp_path: Path) -> None:
    script = ROOT / "rehearsals" / "session.toml"
    session = Heard(rehearse(british, script, tmp_path / "session.wav"))
    assert "If it lasts or comes back, see your GP." in session.texts("reply.bye")
