"""What can go wrong, each with the one line that mends it and its exit code.

A fault is raised where the trouble is found, and shown (and, where a voice still works,
spoken) in one place: the command line. The line has two parts: what is wrong, and the mend.

The exit codes are documented in docs/use/faults.md; shells and service managers may rely on them.
"""

from __future__ import annotations

from typing import ClassVar

LONGEST_LINE = 500
"""Characters of a fault that are shown; what is longer quotes a file that is no prompt at all."""


class Fault(Exception):
    """Something a person can mend.

    Args:
        what: what is wrong, naming the file, device or setting, without a full stop.
        mend: what to do about it, as an instruction, without a full stop.
    """

    exit_code: ClassVar[int] = 1
    aloud: ClassVar[str] = ""
    """Said aloud in place of the line, where that isn't fit to be heard."""

    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what, mend)
        self.what = what
        self.mend = mend

    def __str__(self) -> str:
        """The one line shown to a person, whatever came into it out of a file."""
        return _one_line(f"{self.what}. {self.mend[:1].upper()}{self.mend[1:]}.")


class SettingsFault(Fault):
    """A settings file, environment variable or flag that cannot be used."""

    exit_code = 3


class PromptFault(Fault):
    """A prompt, routine or rehearsal file that cannot be used; names file, key and reason."""

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
    """A rehearsal that did not go as its script says."""

    exit_code = 10


class ServiceFault(Fault):
    """Systemd is missing, cannot be reached, or refuses."""

    exit_code = 11


class AnotherFault(Fault):
    """Another coach is running already, and hears what is said."""

    exit_code = 12
    aloud = "Another coach is running already. Speak to that one."


class HearingFault(Fault):
    """The hearing model was loaded, and failed later."""

    exit_code = 13


class StandstillFault(Fault):
    """The loop stood still, and the process was ended (watchdog.py)."""

    exit_code = 14


def _one_line(text: str) -> str:
    """Return a text without line breaks and commands to the terminal, its middle left out."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)
    if len(text) > LONGEST_LINE:
        text = f"{text[: LONGEST_LINE * 2 // 3]} ... {text[-LONGEST_LINE // 4 :]}"
    return text
