"""From the state socket to an MQTT broker, for Home Assistant: a program of its own.

The coach opens no network socket; whoever wants its state elsewhere runs `voice-coach mqtt` beside
it. That is one more client of the state socket, and can do no more than any other. paho-mqtt is
imported here only, in `broker`, and only when it runs. `home_assistant` and `bridge` are pure.
"""

from voice_coach.mqtt.access import Access, access
from voice_coach.mqtt.run import run_bridge

__all__ = ["Access", "access", "run_bridge"]
