"""The statement behind a staged relation: clean texts below, values above them, and what a lead is
called by.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping as MappingOf

import duckdb

from leadlight.adapters.db.duckdb import WIDE, quoted, text_literal, wide_plan
from leadlight.adapters.sources.columns import Expressions
from leadlight.adapters.sources.lead_refs import (
    UnkeyedLeads,
    content_of,
    find_unkeyed_leads,
    key_ref,
    lead_ref,
    with_values,
)
from leadlight.adapters.sources.raw import Names, Raw, cell
from leadlight.facts.mapping import Mapping

#: A table with no more cells is kept as values: then no statement over it has to plan and clean
#: every column again. Of more, a copy costs what it saves where a playbook reads few columns.
FEW_CELLS = 200_000
#: The same of a table with so many columns that planning them takes minutes.
FEW_WIDE_CELLS = 20_000_000


def make_relation(
    con: duckdb.DuckDBPyConnection,
    raw: Raw,
    names: Names,
    mapping: Mapping,
    made: Expressions,
    *,
    all_usable: bool,
    all_named: bool,
) -> UnkeyedLeads:
    """The view of the usable rows. Answers with the rows that have no key.

    Few rows are kept as values, since each of the many statements that read them would plan and
    clean every column again. Of many nothing is copied: who reads three columns pays for three.
    """
    values = {**made.value, **made.joined}
    joins = []
    for i, (name, _, table) in enumerate(made.lookups):
        lookup, column = quoted(f"{names.lookup}_{i}"), mapping.column(name)
        if column is not None:
            alias = f"t{column.position}"
            make_lookup(con, lookup, table)
            joins.append(f"LEFT JOIN {lookup} AS l{i} ON l{i}.said = {alias}")
            values[name] = f"coalesce(l{i}.meant, {alias})"
    filters = "" if all_usable else f" WHERE {usable(mapping, values)}"
    source = f"FROM ({texts(raw, mapping, made)}) {' '.join(joins)}{filters}"
    unkeyed = UnkeyedLeads()
    listed = [f"{value} AS {quoted(name)}" for name, value in values.items() if name != "lead_id"]
    if mapping.what != "spend":
        if mapping.what == "leads" and not all_named:
            unkeyed = find_unkeyed_leads(con, mapping, values, source)
        content = _content(con, raw) if unkeyed.by_place else ""
        ref = "lead_id" if all_named else lead_ref(mapping, "row_no", content)
        listed.insert(0, f"{with_values(ref, values)} AS lead_id")
    query = f"SELECT {', '.join(['row_no', *listed])} {source}"
    if few(raw.count, len(listed)):
        kept = quoted(f"{names.lookup}_rows")
        with wide_plan(con, len(listed)):
            con.execute(f"CREATE OR REPLACE TEMP TABLE {kept} AS {query}").fetchall()
        query = f"SELECT * FROM {kept}"
    con.execute(f"CREATE OR REPLACE TEMP VIEW {names.relation} AS {query}").fetchall()
    return unkeyed


def _content(con: duckdb.DuckDBPyConnection, raw: Raw) -> str:
    """The fingerprint of a file's cells."""
    return content_of(con, raw.headers, [cell(i) for i in range(len(raw.headers))], raw.table)


def few_and_wide(count: int, width: int) -> bool:
    """Whether planning a statement over all columns takes longer than a copy of the rows."""
    return width > WIDE and count * width <= FEW_WIDE_CELLS


def few(count: int, width: int) -> bool:
    """Whether a table is so small, or so wide, that it is kept as values."""
    return count * width <= FEW_CELLS or few_and_wide(count, width)


def texts(
    raw: Raw, mapping: Mapping, made: Expressions, only: Collection[int] | None = None
) -> str:
    """The clean texts of the mapped columns (`only` of some), as t0, t1 ... by position, the
    row's place and its line."""
    clean = {
        c.position: made.text[c.name]
        for c in reversed(mapping.columns)  # of what one column says several times, the first
        if c.name and (only is None or c.position in only)
    }
    listed = [f"{text} AS t{position}" for position, text in sorted(clean.items())]
    return (
        f"SELECT {', '.join([f'{raw.row} AS row_no, {raw.line} AS line_no', *listed])} FROM"
        f" {raw.table}"
    )


def usable(mapping: Mapping, values: MappingOf[str, str]) -> str:
    """Whether a row can be used: a log says who, what and when; a lead says anything at all."""
    if mapping.what == "leads":
        filled = [f"t{c.position} IS NOT NULL" for c in mapping.columns if c.name]
        return f"({' OR '.join(filled)})" if filled else "true"
    wanted = ["occurred_at", "kind"] if mapping.what == "activities" else ["occurred_at", "amount"]
    tests = [f"({values[n]}) IS NOT NULL" for n in wanted if n in values]
    if mapping.what == "activities":
        tests.append(f"{with_values(key_ref(mapping), values)} IS NOT NULL")
    return " AND ".join(tests) or "true"


def make_lookup(con: duckdb.DuckDBPyConnection, name: str, table: MappingOf[str, str]) -> None:
    """A small table of what was said and what it means."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE {name} (said VARCHAR, meant VARCHAR)").fetchall()
    pairs = ", ".join(f"({text_literal(k)}, {text_literal(v)})" for k, v in table.items())
    if pairs:
        con.execute(f"INSERT INTO {name} VALUES {pairs}").fetchall()
