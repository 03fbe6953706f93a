"""The server's secret: what log-in sessions and signatures stand on."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

#: The environment variable that states it, and the file that keeps it otherwise.
VARIABLE, FILE = "LEADLIGHT_SECRET_KEY", "server.key"


def load_secret(folder: Path) -> bytes:
    """The secret of a workspace's server: that of the environment, else of a file of its folder
    that only its owner may read. The file is made when there is none.
    """
    stated = os.environ.get(VARIABLE)
    if stated:
        return stated.encode()
    file = folder / FILE
    with suppress(FileExistsError):
        handle = os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as made:
            made.write(secrets.token_hex(32))
    return file.read_bytes().strip()
