"""Relations of a notebook's own connection are qualified there."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

import leadlight

PLAYBOOK = """\
leadlight: 1
name: there
signals:
  heat: {points: {demo_requested: 40}, half_life: 14d}
scores:
  engagement: heat
  fit: [{when: employees >= 50, add: 20}, {when: colour = 'red', add: 5}]
scales:
  temperature: [{hot: engagement >= 30}, {cold: otherwise}]
"""
LEADS = (
    """SELECT * FROM (VALUES ('a', 60, 'red'), ('b', 5, NULL)) AS t(lead_id, employees, colour)"""
)
LOG = """SELECT 'a' AS lead_id, 'demo_requested' AS kind,
 TIMESTAMP '2026-10-31 10:00' AS occurred_at"""


@pytest.fixture
def playbook(tmp_path: Path) -> Path:
    file = tmp_path / "there.yml"
    file.write_text(PLAYBOOK, encoding="utf-8")
    return file


def test_a_relation_of_duckdb_is_qualified_in_its_connection(playbook: Path) -> None:
    """The answer is a relation of that connection, with what `qualify` says of the same rows"""
    con = duckdb.connect()
    leads, log = con.sql(LEADS), con.sql(LOG)
    found = leadlight.qualify_relation(leads, log, playbook=playbook, as_of="2026-11-01")
    assert type(found) is duckdb.DuckDBPyRelation
    rows = found.select("lead_id, temperature, fit, engagement").order("lead_id").fetchall()
    here = leadlight.qualify(
        leads.to_arrow_table(), log.to_arrow_table(), playbook=playbook, as_of="2026-11-01"
    )
    same = here.base.con.execute(
        "SELECT lead_id, temperature, fit, engagement FROM qualifications ORDER BY lead_id"
    ).fetchall()
    assert rows == same
    assert rows[0][:3] == ("a", "hot", 25)
    con.execute("CREATE TABLE mine AS SELECT * FROM found")
    assert con.execute("SELECT count(*) FROM mine").fetchone() == (2,)


def test_without_a_log_too(playbook: Path) -> None:
    """Nobody did anything that is known"""
    found = leadlight.qualify_relation(duckdb.sql(LEADS), playbook=playbook, as_of="2026-11-01")
    assert found.aggregate("count(*) FILTER (temperature = 'cold')").fetchall() == [(2,)]


@pytest.mark.parametrize(
    ("leads", "said"),
    [
        ("SELECT 1 AS id", "lead_id"),
        ("SELECT 'a' AS lead_id, 'many' AS employees", "employees"),
    ],
)
def test_what_does_not_fit_is_a_sentence(playbook: Path, leads: str, said: str) -> None:
    """A missing column, and one of another type"""
    with pytest.raises(leadlight.CannotDo, match=said):
        leadlight.qualify_relation(duckdb.sql(leads), playbook=playbook)


def test_a_file_goes_into_qualify() -> None:
    """A path is no relation"""
    with pytest.raises(leadlight.CannotDo, match="qualify"):
        leadlight.qualify_relation("leads.csv", playbook="b2b-saas")
