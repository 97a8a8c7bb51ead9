"""How well a hearing model hears the coach's words: `python -m benchmarks.hearing`."""
