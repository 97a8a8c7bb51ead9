"""Every rehearsal script, WAV to WAV through real vosk and real piper."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
import soxr

from tests.conftest import ROOT
from tests.sessions.conftest import PEOPLE, Trial
from voice_coach.app import Parts
from voice_coach.coach.events import ApplicationStarted, PainScored
from voice_coach.coach.limits import CAP_SECONDS
from voice_coach.coach.pace import PACES
from voice_coach.log import CutShort, Noted, Said
from voice_coach.rehearsal.run import rehearse
from voice_coach.speaking import Clips
from voice_coach.speaking.speaker import ANSWER_SECONDS

pytestmark = pytest.mark.slow

SHORT = {*PEOPLE, "session", "heat_full"}
"""Scripts that `make test` runs; the others wait for `make test-long`."""

SCRIPTS = [
    pytest.param(path.stem, marks=[] if path.stem in SHORT else [pytest.mark.long])
    for path in sorted((ROOT / "rehearsals").glob("*.toml"))
]

QUANTISED = 2 / 32768


def holds(session: Trial) -> list[list[Said]]:
    """Return the paced words of each uninterrupted run of breaths, in order."""
    made: list[list[Said]] = []
    for entry in session.outcome.entries:
        if isinstance(entry, Said) and entry.pacing:
            if made and made[-1]:
                made[-1].append(entry)
            else:
                made.append([entry])
        elif made and made[-1]:
            made.append([])
    return [hold for hold in made if len(hold) >= 4]


@pytest.mark.parametrize("name", SCRIPTS)
def test_it_goes_as_its_script_says(name: str, run_script: Callable[[str], Trial]) -> None:
    session = run_script(name)  # raises RehearsalFault otherwise
    assert session.outcome.late == 0, "a clip missed its frame"
    info = soundfile.info(session.wav)
    assert info.channels == 2
    assert info.frames == round(session.outcome.seconds * session.outcome.rate)


@pytest.mark.parametrize("name", SCRIPTS)
def test_breaths_are_paced_to_the_frame(name: str, run_script: Callable[[str], Trial]) -> None:
    session = run_script(name)
    rate = session.outcome.rate
    lengths = {round(i * rate) + round(o * rate): round(i * rate) for i, o in PACES}
    for hold in holds(session):
        inhales, exhales = hold[0::3], hold[1::3]
        for first, out, second in zip(inhales, exhales, inhales[1:], strict=False):
            breath = second.start - first.start
            assert breath in lengths
            assert out.start - first.start == lengths[breath]


def test_cues_are_in_the_wav_where_the_transcript_has_them(
    run_script: Callable[[str], Trial], rendered: Callable[[int], Clips], parts: Parts
) -> None:
    session = run_script("session")
    coach = session.coach()
    clips = rendered(session.outcome.rate)
    gain = 10 ** (parts.settings.volume_db / 20)
    pacing = session.said("reply.in", "reply.out", "reply.count")
    cut = {(e.start, e.key) for e in session.outcome.entries if isinstance(e, CutShort)}
    whole = [e for e in pacing if (e.start, e.key) not in cut]
    assert len(whole) > 60
    for entry in whole:
        clip = clips.clip(entry.text) * np.float32(gain)
        # The tone of the breath begins 0.6 s after the word: compare what comes before it.
        piece = clip[: min(len(clip), round(0.5 * session.outcome.rate))]
        played = coach[entry.start : entry.start + len(piece)]
        assert np.abs(played - np.clip(piece, -1, 1)).max() < QUANTISED, entry


def test_speech_stops_within_20_ms_of_being_told_to(run_script: Callable[[str], Trial]) -> None:
    session = run_script("session")
    coach = session.coach()
    rate = session.outcome.rate
    hushed = [e for e in session.outcome.entries if isinstance(e, CutShort) and e.begun]
    assert hushed
    for entry in hushed:
        assert entry.end - entry.at <= 0.020 * rate
        # Between a command and the answer to it only the fade may be heard.
        answer = entry.at + round(ANSWER_SECONDS * rate)
        silence = coach[entry.end + rate // 200 : answer]
        assert len(silence)
        assert np.abs(silence).max() < QUANTISED


def test_a_whole_session_goes_through_everything(run_script: Callable[[str], Trial]) -> None:
    session = run_script("session")
    keys = [e.key for e in session.outcome.entries if isinstance(e, Said)]
    order = [
        "welcome.breathe.say",
        "reply.menu",
        "emergency.below.ask",
        "doctor.body.ask",
        "stretch.knee_right.say",
        "stretch.knee_left.say",
        "stretch.drop_left.say",
        "heat.skin.ask",
        "reply.heat_on",
        "breathing.first.say",
        "reply.heat_off",
        "imagery.knot.say",
        "medicine.kinds.say",
        "prevention.movement.say",
        "reply.bye",
    ]
    places = [keys.index(key) for key in order]
    assert places == sorted(places)
    notes = [e.note for e in session.outcome.entries if isinstance(e, Noted)]
    scores = [note.score for note in notes if isinstance(note, PainScored)]
    assert scores == [5, 4, 3]


def test_resuming_returns_to_the_sentence(run_script: Callable[[str], Trial]) -> None:
    entries = run_script("session").outcome.entries
    cut = next(e for e in entries if isinstance(e, CutShort) and e.key == "stretch.knee_left.say")
    after = entries[entries.index(cut) :]
    said = [e for e in after if isinstance(e, Said)]
    resumed = next(i for i, e in enumerate(said) if e.key == "reply.resumed")
    sentence = said[resumed + 1]
    assert sentence.text == cut.text


def test_heat_ends_at_its_cap_and_is_called_out_until_answered(
    run_script: Callable[[str], Trial],
) -> None:
    session = run_script("heat_full")
    rate = session.outcome.rate
    noted = (e for e in session.outcome.entries if isinstance(e, Noted))
    begun = next(e.at for e in noted if isinstance(e.note, ApplicationStarted))
    ends = session.said("reply.heat_end")
    # The alarm's sound begins at the cap, and the words come after it.
    assert ends[0].at - begun <= CAP_SECONDS["heat"] * rate + rate // 10
    assert ends[0].start - ends[0].at < 2 * rate
    firsts = [e for e in ends if e.start - begun > 0][:4]
    assert len(firsts) == 4, "repeated until answered"
    coach = session.coach()
    loudness = [
        float(np.sqrt(np.mean(np.square(coach[e.start : e.end])))) for e in (firsts[0], firsts[-1])
    ]
    assert loudness[1] > loudness[0] * 1.1, "louder"


def test_two_runs_are_the_same_to_the_sample(
    parts: Parts, run_script: Callable[[str], Trial], tmp_path: Path
) -> None:
    first = run_script("red_flag")
    again = tmp_path / "again.wav"
    outcome = rehearse(parts, ROOT / "rehearsals" / "red_flag.toml", again)
    assert outcome.entries == first.outcome.entries
    assert again.read_bytes() == first.wav.read_bytes()


def test_vosk_hears_in_the_wav_what_the_transcript_says(
    run_script: Callable[[str], Trial], hearing_model: Any
) -> None:
    """The coach's speech in the file is speech: of six sentences, vosk finds the right one.

    Not word by word: the model is trained to hear past this very voice.
    """
    import vosk

    session = run_script("session")
    rate = session.outcome.rate
    coach = soxr.resample(session.coach(), rate, 16000)
    said = [e for e in session.outcome.entries if isinstance(e, Said) and len(e.text.split()) >= 6]
    sentences = [_known(entry.text, hearing_model) for entry in said[:40:2]]
    right, dither = 0, np.random.default_rng(0)
    for number, entry in enumerate(said[:40:2]):
        piece = coach[entry.start * 16000 // rate : entry.end * 16000 // rate]
        padded = np.concatenate([np.zeros(4000), piece, np.zeros(12000)])
        dithered = padded * 32767 + dither.standard_normal(len(padded))
        pcm = np.rint(dithered).astype("<i2").tobytes()
        likely: dict[str, float] = {}
        for sentence in {sentences[number], *random.Random(number).sample(sentences, 5)}:
            recogniser = vosk.KaldiRecognizer(hearing_model, 16000, json.dumps([sentence]))
            recogniser.SetMaxAlternatives(1)  # with it, there is a likelihood
            recogniser.AcceptWaveform(pcm)
            likely[sentence] = json.loads(recogniser.FinalResult())["alternatives"][0]["confidence"]
        right += max(likely, key=lambda sentence: likely[sentence]) == sentences[number]
    print(f"{right} of {len(sentences)} sentences")
    assert len(sentences) >= 12
    # 13 of 20 here; by chance it would be 3 or 4.
    assert right / len(sentences) >= 0.5


def _known(text: str, hearing_model: Any) -> str:
    words = re.findall(r"[a-z']+", text.lower())
    return " ".join(w for w in words if hearing_model.vosk_model_find_word(w) >= 0)
