"""Opens and clicks out of the log; and those that no person made, kept under another kind.

A fact is never changed. The imports that brought such activities are taken back, and all that they
brought is stated again as one import: the same, but for the kinds. Who asks about an earlier moment
sees what was known then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from leadlight.adapters.db.duckdb import quoted
from leadlight.adapters.ledger.tables import Tables, columns_of, number
from leadlight.facts.mail_acts import ActChange, ActPlace, MailAct, MailActQuery

#: How the import is called that states them again.
FILE = "scanners"
_COUNTS = "_import NOT IN (SELECT import_no FROM undos)"
_APART = "_scanner_acts"


def list_mail_acts(tables: Tables, query: MailActQuery) -> Sequence[MailAct]:
    """What was asked for, oldest first. Of the clicks only those are read that have a mail or
    another click close to them.
    """
    columns = set(columns_of(tables, "activity_facts"))
    url, result, campaign, mail = (
        quoted(n) if n in columns else "CAST(NULL AS VARCHAR)"
        for n in ("url", "result", "campaign", "mail_id")
    )
    close = f"INTERVAL '{int(query.close.total_seconds())} seconds'"
    found = tables.rows(
        f"WITH log AS (SELECT _import, _row, lead_id, occurred_at, kind, {url} AS url,"
        f" coalesce({mail}, {campaign}) AS mail, {result} AS result,"
        " occurred_at - lag(occurred_at) OVER alike AS since_last, lead(occurred_at) OVER alike -"
        " occurred_at AS until_next, max(CASE WHEN kind = 'email_sent' THEN occurred_at END) OVER"
        " (PARTITION BY lead_id ORDER BY occurred_at) AS sent FROM activity_facts WHERE (kind IN"
        " ('email_sent', 'email_clicked') OR kind = ANY(?)) AND occurred_at >= ? AND occurred_at"
        f" <= ? AND {_COUNTS} WINDOW alike AS (PARTITION BY lead_id, kind ORDER BY occurred_at))"
        " SELECT _import, _row, lead_id, occurred_at, kind, url, mail, result, sent FROM log WHERE"
        " kind = ANY(?) OR (kind = 'email_clicked' AND"
        f" (since_last <= {close} OR until_next <= {close} OR occurred_at - sent <= {close}))"
        " ORDER BY occurred_at, _import, _row",
        list(query.apart),
        query.since,
        query.until,
        list(query.apart),
    )
    return [_act(row) for row in found]


def _act(row: Sequence[object]) -> MailAct:
    import_no, row_no, lead, at, kind, url, mail, result, sent = row
    assert isinstance(at, datetime)
    return MailAct(
        ActPlace(int(str(import_no)), int(str(row_no))),
        str(lead),
        at,
        str(kind),
        _text(url),
        _text(mail),
        sent if isinstance(sent, datetime) else None,
        _text(result),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def set_apart(tables: Tables, changes: Sequence[ActChange], now: datetime) -> str:
    """Keep activities under other kinds, within the transaction that is open; the import's id."""
    no = number(tables, "SELECT max(import_no) FROM imports") + 1
    taken = sorted({change.place.import_no for change in changes})
    tables.widen("activity_facts", {"result": "VARCHAR"})
    _state_changes(tables, changes)
    _copy(tables, no, taken, now)
    for import_no in taken:
        tables.run("INSERT INTO undos VALUES (?, ?)", import_no, now)
    return f"i{no}"


def _state_changes(tables: Tables, changes: Sequence[ActChange]) -> None:
    tables.fresh(
        _APART,
        "SELECT CAST(0 AS INTEGER) AS import_no, CAST(0 AS BIGINT) AS row_no,"
        " CAST('' AS VARCHAR) AS kind, CAST('' AS VARCHAR) AS reason WHERE 1 = 0",
    )
    tables.run(
        f"INSERT INTO {_APART} SELECT unnest(CAST(? AS INTEGER[])), unnest(CAST(? AS BIGINT[])),"
        " unnest(CAST(? AS VARCHAR[])), unnest(CAST(? AS VARCHAR[]))",
        [c.place.import_no for c in changes],
        [c.place.row_no for c in changes],
        [c.kind for c in changes],
        [c.reason for c in changes],
    )


def _copy(tables: Tables, no: int, taken: Sequence[int], now: datetime) -> None:
    """State again what these imports brought, as the import of that number."""
    own = {
        "kind": "coalesce(c.kind, a.kind)",
        "result": "coalesce(c.reason, a.result)",
        "_recorded_at": "CAST(? AS TIMESTAMP)",
        "_import": f"{no}",
        "_row": "row_number() OVER (ORDER BY a._import, a._row)",
    }
    names = columns_of(tables, "activity_facts")
    tables.run(
        f"INSERT INTO activity_facts ({', '.join(map(quoted, names))}) SELECT"
        f" {', '.join(own.get(n, f'a.{quoted(n)}') for n in names)} FROM activity_facts AS a"
        f" LEFT JOIN {_APART} AS c ON c.import_no = a._import AND c.row_no = a._row WHERE"
        " a._import = ANY(?)",
        now,
        list(taken),
    )
    size = number(tables, "SELECT count(*) FROM activity_facts WHERE _import = ?", no)
    tables.run(
        "INSERT INTO imports (import_no, import_id, file, fingerprint, what, headers, mapping,"
        " said, recorded_at, backfill, read, imported, unchanged, rejected, newest) SELECT ?, ?,"
        " ?, ?, 'activities', '[]', '{}', '{}', CAST(? AS TIMESTAMP), FALSE, ?, ?, 0, 0,"
        " greatest(max(occurred_at), CAST(? AS TIMESTAMP)) FROM activity_facts WHERE _import = ?",
        *(no, f"i{no}", FILE, f"{FILE}-{now.isoformat()}-{no}", now, size, size, now, no),
    )
    tables.run(
        f"INSERT INTO own_attributes SELECT DISTINCT {no}, what, name, type, form, about FROM"
        " own_attributes WHERE what = 'activities' AND import_no = ANY(?)",
        list(taken),
    )
