"""With its clips rendered, the coach needs neither piper nor much memory."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT
from voice_coach.settings import Settings
from voice_coach.speaking import Clips

MOST_MB = 250

CODE = """
import sys
from pathlib import Path
from voice_coach import log, session
from voice_coach.app import assemble
from voice_coach.rehearsal.run import rehearse
from voice_coach.settings import load_settings
if __name__ == "__main__":
    parts = assemble(load_settings().settings)
    outcome = rehearse(parts, Path(sys.argv[1]), Path(sys.argv[2]))
    heavy = sorted({"piper", "onnxruntime"} & sys.modules.keys())
    # Not getrusage: its peak is handed down through fork and exec: the test runner's own.
    own = Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]
    print(int(own) // 1024, outcome.late, *heavy)
"""


@pytest.mark.slow
def test_session_with_a_full_cache_is_small(
    settings: Settings, rendered: Callable[[int], Clips], tmp_path: Path
) -> None:
    rendered(24000)
    (tmp_path / "code.py").write_text(CODE)
    names = ("cache_folder", "models_folder", "prompts_folder")
    own = {f"VOICE_COACH_{name.upper()}": str(getattr(settings, name)) for name in names}
    done = subprocess.run(
        [
            sys.executable,
            str(tmp_path / "code.py"),
            str(ROOT / "rehearsals" / "pause_sleep.toml"),
            str(tmp_path / "a.wav"),
        ],
        env={**os.environ, **own, "PYTHONPATH": str(ROOT), "XDG_CONFIG_HOME": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    peak, late, *heavy = done.stdout.split()
    assert heavy == []
    assert int(late) == 0
    assert int(peak) <= MOST_MB
