"""Who is at the keyboard, as far as this computer can tell."""

from __future__ import annotations

import getpass
import subprocess
from pathlib import Path


def who(folder: Path) -> tuple[str, str]:
    """A name and where it was found: git's `user.name` as set for a folder, else the user of this
    computer.
    """
    try:
        found = subprocess.run(
            ["git", "config", "user.name"],
            cwd=folder,
            capture_output=True,
            timeout=5,
            check=False,
            encoding="utf-8",
        ).stdout.strip()
    except (OSError, ValueError, subprocess.SubprocessError):
        found = ""
    if found:
        return found, "the name that git knows"
    try:
        return getpass.getuser(), "the user of this computer"
    except (OSError, KeyError):
        return "", ""
