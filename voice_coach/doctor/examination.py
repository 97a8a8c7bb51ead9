"""The order of the probes: sound comes first, as nobody may be looking at a screen.

Each finding is yielded at once, so that it can be spoken before the next probe begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from voice_coach.app import make_recogniser
from voice_coach.audio.samples import Samples
from voice_coach.doctor.capture import Studio, Take, run_of_notes, sea_wave
from voice_coach.doctor.command_test import WORD, Try, hear_word, word
from voice_coach.doctor.echoes import (
    CANCELLING,
    LOUDSPEAKER,
    Echo,
    cancelling,
    heard_loudspeaker,
    measure_echo,
)
from voice_coach.doctor.files import Files
from voice_coach.doctor.finding import Finding, Probe, from_error, probed
from voice_coach.doctor.host import (
    CLOCK,
    DISK,
    NETWORK,
    PROCESSOR,
    look_at_clock,
    look_at_processor,
    network,
)
from voice_coach.doctor.microphone import MICROPHONE, microphone
from voice_coach.doctor.swallowed_start import (
    FIRST_WORD,
    TAIL_SECONDS,
    HeardNotes,
    first_word,
    listen_for_notes,
)
from voice_coach.echo import EchoFault

Voice = Callable[[str], Samples | None]
"""Text -> its sound at the studio's rate; None without a voice."""

WAVE_SECONDS = 4.0
LONG_WAVE_SECONDS = 8.0
"""Used without a voice to greet with: the canceller needs 6 s of sound."""

QUIET_SECONDS = 4.0
"""Seconds in which the room is measured, and a loudspeaker that can fall asleep does so."""

LONG_ECHO_SECONDS = 1.0
"""Seconds after a sound in which its echo arrives."""

WORD_SECONDS = 6.0
TRIES = 2

SOUND_PROBES = (LOUDSPEAKER, CANCELLING, MICROPHONE, FIRST_WORD, WORD)


def of_sound(studio: Studio, voice: Voice, files: Files) -> Iterator[Finding]:
    """Examine loudspeaker, microphone, the echo between them, and a word of the user.

    Args:
        studio: both ends, just opened.
        voice: speaks.
        files: the hearing model and prompts.
    """
    # First of all: only now does the device show how it behaves right after opening.
    try:
        heard, take = _notes(studio)
        greeted = _greet(studio, voice, files.program.doctor.greeting)
        echo, fault_of_echo = _echo(greeted)
    except Exception as error:
        yield from_error(LOUDSPEAKER, error)
        for name in (CANCELLING, FIRST_WORD):
            yield Finding(name, "skipped", "The loudspeaker couldn't be checked")
        yield probed(MICROPHONE, lambda: _microphone(studio))
        yield Finding(WORD, "skipped", "The loudspeaker couldn't be checked")
        return
    # Without a canceller, the notes still give the delay.
    delay = echo.delay_ms if echo is not None else None
    if delay is None and heard is not None:
        delay = 1000 * heard.delay
    whole = take.then(greeted)
    yield probed(LOUDSPEAKER, lambda: heard_loudspeaker(delay, echo, whole.near))
    if files.settings.cancel_echo:
        yield probed(CANCELLING, lambda: cancelling(echo, fault_of_echo, devices=studio.devices))
    else:
        yield Finding(CANCELLING, "skipped", "The settings leave the echo in")
    heard_before = bool(whole.near.any())
    yield probed(MICROPHONE, lambda: _microphone(studio, heard_before=heard_before))
    yield probed(FIRST_WORD, lambda: first_word(heard, _notes(studio)[0], QUIET_SECONDS))
    yield probed(WORD, lambda: _word(studio, voice, files))


def microphone_alone(studio: Studio) -> Iterator[Finding]:
    """Examine the microphone without making a sound."""
    yield probed(MICROPHONE, lambda: _microphone(studio))
    for name in SOUND_PROBES:
        if name != MICROPHONE:
            yield Finding(name, "skipped", "Nothing was played, because you asked for no sound")


def of_files_and_machine(files: Files) -> Iterator[Finding]:
    """Examine everything that needs no sound card."""
    probes: dict[str, Probe] = {
        "prompts": files.prompts,
        "voice": files.whole_voice,
        "hearing model": files.whole_hearing_model,
        "vocabulary": files.vocabulary,
        "cache": files.whole_cache,
        DISK: files.disk,
        CLOCK: look_at_clock,
        PROCESSOR: look_at_processor,
        NETWORK: network,
    }
    for name, probe in probes.items():
        yield probed(name, probe)


def _notes(studio: Studio) -> tuple[HeardNotes | None, Take]:
    take = studio.play(run_of_notes(studio.rate), TAIL_SECONDS)
    return listen_for_notes(take.near, studio.rate), take


def _greet(studio: Studio, voice: Voice, text: str) -> Take:
    greeting = voice(text)
    if greeting is None:
        return studio.play(sea_wave(LONG_WAVE_SECONDS, studio.rate), LONG_ECHO_SECONDS)
    wave = sea_wave(WAVE_SECONDS, studio.rate)
    pause = np.zeros(studio.rate // 4, np.float32)
    return studio.play(np.concatenate([greeting, pause, wave]), LONG_ECHO_SECONDS)


def _echo(take: Take) -> tuple[Echo | None, EchoFault | None]:
    try:
        return measure_echo(take.near, take.far, take.rate), None
    except EchoFault as fault:
        return None, fault


def _microphone(studio: Studio, *, heard_before: bool = False) -> Finding:
    take = studio.listen(QUIET_SECONDS)
    # A microphone that heard the loudspeaker and is then found dead is its monitor source.
    monitor = heard_before and not studio.ears
    return microphone(take.near, take.rate, take.lost, monitor=monitor)


def _word(studio: Studio, voice: Voice, files: Files) -> Finding:
    files.model  # noqa: B018  # loaded before the question, so that nobody waits after it
    tries = list[Try]()
    for number in range(TRIES):
        question = voice(files.program.question(again=number > 0))
        if question is None:
            return Finding(WORD, "skipped", "Without a voice I can't ask you for a word")
        # A fresh one for each question: it counts frames from its first block on. It is not given
        # the question itself, in which the word stands.
        recogniser = make_recogniser(files.parts, files.model, studio.rate)
        studio.play(question)
        answer = studio.for_seconds(WORD_SECONDS)
        wanted = files.program.doctor.word
        tries.append(hear_word(answer, recogniser, files.book, studio.rate, wanted))
        if tries[-1].understood:
            break
    return word(tries)
