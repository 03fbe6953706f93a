"""`import leadlight`: files or frames in, qualifications as a frame out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from leadlight.desk.leads.first_answer import FirstAnswerOptions
from leadlight.desk.leads.qualifications import Qualifications, open_files
from leadlight.desk.moments import when
from leadlight.desk.wiring import clock, output_files
from leadlight.facts.cohort import Everyone


def qualify_relation(
    leads: Any,
    activities: Any = None,
    *,
    playbook: str | Path,
    as_of: datetime | str | None = None,
    reasons: bool = True,
) -> Any:
    """Qualify leads where they are: `leads` and `activities` are DuckDB relations of one
    connection, or data frames of one Spark session, and so is what comes back, a row a lead.
    Nothing is read until somebody reads that, and nothing is copied.

    Their columns are called as in the catalog (`lead_id`, `employees` ...; `lead_id`, `kind`,
    `occurred_at`) and have its types; times are UTC. No contact is verified: a playbook that asks
    for verdicts goes by the columns `email_verdict` and its like, where they are there. Raises
    `CannotDo` with a sentence.
    """
    from leadlight.desk.leads.relation_qualification import qualify_relations

    moment = when(as_of, clock.now())
    return qualify_relations(leads, activities, playbook, moment, reasons=reasons)


def qualify(
    leads: Any,
    activities: Any = None,
    *,
    playbook: str | Path | None = None,
    as_of: datetime | str | None = None,
    maps: Mapping[str, str] | None = None,
    out: Path | None = None,
    more: Sequence[Any] = (),
    reasons: bool = True,
) -> Qualifications:
    """Qualify leads without a workspace.

    `leads`, `activities` and `more` (further logs, spend) are paths (CSV, TSV, XLSX, JSON, Parquet)
    or Arrow, pandas or Polars frames. `playbook` is a path or a preset's name; without one the
    base gets a playbook of its own (`q.rests_on` says of what). `as_of` is a moment in UTC
    (default: now, or the newest date of old files). `maps` says
    which of their columns is which attribute. With `out` the rows are written to that Parquet file
    while the plan runs, and are never held together; no file that was read is written over. Without
    `reasons` that column is left out. Raises `CannotDo` with a sentence.
    """
    logs = activities if isinstance(activities, list | tuple) else [activities]
    found = open_files(
        leads,
        [log for log in logs if log is not None],
        playbook=playbook,
        as_of=when(as_of, clock.now()),
        maps=maps,
        more=more,
        first_answer=FirstAnswerOptions(choose_moment=as_of is None),
    )
    with output_files.together(found.reads):
        found.passes = found.base.qualify(
            found.playbook, Everyone(found.as_of), out, reasons=reasons
        )
    return found
