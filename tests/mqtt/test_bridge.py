"""The bridge without a broker: what it publishes and passes on, as plain data."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from voice_coach.cli.mqtt import mqtt
from voice_coach.faults import BridgeFault, SettingsFault
from voice_coach.mqtt import access
from voice_coach.mqtt.bridge import (
    Asked,
    Born,
    Bridge,
    BrokerDown,
    BrokerUp,
    CoachGone,
    CoachLine,
    Event,
    Order,
    Tell,
    ToCoach,
)
from voice_coach.mqtt.home_assistant import DISCOVERY, Message, Topics, discovery
from voice_coach.outside.line import WORDS
from voice_coach.settings import Settings, load_settings

ROOT = Path(__file__).resolve().parents[2]
TOPICS = Topics("voice-coach")
LINE = b'{"version":1,"situation":"heat","accepts":["pause","stop"],"later":7}'


def take(bridge: Bridge, *events: Event) -> list[Order]:
    return [order for event in events for order in bridge.take(event)]


def published(orders: list[Order]) -> dict[str, str]:
    """What of it is neither discovery nor told."""
    return {
        order.topic: order.payload.decode()
        for order in orders
        if isinstance(order, Message) and not order.topic.startswith(DISCOVERY)
    }


@pytest.fixture
def bridge() -> Bridge:
    return Bridge(TOPICS)


# --- out


@pytest.mark.parametrize("order", [0, 1])
def test_once_both_are_there_the_state_is_published(bridge: Bridge, order: int) -> None:
    events: list[Event] = [BrokerUp(), CoachLine(LINE)]
    orders = take(bridge, *(events if order == 0 else reversed(events)))
    assert published(orders) == {
        "voice-coach/available": "online",
        "voice-coach/state": LINE.decode(),
    }
    topics = [o.topic for o in orders if isinstance(o, Message)]
    assert topics[-1] == "voice-coach/state", "what has to know of it has been announced"


def test_nobodys_health_is_kept_by_the_broker(bridge: Bridge) -> None:
    orders = take(bridge, BrokerUp(), CoachLine(LINE), Born())
    kept = [o for o in orders if isinstance(o, Message) and o.kept]
    assert kept and all("state" not in o.topic for o in kept)
    assert LINE not in [o.payload for o in kept]


def test_without_a_coach_it_is_offline(bridge: Bridge) -> None:
    assert published(take(bridge, CoachGone(), BrokerUp())) == {"voice-coach/available": "offline"}
    take(bridge, CoachLine(LINE))
    orders = take(bridge, CoachGone())
    assert published(orders) == {"voice-coach/available": "offline"}
    assert [o.text for o in orders if isinstance(o, Tell)] == [
        "The coach is not running; waiting for it."
    ]
    assert take(bridge, CoachGone(), CoachGone()) == [], "said once, however often it is tried"
    assert published(take(bridge, CoachLine(LINE)))["voice-coach/available"] == "online"
    assert bridge.farewell() == Message("voice-coach/available", b"offline", kept=True)


def test_when_the_broker_or_home_assistant_is_back_all_is_sent_again(bridge: Bridge) -> None:
    first = take(bridge, CoachLine(LINE), BrokerUp())
    for event in (BrokerUp(), Born()):
        again = (
            take(bridge, BrokerDown("is gone"), event)
            if event == BrokerUp()
            else take(bridge, event)
        )
        assert [o for o in again if isinstance(o, Message)] == [
            o for o in first if isinstance(o, Message)
        ]
    take(bridge, BrokerDown("is gone"))
    assert take(bridge, Born(), CoachLine(LINE)) == []


def test_what_is_wrong_is_said_once(bridge: Bridge) -> None:
    down = BrokerDown("at nas:1883 cannot be reached")
    assert take(bridge, down, down, down) == [
        Tell("The broker at nas:1883 cannot be reached; trying again.")
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"hello", "no coach"),
        (b'{"version":2,"situation":"heat"}', "format 2 and this bridge 1"),
        (b'{"fault":"8 programs are connected already"}', "8 programs are connected already"),
    ],
)
def test_what_is_no_state_line_is_said_and_not_published(
    bridge: Bridge, line: bytes, said: str
) -> None:
    take(bridge, BrokerUp(), CoachLine(LINE))
    orders = take(bridge, CoachLine(line), CoachGone(), CoachLine(line), CoachGone())
    texts = [o.text for o in orders if isinstance(o, Tell)]
    assert len(texts) == 1 and said in texts[0]
    assert published(orders) == {"voice-coach/available": "offline"}


# --- in


@pytest.mark.parametrize("word", ["stop", "pause"])
def test_stop_and_pause_are_passed_on(bridge: Bridge, word: str) -> None:
    take(bridge, BrokerUp(), CoachLine(LINE))
    (order,) = take(bridge, Asked(word.encode()))
    assert isinstance(order, ToCoach) and json.loads(order.line) == {"do": word}
    assert order.line.endswith(b"\n")


@pytest.mark.parametrize(
    "payload", [b"", b"yes", b"STOP", b"resume", b'{"do":"stop"}', b"stop\n", b"\xff", b"s" * 99]
)
def test_nothing_else_is(bridge: Bridge, payload: bytes) -> None:
    take(bridge, BrokerUp(), CoachLine(LINE))
    assert take(bridge, Asked(payload)) == []


def test_a_request_that_the_broker_had_kept_stops_nothing(bridge: Bridge) -> None:
    """Otherwise one "retain" set by mistake would stop every session from then on."""
    take(bridge, BrokerUp(), CoachLine(LINE))
    assert take(bridge, Asked(b"stop", kept=True)) == []
    take(bridge, CoachGone())
    assert take(bridge, Asked(b"stop")) == []


# --- Home Assistant


def entities() -> dict[str, dict[str, Any]]:
    return {message.topic: json.loads(message.payload) for message in discovery(TOPICS)}


def test_it_is_announced_as_one_device() -> None:
    found = entities()
    assert sorted(found) == [
        f"homeassistant/{name}/config"
        for name in (
            "binary_sensor/voice-coach/alarm",
            "binary_sensor/voice-coach/emergency",
            "button/voice-coach/pause",
            "button/voice-coach/stop",
            "sensor/voice-coach/minutes_left",
            "sensor/voice-coach/pain",
            "sensor/voice-coach/situation",
        )
    ]
    assert len({entity["unique_id"] for entity in found.values()}) == len(found)
    assert {entity["device"]["identifiers"][0] for entity in found.values()} == {"voice-coach"}
    assert all(message.kept for message in discovery(TOPICS))


def test_its_templates_read_the_fields_that_there_are() -> None:
    text = json.dumps(entities())
    fields = set(re.findall(r"value_json\.(\w+)", text))
    assert fields == {"situation", "minutes_left", "pain", "alarm", "emergency", "accepts"}
    options = entities()["homeassistant/sensor/voice-coach/situation/config"]["options"]
    assert set(WORDS.values()) < set(options)


def test_two_coaches_do_not_share_a_topic() -> None:
    one, other = ({m.topic for m in discovery(Topics(name))} for name in ("a", "b"))
    assert not one & other


# --- settings


def settings(**given: Any) -> Settings:
    return Settings(**{"state_socket": "/run/s", "mqtt_host": "nas", **given})


def test_the_ports_are_the_usual_ones() -> None:
    assert access(settings()).port == 1883
    assert access(settings(mqtt_tls=True)).port == 8883
    assert access(settings(mqtt_port=7)).port == 7


@pytest.mark.parametrize(
    ("missing", "said"), [("state_socket", "state_socket"), ("mqtt_host", "mqtt_host")]
)
def test_what_is_not_set_is_named(missing: str, said: str) -> None:
    with pytest.raises(BridgeFault, match=f"[Ss]et {said} to"):
        access(settings(**{missing: ""}))


def test_the_password_is_the_first_line_of_a_file_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("s3cret pass \r\nsomething else\n")
    file.chmod(0o600)
    found = access(settings(mqtt_password_file=str(file)))
    assert found.password == "s3cret pass "
    assert "s3cret" not in repr(found)


@pytest.mark.parametrize(
    ("mode", "content", "said"),
    [
        (0o640, b"x", "Others can read"),
        (0o604, b"x", "Others can read"),
        (0o600, b"\xff\xfe", "not text"),
        (None, b"", "No such file"),
    ],
)
def test_a_password_file_that_is_not_right_is_refused(
    tmp_path: Path, mode: int | None, content: bytes, said: str
) -> None:
    file = tmp_path / "password"
    if mode is not None:
        file.write_bytes(content)
        file.chmod(mode)
    with pytest.raises(BridgeFault, match=said):
        access(settings(mqtt_password_file=str(file)))
    with pytest.raises(BridgeFault, match="not a file"):
        access(settings(mqtt_password_file=str(tmp_path)))


@pytest.mark.parametrize("name", ["", "a/b", "a+", "#", "x" * 41, "ä"])
def test_a_name_that_is_no_topic_is_refused(name: str) -> None:
    with pytest.raises(SettingsFault, match="mqtt_name"):
        load_settings(None, {}, {"mqtt_name": name})


# --- paho


def test_only_the_broker_imports_paho() -> None:
    for path in (ROOT / "voice_coach").rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = [
            name
            for node in ast.walk(tree)
            for name in (
                [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else []
            )
        ]
        uses = any(name.split(".")[0] == "paho" for name in names)
        assert uses == (path.name == "broker.py"), path


WITHOUT = """
import sys
sys.modules["paho"] = None
from voice_coach.cli.main import main
sys.argv = ["voice-coach", *sys.argv[1:]]
main()
"""


def without_paho(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", WITHOUT, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )


@pytest.mark.slow
def test_without_paho_one_line_names_the_command() -> None:
    done = without_paho("--set", "state_socket=/nowhere", "mqtt", "--host", "localhost")
    assert done.returncode == BridgeFault.exit_code
    assert done.stderr.count("\n") == 1
    assert "type `pip install paho-mqtt`" in done.stderr.replace("Type", "type")


@pytest.mark.slow
def test_without_paho_everything_else_is_as_ever() -> None:
    done = without_paho("check", "--settings")
    assert done.returncode == 0
    assert 'mqtt_host = ""' in done.stdout and 'state_socket = ""' in done.stdout


def test_no_option_takes_a_password() -> None:
    """What is typed on a command line is shown to everybody who lists the processes."""
    names = {name for option in mqtt.params for name in option.opts}
    assert "--password-file" in names
    assert not {name for name in names if "pass" in name} - {"--password-file"}
