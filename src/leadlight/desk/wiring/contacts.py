"""Whether contacts are real."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadlight.adapters.base.base import Base
    from leadlight.adapters.contacts.contact_checks import ContactChecks as ContactChecks
    from leadlight.desk.wiring.db import Connection
    from leadlight.facts.ledger import Holdings
    from leadlight.playbook.spec import Playbook
    from leadlight.results.quality import Quality


def contact_checks(con: Connection) -> ContactChecks:
    """Verifying contacts in a connection."""
    from leadlight.adapters.contacts.contact_checks import ContactChecks

    return ContactChecks(con)


def export_checks(base: Base, target: Path) -> int:
    """A file's leads with what verification says of them."""
    from leadlight.adapters.base.verdicts import stated_checks
    from leadlight.adapters.destinations.export import export

    return export(
        base.con,
        stated_checks(base.con),
        target,
        original=base.original,
        keys=base.keys,
        columns="all",
        kind="verified",
    ).rows


def standing_quality(
    con: Connection, holdings: Holdings, book: Playbook, upto: int, now: datetime
) -> Quality | None:
    """The quality of a base's contacts by the labels of a run; None where none was verified."""
    from leadlight.adapters.summary.standing_quality import standing_quality

    return standing_quality(con, holdings, book, upto, now)
