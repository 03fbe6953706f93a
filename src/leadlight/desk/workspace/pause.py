"""Deliveries that wait: a restored workspace tells nobody anything until somebody says so.

It may be a second copy beside the one that is in use, and the outside would hear everything twice.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from leadlight.facts.names import PAUSE
from leadlight.problems import CannotDo


def pause_deliveries(folder: Path, why: str) -> None:
    """Let deliveries of the workspace in a folder wait; `why` is a sentence."""
    (folder / PAUSE).write_text(why + "\n", encoding="utf-8")


def pause_reason(folder: Path) -> str | None:
    """Why deliveries wait; None where they do not."""
    with suppress(FileNotFoundError):
        return (folder / PAUSE).read_text(encoding="utf-8", errors="replace").strip()
    return None


def resume_deliveries(folder: Path) -> bool:
    """Let deliveries go out again; whether they waited."""
    try:
        (folder / PAUSE).unlink()
    except FileNotFoundError:
        return False
    except OSError as fault:
        raise CannotDo(f"{folder / PAUSE} cannot be removed: {fault.strerror or fault}.") from fault
    return True
