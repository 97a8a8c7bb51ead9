"""Files of intents made one, and how the language they are in words things."""

from __future__ import annotations

from voice_coach.understanding.intents import Courtesy, Decoys, IntentFile, Onset, Turning
from voice_coach.understanding.place import Place
from voice_coach.understanding.wording import Wording


def joined(first: IntentFile, second: IntentFile) -> IntentFile:
    """Return a file of intents with another added to it, or laid over it: docs/use/prompts.md."""
    here: dict[Place, dict[str, tuple[str, ...]]] = {p: dict(row) for p, row in first.here.items()}
    for place, row in second.here.items():
        here[place] = here.get(place, {}) | row
    return IntentFile(
        intent=first.intent | second.intent,
        numbers=first.numbers | second.numbers,
        minutes=first.minutes | second.minutes,
        alike=first.alike | second.alike,
        contractions=first.contractions | second.contractions,
        decoys=Decoys(first.decoys.words + second.decoys.words),
        ignored=first.ignored + second.ignored,
        together=second.together or first.together,
        joining=first.joining + second.joining,
        courtesy=Courtesy(
            *(
                getattr(first.courtesy, name) + getattr(second.courtesy, name)
                for name in Courtesy.__struct_fields__
            )
        ),
        turning=Turning(
            first.turning.deny + second.turning.deny,
            first.turning.before + second.turning.before,
            first.turning.opposites + second.turning.opposites,
        ),
        near=first.near | second.near,
        onset=second.onset or first.onset,
        rules=first.rules | second.rules,
        only=first.only | second.only,
        hints=first.hints | second.hints,
        speakers=first.speakers + second.speakers,
        here=here,
    )


def wording_of(file: IntentFile) -> Wording:
    """Return how a language words things."""
    onset = file.onset or Onset()
    pairs = [word for pair in file.turning.opposites for word in pair]
    alike = {other: word for word, others in file.alike.items() for other in others}
    denying = frozenset(alike.get(word, word) for word in file.turning.deny)
    return Wording(
        alike=alike,
        contractions=file.contractions,
        before=file.courtesy.before,
        after=file.courtesy.after,
        exclamations=file.courtesy.exclamations,
        afterthoughts=file.courtesy.afterthoughts,
        fillers=frozenset(file.courtesy.fillers),
        letters=onset.letters,
        sounds=onset.sounds,
        small=frozenset(alike.get(word, word) for word in file.courtesy.small),
        denying=denying,
        denying_next=frozenset(alike.get(word, word) for word in file.turning.before),
        turning=denying | {alike.get(word, word) for word in pairs},
    )
