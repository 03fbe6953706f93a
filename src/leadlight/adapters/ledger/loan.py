"""A workspace that is being served, borrowed by a command: the server lets go of the file until the
command has ended.

Who borrows connects to a socket in the workspace's folder, which only its owner may use, and holds
the connection as long as the file is needed; it ends with the process, however that ends.
"""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from leadlight.problems import CannotDo

#: The socket's name in the folder, and how many bytes its whole path may have.
SOCKET, _LONGEST = "serve.sock", 100
_LENT = b"lent\n"
_PATIENCE = 600.0


class Loan:
    """A file that was borrowed, until it is closed."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    def close(self) -> None:
        """Give it back."""
        with suppress(OSError):
            self._connection.close()


def borrow(folder: Path, verb: str) -> Loan | None:
    """Borrow the file of a folder from the server that holds it; None where nobody serves it."""
    path = folder / SOCKET
    if not path.exists():
        return None
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.settimeout(_PATIENCE)
    try:
        with _short_name(folder) as short:
            connection.connect(short)
        connection.sendall(verb.encode()[:100] + b"\n")
        if connection.recv(16) == _LENT:
            return Loan(connection)
    except OSError:
        pass  # the server was killed: its lock went with it
    connection.close()
    return None


@contextmanager
def _short_name(folder: Path) -> Iterator[str]:
    """The socket's path, short enough for one: a folder may lie deep, and is named by a handle."""
    path = str(folder / SOCKET)
    if len(os.fsencode(path)) < _LONGEST:
        yield path
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{handle}/{SOCKET}"
    finally:
        os.close(handle)


class LoanDesk:
    """Lends the file of a folder to commands, one after the other. `suspend` lets go of it."""

    def __init__(self, folder: Path, suspend: Callable[[], AbstractContextManager[None]]) -> None:
        self._path, self._suspend = folder / SOCKET, suspend
        self._path.unlink(missing_ok=True)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with _short_name(folder) as short:
            self._socket.bind(short)
        self._path.chmod(0o600)
        self._socket.listen(16)
        self._thread = threading.Thread(target=self._lend, name="loans", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Lend no more."""
        self._path.unlink(missing_ok=True)
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _lend(self) -> None:
        while True:
            try:
                borrower, _ = self._socket.accept()
            except OSError:
                return
            # Whatever goes wrong with one borrower, the next one must not wait for ever.
            with borrower, suppress(OSError, CannotDo):
                borrower.recv(128)
                with self._suspend():
                    borrower.sendall(_LENT)
                    borrower.recv(1)  # nothing comes: it ends when the other side does
