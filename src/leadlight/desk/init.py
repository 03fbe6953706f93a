"""`init`: a new workspace, with a playbook to begin with and an empty ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadlight.desk import wiring
from leadlight.desk.workspace import LEDGER, PLAYBOOK
from leadlight.playbook.presets import DEFAULT, preset_text
from leadlight.problems import CannotDo


@dataclass(frozen=True)
class Made:
    """What `init` made; what existed already was left as it was."""

    folder: Path
    preset: str
    playbook: bool
    ledger: bool


def init(folder: Path, now: datetime, preset: str = DEFAULT) -> Made:
    """Make a workspace of `folder`; nothing that exists is overwritten, so it also completes a half-made one."""
    text = preset_text(preset)
    playbook, ledger = folder / PLAYBOOK, folder / LEDGER
    if playbook.exists() and ledger.exists():
        raise CannotDo(f"{folder} is a workspace already; nothing was changed.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made_playbook = _write_new(playbook, text)
    except OSError as fault:
        raise CannotDo(f"{folder} cannot be made a workspace: {fault.strerror or fault}.") from fault
    made_ledger = not ledger.exists()
    if made_ledger:
        wiring.create(ledger, now)
    return Made(folder, preset, made_playbook, made_ledger)


def _write_new(path: Path, text: str) -> bool:
    try:
        with path.open("x", encoding="utf-8") as f:
            f.write(text)
    except FileExistsError:
        return False
    return True
