"""Render what the README lets people hear and see: `make demo`.

Rehearses `rehearsals/demo.toml` and cuts from it what starts with "Say next when you're ready",
to the end. Writes docs/media/session.opus (both ends in one channel) and its transcript,
docs/media/session.svg. The listener speaks with flite's voice, the coach with its own.
"""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile
from rich.console import Console
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text

from voice_coach.app import assemble
from voice_coach.log import CutShort, Entry, PersonSpoke, Said
from voice_coach.rehearsal.run import RATE, rehearse
from voice_coach.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "rehearsals/demo.toml"
SOUND = ROOT / "docs/media/session.opus"
PICTURE = ROOT / "docs/media/session.svg"

FIRST = "stretch.ready.ready"
"""Key of the text that the cut starts with."""

TAIL_S = 1.0
"""Seconds that are kept after the last word."""

COMPRESSION = 0.87
"""libsndfile's measure, 0 to 1; this is about 38 kbit/s of Opus."""

PEAK = 0.8
"""Of the cut's loudest sample, full scale being 1."""

COLUMNS = 96
"""Wide enough for the longest sentence."""

FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
"""What rich would have a browser fetch from a network."""


def main() -> None:
    """Rehearse, cut, and write both files."""
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "demo.wav"
        outcome = rehearse(assemble(Settings()), SCRIPT, wav)
        samples, rate = soundfile.read(wav, dtype="float32")
    assert rate == outcome.rate == RATE
    entries = outcome.entries
    said = [entry for entry in entries if isinstance(entry, Said)]
    start = next(entry.start for entry in said if entry.key == FIRST) - rate // 5
    end = said[-1].end + round(TAIL_S * rate)
    SOUND.parent.mkdir(exist_ok=True)
    write_sound(samples[start:end], rate)
    PICTURE.write_text(picture(entries, start, rate), encoding="utf-8")
    seconds, size = (min(end, len(samples)) - start) / rate, SOUND.stat().st_size
    print(f"{SOUND.relative_to(ROOT)}: {seconds:.0f} s, {size / 1000:.0f} kB")


def write_sound(samples: npt.NDArray[np.float32], rate: int) -> None:
    """Write both ends as Opus: `samples` (frames, 2), coach and listener, are mixed into one."""
    mono = samples.sum(axis=1)
    mono *= PEAK / float(np.abs(mono).max())
    soundfile.write(SOUND, mono, rate, format="OGG", subtype="OPUS", compression_level=COMPRESSION)


def picture(entries: list[Entry], start: int, rate: int) -> str:
    """Return the transcript from frame `start` on as SVG, without what was never heard."""
    console = Console(width=COLUMNS, record=True, file=io.StringIO(), force_terminal=True)
    for at, who, words, style in heard(entries, start):
        seconds = round((at - start) / rate)
        clock = f"{seconds // 60}:{seconds % 60:02}  "
        console.print(Text.assemble((clock, "dim"), (f"{who:8}", style), words), soft_wrap=True)
    svg = console.export_svg(
        title="a rehearsal of voice-coach", theme=DIMMED_MONOKAI, unique_id="session"
    )
    return FONTS.sub("", svg)


def heard(entries: list[Entry], start: int) -> list[tuple[int, str, str, str]]:
    """Return frame, speaker, words and style of what can be heard from frame `start` on."""
    cut = {(e.start, e.text): e.begun for e in entries if isinstance(e, CutShort)}
    lines: list[tuple[int, str, str, str]] = []
    for entry in entries:
        match entry:
            case Said() if entry.start >= start and cut.get((entry.start, entry.text), True):
                words = entry.text + (" ..." if (entry.start, entry.text) in cut else "")
                lines.append((entry.start, "coach", words, "cyan"))
            case PersonSpoke() if entry.start >= start:
                lines.append((entry.start, "person", f'"{entry.text}"', "bold yellow"))
    return sorted(lines)


if __name__ == "__main__":
    main()
