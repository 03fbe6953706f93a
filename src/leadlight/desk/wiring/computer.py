"""What the computer knows and lends: who sits at it, and a folder of one's own."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path


def private_folder() -> AbstractContextManager[Path]:
    """A folder that only this process may read, for as long as it is used."""
    from leadlight.adapters.private_folders import private_folder

    return private_folder()


def who(folder: Path) -> tuple[str, str]:
    """Who is at the keyboard, and how that was found."""
    from leadlight.adapters.who import who

    return who(folder)
