"""From the skill's settings to a coach, with its journal and the voice that was chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any

from ovos_skill_voice_coach.words import AssistantWords, Render
from voice_coach.app import (
    Instead,
    Texts,
    VoicedTexts,
    assemble_texts,
    build_talk,
    open_journal,
    voice_files,
)
from voice_coach.chain import Extras
from voice_coach.cli.clips import at_rate, open_clips, render_first
from voice_coach.faults import SettingsFault
from voice_coach.journal import alone, journal_file
from voice_coach.log import Log
from voice_coach.quiet_hours import quiet_now
from voice_coach.settings import Settings, load_settings
from voice_coach.speaking import Sounds
from voice_coach.talk import Talk

RATE = 24000
"""Frames per second of what is played: every loudspeaker takes it, and the voice has no more."""

OWN = ("breaths", "emergency_number", "heat_minutes", "ice_minutes", "journal", "pace")
"""The coach's own settings that the skill's settings may override."""

VOICES = ("assistant", "coach")
"""Who speaks. The first is the default."""


def coach_settings(settings: Mapping[str, Any]) -> Settings:
    """Return the coach's settings: its own file's, and over them the skill's.

    Raises:
        SettingsFault: a value is invalid.
    """
    voice = settings.get("voice", VOICES[0])
    if voice not in VOICES:
        raise SettingsFault(
            f'The skill\'s settings: voice = "{voice}": must be "assistant" or "coach"',
            "correct voice in settings.json",
        )
    chosen = {name: settings[name] for name in OWN if name in settings}
    return load_settings(flags=chosen, flags_from="the skill's settings").settings


def make_talk(
    settings: Mapping[str, Any],
    render: Render | None,
    complain: Callable[[str], None],
    open_things: ExitStack,
) -> tuple[Talk, Texts]:
    """Return a coach that is ready to be started, and its words.

    Args:
        settings: of the skill.
        render: renders a word in the assistant's voice; None if it can't be done here.
        complain: called with a line about what the coach does without.
        open_things: closes what is opened.

    Raises:
        Fault: a part of it cannot be made.
    """
    texts = assemble_texts(coach_settings(settings))
    if texts.settings.journal != "none":
        open_things.enter_context(alone(journal_file(texts.settings.journal)))
    own_voice = settings.get("voice") == "coach"
    sounds = _own(texts, complain, open_things) if own_voice else _words(texts, render, open_things)
    opened = open_journal(texts, RATE, complain)
    if opened.journal is not None:
        open_things.callback(opened.journal.close)
    extras = Extras(opened.recording, quiet=quiet_now(texts.settings.quiet_hours))
    instead = Instead(options=opened.options)
    talk = build_talk(texts, sounds, RATE, Log(), live=own_voice, extras=extras, instead=instead)
    return talk, texts


def _own(texts: Texts, complain: Callable[[str], None], open_things: ExitStack) -> Sounds:
    voiced = VoicedTexts(texts.settings, texts.book, voice_files(texts.settings))
    early, missing = open_clips(voiced, complain, open_things)
    render_first(early, voiced, complain)
    return at_rate(early, missing, voiced, RATE)


def _words(texts: Texts, render: Render | None, open_things: ExitStack) -> Sounds:
    words = AssistantWords(texts.book, RATE, texts.settings.speech_length, render)
    open_things.callback(words.close)
    return words
