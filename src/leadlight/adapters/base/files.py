"""A base from staged files: one of leads, any number of activity logs, of spend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import duckdb

from leadlight.adapters.base.duckdb_base import DuckDBBase
from leadlight.adapters.base.repeats import repeats_problem, without_repeats
from leadlight.adapters.db.columns import column_names, column_types
from leadlight.adapters.db.duckdb import count, quoted, rows
from leadlight.adapters.sources.future import future_dates
from leadlight.adapters.sources.staged_file import StagedFile
from leadlight.facts.catalog import FIRST_TOUCH, Attribute, Catalog, standard_kind
from leadlight.facts.relation import TableName
from leadlight.plan.sources import ACTIVITIES, LEADS, Sources
from leadlight.problems import CannotDo, Problem
from leadlight.results.summary import InputCount

SPEND = TableName("spend")


def base_of_files(
    con: duckdb.DuckDBPyConnection, staged: Sequence[StagedFile], as_of: datetime
) -> DuckDBBase:
    """A base from staged files: one of leads, any number of activity logs, of spend."""
    leads = _one_lead_file(staged)
    logs = [s for s in staged if s.what == "activities"]
    columns = column_names(con, leads.relation)
    query, later = _leads_query(con, leads, columns, as_of)
    log, repeats = without_repeats(con, _logs(con, logs, query)) if logs else (None, 0)
    _views(con, {"leads": query, **({"activities": log} if log else {})})
    kinds, newest = _kinds(con) if logs else ({}, None)
    catalog = replace(
        _own_catalog(leads, logs),
        present=frozenset(columns) - {"row_no"},
        activity_present=frozenset(column_names(con, ACTIVITIES) if log else ()),
        kinds=frozenset(kinds),
    )
    spelled = {kind: words for kind, words in kinds.items() if words != (kind,)}
    return DuckDBBase(
        con,
        Sources(catalog, LEADS, ACTIVITIES if logs else None, spelled),
        _spend(con, staged),
        leads.original,
        leads.relation,
        tuple(map(_read, staged)),
        (
            *_problems(staged, logs, repeats),
            *(p for s in staged for p in future_dates(con, s, as_of)),
        ),
        newest,
        later,
    )


#: What says of a lead that it was known at a moment.
_DATES = ("created_at", "changed_at", "last_activity_at")


def newest_date(
    con: duckdb.DuckDBPyConnection, staged: Sequence[StagedFile], now: datetime
) -> datetime | None:
    """The newest moment that the files name, of those that lie before now."""
    dates = []
    for file in staged:
        types = column_types(con, file.relation)
        names = _DATES if file.what == "leads" else ("occurred_at",)
        dates += [
            f"SELECT max({quoted(n)})::TIMESTAMP AS newest FROM {file.relation} WHERE"
            f" {quoted(n)} <= TIMESTAMP '{now.isoformat(sep=' ')}'"
            for n in names
            if types.get(n, "").startswith(("TIMESTAMP", "DATE")) and file.what != "spend"
        ]
    if not dates:
        return None
    found = rows(con, f"SELECT max(newest) FROM ({' UNION ALL '.join(dates)})")[0][0]
    return found if isinstance(found, datetime) else None


def _own_catalog(leads: StagedFile, logs: Sequence[StagedFile]) -> Catalog:
    """The standard names and the company's own."""
    own_of_logs: dict[str, Attribute] = {a.name: a for s in logs for a in s.own}
    return Catalog().with_own(leads.own, own_of_logs.values())


def _read(staged: StagedFile) -> InputCount:
    return InputCount(staged.what, staged.read, staged.usable, staged.rejected, staged.duplicates)


def _problems(
    staged: Sequence[StagedFile], logs: Sequence[StagedFile], repeats: int
) -> tuple[Problem, ...]:
    found = [p for s in staged for p in s.problems]
    if repeats:
        files = dict.fromkeys(f for s in logs for f in s.files)
        found.append(repeats_problem(repeats, ", ".join(files)))
    return tuple(found)


def _spend(con: duckdb.DuckDBPyConnection, staged: Sequence[StagedFile]) -> TableName | None:
    """All files of spend as one relation."""
    rows = [f"SELECT * FROM {s.relation}" for s in staged if s.what == "spend"]
    if not rows:
        return None
    con.execute(f"CREATE OR REPLACE TEMP VIEW {SPEND} AS {' UNION ALL BY NAME '.join(rows)}")
    return SPEND


def _one_lead_file(staged: Sequence[StagedFile]) -> StagedFile:
    leads = [s for s in staged if s.what == "leads"]
    if len(leads) != 1:
        given = ", ".join(f"{', '.join(s.files)} ({s.what})" for s in staged)
        way = (
            "Import several into a workspace (leadlight init, leadlight import)."
            if leads
            else "Name the file of the leads first and the log beside it as activities, or import"
            " the log into a workspace that has the leads (leadlight import)."
        )
        raise CannotDo(f"One file of leads is needed, and there are {len(leads)}: {given}. {way}")
    if not leads[0].usable:
        raise CannotDo(f"{', '.join(leads[0].files)} holds no lead.", leads[0].problems)
    return leads[0]


def _leads_query(
    con: duckdb.DuckDBPyConnection, leads: StagedFile, columns: Sequence[str], as_of: datetime
) -> tuple[str, int]:
    """The leads' query: one that stands twice keeps its last known values, one created after the
    moment is no lead yet.
    """
    source = leads.relation
    if leads.duplicates:
        kept = [c for c in columns if c not in ("lead_id", "row_no")]
        last = "".join(f", {_counts(c, columns, as_of)}" for c in kept)
        con.execute(
            "CREATE OR REPLACE TEMP TABLE one_row_a_lead AS SELECT lead_id, max(row_no) AS"
            f" row_no{last} FROM {source} GROUP BY lead_id"
        )
        source = TableName("one_row_a_lead")
    known = _until(source, columns, as_of)
    if "created_at" not in columns:
        return f"SELECT * FROM {known}", 0
    moment = f"TIMESTAMP '{as_of.isoformat(sep=' ')}'"
    # A Parquet file's own statistics tell the newest, so that nothing is read in the usual case.
    none_later = leads.newest is not None and leads.newest <= as_of
    later = (
        0
        if none_later
        else count(con, f"SELECT count(*) FROM {source} WHERE created_at > {moment}")
    )
    return (
        f"SELECT * FROM {known}"
        + (f" WHERE created_at IS NULL OR created_at <= {moment}" if later else ""),
        later,
    )


def _until(source: TableName, columns: Sequence[str], as_of: datetime) -> str:
    """The leads without dates of what they did last that are still to come: nobody was active in
    the future.
    """
    held = [c for c in ("last_activity_at", "changed_at") if c in columns]
    if not held:
        return str(source)
    moment = f"TIMESTAMP '{as_of.isoformat(sep=' ')}'"
    past = ", ".join(f"CASE WHEN {c} <= {moment} THEN {c} END AS {c}" for c in held)
    return f"(SELECT * REPLACE ({past}) FROM {source})"


def _counts(name: str, columns: Sequence[str], as_of: datetime) -> str:
    """The value that counts of a lead with several rows: the last by when they were true, as an
    import takes it, and then by their place in the file; of what it came by the earliest.
    """
    c, since = quoted(name), "0"
    if "changed_at" in columns:
        moment = f"TIMESTAMP '{as_of.isoformat(sep=' ')}'"
        since = f"least(coalesce(changed_at, {moment}), {moment})"
    picked = (
        f"arg_min({c}, ({since}, -row_no))"
        if name in FIRST_TOUCH
        else f"arg_max({c}, ({since}, row_no))"
    )
    return f"{picked} FILTER ({c} IS NOT NULL) AS {c}"


def _logs(con: duckdb.DuckDBPyConnection, logs: Sequence[StagedFile], leads: str) -> list[str]:
    """The activities' query of each log; one that knows only addresses finds its leads by them."""
    selects = []
    addressed = "email" in column_names(con, f"({leads})")
    for log in logs:
        columns = column_names(con, log.relation)
        ids = log.mapping.column("lead_id") is not None
        # A row without an id of its own is called by its address, which may be that of a lead with
        # an id.
        strays = "email" in columns and (
            not ids
            or count(
                con,
                f"SELECT count(*) FROM {log.relation} WHERE lead_id IS NULL OR lead_id::VARCHAR ="
                " email",
            )
            > 0
        )
        if not ids and not strays:
            raise CannotDo(
                f"{', '.join(log.files)} names its leads neither by an id nor by an e-mail address."
                ' Say which column does: --map "Their column=lead_id".'
            )
        if not (strays and addressed):
            selects.append(f"SELECT * FROM {log.relation}")
            continue
        rest = "".join(f", a.{quoted(c)}" for c in columns if c != "lead_id")
        selects.append(
            f"SELECT coalesce(l.lead_id, a.lead_id::VARCHAR) AS lead_id{rest} FROM {log.relation} a"
            " LEFT JOIN (SELECT lower(email) AS email, min(lead_id)::VARCHAR AS lead_id FROM"
            f" ({leads}) WHERE email IS NOT NULL GROUP BY 1) l ON lower(a.email) = l.email AND"
            " (a.lead_id IS NULL OR a.lead_id::VARCHAR = a.email)"
        )
    return selects


def _views(con: duckdb.DuckDBPyConnection, queries: Mapping[str, str]) -> None:
    """The views a plan reads. Ids of two types are compared as texts: 17 in one file is '17' in the
    other.
    """
    types = {name: column_types(con, f"({query})")["lead_id"] for name, query in queries.items()}
    for name, query in queries.items():
        if len(set(types.values())) > 1:
            query = f"SELECT * REPLACE (CAST(lead_id AS VARCHAR) AS lead_id) FROM ({query})"
        con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {query}")


def _kinds(
    con: duckdb.DuckDBPyConnection,
) -> tuple[dict[str, tuple[str, ...]], datetime | None]:
    """The kinds that occur, each with the words by which the logs write it; and the moment of the
    newest activity.
    """
    kinds: dict[str, tuple[str, ...]] = {}
    for (word,) in rows(con, f"SELECT DISTINCT kind FROM {ACTIVITIES} ORDER BY kind"):
        if word is not None:
            kind = standard_kind(str(word))
            kinds[kind] = (*kinds.get(kind, ()), str(word))
    newest = rows(con, f"SELECT max(occurred_at)::TIMESTAMP FROM {ACTIVITIES}")[0][0]
    return dict(sorted(kinds.items())), newest if isinstance(newest, datetime) else None
