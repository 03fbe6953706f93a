"""`check`: whether a playbook can be used, and every reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from leadlight.desk import wiring
from leadlight.desk.playbooks import read_text
from leadlight.desk.workspace.workspace import Place, find, here, named, opened
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


def check(playbook: Path | None, workspace: str | None) -> Checked:
    """Check a playbook against the names of a workspace, or the standard ones where there is
    none.
    """
    place = _place(playbook, workspace)
    if place is None:
        if playbook is None:
            raise CannotDo(
                "There is no workspace here. Name the playbook to check: leadlight check"
                " playbook.yml."
            )
        name, text, catalog = str(playbook), read_text(playbook), Catalog()
    else:
        given = (str(playbook), read_text(playbook)) if playbook else None
        with opened(place, "check", wiring.now()) as open_workspace:
            name, text = given or open_workspace.written()[:2]
            catalog = open_workspace.ledger.catalog()
    book, problems = read_playbook(text, name, catalog)
    return Checked(name, book, tuple(problems))


def _place(playbook: Path | None, workspace: str | None) -> Place | None:
    """The workspace that is named, else the one that the playbook lies in, else the one of whoever
    asks.
    """
    if workspace is not None:
        return named(workspace)
    around = find(playbook.absolute().parent) if playbook else None
    return Place(around) if around else here()
