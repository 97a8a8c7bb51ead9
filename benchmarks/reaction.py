"""How soon the coach reacts, on the sample clock: from the true end of a word.

The sound card adds its own latency of input and output to every figure.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass

from voice_coach.app import load_hearing
from voice_coach.audio.wav import read_sound
from voice_coach.faults import Fault
from voice_coach.hearing import HEARING_RATE
from voice_coach.hearing.recogniser import CHUNK
from voice_coach.log import CutShort, Entry, PersonSpoke, Said, Understood
from voice_coach.rehearsal.run import RATE
from voice_coach.rehearsal.script import load_script, recording_path
from voice_coach.speaking.speaker import ANSWER_SECONDS
from voice_coach.understanding import Matcher

from .common import (
    Cell,
    Report,
    Scale,
    Table,
    grammars,
    high,
    main,
    middle,
    percent,
    the_parts,
)
from .ear import Ear, acted, context
from .scenes.recordings import Clip, at_microphone, recordings, synthesised, true_end
from .watched import SESSION, Watched, session, watch


@dataclass(frozen=True)
class Reaction:
    """One line of a rehearsal: seconds after the end of its words; None if it did not happen."""

    situation: str
    at_once: bool
    understood: float
    reply: float | None
    faded: float | None


def measure(scale: Scale) -> Report:
    """Measure rehearsals, and a sweep over phrases."""
    lines: list[Reaction] = []
    for script in sorted(SESSION.parent.glob("*.toml")):
        if script != SESSION and not scale.full:
            continue
        try:
            watched = session() if script == SESSION else watch(script)
            ends = {
                line.says: true_end(read_sound(recording_path(script, made, line.says), RATE), RATE)
                for made in (load_script(script),)
                for line in made.line
            }
        except Fault as fault:
            print(f"{script.name} left out: {fault}")
            continue
        lines += reactions(watched, ends)
    return Report("reaction", [_lines(lines), _sweep(scale)])


def reactions(watched: Watched, ends: dict[str, int]) -> list[Reaction]:
    """Match each line that was said with the understanding, the reply and the fade.

    Args:
        watched: a rehearsal.
        ends: words -> frame at which they end in their recording.
    """
    made: list[Reaction] = []
    entries = watched.entries
    for number, (entry, _) in enumerate(entries):
        if not isinstance(entry, PersonSpoke):
            continue
        rest = entries[number + 1 :]
        until = next((e.at for e, _ in rest if isinstance(e, PersonSpoke)), None)
        window = [(e, s) for e, s in rest if until is None or e.at < until]
        heard = next(((e, s) for e, s in window if isinstance(e, Understood)), None)
        if heard is None:
            continue
        end = entry.start + ends[entry.text]
        made.append(_reaction(heard[0], heard[1].value, end, [e for e, _ in window]))
    return made


def _reaction(heard: Understood, situation: str, end: int, window: list[Entry]) -> Reaction:
    said = (e.start for e in window if isinstance(e, Said) and e.at >= heard.at and not e.pacing)
    reply = next(said, None)
    hushed = any(isinstance(e, CutShort) and e.at == heard.at for e in window)
    return Reaction(
        situation,
        heard.early,
        (heard.at - end) / RATE,
        None if reply is None else (reply - end) / RATE,
        (heard.at - end) / RATE if hushed else None,
    )


def _lines(lines: list[Reaction]) -> Table:
    groups: dict[str, list[Reaction]] = defaultdict(list)
    for line in lines:
        groups[line.situation].append(line)
        groups["all, from final results"].append(line)
        if line.at_once:
            groups["all, at once"].append(line)
            groups["all, from final results"].pop()
    rows: list[tuple[Cell, ...]] = []
    for name in sorted(groups, key=lambda n: (n.startswith("all"), n)):
        group = groups[name]
        replies = [r.reply for r in group if r.reply is not None]
        faded = [r.faded for r in group if r.faded is not None]
        understood = [r.understood for r in group]
        row: list[Cell] = [name, len(group), middle(understood), high(understood)]
        row += [middle(replies), high(replies), len(faded), middle(faded), high(faded)]
        rows.append(tuple(row))
    return Table(
        "rehearsals, seconds after the end of the word",
        ("situation", "n", "understood", "95 %", "reply", "95 %", "cut short", "fade", "95 %"),
        rows,
        "reply: its first frame; fade: the first faded sample of what the coach was saying",
    )


def _sweep(scale: Scale) -> Table:
    """Say phrases in every situation that understands them, at random offsets to the chunks."""
    parts = the_parts()
    book, matcher = parts.book, Matcher(parts.book)
    ear = Ear(load_hearing(parts), book)
    chance = random.Random(2)
    rows: list[tuple[Cell, ...]] = []
    totals: dict[str, list[float]] = defaultdict(list)
    for name, intents in grammars(parts).items():
        phrases = dict(book.phrases(intents))
        ear.listen(phrases)
        found: dict[str, list[float]] = defaultdict(list)
        clips = _said(phrases, scale, chance)
        for clip in clips:
            sound, end = at_microphone(clip, chance.randrange(CHUNK))
            done = acted(ear.hear(sound), matcher, context(intents, "speaking"))
            if done is not None and done.intent == phrases[clip.words]:
                kind = "final" if done.final else "at once"
                found[kind].append((done.at - end) / HEARING_RATE)
        for kind, values in found.items():
            totals[kind] += values
        right = sum(map(len, found.values()))
        rows.append((name, len(clips), percent(right, len(clips)), *_both(found)))
    rows.append(("all", None, None, *_both(totals)))
    return Table(
        "sweep, seconds after the end of the word until it is understood",
        ("situation", "n", "right %", "final", "95 %", "at once", "95 %"),
        rows,
        f"an answer begins {ANSWER_SECONDS:g} s later; a fade at the same sample",
    )


def _said(phrases: dict[str, str], scale: Scale, chance: random.Random) -> list[Clip]:
    voices = ("slt", "awb") if scale.full else ("slt",)
    others = synthesised(phrases, voices)
    some = chance.sample(others, min(len(others), scale.pick(4, 60)))
    return [clip for clip in recordings() if clip.words in phrases] + some


def _both(found: dict[str, list[float]]) -> tuple[Cell, ...]:
    return tuple(f(found[k]) for k in ("final", "at once") for f in (middle, high))


if __name__ == "__main__":
    main(measure, __doc__)
