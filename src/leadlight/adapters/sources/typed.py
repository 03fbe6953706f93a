"""From text cells to a typed relation: decides the mapping on a sample, converts everything in one statement, counts."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf

import duckdb

from leadlight.adapters.engines.duckdb import count, quoted, rows, text_literal
from leadlight.adapters.sources.cleaning import same_phone
from leadlight.adapters.sources.columns import Expressions, expressions
from leadlight.adapters.sources.raw import TEXT_SHOWN, Names, Raw, cell, make_original, make_rejects
from leadlight.adapters.sources.staged import Staged
from leadlight.facts.catalog import Type
from leadlight.facts.content import Column
from leadlight.facts.mapping import Mapping, map_columns
from leadlight.facts.what import CATALOGS
from leadlight.problems import CannotDo, Place, Problem

SAMPLE = 4000
_WORSE = {Type.YES_NO: Type.WHOLE, Type.WHOLE: Type.NUMBER, Type.NUMBER: Type.TEXT, Type.MOMENT: Type.TEXT}
_TYPE_NAMES = {Type.MOMENT: "a date", Type.YES_NO: "yes or no", Type.WHOLE: "a whole number", Type.NUMBER: "a number"}


def typed(
    con: duckdb.DuckDBPyConnection,
    raw: Raw,
    names: Names,
    *,
    what: str | None,
    maps: MappingOf[str, str],
    place: str,
) -> Staged:
    """The staged relation of a file whose cells stand as text in a raw table."""
    cells = _sample(con, raw)
    mapping = map_columns([Column(h, tuple(cells[i])) for i, h in enumerate(raw.headers)], what, maps)
    demand(mapping, place)
    tried: set[str] = set()
    while True:
        made = expressions(
            con, raw.table, mapping, cells, place=place, delimiter=raw.delimiter, all_shapes=frozenset(tried)
        )
        _build(con, raw, names, mapping, made)
        failed = _failures(con, raw, names, mapping, made)
        worse, again = _retype(mapping, failed, tried)
        if not worse and not again:
            break
        tried |= again
        mapping = mapping.with_types(worse)
    make_original(con, names.original, raw)
    make_rejects(con, names.rejects, raw.rejects)
    rejected = _reject_unusable(con, raw, names, mapping, made)
    duplicates = _duplicates(con, names.relation) if mapping.what == "leads" else 0
    problems = [*raw.problems, *mapping.problems, *made.problems, *_unreadable(con, raw, mapping, made, failed, place)]
    if duplicates:
        problems.append(repeated(duplicates, place))
    if len(raw.rejects) + rejected:
        problems.append(refused(con, names.rejects, len(raw.rejects) + rejected, raw.read, place))
    return Staged(
        what=mapping.what, relation=names.relation, original=names.original, mapping=mapping, read=raw.read,
        rejected=len(raw.rejects) + rejected, rejects=names.rejects, own=mapping.own, duplicates=duplicates,
        problems=tuple(problems), files=(place,),
    )  # fmt: skip


def _sample(con: duckdb.DuckDBPyConnection, raw: Raw) -> dict[int, list[str]]:
    """Some cells of each column, from all over the file."""
    width = len(raw.headers)
    step = max(1, raw.count // SAMPLE)
    chosen = ", ".join(cell(i) for i in range(width))
    limit = max(200, min(SAMPLE, 400_000 // max(1, width)))
    found = con.sql(
        f"SELECT {chosen} FROM {raw.table} WHERE rowid % {step} = 0 LIMIT {max(limit, 1)}"
    ).to_arrow_table()
    return {i: [v for v in found.column(i).to_pylist() if v] for i in range(width)}


def demand(mapping: Mapping, place: str) -> None:
    """A log needs to say who did what and when."""
    if mapping.what != "activities":
        return
    wanted = {"occurred_at": "when it happened", "kind": "what was done"}
    lacking = [f"{words} ({name})" for name, words in wanted.items() if mapping.column(name) is None]
    if mapping.column("lead_id") is None and mapping.column("email") is None:
        lacking.insert(0, "which lead did it (lead_id or email)")
    if lacking:
        headers = ", ".join(repr(c.header[:40]) for c in mapping.columns[:12])
        raise CannotDo(
            f"{place}: no column says {' and '.join(lacking)}. The file has {headers}. "
            "Say which column it is, as in: Their column=occurred_at."
        )


def _build(con: duckdb.DuckDBPyConnection, raw: Raw, names: Names, mapping: Mapping, made: Expressions) -> None:
    """One statement: trim and blank out, convert, join the looked-up values, leave out what says nothing."""
    texts, values, joins = [], [], []
    lookups = {name: (f"{names.lookup}_{i}", table) for i, (name, _, table) in enumerate(made.lookups)}
    for column in mapping.columns:
        if column.name is None:
            continue
        alias = f"t{column.position}"
        texts.append(f"{made.text[column.name]} AS {alias}")
        value = made.value[column.name]
        if column.name in lookups:
            lookup, table = lookups[column.name]
            lookup_table(con, quoted(lookup), table)
            joins.append(f"LEFT JOIN {quoted(lookup)} AS l{column.position} ON l{column.position}.said = {alias}")
            value = f"coalesce(l{column.position}.meant, {alias})"
        values.append(f"{value} AS {quoted(column.name)}")
    inner = f"SELECT {', '.join([f'{raw.line} AS row_no', *texts])} FROM {raw.table}"
    middle = f"SELECT {', '.join(['row_no', *values])} FROM ({inner}) {' '.join(joins)}"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {names.relation} AS SELECT {_called(mapping)} FROM ({middle}) WHERE {usable(mapping)}"
    ).fetchall()


def _called(mapping: Mapping) -> str:
    """The columns of the relation: the row's line, what the lead is called by, then the attributes."""
    known = mapping.names
    others = [quoted(n) for n in known if n != "lead_id"]
    return ", ".join(["row_no", *([f"{lead_ref(mapping)} AS lead_id"] if mapping.what != "spend" else []), *others])


def lead_ref(mapping: Mapping, fallback: str = "'row-' || row_no") -> str:
    """What a lead is called by: its own id, else its address, else its number, else its line."""
    known = set(mapping.names)
    ways = [n for n in ("lead_id", "email") if n in known]
    ways += [same_phone(n) for n in ("phone", "mobile") if n in known]
    if mapping.what == "leads":
        ways.append(fallback)
    return f"coalesce({', '.join(ways)})" if len(ways) > 1 else ways[0]


def usable(mapping: Mapping) -> str:
    """Whether a row of typed values can be used."""
    if mapping.what == "activities":
        return f"occurred_at IS NOT NULL AND kind IS NOT NULL AND {lead_ref(mapping)} IS NOT NULL"
    if mapping.what == "spend":
        return "occurred_at IS NOT NULL AND amount IS NOT NULL"
    filled = [f"{quoted(n)} IS NOT NULL" for n in mapping.names]
    return f"({' OR '.join(filled)})" if filled else "true"


def lookup_table(con: duckdb.DuckDBPyConnection, name: str, table: MappingOf[str, str]) -> None:
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} (said VARCHAR, meant VARCHAR)").fetchall()
    pairs = ", ".join(f"({text_literal(k)}, {text_literal(v)})" for k, v in table.items())
    con.execute(f"INSERT INTO {name} VALUES {pairs}").fetchall()


def _failures(
    con: duckdb.DuckDBPyConnection, raw: Raw, names: Names, mapping: Mapping, made: Expressions
) -> dict[str, int]:
    """How many cells of each typed column state something that did not become a value."""
    kept = [c for c in mapping.columns if c.name and c.type is not Type.TEXT]
    if not kept or not raw.count:
        return {}
    said = rows(con, f"SELECT {', '.join(f'count({made.text[str(c.name)]})' for c in kept)} FROM {raw.table}")[0]
    became = rows(con, f"SELECT {', '.join(f'count({quoted(str(c.name))})' for c in kept)} FROM {names.relation}")[0]
    return {str(c.name): int(str(s)) - int(str(b)) for c, s, b in zip(kept, said, became, strict=True)
            if int(str(s)) > int(str(b))}  # fmt: skip


def _retype(
    mapping: Mapping, failed: MappingOf[str, int], tried: set[str]
) -> tuple[dict[str, Type], set[str]]:
    """After a look at all rows: own columns that are not what the sample promised, standard ones to try harder on."""
    catalog = CATALOGS[mapping.what]
    worse: dict[str, Type] = {}
    again: set[str] = set()
    for column in mapping.columns:
        name = column.name
        if name is None or name not in failed:
            continue
        if name not in tried and (name in catalog or column.type in (Type.MOMENT, Type.NUMBER)):
            again.add(name)
        elif name not in catalog:
            worse[name] = _WORSE[column.type]
    return worse, again


def _reject_unusable(
    con: duckdb.DuckDBPyConnection, raw: Raw, names: Names, mapping: Mapping, made: Expressions
) -> int:
    """Adds the rows that are not in the relation to the rejects, each with its reason."""
    missing = raw.count - count(con, f"SELECT count(*) FROM {names.relation}")
    if not missing:
        return 0
    code, reason = _why(mapping, made)
    row_text = f"left(concat_ws({text_literal(raw.delimiter)}, {', '.join(f'coalesce({cell(i)}, {_EMPTY})' for i in range(len(raw.headers)))}), {TEXT_SHOWN})"
    texts = [f"{made.text[c.name]} AS t{c.position}" for c in mapping.columns if c.name]
    con.execute(
        f"INSERT INTO {names.rejects} SELECT line, {code}, {reason}, row_text FROM "
        f"(SELECT {', '.join([f'{raw.line} AS line', f'{row_text} AS row_text', *texts])} FROM {raw.table}) "
        f"WHERE line NOT IN (SELECT row_no FROM {names.relation}) ORDER BY line"
    ).fetchall()
    return missing


_EMPTY = "''"


def _why(mapping: Mapping, made: Expressions) -> tuple[str, str]:
    """Two expressions over the row's texts: the code and the sentence of a refusal."""
    if mapping.what == "leads":
        return "'empty_row'", "'nothing is stated in this row'"
    parts = []
    for name, code, words in (
        ("occurred_at", "no_moment", "a readable date"),
        ("kind", "no_kind", "what was done"),
        ("amount", "no_amount", "a readable amount"),
    ):
        column = mapping.column(name)
        if column is not None and (name != "kind" or mapping.what == "activities"):
            value = made.value[name] if name != "kind" else f"t{column.position}"
            parts.append((f"({value}) IS NULL", code, words))
    cases = " ".join(f"WHEN {test} THEN '{code}'" for test, code, _ in parts)
    sentences = " ".join(f"WHEN {test} THEN 'the row does not say {words}'" for test, _, words in parts)
    return (
        f"CASE {cases} ELSE 'no_lead' END",
        f"CASE {sentences.replace('does not say a readable', 'has no readable')} ELSE 'the row does not say which lead it is about' END",
    )


def _duplicates(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    return count(con, f"SELECT count(*) - count(DISTINCT lead_id) FROM {relation}")


def _unreadable(
    con: duckdb.DuckDBPyConnection, raw: Raw, mapping: Mapping, made: Expressions, failed: MappingOf[str, int], place: str
) -> list[Problem]:
    """One problem for each column with cells that could not be read; never the cells themselves."""
    problems = []
    for column in mapping.columns:
        name = column.name
        if name is None or name not in failed or (mapping.what != "leads" and name in ("occurred_at", "amount")):
            continue
        first = count(
            con,
            f"SELECT min(line) FROM (SELECT {raw.line} AS line, {made.text[name]} AS t{column.position} FROM {raw.table}) "
            f"WHERE t{column.position} IS NOT NULL AND ({made.value[name]}) IS NULL",
        )
        if not first:
            continue
        n = failed[name]
        problems.append(Problem(
            "unreadable_cells",
            f"{n:,} {'cell' if n == 1 else 'cells'} of column {column.header!r} ({name}) "
            f"{'is' if n == 1 else 'are'} not {_TYPE_NAMES[column.type]} and {'was' if n == 1 else 'were'} left unknown.",
            Place(place, first),
        ))  # fmt: skip
    return problems


def repeated(n: int, place: str) -> Problem:
    words = "1 row repeats" if n == 1 else f"{n:,} rows repeat"
    return Problem("repeated_leads", f"{words} the id of a lead in an earlier row.", Place(place),
                   "What the later row states counts.")  # fmt: skip


def refused(con: duckdb.DuckDBPyConnection, rejects: str, n: int, read: int, place: str) -> Problem:
    first = count(con, f"SELECT min(line) FROM {rejects}")
    reasons = rows(con, f"SELECT any_value(reason), count(*) AS n FROM {rejects} GROUP BY code ORDER BY n DESC, 1 LIMIT 3")
    said = "; ".join(f"{int(str(c)):,} × {reason}" for reason, c in reasons)
    verb = "row was" if n == 1 else "rows were"
    return Problem("rejected_rows", f"{n:,} of {read:,} {verb} refused: {said}.", Place(place, first))
