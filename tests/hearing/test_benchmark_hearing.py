"""The benchmark of hearing models judges what it should, and the same on every run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.common import Lexis, most_likely_at_most, the_parts
from benchmarks.hearing import speech
from benchmarks.hearing.bench import Bench, Heard, verdict
from benchmarks.hearing.ears import Final, VoskEar
from benchmarks.hearing.options import Options, read_options
from benchmarks.hearing.rules import Coach
from benchmarks.scenes import rooms
from benchmarks.scenes.noise import Noises, brown, held_out, music
from benchmarks.scenes.recordings import Saying, evenly, sayings
from benchmarks.scenes.takes import CLEAN, Condition, Take, possible, take, whispered
from voice_coach.audio.samples import Samples
from voice_coach.hearing import HEARING_RATE
from voice_coach.speaking.sound import speech_level

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "models" / "en-us-commands"
SPEECH = Options((MODEL,)).speech
NONE = Noises({}, ())

needs_recordings = pytest.mark.skipif(
    not (SPEECH / "manifest.tsv").is_file(), reason="the real recordings are not installed"
)
needs_rooms = pytest.mark.skipif(not rooms.available(), reason="pyroomacoustics is not installed")


@pytest.fixture(scope="module")
def lexis() -> Lexis:
    return Lexis.of(the_parts().book)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    """Hears the rehearsals' recordings alone: nothing else is installed everywhere."""
    nowhere = tmp_path_factory.mktemp("nowhere")
    return Bench(Options((MODEL,), nowhere, nowhere, limit=24))


def said(words: str, *heard: Final) -> Heard:
    saying = Saying(Path(words), words, words, "somebody", "none", "dev")
    return Heard(Take(saying, CLEAN, b""), heard)


def recording(words: str) -> Saying:
    path = next(ROOT.glob(f"rehearsals/recordings/{words}.flac"))
    return Saying(path, path.name, words, "rms", "rehearsal", "dev")


def test_every_command_of_one_word_is_listened_for(lexis: Lexis) -> None:
    assert {"yes", "no", "ten", "stop", "ambulance", "heat"} <= set(lexis.commands)
    assert "know" not in lexis.commands
    assert "it hurts" in lexis.phrases
    assert "about seven" in lexis.phrases


@pytest.mark.parametrize(
    ("words", "heard", "wanted"),
    [
        ("two", ["to"], "hit"),
        ("no", ["[unk] no"], "hit"),
        ("it hurts", ["it", "hurts"], "hit"),
        ("no", ["no no"], "wrong"),
        ("no", ["nope"], "hit"),
        ("no", ["[unk]"], "rejected"),
        ("no", [], "rejected"),
    ],
)
def test_a_hit_is_exactly_the_words_said(
    lexis: Lexis, words: str, heard: list[str], wanted: str
) -> None:
    assert verdict(said(words, *map(Final, heard)), lexis) == wanted


def test_words_really_spoken_are_not_false(lexis: Lexis) -> None:
    assert lexis.false_words("no [unk] two two", "to know him") == ["two"]
    assert lexis.false_words("[unk]", "") == []


def test_how_sure_a_rate_is() -> None:
    assert most_likely_at_most(0) == pytest.approx(3.0, abs=0.01)
    assert most_likely_at_most(10) == pytest.approx(16.96, abs=0.01)


def test_a_manifest_being_written_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    lines = ["path\tseconds\tspeaker\ttranscript\tlicence\tsource\tsplit"]
    lines += ['a/b.flac\t1\tann\tSay "no"\tx\ty\tdev', "c.flac\t1\tbo"]
    (tmp_path / "manifest.tsv").write_text("\n".join(lines), encoding="utf-8")
    (one,) = sayings(tmp_path)
    assert (one.words, one.corpus, one.speaker, one.split) == ('say "no"', "a", "ann", "dev")


def test_a_manifest_without_a_needed_column_is_refused(tmp_path: Path) -> None:
    (tmp_path / "manifest.tsv").write_text("path\tspeaker\n", encoding="utf-8")
    with pytest.raises(ValueError, match="transcript, split"):
        sayings(tmp_path)


def test_clips_are_chosen_evenly_and_always_the_same() -> None:
    words = ["yes"] * 50 + ["no"] * 3
    found = [Saying(Path(), f"{n}", w, "", "", "dev") for n, w in enumerate(words)]
    chosen = evenly(found, 6, lambda s: s.words)
    assert sorted(s.words for s in chosen) == ["no"] * 3 + ["yes"] * 3
    assert evenly(reversed(found), 6, lambda s: s.words) == chosen


def test_only_noise_that_no_training_hears_is_measured(tmp_path: Path) -> None:
    lines = ["path\tspeaker\ttranscript\tsplit", *(f"{n}.opus\tnone\t\tnoise" for n in "cabd")]
    (tmp_path / "manifest.tsv").write_text("\n".join(lines), encoding="utf-8")
    assert [one.name for one in held_out(tmp_path)] == ["b.opus", "d.opus"]


def test_noise_lies_as_far_below_the_words_as_it_should() -> None:
    clean = take(recording("heat"), CLEAN, NONE)
    noisy = take(recording("heat"), Condition("12 dB", 12.0), NONE)
    assert clean is not None and noisy is not None
    noise = noisy.sound - clean.sound
    level = 10 * np.log10(np.mean(noise**2))
    assert speech_level(clean.sound, HEARING_RATE) - level == pytest.approx(12, abs=0.5)
    assert noisy == take(recording("heat"), Condition("12 dB", 12.0), NONE)


def test_a_recording_that_is_missing_is_passed_over() -> None:
    gone = Saying(Path("nowhere.flac"), "nowhere.flac", "heat", "", "", "dev")
    assert take(gone, CLEAN, NONE) is None


def test_nobody_babbles_under_his_own_words() -> None:
    sound = np.random.default_rng(0).standard_normal(8000, np.float32)
    babble = Noises({}, (("ann", sound), ("bo", -sound)))
    mine = babble.babble(8000, np.random.default_rng(1), "ann")
    others = Noises({}, (("bo", -sound),)).babble(8000, np.random.default_rng(1))
    np.testing.assert_array_equal(mine, others)


@pytest.mark.parametrize("make", [brown, music])
def test_generated_sound_is_loud_and_the_same_twice(make: object) -> None:
    assert callable(make)
    first, again = (make(3 * HEARING_RATE, np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(first, again)
    assert first.shape == (3 * HEARING_RATE,)
    assert np.isfinite(first).all()
    assert np.sqrt(np.mean(first**2)) > 0.03


@needs_rooms
def test_a_room_is_late_and_keeps_the_energy() -> None:
    (response,) = rooms.table_responses(1)
    assert np.sum(response**2) == pytest.approx(1, abs=1e-3)
    assert 0.1 < len(response) / HEARING_RATE < 1.5
    click = np.zeros(100, np.float32)
    click[0] = 1
    np.testing.assert_allclose(rooms.placed(click, response)[: len(response)], response, atol=1e-5)


def test_rooms_are_left_out_where_they_cannot_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "available", lambda: False)
    assert possible([CLEAN, Condition("room", room=True)]) == (CLEAN,)


def test_the_embedded_model_hears_the_rehearsals_recordings(bench: Bench) -> None:
    (ear,) = bench.ears
    heard = bench.heard(ear, "synthetic words")
    assert len(heard) >= 3
    right = [verdict(one, bench.lexis) == "hit" for one in heard]
    assert np.mean(right) > 0.5
    again = ear.hear([one.take.pcm for one in heard], bench.lexis.commands, 2)
    assert again == [one.finals for one in heard]


def test_without_recordings_their_sets_are_empty(bench: Bench) -> None:
    assert not bench.sets["real"] and not bench.sets["speech"] and not bench.sets["other words"]


def test_the_coach_does_nothing_about_what_was_really_said(lexis: Lexis) -> None:
    spoken = take(recording("stretch"), CLEAN, NONE)
    assert spoken is not None
    silent = Take(Saying(Path(), "", "", "", "", "dev"), CLEAN, spoken.pcm)
    coach = Coach(VoskEar(MODEL, "plain"), lexis)
    assert not list(coach.acts([spoken]))
    assert [done.intent for _, done in coach.acts([silent])] == ["stretch"]


@needs_recordings
def test_the_real_recordings_hold_commands_and_other_words(lexis: Lexis) -> None:
    found = Bench(Options((MODEL,), SPEECH, Path("nowhere"), limit=20)).sets
    assert len(found["real"]) == len(found["other words"]) == 20
    assert {lexis.plain(s.words) for s in found["real"]} <= set(lexis.commands)
    assert all(s.split == "dev" for s in found["real"] + found["speech"])
    assert held_out(SPEECH)


def test_the_command_line() -> None:
    given = read_options(["--only", "real,rivals", "--full", "--jobs", "2"], MODEL, None)
    assert (given.models, given.only, given.limit, given.jobs) == (
        (MODEL,),
        ("real", "rivals"),
        None,
        2,
    )


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--only", "reel"], "no table 'reel'"),
        (["--model", "nowhere"], "no vosk model"),
        (["--limit", "0"], "at least 1"),
    ],
)
def test_a_wrong_command_line_says_why(
    arguments: list[str], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        read_options(arguments, MODEL, None)
    assert reason in capsys.readouterr().err


def test_a_whisper_has_the_words_and_no_voice() -> None:
    pytest.importorskip("scipy", reason="the bench extra is not installed")
    time = np.arange(16_000) / HEARING_RATE
    voiced = (0.3 * np.sign(np.sin(2 * np.pi * 120 * time)) * (time > 0.5)).astype(np.float32)
    made = whispered(voiced, np.random.default_rng(0))
    assert made.shape == voiced.shape
    assert np.abs(made).max() == pytest.approx(np.abs(voiced).max(), rel=1e-3)
    assert np.abs(made[:7500]).max() < 0.01, "silence stays silence"

    def periodic(sound: Samples) -> float:
        part, lag = sound[9000:15_000], round(HEARING_RATE / 120)
        return float(np.corrcoef(part[:-lag], part[lag:])[0, 1])

    assert periodic(voiced) > 0.9 and abs(periodic(made)) < 0.3


def test_held_back_words_are_counted_by_what_they_are_in(bench: Bench) -> None:
    pytest.importorskip("scipy", reason="the bench extra is not installed")
    unlike_speech, beside_others = speech.measure(bench).tables
    for table in (unlike_speech, beside_others):
        rows = {row[0]: row for row in table.rows}
        words, _, held, _ = rows["synthetic words, clean"][1:]
        assert isinstance(words, int) and words > 3 and held == 0
        assert "noise, brown" in rows
