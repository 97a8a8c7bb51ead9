"""The state socket of a session, where the settings ask for one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from voice_coach.faults import Fault
from voice_coach.outside import Outside, socket_path
from voice_coach.settings import Settings


def open_outside(
    settings: Settings, complain: Callable[[str], None], open_things: ExitStack
) -> Outside | None:
    """Serve the state socket; where it cannot be served, say why and go on without it.

    Args:
        settings: name it.
        complain: called with a line for what is wrong with it, also later.
        open_things: closes it.
    """
    path = socket_path(settings.state_socket)
    if path is None:
        return None
    try:
        outside = Outside(path, complain)
    except Fault as fault:
        complain(str(fault))
        return None
    open_things.callback(outside.close)
    return outside
