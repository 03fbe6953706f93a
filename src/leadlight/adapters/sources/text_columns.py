"""From text cells to a typed relation: the mapping from a sample, the types checked on every row,
the counts exact.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from collections.abc import Mapping as MappingOf

import duckdb

from leadlight.adapters.db.duckdb import WIDE, count, first_rowid, rows, text_literal
from leadlight.adapters.sources.cleaning import stated_value
from leadlight.adapters.sources.columns import Expressions, expressions, odd_columns
from leadlight.adapters.sources.lead_refs import key_ref, with_values
from leadlight.adapters.sources.nul import leave_out, nul_problem
from leadlight.adapters.sources.raw import (
    TEXT_SHOWN,
    Names,
    Raw,
    cell,
    cell_by_cell,
    make_original,
    make_rejects,
    of_any,
)
from leadlight.adapters.sources.relation import make_relation, texts, usable
from leadlight.adapters.sources.staged_file import StagedFile
from leadlight.adapters.sources.staging_problems import (
    doubts,
    refused_rows,
    repeated_leads,
    unreadable,
)
from leadlight.facts.catalog import Type, standard_kind
from leadlight.facts.content import ColumnSample
from leadlight.facts.file_kind import CATALOGS, whose_repeats
from leadlight.facts.file_options import FileOptions
from leadlight.facts.mapping import ColumnMap, Mapping, map_columns
from leadlight.facts.relation import TableName
from leadlight.problems import CannotDo, Problem

SAMPLE = 1000  # rows that decide what a column is; what they promise is then checked on every row
_WORSE = {
    Type.YES_NO: Type.WHOLE,
    Type.WHOLE: Type.NUMBER,
    Type.NUMBER: Type.TEXT,
    Type.MOMENT: Type.TEXT,
}
_PRIME = 7_919  # so that a sample's places in its stretches go through all of them


def stage_text(
    con: duckdb.DuckDBPyConnection,
    raw: Raw,
    names: Names,
    *,
    what: str | None,
    maps: MappingOf[str, str],
    place: str,
    types: MappingOf[str, Type] = {},
    reading: FileOptions = FileOptions(),
) -> StagedFile:
    """The staged relation of a file whose cells stand as text in a raw table.

    `types`: what a model takes the company's own columns for, whatever they look like; a cell that
    is none of it is unknown, and counted.
    """
    nul = leave_out(con, raw.table, [cell(i) for i in range(len(raw.headers))])
    cells = _sample(con, raw)
    times = repeats_of(con, raw.table, raw.headers, [cell(i) for i in cells])
    columns = [
        ColumnSample(h, tuple(cells[i]), repeats=times.get(i)) for i, h in enumerate(raw.headers)
    ]
    mapping = map_columns(columns, what, maps)
    asked = _asked_types(mapping, types)
    mapping = mapping.with_types(asked)
    demand(mapping, place, reading.kind)
    odd = odd_columns(con, raw.table, mapping, cells, raw.blanks)
    named = mapping.column("lead_id") is not None and _always(con, raw, odd, mapping)
    tried: frozenset[str] = frozenset()
    while True:
        made = expressions(
            con,
            raw.table,
            mapping,
            cells,
            place=place,
            odd=odd,
            delimiter=raw.delimiter,
            all_shapes=tried,
            zone=reading.zone,
        )
        if reading.kind and mapping.column("kind") is None:
            made.value["kind"] = text_literal(standard_kind(reading.kind))
        usable_rows, failed = _counts(con, raw, mapping, made, named)
        worse, again = _retype(mapping, failed, tried, asked)
        if not worse and not again:
            break
        tried |= again
        mapping = mapping.with_types(worse)
    unkeyed = make_relation(
        con, raw, names, mapping, made, all_usable=usable_rows == raw.count, all_named=named
    )
    make_original(con, names.original, raw)
    make_rejects(con, names.rejects, raw.rejects)
    if usable_rows < raw.count:
        _reject(con, raw, names, mapping, made)
    rejected = len(raw.rejects) + raw.count - usable_rows
    problems = [
        *raw.problems,
        *mapping.problems,
        *made.problems,
        *_unreadable(con, raw, mapping, made, failed, place),
    ]
    problems += [nul_problem(nul, place)] if nul else []
    duplicates = 0
    if mapping.what == "leads":
        duplicates = count(con, f"SELECT count(*) - count(DISTINCT lead_id) FROM {names.relation}")
        problems += unkeyed.problems(place)
        problems += [repeated_leads(n, place)] if (n := duplicates - unkeyed.alike) else []
    if rejected:
        problems.append(refused_rows(con, names.rejects, rejected, raw.read, place))
    return StagedFile(
        what=mapping.what,
        relation=TableName.unquote(names.relation),
        original=TableName.unquote(names.original),
        mapping=mapping,
        read=raw.read,
        rejected=rejected,
        rejects=TableName.unquote(names.rejects),
        own=mapping.own,
        duplicates=duplicates,
        problems=doubts(problems, place),
        files=(place,),
    )


def repeats_of(
    con: duckdb.DuckDBPyConnection, table: str, headers: Sequence[str], cells: Sequence[str]
) -> dict[int, float]:
    """In how many rows a value stands, of the columns of which that tells a log from a list."""
    asked = whose_repeats(headers)
    if not asked:
        return {}
    each = ", ".join(f"count({cells[i]}), approx_count_distinct({cells[i]})" for i in asked)
    found = [int(str(n)) for n in rows(con, f"SELECT {each} FROM {table}")[0]]
    pairs = zip(asked, found[::2], found[1::2], strict=True)
    return {i: n / distinct for i, n, distinct in pairs if distinct}


def _asked_types(mapping: Mapping, types: MappingOf[str, Type]) -> dict[str, Type]:
    """The own columns that are to be of another type; whole numbers are numbers already."""
    asked = {
        str(c.name): (c.type, types[str(c.name)])
        for c in mapping.columns
        if str(c.name) in types and c.name not in CATALOGS[mapping.what]
    }
    return {
        name: wanted
        for name, (found, wanted) in asked.items()
        if found is not wanted and not (found.is_number and wanted.is_number)
    }


def _sample(con: duckdb.DuckDBPyConnection, raw: Raw) -> dict[int, list[str]]:
    """Some cells of each column, from all over the file: one row of each stretch, at another place
    in each, for even steps meet nothing but blanks where every other row is blank.
    """
    width = len(raw.headers)
    limit = max(200, min(SAMPLE, 200_000 // max(1, width)))
    step = max(1, raw.count // limit)
    chosen = ", ".join(cell(i) for i in range(width))
    number = f"(rowid - {first_rowid(con, raw.table)})"
    place = f"({number} // {step} * {_PRIME}) % {step}"
    found = rows(
        con, f"SELECT {chosen} FROM {raw.table} WHERE {number} % {step} = {place} LIMIT {limit}"
    )
    return {i: [str(row[i]) for row in found if row[i] is not None] for i in range(width)}


def demand(mapping: Mapping, place: str, kind: str | None = None) -> None:
    """A log needs to say who did what and when, and spending what was spent when. `kind` is what
    all its rows did, where the user says it.
    """
    wanted = {
        "activities": {"occurred_at": "when it happened", "kind": "what was done"},
        "spend": {"occurred_at": "when it was spent", "amount": "how much"},
    }.get(mapping.what, {})
    lacking = [
        f"{words} ({name})"
        for name, words in wanted.items()
        if mapping.column(name) is None and not (name == "kind" and kind)
    ]
    if (
        mapping.what == "activities"
        and mapping.column("lead_id") is None
        and mapping.column("email") is None
    ):
        lacking.insert(0, "which lead did it (lead_id or email)")
    if not lacking:
        return
    headers = ", ".join(repr(c.header[:40]) for c in mapping.columns[:12])
    name = lacking[0].rpartition("(")[2].split(" ")[0].rstrip(")")
    likely = next((c.header for c in mapping.columns if c.instead == name), None)
    raise CannotDo(
        f"{place}{_reads_as(mapping)}: no column says {' and '.join(lacking)}. The file has"
        f" {headers}. Say which one it is, as in: {likely or 'Their column'}={name}.",
        mapping.problems,
        field="maps",
    )


def _reads_as(mapping: Mapping) -> str:
    """Why a file is taken for a log."""
    kind, moment = mapping.column("kind"), mapping.column("occurred_at")
    whose = next((c for c in mapping.columns if c.instead == "lead_id"), None)
    if mapping.what != "activities" or not (kind and moment and whose):
        return ""
    return (
        f" is a log of what leads did, not a list of leads ({whose.header!r} repeats beside"
        f" {kind.header!r} and {moment.header!r})"
    )


def _counts(
    con: duckdb.DuckDBPyConnection, raw: Raw, mapping: Mapping, made: Expressions, named: bool
) -> tuple[int, dict[str, int]]:
    """One pass over all rows (of a wide table one for each way of reading a column): how many are
    usable, and of each typed column how many cells did not become a value."""
    if not raw.count:
        return 0, {}
    kept = [c for c in mapping.columns if c.name and c.type is not Type.TEXT and c.how != "derived"]
    good = "count(*)"
    if mapping.what != "leads" or not named:
        good = f"count(*) FILTER (WHERE {usable(mapping, made.value)})"
    if len(mapping.columns) <= WIDE:
        failures = [f"count(t{c.position}) - count({_read(mapping, made, c)})" for c in kept]
        asked = ", ".join([good, *failures])
        found = [
            int(str(n)) for n in rows(con, f"SELECT {asked} FROM ({texts(raw, mapping, made)})")[0]
        ]
        return found[0], {str(c.name): n for c, n in zip(kept, found[1:], strict=True) if n}
    return count(con, f"SELECT {good} FROM ({texts(raw, mapping, made)})"), _failures(
        con, raw, kept, made, mapping
    )


def _read(mapping: Mapping, made: Expressions, column: ColumnMap) -> str:
    """What a cell of a column was read as, whichever of its meanings it has: `Bounced` under
    `Marketing status` is no consent, and not unreadable either.
    """
    same = [c for c in mapping.columns if c.position == column.position and c.name]
    values = [f"CAST({made.value[str(c.name)]} AS VARCHAR)" for c in same]
    return made.value[str(column.name)] if len(same) == 1 else f"coalesce({', '.join(values)})"


def _failures(
    con: duckdb.DuckDBPyConnection,
    raw: Raw,
    columns: Sequence[ColumnMap],
    made: Expressions,
    mapping: Mapping,
) -> dict[str, int]:
    """Of each column of a wide table how many cells did not become a value: one statement for all
    columns that are read alike."""
    alike: dict[tuple[str, str], list[ColumnMap]] = {}
    for c in columns:
        text = of_any(made.text[str(c.name)], cell(c.position), "x")
        value = of_any(_read(mapping, made, c), f"t{c.position}", "t")
        alike.setdefault((text, value), []).append(c)
    failed: dict[str, int] = {}
    for (text, value), some in alike.items():
        names = {c.position: str(c.name) for c in some}
        inner = f"SELECT i, {text} AS t FROM ({cell_by_cell(raw.table, list(names))})"
        found = rows(con, f"SELECT i, count(t) - count({value}) AS n FROM ({inner}) GROUP BY i")
        failed |= {names[int(str(i))]: int(str(n)) for i, n in found if n}
    return failed


def _always(
    con: duckdb.DuckDBPyConnection, raw: Raw, odd: frozenset[int], mapping: Mapping
) -> bool:
    """Whether every row states the lead's id, so that no row is empty and no other name for it is
    needed.
    """
    column = mapping.column("lead_id")
    if column is None or not raw.count:
        return False
    x = cell(column.position)
    text = stated_value(x, "lead_id") if column.position in odd else x
    return count(con, f"SELECT count({text}) FROM {raw.table}") == raw.count


def _retype(
    mapping: Mapping, failed: MappingOf[str, int], tried: frozenset[str], asked: Collection[str]
) -> tuple[dict[str, Type], frozenset[str]]:
    """After a look at all rows: own columns that are not what the sample promised, and columns to
    try harder on. Those that a model asks for stay what it asks for: one odd cell would cost the
    model all that the column says of the others.
    """
    catalog = CATALOGS[mapping.what]
    worse: dict[str, Type] = {}
    again: set[str] = set()
    for column in mapping.columns:
        name = column.name
        if name is None or name not in failed:
            continue
        if name not in tried and (name in catalog or column.type is not Type.YES_NO):
            again.add(name)
        elif name not in catalog and name not in asked:
            worse[name] = _WORSE[column.type]
    return worse, frozenset(again)


def _reject(
    con: duckdb.DuckDBPyConnection, raw: Raw, names: Names, mapping: Mapping, made: Expressions
) -> None:
    """Adds the rows that cannot be used to the rejects, each with its reason."""
    code, reason = _why(mapping, made)
    cells = ", ".join(f"coalesce({cell(i)}, '')" for i in range(len(raw.headers)))
    row_text = f"left(concat_ws({text_literal(raw.delimiter)}, {cells}), {TEXT_SHOWN}) AS row_text"
    inner = texts(raw, mapping, made).replace("SELECT ", f"SELECT {row_text}, ", 1)
    con.execute(
        f"INSERT INTO {names.rejects} SELECT line_no, {code}, {reason}, row_text FROM ({inner}) "
        f"WHERE NOT coalesce({usable(mapping, made.value)}, false) ORDER BY row_no"
    ).fetchall()


def _why(mapping: Mapping, made: Expressions) -> tuple[str, str]:
    """Two expressions: the code and the sentence of a refusal."""
    if mapping.what == "leads":
        return "'empty_row'", "'nothing is stated in this row'"
    reasons = {
        "occurred_at": ("no_moment", "the row has no readable date"),
        "kind": ("no_kind", "the row does not say what was done"),
        "amount": ("no_amount", "the row has no readable amount"),
    }
    tests = {n: f"({made.value[n]}) IS NULL" for n in reasons if n in made.value}
    if mapping.what == "activities":
        reasons["lead"] = ("no_lead", "the row does not say which lead it is about")
        tests = {"lead": f"{with_values(key_ref(mapping), made.value)} IS NULL", **tests}
    codes = [f"WHEN {t} THEN {text_literal(reasons[n][0])}" for n, t in tests.items()]
    sentences = [f"WHEN {t} THEN {text_literal(reasons[n][1])}" for n, t in tests.items()]
    return f"CASE {' '.join(codes)} END", f"CASE {' '.join(sentences)} END"


def _unreadable(
    con: duckdb.DuckDBPyConnection,
    raw: Raw,
    mapping: Mapping,
    made: Expressions,
    failed: MappingOf[str, int],
    place: str,
) -> list[Problem]:
    """One problem for each column with cells that could not be read; rows refused for it are
    counted there.
    """
    problems = []
    for column in mapping.columns:
        name = column.name
        if (
            name is None
            or name not in failed
            or (mapping.what != "leads" and name in ("occurred_at", "amount"))
        ):
            continue
        # The value is a column of its own first: in a condition each part of it would be
        # worked out again wherever it stands.
        text = f"t{column.position}"
        first = count(
            con,
            f"WITH cells AS MATERIALIZED (SELECT line_no, {text} AS said,"
            f" {_read(mapping, made, column)} AS meant FROM"
            f" ({texts(raw, mapping, made, {column.position})})) SELECT min(line_no) FROM cells"
            " WHERE said IS NOT NULL AND meant IS NULL",
        )
        problems.append(unreadable(column, failed[name], place, first or None))
    return problems
