"""What plug-ins are asked of a base, and what of their answers is new."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

import duckdb

from leadlight.adapters.base.base import Base
from leadlight.adapters.db.columns import column_names
from leadlight.adapters.db.duckdb import count, quoted, rows
from leadlight.adapters.ledger.columns import SQL_TYPES
from leadlight.adapters.nurture.fact_store import FactStore
from leadlight.enrich.acceptance import provenance_name
from leadlight.enrich.enricher import Row, Value
from leadlight.facts.catalog import Attribute, Type
from leadlight.facts.relation import Query, Relation, TableName

#: How the imports of an enricher are called in the book.
PREFIX = "enrichment by "
_KEYS, _INPUTS, _FOUND, _STATED, _BEFORE, _NEW = (
    TableName(f"_enrich_{name}") for name in ("keys", "inputs", "found", "stated", "before", "new")
)


class EnrichedBase:
    """The leads of a base and one plug-in at a time."""

    def __init__(self, base: Base) -> None:
        self._base, self._con = base, base.con

    def make_inputs(self, reads: Sequence[str], adds: Collection[str]) -> tuple[int, int]:
        """Leave the distinct inputs of a plug-in; how many leads have one, and how many those are.
        What it adds itself it reads only where somebody else says it (`find_statements` before).
        """
        leads = self._base.leads_with(tuple(reads))
        source = f"({leads})" if "SELECT" in str(leads) else str(leads)
        has = [n for n in dict.fromkeys(reads) if n in column_names(self._con, source)]
        self._reads = tuple(has)
        if not has:
            return 0, 0
        listed = ", ".join(quoted(n) for n in has)
        seen = ", ".join(
            f"CASE WHEN s.{quoted(n)} THEN q.{quoted(n)} END AS {quoted(n)}"
            if n in adds
            else f"q.{quoted(n)}"
            for n in has
        )
        self._con.execute(
            f"CREATE OR REPLACE TEMP TABLE {_KEYS} AS SELECT lead_id, dense_rank() OVER (ORDER BY"
            f" {listed}) AS n, {listed} FROM (SELECT CAST(q.lead_id AS VARCHAR) AS lead_id, {seen}"
            f" FROM {leads} q LEFT JOIN {_STATED} s ON s.lead_id = CAST(q.lead_id AS VARCHAR))"
            f" WHERE coalesce({', '.join(f'CAST({quoted(n)} AS VARCHAR)' for n in has)}) IS NOT"
            " NULL"
        )
        self._con.execute(
            f"CREATE OR REPLACE TEMP TABLE {_INPUTS} AS SELECT DISTINCT n, {listed} FROM {_KEYS}"
        )
        return (
            count(self._con, f"SELECT count(*) FROM {_KEYS}"),
            count(self._con, f"SELECT count(*) FROM {_INPUTS}"),
        )

    def inputs(self, size: int) -> Iterator[list[tuple[int, Row]]]:
        """The distinct inputs, so many at a time."""
        listed = ", ".join(quoted(n) for n in self._reads)
        last = 0
        while True:
            found = rows(
                self._con,
                f"SELECT n, {listed} FROM {_INPUTS} WHERE n > {last} ORDER BY n LIMIT {int(size)}",
            )
            if not found:
                return
            yield [
                (int(str(n)), dict(zip(self._reads, values, strict=True))) for n, *values in found
            ]
            last = int(str(found[-1][0]))

    def take(
        self,
        adds: Mapping[str, str],
        findings: Sequence[tuple[int, Mapping[str, tuple[Value, str]]]],
    ) -> None:
        """Keep what a plug-in found: of each input the values, and what each rests on."""
        columns: dict[str, list[object]] = {}
        types = ["BIGINT[]"]
        for name, type_ in adds.items():
            columns[quoted(name)] = [f[name][0] if name in f else None for _, f in findings]
            columns[quoted(f"_p_{name}")] = [f[name][1] if name in f else None for _, f in findings]
            types += [f"{SQL_TYPES[Type(type_)]}[]", "VARCHAR[]"]
        names = ["n", *columns]
        unrolled = ", ".join(f"unnest(?::{t}) AS {n}" for n, t in zip(names, types, strict=True))
        self._con.execute(
            f"CREATE OR REPLACE TEMP TABLE {_FOUND} AS SELECT {unrolled}",
            [[n for n, _ in findings], *columns.values()],
        )

    def find_file_statements(self, adds: Sequence[str]) -> None:
        """Leave which attributes the file itself says of each lead."""
        leads = self._base.leads_with(tuple(adds))
        source = f"({leads})" if "SELECT" in str(leads) else str(leads)
        has = set(column_names(self._con, source))
        said = ", ".join(
            f"{quoted(n) if n in has else 'NULL'} IS NOT NULL AS {quoted(n)}" for n in adds
        )
        self._con.execute(
            f"CREATE OR REPLACE TEMP TABLE {_STATED} AS SELECT CAST(lead_id AS VARCHAR) AS lead_id,"
            f" {said} FROM {leads} q"
        )

    def find_statements(
        self,
        facts: FactStore,
        members: Relation | None,
        attributes: Mapping[str, Attribute],
        adds: Sequence[str],
        imports: Sequence[int],
    ) -> None:
        """Leave which attributes people and files say of each lead, and what these imports of the
        same plug-in said.
        """
        columns = {n: quoted(attributes[n].column or n) for n in adds if n in attributes}
        said = ", ".join(
            f"bool_or({columns[n]} IS NOT NULL) AS {quoted(n)}"
            if n in columns
            else f"FALSE AS {quoted(n)}"
            for n in adds
        )
        counts = "_import NOT IN (SELECT import_no FROM undos)"
        by_others = f"_import NOT IN (SELECT import_no FROM imports WHERE file LIKE '{PREFIX}%')"
        facts.bring(
            _STATED,
            f"SELECT lead_id, {said} FROM attribute_facts WHERE {counts} AND {by_others} GROUP BY"
            " lead_id",
        )
        numbers = ", ".join(map(str, imports)) or "-1"
        before = ", ".join(
            f"bool_or({columns[n]} IS NOT NULL) AS {quoted(n)}"
            if n in columns
            else f"FALSE AS {quoted(n)}"
            for n in adds
        )
        facts.bring(
            _BEFORE,
            f"SELECT lead_id, {before} FROM attribute_facts WHERE {counts} AND _import IN"
            f" ({numbers}) GROUP BY lead_id",
        )
        if members is not None:
            for table in (_STATED, _BEFORE):
                self._fold(table, members, adds)

    def _fold(self, table: TableName, members: Relation, adds: Sequence[str]) -> None:
        """What is said of any lead of a person is said of the person."""
        said = ", ".join(f"bool_or({quoted(n)}) AS {quoted(n)}" for n in adds)
        self._con.execute(
            f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT coalesce(m.group_id, s.lead_id) AS"
            f" lead_id, {said} FROM {table} s LEFT JOIN {members} m ON m.lead_id = s.lead_id GROUP"
            " BY 1"
        )

    def make_new(self, enricher: str, adds: Sequence[str]) -> Relation:
        """The values that nobody else says, a row a lead, as the ledger takes them."""
        kept = {n: f"CASE WHEN s.{quoted(n)} IS NOT TRUE THEN f.{quoted(n)} END" for n in adds}
        values = "".join(f", {sql} AS {quoted(n)}" for n, sql in kept.items())
        said = ", ".join(
            f"CASE WHEN {sql} IS NOT NULL THEN f.{quoted(f'_p_{n}')} END" for n, sql in kept.items()
        )
        any_value = " OR ".join(f"{sql} IS NOT NULL" for sql in kept.values())
        self._con.execute(
            f"CREATE OR REPLACE TEMP TABLE {_NEW} AS SELECT row_number() OVER (ORDER BY k.lead_id)"
            f" AS row_no, k.lead_id{values}, concat_ws('; ', {said}) AS"
            f" {quoted(provenance_name(enricher))} FROM {_KEYS} k JOIN {_FOUND} f ON f.n = k.n LEFT"
            f" JOIN {_STATED} s ON s.lead_id = k.lead_id WHERE {any_value}"
        )
        return _NEW

    def counts(self, adds: Sequence[str]) -> tuple[int, dict[str, int], int]:
        """How many leads get something, how many each attribute, and how many values are left out
        because people or files say otherwise or the same.
        """
        sums = ", ".join(f"count({quoted(n)})" for n in adds)
        leads, *values = rows(self._con, f"SELECT count(*), {sums} FROM {_NEW}")[0]
        known = " + ".join(
            f"CAST(coalesce(s.{quoted(n)}, FALSE) AND f.{quoted(n)} IS NOT NULL AS INTEGER)"
            for n in adds
        )
        left = rows(
            self._con,
            f"SELECT coalesce(sum({known}), 0) FROM {_KEYS} k JOIN {_FOUND} f ON f.n = k.n LEFT"
            f" JOIN {_STATED} s ON s.lead_id = k.lead_id",
        )[0][0]
        by_name = {n: int(str(v)) for n, v in zip(adds, values, strict=True)}
        return int(str(leads)), by_name, int(str(left))

    def lost_values(self, adds: Sequence[str]) -> int:
        """How many leads had a value by the same plug-in that it does not find any more, and that
        nobody else says.
        """
        lost = " OR ".join(
            f"(b.{quoted(n)} AND w.{quoted(n)} IS NULL AND s.{quoted(n)} IS NOT TRUE)" for n in adds
        )
        return count(
            self._con,
            f"SELECT count(*) FROM {_BEFORE} b LEFT JOIN {_NEW} w ON w.lead_id = b.lead_id LEFT"
            f" JOIN {_STATED} s ON s.lead_id = b.lead_id WHERE {lost}",
        )

    def examples(self, adds: Sequence[str], limit: int) -> list[tuple[str, dict[str, object]]]:
        """Some leads and what they get."""
        listed = ", ".join(quoted(n) for n in adds)
        found = rows(
            self._con, f"SELECT lead_id, {listed} FROM {_NEW} ORDER BY row_no LIMIT {int(limit)}"
        )
        return [
            (str(lead), {n: v for n, v in zip(adds, values, strict=True) if v is not None})
            for lead, *values in found
        ]

    def keep_for_file(self, number: int) -> Relation:
        """The new values under a name of their own, until the file is written."""
        name = TableName(f"_enrich_file_{number}")
        self._con.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * EXCLUDE (row_no) FROM {_NEW}"
        )
        return name


def columns_of_file(con: duckdb.DuckDBPyConnection, base: Base, parts: Sequence[Relation]) -> Query:
    """The leads of a file with what each plug-in found of them."""
    leads = base.leads_with(("lead_id",))
    columns, joins = "", ""
    taken: set[str] = set()
    for i, part in enumerate(parts):
        for name in column_names(con, str(part)):
            if name != "lead_id" and name not in taken:
                taken.add(name)
                same = [
                    f"p{j}.{quoted(name)}"
                    for j, other in enumerate(parts)
                    if j >= i and name in column_names(con, str(other))
                ]
                columns += f", coalesce({', '.join(same)}) AS {quoted(name)}"
        joins += f" LEFT JOIN {part} p{i} ON p{i}.lead_id = CAST(q.lead_id AS VARCHAR)"
    return Query(f"SELECT q.lead_id{columns} FROM {leads} q{joins}")
