"""What makes a file the same file: its bytes."""

from __future__ import annotations

import hashlib
from pathlib import Path

from leadlight.problems import CannotDo


def fingerprint(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    try:
        with path.open("rb") as f:
            return hashlib.file_digest(f, "sha256").hexdigest()
    except OSError as fault:
        raise CannotDo(f"{path} cannot be read: {fault.strerror or fault}.") from fault
