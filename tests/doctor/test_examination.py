"""A whole visit: the order, what is spoken, the report, and that no probe stops another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_commands import call
from tests.doctor.room import RATE, Habits, Room, speech
from tests.echo.material import needs_library
from tests.hearing.material import recording
from voice_coach.audio.cards import Card, cards
from voice_coach.audio.samples import Samples
from voice_coach.cli.doctor import Examination
from voice_coach.doctor import announcer, host
from voice_coach.doctor.announcer import (
    LoudspeakerAlone,
    closing,
    sayable,
    spoken,
)
from voice_coach.doctor.capture import Studio
from voice_coach.doctor.examination import (
    SOUND_PROBES,
    microphone_alone,
    of_files_and_machine,
    of_sound,
)
from voice_coach.doctor.files import Files
from voice_coach.doctor.finding import Finding, as_json, exit_code, from_error, lines, probed
from voice_coach.faults import AudioFault, VoiceFault
from voice_coach.paths import data_folder
from voice_coach.settings import Settings
from voice_coach.understanding.program import load_program

BAD = Finding("cache", "warning", "it is empty", "type voice-coach render", {"rendered": 0})

PROGRAM = load_program(data_folder("prompts") / "en")
ASK, ASK_AGAIN = PROGRAM.question(), PROGRAM.question(again=True)
WANTED = PROGRAM.doctor.word


class Asked:
    """A voice that talks for some seconds, and a person who answers when asked."""

    def __init__(self, room: Room, answers: dict[str, str]) -> None:
        self.texts: list[str] = []
        self._room, self._answers = room, answers

    def __call__(self, text: str) -> Samples:
        self.texts.append(text)
        if text in self._answers:
            self._room.answer(recording(self._answers[text], RATE))
        return speech(1.0 if text in (ASK, ASK_AGAIN) else 6.0)


def visit(habits: Habits, settings: Settings, answers: dict[str, str]) -> dict[str, Finding]:
    room = Room(habits)
    found = list(of_sound(Studio(room, gain=0.5), Asked(room, answers), Files(settings)))
    assert [f.name for f in found] == list(SOUND_PROBES)
    return {f.name: f for f in found}


@needs_library
@pytest.mark.slow
def test_all_is_in_order_in_a_good_room(settings: Settings) -> None:
    found = visit(Habits(), settings, {ASK: WANTED})
    assert {f.state for f in found.values()} == {"ok"}, found
    assert found["your word"].figures["tries"] == 1


@needs_library
@pytest.mark.slow
def test_the_question_is_asked_twice(settings: Settings) -> None:
    found = visit(Habits(swallows=0.3), settings, {ASK_AGAIN: WANTED})
    assert found["your word"].state == "ok"
    assert found["your word"].figures["tries"] == 2
    assert found["first word"].state == "warning"


@needs_library
@pytest.mark.slow
def test_a_dead_microphone_is_a_fault_and_the_others_go_on(settings: Settings) -> None:
    found = visit(Habits(echo_db=None, floor_db=None), settings, {})
    assert found["microphone"].state == "fault"
    assert found["loudspeaker"].state == "warning"
    assert exit_code(found.values()) == 7


def test_a_loudspeaker_that_is_lost_is_a_fault_and_the_microphone_is_heard(
    settings: Settings,
) -> None:
    room = Room(Habits(plays=0.0))
    found = list(of_sound(Studio(room), Asked(room, {}), Files(settings)))
    assert {f.name: f.state for f in found} == {
        "loudspeaker": "fault",
        "echo cancelling": "skipped",
        "first word": "skipped",
        "microphone": "ok",
        "your word": "skipped",
    }
    assert exit_code(found) == 7


@needs_library
def test_without_a_voice_the_rest_is_measured(settings: Settings) -> None:
    found = {
        f.name: f.state
        for f in of_sound(Studio(Room(Habits()), gain=0.5), lambda text: None, Files(settings))
    }
    assert found.pop("your word") == "skipped"
    assert set(found.values()) == {"ok"}


def test_a_quiet_visit_plays_nothing() -> None:
    room = Room(Habits())
    found = list(microphone_alone(Studio(room)))
    assert sorted(f.name for f in found) == sorted(SOUND_PROBES)
    assert [f.name for f in found if f.state != "skipped"] == ["microphone"]
    assert room.mixer.orders.empty()


def test_files_and_machine_are_looked_at_whatever_is_broken(settings: Settings) -> None:
    whole = list(of_files_and_machine(Files(settings)))
    broken = list(of_files_and_machine(Files(Settings(language="xx", voice="/none/voice.onnx"))))
    assert [f.name for f in whole] == [f.name for f in broken]
    assert not [f for f in whole if f.state == "fault"], whole
    faults = {f.name: f.code for f in broken if f.state == "fault"}
    assert faults["prompts"] == faults["vocabulary"] == faults["cache"] == 3
    assert faults["voice"] == 6
    assert exit_code(broken) == 3


def test_a_damaged_model_is_found_by_its_hash(tmp_path: Path, settings: Settings) -> None:
    import shutil

    from tests.conftest import ROOT

    model = tmp_path / "en-us-commands"
    shutil.copytree(ROOT / "models" / "en-us-commands", model)
    files = Files(Settings(hearing_model=str(model), prompts_folder=settings.prompts_folder))
    assert probed("hearing model", files.whole_hearing_model).figures == {"verified": True}
    weights = model / "am" / "final.mdl"
    raw = bytearray(weights.read_bytes())
    raw[len(raw) // 2] ^= 1
    weights.write_bytes(raw)
    found = probed("hearing model", files.whole_hearing_model)
    assert (found.state, found.code) == ("fault", 5)
    assert "sha256" in found.what


class Wires:
    """A sounddevice module that plays on a loudspeaker, and knows no microphone."""

    PortAudioError = OSError

    def __init__(self) -> None:
        self.played: list[tuple[int, int]] = []

    def play(self, sound: Samples, rate: int, device: int, blocking: bool) -> None:
        self.played.append((device, rate))


@pytest.mark.parametrize("wanted", ["", "HDMI", "Jabra"])
def test_who_has_no_microphone_is_told_aloud(wanted: str, monkeypatch: pytest.MonkeyPatch) -> None:
    card, wires = Card(3, "HDMI", "ALSA", 0, 2, 48000), Wires()
    for module in (announcer, host):
        monkeypatch.setattr(module, "cards", lambda: [card])
    monkeypatch.setattr(announcer, "portaudio", lambda: wires)
    monkeypatch.setattr("voice_coach.audio.cards.default_devices", lambda: (-1, 3))
    found = probed("sound card", lambda: host.chosen_devices(wanted))
    assert (found.state, found.code) == ("fault", 7)
    assert "microphone" in found.what and "plug in" in found.remedy.lower()
    LoudspeakerAlone(wanted).play(speech(0.1))
    assert wires.played == [(3, 48000)]


# --- findings, spoken and printed


def test_a_probe_that_fails_is_a_finding() -> None:
    def broken() -> Finding:
        raise ZeroDivisionError("division by zero")

    found = probed("clock", broken)
    assert (found.state, found.code) == ("fault", 1)
    assert "ZeroDivisionError" in found.what


def test_the_exit_code_is_that_of_the_first_fault() -> None:
    voice = from_error("voice", VoiceFault("it is gone", "fetch it"))
    sound = from_error("sound card", AudioFault("there is none", "plug one in"))
    assert exit_code([BAD]) == 0
    assert exit_code([BAD, voice, sound]) == 6
    assert exit_code([BAD, sound, voice]) == 7


def test_what_is_spoken_has_the_mend_and_no_signs() -> None:
    fault = VoiceFault('The voice file /a/b/joe.onnx is "damaged"', "fetch it with `models fetch`")
    text = spoken(from_error("voice", fault), PROGRAM)
    assert text == "The voice file joe.onnx is damaged . Fetch it with models fetch.".replace(
        " .", "."
    )
    assert "type voice coach render" in spoken(BAD, PROGRAM).lower()
    assert spoken(Finding("clock", "ok", "The clock shows a likely time"), PROGRAM) == ""
    assert spoken(Finding("clock", "skipped", "It was not looked at"), PROGRAM) == ""
    assert sayable("-12 dB, 30 ms", PROGRAM.doctor.units) == "-12 decibels, 30 milliseconds"


def test_what_is_in_order_is_summed_up() -> None:
    good = [Finding(str(n), "ok", "it is well") for n in range(10)]
    assert closing(good, PROGRAM) == "Ten things are in order. Nothing needs fixing."
    assert closing([good[0], BAD], PROGRAM) == "One thing is in order. One needs care: cache."
    assert closing([BAD, BAD], PROGRAM).endswith("Two need care: cache and cache.")


def test_each_finding_is_said_when_it_is_told() -> None:
    visit, said = Examination(PROGRAM, printed=False), list[str]()
    visit.say = said.append
    visit.tell(Finding("clock", "ok", "The clock shows a likely time"))
    visit.tell(BAD)
    assert said == ["It is empty. Type voice coach render."]
    assert [f.name for f in visit.findings] == ["clock", "cache"]


def test_lines_show_figures_and_remedy() -> None:
    assert lines(BAD) == ("WARN  cache: it is empty. [rendered 0]\n      Type voice-coach render.")


def test_the_report_keeps_its_layout() -> None:
    report = json.loads(as_json([BAD, from_error("voice", VoiceFault("it is gone", "fetch it"))]))
    assert set(report) == {"schema", "version", "exit_code", "findings"}
    assert (report["schema"], report["exit_code"]) == (1, 6)
    assert report["findings"][0] == {
        "name": "cache",
        "state": "warning",
        "what": "it is empty",
        "mend": "type voice-coach render",
        "figures": {"rendered": 0},
        "code": 0,
    }


# --- the command


def no_card(tmp_path: Path, *arguments: str, code: int = 0) -> str:
    """Call the doctor on a machine without a sound card; return what it prints."""
    if _has_card():
        pytest.skip("this machine has a sound card")
    cache = f"cache_folder={tmp_path / 'cache'}"
    result = call("--set", cache, *arguments, XDG_DATA_HOME=str(tmp_path))
    assert result.returncode == code, result.stdout + result.stderr
    return result.stdout


def _has_card() -> bool:
    try:
        return bool(cards())
    except AudioFault:
        return True  # PortAudio is missing, which is a fault of its own


def test_without_a_sound_card_the_rest_is_looked_at(tmp_path: Path) -> None:
    printed = no_card(tmp_path, "doctor")
    assert "no sound card" in printed
    assert "it knows every word of the prompts" in printed
    assert "WARN  cache" in printed
    assert "No network is needed" in printed
    assert "things are in order" in printed


def test_json_is_all_that_is_printed(tmp_path: Path) -> None:
    printed = no_card(tmp_path, "--set", "voice=/none/voice.onnx", "doctor", "--json", code=6)
    report = json.loads(printed)
    assert report["exit_code"] == 6
    names = [f["name"] for f in report["findings"]]
    assert names[0] == "sound card"
    assert {"settings", "prompts", "voice", "disk", "clock", "processor"} <= set(names)


def test_a_wrong_setting_is_told_and_the_rest_goes_on(tmp_path: Path) -> None:
    printed = no_card(tmp_path, "--set", "pace=fast", "doctor", "--quiet", code=3)
    assert "FAULT settings" in printed
    assert "No network is needed" in printed
