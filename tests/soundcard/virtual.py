"""A sound card made of software: PipeWire with a loudspeaker that is heard by its microphone.

Everything runs in a folder of its own (home, sockets, settings), which is removed at the end with
every process; the sound of the machine itself is neither used nor changed.

    loudspeaker "spk" --- at some dB ---> "air" ---> microphone "umic"
                            a person ----^
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import wraps
from pathlib import Path
from threading import Timer
from typing import Any, ParamSpec, TypeVar

import numpy as np

RATE = 48000
"""Frames per second of the card."""

LOUDSPEAKER = "spk"
MICROPHONE = "umic"
AIR = "air"
"""What the microphone hears: the person, and the loudspeaker."""

ECHO_DB = -20.0
"""Level at which the loudspeaker is heard by the microphone. A speakerphone that cancels its own
echo comes to about this; 0 dB is what the coach's own canceller has to cope with."""

ECHO_MILLISECONDS = 30
"""Asked of the loopback, which adds to it what the two ends buffer."""

ROOM_DB = -65.0
"""dBFS of the noise of the room."""

ROOM_SECONDS = 900

READY_SECONDS = 20.0
"""No step of the set-up takes longer, even on a machine that is busy with something else."""

HEARING_SECONDS = 3.0
"""A microphone that gives only zeros for so long does not hear: the room is never so still."""

TRIALS = 3
"""As often a trial is held at most if the microphone gives zeros."""

PROGRAMS = ("dbus-daemon", "pipewire", "wireplumber", "pipewire-pulse", "pactl", "paplay", "parec")

PLUGIN = "libasound_module_pcm_pipewire.so"
"""Through it PortAudio, which speaks ALSA, reaches PipeWire."""

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")

BUS = """<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <policy context="default">
    <allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/>
  </policy>
</busconfig>
"""
"""A bus that starts no services: whatever it started would outlive the test."""


ASOUNDRC = f"""pcm.usb {{
  type pipewire
  playback_node "{LOUDSPEAKER}"
  capture_node "{MICROPHONE}"
  hint {{ show on description "USB" }}
}}
"""
"""A device as ALSA has it without a sound server: nothing takes its place when it is unplugged,
if a program is started with the variables of `HARDWARE`."""

HARDWARE = {"PIPEWIRE_ALSA": "{ node.dont-reconnect = true }"}


def missing() -> str:
    """Return what is not installed here, or "" if a card can be made."""
    lacking = [p for p in (*PROGRAMS, "setpriv") if shutil.which(p) is None]
    if not list(Path("/usr/lib").glob(f"**/alsa-lib/{PLUGIN}")):
        lacking.append("pipewire-alsa")
    return ", ".join(lacking)


def until(ready: Callable[[], bool], what: str, seconds: float = READY_SECONDS) -> None:
    """Wait until something is so.

    Raises:
        TimeoutError: it was not within `seconds`.
    """
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.05)


@dataclass
class SoundCard:
    """The running card. The programs that are to use it are started with its environment.

    Attributes:
        folder: everything it keeps.
        environment: variables for programs that use the card; nothing else sees it.
        echo_db: level at which the loudspeaker is heard by the microphone.
    """

    folder: Path
    environment: Mapping[str, str]
    echo_db: float
    _servers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    _modules: dict[str, str] = field(default_factory=dict)
    _players: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def begin_server(self) -> None:
        """Start the sound server, with loudspeaker and microphone.

        Raises:
            TimeoutError: it did not come up.
        """
        self._servers.append(self.begin("pipewire"))
        until((self.folder / "pipewire-0").is_socket, "PipeWire")
        self._servers += [self.begin("wireplumber"), self.begin("pipewire-pulse")]
        until(self.answers, "the sound server")
        self.plug_in_all()

    def end_server(self) -> None:
        """Stop the sound server, in the middle of whatever it is doing."""
        self.hush()
        while self._servers:
            _end(self._servers.pop())
        self._modules.clear()
        (self.folder / "pipewire-0").unlink(missing_ok=True)

    def begin(self, *words: str) -> subprocess.Popen[bytes]:
        """Start a process with the card's environment; it dies with us, should we be killed."""
        with (self.folder / f"{words[0]}.log").open("ab") as log:
            return subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", *words],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
            )

    def pactl(self, *words: str) -> str:
        """Return what `pactl` prints.

        Raises:
            CalledProcessError: it failed.
        """
        done = subprocess.run(
            ["pactl", *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=READY_SECONDS,
        )
        return done.stdout.strip()

    def listed(self, kind: str) -> list[dict[str, Any]]:
        """Return what pactl lists of "sources", "sinks", "sink-inputs" ..."""
        found: list[dict[str, Any]] = json.loads(self.pactl("-f", "json", "list", kind))
        return found

    def names(self, kind: str) -> list[str]:
        """Return the names of the "sink"s or "source"s there are."""
        return [device["name"] for device in self.listed(f"{kind}s")]

    def plug_in_loudspeaker(self) -> None:
        """Add the loudspeaker, heard by the microphone if that is there."""
        self._load(LOUDSPEAKER, "module-null-sink", f"sink_name={LOUDSPEAKER}", f"rate={RATE}")
        self._make_default("sink", LOUDSPEAKER)
        if AIR in self._modules:
            self._let_hear()

    def plug_in_microphone(self) -> None:
        """Add the microphone, hearing the loudspeaker if that is there."""
        self._load(AIR, "module-null-sink", f"sink_name={AIR}", "channel_map=mono", f"rate={RATE}")
        until(lambda: f"{AIR}.monitor" in self.names("source"), "there is air")
        self._play("--raw", "--format=s16le", "--rate=8000", "--channels=1", self._noise())
        self._load(
            MICROPHONE,
            "module-remap-source",
            f"source_name={MICROPHONE}",
            f"master={AIR}.monitor",
            "channels=1",
            "channel_map=mono",
            "master_channel_map=mono",
        )
        self._make_default("source", MICROPHONE)
        if LOUDSPEAKER in self._modules:
            self._let_hear()

    def unplug_microphone(self) -> None:
        """Take the microphone away, in the middle of whatever it is doing."""
        self._unload("echo", MICROPHONE, AIR)
        self.hush()

    def unplug_loudspeaker(self) -> None:
        """Take the loudspeaker away, in the middle of whatever it is doing."""
        self._unload("echo", LOUDSPEAKER)

    def plug_in_all(self) -> None:
        """Make the card whole again."""
        if LOUDSPEAKER not in self._modules:
            self.plug_in_loudspeaker()
        if MICROPHONE not in self._modules:
            self.plug_in_microphone()

    def mend(self) -> None:
        """See that the microphone hears the room; begin the server anew if it does not.

        In one session of eight PipeWire came to give every program zeros from it, for good.

        Raises:
            TimeoutError: it hears nothing all the same.
        """
        self.plug_in_all()
        if not self.hears_room():
            self.end_server()
            self.begin_server()
            until(self.hears_room, "the microphone hears the room")

    def hears_room(self) -> bool:
        """Return whether the microphone gives anything but zeros."""
        listening = subprocess.Popen(
            ["parec", f"--device={MICROPHONE}", "--raw", "--latency-msec=50"],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        watch = Timer(HEARING_SECONDS, listening.kill)
        watch.start()
        assert listening.stdout is not None
        try:
            with listening.stdout as heard:
                return any(any(piece) for piece in iter(lambda: heard.read(960), b""))
        finally:
            watch.cancel()
            listening.kill()
            listening.wait()

    def speak(self, recording: Path) -> subprocess.Popen[bytes]:
        """Let a person say a recording; return the process, which ends when it was said."""
        return self._play(recording)

    def hush(self) -> None:
        """Stop what is played into the air: persons, and the noise of the room."""
        for player in self._players:
            player.kill()
            player.wait()
        self._players.clear()

    def _play(self, *words: str | Path) -> subprocess.Popen[bytes]:
        player = subprocess.Popen(["paplay", f"--device={AIR}", *words], env=self.environment)
        self._players.append(player)
        return player

    def _noise(self) -> Path:
        """Return the noise of a quiet room, longer than any test: no real one is without."""
        path = self.folder / "room.raw"
        if not path.exists():
            second = np.random.default_rng(0).standard_normal(8000) * 32767 * 10 ** (ROOM_DB / 20)
            path.write_bytes(second.astype("<i2").tobytes() * ROOM_SECONDS)
        return path

    def _let_hear(self) -> None:
        module = self._load(
            "echo",
            "module-loopback",
            f"source={LOUDSPEAKER}.monitor",
            f"sink={AIR}",
            f"latency_msec={ECHO_MILLISECONDS}",
        )

        def loopback() -> list[dict[str, Any]]:
            return [i for i in self.listed("sink-inputs") if str(i["owner_module"]) == module]

        until(lambda: bool(loopback()), "the loudspeaker is heard by the microphone")
        # As a factor: "-20dB" would be taken for 20 dB less than now.
        volume = f"{10 ** (self.echo_db / 20):.6f}"
        self.pactl("set-sink-input-volume", str(loopback()[0]["index"]), volume)

    def _load(self, name: str, *words: str) -> str:
        self._modules[name] = self.pactl("load-module", *words)
        return self._modules[name]

    def _unload(self, *names: str) -> None:
        for name in names:
            if name in self._modules:
                self.pactl("unload-module", self._modules.pop(name))

    def _make_default(self, kind: str, name: str) -> None:
        until(lambda: name in self.names(kind), f'there is "{name}"')

        def accepted() -> bool:
            try:
                self.pactl(f"set-default-{kind}", name)
            except subprocess.CalledProcessError:
                return False  # the session manager is not there yet
            return self.pactl(f"get-default-{kind}") == name

        until(accepted, f'"{name}" is the default')

    def answers(self) -> bool:
        """Return whether the sound server can be asked."""
        try:
            return "Server Name" in self.pactl("info")
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            return False


def again_if_deaf(trial: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Make a trial on the fixture `sound_card` that is held again if the microphone gave zeros.

    PipeWire comes to that when a program opens it, too. A trial that fails while the microphone
    hears the room has failed.
    """

    @wraps(trial)
    def held(*args: Parameters.args, **fixtures: Parameters.kwargs) -> Result:
        card = fixtures["sound_card"]
        assert isinstance(card, SoundCard)
        for _ in range(TRIALS - 1):
            card.mend()
            try:
                return trial(*args, **fixtures)
            except (AssertionError, TimeoutError, subprocess.TimeoutExpired):
                card.plug_in_all()
                if card.hears_room():
                    raise
        card.mend()
        return trial(*args, **fixtures)

    return held


@contextmanager
def sound_card(echo_db: float = ECHO_DB) -> Iterator[SoundCard]:
    """Make a card with a loudspeaker and a microphone; leave nothing behind.

    Raises:
        TimeoutError: it did not come up.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sound-card-")))
        card = SoundCard(folder, _environment(folder), echo_db)
        (folder / ".asoundrc").write_text(ASOUNDRC, encoding="utf-8")
        (folder / "bus.conf").write_text(BUS.format(socket=folder / "bus"), encoding="utf-8")
        # Server and clients each make it if it is not there; a server that comes second gives up.
        (folder / "pulse").mkdir(mode=0o700)
        bus = card.begin("dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork")
        stack.callback(_end, bus)
        until((folder / "bus").is_socket, "the message bus")
        stack.callback(card.end_server)
        card.begin_server()
        yield card


def _environment(folder: Path) -> dict[str, str]:
    clear = ("PULSE_", "PIPEWIRE_", "XDG_", "DBUS_", "ALSA_", "VOICE_COACH_")
    ours = {name: value for name, value in os.environ.items() if not name.startswith(clear)}
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        ours.pop(name, None)
    return ours | {
        "HOME": str(folder),
        "XDG_RUNTIME_DIR": str(folder),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_STATE_HOME": str(folder / "state"),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CACHE_HOME": str(folder / "cache"),
        "DBUS_SESSION_BUS_ADDRESS": f"unix:path={folder / 'bus'}",
    }


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
