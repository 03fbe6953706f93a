"""Rows of a file that speak of a person who was forgotten: they are rejected, and their text is not
kept.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import duckdb

from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import count, quoted, rows, text_literal
from leadlight.facts.ledger import Arrival
from leadlight.facts.persons import hash_of
from leadlight.facts.relation import Query, TableName
from leadlight.problems import Place, Problem, plural

_CODE = "forgotten-person"
_REASON = "It is of a person who was forgotten."
_ROWS = TableName("_of_forgotten")


def drop_tombstone_rows(
    con: duckdb.DuckDBPyConnection, arrival: Arrival
) -> tuple[Arrival, list[Problem]]:
    """A file without the rows of persons who were forgotten, which count as rejected; and what is
    said of them.
    """
    salts = [str(s) for (s,) in rows(con, "SELECT DISTINCT salt FROM forgotten")]
    if not salts or arrival.what not in ("leads", "activities"):
        return arrival, []
    names = column_names(con, arrival.relation)
    tests = " OR ".join(t for salt in salts for t in _tests(salt, names))
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {_ROWS} AS SELECT row_no FROM {arrival.relation} WHERE"
        f" coalesce({tests}, false)"
    )
    found = count(con, f"SELECT count(*) FROM {_ROWS}")
    if not found:
        return arrival, []
    mine = f"SELECT NULL::BIGINT AS line, '{_CODE}' AS code, '{_REASON}' AS reason, NULL AS text"
    before = f"SELECT line, code, reason, text FROM {arrival.rejects}" if arrival.rejects else ""
    left = replace(
        arrival,
        relation=Query(
            f"SELECT * FROM {arrival.relation} WHERE row_no NOT IN (SELECT row_no FROM {_ROWS})"
        ),
        rejected=arrival.rejected + found,
        rejects=Query(f"{before}{' UNION ALL ' if before else ''}{mine} FROM {_ROWS}"),
    )
    said = Problem(
        "forgotten-person",
        f"{plural(found, 'row is', 'rows are')} of persons who were forgotten: left out, and not"
        " kept.",
        Place(arrival.file),
        level="doubt",
    )
    return left, [said]


def tombstones_of(
    con: duckdb.DuckDBPyConnection, leads: Collection[str], emails: Collection[str]
) -> frozenset[str]:
    """Those of some ids, and of some addresses in small letters, that are of forgotten persons."""
    salts = [str(s) for (s,) in rows(con, "SELECT DISTINCT salt FROM forgotten")]
    asked = {
        hash_of(salt, what, value): value
        for salt in salts
        for what, values in (("lead", leads), ("address", emails))
        for value in values
    }
    if not asked:
        return frozenset()
    found = rows(con, "SELECT hash FROM forgotten WHERE hash = ANY(?)", [list(asked)])
    return frozenset(asked[str(h)] for (h,) in found)


def _tests(salt: str, names: Sequence[str]) -> list[str]:
    """Whether a row's id, or an address of it, is one of those that were forgotten."""
    lead = "CAST(lead_id AS VARCHAR)"
    values = [("lead", lead), ("address", f"lower(trim({lead}))")]
    if "email" in names:
        values.append(("address", f"lower(trim(CAST({quoted('email')} AS VARCHAR)))"))
    return [
        f"coalesce(sha256({text_literal(salt + what + ':')} || {value}) IN (SELECT hash FROM"
        " forgotten), false)"
        for what, value in values
    ]
