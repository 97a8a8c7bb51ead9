"""What Home Assistant is sent so that it finds the coach by itself (MQTT discovery)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from voice_coach import __version__
from voice_coach.coach import Request
from voice_coach.outside.line import STARTING, WORDS

DISCOVERY = "homeassistant"
"""The prefix under which it looks, unless somebody has changed that."""

BORN = f"{DISCOVERY}/status"
"""Says "online" when Home Assistant has started; what isn't kept has to be sent again then."""

ONLINE, OFFLINE = "online", "offline"


@dataclass(frozen=True, slots=True)
class Message:
    """Something to publish; `kept` has the broker keep it for those who come later."""

    topic: str
    payload: bytes
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Topics:
    """The topics of one coach."""

    name: str

    @property
    def state(self) -> str:
        """Carries the state line as it is. Not kept: it is about somebody's health."""
        return f"{self.name}/state"

    @property
    def available(self) -> str:
        """Says whether a coach runs, "online" or "offline"."""
        return f"{self.name}/available"

    @property
    def do(self) -> str:
        """Takes "stop" and "pause"."""
        return f"{self.name}/do"


def discovery(topics: Topics) -> list[Message]:
    """Return what announces the sensors and buttons."""
    found: dict[str, dict[str, dict[str, Any]]] = {
        "sensor": {
            "situation": {
                "name": "Situation",
                "icon": "mdi:human-handsdown",
                "device_class": "enum",
                "options": sorted({*WORDS.values(), STARTING}),
                "value_template": "{{ value_json.situation }}",
                "json_attributes_topic": topics.state,
            },
            "minutes_left": {
                "name": "Minutes left",
                "device_class": "duration",
                "unit_of_measurement": "min",
                "value_template": "{{ value_json.minutes_left }}",
            },
            "pain": {
                "name": "Last pain score",
                "icon": "mdi:gauge",
                "value_template": "{{ value_json.pain }}",
            },
        },
        "binary_sensor": {
            "alarm": {"name": "Alarm", "device_class": "problem", **_flag("alarm")},
            "emergency": {"name": "Emergency", "device_class": "safety", **_flag("emergency")},
        },
        "button": {
            request.value: {
                "name": request.value.capitalize(),
                "icon": f"mdi:{request.value}",
                "command_topic": topics.do,
                "payload_press": request.value,
            }
            for request in Request
        },
    }
    return [
        Message(
            f"{DISCOVERY}/{kind}/{topics.name}/{key}/config",
            msgspec.json.encode({**_common(topics, kind, key), **entity}),
            kept=True,
        )
        for kind, entities in found.items()
        for key, entity in entities.items()
    ]


def _flag(field: str) -> dict[str, str]:
    return {"value_template": f"{{{{ 'ON' if value_json.{field} else 'OFF' }}}}"}


def _common(topics: Topics, kind: str, key: str) -> dict[str, Any]:
    """Return what is the same for all, and whether there is somebody to hear it."""
    available: list[dict[str, str]] = [{"topic": topics.available}]
    common: dict[str, Any] = {
        "unique_id": f"{topics.name}_{key}",
        "device": {
            "identifiers": [topics.name],
            "name": "Voice coach",
            "model": "voice-coach",
            "sw_version": __version__,
        },
        "origin": {"name": "voice-coach", "sw_version": __version__},
        "availability": available,
        "availability_mode": "all",
    }
    if kind == "button":
        # It can be pressed only while the coach would do it.
        accepts = f"{{{{ '{ONLINE}' if '{key}' in value_json.accepts else '{OFFLINE}' }}}}"
        available.append({"topic": topics.state, "value_template": accepts})
    else:
        common["state_topic"] = topics.state
    return common
