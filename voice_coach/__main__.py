"""`python -m voice_coach` is the command `voice-coach`."""

from voice_coach.cli.main import main

if __name__ == "__main__":
    main()
