"""The program as a person runs it: real PortAudio, vosk and piper, and the loudspeaker in its ear.

The proof is on the sample clock: the transcript, and the recording of both ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.soundcard.program import AUDIBLE, Coach, Line, Person, Samples, found_at, run_coach
from tests.soundcard.virtual import ECHO_DB, RATE, SoundCard, again_if_deaf

pytestmark = pytest.mark.slow

REACTION_SECONDS = 1.5
"""From the end of "stop" to the loudspeaker's silence; 0.6 was measured, 0.16 of it the way
through the sound server and back. A machine may be busy with something else."""

ANSWER_SECONDS = 3.0
"""From the end of another command to the reply."""

ROUND_TRIP_SECONDS = 0.5
"""From the loudspeaker into the microphone; 0.16 was measured."""

FADE_SECONDS = 0.04
"""The fade of 20 ms, and the 10 ms to which two times of the transcript are rounded."""

ORDER = (
    "coach +Hello",
    "coach +Two slow breaths",
    "coach +What would help now",
    'heard +"stretch" = stretch ',
    "coach +I'm not a doctor",
    "coach +Numbness or tingling",
    'heard +"no.*" = no ',
    "coach +Anything wrong in both legs",
    'heard +"heat" = heat ',
    "coach +Right after the safety questions",
    "coach +Anything wrong in both legs",
    'heard +"stop" = stop ',
    r"\(cut short: Anything wrong",
    "coach +Stopped",
)
"""What happens, in this order. Who is not understood says it again, as a person does."""


@dataclass(frozen=True)
class Trial:
    """A session that is over.

    Attributes:
        lines: the transcript.
        far: what the coach said, at RATE.
        near: what it heard, at RATE.
        person: who spoke to it.
    """

    lines: list[Line]
    far: Samples
    near: Samples
    person: Person

    def line(self, place: int) -> Line:
        """Return the line that stands at a place of ORDER.

        Raises:
            AssertionError: it is not there, or not after those before it.
        """
        rest = iter(self.lines)
        for wanted in ORDER[: place + 1]:
            found = next((line for line in rest if re.search(wanted, line.text)), None)
            assert found is not None, f"{wanted} is not in its place: {self.lines}"
        assert found is not None
        return found

    def said(self, words: str, around: float) -> tuple[float, float]:
        """Return from when to when the microphone heard the person say something."""
        return found_at(self.person.recording(words), self.near, around)

    def level(self, begin: float, end: float) -> float:
        """Return the largest sample at the loudspeaker between two places in seconds."""
        return float(np.abs(self.far[round(begin * RATE) : round(end * RATE)]).max(initial=0.0))


def tell(person: Person, coach: Coach, words: str) -> None:
    """Say something when the coach has ended its sentence, and again if it did not understand."""
    person.wait_for_speech()
    person.wait_for_silence(0.8)
    person.say(words)
    if not coach.told(f'heard +"{words}', 5):
        person.wait_for_silence(0.8)
        person.say(words)


@pytest.fixture(scope="module")
@again_if_deaf
def session(
    sound_card: SoundCard,
    coach_settings: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Trial:
    """One session of some 40 s, however many tests look at it."""
    with Person(sound_card) as person:
        return hold(person, sound_card, tmp_path_factory.mktemp("session"), coach_settings)


def hold(person: Person, card: SoundCard, folder: Path, settings: dict[str, Any]) -> Trial:
    """Return a session of "stretch", "no", "heat" and "stop"."""
    with run_coach(card, folder, settings) as coach:
        coach.wait_for("coach +What would help now", 60)
        tell(person, coach, "stretch")
        coach.wait_for("coach +Numbness or tingling")
        tell(person, coach, "no")
        coach.wait_for("coach +Anything wrong in both legs")
        tell(person, coach, "heat")
        coach.wait_for("coach +Right after")
        coach.wait_for("coach +Anything wrong in both legs")
        person.wait_for_speech(1.2)
        person.say("stop")
        coach.wait_for("coach +Stopped")
        person.wait_for_speech(1.0)
        coach.stop()
    far, near = coach.recorded()
    return Trial(coach.lines, far, near, person)


def test_everything_happens_in_its_order(session: Trial) -> None:
    assert session.line(len(ORDER) - 1)
    told = [line.text for line in session.lines if line.text.startswith("heard")]
    heard = [text.split('"')[1].split()[0] for text in told]
    assert heard == ["stretch", "no", "heat", "stop"], "and nothing else, its own voice above all"
    spoken = [line.seconds for line in session.lines if line.text.startswith("coach")]
    assert spoken == sorted(spoken)


def test_sentences_are_at_the_loudspeaker_where_the_transcript_says(session: Trial) -> None:
    unsaid = [line.text for line in session.lines if "(not said: " in line.text]
    for line in session.lines:
        if line.text.startswith("coach") and f"(not said: {line.text[8:]})" not in unsaid:
            assert session.level(line.seconds, line.seconds + 0.3) > AUDIBLE, line


def test_loudspeaker_is_heard_by_the_microphone(session: Trial) -> None:
    far, near = session.far[: 15 * RATE], session.near[: 15 * RATE]
    size = 2 * len(far)
    cross = np.fft.rfft(near, size) * np.conj(np.fft.rfft(far, size))
    delay = int(np.argmax(np.fft.irfft(cross, size)[: len(far)]))
    assert 0 < delay < ROUND_TRIP_SECONDS * RATE
    loud = np.abs(far[: len(far) - delay]) > 0.05
    echo = np.median(np.abs(near[delay:][loud])) / np.median(np.abs(far[: len(loud)][loud]))
    assert 20 * np.log10(echo) == pytest.approx(ECHO_DB, abs=4)


def test_commands_are_answered_soon_after_they_were_said(session: Trial) -> None:
    for place, words in ((2, "stretch"), (5, "no"), (7, "heat")):
        heard, reply = session.line(place + 1), session.line(place + 2)
        begin, end = session.said(words, heard.seconds)
        assert end < reply.seconds < end + ANSWER_SECONDS, (words, begin, end, reply)


def test_stop_in_mid_sentence_silences_the_loudspeaker(session: Trial) -> None:
    sentence, heard, cut, reply = (session.line(place) for place in (10, 11, 12, 13))
    begin, end = session.said("stop", heard.seconds)
    assert sentence.seconds < begin < cut.seconds, "said while the coach spoke"
    assert cut.seconds < end + REACTION_SECONDS
    assert session.level(cut.seconds - 0.3, cut.seconds) > AUDIBLE, "it was in mid-sentence"
    assert session.level(cut.seconds + FADE_SECONDS, reply.seconds - 0.01) < AUDIBLE / 10
