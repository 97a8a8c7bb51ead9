"""Other programs: they see how the coach is, and may ask it to stop or pause. Off by default.

A UNIX socket carries lines of JSON: see docs/use/state.md. `line` and `requests` are pure; what a
request does is decided in coach/outside.py. The thread of `server` meets the loop only at queues.
"""

from voice_coach.outside.address import AUTO, socket_path
from voice_coach.outside.outside import Outside

__all__ = ["AUTO", "Outside", "socket_path"]
