"""`voice-coach teach`: the coach asks for some words aloud, and learns the person's voice."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import click

from voice_coach.app import (
    Parts,
    assemble,
    front_of,
    load_hearing,
    load_texts_of_program,
    make_recogniser,
    make_speech,
    models_folder,
    open_journal,
    plain_hearing_folder,
    spoken_emergency,
)
from voice_coach.audio.duplex import Duplex
from voice_coach.audio.live import LiveDuplex
from voice_coach.audio.samples import Samples
from voice_coach.cli.aloud import speak_aloud
from voice_coach.cli.context import Choice
from voice_coach.coach import intents_of
from voice_coach.doctor.announcer import RenderedVoice
from voice_coach.faults import Fault, LessonFault, ModelFault
from voice_coach.journal import alone, journal_file
from voice_coach.lesson.classroom import Classroom, KeepingFront
from voice_coach.lesson.lesson import Teacher, Tried, Voice
from voice_coach.screen import last_line, tell
from voice_coach.settings import Settings
from voice_coach.teaching.adapting import Manner
from voice_coach.teaching.judging import VoskJudge
from voice_coach.teaching.learning import JUDGED_DB, Outcome, Pupil, fit, learn
from voice_coach.teaching.own_voice import current, forget, keep, recorded
from voice_coach.teaching.takes import Recording
from voice_coach.understanding import Situation
from voice_coach.understanding.program import Program, TeachTexts

TIMES = 2

WRONG = {
    "nothing": "nothing was heard",
    "loud": "too loud",
    "soft": "too soft",
    "other": "it sounded like something else",
}


@click.command()
@click.option("--device", help='Sound device: number, part of its name, or "IN,OUT".')
@click.option(
    "--times",
    type=click.IntRange(1, 3),
    default=TIMES,
    show_default=True,
    help="How often each word is asked for.",
)
@click.option("--again", is_flag=True, help="Learn from what was said last time.")
@click.option("--forget", "undo", is_flag=True, help="Forget the voice, and what was said.")
@click.pass_obj
def teach(choice: Choice, device: str | None, times: int, again: bool, undo: bool) -> None:
    """Teach the coach your voice: it asks for twenty words aloud, twice each.

    Lie where you would lie with a bad back, and say each word after the coach: two to four minutes.
    It then tries out what it has learnt, on words that it has not learnt from, and keeps it only if
    it hears you better. What you say stays on this machine, readable by you only.

    "stop", said when another word is asked for, or Ctrl-C leaves everything as it was.
    """
    settings = choice.load(device=device).settings
    if undo:
        gone = forget(models_folder(settings))
        tell("Your voice is forgotten, and what you said is deleted." if gone else NOTHING)
        return
    if again:
        learn_again(Desk.of(settings))
        return
    try:
        _teach(settings, times)
    except Fault as fault:
        last_line(str(fault))
        speak_aloud(fault, settings)  # whoever lies there sees no screen
        sys.exit(fault.exit_code)


def _teach(settings: Settings, times: int) -> None:
    with ExitStack() as open_things:
        if settings.journal != "none":
            # It might take the words for commands, and a pad may be on.
            open_things.enter_context(alone(journal_file(settings.journal)))
        desk = Desk.of(settings)
        require_no_pad(desk.parts)
        duplex = LiveDuplex(settings.device, settings.rate, tell)
        open_things.callback(duplex.close)
        voice = RenderedVoice(settings, duplex.rate)
        open_things.callback(voice.close)
        give_lesson(desk, duplex, voice, times)


NOTHING = "Nothing was learnt of your voice."


class Desk:
    """What a lesson needs besides sound.

    Attributes:
        parts: the program's parts.
        program, texts: what is said.
        words: the commands of one word.
        model: the folder of the hearing model as it was installed.
        folder: the models folder.
        pupil: that model, to learn.
    """

    def __init__(self, parts: Parts, program: Program, texts: TeachTexts, model: Path) -> None:
        self.parts, self.program, self.texts, self.model = parts, program, texts, model
        self.folder = models_folder(parts.settings)
        book = parts.book
        known = book.phrases(intents_of(Situation.MENU, book))
        self.words = tuple(sorted({phrase for phrase, _ in known if " " not in phrase}))
        self.pupil = Pupil.of(model, texts.words, self.words)

    @classmethod
    def of(cls, settings: Settings) -> Desk:
        """Return it as the settings want it.

        Raises:
            Fault: whatever is missing or wrong.
        """
        parts, program = assemble(settings), load_texts_of_program(settings)
        if program.teach is None:
            raise ModelFault(
                f"The coach can't learn a voice in {program.language.name} yet",
                "use it as it is, or write the part [teach] of program.toml",
            )
        model = plain_hearing_folder(settings, parts.book)
        return cls(parts, program, program.teach, model)

    def judge(self) -> VoskJudge:
        """Return what judges a model."""
        listened = tuple(dict.fromkeys((*self.words, *self.texts.words)))
        book = self.parts.book
        return VoskJudge(self.model, self.pupil.acoustic, listened, tuple(book.decoys), book.alike)

    def learn(self, recordings: list[Recording], room: Samples) -> Outcome | None:
        """Learn from recordings, and keep it if it helped; None if too few are fit."""
        kept = fit(self.pupil, recordings)
        if not kept:
            return None
        now = current(self.model, self.folder)
        outcome = learn(self.pupil, kept, room, self.judge(), Manner(), now)
        if outcome.output is not None:
            keep(self.folder, self.model, kept, room, outcome)
        return outcome

    def told(self, outcome: Outcome | None) -> str:
        """Return the sentence that says what came out."""
        if outcome is None:
            return self.texts.few
        text = self.texts.same if outcome.output is None else self.texts.better
        before, after, of = outcome.before.hits, outcome.after.hits, 2 * outcome.after.of
        slots = {"before": str(before), "after": str(after), "of": str(of)}
        return self.program.filled(text, **slots)


def require_no_pad(parts: Parts) -> None:
    """Refuse a lesson while heat or ice may be on from a session that was cut off.

    Raises:
        LessonFault: it may be.
    """
    opened = open_journal(parts, 16000, tell)
    if opened.journal is None:
        return
    try:
        pad = opened.journal.past().pad
    finally:
        opened.journal.close()
    if pad is not None:
        raise LessonFault(
            "Heat or ice may still be on from a session that was cut off",
            "type `voice-coach run`, which asks about it first",
        )


def give_lesson(desk: Desk, duplex: Duplex, voice: Voice, times: int) -> Outcome | None:
    """Ask for the words, learn from them, and say what came out; return it."""
    front = front_of(KeepingFront, desk.parts, duplex.rate, tell)
    speech = make_speech(tell)
    recogniser = make_recogniser(desk.parts, load_hearing(desk.parts), duplex.rate, front, speech)
    gain = 10 ** (desk.parts.settings.volume_db / 20)
    teacher = Teacher(
        Classroom(duplex, recogniser, front, gain),
        voice,
        desk.program,
        desk.texts,
        desk.parts.book,
        desk.pupil,
        spoken_emergency(desk.parts),
    )
    for tried in teacher.teach(times):
        tell(_line(tried))
    lesson = teacher.lesson
    if words := teacher.last_words():
        tell(words)
        return None
    outcome = None
    if lesson.ending == "whole":
        tell(desk.texts.thinking)
        teacher.tell(desk.texts.thinking)
        outcome = desk.learn(lesson.recordings, lesson.room)
    show(desk, outcome, teacher.tell)
    return outcome


def learn_again(desk: Desk) -> None:
    """Learn from what was said last time.

    Raises:
        ModelFault: nothing was.
    """
    recordings, room = recorded(desk.folder)
    if not recordings:
        raise ModelFault("There are no recordings to learn from", "type `voice-coach teach`")
    show(desk, desk.learn(list(recordings), room), lambda text: None)


def show(desk: Desk, outcome: Outcome | None, say: Callable[[str], None]) -> None:
    """Print and say what came out."""
    told = desk.told(outcome)
    tell(told)
    if outcome is not None:
        tell(
            f"({outcome.after.of} words that were not learnt from, as you said them: "
            f"{outcome.before.said} before, {outcome.after.said} now; with {JUDGED_DB:g} dB of "
            f"speech over your room's noise: {outcome.before.noisy} before, "
            f"{outcome.after.noisy} now.)"
        )
    if outcome is not None and outcome.output is not None:
        tell("`voice-coach teach --forget` undoes it, and deletes what you said.")
    say(told)


def _line(tried: Tried) -> str:
    if tried.fault is None:
        return f"{tried.phrase:12}  good"
    heard = f' ("{tried.text}")' if tried.text and tried.fault == "other" else ""
    return f"{tried.phrase:12}  {WRONG[tried.fault]}{heard}"
