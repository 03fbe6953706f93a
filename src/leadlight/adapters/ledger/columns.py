"""The typed columns of the two wide tables: which there are, and how a new file's columns join
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import duckdb

from leadlight.adapters.db.duckdb import count, quoted, rows
from leadlight.adapters.db.indexes import without_indexes
from leadlight.facts.catalog import (
    ACTIVITY_COLUMNS,
    LEAD_ATTRIBUTES,
    Attribute,
    Form,
    Type,
)
from leadlight.facts.ledger import NOT_STATED, Arrival, What
from leadlight.facts.relation import Relation, TableName
from leadlight.problems import Place, Problem

SQL_TYPES: Mapping[Type, str] = {
    Type.TEXT: "VARCHAR",
    Type.WHOLE: "BIGINT",
    Type.NUMBER: "DOUBLE",
    Type.YES_NO: "BOOLEAN",
    Type.MOMENT: "TIMESTAMP",
}
_TYPES = {sql: type_ for type_, sql in SQL_TYPES.items()}
_ALSO = {
    "DATE": Type.MOMENT,
    "TIMESTAMP WITH TIME ZONE": Type.MOMENT,
    "TIMESTAMP_S": Type.MOMENT,
    "TIMESTAMP_MS": Type.MOMENT,
    "TIMESTAMP_NS": Type.MOMENT,
    "FLOAT": Type.NUMBER,
    **dict.fromkeys(
        (
            "TINYINT",
            "SMALLINT",
            "INTEGER",
            "UTINYINT",
            "USMALLINT",
            "UINTEGER",
            "UBIGINT",
            "HUGEINT",
        ),
        Type.WHOLE,
    ),
}

TABLES: Mapping[What, str] = {
    "leads": "attribute_facts",
    "activities": "activity_facts",
    "spend": "spend_facts",
    "checks": "contact_facts",
    "links": "link_facts",
    "assignments": "assignment_facts",
}
_FIXED: Mapping[What, frozenset[str]] = {
    "leads": frozenset({"lead_id", *NOT_STATED}),
    "activities": frozenset({"lead_id", "occurred_at", "kind", "email"}),
    "spend": frozenset(),
}

# What becomes of a column that is one type in the ledger and another in a file, where neither is
# text.
_WIDER = {
    frozenset({Type.WHOLE, Type.NUMBER}): Type.NUMBER,
    frozenset({Type.YES_NO, Type.WHOLE}): Type.WHOLE,
    frozenset({Type.YES_NO, Type.NUMBER}): Type.NUMBER,
}


#: As many rows as DuckDB keeps together and skips as one: fewer have nothing to be skipped.
ROW_GROUP = 122_880


def row_order(rows: int, of: str = "a") -> str:
    """How an import of this many rows is put down: a large one lead by lead.

    DuckDB remembers the least and the greatest id (their first twelve bytes) of every row group, so
    that one lead of a log of a hundred million activities is found in a few groups; in the order of
    time all would be looked through.
    """
    return f" ORDER BY {of}.lead_id" if rows > ROW_GROUP else ""


#: The rows of a file that were judged (row_no, and of leads `revises` and `unchanged`): of
#: activities and spend those that are known already.
VERDICT = TableName("_verdict")


@dataclass(frozen=True)
class JoinedColumn:
    """A column of the arriving relation, and the expression by which it enters the ledger's column
    of that name.
    """

    name: str
    type: Type
    value: str


def table_columns(con: duckdb.DuckDBPyConnection, relation: Relation | str) -> dict[str, Type]:
    """The columns of a table, view or temporary table with their types; the ledger's own names are
    left out.
    """
    described = rows(con, f"DESCRIBE SELECT * FROM {relation}")
    return {str(n): type_of(str(t)) for n, t, *_ in described if not str(n).startswith("_")}


def type_of(sql: str) -> Type:
    """The catalog's word for an SQL type; whatever is not known is text."""
    if sql.startswith("DECIMAL"):
        return Type.NUMBER
    return _TYPES.get(sql) or _ALSO.get(sql, Type.TEXT)


# An attribute counts while an import counts that added facts and had its column.
_OWN = """
SELECT o.what, o.name, arg_max(o.form, o.import_no), arg_max(o.about, o.import_no),
       NOT bool_or(i.imported > 0 AND u.import_no IS NULL)
FROM own_attributes o JOIN imports i USING (import_no) LEFT JOIN undos u USING (import_no)
GROUP BY o.what, o.name ORDER BY min(o.import_no), o.name
"""


def attributes_of(
    con: duckdb.DuckDBPyConnection, *, has_own: bool = True
) -> tuple[dict[str, Attribute], dict[str, Attribute]]:
    """The attributes that leads, and those that activities have a column for, as the catalog or the
    company names them; `has_own` says whether the company brought any.

    One that only taken-back imports brought stays among them, and says so: earlier moments still
    see it.
    """
    own: dict[str, dict[str, Attribute]] = {"leads": {}, "activities": {}}
    for what, name, form, about, gone in rows(con, _OWN) if has_own else ():
        own.setdefault(str(what), {})[str(name)] = Attribute(
            str(name), Type.TEXT, str(about), Form(str(form)), own=True, gone=bool(gone)
        )
    return (
        _known_columns(con, "leads", {**own["leads"], **LEAD_ATTRIBUTES}),
        _known_columns(con, "activities", {**own["activities"], **ACTIVITY_COLUMNS}),
    )


def _known_columns(
    con: duckdb.DuckDBPyConnection, what: What, known: Mapping[str, Attribute]
) -> dict[str, Attribute]:
    """The columns of a sort of facts that are attributes, in their order."""
    return {
        name: replace(known[name], type=type_)
        for name, type_ in table_columns(con, TABLES[what]).items()
        if name in known and name not in _FIXED[what]
    }


def join(
    con: duckdb.DuckDBPyConnection, arrival: Arrival, *, write: bool = True
) -> tuple[list[JoinedColumn], list[Problem]]:
    """Fit a file's columns to the ledger's: new ones are added, narrower ones widened.

    Values that cannot be what the column already is are left out, and the problem says how many.
    With `write` off nothing is altered (a preview).
    """
    table = TABLES[arrival.what]
    have = table_columns(con, table)
    joined: list[JoinedColumn] = []
    problems: list[Problem] = []
    for name, arriving in _arriving_columns(con, arrival, have).items():
        there, source = have.get(name), quoted(name)
        type_ = _joint_type(arrival, name, there, arriving)
        if write and there is None:
            con.execute(f"ALTER TABLE {table} ADD COLUMN {source} {SQL_TYPES[type_]}")
        elif write and type_ is not there:
            with without_indexes(con, table):
                con.execute(f"ALTER TABLE {table} ALTER COLUMN {source} TYPE {SQL_TYPES[type_]}")
        value, lossy = _cast(source, arriving, type_)
        if lossy:
            problems += _lossy(con, arrival, name, type_, source, value)
        joined.append(JoinedColumn(name, type_, value))
    return joined, problems


def _arriving_columns(
    con: duckdb.DuckDBPyConnection, arrival: Arrival, have: Mapping[str, Type]
) -> dict[str, Type]:
    """The file's columns that enter the ledger; of spend nothing but what it has."""
    fixed = (*_FIXED[arrival.what], "row_no")
    return {
        name: type_
        for name, type_ in table_columns(con, arrival.relation).items()
        if name not in fixed and (name in have or arrival.what != "spend")
    }


def _joint_type(arrival: Arrival, name: str, there: Type | None, arriving: Type) -> Type:
    """The type that holds what is there and what arrives."""
    if there is None:
        return _stated_type(arrival, name, arriving)
    return _WIDER.get(frozenset({there, arriving}), there)


def _stated_type(arrival: Arrival, name: str, arriving: Type) -> Type:
    """A new column's type: a standard name keeps its standard type, whatever one file's values look
    like.
    """
    standard = (LEAD_ATTRIBUTES if arrival.what == "leads" else ACTIVITY_COLUMNS).get(name)
    return standard.type if standard else arriving


def _cast(source: str, arriving: Type, type_: Type) -> tuple[str, bool]:
    if arriving is type_:
        return source, False
    if type_ is Type.TEXT or _WIDER.get(frozenset({arriving, type_})) is type_:
        return f"CAST({source} AS {SQL_TYPES[type_]})", False
    return f"TRY_CAST({source} AS {SQL_TYPES[type_]})", True


def _lossy(
    con: duckdb.DuckDBPyConnection,
    arrival: Arrival,
    name: str,
    type_: Type,
    source: str,
    value: str,
) -> list[Problem]:
    lost = count(
        con,
        f"SELECT count(*) FROM {arrival.relation} WHERE {source} IS NOT NULL AND {value} IS NULL",
    )
    if not lost:
        return []
    words = {
        Type.WHOLE: "whole numbers",
        Type.NUMBER: "numbers",
        Type.YES_NO: "yes or no",
        Type.MOMENT: "dates",
    }
    return [
        Problem(
            "value-of-another-type",
            f"{lost} values of {name!r} are not {words[type_]}, as this attribute is in the base:"
            " left out.",
            Place(arrival.file),
            'Map the column to a name of its own to keep them: --map "Their column=other_name".',
        )
    ]
