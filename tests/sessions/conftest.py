"""Rehearsals that are run once, however many tests look at them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from tests.conftest import ROOT
from voice_coach.app import Parts
from voice_coach.log import Said, Understood
from voice_coach.rehearsal.run import Outcome, rehearse
from voice_coach.speaking import Clips


@dataclass(frozen=True)
class Trial:
    """A rehearsal that was run, and what it left behind."""

    outcome: Outcome
    wav: Path

    def said(self, *keys: str) -> list[Said]:
        return [e for e in self.outcome.entries if isinstance(e, Said) and e.key in keys]

    def heard(self) -> list[str]:
        return [e.intent for e in self.outcome.entries if isinstance(e, Understood)]

    def coach(self) -> np.ndarray[Any, np.dtype[np.float32]]:
        samples, _ = soundfile.read(self.wav, dtype="float32")
        left: np.ndarray[Any, np.dtype[np.float32]] = samples[:, 0]
        return left


@pytest.fixture(scope="session")
def run_script(
    parts: Parts, rendered: Callable[[int], Clips], tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], Trial]:
    """Runs a script once, however many tests look at it."""
    done: dict[str, Trial] = {}

    def run(name: str) -> Trial:
        if name not in done:
            wav = tmp_path_factory.mktemp(name) / "session.wav"
            outcome = rehearse(parts, ROOT / "rehearsals" / f"{name}.toml", wav)
            done[name] = Trial(outcome, wav)
        return done[name]

    return run
