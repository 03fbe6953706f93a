"""A qualified base as numbers, as a file and as a page."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from leadlight.adapters.base.base import Base
    from leadlight.facts.relation import Relation
    from leadlight.playbook.spec import Playbook
    from leadlight.results.summary import Summary
    from leadlight.results.whose_turn import WhoseTurn


def summarise(base: Base, book: Playbook, as_of: datetime) -> Summary:
    """A qualified base in numbers."""
    from leadlight.adapters.base.plan_run import RESULT
    from leadlight.adapters.summary.summary import summarise

    return summarise(
        base.con,
        RESULT,
        base.sources.leads,
        book,
        as_of,
        activities=base.sources.activities,
        spend=base.spend,
        catalog=base.sources.catalog,
        read=base.read,
        leads_of=base.leads_with,
    )


def export(
    base: Base,
    book: Playbook,
    target: Path,
    columns: Literal["all", "qualification"] | None,
    standing: str,
) -> int:
    """The qualifications as a file; each row names the playbook, and its place in the call
    order.
    """
    from leadlight.adapters.base.plan_run import RESULT
    from leadlight.adapters.destinations.export import export

    return export(
        base.con,
        RESULT,
        target,
        original=base.original,
        keys=base.keys,
        columns=columns,
        playbook=standing,
        ranks=_call_ranks(base, book),
    ).rows


def add_ranks(base: Base, book: Playbook, target: Path, standing: str) -> int:
    """A Parquet file that was written while the plan ran gets the place of each lead in the call
    order; the number of its rows.
    """
    from leadlight.adapters.base.streamed_parquet import add_ranks

    return add_ranks(base.con, target, standing, _call_ranks(base, book))


def _call_ranks(base: Base, book: Playbook) -> Relation:
    from leadlight.adapters.base.plan_run import RESULT
    from leadlight.adapters.summary.summary import make_ranks

    return make_ranks(base.con, RESULT, base.sources.leads, book, base.leads_with)


def write_report(
    summary: Summary, book: Playbook, target: Path, turns: WhoseTurn | None = None
) -> Path:
    """The HTML report."""
    from leadlight.adapters.destinations.report import write_report

    write_report(summary, book, target, turns)
    return target
