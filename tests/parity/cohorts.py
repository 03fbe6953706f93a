"""The four cohorts over one pair of relations, and the comparison of two engines on all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from leadlight.facts.cohort import Cohort, Everyone, Moments, Some
from leadlight.facts.relation import TableName
from leadlight.plan.sources import Sources
from leadlight.playbook.spec import Playbook
from tests.parity.engines import Engine, by_lead, differences


def cohorts(
    now: datetime, then: datetime, *, touched: str = "touched", pairs: str = "pairs"
) -> dict[str, Cohort]:
    """Batch, live, replay and backtest: the tables `touched` (lead_id) and `pairs` (lead_id, as_of) must be there."""
    return {
        "batch": Everyone(now),
        "live": Some(now, touched),
        "replay": Everyone(then),
        "backtest": Moments(TableName(pairs)),
    }


def disagreements(
    book: Playbook,
    sources: Sources,
    asked: Mapping[str, Cohort],
    expected: Engine,
    others: Sequence[Engine],
) -> list[str]:
    """Where another engine says something else than the expected one, cohort by cohort: signals, reasons and all."""
    out = []
    for name, cohort in asked.items():
        rows = by_lead(expected.qualify(book, sources, cohort))
        for other in others:
            try:
                found = by_lead(other.qualify(book, sources, cohort))
            except Exception as fault:
                out.append(f"{other.dialect}, {name}: {str(fault)[:600]}")
                continue
            out += [f"{other.dialect}, {name}: {line}" for line in differences(rows, found)]
    return out
