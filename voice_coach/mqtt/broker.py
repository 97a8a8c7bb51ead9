"""The broker, through paho-mqtt, which only this module imports.

paho calls back in a thread of its own; the callbacks only put events into a queue.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from voice_coach.faults import BridgeFault
from voice_coach.mqtt.access import Access
from voice_coach.mqtt.bridge import Asked, Born, BrokerDown, BrokerUp, Event
from voice_coach.mqtt.home_assistant import BORN, ONLINE, Message, Topics

RETRY_SECONDS = (1, 60)
"""The first and the longest wait before the next try; paho doubles it each time."""

LAST_SECONDS = 2.0
"""Seconds to wait at the end until the broker has the last message."""

LONGEST_PAYLOAD = 20
"""Bytes of what is sent to us that are looked at."""

CONNECT_SECONDS = 10.0


class Broker:
    """A connection that comes back by itself.

    Args:
        access: where it is.
        topics: of the coach.
        last: what the broker says of us when we are gone.
        put: takes events, from any thread.

    Raises:
        BridgeFault: paho-mqtt is missing, or a certificate cannot be used.
    """

    def __init__(
        self, access: Access, topics: Topics, last: Message, put: Callable[[Event], None]
    ) -> None:
        try:
            from paho.mqtt import client as paho
            from paho.mqtt.enums import CallbackAPIVersion
        except ImportError as error:
            raise BridgeFault(
                "The package paho-mqtt is missing",
                "type `pip install paho-mqtt`, or after pipx `pipx inject voice-coach paho-mqtt`",
            ) from error
        self._topics = topics
        self._put = put
        client: Any = paho.Client(CallbackAPIVersion.VERSION2)
        client.connect_timeout = CONNECT_SECONDS
        client.reconnect_delay_set(*RETRY_SECONDS)
        client.will_set(last.topic, last.payload, qos=1, retain=last.kept)
        if access.user:
            client.username_pw_set(access.user, access.password)
        if access.tls:
            _use_tls(client, access.ca_file)
        client.on_connect = self._on_connect
        client.on_connect_fail = self._on_connect_fail
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        self._client = client
        self._where = f"at {access.host}:{access.port}"
        try:
            client.connect_async(access.host, access.port)
        except ValueError as error:
            raise BridgeFault(
                f'The broker\'s host "{access.host}" is none', "correct mqtt_host"
            ) from error
        client.loop_start()

    def publish(self, message: Message) -> None:
        """Publish it; what the broker doesn't get now is sent after the next connecting."""
        self._client.publish(
            message.topic, message.payload, qos=int(message.kept), retain=message.kept
        )

    def close(self, last: Message) -> None:
        """Publish a last message, and hang up."""
        if self._client.is_connected():
            sent = self._client.publish(last.topic, last.payload, qos=1, retain=last.kept)
            sent.wait_for_publish(LAST_SECONDS)
        self._client.disconnect()
        self._client.loop_stop()

    # --- called by paho

    def _on_connect(
        self, client: Any, data: object, flags: object, code: Any, more: object
    ) -> None:
        if code.is_failure:
            self._put(BrokerDown(f"{self._where} refuses the connection: {code}"))
            return
        client.subscribe([(self._topics.do, 0), (BORN, 0)])
        self._put(BrokerUp())

    def _on_connect_fail(self, client: object, data: object) -> None:
        self._put(BrokerDown(f"{self._where} cannot be reached"))

    def _on_disconnect(
        self, client: object, data: object, flags: object, code: Any, more: object
    ) -> None:
        if code.is_failure:
            self._put(BrokerDown(f"{self._where} has gone: {code}"))

    def _on_message(self, client: object, data: object, message: Any) -> None:
        payload = bytes(message.payload[:LONGEST_PAYLOAD])
        if message.topic == self._topics.do:
            self._put(Asked(payload, kept=message.retain))
        elif payload == ONLINE.encode():
            self._put(Born())


def _use_tls(client: Any, ca_file: str) -> None:
    try:
        client.tls_set(ca_certs=ca_file or None)
    except (OSError, ValueError) as error:  # ssl's errors are OSErrors
        raise BridgeFault(
            f'The certificates in "{ca_file}" cannot be used', "correct mqtt_ca_file"
        ) from error
