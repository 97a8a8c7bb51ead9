"""Prompts, hearing model, voice and cache: present, undamaged, and matching.

The probes raise a `Fault` if something is wrong; `probed` turns it into a finding. `voice-coach
check` uses them too, except those that read every byte.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from voice_coach import models
from voice_coach.app import (
    Parts,
    cache_folder,
    hearing_folder,
    load_hearing,
    load_prompts,
    load_texts_of_program,
    make_clips,
    models_folder,
    own_voice,
    plain_hearing_folder,
    texts_to_render,
    verify_voice,
    voice_files,
)
from voice_coach.doctor.finding import Finding
from voice_coach.doctor.host import disk, writable
from voice_coach.journal import journal_file
from voice_coach.models.manifest import RECORD
from voice_coach.settings import Settings
from voice_coach.understanding import Book
from voice_coach.understanding.program import Program

if TYPE_CHECKING:
    from vosk import Model

ANY_RATE = 16000
"""Frames per second of clips that are only counted."""


class Files:
    """The files that the settings choose; each is loaded once, on first use."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def book(self) -> Book:
        """The prompts; raises SettingsFault or PromptFault."""
        return load_prompts(self.settings)

    @cached_property
    def program(self) -> Program:
        """What the program itself says."""
        return load_texts_of_program(self.settings)

    @cached_property
    def parts(self) -> Parts:
        """The parts; the heavy ones are located, not loaded. Raises any Fault."""
        folder = hearing_folder(self.settings, self.book)
        return Parts(self.settings, self.book, folder, voice_files(self.settings))

    @cached_property
    def model(self) -> Model:
        """The loaded hearing model, which knows every word; raises ModelFault or PromptFault."""
        return load_hearing(self.parts)

    def prompts(self) -> Finding:
        """Check that the prompts can be used."""
        book = self.book
        counts = {
            "sentences": sum(len(v) for variants in book.texts.values() for v in variants),
            "intents": len(book.intents),
            "routines": len(book.routines),
        }
        what = ", ".join(f"{count} {name}" for name, count in counts.items())
        return Finding("prompts", "ok", what, "", {**counts})

    def voice(self) -> Finding:
        """Check that the voice is present."""
        files = voice_files(self.settings)
        files.check()
        return Finding("voice", "ok", f"{files.name} ({files.model})")

    def whole_voice(self) -> Finding:
        """Check every byte of the voice, if its hashes are known."""
        files = voice_files(self.settings)
        files.check()
        manifest = models.load_manifest()
        entry = next((e for e in manifest.models if e.name == files.name), None)
        if entry is None:
            what = f"The voice {files.name} is there; there are no hashes to compare it with"
            return Finding("voice", "ok", what, "", {"verified": False})
        if files.model.parent == models.place(entry, models_folder(self.settings)):
            problems = models.verify(entry, models_folder(self.settings))
            if problems:
                raise models.fault_from(problems, "voice")
        elif problems := verify_voice(files):
            raise models.fault_from(problems, "voice")
        what = f"The voice {files.name} is whole"
        return Finding("voice", "ok", what, "", {"verified": True})

    def whole_hearing_model(self) -> Finding:
        """Check every byte of the hearing model, if its hashes are known."""
        manifest = models.load_manifest()
        folder = plain_hearing_folder(self.settings, self.book)
        embedded = any(e.embedded and e.name == folder.name for e in manifest.models)
        if not embedded and not (folder / RECORD).exists():
            what = f"The hearing model {folder.name} is there; there are no hashes to compare with"
            return Finding("hearing model", "ok", what, "", {"verified": False})
        problems = models.verify_folder(folder, manifest)
        if problems:
            raise models.fault_from(problems)
        what = f"The hearing model {folder.name} is whole"
        return Finding("hearing model", "ok", what, "", {"verified": True})

    def vocabulary(self) -> Finding:
        """Check that the hearing model loads, and knows every word of the prompts."""
        assert self.model is not None
        what = f"{self.parts.model_folder.name}; it knows every word of the prompts"
        voice = own_voice(self.settings, self.book)
        if voice is None:
            return Finding("vocabulary", "ok", what)
        what += f", and your voice (of {voice.of} it heard {voice.before}, now {voice.after})"
        return Finding("vocabulary", "ok", what, "", {"takes_learnt_from": voice.takes})

    def cache(self) -> Finding:
        """Count the rendered sentences, and check that the cache can be written."""
        texts = texts_to_render(self.parts)
        clips = make_clips(self.parts, ANY_RATE, only_look=True)
        missing = len(clips.missing(texts))
        folder = cache_folder(self.settings)
        writable(folder, "cache_folder")
        figures = {"rendered": len(texts) - missing, "sentences": len(texts)}
        what = f"{len(texts) - missing} of {len(texts)} sentences rendered, in {folder}"
        return Finding("cache", "ok", what, "", {**figures})

    def whole_cache(self) -> Finding:
        """Check that every sentence is rendered: a small machine is too slow to wait for."""
        found = self.cache()
        if found.figures["rendered"] == found.figures["sentences"]:
            what = "All fixed sentences are rendered"
            return Finding("cache", "ok", what, "", found.figures)
        what = "Not every sentence is rendered yet, so some will be late at first"
        remedy = "type `voice-coach render`, once"
        return Finding("cache", "warning", what, remedy, found.figures)

    def disk(self) -> Finding:
        """Check free space and permission to write."""
        folders = {
            "cache_folder": cache_folder(self.settings),
            "models_folder": models_folder(self.settings),
        }
        if self.settings.journal != "none":
            folders["journal"] = journal_file(self.settings.journal).parent
        return disk(folders)
