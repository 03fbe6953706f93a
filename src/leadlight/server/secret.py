"""The server's own secret: from the environment, or from a file that only its user may read."""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Mapping
from pathlib import Path

from leadlight.problems import CannotDo

VARIABLE, FILE = "LEADLIGHT_SECRET_KEY", "server.key"
SHORTEST = 32


def load_secret(
    folder: Path, environment: Mapping[str, str] = os.environ, *, make: bool = True
) -> bytes:
    """The secret of a workspace's server: that of LEADLIGHT_SECRET_KEY, else that of `server.key`
    in the workspace's folder, which is made when it is missing (unless `make` is false). Raises
    `CannotDo` for one that is missing, too short, or that others may read.
    """
    said = environment.get(VARIABLE)
    if said:
        return _long_enough(said, VARIABLE)
    file = folder / FILE
    if make and not os.path.lexists(file):
        _make(file)
    if not os.path.lexists(file):
        raise CannotDo(
            f"The server's secret is not here: it is in {FILE} of the folder where the server runs,"
            f" or in {VARIABLE}. Run this there, or set {VARIABLE} to the same."
        )
    return _long_enough(_read(file), str(file))


def _make(file: Path) -> None:
    """A new secret, whole or not at all; whoever is first wins."""
    draft = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    try:
        opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(opened, "w", encoding="ascii") as written:
                written.write(secrets.token_urlsafe(48) + "\n")
                written.flush()
                os.fsync(written.fileno())
            try:
                os.link(draft, file)
            except FileExistsError:
                return
        finally:
            os.unlink(draft)
    except OSError as fault:
        raise CannotDo(
            f"The server's secret cannot be written to {file}: {fault.strerror}. Make the folder"
            f" writable, or set {VARIABLE}."
        ) from None


def _read(file: Path) -> str:
    try:
        mode = file.stat().st_mode
        if os.name == "posix" and stat.S_IMODE(mode) & 0o077:
            raise CannotDo(
                f"Others may read {file}, which holds the server's secret. Allow only yourself:"
                f" chmod 600 {file}."
            )
        return file.read_text("ascii")
    except (OSError, UnicodeDecodeError):
        raise CannotDo(f"The server's secret cannot be read from {file}.") from None


def _long_enough(text: str, where: str) -> bytes:
    secret = text.strip().encode("utf-8")
    if len(secret) < SHORTEST:
        raise CannotDo(f"The secret of {where} is too short: take {SHORTEST} characters or more.")
    return secret
