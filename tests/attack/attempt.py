"""One attempt: a subject, a seed and a number, which together say everything that happens in it."""

from __future__ import annotations

import shutil
import tempfile
import traceback
from pathlib import Path
from random import Random

from tests.attack.room import Room, visible
from tests.attack.subjects import SUBJECTS


def attempt(
    subject: str, seed: int, number: int, *, thorough: bool, keep: Path | None = None
) -> Room:
    """Carry an attack out in a new folder, which is gone afterwards, unless something fell and
    `keep` says where it goes."""
    with tempfile.TemporaryDirectory(prefix="attack-", ignore_cleanup_errors=True) as base:
        room = Room(Path(base), Random(f"{subject} {seed} {number}"), thorough)
        try:
            SUBJECTS[subject](room)
        except Exception:
            room.find(f"the attack itself broke down: {traceback.format_exc(limit=-4)}")
        if room.findings and keep is not None:
            _keep(room, keep / f"{subject}-{seed}-{number}")
    return room


def _keep(room: Room, target: Path) -> None:
    """The commands and the files of an attempt, to look at."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    (target / "findings.txt").write_text(
        visible("\n\n".join(room.findings)) + "\n", encoding="utf-8"
    )
    (target / "commands.txt").write_text(visible("\n".join(room.commands)) + "\n", encoding="utf-8")
    try:
        shutil.copytree(room.folder, target / "room", symlinks=True, ignore=_no_pipes)
    except (shutil.Error, OSError) as fault:
        (target / "not-kept.txt").write_text(
            f"{fault}\n", encoding="utf-8", errors="backslashreplace"
        )


def _no_pipes(folder: str, names: list[str]) -> list[str]:
    return [n for n in names if (Path(folder) / n).is_fifo()]
