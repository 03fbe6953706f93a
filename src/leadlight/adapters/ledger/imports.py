"""The book of imports: numbering them, listing them, and remembering how their headers were
mapped.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from leadlight.adapters.db.duckdb import count, rows
from leadlight.facts.ledger import Arrival, ImportLine, ImportReceipt, SavedMapping


@dataclass(frozen=True)
class Entry:
    """The import under way: its number, when it is recorded, and whether its facts were known when
    they happened.
    """

    no: int
    now: datetime
    backfill: bool

    @property
    def import_id(self) -> str:
        return f"i{self.no}"


def next_entry(con: duckdb.DuckDBPyConnection, now: datetime, backfill: bool) -> Entry:
    """The number of the next import, in the order in which they are written."""
    return Entry(count(con, "SELECT max(import_no) FROM imports") + 1, now, backfill)


def write(
    con: duckdb.DuckDBPyConnection, entry: Entry, arrival: Arrival, receipt: ImportReceipt
) -> None:
    """Enter the import, the rows it rejected and the attributes it brought."""
    con.execute(
        "INSERT INTO imports (import_no, import_id, file, fingerprint, what, headers, mapping,"
        " said, recorded_at, backfill, read, imported, unchanged, rejected, newest) VALUES (?, ?,"
        " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            entry.no,
            entry.import_id,
            arrival.file,
            arrival.fingerprint,
            arrival.what,
            json.dumps(list(arrival.headers), ensure_ascii=False),
            json.dumps(dict(arrival.mapping), ensure_ascii=False),
            json.dumps(dict(arrival.said), ensure_ascii=False),
            entry.now,
            entry.backfill,
            receipt.read,
            receipt.imported,
            receipt.unchanged,
            receipt.rejected,
            _newest(con, entry),
        ],
    )
    if arrival.rejects and arrival.rejected:
        con.execute(
            f"INSERT INTO rejects SELECT {entry.no}, line, code, reason, text FROM"
            f" {arrival.rejects}"
        )
    for own in arrival.own:
        con.execute(
            "INSERT INTO own_attributes VALUES (?, ?, ?, ?, ?, ?)",
            [entry.no, arrival.what, own.name, own.type.value, own.form.value, own.about],
        )


def _newest(con: duckdb.DuckDBPyConnection, entry: Entry) -> datetime:
    """The moment from which on all facts of an import are seen: when the last had happened and was
    known.
    """
    told = ("attribute_facts", "_occurred_at"), ("activity_facts", "occurred_at")
    parts = [
        f"SELECT max({at}) AS told FROM {table} WHERE _import = {entry.no}" for table, at in told
    ]
    found = rows(con, f"SELECT max(told) FROM ({' UNION ALL '.join(parts)})")[0][0]
    if not isinstance(found, datetime):
        return entry.now
    return found if entry.backfill else max(found, entry.now)


_LINES = """
SELECT i.import_id, i.file, i.what, i.recorded_at, i.read, i.imported, i.unchanged, i.rejected,
  i.backfill,
       u.recorded_at,
       -- In a JSON object this is a value; within a header its quotes would be escaped.
       (length(i.mapping) - length(replace(i.mapping, ': "-"', ''))) // 5, i.said <> '{}'
FROM imports i LEFT JOIN undos u USING (import_no)
ORDER BY i.import_no DESC
"""


def list_imports(con: duckdb.DuckDBPyConnection, newest: int | None = None) -> list[ImportLine]:
    """The imports, newest first."""
    limit = f" LIMIT {int(newest)}" if newest is not None else ""
    return [ImportLine(*row) for row in rows(con, _LINES + limit)]  # type: ignore[arg-type]


def same_file(
    con: duckdb.DuckDBPyConnection, fingerprint: str, what: str
) -> tuple[str, dict[str, str]] | None:
    """The newest import of exactly this file as the same that still counts, and its mapping. One
    file may bring leads and what they did.
    """
    found = rows(
        con,
        "SELECT import_id, mapping FROM imports WHERE fingerprint = ? AND what = ? AND import_no"
        " NOT IN (SELECT import_no FROM undos) ORDER BY import_no DESC LIMIT 1",
        [fingerprint, what],
    )
    return (str(found[0][0]), json.loads(str(found[0][1]))) if found else None


def saved_mapping(con: duckdb.DuckDBPyConnection, headers: Sequence[str]) -> SavedMapping | None:
    """What a person said of the headers of a file like this one, in any order, the last time it was
    imported.

    Imports that were taken back do not count: perhaps they were because of their mapping.
    """
    wanted = sorted(headers)
    for import_id, what, saved, said in rows(
        con,
        "SELECT import_id, what, headers, said FROM imports WHERE import_no NOT IN "
        "(SELECT import_no FROM undos) ORDER BY import_no DESC",
    ):
        if sorted(json.loads(str(saved))) == wanted:
            decided = json.loads(str(said))
            if not decided:
                return None
            return SavedMapping(str(import_id), what, decided)  # type: ignore[arg-type]
    return None


def headers(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Attribute -> the header under which the company's newest file of leads has it."""
    out: dict[str, str] = {}
    for (mapping,) in rows(
        con, "SELECT mapping FROM imports WHERE what = 'leads' ORDER BY import_no"
    ):
        out |= {
            str(attribute): str(header) for header, attribute in json.loads(str(mapping)).items()
        }
    out.pop("-", None)
    return out
