"""`python -m voice_coach` is the command `voice-coach`.

This module imports nothing at its top: the process that renders imports the program's main module
again, and has to stay small.
"""

from __future__ import annotations


def main() -> None:
    """Run the command."""
    # Before the rest is imported, which takes a second on a small machine.
    from voice_coach.cli.ending import end_at_once

    end_at_once()
    from voice_coach.cli.main import main as command

    command()


if __name__ == "__main__":
    main()
