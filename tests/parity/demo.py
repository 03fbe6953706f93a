"""The demo company in a ledger with a history: corrections, a file that was taken back, checks, persons and accounts."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

import duckdb

from leadlight.adapters.db.duckdb import connect
from leadlight.adapters.sources.stage import stage
from leadlight.facts.ledger import Arrival, ImportReceipt
from tests.adapters.conftest import Desk

ACME = Path(__file__).parents[2] / "examples" / "acme"
FIRST, LAST = datetime(2026, 10, 20), datetime(2026, 11, 10, 6, 30)
#: Links had just been made, and a file that was taken back three days later still counted.
THEN = datetime(2026, 10, 28, 4)
FILES = ("leads", "activities", "conversations", "outcomes", "subscriptions", "spend")

#: The tables of facts that the relations of a moment read.
FACTS = (
    "attribute_facts",
    "activity_facts",
    "contact_facts",
    "member_facts",
    "spend_facts",
    "undos",
)


@cache
def company() -> Desk:
    """A ledger of 380 leads, told in several imports between the 20th of October and the 10th of November 2026."""
    desk = Desk(connect())
    for file in FILES:
        brings(desk, ACME / f"{file}.csv", FIRST, backfill=True)
    day = FIRST
    for n, text in enumerate(_CORRECTIONS):
        day += timedelta(days=3, hours=n)
        receipt = desk.brings("leads", [dict(zip(_KEYS, row, strict=True)) for row in text], day)
        if n == 1:
            desk.ledger.undo(receipt.import_id, now=day + timedelta(days=5))
    desk.brings("activities", _LATE, day + timedelta(hours=1))
    _checked(desk, day - timedelta(days=6), "reachable", "free")
    _checked(desk, day, "unreachable", "disposable; role")
    _linked(desk, day - timedelta(days=2))
    return desk


def brings(desk: Desk, file: Path, at: datetime, backfill: bool = False) -> ImportReceipt:
    """A file of the company's, as `leadlight import` reads it."""
    staged = stage(desk.con, file, name=file.name, what=None, maps={}, prefix=f"of_{file.stem}")
    arrival = Arrival(
        staged.what,
        staged.relation,
        file.name,
        file.stem,  # type: ignore[arg-type]
        headers=tuple(c.header for c in staged.mapping.columns),
        mapping={c.header: c.name or "-" for c in staged.mapping.columns},
        own=staged.own,
        read=staged.read,
        rejected=staged.rejected,
        rejects=staged.rejects,
    )
    return desk.ledger.append(arrival, now=at, backfill=backfill)


_KEYS = ("lead_id", "city", "employees", "job_title", "changed_at")
#: What three later files say: some of known leads, some of new ones, with blanks, ties and a change told late.
_CORRECTIONS = [
    [
        ("A-000001", "Köln", None, 'Chief "Officer", it\'s him', None),
        ("A-000002", None, 15, None, None),
        ("N-1", "Zürich", 7, None, None),
        ("N-2", "", 2**40, "back\\slash", None),
    ],
    [
        ("A-000001", "Bonn", 999, None, None),
        ("A-000003", "Prag", 1, "'; --", None),
        ("N-3", "Rīga", None, None, None),
    ],
    [
        ("A-000001", None, 5, "CTO", FIRST - timedelta(days=40)),
        ("N-1", "Genève", None, "CEO", FIRST),
        ("A-000004", "東京", 12, "😀 owner", FIRST + timedelta(days=1)),
    ],
]
_LATE = [
    {
        "lead_id": lead,
        "occurred_at": FIRST - timedelta(days=n * 7, microseconds=n),
        "kind": kind,
        "url": url,
        "value": value,
    }
    for n, (lead, kind, url, value) in enumerate(
        [
            ("A-000001", "pricing_viewed", "/pricing", 0.1),
            ("A-000002", "demo_requested", None, None),
            ("A-000001", "pricing_viewed", "/pricing", 0.2),
            ("N-1", "won", None, 1e11),
            ("nobody", "page_viewed", "/ü?a=1", -3.5),
            ("A-000005", "unsubscribed", None, None),
            ("A-000002", "page_viewed", "/docs/a", 1 / 3),
        ]
    )
]


def _checked(desk: Desk, at: datetime, verdict: str, because: str) -> None:
    """Every third lead with an address was checked, with what it had then."""
    known = desk.select(
        "SELECT lead_id, max(email) AS email, max(phone) AS phone FROM attribute_facts GROUP BY 1"
        " ORDER BY 1"
    )
    desk.checks(
        [
            {
                "lead_id": r["lead_id"],
                "email_verdict": verdict,
                "email_because": because,
                "_email": r["email"],
                "phone_verdict": "risky" if r["phone"] else None,
                "_phone": r["phone"],
                "phone_line": "mobile",
                "contact_because": "it's only a test",
                "doubts": "mash_name",
            }
            for n, r in enumerate(known)
            if r["email"] and n % 3 == at.day % 3
        ],
        at,
    )


def _linked(desk: Desk, at: datetime) -> None:
    """The twins that the generator planted are one person; and the leads of one firm are its account."""
    with (ACME / "planted.csv").open(encoding="utf-8") as file:
        pairs = [(r["twin_of"], r["lead_id"]) for r in csv.DictReader(file) if r["twin_of"]]
    pairs += [("A-000001", "A-000002"), ("A-000004", "A-000009")]
    desk.links(pairs, {lead: first for first, other in pairs for lead in (first, other)}, at=at)
    firms = desk.select(
        "SELECT max(company) AS firm, lead_id FROM attribute_facts WHERE company IS NOT NULL GROUP"
        " BY 2 ORDER BY 2"
    )
    first: dict[object, str] = {}
    members = {str(r["lead_id"]): first.setdefault(r["firm"], str(r["lead_id"])) for r in firms}
    desk.links([], members, at=at + timedelta(days=1), kind="company")


def facts(con: duckdb.DuckDBPyConnection) -> None:
    """Whom a cohort asks for: `touched`, and `pairs` of leads and moments."""
    con.execute(
        "CREATE OR REPLACE TABLE touched AS SELECT DISTINCT lead_id FROM attribute_facts WHERE"
        " lead_id LIKE '%1' OR lead_id LIKE 'N-%' UNION SELECT 'A-000002' UNION SELECT 'nobody'"
    )
    con.execute(
        "CREATE OR REPLACE TABLE pairs AS SELECT lead_id, unnest([TIMESTAMP '2026-06-01', TIMESTAMP"
        " '2026-10-25', TIMESTAMP '2026-11-01 12:00:00', TIMESTAMP '2026-11-10 06:30:00']) AS as_of"
        " FROM touched"
    )
