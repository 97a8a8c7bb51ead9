"""Runs the program in a process, and in processes that it starts, to which networks are forbidden.

    python offline.py COMMAND ...      as voice-coach COMMAND ...

Whoever asks for a socket of any family but AF_UNIX is killed, by the kernel (seccomp), whether the
asking is done in Python or in a library. An audit hook says beforehand who it was in Python.
"""

from __future__ import annotations

import ctypes
import platform
import socket
import struct
import sys
from typing import Any

_MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""Of each machine: its name in seccomp's data, and the number of its system call `socket`."""

_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_KILL_PROCESS, _ALLOW = 0x80000000, 0x7FFF0000
_SET_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 38, 22, 2


def forbid_networks() -> None:
    """Let this process and all that it starts open UNIX sockets only, from now on for ever.

    Raises:
        OSError: the kernel refuses.
        KeyError: this machine is not known here.
    """
    machine, call = _MACHINES[platform.machine()]
    program = [
        (_LOAD, 0, 0, 4),  # which machine's calls these are
        (_JUMP_IF_EQUAL, 0, 5, machine),
        (_LOAD, 0, 0, 0),  # which call it is
        (_JUMP_IF_EQUAL, 0, 2, call),
        (_LOAD, 0, 0, 16),  # its first argument, the family
        (_JUMP_IF_EQUAL, 0, 1, socket.AF_UNIX),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _KILL_PROCESS),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in program))
    head = ctypes.create_string_buffer(
        struct.pack("HxxxxxxP", len(program), ctypes.addressof(code))
    )
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.prctl(
        _SET_SECCOMP, _FILTER, head, 0, 0
    ):
        raise OSError(ctypes.get_errno(), "seccomp is refused")
    sys.addaudithook(_name_the_culprit)


def _name_the_culprit(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        raise PermissionError(f"a name is looked up: {arguments}")
    if event == "socket.__new__" and arguments[1] != socket.AF_UNIX:
        raise PermissionError(f"a network socket is opened: {arguments}")


if __name__ == "__main__":
    forbid_networks()
    if sys.argv[1] == "--attempt":  # to see that what is forbidden does not work
        exec(sys.argv[2])
    else:
        from voice_coach.cli.main import main

        main()
