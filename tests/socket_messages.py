"""What helpers of tests are asked, and answer: values of JSON through a socket, and open files beside them."""

from __future__ import annotations

import json
import socket
from typing import Any

#: As many files as a message may bring.
FILES = 2


def send(there: socket.socket, what: object, *files: int) -> None:
    """Send a value, with open files."""
    text = json.dumps(what).encode()
    size = len(text).to_bytes(8, "big")
    if files:
        socket.send_fds(there, [size], files)
    else:
        there.sendall(size)
    there.sendall(text)


def receive(there: socket.socket) -> tuple[Any, list[int]]:
    """The next value, with its files. Raises `EOFError` when the other end is gone."""
    size, files, *_ = socket.recv_fds(there, 8, FILES)
    if len(size) != 8:
        raise EOFError("the other end is gone")
    return json.loads(there.recv(int.from_bytes(size, "big"), socket.MSG_WAITALL)), files
