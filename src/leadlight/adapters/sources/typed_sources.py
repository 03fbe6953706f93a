"""Sources that carry types (Parquet, data frames) pass through: a view renames, and converts only
what needs it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from datetime import datetime

import duckdb

from leadlight.adapters.db.duckdb import count, quoted, rows, text_literal, wide_plan
from leadlight.adapters.sources import cleaning, moments, numbers
from leadlight.adapters.sources.countries import country_code
from leadlight.adapters.sources.joined_columns import (
    answer_sql,
    joined_contacts,
    joined_refusals,
)
from leadlight.adapters.sources.lead_refs import (
    UnkeyedLeads,
    content_of,
    find_unkeyed_leads,
    key_ref,
    lead_ref,
    with_values,
)
from leadlight.adapters.sources.nul import nul_counts, nul_problem, without_nul
from leadlight.adapters.sources.raw import (
    TEXT_SHOWN,
    Names,
    demand_width,
    distinct_cells,
    make_rejects,
    unique_headers,
)
from leadlight.adapters.sources.relation import few, few_and_wide, make_lookup
from leadlight.adapters.sources.staged_file import StagedFile
from leadlight.adapters.sources.staging_problems import (
    doubts,
    industry_words,
    refused_rows,
    repeated_leads,
    unreadable,
)
from leadlight.adapters.sources.text_columns import demand, repeats_of
from leadlight.facts.answers import industry_word
from leadlight.facts.catalog import Form, Type, standard_kind
from leadlight.facts.content import ColumnSample
from leadlight.facts.file_kind import CATALOGS
from leadlight.facts.file_options import FileOptions
from leadlight.facts.mapping import ColumnMap, Mapping, map_columns
from leadlight.facts.missing_values import is_missing
from leadlight.facts.relation import TableName
from leadlight.problems import Place, Problem

SAMPLE = 4_000
MAPPED_BY = 1_000  # cells of each column
_COMPARED = ("lead_id", "activity_id", "email")
_WHOLES = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "HUGEINT",
)


@dataclass(frozen=True)
class Source:
    """A typed source in the connection.

    `row` is the column of `relation` that holds a row's place, from 1; all others are the source's
    own. `nulls` tells how many cells of a column are NULL.
    """

    relation: str
    rows: int
    row: str
    nulls: Callable[[str], int]


def stage_typed_source(
    con: duckdb.DuckDBPyConnection,
    source: Source,
    names: Names,
    *,
    what: str | None,
    maps: MappingOf[str, str],
    place: str,
    reading: FileOptions = FileOptions(),
) -> StagedFile:
    """The staged view of a source that carries types."""
    stated = stated_columns(con, f"SELECT * EXCLUDE ({quoted(source.row)}) FROM {source.relation}")
    demand_width(len(stated), place)
    cells = _sample(con, source, stated)
    headers = [h for h, _ in stated]
    names_read = [quoted(h) for h in headers]
    times = repeats_of(con, source.relation, headers, names_read)
    columns = [
        ColumnSample(h, tuple(cells[i][:MAPPED_BY]), type_of(t), times.get(i))
        for i, (h, t) in enumerate(stated)
    ]
    mapping = map_columns(columns, what, maps)
    demand(mapping, place, reading.kind)
    distinct = {i: list(dict.fromkeys(found)) for i, found in cells.items()}
    view = _View(con, source, names, mapping, stated, distinct, place, reading)
    rejected = view.make()
    problems = [*mapping.problems, *view.problems]
    if not source.rows:
        problems.append(Problem("no-rows", "The source has columns and no rows.", Place(place)))
    if rejected:
        problems.append(refused_rows(con, names.rejects, rejected, source.rows, place))
    duplicates = 0
    if mapping.what == "leads":
        duplicates = _repeated_ids(con, names.relation)
        problems += view.unkeyed.problems(place)
    if duplicates > view.unkeyed.alike:
        problems.append(repeated_leads(duplicates - view.unkeyed.alike, place))
    return StagedFile(
        what=mapping.what,
        relation=TableName.unquote(names.relation),
        original=TableName.unquote(names.original),
        mapping=view.mapping,
        read=source.rows,
        rejected=rejected,
        rejects=TableName.unquote(names.rejects),
        own=view.mapping.own,
        duplicates=duplicates,
        problems=doubts(problems, place),
        files=(place,),
        newest=_newest(con, source, mapping, stated, reading.zone),
    )


def stated_columns(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[str, str]]:
    """The columns of a query with the types that they state."""
    return [(str(r[0]), str(r[1])) for r in rows(con, f"DESCRIBE {query}")]


def _newest(
    con: duckdb.DuckDBPyConnection,
    source: Source,
    mapping: Mapping,
    stated: Sequence[tuple[str, str]],
    zone: str | None,
) -> datetime | None:
    """When the newest lead came into being: of the raw column, whose statistics the view's
    conversion would hide.
    """
    column = mapping.column("created_at")
    if (
        mapping.what != "leads"
        or column is None
        or not stated[column.position][1].startswith(("TIMESTAMP", "DATE"))
    ):
        return None
    latest, its_type = f"max({quoted(column.header)})", stated[column.position][1]
    newest = _moment(latest, its_type, zone, as_it_is=False)
    found = rows(con, f"SELECT {newest} FROM {source.relation}")[0][0]
    return found if isinstance(found, datetime) else None


def _repeated_ids(con: duckdb.DuckDBPyConnection, relation: str) -> int:
    """How many rows repeat a lead id, exactly: one bit for each whole number, which costs a quarter
    of a set of them.
    """
    found = rows(
        con, f"SELECT count(*), min(lead_id), max(lead_id), typeof(min(lead_id)) FROM {relation}"
    )[0]
    n, low, high, sql_type = int(str(found[0])), found[1], found[2], str(found[3])
    if sql_type in _WHOLES and low is not None and int(str(high)) - int(str(low)) < 16 * n:
        bits = f"bitstring_agg(lead_id, {low}::{sql_type}, {high}::{sql_type})"
        return n - count(con, f"SELECT bit_count({bits}) FROM {relation}")
    return n - count(con, f"SELECT count(DISTINCT lead_id) FROM {relation}")


def type_of(sql_type: str) -> Type | None:
    """The catalog type of a column that states one; None for text, whose cells decide."""
    if sql_type == "BOOLEAN":
        return Type.YES_NO
    if sql_type in _WHOLES:
        return Type.WHOLE
    if sql_type in ("FLOAT", "DOUBLE") or sql_type.startswith("DECIMAL"):
        return Type.NUMBER
    if sql_type.startswith(("TIMESTAMP", "DATE")):
        return Type.MOMENT
    return None if sql_type in ("VARCHAR", '"NULL"') else Type.TEXT


def _sample(
    con: duckdb.DuckDBPyConnection, source: Source, stated: Sequence[tuple[str, str]]
) -> dict[int, list[str]]:
    """The first cells of each text column, and a handful of the others."""
    texts = [i for i, (_, t) in enumerate(stated) if t == "VARCHAR"]
    found: dict[int, list[str]] = {i: [] for i in range(len(stated))}
    if texts:
        chosen = ", ".join(quoted(stated[i][0]) for i in texts)
        sample = rows(con, f"SELECT {chosen} FROM {source.relation} LIMIT {SAMPLE}")
        for i, cells in zip(texts, zip(*sample, strict=True), strict=False):
            found[i] = [str(v) for v in cells if v is not None]
    others = [i for i in range(len(stated)) if i not in texts]
    if others:
        chosen = ", ".join(f"TRY_CAST({quoted(stated[i][0])} AS VARCHAR)" for i in others)
        sample = rows(con, f"SELECT {chosen} FROM {source.relation} LIMIT 200")
        for i, cells in zip(others, zip(*sample, strict=True), strict=False):
            found[i] = [str(v) for v in cells if v is not None]
    return found


class _View:
    """Builds the view column by column, and says what it met."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        source: Source,
        names: Names,
        mapping: Mapping,
        stated: Sequence[tuple[str, str]],
        cells: MappingOf[int, Sequence[str]],
        place: str,
        reading: FileOptions,
    ) -> None:
        self.reading = reading
        self.con, self.source, self.names, self.mapping = con, source, names, mapping
        self.stated, self.cells, self.place = stated, cells, place
        self.problems: list[Problem] = []
        self.joins: list[str] = []
        self.made: dict[tuple[str, Type], str] = {}  # each column's expression, made once
        self.unkeyed = UnkeyedLeads()
        self.catalog = CATALOGS[mapping.what]
        self.nul = self._nul()
        self.wide = few_and_wide(source.rows, len(stated))
        self.kept = few(source.rows, len(stated))
        self.proofs: dict[int, tuple[int, int]] | None = (
            None  # of the order of day and month, once needed
        )
        self.failed: dict[int, int] = {}  # of the own columns of a wide source, counted together

    def make(self) -> int:
        """The view, the originals beside it, and the rejects; answers with how many rows were
        refused.
        """
        if self.wide:
            self.failed = self._failures_alike(
                [c for c in self.mapping.columns if self._is_typed_text(c)]
            )
        self.mapping = self.mapping.with_types(
            {c.name: t for c in self.mapping.columns if c.name and (t := self._own_type(c))}
        )
        values = {str(c.name): self._value(c) for c in self.mapping.columns if c.name}
        if self.reading.kind and "kind" not in values:
            values["kind"] = text_literal(standard_kind(self.reading.kind))
        values |= joined_contacts(self.mapping, self.cells, self._as_text)
        values |= joined_refusals(self.mapping, values, self._answer)
        ref, row_no = self._lead(values), f"s.{quoted(self.source.row)} AS row_no"
        needed = self._required_values(values, ref)
        where = (
            f" WHERE {' AND '.join(f'({v}) IS NOT NULL' for v in needed.values())}"
            if needed
            else ""
        )
        listed = [f"{v} AS {quoted(n)}" for n, v in values.items() if n != "lead_id"]
        if self.mapping.what != "spend":
            listed.insert(0, f"{ref} AS lead_id")
        listed.insert(0, row_no)
        joined = f"{self.source.relation} AS s {' '.join(self.joins)}"
        self._view(self.names.relation, f"SELECT {', '.join(listed)} FROM {joined}{where}")
        own = [
            f"s.{quoted(h)} AS {quoted(u)}"
            for (h, _), u in zip(
                self.stated, unique_headers([h for h, _ in self.stated]), strict=True
            )
        ]
        self._view(
            self.names.original,
            f"SELECT {', '.join([row_no, *own])} FROM {self.source.relation} AS s",
        )
        if self.nul:
            self.problems.append(nul_problem(sum(self.nul.values()), self.place))
        return self._reject(needed, values)

    def _nul(self) -> dict[str, int]:
        """The columns with the character NUL: ids are looked through, since they are compared; of
        the rest, the sample.
        """
        suspects = [
            c.header
            for c in self.mapping.columns
            if self.stated[c.position][1] == "VARCHAR"
            and (c.name in _COMPARED or any("\0" in cell for cell in self.cells[c.position]))
        ]
        return nul_counts(self.con, self.source.relation, suspects)

    def _view(self, name: str, statement: str) -> None:
        if self.kept and name == self.names.relation:
            kept = quoted(f"{self.names.lookup}_rows")
            with wide_plan(self.con, len(self.stated)):
                self.con.execute(f"CREATE OR REPLACE TEMP TABLE {kept} AS {statement}").fetchall()
            statement = f"SELECT * FROM {kept}"
        self.con.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS {statement}").fetchall()

    def _lead(self, values: MappingOf[str, str]) -> str:
        """What leads are called by."""
        if self.mapping.what == "spend":
            return ""
        column = self.mapping.column("lead_id")
        is_named = column is not None and not self.source.nulls(column.header)
        if is_named or self._is_log_by_id():
            return values["lead_id"]
        texts = {n: f"CAST({v} AS VARCHAR)" for n, v in values.items()}
        content = ""
        if self.mapping.what == "leads":
            self.unkeyed = self._find_unkeyed_leads(values, texts)
            content = self._content() if self.unkeyed.by_place else ""
        return with_values(lead_ref(self.mapping, f"s.{quoted(self.source.row)}", content), texts)

    def _is_log_by_id(self) -> bool:
        return self.mapping.what == "activities" and key_ref(self.mapping) == "lead_id"

    def _find_unkeyed_leads(
        self, values: MappingOf[str, str], texts: MappingOf[str, str]
    ) -> UnkeyedLeads:
        stated = self._stated_condition(values)
        where = f" WHERE ({stated}) IS NOT NULL" if stated else ""
        source = f"FROM {self.source.relation} AS s {' '.join(self.joins)}{where}"
        return find_unkeyed_leads(self.con, self.mapping, texts, source)

    def _content(self) -> str:
        """The fingerprint of the source's cells."""
        headers = [h for h, _ in self.stated]
        cells = [f"TRY_CAST(s.{quoted(h)} AS VARCHAR)" for h in headers]
        return content_of(self.con, headers, cells, f"{self.source.relation} AS s")

    def _required_values(self, values: MappingOf[str, str], ref: str) -> dict[str, str]:
        """What a row must state, as far as it is not certain that every row does."""
        wanted = {"activities": ("occurred_at", "kind"), "spend": ("occurred_at", "amount")}.get(
            self.mapping.what, ()
        )
        needed = {}
        for name in wanted:
            column = self.mapping.column(name)
            if column and (self._is_lossy(column) or self.source.nulls(column.header)):
                needed[name] = values[name]
        if self.mapping.what == "activities":
            column = self.mapping.column("lead_id")
            if column is None or self._is_lossy(column) or self.source.nulls(column.header):
                needed["lead_id"] = ref
        if self.mapping.what == "leads" and (stated := self._stated_condition(values)):
            needed["nothing"] = stated
        return needed

    def _stated_condition(self, values: MappingOf[str, str]) -> str:
        """An expression that is NULL where a row states nothing; empty when every row is sure to
        state something.
        """
        columns = [c for c in self.mapping.columns if c.name]
        if any(
            self._text(c) == f"s.{quoted(c.header)}" and not self.source.nulls(c.header)
            for c in columns
        ):
            return ""
        texts = [self.stated[c.position][1] == "VARCHAR" for c in columns]
        cells = [
            self._text(c) if text else values[str(c.name)]
            for c, text in zip(columns, texts, strict=True)
        ]
        return (
            f"CASE WHEN {' OR '.join(f'({x}) IS NOT NULL' for x in cells)} THEN 1 END"
            if cells
            else ""
        )

    def _is_lossy(self, column: ColumnMap) -> bool:
        """Whether a value of the column could become unknown on its way."""
        return (
            self._sql(column) != f"s.{quoted(column.header)}"
            and self.stated[column.position][1] == "VARCHAR"
        )

    def _own_type(self, column: ColumnMap) -> Type | None:
        """An own column of text keeps its promised type only when every cell of it agrees."""
        if not self._is_typed_text(column):
            return None
        failed = self.failed[column.position] if self.wide else self._failures(column)
        return Type.TEXT if failed else None

    def _is_typed_text(self, column: ColumnMap) -> bool:
        """Whether it is an own column of text that promises to be something else."""
        is_text = self.stated[column.position][1] == "VARCHAR"
        return (
            bool(column.name)
            and column.name not in self.catalog
            and is_text
            and column.type is not Type.TEXT
        )

    def _failures_alike(self, columns: Sequence[ColumnMap]) -> dict[int, int]:
        """Of many columns how many cells did not become a value: one statement for all that are
        read alike.
        """
        alike: dict[tuple[str, str], list[ColumnMap]] = {}
        for c in columns:
            name = f"s.{quoted(c.header)}"
            one = self._text(c).replace(name, "x"), self._sql(c).replace(name, "x")
            alike.setdefault(one, []).append(c)
        failed = {c.position: 0 for c in columns}
        for (text, value), some in alike.items():
            asked = (
                f"SELECT i, count({text}) - count({value}) FROM ({self._below_each_other(some)})"
                " GROUP BY i"
            )
            found = rows(self.con, asked)
            failed |= {int(str(i)): int(str(n)) for i, n in found}
        return failed

    def _failures(self, column: ColumnMap) -> int:
        """How many cells of a column were read in none of its meanings."""
        same = [c for c in self.mapping.columns if c.position == column.position and c.name]
        values = ", ".join(f"CAST({self._sql(c)} AS VARCHAR)" for c in same)
        text, value = self._text(column), f"coalesce({values})" if len(same) > 1 else values
        return count(
            self.con, f"SELECT count({text}) - count({value}) FROM {self.source.relation} AS s"
        )

    def _value(self, column: ColumnMap) -> str:
        sql = self._sql(column)
        if self.stated[column.position][1] != "VARCHAR":
            return sql
        if column.how == "derived":
            return sql
        standard = self.catalog.get(column.name or "")
        if standard and standard.form is Form.COUNTRY:
            return self._look_up(column, sql, country_code)
        if column.name == "industry" and self.mapping.what == "leads":
            return self._look_up(column, sql, industry_word)
        if standard and column.type is not Type.TEXT and (n := self._failures(column)):
            self.problems.append(unreadable(column, n, self.place, None))
        return sql

    def _look_up(self, column: ColumnMap, text: str, meaning: Callable[[str], str]) -> str:
        """A text settled once per distinct value: a country, an industry."""
        if all(meaning(c) == c for c in set(self.cells[column.position])):
            return text
        table = {v: meaning(v) for v in self._distinct(text)}
        name = quoted(f"{self.names.lookup}_{column.position}")
        changed = {k: v for k, v in table.items() if k != v}
        make_lookup(self.con, name, changed)
        if meaning is industry_word:
            self.problems.append(industry_words(column, changed, self.place))
        self.joins.append(
            f"LEFT JOIN {name} AS l{column.position} ON l{column.position}.said = {text}"
        )
        return f"coalesce(l{column.position}.meant, {text})"

    def _distinct(self, text: str) -> list[str]:
        return distinct_cells(self.con, f"{self.source.relation} AS s", text)

    def _as_text(self, column: ColumnMap) -> str:
        """A column as text, whatever type it states."""
        text = self._text(column)
        return text if self.stated[column.position][1] == "VARCHAR" else f"CAST({text} AS VARCHAR)"

    def _answer(self, column: ColumnMap, attribute: str) -> str:
        """A yes or no of an attribute from a column that is text, or states that it is one."""
        if self.stated[column.position][1] == "BOOLEAN":
            return f"s.{quoted(column.header)}"
        text = cleaning.trim_cell(self._as_text(column))
        sample = [c.strip() for c in self.cells[column.position]]
        given = [c for c in sample if not is_missing(c, attribute)]
        return answer_sql(column, attribute, given, text, lambda: self._distinct(text))

    def _text(self, column: ColumnMap) -> str:
        """The cell as text; blanks and missing words become NULL where the sample has any."""
        x, own = f"s.{quoted(column.header)}", column.name not in self.catalog
        x = without_nul(x) if column.header in self.nul else x
        cells = self.cells[column.position]
        if any(c != c.strip() for c in cells):
            return f"({cleaning.stated_value(x, column.name or '', own)})"
        missing = any(is_missing(c, column.name or "", own) for c in cells)
        return f"({cleaning.stated_bare_value(x, column.name or '', own)})" if missing else x

    def _sql(self, column: ColumnMap) -> str:
        key = (str(column.name), column.type)
        if key not in self.made:
            self.made[key] = self._make_sql(column)
        return self.made[key]

    def _make_sql(self, column: ColumnMap) -> str:
        """The column's value: as it stands where its type fits, converted where it does not."""
        x, stated = f"s.{quoted(column.header)}", self.stated[column.position][1]
        if stated == "VARCHAR":
            return self._from_text(column)
        if column.type is Type.MOMENT:
            return _moment(x, stated, self.reading.zone, as_it_is=column.name == "occurred_at")
        if column.type is Type.YES_NO:
            return x if stated == "BOOLEAN" else f"TRY_CAST({x} AS BOOLEAN)"
        if column.type is Type.WHOLE:
            return x if stated in _WHOLES else f"TRY_CAST({x} AS BIGINT)"
        if column.type is Type.NUMBER:
            if stated in _WHOLES:
                return x
            number = x if stated == "DOUBLE" else f"TRY_CAST({x} AS DOUBLE)"
            # a data frame's NaN is a blank cell, and no engine agrees with another on how NaN
            # compares
            return (
                number
                if stated.startswith("DECIMAL")
                else f"CASE WHEN isfinite({number}) THEN {number} END"
            )
        if column.name in ("lead_id", "activity_id") and type_of(stated) is Type.WHOLE:
            return x
        if type_of(stated) is Type.NUMBER and not stated.startswith("DECIMAL"):
            whole = f"TRY_CAST(CASE WHEN {x} = floor({x}) THEN {x} END AS BIGINT)"
            return f"coalesce(CAST({whole} AS VARCHAR), CAST({x} AS VARCHAR))"
        return (
            f"array_to_string({x}, ', ')" if stated.endswith("[]") else f"TRY_CAST({x} AS VARCHAR)"
        )

    def _from_text(self, column: ColumnMap) -> str:
        text, sample = self._text(column), [c.strip() for c in self.cells[column.position]]
        if column.how == "derived":
            trimmed = cleaning.trim_cell(text)
            cells = self._distinct(trimmed)
            return cleaning.besides_sql(
                trimmed, cells, column.name or "", of_mailing=column.of_mailing
            )
        sample = [c for c in sample if not is_missing(c, column.name or "")]
        if column.type is Type.MOMENT:
            return moments.moment_sql(
                cleaning.trim_cell(text),
                moments.shapes(sample),
                self._order(column, sample),
                self.reading.zone,
            )
        if column.type.is_number:
            whole = column.type is Type.WHOLE
            style = numbers.number_style(sample, None, whole)
            return numbers.value_sql(
                cleaning.trim_cell(text), style, column.name or "", whole, column.factor
            )
        if column.type is Type.YES_NO:
            return self._answer(column, column.name or "")
        standard = self.catalog.get(column.name or "")
        form = standard.form if standard else Form.PLAIN
        if form is Form.EMAIL and any(c != c.lower() or set(c) & set("<>,;:?") for c in sample):
            return cleaning.email_sql(text)
        if form is Form.PHONE and any(set(c) & set(",;:'\"=") for c in sample):
            return cleaning.phone_sql(text)
        return text

    def _order(self, column: ColumnMap, sample: Sequence[str]) -> moments.Order:
        """Day or month first, from the whole column when the sample has such dates."""
        if column.order:
            return "dmy" if column.order == "dmy" else "mdy"
        found = moments.shapes(sample)
        if not found.numeric:
            return "dmy"
        day, month = self._order_proofs().get(column.position, (0, 0))
        if day or month:
            return "dmy" if day >= month else "mdy"
        if not found.slashes:
            return "dmy"
        if not any(
            p.code == "ambiguous-dates" and repr(column.header) in p.message for p in self.problems
        ):
            self.problems.append(
                Problem(
                    "ambiguous-dates",
                    f"Nothing in column {column.header!r} shows whether the day or the month comes"
                    " first; it was read as month/day/year, as most exports write it.",
                    Place(self.place),
                    f"If it is the other way round, say so: {column.header}={column.name}:dmy.",
                )
            )
        return "mdy"

    def _order_proofs(self) -> dict[int, tuple[int, int]]:
        """Of each text column of dates how many must begin with the day, and how many with the
        month.
        """
        if self.proofs is None:
            dated = [c for c in self.mapping.columns if c.type is Type.MOMENT and c.name]
            texts = [c for c in dated if self.stated[c.position][1] == "VARCHAR"]
            counts = ", ".join(moments.order_sql(cleaning.trim_cell("x")))
            found = rows(
                self.con, f"SELECT i, {counts} FROM ({self._below_each_other(texts)}) GROUP BY i"
            )
            self.proofs = {int(str(i)): (int(str(day)), int(str(month))) for i, day, month in found}
        return self.proofs

    def _below_each_other(self, columns: Sequence[ColumnMap]) -> str:
        """The cells `x` of some columns, each with its column's position `i`."""
        places = ", ".join(str(c.position) for c in columns)
        cells = ", ".join(f"s.{quoted(c.header)}" for c in columns)
        return (
            f"SELECT unnest([{places}]) AS i, unnest([{cells}]) AS x FROM {self.source.relation}"
            " AS s"
        )

    def _reject(self, needed: MappingOf[str, str], values: MappingOf[str, str]) -> int:
        make_rejects(self.con, self.names.rejects, ())
        if not needed:
            return 0
        lacks = " OR ".join(f"({v}) IS NULL" for v in needed.values())
        if not count(
            self.con,
            f"SELECT count(*) FROM {self.source.relation} AS s {' '.join(self.joins)} WHERE"
            f" {lacks}",
        ):
            return 0
        reason = " ".join(
            f"WHEN ({v}) IS NULL THEN {text_literal(_REASONS[n])}" for n, v in needed.items()
        )
        code = " ".join(f"WHEN ({v}) IS NULL THEN '{_CODES[n]}'" for n, v in needed.items())
        text = ", ".join(
            f"coalesce(TRY_CAST(s.{quoted(h)} AS VARCHAR), '')" for h, _ in self.stated
        )
        self.con.execute(
            f"INSERT INTO {self.names.rejects} SELECT s.{quoted(self.source.row)}, CASE {code} END,"
            f" CASE {reason} END, left(concat_ws(',', {text}), {TEXT_SHOWN}) FROM"
            f" {self.source.relation} AS s {' '.join(self.joins)} WHERE {lacks}"
        ).fetchall()
        return count(self.con, f"SELECT count(*) FROM {self.names.rejects}")


_CODES = {
    "occurred_at": "no_moment",
    "kind": "no_kind",
    "amount": "no_amount",
    "lead_id": "no_lead",
    "nothing": "empty_row",
}
_REASONS = {
    "occurred_at": "the row has no readable date",
    "kind": "the row does not say what was done",
    "amount": "the row has no readable amount",
    "lead_id": "the row does not say which lead it is about",
    "nothing": "nothing is stated in this row",
}


def _moment(x: str, stated: str, zone: str | None, *, as_it_is: bool) -> str:
    """A moment in UTC of a column that states its type; one without a zone is of `zone`."""
    if stated == "TIMESTAMP WITH TIME ZONE":
        return x if as_it_is else f"timezone('UTC', {x})"
    if not stated.startswith(("TIMESTAMP", "DATE")):
        return moments.moment_sql(f"CAST({x} AS VARCHAR)", moments.Shapes(digits=True), "dmy")
    local = x if stated == "TIMESTAMP" else f"CAST({x} AS TIMESTAMP)"
    return f"timezone('UTC', timezone({text_literal(zone)}, {local}))" if zone else local
