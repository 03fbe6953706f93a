"""Which facts a verb needs in the working copy: of the leads in a file, of a few leads, or the
base.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from leadlight.adapters.db.columns import column_types
from leadlight.adapters.db.duckdb import rows, text_literal
from leadlight.adapters.db.postgres import Server
from leadlight.adapters.ledger.postgres.working_copy import fill, put
from leadlight.facts.catalog import standard_kind
from leadlight.facts.ledger import Arrival
from leadlight.facts.relation import Relation, TableName

KEYS = ("lead_id", "_occurred_at", "_recorded_at", "_import", "_row", "_revises")
_ASKED = "EXISTS (SELECT 1 FROM _asked a WHERE a.lead_id = f.lead_id)"
_MAILS = ("email_bounced", "email_complained")


def for_arrival(
    server: Server,
    con: duckdb.DuckDBPyConnection,
    arrival: Arrival,
    is_complete: Callable[[str], bool],
) -> None:
    """What a file's rows are judged by; tables that are complete in the working copy are left as
    they are.
    """
    if arrival.what == "leads":
        if not is_complete("attribute_facts"):
            _ask(
                server,
                con,
                f"SELECT DISTINCT CAST(lead_id AS VARCHAR) AS lead_id FROM {arrival.relation}",
            )
            fill(server, con, "attribute_facts", _ASKED)
    elif arrival.what == "activities":
        _log(server, con, arrival, is_complete)
    elif arrival.what == "spend":
        fill(server, con, "spend_facts")


def _log(
    server: Server,
    con: duckdb.DuckDBPyConnection,
    arrival: Arrival,
    is_complete: Callable[[str], bool],
) -> None:
    """The leads that a log may mean, by id or by address, and what is known to have been done by
    them in its time.
    """
    has = column_types(con, arrival.relation)
    ids = (
        f"SELECT DISTINCT CAST(lead_id AS VARCHAR) AS lead_id FROM {arrival.relation} WHERE lead_id"
        " IS NOT NULL"
    )
    if "email" in has:
        ids += f" UNION SELECT lower(email) FROM {arrival.relation} WHERE email IS NOT NULL"
    _ask(server, con, ids)
    if "email" in has and "email" in column_types(con, "attribute_facts"):
        put(
            server,
            con,
            TableName("_addresses"),
            f"SELECT DISTINCT lower(email) AS email FROM {arrival.relation} "
            "WHERE email IS NOT NULL",
        )
        server.run(_OWNERS)
        server.run("ANALYZE _asked")
    if not is_complete("attribute_facts"):
        fill(server, con, "attribute_facts", _ASKED, (*KEYS, "email"))
    span = rows(
        con,
        f"SELECT min(occurred_at)::TIMESTAMP, max(occurred_at)::TIMESTAMP FROM {arrival.relation}",
    )[0]
    when = (
        f"f.occurred_at BETWEEN {_moment(span[0])} AND {_moment(span[1])}"
        if span[0] is not None
        else "FALSE"
    )
    if "activity_id" in column_types(con, "activity_facts"):
        when = f"({when} OR f.activity_id IS NOT NULL)" if "activity_id" in has else when
    fill(server, con, "activity_facts", f"{when} AND {_ASKED}")


# DuckDB knows every capital letter, the server perhaps only those of ASCII: an address with others
# is always looked at.
_OWNERS = """
INSERT INTO _asked
SELECT DISTINCT f.lead_id FROM attribute_facts f
WHERE (EXISTS (SELECT 1 FROM _addresses e WHERE e.email = lower(f.email))
  OR octet_length(f.email) <> char_length(f.email))
  AND NOT EXISTS (SELECT 1 FROM _asked a WHERE a.lead_id = f.lead_id)
"""


def of_leads(server: Server, con: duckdb.DuckDBPyConnection, query: str) -> None:
    """Every fact of a few leads, whose ids a query in DuckDB names."""
    _ask(server, con, query)
    for table in ("attribute_facts", "activity_facts", "contact_facts", "member_facts"):
        fill(server, con, table, _ASKED)


def of_relation(
    server: Server, con: duckdb.DuckDBPyConnection, table: str, relation: Relation
) -> None:
    """One table's facts of the leads in a relation."""
    _ask(
        server,
        con,
        f"SELECT DISTINCT CAST(lead_id AS VARCHAR) AS lead_id FROM {relation} WHERE lead_id IS NOT"
        " NULL",
    )
    fill(server, con, table, _ASKED)


def of_import(server: Server, con: duckdb.DuckDBPyConnection, no: int) -> None:
    """What an undo counts: the rows of an import, and everything said of its leads."""
    mine = f"f._import = {int(no)}"
    fill(
        server,
        con,
        "attribute_facts",
        f"{mine} OR f.lead_id IN (SELECT lead_id FROM attribute_facts WHERE _import = {no})",
        KEYS,
    )
    fill(
        server,
        con,
        "activity_facts",
        mine,
        ("lead_id", "occurred_at", "kind", "_recorded_at", "_import", "_row"),
    )
    for table in ("spend_facts", "contact_facts", "link_facts", "assignment_facts"):
        fill(server, con, table, mine)


def mails(server: Server, con: duckdb.DuckDBPyConnection, of: str | None = None) -> None:
    """Of the log only what came of mails; and, where a relation names leads (or persons), all that
    these did.
    """
    kinds = [text_literal(k) for k in mail_kinds(server)]
    wanted = [f"f.kind IN ({', '.join(kinds)})"] if kinds else []
    if of is not None:
        _ask(
            server,
            con,
            f"SELECT lead_id FROM {of} UNION "
            f"SELECT lead_id FROM member_facts WHERE group_id IN (SELECT lead_id FROM {of})",
        )
        wanted.append(_ASKED)
    fill(server, con, "activity_facts", " OR ".join(wanted) or "FALSE")


def mail_kinds(server: Server) -> list[str]:
    """The kinds of activity, as logs write them, by which mails came back or were complained of."""
    kinds = [str(k) for (k,) in server.rows("SELECT kind FROM _kinds ORDER BY kind")]
    return [k for k in kinds if standard_kind(k) in _MAILS]


def _ask(server: Server, con: duckdb.DuckDBPyConnection, query: str) -> None:
    put(server, con, TableName("_asked"), query)


def _moment(at: object) -> str:
    return f"CAST({text_literal(str(at))} AS TIMESTAMP)"
