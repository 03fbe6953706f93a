"""The rules run over rows: each lead's verdict is its own."""

from __future__ import annotations

from datetime import datetime

from leadlight.adapters.contacts.candidates import READ
from leadlight.adapters.contacts.checks import CHECKS, check_contacts
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
