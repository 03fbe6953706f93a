"""Coverage of a playbook by leads: those of a workspace, or of files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from leadlight.desk import wiring
from leadlight.desk.leads.qualifications import open_files
from leadlight.desk.moments import when
from leadlight.desk.playbooks import usable
from leadlight.desk.rules.test import Agreed
from leadlight.desk.workspace.workspace import brought
from leadlight.facts.cohort import Everyone
from leadlight.plan.steps.lead import verifies
from leadlight.problems import CannotDo
from leadlight.results.coverage import PieceCounts

if TYPE_CHECKING:
    from leadlight.desk.wiring import Base


def covered(
    agreed: Agreed, leads: Path | None, activities: Sequence[Path], as_of: str | None
) -> PieceCounts | None:
    """What leads say of a playbook's pieces: those of a file, else those of the workspace; None
    where there is neither.
    """
    if leads is not None:
        found = open_files(
            leads, activities, playbook=agreed.file, as_of=when(as_of), text=agreed.text
        )
        return _counted(found.base, agreed, found.as_of)
    if activities:
        raise CannotDo("A log alone names no leads. Name the file of leads too: --leads leads.csv.")
    if agreed.place is None:
        return None
    with brought(agreed.place, "test", wiring.now()) as workspace:
        moment = when(as_of)
        base = wiring.base_of_ledger(workspace.con, workspace.ledger, Everyone(moment))
        if verifies(agreed.book):
            base = base.with_checks(moment)
        return _counted(base, agreed, moment)


def _counted(base: Base, agreed: Agreed, moment: datetime) -> PieceCounts:
    # Read again, since the base's own columns are known only now.
    book = usable(agreed.text, agreed.file, base.sources.catalog)[0]
    return wiring.cover(base, book, moment)
