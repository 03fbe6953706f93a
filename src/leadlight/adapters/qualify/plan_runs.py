"""Running a plan on DuckDB: the whole base once, and one lead many times over for what could be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from leadlight.adapters.base.base import Base
from leadlight.adapters.base.ledger_view import alone, sources_for
from leadlight.adapters.base.partitions import part, passes
from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import quoted, text_literal
from leadlight.adapters.destinations.atomic_file import lies, replacing
from leadlight.adapters.destinations.table import PLAYBOOK
from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Everyone, Moments, Some
from leadlight.facts.relation import TableName
from leadlight.plan.compile import statement
from leadlight.plan.sources import Sources
from leadlight.plan.steps.atoms import Atoms
from leadlight.plan.steps.trace import trace
from leadlight.playbook.shadows import apart
from leadlight.playbook.spec import Playbook
from leadlight.results.what_if import Wish

RESULT = "qualifications"
DATED = "dated_qualifications"  # the same, with when each can change by the clock alone


def qualify_base(
    base: Base,
    book: Playbook,
    cohort: Everyone,
    parquet: Path | None = None,
    *,
    reasons: bool = True,
    due: bool = False,
) -> int:
    """Make the relation `qualifications`: a table, or the Parquet file asked for, written as the
    plan runs.

    Answers in how many passes: in one, unless the memory allowed is small for the base.
    With `due` the table is `dated_qualifications`, which has the column `changes_in` too.
    """
    sources = sources_for(base, book)
    of = passes(base)
    if of > 1:
        _in_passes(base, book, sources, cohort, of, parquet, reasons, due)
        return of
    sql = statement(book, sources, cohort, reasons=reasons, due=due)
    if due:
        dated(base.con, sql)
    elif parquet is None:
        base.con.execute(f"CREATE OR REPLACE TEMP TABLE {RESULT} AS {sql}")
    else:
        with replacing(parquet, "qualified") as written:
            _copy(base.con, _naming(book, sql), written)
        _view(base.con, parquet)
    return of


def _in_passes(
    base: Base,
    book: Playbook,
    sources: Sources,
    cohort: Everyone,
    of: int,
    parquet: Path | None,
    reasons: bool,
    due: bool,
) -> None:
    """The same in several passes; a file is put together from one for each pass, so that it need
    not be held.
    """
    con, table = base.con, DATED if due else RESULT
    with TemporaryDirectory(
        prefix=".passes-", dir=parquet.resolve().parent if parquet else None
    ) as folder:
        for n in range(of):
            with part(base, sources, n, of) as mine:
                sql = statement(book, mine, cohort, reasons=reasons, due=due)
                if parquet:
                    _copy(con, sql, Path(folder) / f"{n}.parquet")
                elif n:
                    con.execute(f"INSERT INTO {table} {sql}")
                else:
                    con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {sql}")
        if parquet:
            with replacing(parquet, "qualified") as written:
                _copy(
                    con,
                    _naming(book, f"FROM read_parquet({text_literal(folder + '/*.parquet')})"),
                    written,
                )
            _view(con, parquet)
    if due:
        _as_people_know_it(con)


def _naming(book: Playbook, sql: str) -> str:
    """The rows of a file, each with the playbook that it goes by."""
    return f"SELECT *, {text_literal(book.fingerprint)} AS {PLAYBOOK} FROM ({sql})"


def _copy(con: duckdb.DuckDBPyConnection, sql: str, target: Path) -> None:
    con.execute(f"COPY ({sql}) TO {text_literal(str(target))} (FORMAT parquet, USE_TMP_FILE false)")


def _view(con: duckdb.DuckDBPyConnection, parquet: Path) -> None:
    file = text_literal(str(lies(parquet)))
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW {RESULT} AS SELECT * EXCLUDE ({PLAYBOOK}) FROM"
        f" read_parquet({file})"
    )


def dated(con: duckdb.DuckDBPyConnection, sql: str) -> None:
    """Make `dated_qualifications` of a statement with `changes_in`, and `qualifications` as people
    know it.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE {DATED} AS {sql}")
    _as_people_know_it(con)


def _as_people_know_it(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"CREATE OR REPLACE TEMP VIEW {RESULT} AS SELECT * EXCLUDE (changes_in) FROM {DATED}"
    )


def find_lead(base: Base, wanted: str) -> list[str]:
    """The ids of the leads a user may mean: by id, else by e-mail address. As texts, at most
    ten.
    """
    leads = base.sources.leads
    base.con.execute("CREATE OR REPLACE TEMP TABLE asked AS SELECT ? AS lead_id", [wanted])
    by_id = base.con.execute(
        f"SELECT lead_id::VARCHAR FROM {alone(base, 'asked').leads} LIMIT 10"
    ).fetchall()
    if not by_id and base.people:
        # Who is one person always was: but the person may not have been there yet.
        whose = (
            f"SELECT m.group_id FROM {base.people.members} m WHERE m.lead_id = ? "
            f"AND m.group_id IN (SELECT l.lead_id::VARCHAR FROM {leads} l)"
        )
        by_id = base.con.execute(whose, [wanted]).fetchall()
    if by_id or "email" not in base.sources.catalog.present:
        return [str(r[0]) for r in by_id]
    found = base.con.execute(
        f"SELECT lead_id::VARCHAR FROM {leads} WHERE lower(email) = lower(?) ORDER BY 1 LIMIT 10",
        [wanted],
    )
    by_address = [str(r[0]) for r in found.fetchall()]
    if by_address or not base.people or not base.people.addresses:
        return by_address
    other = (
        f"SELECT DISTINCT group_id FROM {base.people.addresses} WHERE lower(email) = lower(?)"
        " LIMIT 10"
    )
    return [str(r[0]) for r in base.con.execute(other, [wanted]).fetchall()]


def twins_of(base: Base, lead_id: str) -> tuple[list[str], dict[str, str]]:
    """The ids of the leads that are one person, and which of them said each attribute; both empty
    for a single lead.
    """
    if base.people is None:
        return [], {}
    mine = f"SELECT lead_id FROM {base.people.members} WHERE group_id = ? ORDER BY lead_id"
    twins = [str(r[0]) for r in base.con.execute(mine, [lead_id]).fetchall()]
    if not twins:
        return [], {}
    base.con.execute("CREATE OR REPLACE TEMP TABLE one_person AS SELECT ? AS lead_id", [lead_id])
    said = _rows(base.con, f"SELECT * FROM {base.people.said_by}")
    return twins, (
        {n: str(v) for n, v in said[0].items() if v is not None and n != "lead_id"} if said else {}
    )


def nearby_leads(base: Base, wanted: str) -> list[str]:
    """Ids that look like the one asked for, for a hint."""
    leads = base.sources.leads
    found = base.con.execute(
        f"SELECT lead_id::VARCHAR AS id FROM {leads} ORDER BY levenshtein(left(lead_id::VARCHAR,"
        " 60), left(?, 60)), id LIMIT 3",
        [wanted],
    )
    return [str(r[0]) for r in found.fetchall()]


def one_lead(base: Base, lead_id: str) -> Base:
    """The facts of one lead, put aside in two small tables, so that every question about it is
    quick.
    """
    con = base.con
    con.execute("CREATE OR REPLACE TEMP TABLE asked AS SELECT ? AS lead_id", [lead_id])
    own = alone(base, "asked")
    for name, source in (("one_lead", own.leads), ("one_log", own.activities)):
        if source is not None:
            con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {source}")
    log = TableName("one_log") if base.sources.activities is not None else None
    sources = replace(base.sources, leads=TableName("one_lead"), activities=log)
    return replace(base, sources=sources)


def qualified_row(base: Base, book: Playbook, as_of: datetime) -> dict[str, Any]:
    """The only lead's qualification with every signal, every rule's points and the attributes that
    were looked at.
    """
    sql = statement(book, base.sources, Everyone(as_of), signals=True, ledger=True)
    return _rows(base.con, sql)[0]


def traced(
    base: Base, book: Playbook, as_of: datetime, atoms: Atoms
) -> tuple[list[dict[str, Any]], int]:
    """The only lead's activities that a rule counted, with their atoms and factors, and how many
    slots there are.
    """
    if base.sources.activities is None or not atoms.all:
        return [], 0
    sql, slots = trace(book, base.sources, Some(as_of, "one_lead"), atoms)
    return _rows(base.con, sql), slots


def labels_at(base: Base, book: Playbook, moments: Sequence[datetime]) -> list[dict[str, Any]]:
    """The only lead's labels at each of many moments, with the facts as they stand now, in one
    plan.
    """
    con = base.con
    con.execute(
        "CREATE OR REPLACE TEMP TABLE one_cohort AS SELECT lead_id, unnest(?::TIMESTAMP[]) AS as_of"
        " FROM one_lead",
        [list(moments)],
    )
    sql = statement(book, base.sources, Moments(TableName("one_cohort")), reasons=False)
    return sorted(_rows(con, sql), key=lambda r: r["as_of"])


def labels_if(
    base: Base, book: Playbook, as_of: datetime, wishes: Sequence[Wish]
) -> dict[int, dict[str, Any]]:
    """The lead's qualification under each wish: as many hypothetical twins as wishes, qualified in
    one plan.
    """
    if not wishes:
        return {}
    con, catalog = base.con, base.sources.catalog
    wishes = [_in_columns(wish, apart(book, catalog)) for wish in wishes]
    con.execute(
        "CREATE OR REPLACE TEMP TABLE wish_numbers AS SELECT unnest(range(?))::BIGINT AS n",
        [len(wishes)],
    )
    _twins(con, wishes)
    logged: list[str] = []
    if base.sources.activities is not None:
        _twin_logs(con, wishes, as_of, base.sources)
        logged = ["wish_log"]
    else:
        logged = _new_log(con, wishes, as_of)
    present = catalog.present | {n for w in wishes for n in w.attributes or {}}
    acted = frozenset(column_names(con, "wish_log")) if logged else frozenset()
    twin = Sources(
        replace(catalog, present=present, activity_present=acted),
        TableName("wish_leads"),
        TableName(logged[0]) if logged else None,
        base.sources.spelled,
    )
    return {
        int(r["lead_id"]): r
        for r in _rows(con, statement(book, twin, Everyone(as_of), reasons=False))
    }


def _in_columns(wish: Wish, catalog: Catalog) -> Wish:
    """The wish with each attribute called as the facts call it."""
    if not wish.attributes:
        return wish
    columns = {n: a.column or n for n, a in catalog.lead.items()}
    return replace(wish, attributes={columns.get(n, n): v for n, v in wish.attributes.items()})


def _twins(con: duckdb.DuckDBPyConnection, wishes: Sequence[Wish]) -> None:
    has = column_names(con, "one_lead")
    names = dict.fromkeys(
        [*(c for c in has if c != "lead_id"), *(n for w in wishes for n in w.attributes or {})]
    )
    parts = []
    for name in names:
        changed = [
            (n, w.attributes[name])
            for n, w in enumerate(wishes)
            if w.attributes and name in w.attributes
        ]
        base = quoted(name) if name in has else "NULL"
        arms = " ".join(f"WHEN {n} THEN {_value(v)}" for n, v in changed)
        parts.append(
            f"CASE n {arms} ELSE {base} END AS {quoted(name)}" if changed else quoted(name)
        )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE wish_leads AS SELECT n AS"
        f" lead_id{''.join(', ' + p for p in parts)} FROM one_lead, wish_numbers"
    )


def _twin_logs(
    con: duckdb.DuckDBPyConnection, wishes: Sequence[Wish], as_of: datetime, sources: Sources
) -> None:
    con.execute(
        "CREATE OR REPLACE TEMP TABLE wish_log AS SELECT * REPLACE (n AS lead_id) FROM one_log,"
        " wish_numbers"
    )
    con.execute("ALTER TABLE wish_log DROP n")
    con.execute("ALTER TABLE wish_log ALTER lead_id TYPE BIGINT")
    has = column_names(con, "wish_log")
    for n, wish in enumerate(wishes):
        columns = {c: v for c, v in (wish.columns or {}).items() if c in has}
        if wish.kind is not None:
            kind = sources.kinds((wish.kind,))[0]
            _insert(con, n, {"kind": kind, "occurred_at": as_of, **columns}, wish.times)


def _new_log(con: duckdb.DuckDBPyConnection, wishes: Sequence[Wish], as_of: datetime) -> list[str]:
    columns = dict.fromkeys(c for w in wishes for c in w.columns or {})
    extra = "".join(f", {quoted(c)} {'DOUBLE' if c == 'value' else 'VARCHAR'}" for c in columns)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE wish_log (lead_id BIGINT, occurred_at TIMESTAMP, kind"
        f" VARCHAR{extra})"
    )
    for n, wish in enumerate(wishes):
        if wish.kind is not None:
            _insert(
                con,
                n,
                {"kind": wish.kind, "occurred_at": as_of, **(wish.columns or {})},
                wish.times,
            )
    return ["wish_log"]


def _insert(con: duckdb.DuckDBPyConnection, n: int, row: Mapping[str, Any], times: int) -> None:
    row = {"lead_id": n, **row}
    names, marks = ", ".join(quoted(c) for c in row), ", ".join("?" for _ in row)
    con.execute(
        f"INSERT INTO wish_log ({names}) SELECT {marks} FROM range({int(times)})",
        list(row.values()),
    )


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).upper()
    return str(value) if isinstance(value, int | float) else text_literal(str(value))


def _rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = con.sql(sql).to_arrow_table().to_pylist()
    return found
