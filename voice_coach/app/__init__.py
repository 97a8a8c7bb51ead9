"""From the settings to a running session: the one place where the parts are put together.

`assemble` checks and locates them, `load` loads the heavy ones, `build` makes a session. The
other functions make single parts, for commands that need no session.
"""

from voice_coach.app.build import (
    Instead,
    OpenJournal,
    Program,
    build,
    build_talk,
    load,
    make_options,
    open_journal,
)
from voice_coach.app.hearing import (
    least_margin,
    load_hearing,
    make_front,
    make_listening,
    make_recogniser,
    make_speech,
    unknown_words,
)
from voice_coach.app.locate import (
    Parts,
    Texts,
    Voiced,
    VoicedTexts,
    Wordings,
    assemble,
    assemble_texts,
    cache_folder,
    chosen_language,
    hearing_folder,
    load_prompts,
    load_texts_of_program,
    models_folder,
    plain_hearing_folder,
    prompts_folder,
    reads_english,
    verify_voice,
    voice_files,
)
from voice_coach.app.rendering_order import first_texts, opening_texts, texts_in_order
from voice_coach.app.speech import make_clips, spoken_emergency, texts_to_render, urgent_texts
from voice_coach.app.voices import BUNDLED_VOICE, bundled_voice

__all__ = [
    "BUNDLED_VOICE",
    "Instead",
    "OpenJournal",
    "Parts",
    "Program",
    "Texts",
    "Voiced",
    "VoicedTexts",
    "Wordings",
    "assemble",
    "assemble_texts",
    "build",
    "build_talk",
    "bundled_voice",
    "cache_folder",
    "chosen_language",
    "first_texts",
    "hearing_folder",
    "least_margin",
    "load",
    "load_hearing",
    "load_prompts",
    "load_texts_of_program",
    "make_clips",
    "make_front",
    "make_listening",
    "make_options",
    "make_recogniser",
    "make_speech",
    "models_folder",
    "open_journal",
    "opening_texts",
    "plain_hearing_folder",
    "prompts_folder",
    "reads_english",
    "spoken_emergency",
    "texts_in_order",
    "texts_to_render",
    "unknown_words",
    "urgent_texts",
    "verify_voice",
    "voice_files",
]
