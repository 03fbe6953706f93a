"""The rules run over rows: each lead's verdict is its own."""

from __future__ import annotations

from datetime import datetime

from leadlight.adapters.contacts.candidates import READ
from leadlight.adapters.contacts.checks import CHECKS, check_contacts
from leadlight.adapters.contacts.usual_country import usual_country
from leadlight.adapters.db.duckdb import connect
from leadlight.facts.relation import Query


def test_a_verdict_does_not_depend_on_who_stands_beside_it() -> None:
    """Two leads gave one address; mail to the first bounced before it changed hands. The second is not blamed for it."""
    con = connect()
    blank = ", ".join(f"NULL::VARCHAR AS {n}" for n in READ if n != "email")
    rows = Query(
        f"SELECT n AS lead_id, 'ana@firm.de' AS email, {blank}, n = 1 AS bounced, n = 3 AS"
        " complained, NULL::VARCHAR AS crowd FROM range(1, 4) t(n)"
    )
    check_contacts(con, rows, as_of=datetime(2026, 1, 1))
    found = con.sql(f"SELECT lead_id, email_because FROM {CHECKS} ORDER BY lead_id").fetchall()
    assert found == [(1, "bounced"), (2, None), (3, "complained")]


def test_the_usual_country_of_a_base_is_a_clear_one() -> None:
    """Four in five of those that state one; without a column of countries, of numbers with a code."""
    con = connect()

    def usual(rows: str, *has: str) -> str | None:
        return usual_country(con, Query(f"SELECT * FROM (VALUES {rows}) t({', '.join(has)})"), has)

    assert usual("('DE'), ('DE'), ('DE'), ('DE'), ('FR'), (NULL)", "country") == "DE"
    assert usual("('DE'), ('DE'), ('FR')", "country") is None
    assert usual("('DE')", "country") is None
    numbers = "('+49 30 1'), ('+49 171'), ('030 1'), (NULL)"
    assert usual(numbers, "phone") == "DE"
    assert usual("('030 1'), ('040 1')", "phone") is None
