"""What is read within an open transaction is read as it is outside: a server previews files so."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from leadlight.adapters.contacts.checks import CHECKS, READ, check_contacts
from leadlight.adapters.db.duckdb import connect, rows
from leadlight.adapters.sources.stage import stage
from leadlight.facts.relation import TableName

LEADS = "id,email,note\n" + "".join(f'{n},a{n}@firm{n}.com,"x\ny{n}"\n' for n in range(700))


def _staged(file: Path, within: bool) -> list[tuple[object, ...]]:
    con = connect()
    if within:
        con.begin()
    staged = stage(con, str(file), name=file.name, maps={})
    found = rows(con, f"SELECT row_no, lead_id, email FROM {staged.relation} ORDER BY ALL")
    lines = (
        rows(con, f"SELECT line, code FROM {staged.rejects} ORDER BY ALL") if staged.rejects else []
    )
    return [*found, *lines]


def test_rows_and_lines_have_the_same_numbers(tmp_path: Path) -> None:
    """Quoted line breaks in seven hundred rows."""
    file = tmp_path / "leads.csv"
    file.write_text(LEADS, encoding="utf-8")
    alone = _staged(file, within=False)
    assert len(alone) == 700
    assert _staged(file, within=True) == alone


def test_contacts_are_checked_as_well() -> None:
    """Three leads, made and checked in one transaction."""
    con = connect()
    con.begin()
    con.execute(
        "CREATE TEMP TABLE wanted AS SELECT 'L' || n AS lead_id, 'a' || n || '@firm.com' AS email,"
        " NULL::BOOLEAN AS bounced, NULL::BOOLEAN AS complained, NULL::VARCHAR AS crowd FROM"
        " range(3) t(n)"
    )
    have = {"email"}
    more = ", ".join(f"NULL::VARCHAR AS {n}" for n in READ if n not in have)
    con.execute(f"CREATE TEMP TABLE whole AS SELECT *, {more} FROM wanted")
    assert check_contacts(con, TableName("whole"), as_of=datetime(2026, 11, 1)) == 3
    assert len(rows(con, f"SELECT * FROM {CHECKS} WHERE email_verdict IS NOT NULL")) == 3
