"""What the coach has the assistant do, as messages on the assistant's bus."""

from __future__ import annotations

import binascii
from itertools import count
from pathlib import Path
from typing import Any

from ovos_bus_client.message import Message
from ovos_bus_client.session import SessionManager

from ovos_skill_voice_coach.sound import write_wav
from voice_coach.audio.samples import Samples

DEFAULT = "default"
"""The session of whoever talks to the machine itself; others are satellites' and chats'."""


class Mouth:
    """Speaks and plays in one person's session.

    Args:
        bus: the assistant's.
        skill_id: of this skill.
        message: something that the person has said: it holds the session.
        folder: for the sounds, which the assistant plays later.
        lang: of what is said.
    """

    def __init__(self, bus: Any, skill_id: str, message: Message, folder: Path, lang: str) -> None:
        self._bus = bus
        self._skill_id = skill_id
        self._folder = folder
        self._lang = lang
        self._numbers = count()
        self._message = message
        self.hears(message)

    def hears(self, message: Message) -> None:
        """Answer from now on where this message came from, as its session is now."""
        self._message = message.forward(message.msg_type)
        self._message.context["skill_id"] = self._skill_id
        self.session = SessionManager.get(message).session_id

    def say(self, text: str, listen: bool) -> None:
        """Have a sentence said.

        Args:
            text: the sentence.
            listen: open the microphone after it, without a wake word.
        """
        data = {"utterance": text, "expect_response": listen, "lang": self._lang}
        self._emit("speak", {**data, "meta": {"skill": self._skill_id}})

    def play(self, sound: Samples, rate: int, listen: bool) -> None:
        """Have a sound played, after what was given out before it.

        Args:
            sound: shape (frames,).
            rate: frames per second.
            listen: as for `say`.

        Raises:
            OSError: it cannot be written to its file.
        """
        path = self._folder / f"{next(self._numbers)}.wav"
        write_wav(path, sound, rate)
        data: dict[str, Any] = {"uri": str(path), "listen": listen}
        if self.session != DEFAULT:  # somewhere else, where our files are not
            sent = binascii.hexlify(path.read_bytes()).decode()
            data = {"audio_ext": "wav", "binary_data": sent, "listen": listen}
        self._emit("mycroft.audio.queue", data)

    def hush(self) -> None:
        """Have all that was given out stop at once."""
        self._emit("mycroft.audio.speech.stop", {"skill_id": self._skill_id})

    def louder(self, up: bool) -> None:
        """Turn the assistant up or down by one of its steps."""
        self._emit(f"mycroft.volume.{'increase' if up else 'decrease'}", {})

    def stay(self) -> None:
        """Be asked first about what is said next: the assistant forgets a skill after 300 s."""
        self._emit("intent.service.skills.activate", {"skill_id": self._skill_id, "timeout": -1})

    def leave(self) -> None:
        """Be asked no more."""
        self._emit("intent.service.skills.deactivate", {"skill_id": self._skill_id})

    def _emit(self, name: str, data: dict[str, Any]) -> None:
        self._bus.emit(self._message.forward(name, data))
