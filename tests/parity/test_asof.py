"""What was known at a moment is the same on every engine, over the same tables of a ledger."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from sqlglot import exp

from leadlight.facts.cohort import Cohort, Everyone, Moments, Some
from leadlight.facts.ledger import Holdings
from leadlight.facts.relation import TableName
from leadlight.plan.asof.members import members_as_of
from leadlight.plan.asof.relations import activities_as_of, leads_as_of, spend_as_of, text
from tests.adapters.conftest import Desk
from tests.parity.demo import FACTS, LAST, THEN, company, facts
from tests.parity.engines import DuckDB, Engine, Row

COHORTS: dict[str, Cohort] = {
    "batch": Everyone(LAST),
    "replay": Everyone(THEN),
    "replay, as known now": Everyone(THEN, "now"),
    "live": Some(LAST, "touched"),
    "backtest": Moments(TableName("pairs")),
    "backtest, as known now": Moments(TableName("pairs"), "now"),
}


@pytest.fixture(scope="module")
def desk() -> Desk:
    found = company()
    facts(found.con)
    return found


def queries(cohort: Cohort, holdings: Holdings) -> dict[str, exp.Query]:
    """Every relation that a cohort reads, and the same lead by lead, without links and checks."""
    single = holdings.single()
    found: dict[str, exp.Query] = {
        "leads": leads_as_of(cohort, holdings),
        "activities": activities_as_of(cohort, holdings, tellers=True),
        "members": members_as_of(cohort, holdings),
        "accounts": members_as_of(cohort, holdings, "company"),
        "leads, one by one": leads_as_of(cohort, single),
        "activities, one by one": activities_as_of(cohort, single),
        "leads of a ledger without corrections": leads_as_of(
            cohort, replace(single, revised=False, undone=False)
        ),
    }
    if isinstance(cohort, Everyone):
        found["spend"] = spend_as_of(cohort, holdings)
    return found


def apart(desk: Desk, duck: DuckDB, engine: Engine, asked: dict[str, Cohort]) -> list[str]:
    tables = (*FACTS, "touched", "pairs")
    for each in (duck, engine):
        each.load(desk.con, tables)
    out = []
    for name, cohort in asked.items():
        for what, query in queries(cohort, desk.ledger.holdings()).items():
            texts = {e.dialect: text(query, e.dialect) for e in (duck, engine)}
            expected = duck.run(texts["duckdb"])
            assert expected, f"{name}: {what} has no row, so that nothing is compared"
            try:
                found = engine.run(texts[engine.dialect])
            except Exception as fault:
                out.append(f"{name}, {what}: {str(fault)[:600]}")
                continue
            lost, new = told(expected) - told(found), told(found) - told(expected)
            if lost or new:
                out.append(
                    f"{name}, {what}: {list(lost)[:3]} became {list(new)[:3]} ({len(lost)} and"
                    f" {len(new)} rows)"
                )
    return out


def told(rows: list[Row]) -> Counter[str]:
    """The rows, each as often as it stands there; a value's whole text, so that no bit of a number is lost."""
    return Counter(repr(list(row.items())) for row in rows)


def test_every_engine_knows_the_same(desk: Desk, duck: DuckDB, other: Engine) -> None:
    """Corrections, blanks, a file taken back, checks, persons and accounts, then and as known now."""
    few = {name: COHORTS[name] for name in ("backtest, as known now",)}
    found = apart(desk, duck, other, few if other.dialect == "spark" else COHORTS)
    assert not found, "\n".join(found)
