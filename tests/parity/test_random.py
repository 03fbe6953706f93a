"""Random playbooks over random facts: every engine gives every lead the same row, in each of the four cohorts."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, given, note, settings

from leadlight.playbook.read import must_read
from tests.parity import playbooks as made
from tests.parity.cohorts import cohorts, disagreements
from tests.parity.engines import DuckDB, Engine

COHORTS = cohorts(made.AS_OF, made.THEN)
WHOLE = os.environ.get("LEADLIGHT_PARITY") == "whole"
TABLES = ("leads", "activities", "touched", "pairs")
#: A failing example is not made smaller: that would take minutes, and what differs is told.
a_few = settings(
    max_examples=60 if WHOLE else 6,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate],
)
#: A statement costs Spark a second, so it is asked few of them, about many leads.
many_leads = settings(a_few, max_examples=12 if WHOLE else 2)


def apart(
    text: str, given_facts: made.Facts, duck: DuckDB, other: Engine, asked: list[str]
) -> list[str]:
    note(text)
    con = made.tables(given_facts)
    for each in (duck, other):
        each.load(con, TABLES)
    book = must_read(text)
    found = disagreements(book, made.SOURCES, {n: COHORTS[n] for n in asked}, duck, [other])
    con.close()
    return found


@a_few
@given(made.playbooks(), made.facts())
def test_postgres_agrees(
    duck: DuckDB, postgres_engine: Engine, text: str, given_facts: made.Facts
) -> None:
    """Six playbooks (sixty, where the whole is asked for), each with its own facts, in four cohorts."""
    found = apart(text, given_facts, duck, postgres_engine, list(COHORTS))
    assert not found, "\n".join([text, repr(given_facts), *found])


@many_leads
@given(made.playbooks(), made.facts(leads=25, activities=120))
def test_spark_agrees(
    duck: DuckDB, spark_engine: Engine, text: str, given_facts: made.Facts
) -> None:
    """Two playbooks about 25 leads at three moments each."""
    found = apart(text, given_facts, duck, spark_engine, ["backtest"])
    assert not found, "\n".join([text, repr(given_facts), *found])
