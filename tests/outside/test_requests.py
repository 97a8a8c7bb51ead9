"""What is sent: exactly a stop or a pause, and everything else is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_coach.coach import Request
from voice_coach.outside.requests import LONGEST_REQUEST, request_in


@pytest.mark.parametrize("request_", Request)
def test_a_request_is_one_word(request_: Request) -> None:
    assert request_in(json.dumps({"do": request_.value}).encode()) is request_
    assert request_in(b' {"do" : "%s"}\r' % request_.value.encode()) is request_


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"stop",
        b'"stop"',
        b'["stop"]',
        b"{}",
        b"null",
        b'{"do":"resume"}',
        b'{"do":"yes"}',
        b'{"do":"start"}',
        b'{"do":"Stop"}',
        b'{"do":null}',
        b'{"do":["stop"]}',
        b'{"do":"stop","value":"off"}',
        b'{"do":"stop"}{"do":"stop"}',
        b'{"do":"stop"',
        b"\xff\xfe{}",
        b'{"do":"\xff"}',
        b"[" * LONGEST_REQUEST,
        b'{"do":"stop"' + b" " * LONGEST_REQUEST + b"}",
    ],
)
def test_anything_else_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match="send"):
        request_in(line)


@given(st.binary(max_size=300) | st.text(max_size=60).map(str.encode))
def test_no_bytes_whatever_do_more(line: bytes) -> None:
    try:
        assert request_in(line) in Request
    except ValueError as error:
        assert str(error).startswith("send ")
