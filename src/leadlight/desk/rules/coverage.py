"""Coverage of a playbook by leads: those of a workspace, or of files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from leadlight.desk.leads.qualifications import open_files
from leadlight.desk.playbooks import usable
from leadlight.desk.rules.cases import PlaybookUnderTest
from leadlight.desk.session import Session
from leadlight.desk.wiring import bases, trials
from leadlight.facts.cohort import Everyone
from leadlight.plan.steps.lead import verifies
from leadlight.results.coverage import PieceCounts

if TYPE_CHECKING:
    from leadlight.desk.wiring.bases import Base


def count_by_file(
    tested: PlaybookUnderTest, leads: Path, activities: Sequence[Path], moment: datetime
) -> PieceCounts:
    """What the leads of a file say of a playbook's pieces."""
    found = open_files(leads, activities, playbook=tested.file, as_of=moment, text=tested.text)
    return _count_pieces(found.base, tested, moment)


def count_by_workspace(
    session: Session, tested: PlaybookUnderTest, now: datetime, moment: datetime
) -> PieceCounts:
    """What the leads of a workspace say of a playbook's pieces."""
    with session.read_often("test", now) as workspace:
        base = bases.base_of_ledger(workspace.con, workspace.ledger, Everyone(moment))
        if verifies(tested.book):
            base = base.with_checks(moment)
        return _count_pieces(base, tested, moment)


def _count_pieces(base: Base, tested: PlaybookUnderTest, moment: datetime) -> PieceCounts:
    # Read again, since the base's own columns are known only now.
    book = usable(tested.text, tested.file, base.sources.catalog)[0]
    return trials.cover(base, book, moment)
