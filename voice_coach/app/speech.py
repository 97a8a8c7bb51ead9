"""The coach's speech: which sentences there are, and their sound in the chosen voice."""

from __future__ import annotations

from collections.abc import Sequence

from voice_coach.app.locate import Voiced, Wordings, cache_folder
from voice_coach.coach.activities.choices import ALONE
from voice_coach.coach.limits import CAP_SECONDS
from voice_coach.emergency_number import emergency_number
from voice_coach.speaking import Clips, Delivery, filled_texts, fixed_texts
from voice_coach.speaking.cache import ClipCache
from voice_coach.speaking.clips import clip_folder
from voice_coach.speaking.render import Renderer
from voice_coach.speaking.voice import voice_hash
from voice_coach.understanding import Situation


def make_clips(parts: Voiced, rate: int, workers: int = 1, *, only_look: bool = False) -> Clips:
    """Return the clips of the chosen voice at a rate.

    Args:
        parts: the program's parts.
        rate: frames per second.
        workers: how many processes render.
        only_look: leave the cache as it is until something is rendered.
    """
    settings = parts.settings
    cache = ClipCache(clip_folder(cache_folder(settings)))
    voice = voice_hash(parts.voice, cache.folder, keep=not only_look)
    renderer = Renderer(
        parts.voice,
        Delivery(settings.speech_length),
        workers=workers,
        threads=settings.render_threads,
        halves=cache_folder(settings) / "voices" / voice[:32],
    )
    return Clips(parts.voice, renderer, cache, rate, voice)


def spoken_emergency(parts: Wordings) -> str:
    """Return the emergency number digit by digit, as it is spoken: "9 1 1"."""
    language = parts.book.language.emergency_number
    return emergency_number(parts.settings.emergency_number, language).spoken


def urgent_texts(parts: Wordings) -> list[str]:
    """Return what must be in the cache before heat or ice begins, for nothing can wait for it.

    That is all that names the emergency number, and all that has a pad taken off.
    """
    urgent = {
        key: [variant for variant in variants if _is_urgent(key, variant)]
        for key, variants in parts.book.texts.items()
    }
    return filled_texts(urgent, parts.book, spoken_emergency(parts))


def _is_urgent(key: str, sentences: Sequence[str]) -> bool:
    named = any("{emergency}" in sentence for sentence in sentences)
    return named or key in _ALARM


_ALARM = frozenset(
    {"reply.off_ask", "reply.no_answer", "reply.choices"}
    | {f"reply.choice_{intent}" for intent in ALONE[Situation.ENDING]}
    | {
        f"reply.{kind}_{what}"
        for kind in CAP_SECONDS
        for what in ("awake", "end", "not_off", "stuck")
    }
)
"""Keys of what is said until a pad is off."""


def texts_to_render(parts: Wordings) -> list[str]:
    """Return every sentence to have in the cache."""
    return fixed_texts(parts.book, spoken_emergency(parts))
