"""Contacts that were verified long ago, verified again before anybody is written to."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from leadlight.desk.wiring import contacts
from leadlight.desk.workspace.workspace import Workspace
from leadlight.results.quality import RECHECK_DAYS

if TYPE_CHECKING:
    from leadlight.desk.wiring.bases import Base
    from leadlight.desk.wiring.nurture import TrackRound


def verify_old_contacts(
    workspace: Workspace,
    base: Base,
    part: TrackRound,
    now: datetime,
    *,
    is_preview: bool,
) -> int:
    """Verify those owed a mail whose contact was verified more than ninety days ago, by the rules
    that need no network; how many. What became unreachable is so for the rest of the round, and in
    the ledger unless it `is_preview`. Who was never verified is not looked at here.
    """
    count = part.find_old_contacts(now - timedelta(days=RECHECK_DAYS))
    if not count:
        return 0
    ledger, checks = workspace.ledger, contacts.contact_checks(workspace.con)
    due = part.old_among(ledger.due_checks(now=now, every_days=RECHECK_DAYS))
    rows = checks.with_crowd(due, base.sources, now)
    checks.check(rows, base.sources, as_of=now, country=None, answers={}, watch=lambda share: None)
    part.take_verdicts(checks.made)
    if not is_preview:
        ledger.record_checks(checks.made, now=now)
    return count
