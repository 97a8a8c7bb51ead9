"""What can go wrong: each fault has one line for the person, and an exit code.

The code that finds a problem raises a fault; only the command line shows it, and speaks it if a
voice still works. The line has two parts: what is wrong, and the remedy.

The exit codes are documented in docs/use/faults.md; shells and service managers may rely on them.
"""

from __future__ import annotations

from typing import ClassVar

LONGEST_LINE = 500
"""Characters of a fault that are shown; a longer one quotes a file that is something else."""


class Fault(Exception):
    """A problem that a person can fix.

    Args:
        what: what is wrong, naming the file, device or setting; no full stop at its end.
        remedy: what to do about it, as an instruction; no full stop at its end. What is to be
            typed stands in `backticks`: it must keep its case, and no full stop may be copied.
    """

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what, remedy)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        """The fault as one printable line, whatever a file put into it."""
        return _one_line(f"{self.what}. {sentence(self.remedy)}")


class SettingsFault(Fault):
    """A settings file, environment variable or flag that cannot be used."""

    exit_code = 3


class PromptFault(Fault):
    """A prompt, routine or rehearsal file that cannot be used; it names file, key and reason."""

    exit_code = 4


class ModelFault(Fault):
    """A hearing model that is missing, damaged, or lacks a word of the prompts."""

    exit_code = 5


class VoiceFault(Fault):
    """A piper voice that is missing or damaged."""

    exit_code = 6


class AudioFault(Fault):
    """A sound library, device, rate or stream that cannot be used."""

    exit_code = 7


class StorageFault(Fault):
    """A folder or file that cannot be read or written, or a full disk."""

    exit_code = 8


class DownloadFault(Fault):
    """A model that could not be fetched, or that arrived damaged."""

    exit_code = 9


class RehearsalFault(Fault):
    """A rehearsal that did not follow its script."""

    exit_code = 10


class ServiceFault(Fault):
    """Systemd is missing, cannot be reached, or refuses a request."""

    exit_code = 11


class AnotherFault(Fault):
    """Another coach is running already, and is listening."""

    exit_code = 12


class HearingFault(Fault):
    """The hearing model loaded, but failed later."""

    exit_code = 13


class StandstillFault(Fault):
    """The loop stalled, and the watchdog ended the process (watchdog.py)."""

    exit_code = 14


class BridgeFault(Fault):
    """The bridge to MQTT lacks its package, or a setting that can be used."""

    exit_code = 15


class LessonFault(Fault):
    """A voice cannot be taught now: heat or ice may still be on."""

    exit_code = 16


def sentence(text: str) -> str:
    """Return a text as a sentence: its first letter a capital, and a full stop at its end."""
    stop = "" if text.endswith(("?", ".", "!")) else "."
    return f"{text[:1].upper()}{text[1:]}{stop}"


def _one_line(text: str) -> str:
    """Return a text without line breaks or terminal commands, shortened in the middle."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    if len(text) > LONGEST_LINE:
        text = f"{text[: LONGEST_LINE * 2 // 3]} ... {text[-LONGEST_LINE // 4 :]}"
    return text
