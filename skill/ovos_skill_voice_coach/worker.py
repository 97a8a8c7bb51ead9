"""The thread that owns a session: the assistant's threads reach it through a queue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from ovos_bus_client.message import Message

from ovos_skill_voice_coach.conversation import Conversation, View, for_safety
from ovos_skill_voice_coach.making import make_talk
from ovos_skill_voice_coach.mouth import Mouth
from ovos_skill_voice_coach.words import Render
from voice_coach.faults import Fault
from voice_coach.interpretation import understand
from voice_coach.talk import Talk
from voice_coach.understanding import Matcher
from voice_coach.watchdog import alarm_texts


@dataclass(frozen=True, slots=True)
class Heard:
    """Somebody said something: the likeliest first."""

    texts: tuple[str, ...]
    message: Message


@dataclass(frozen=True, slots=True)
class Stopped:
    """Somebody told the assistant to stop."""

    text: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """The assistant has said all that it was given."""


@dataclass(frozen=True, slots=True)
class Passed:
    """Time has passed."""


@dataclass(frozen=True, slots=True)
class Left:
    """The skill is being shut down."""


Happening = Heard | Stopped | Spoken | Passed | Left


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a session needs of the assistant.

    Attributes:
        bus: the assistant's.
        skill_id: of this skill.
        lang: of what is said.
        settings: of the skill.
        voice: returns what renders a word into a folder in the assistant's voice; None if that
            can't be done here.
        uptime: returns the present second.
        pause: waits for so many seconds.
        complain: logs a line.
    """

    bus: Any
    skill_id: str
    lang: str
    settings: Mapping[str, Any]
    voice: Callable[[Path], Render | None]
    uptime: Callable[[], float]
    pause: Callable[[float], None]
    complain: Callable[[str], None]


class Worker:
    """One session, from the start to the end.

    Args:
        around: the assistant.
        message: with which it was asked for.

    Attributes:
        inbox: what happens; every item is marked as done once it was taken.
        session: the assistant's name for the person's session.
        view: the coach as it is; None before it has started.
    """

    def __init__(self, around: Surroundings, message: Message) -> None:
        self._around = around
        self._message = message
        self._opened: tuple[Talk, Matcher] | None = None
        self.view: View | None = None
        self.inbox: Queue[Happening] = Queue()
        self._folder = TemporaryDirectory(prefix="voice-coach-", ignore_cleanup_errors=True)
        self._mouth = Mouth(around.bus, around.skill_id, message, self._files, around.lang)
        self.session = self._mouth.session
        self._thread = Thread(target=self._run, name="voice-coach", daemon=True)

    @property
    def _files(self) -> Path:
        return Path(self._folder.name)

    def start(self) -> None:
        """Begin the session."""
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether the session goes on."""
        return self._thread.is_alive()

    def join(self, seconds: float) -> None:
        """Wait for its end, for so many seconds at most."""
        self._thread.join(seconds)

    def wants(self, texts: tuple[str, ...]) -> bool:
        """Whether words are for the coach: it awaits an answer, or they mean something to it now.

        Anything else is left to the assistant, so that "what time is it" works in a pause.
        """
        view, opened = self.view, self._opened
        if view is None or opened is None or view.keeps:
            return True
        talk, matcher = opened
        first, *others = (understand(t, view.state, talk.book, matcher).intent for t in texts)
        return first is not None or any(for_safety(intent, talk.book) for intent in others)

    # --- in its own thread

    def _run(self) -> None:
        with ExitStack() as open_things:
            open_things.callback(self._folder.cleanup)
            open_things.callback(self._mouth.leave)
            try:
                self._converse(open_things)
            except Fault as fault:
                self._fail(str(fault))
            except Exception as error:
                self._fail(f"The coach failed ({type(error).__name__}: {error}).")
        self._finish()

    def _converse(self, open_things: ExitStack) -> None:
        around = self._around
        render = around.voice(self._files)
        talk, texts = make_talk(around.settings, render, around.complain, open_things)
        own_voice = around.settings.get("voice") == "coach"
        conversation = Conversation(talk, self._mouth, around.uptime, around.pause, own_voice)
        self._opened = talk, Matcher(texts.book)
        while not conversation.ended:
            self.view = conversation.view
            try:
                happening = self.inbox.get(timeout=conversation.wait)
            except Empty:
                conversation.time_passes()
                continue
            try:
                self._tell(conversation, happening)
                self.view = conversation.view
            finally:
                self.inbox.task_done()

    def _tell(self, conversation: Conversation, happening: Happening) -> None:
        match happening:
            case Heard(texts, message):
                self._mouth.hears(message)
                conversation.hears(texts)
            case Stopped(text):
                conversation.stops(text)
            case Spoken():
                conversation.spoken()
            case Passed():
                conversation.time_passes()
            case Left():
                conversation.leaves()

    def _fail(self, line: str) -> None:
        """Say what is wrong, and first of all to take off what is on the skin."""
        self._around.complain(line)
        view, opened = self.view, self._opened
        if view is not None and opened is not None and view.state.skin.on is not None:
            for text in alarm_texts(opened[0].book, view.state.skin.on.kind):
                self._mouth.say(text, listen=False)
        self._mouth.say(line, listen=False)

    def _finish(self) -> None:
        """Take from the inbox what came too late, so that nobody waits for it."""
        while not self.inbox.empty():
            self.inbox.get()
            self.inbox.task_done()
