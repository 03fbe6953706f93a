"""`init`: a new workspace, with a playbook to begin with and an empty ledger."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadlight.desk import wiring
from leadlight.desk.workspace.workspace import LEDGER, PLAYBOOK, Place
from leadlight.playbook.presets import DEFAULT, preset_text
from leadlight.problems import CannotDo


@dataclass(frozen=True)
class Made:
    """What `init` made; what existed already was left as it was."""

    place: Place
    preset: str
    playbook: bool
    ledger: bool


def init(where: str | Path, now: datetime, preset: str = DEFAULT) -> Made:
    """Make a workspace of a folder, or in a database that a URL names, with its playbook in the
    current folder.

    Nothing that exists is overwritten, so it also completes a half-made one.
    """
    text = preset_text(preset)
    if isinstance(where, str) and wiring.is_url(where):
        address = wiring.address(where)
        wiring.create_on_server(address, now)
        return Made(Place(Path(), address), preset, _write_new(Path(PLAYBOOK), text), True)
    folder = Path(where)
    playbook, ledger = folder / PLAYBOOK, folder / LEDGER
    if playbook.exists() and ledger.exists():
        raise CannotDo(f"{folder} is a workspace already; nothing was changed.")
    made = [f for f in (folder, *folder.absolute().parents) if not f.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        made_playbook = _write_new(playbook, text)
        if made_playbook:
            made.insert(0, playbook)
        made_ledger = not ledger.exists()
        if made_ledger:
            wiring.create(ledger, now)
    except BaseException as fault:
        _unmake(made)
        if isinstance(fault, OSError):
            raise CannotDo(
                f"{folder} cannot be made a workspace: {fault.strerror or fault}."
            ) from fault
        raise
    return Made(Place(folder), preset, made_playbook, made_ledger)


def _write_new(path: Path, text: str) -> bool:
    """Write a file where there is none; nothing of it is left when that fails."""
    try:
        with path.open("x", encoding="utf-8") as f:
            try:
                f.write(text)
                f.flush()
            except OSError:
                path.unlink()
                raise
    except FileExistsError:
        return False
    return True


def _unmake(made: Sequence[Path]) -> None:
    """Remove what was made for a workspace that did not come to be, the innermost first."""
    for path in made:
        with suppress(OSError):
            path.rmdir() if path.is_dir() else path.unlink()
