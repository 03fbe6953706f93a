"""Past moments: what a replay makes, and what may be asked of it afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadlight.adapters.base.base import Base
    from leadlight.adapters.db.work_tables import WorkTables
    from leadlight.adapters.replay.route_log import RouteLog as RouteLog
    from leadlight.adapters.replay.statistics import ReplayStatistics as ReplayStatistics
    from leadlight.desk.wiring.db import Connection
    from leadlight.facts.cohort import Known
    from leadlight.facts.ledger import Ledger
    from leadlight.plan.timeline import ReplayPeriod, ReplayTables


def replay(
    con: Connection,
    facts: Ledger,
    periods: Sequence[ReplayPeriod],
    *,
    known: Known = "then",
    lead: str | None = None,
    tables: WorkTables | None = None,
    tell: Callable[[str], None] | None = None,
) -> ReplayTables:
    """Replay a ledger, each period by its playbook; with `lead` only that one, and nothing is said
    of what brought its changes.
    """
    from leadlight.adapters.db.work_tables import WorkTables
    from leadlight.adapters.replay.facts import facts_of_ledger, only_lead
    from leadlight.adapters.replay.rounds import replay

    only = None if lead is None else only_lead(tables or WorkTables(con), lead)
    found = facts_of_ledger(con, facts, known, only, tables)
    return replay(found, periods, tell, causes=lead is None)


def replay_of_files(
    base: Base,
    periods: Sequence[ReplayPeriod],
    *,
    lead: str | None = None,
    tell: Callable[[str], None] | None = None,
) -> ReplayTables:
    """Replay files; with `lead` only that one, and nothing is said of what brought its changes."""
    from leadlight.adapters.db.work_tables import WorkTables
    from leadlight.adapters.replay.facts import facts_of_files, only_lead
    from leadlight.adapters.replay.rounds import replay

    only = None if lead is None else only_lead(WorkTables(base.con), lead)
    return replay(facts_of_files(base, only), periods, tell, causes=lead is None)


def replay_statistics(con: Connection) -> ReplayStatistics:
    """The numbers of the replay that was last made in a connection."""
    from leadlight.adapters.replay.statistics import ReplayStatistics

    return ReplayStatistics(con)


def route_log(
    con: Connection,
    facts: Ledger,
    departments: Sequence[str],
    since: datetime,
    until: datetime,
) -> RouteLog:
    """What the replay that was last made in a connection says of leads in these departments."""
    from leadlight.adapters.replay.route_log import read_route_log

    return read_route_log(con, facts, departments, since, until)
