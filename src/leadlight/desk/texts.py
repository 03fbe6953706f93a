"""Texts that people write, read no further than any of them goes."""

from __future__ import annotations

from pathlib import Path

from leadlight.playbook.nodes import LARGEST


def text_of(file: Path) -> str:
    """The text of a file, cut behind the length at which it is refused: a device never ends."""
    with file.open(encoding="utf-8-sig") as f:
        return f.read(LARGEST + 1)
