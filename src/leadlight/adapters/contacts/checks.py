"""Runs the rules of verification over rows of a connection and puts the answers beside them, some
thousands at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

import duckdb

from leadlight.adapters.contacts.candidates import READ
from leadlight.adapters.db.duckdb import count, first_rowid, rows
from leadlight.facts.catalog import CHECK_ATTRIBUTES
from leadlight.facts.relation import Relation

if TYPE_CHECKING:
    from leadlight.verify.domains import DomainAnswer
    from leadlight.verify.lead import LeadCheck

CHECKS = "contact_checks"
AT_A_TIME = 20_000
_ROWS = "contacts_to_check"
Watch = Callable[[float], None]


def any_rows(con: duckdb.DuckDBPyConnection, wanted: Relation) -> bool:
    """Whether there is anything to check at all: looking at the crowd costs a scan of the base."""
    return bool(rows(con, f"SELECT 1 FROM {wanted} LIMIT 1"))


def check_contacts(
    con: duckdb.DuckDBPyConnection,
    wanted: Relation,
    *,
    as_of: datetime,
    country: str | None = None,
    answers: Mapping[str, DomainAnswer] | None = None,
    watch: Watch | None = None,
    usual_country: Callable[[], str | None] = lambda: None,
) -> int:
    """Make the relation `contact_checks`: a row for each row of `wanted`, and how many those are.

    It has `lead_id`, the attributes that verification states, and the values checked (`_email`,
    `_phone`, `_mobile`; further ones of the lead stand behind the first). `country` is that of
    numbers which do not say theirs, `usual_country` finds the one that most leads have; `answers`
    is what e-mail domains were found to answer.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE {_ROWS} AS SELECT * FROM {wanted}")
    columns = ", ".join(
        f"{n} {'TIMESTAMP' if n == 'checked_at' else 'VARCHAR'}" for n in CHECK_ATTRIBUTES
    )
    id_type = rows(con, f"SELECT typeof(lead_id) FROM {_ROWS} LIMIT 1")
    of_id = str(id_type[0][0]) if id_type else "VARCHAR"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {CHECKS} (lead_id {of_id}, {columns}, "
        "_email VARCHAR, _phone VARCHAR, _mobile VARCHAR)"
    )
    total = count(con, f"SELECT count(*) FROM {_ROWS}")
    usual = usual_country() if total and country is None else None
    first = first_rowid(con, _ROWS)
    for begin in range(0, total, AT_A_TIME):
        _batch(con, first + begin, as_of, country, answers or {}, usual)
        if watch:
            watch(100 * min(total, begin + AT_A_TIME) / total)
    con.execute(f"DROP TABLE {_ROWS}")
    return total


def _batch(
    con: duckdb.DuckDBPyConnection,
    begin: int,
    as_of: datetime,
    country: str | None,
    answers: Mapping[str, DomainAnswer],
    usual: str | None,
) -> None:
    names = ("lead_id", *READ, "bounced", "complained", "crowd")
    found = rows(
        con,
        f"SELECT {', '.join(names)} FROM {_ROWS} WHERE rowid >= {begin} AND rowid <"
        f" {begin + AT_A_TIME}",
    )
    leads = sorted((dict(zip(names, row, strict=True)) for row in found), key=_mails)
    checks = [
        check
        for mails, alike in groupby(leads, key=_mails)
        for check in _check_batch(list(alike), mails, country, answers, usual)
    ]
    columns = _columns(leads, checks)
    # Lists as parameters: an Arrow table would import pandas where that is installed, which takes
    # longer than the rest.
    unrolled = ", ".join(f"unnest(?::VARCHAR[]) AS {n}" for n in columns)
    con.execute(
        f"INSERT INTO {CHECKS} BY NAME SELECT *, TIMESTAMP '{as_of.isoformat(sep=' ')}' AS"
        f" checked_at FROM (SELECT unnest(?) AS lead_id, {unrolled})",
        [[lead["lead_id"] for lead in leads], *columns.values()],
    ).fetchall()


def _columns(
    leads: Sequence[Mapping[str, Any]], checks: Sequence[LeadCheck]
) -> dict[str, list[object]]:
    """What is said of the leads, and the values that were checked, column by column."""
    stated: dict[str, list[object]] = {
        n: [getattr(check, n) for check in checks] for n in CHECK_ATTRIBUTES if n != "checked_at"
    }
    return stated | {
        "_email": [_values(lead["email"], lead["other_emails"]) for lead in leads],
        "_phone": [_values(lead["phone"], lead["other_phones"]) for lead in leads],
        "_mobile": [lead["mobile"] for lead in leads],
    }


def _values(first: str | None, others: str | None) -> str | None:
    """All values of a contact point as one text, as `plan.asof.checks` writes them."""
    return first if others is None else f"{first or ''}; {others}"


def _mails(lead: Mapping[str, Any]) -> tuple[bool, bool]:
    """Whether mail to the lead bounced, and whether it complained."""
    return bool(lead["bounced"]), bool(lead["complained"])


def _check_batch(
    leads: list[dict[str, Any]],
    mails: tuple[bool, bool],
    country: str | None,
    answers: Mapping[str, DomainAnswer],
    usual: str | None,
) -> Iterator[LeadCheck]:
    """The checks of leads whose mails fared alike: a verdict must not depend on who else stands in
    the same batch.
    """
    from leadlight.verify.lead import check_leads

    addresses = {lead["email"] for lead in leads}
    bounced, complained = (addresses if it_did else set() for it_did in mails)
    return check_leads(
        [{**lead, "lead_id": str(lead["lead_id"])} for lead in leads],
        default_country=country,
        answers=answers,
        bounced=bounced,
        complained=complained,
        usual_country=usual,
        crowds={str(lead["lead_id"]): lead["crowd"].split("; ") for lead in leads if lead["crowd"]},
    )
