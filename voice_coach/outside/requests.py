"""What other programs send: one request on each line."""

from __future__ import annotations

import msgspec

from voice_coach.coach import Request

LONGEST_REQUEST = 200
"""Most bytes of a line; the longest request has 14."""


class _Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    do: Request


_DECODER = msgspec.json.Decoder(_Line)

REFUSAL = 'send {"do":"stop"} or {"do":"pause"}, each on a line of its own'


def request_in(line: bytes) -> Request:
    """Return the request of a line.

    Raises:
        ValueError: it is none.
    """
    if len(line) > LONGEST_REQUEST:
        raise ValueError(REFUSAL)
    try:
        return _DECODER.decode(line).do
    except (ValueError, RecursionError) as error:  # msgspec's own errors are ValueErrors
        raise ValueError(REFUSAL) from error
