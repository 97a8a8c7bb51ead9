"""The skill: passes what the assistant hears to the session's thread, and never waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from ovos_bus_client.message import Message
from ovos_bus_client.session import Session, SessionManager
from ovos_workshop.decorators import intent_handler
from ovos_workshop.skills.converse import ConversationalSkill

from ovos_skill_voice_coach.assistant_voice import assistant_render
from ovos_skill_voice_coach.worker import Heard, Left, Spoken, Stopped, Surroundings, Worker
from voice_coach.uptime import uptime

STOP = "stop"
"""What the coach hears when somebody tells the assistant to stop."""

LEAVE_SECONDS = 2.0
"""How long the end of the skill waits for that of a session."""


class VoiceCoachSkill(ConversationalSkill):
    """See the module's docstring. One person at a time.

    Attributes:
        uptime: the clock of its sessions; a test puts its own in its place.
        pause: waits for so many seconds; the same.
        worker: the session; None before the first.
    """

    uptime: Callable[[], float] = staticmethod(uptime)
    pause: Callable[[float], None] = staticmethod(time.sleep)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.worker: Worker | None = None
        super().__init__(*args, **kwargs)

    def initialize(self) -> None:
        """Listen for the end of what the assistant says."""
        self.add_event("recognizer_loop:audio_output_end", self.handle_spoken, speak_errors=False)

    @intent_handler("start.intent")
    def handle_start(self, message: Message) -> None:
        """Begin a session, unless somebody else has one."""
        running = self._running
        if running is not None:
            if running.session == SessionManager.get(message).session_id:
                running.inbox.put(Heard(_texts(message) or (message.data["utterance"],), message))
            else:
                self.speak_dialog("busy")
            return
        around = Surroundings(
            self.bus,
            self.skill_id,
            self.lang,
            dict(self.settings),
            assistant_render,
            self.uptime,
            self.pause,
            self.log.warning,
        )
        self.worker = Worker(around, message)
        self.worker.start()

    def can_converse(self, message: Message) -> bool:
        """Return whether these words are for the coach."""
        worker = self._of(message)
        texts = _texts(message)
        return worker is not None and bool(texts) and worker.wants(texts)

    def converse(self, message: Message) -> bool:
        """Take them; the answer comes by itself, for the assistant may end this at any moment."""
        worker = self._of(message)
        if worker is None:
            return False
        worker.inbox.put(Heard(_texts(message), message))
        return True

    def can_stop(self, message: Message) -> bool:
        """Return whether there is something of this person's to stop."""
        return self._of(message) is not None

    def stop_session(self, session: Session) -> bool:
        """Stop as if the coach had heard it: the assistant takes "stop" before `converse`."""
        worker = self._running
        if worker is None or worker.session != session.session_id:
            return False
        worker.inbox.put(Stopped(STOP))
        return True

    def stop(self) -> bool:
        """Return False: whatever can be stopped is somebody's; see `stop_session`."""
        return False

    def handle_spoken(self, message: Message) -> None:
        """Go on: the assistant has said all."""
        worker = self._of(message)
        if worker is not None:
            worker.inbox.put(Spoken())

    def shutdown(self) -> None:
        """End the session with the skill."""
        worker = self._running
        if worker is not None:
            worker.inbox.put(Left())
            worker.join(LEAVE_SECONDS)

    @property
    def _running(self) -> Worker | None:
        worker = self.worker
        return worker if worker is not None and worker.running else None

    def _of(self, message: Message) -> Worker | None:
        """Return the session if it is that of whoever a message is from."""
        worker = self._running
        mine = worker is not None and worker.session == SessionManager.get(message).session_id
        return worker if mine else None


def _texts(message: Message) -> tuple[str, ...]:
    return tuple(text for text in message.data.get("utterances") or () if text.strip())
