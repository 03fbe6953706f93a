"""A model that was learned: on every engine the probability that its text gives on paper, to the last digit."""

from __future__ import annotations

from datetime import datetime

from leadlight.adapters.db.duckdb import connect
from leadlight.facts.catalog import Attribute, Catalog, Type
from leadlight.facts.cohort import Everyone
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.playbook.read import must_read
from tests.parity.engines import DuckDB, Engine
from tests.predict.published import inline, leads, learned

AS_OF = datetime(2026, 6, 1)


def test_every_engine_gives_what_the_text_gives(duck: DuckDB, other: Engine) -> None:
    """eighty leads with blanks, other spellings and unseen words; their reasons are the same too"""
    _, model = learned()
    rows = leads(80, seed=9)
    con = connect()
    con.execute(
        "CREATE TABLE leads (lead_id VARCHAR, stay DOUBLE, employees BIGINT, source VARCHAR)"
    )
    con.executemany("INSERT INTO leads VALUES (?, ?, ?, ?)", [list(r.values()) for r in rows])
    catalog = Catalog(present=frozenset(rows[0])).with_own(
        [Attribute("stay", Type.NUMBER, own=True)]
    )
    book = must_read(inline(model), catalog=catalog)
    found = []
    for engine in (duck, other):
        engine.load(con, ["leads"])
        sql = statement(book, Sources(catalog, activities=None), Everyone(AS_OF), engine.dialect)
        found.append(
            {r["lead_id"]: (r["probability"], r["probability_why"]) for r in engine.run(sql)}
        )
    assert found[0] == found[1]
    assert {k: p for k, (p, _) in found[0].items()} == {
        r["lead_id"]: model.probability(r) for r in rows
    }
    assert len({p for p, _ in found[0].values()}) > 40
