"""`check`: whether a playbook can be used, and every reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from leadlight.desk import wiring
from leadlight.desk.qualify import read_text
from leadlight.desk.workspace import PLAYBOOK, find, named, opened
from leadlight.facts.catalog import Catalog
from leadlight.playbook.read import read_playbook
from leadlight.playbook.spec import Playbook
from leadlight.problems import CannotDo, Problem


@dataclass(frozen=True)
class Checked:
    """What was checked, and what is wrong with it."""

    file: str
    book: Playbook | None
    problems: tuple[Problem, ...]

    @property
    def faults(self) -> int:
        return sum(p.level == "fault" for p in self.problems)


def check(playbook: Path | None, workspace: Path | None) -> Checked:
    """Check a playbook against the names of a workspace, or the standard ones where there is none."""
    folder = (
        named(workspace)
        if workspace is not None
        else find((playbook or Path.cwd()).absolute().parent if playbook else None)
    )
    if playbook is None and folder is None:
        raise CannotDo("There is no workspace here. Name the playbook to check: leadlight check playbook.yml.")
    path = playbook or (folder or Path()) / PLAYBOOK
    text = read_text(path)
    catalog = Catalog()
    if folder is not None:
        with opened(folder, "check", wiring.now()) as open_workspace:
            catalog = open_workspace.ledger.catalog()
    book, problems = read_playbook(text, str(path), catalog)
    return Checked(str(path), book, tuple(problems))
