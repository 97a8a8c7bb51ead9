"""An assistant with the skill, on a pretended clock, without a microphone or a loudspeaker."""

from __future__ import annotations

import json
import time
import wave
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from ovos_bus_client import session as bus_session
from ovos_bus_client.message import Message
from ovos_bus_client.session import Session, SessionManager
from ovos_core.intent_services import converse_service
from ovos_skill_voice_coach import VoiceCoachSkill
from ovos_skill_voice_coach import skill as skill_module
from ovos_skill_voice_coach.worker import Passed
from ovoscope import LIGHT_TEST_PIPELINE, get_minicroft

from voice_coach.coach import State

SKILL = "ovos-skill-voice-coach.voice-coach"
HANDLED = ("ovos.utterance.handled", f"{SKILL}.stop.response")
SECONDS = 20.0
"""How long a machine may take for one utterance before a test fails."""


@dataclass(frozen=True)
class Out:
    """Something that the skill gave out.

    Attributes:
        at: pretended second.
        text: of a sentence.
        sound: shape (frames,), of a file.
        rate: of the sound, frames per second.
        listen: whether the microphone opens after it.
        session: for whom.
    """

    at: float
    text: str = ""
    sound: Any = None
    rate: int = 0
    listen: bool = False
    session: str = "default"


def known(session: str) -> dict[str, Any]:
    """Return a session as its satellite would send it: with the skills that are active in it."""
    found: dict[str, Any] = (SessionManager.sessions.get(session) or Session(session)).serialize()
    return found


class Assistant:
    """See the module's docstring.

    Attributes:
        out: all that was said and played.
        names: the names of all messages.
        pauses: seconds for which the skill has waited.
        now: the pretended second, for the skill and for the assistant's 300 seconds.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> None:
        for kind in ("CONFIG", "DATA", "CACHE", "STATE"):
            monkeypatch.setenv(f"XDG_{kind}_HOME", str(folder / kind.lower()))
        self.now = 1000.0
        self.out: list[Out] = []
        self.names: list[str] = []
        self.pauses: list[float] = []
        pretended = SimpleNamespace(time=lambda: self.now)
        monkeypatch.setattr(converse_service, "time", pretended)
        monkeypatch.setattr(bus_session, "time", pretended)
        monkeypatch.setattr(VoiceCoachSkill, "uptime", staticmethod(lambda: self.now))
        monkeypatch.setattr(VoiceCoachSkill, "pause", staticmethod(self.pauses.append))
        monkeypatch.setattr(skill_module, "assistant_render", lambda folder: None)
        SessionManager.reset_default_session()
        self.journal = folder / "journal.db"
        chosen = {"journal": str(self.journal), "__mycroft_skill_firstrun": False, **settings}
        path = folder / "config" / "mycroft" / "skills" / SKILL / "settings.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(chosen))
        self.croft = get_minicroft([SKILL], default_pipeline=LIGHT_TEST_PIPELINE, lang="en-US")
        self.skill: VoiceCoachSkill = self.croft.plugin_skills[SKILL].instance
        self.croft.bus.on("message", self._take)

    def close(self) -> None:
        if (worker := self.skill.worker) is not None:
            self.skill.shutdown()
            worker.join(SECONDS)
        self.croft.stop()

    # --- what happens

    def hear(self, *texts: str, session: str = "default", finish: bool = True) -> list[str]:
        """Let the assistant hear something; return the names of the messages up to its end.

        Args:
            texts: the likeliest first.
            session: whose.
            finish: let the assistant say all that comes of it.
        """
        first = len(self.names)
        context: dict[str, Any] = {"source": "audio", "destination": "skills"}
        if session != "default":
            context["session"] = {**known(session), "pipeline": LIGHT_TEST_PIPELINE}
        data = {"utterances": list(texts), "lang": "en-US"}
        self.croft.bus.emit(Message("recognizer_loop:utterance", data, context))
        self.until(lambda: any(name in HANDLED for name in self.names[first:]))
        self.settle()
        if finish:
            self.finish()
        return self.names[first:]

    def wait(self, seconds: float, step: float = 0.5) -> None:
        """Let pretended time pass, a step at a time, without the assistant's reports of speech."""
        end = self.now + seconds
        while self.now < end:
            self.now = min(end, self.now + step)
            self.settle()

    def begin(self, session: str = "default") -> None:
        """Let a session that was asked for begin, up to its first breath."""
        self.until(lambda: self.skill.worker is not None and self.skill.worker.view is not None)
        self.wait(1.5)
        self.finish(session)

    def ended(self) -> None:
        """Wait for the end of a session."""
        self.until(lambda: not self.running)

    def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is true."""
        end = time.monotonic() + SECONDS
        while not true():
            assert time.monotonic() < end, "it takes too long"
            time.sleep(0.001)

    def forget(self) -> None:
        """Let the assistant forget which skills are in use."""
        SessionManager.default_session.active_skills = []

    def finish(self, session: str = "default") -> None:
        """Let the assistant end what it is saying, a second later, until nothing more comes."""
        context = {} if session == "default" else {"session": known(session)}
        for _ in range(20):
            if not self.running:
                return
            count = len(self.out)
            self.now += 1.0
            self.croft.bus.emit(Message("recognizer_loop:audio_output_end", {}, context))
            self.settle()
            if len(self.out) == count or self.state.breath is not None:
                return

    def settle(self) -> None:
        """Wait until the skill has taken all that has happened up to now."""
        worker = self.skill.worker
        if worker is not None and worker.running:
            worker.inbox.put(Passed())
            self.until(lambda: not worker.inbox.unfinished_tasks or not worker.running)

    # --- what came of it

    @property
    def running(self) -> bool:
        """Whether there is a session."""
        return self.skill.worker is not None and self.skill.worker.running

    @property
    def state(self) -> State:
        """The coach as it is."""
        assert self.skill.worker is not None and self.skill.worker.view is not None
        return self.skill.worker.view.state

    @property
    def texts(self) -> list[str]:
        """All sentences so far."""
        return [out.text for out in self.out if out.text]

    @property
    def sounds(self) -> list[Out]:
        """All sounds so far."""
        return [out for out in self.out if out.sound is not None]

    def since(self, count: int) -> list[str]:
        """Return the sentences after the first so many things given out."""
        return [out.text for out in self.out[count:] if out.text]

    def _take(self, serialized: str) -> None:
        message = Message.deserialize(serialized)
        session = message.context.get("session", {}).get("session_id", "default")
        if message.msg_type == "speak":
            self.out.append(
                Out(
                    self.now,
                    text=message.data["utterance"],
                    listen=message.data["expect_response"],
                    session=session,
                )
            )
        elif message.msg_type == "mycroft.audio.queue":
            sound, rate = _sound(message.data)
            self.out.append(
                Out(
                    self.now, sound=sound, rate=rate, listen=message.data["listen"], session=session
                )
            )
        self.names.append(message.msg_type)


def _sound(data: dict[str, Any]) -> tuple[Any, int]:
    """Return the samples and the rate of a message's sound, which must be mono and 16 bit."""
    held = data.get("binary_data")
    content = bytes.fromhex(held) if held else Path(data["uri"]).read_bytes()
    with wave.open(BytesIO(content)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)
        rate, frames = file.getframerate(), file.readframes(file.getnframes())
    return np.frombuffer(frames, "<i2").astype(np.float32) / 32767, rate
