"""Connections with CRMs: rows are added, and the newest of each key counts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from leadlight.adapters.db.duckdb import quoted
from leadlight.adapters.ledger.tables import Tables, columns_of, number
from leadlight.facts.crm import (
    PEOPLE,
    Connection,
    CrmAttempt,
    CrmRecord,
    CrmTally,
    PushFact,
    RecordState,
    StandingLabels,
    Statement,
)

_CONNECTION = 'connection, url, declaration, state, keys, rehearsal, "by", recorded_at'
_RECORD = "reading, external_id, lead_id, state, of_record, digest, detail, changed_at"
_PUSH = "push_no, external_id, lead_id, state, given, sending, before, differs, status"
_ATTEMPT = "verb, code, status, recorded_at"
_NEWEST = (
    f"SELECT {_RECORD}, row_number() OVER (PARTITION BY external_id ORDER BY fact_no DESC) AS back"
    " FROM crm_records WHERE connection = ? AND reading = ?"
)
_COUNTS = "_import NOT IN (SELECT import_no FROM undos)"
#: So many rows are written by one statement: the arrays of values are one parameter a column.
_ROWS = 10_000


class CrmTables:
    """The port `CrmLedger` over the tables of an engine."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables

    def connections(self) -> tuple[Connection, ...]:
        """Every connection as it stands, in the order in which they were made."""
        found = self._tables.rows(f"SELECT {_CONNECTION} FROM connection_facts ORDER BY fact_no")
        return tuple({c.name: c for c in map(_connection, found)}.values())

    def record_connection(self, connection: Connection) -> None:
        """State a connection as it is from now on."""
        with self._tables.transaction():
            no = number(self._tables, "SELECT max(fact_no) FROM connection_facts") + 1
            self._tables.run(
                f"INSERT INTO connection_facts (fact_no, {_CONNECTION}) VALUES"
                f" ({', '.join('?' * 9)})",
                no,
                connection.name,
                connection.url,
                connection.declaration,
                connection.state,
                json.dumps(dict(connection.keys)),
                connection.rehearsal,
                connection.by,
                connection.recorded_at,
            )

    def record_attempt(self, connection: str, attempt: CrmAttempt) -> None:
        """Add how a reading or a writing ended."""
        with self._tables.transaction():
            self._tables.run(
                f"INSERT INTO crm_attempts (fact_no, connection, {_ATTEMPT}) VALUES (?, ?, ?, ?, ?,"
                " ?)",
                number(self._tables, "SELECT max(fact_no) FROM crm_attempts") + 1,
                connection,
                attempt.verb,
                attempt.code,
                attempt.status,
                attempt.at,
            )

    def attempts(self, connection: str) -> tuple[CrmAttempt, ...]:
        """The newest attempt of each verb that went well, and the newest that failed."""
        found = self._tables.rows(
            f"SELECT {_ATTEMPT} FROM (SELECT *, row_number() OVER (PARTITION BY verb, code = ''"
            " ORDER BY fact_no DESC) AS back FROM crm_attempts WHERE connection = ?) AS n WHERE"
            " back = 1 ORDER BY fact_no",
            connection,
        )
        return tuple(CrmAttempt(*row) for row in found)  # type: ignore[arg-type]

    def tally(self, connection: str, readings: Sequence[str]) -> CrmTally:
        """What these readings of a connection brought, and what became of what was written."""
        since = self._tables.rows(
            "SELECT min(recorded_at) FROM connection_facts WHERE connection = ? AND fact_no >"
            " (SELECT coalesce(max(fact_no), 0) FROM connection_facts WHERE connection = ? AND"
            " state = 'disconnected')",
            connection,
            connection,
        )[0][0]
        records = self._tables.rows(
            "SELECT reading, count(*) FROM (SELECT reading, state, row_number() OVER (PARTITION BY"
            " reading, external_id ORDER BY fact_no DESC) AS back FROM crm_records WHERE connection"
            " = ?) AS n WHERE back = 1 AND state = 'live' GROUP BY reading",
            connection,
        )
        files = {f"{connection}: {reading}": reading for reading in readings}
        facts = self._tables.rows(
            "SELECT file, sum(imported) FROM imports WHERE file = ANY(?) AND import_no NOT IN"
            " (SELECT import_no FROM undos) GROUP BY file",
            list(files),
        )
        refusals, differs, sending = self._write_counts(connection)
        return CrmTally(
            since,  # type: ignore[arg-type]
            {str(reading): int(str(n)) for reading, n in records},
            {files[str(file)]: int(str(n)) for file, n in facts},
            refusals,
            differs,
            sending,
        )

    def _write_counts(self, connection: str) -> tuple[dict[str, int], int, int]:
        """Of the living people: who was refused, by code; whose values somebody changed; and of
        whom nobody knows whether the last write arrived.
        """
        found = self._tables.rows(
            "SELECT state, status, differs <> '{}', count(*) FROM (SELECT external_id, state,"
            " status, differs, row_number() OVER (PARTITION BY external_id ORDER BY fact_no DESC)"
            " AS back FROM push_facts WHERE connection = ?) AS p WHERE back = 1 AND external_id IN"
            f" (SELECT external_id FROM ({_NEWEST}) AS n WHERE back = 1 AND state = 'live') GROUP"
            " BY 1, 2, 3",
            connection,
            connection,
            PEOPLE,
        )
        refusals: dict[str, int] = {}
        differs = sending = 0
        for state, status, has_differences, n in found:
            count = int(str(n))
            if state == "failed":
                refusals[str(status)] = refusals.get(str(status), 0) + count
            sending += count if state == "sending" else 0
            differs += count if has_differences and state != "released" else 0
        return refusals, differs, sending

    def position(self, connection: str, reading: str) -> dict[str, object]:
        """How far a CRM was read; empty: not at all."""
        found = self._tables.rows(
            "SELECT position FROM crm_positions WHERE connection = ? AND reading = ? ORDER BY"
            " fact_no DESC LIMIT 1",
            connection,
            reading,
        )
        return _object(found[0][0]) if found else {}

    def record_window(
        self,
        connection: str,
        records: Sequence[CrmRecord],
        positions: Mapping[str, Mapping[str, object]],
        now: datetime,
    ) -> None:
        """Note records as they were seen and how far was read, whole or not at all."""
        rows = [
            (
                r.reading,
                r.external_id,
                r.lead_id,
                r.state,
                r.of_record,
                r.digest,
                json.dumps(dict(r.detail), default=str),
                r.changed_at,
            )
            for r in records
        ]
        with self._tables.transaction():
            self._add("crm_records", connection, _RECORD, rows, now)
            places = [(n, json.dumps(dict(p), default=str)) for n, p in positions.items()]
            self._add("crm_positions", connection, "reading, position", places, now)

    def records(
        self, connection: str, reading: str, ids: Sequence[str] | None = None
    ) -> dict[str, CrmRecord]:
        """Records by their ids there: these, or all of them."""
        some, values = _some("external_id", ids)
        found = self._tables.rows(
            f"SELECT {_RECORD} FROM crm_records WHERE connection = ? AND reading = ?{some} ORDER"
            " BY fact_no",
            connection,
            reading,
            *values,
        )
        return {str(row[1]): _record(row) for row in found}

    def records_in(self, connection: str, reading: str, state: RecordState) -> list[CrmRecord]:
        """The records that stand in a state."""
        found = self._tables.rows(
            f"SELECT {_RECORD} FROM ({_NEWEST}) AS n WHERE back = 1 AND state = ?",
            connection,
            reading,
            state,
        )
        return [_record(row) for row in found]

    def people_of(self, connection: str, companies: Sequence[str]) -> list[CrmRecord]:
        """The living people of companies."""
        if not companies:
            return []
        found = self._tables.rows(
            f"SELECT {_RECORD} FROM ({_NEWEST}) AS n WHERE back = 1 AND state = 'live' AND"
            " of_record = ANY(?)",
            connection,
            PEOPLE,
            list(companies),
        )
        return [_record(row) for row in found]

    def bound_leads(self, connection: str, leads: Sequence[str]) -> frozenset[str]:
        """Those of these leads that are a record of the connection already."""
        if not leads:
            return frozenset()
        found = self._tables.rows(
            "SELECT DISTINCT lead_id FROM crm_records WHERE connection = ? AND lead_id = ANY(?)",
            connection,
            list(leads),
        )
        return frozenset(str(lead) for (lead,) in found)

    def pushes(self, connection: str, ids: Sequence[str] | None = None) -> dict[str, PushFact]:
        """What became of our properties, by record: of these, or of all."""
        some, values = _some("external_id", ids)
        found = self._tables.rows(
            f"SELECT {_PUSH} FROM push_facts WHERE connection = ?{some} ORDER BY fact_no",
            connection,
            *values,
        )
        return {str(row[1]): _push(row) for row in found}

    def first_values(self, connection: str) -> dict[str, Mapping[str, str]]:
        """What stood in each of our properties before we first wrote to it, by record. What was on
        its way may have arrived.
        """
        found = self._tables.rows(
            "SELECT external_id, before FROM push_facts WHERE connection = ? AND state IN"
            " ('sending', 'written', 'differs') AND before <> '{}' ORDER BY fact_no DESC",
            connection,
        )
        first: dict[str, Mapping[str, str]] = {}
        for external_id, before in found:
            first[str(external_id)] = {**first.get(str(external_id), {}), **_texts(before)}
        return first

    def record_pushes(self, connection: str, facts: Sequence[PushFact], now: datetime) -> None:
        """Add what became of our properties, whole or not at all."""
        rows = [
            (
                f.push_no,
                f.external_id,
                f.lead_id,
                f.state,
                *(json.dumps(dict(v)) for v in (f.given, f.sending, f.before, f.differs)),
                f.status,
            )
            for f in facts
        ]
        with self._tables.transaction():
            self._add("push_facts", connection, _PUSH, rows, now)

    def standing_labels(self, connection: str) -> dict[str, StandingLabels]:
        """What runs say of the leads of a connection, by lead."""
        names = columns_of(self._tables, "run_changes")
        wide = [n for n in names if n.startswith(("label_", "score_"))]
        listed = "".join(f", c.{quoted(n)}" for n in wide)
        mine = (
            "SELECT DISTINCT lead_id FROM crm_records WHERE connection = ? AND lead_id IS NOT NULL"
        )
        groups = (
            f"SELECT lead_id FROM ({mine}) AS m UNION SELECT g.group_id FROM member_facts g WHERE"
            f" g.kind = 'person' AND g.lead_id IN ({mine})"
        )
        found = self._tables.rows(
            f"SELECT c.lead_id, r.as_of, c.gone, c.reasons, c.next_step{listed} FROM (SELECT *,"
            " row_number() OVER (PARTITION BY lead_id ORDER BY run_no DESC) AS back FROM"
            f" run_changes WHERE lead_id IN ({groups})) AS c JOIN runs AS r ON r.run_no = c.run_no"
            " WHERE c.back = 1",
            connection,
            connection,
        )
        return {str(row[0]): _labels(wide, row) for row in found}

    def newest_statement(self, lead: str, attribute: str) -> Statement | None:
        """What states an attribute of a lead last; None: nothing does."""
        if attribute not in columns_of(self._tables, "attribute_facts"):
            return None
        found = self._tables.rows(
            "SELECT i.import_id, i.file, i.recorded_at FROM attribute_facts f JOIN imports i ON"
            f" i.import_no = f._import WHERE f.lead_id = ? AND f.{quoted(attribute)} IS NOT NULL"
            f" AND f.{_COUNTS} ORDER BY f._occurred_at DESC, f._recorded_at DESC, f._import DESC,"
            " f._row DESC LIMIT 1",
            lead,
        )
        return Statement(*found[0]) if found else None  # type: ignore[arg-type]

    def leads_elsewhere(self, connection: str) -> int:
        """How many leads are no record of a connection."""
        return number(
            self._tables,
            "SELECT count(DISTINCT lead_id) FROM attribute_facts f WHERE"
            f" {_COUNTS} AND NOT EXISTS (SELECT 1 FROM crm_records r WHERE r.connection = ? AND"
            " r.lead_id = f.lead_id)",
            connection,
        )

    def objectors(self, leads: Sequence[str] | None = None) -> frozenset[str]:
        """The leads of which it was last stated that they object to profiling."""
        if "profiling_objected" not in columns_of(self._tables, "attribute_facts"):
            return frozenset()
        some, values = _some("lead_id", leads)
        found = self._tables.rows(
            "SELECT lead_id FROM (SELECT lead_id, profiling_objected, row_number() OVER (PARTITION"
            " BY lead_id ORDER BY _import DESC, _row DESC) AS back FROM attribute_facts WHERE"
            f" profiling_objected IS NOT NULL AND {_COUNTS}{some}) AS s WHERE back = 1 AND"
            " CAST(profiling_objected AS BOOLEAN)",
            *values,
        )
        return frozenset(str(lead) for (lead,) in found)

    def _add(
        self,
        table: str,
        connection: str,
        names: str,
        rows: Sequence[tuple[object, ...]],
        now: datetime,
    ) -> None:
        """Add rows under numbers that go on, within the transaction that is open."""
        no = number(self._tables, f"SELECT max(fact_no) FROM {table}") if rows else 0
        columns = names.split(", ")
        arrays = ", ".join(f"unnest(CAST(? AS {_type(n)}[])) AS {n}" for n in columns)
        for part, start in _parts(rows):
            self._tables.run(
                f"INSERT INTO {table} (fact_no, connection, {names}, recorded_at) SELECT n, ?,"
                f" {names}, CAST(? AS TIMESTAMP) FROM (SELECT unnest(CAST(? AS BIGINT[])) AS n,"
                f" {arrays}) AS rows_of",
                connection,
                now,
                list(range(no + start + 1, no + start + len(part) + 1)),
                *(list(values) for values in zip(*part, strict=True)),
            )


def _type(column: str) -> str:
    return {"changed_at": "TIMESTAMP", "push_no": "INTEGER"}.get(column, "VARCHAR")


def _parts(
    rows: Sequence[tuple[object, ...]],
) -> Iterator[tuple[Sequence[tuple[object, ...]], int]]:
    for start in range(0, len(rows), _ROWS):
        yield rows[start : start + _ROWS], start


def _some(column: str, ids: Sequence[str] | None) -> tuple[str, list[object]]:
    return ("", []) if ids is None else (f" AND {column} = ANY(?)", [list(ids)])


def _connection(row: Sequence[object]) -> Connection:
    cells = [*row]
    cells[4] = _texts(row[4])
    return Connection(*cells)  # type: ignore[arg-type]


def _record(row: Sequence[object]) -> CrmRecord:
    record = CrmRecord(*row)  # type: ignore[arg-type]
    return replace(record, detail=_object(record.detail))


def _push(row: Sequence[object]) -> PushFact:
    given, sending, before, differs = (_texts(v) for v in row[4:8])
    no, external_id, lead_id, state = row[:4]
    return PushFact(
        int(str(no)),
        str(external_id),
        str(lead_id),
        str(state),  # type: ignore[arg-type]
        given,
        sending,
        before,
        differs,
        str(row[8]),
    )


def _labels(wide: Sequence[str], row: Sequence[object]) -> StandingLabels:
    values = {n: v for n, v in zip(wide, row[5:], strict=True) if v is not None}
    as_of = row[1]
    assert isinstance(as_of, datetime)
    return StandingLabels(
        str(row[0]),
        as_of,
        bool(row[2]),
        {n[6:]: float(str(v)) for n, v in values.items() if n.startswith("score_")},
        {n[6:]: str(v) for n, v in values.items() if n.startswith("label_")},
        tuple(part for part in str(row[3] or "").split("; ") if part),
        None if row[4] is None else str(row[4]),
    )


def _object(text: object) -> dict[str, object]:
    found = json.loads(str(text))
    assert isinstance(found, dict)
    return found


def _texts(text: object) -> dict[str, str]:
    return {n: str(v) for n, v in _object(text).items()}
