"""The expression for each mapped column of a file: its type, and how this file writes values of
that type.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field

import duckdb

from leadlight.adapters.db.duckdb import WIDE, quoted, rows
from leadlight.adapters.sources import cleaning, moments, numbers
from leadlight.adapters.sources.countries import country_code
from leadlight.adapters.sources.joined_columns import (
    answer_sql,
    joined_contacts,
    joined_refusals,
)
from leadlight.adapters.sources.raw import cell, cell_by_cell, distinct_cells, of_any
from leadlight.adapters.sources.staging_problems import industry_words
from leadlight.facts.answers import industry_word
from leadlight.facts.catalog import Form, Type, slug, standard_kind
from leadlight.facts.file_kind import CATALOGS
from leadlight.facts.mapping import ColumnMap, Mapping
from leadlight.facts.missing_values import is_missing
from leadlight.problems import Place, Problem


@dataclass
class Expressions:
    """For each attribute its value and, for a typed one, the text it was made of; and the tables to
    join for them.
    """

    value: dict[str, str] = field(default_factory=dict)
    text: dict[str, str] = field(default_factory=dict)
    lookups: list[tuple[str, str, dict[str, str]]] = field(
        default_factory=list
    )  # attribute, text, text -> value
    problems: list[Problem] = field(default_factory=list)
    #: Values that are made of several columns, in place of those of their own column.
    joined: dict[str, str] = field(default_factory=dict)


def expressions(
    con: duckdb.DuckDBPyConnection,
    source: str,
    mapping: Mapping,
    cells: MappingOf[int, Sequence[str]],
    *,
    place: str,
    odd: frozenset[int] = frozenset(),
    delimiter: str = ",",
    all_shapes: frozenset[str] = frozenset(),
    zone: str | None = None,
) -> Expressions:
    """Decides, column by column, how its text becomes a value. `cells` are some of each column's,
    by position; `odd` are the positions of the columns that have cells with blanks around them or
    words for missing. A time without a zone is one of `zone` (UTC).
    """
    made = Expressions()
    catalog = CATALOGS[mapping.what]
    given = {
        c.position: [
            t.strip()
            for t in cells[c.position]
            if not is_missing(t, c.name or "", c.name not in catalog)
        ]
        for c in mapping.columns
    }
    decimal = _file_decimal(mapping, given, delimiter)
    comma = decimal == "comma" or delimiter == ";"
    orders = _orders(con, source, mapping, given, comma, made, place)
    reader = _Reader(
        con, source, mapping.what, given, decimal, orders, place, odd, all_shapes, zone
    )
    for column in mapping.columns:
        if column.name is not None:
            reader.read(column, made)
    made.joined = {
        **joined_contacts(mapping, given, lambda c: quoted(f"t{c.position}")),
        **joined_refusals(mapping, made.value, lambda c, name: reader.answer(c, name, made)),
    }
    return made


@dataclass
class _Reader:
    """How the columns of one file are read, each by its type."""

    con: duckdb.DuckDBPyConnection
    source: str
    what: str
    given: MappingOf[int, Sequence[str]]
    decimal: numbers.Decimal | None
    orders: MappingOf[int, moments.Order]
    place: str
    odd: frozenset[int]
    all_shapes: frozenset[str]
    zone: str | None

    def read(self, column: ColumnMap, made: Expressions) -> None:
        """Add the text and the value of a column."""
        name, x = str(column.name), cell(column.position)
        attribute = CATALOGS[self.what].get(name)
        trimmed = column.position in self.odd or name in self.all_shapes
        text = cleaning.stated_value(x, name, attribute is None) if trimmed else x
        alias = quoted(f"t{column.position}")
        made.text[name] = text
        if column.how == "derived":
            cells = distinct_cells(self.con, self.source, text)
            made.value[name] = cleaning.besides_sql(
                alias, cells, name, of_mailing=column.of_mailing
            )
        elif column.type is not Type.TEXT:
            made.value[name] = self._typed_value(column, alias, made)
        else:
            form = attribute.form if attribute else Form.PLAIN
            made.value[name] = _CLEANED.get(form, str)(alias)
            self._look_up(column, text, form, made)

    def answer(self, column: ColumnMap, attribute: str, made: Expressions) -> str:
        """A yes or no of an attribute from the text of a column."""
        text, alias = made.text[str(column.name)], quoted(f"t{column.position}")
        sample = self.given[column.position]
        return answer_sql(
            column, attribute, sample, alias, lambda: distinct_cells(self.con, self.source, text)
        )

    def _typed_value(self, column: ColumnMap, alias: str, made: Expressions) -> str:
        name, sample = str(column.name), self.given[column.position]
        if column.type is Type.MOMENT:
            found = moments.ALL if name in self.all_shapes else moments.shapes(sample)
            return moments.moment_sql(alias, found, self.orders[column.position], self.zone)
        if column.type is Type.YES_NO:
            return self.answer(column, name, made)
        style = numbers.number_style(sample, self.decimal, column.type is Type.WHOLE)
        if style.ranges and name in numbers.RANGED:
            made.problems.append(_range_problem(column, self.place))
        style = style.widen() if name in self.all_shapes else style
        whole = column.type is Type.WHOLE
        return numbers.value_sql(alias, style, name, whole, column.factor)

    def _look_up(self, column: ColumnMap, text: str, form: Form, made: Expressions) -> None:
        """Countries, industries and kinds are settled once per distinct value."""
        meaning = _meaning(form, str(column.name), self.what)
        if meaning is None:
            return
        table = {v: meaning(v) for v in distinct_cells(self.con, self.source, text)}
        changed = {k: v for k, v in table.items() if k != v}
        if changed:
            made.lookups.append((str(column.name), text, changed))
        if changed and meaning is industry_word:
            made.problems.append(industry_words(column, changed, self.place))


def _meaning(form: Form, name: str, what: str) -> Callable[[str], str] | None:
    """What settles a word of an attribute; None where words stand for themselves."""
    if form is Form.COUNTRY:
        return country_code
    if what == "leads" and name == "industry":
        return industry_word
    return _kind_of_word if what == "activities" and name == "kind" else None


def _kind_of_word(cell: str) -> str:
    return standard_kind(cell) if slug(cell) else cell.casefold()


_CLEANED = {Form.EMAIL: cleaning.email_sql, Form.PHONE: cleaning.phone_sql}


def odd_columns(
    con: duckdb.DuckDBPyConnection,
    source: str,
    mapping: Mapping,
    cells: MappingOf[int, Sequence[str]],
    blanks: Sequence[str],
) -> frozenset[int]:
    """The columns of which some cell, anywhere in the file, has blanks around it or stands for
    missing.

    A typed column is asked only by the sample: a cell that it misses fails to become a value, which
    is noticed.
    """
    catalog = CATALOGS[mapping.what]
    odd: set[int] = set()
    doubtful: list[tuple[int, tuple[str, str]]] = []
    for column in mapping.columns:
        if column.name is None:
            continue
        own, i = column.name not in catalog, column.position
        if any(is_missing(c, column.name, own) or c != c.strip() for c in cells[i]):
            odd.add(i)
        elif column.type is Type.TEXT:
            doubtful.append((i, cleaning.odd_sql(cell(i), column.name, own, blanks)))
    if len(mapping.columns) <= WIDE:
        for i, conditions in doubtful:
            if any(
                rows(con, f"SELECT 1 FROM {source} WHERE {condition} LIMIT 1")
                for condition in conditions
            ):
                odd.add(i)
        return frozenset(odd)
    alike: dict[tuple[str, str], list[int]] = {}
    for i, (missing, edges) in doubtful:
        one = of_any(missing, cell(i), "x"), of_any(edges, cell(i), "x")
        alike.setdefault(one, []).append(i)
    for (missing, edges), positions in alike.items():
        held = cell_by_cell(source, positions)
        asked = f"SELECT DISTINCT i FROM ({held}) WHERE ({missing}) OR ({edges})"
        odd |= {int(str(i)) for (i,) in rows(con, asked)}
    return frozenset(odd)


def _range_problem(column: ColumnMap, place: str) -> Problem:
    return Problem(
        "ranges",
        f"Column {column.header!r} holds ranges such as 51-200; the lower end is taken.",
        Place(place),
    )


def _file_decimal(
    mapping: Mapping, given: MappingOf[int, Sequence[str]], delimiter: str
) -> numbers.Decimal | None:
    """The decimal sign that the columns prove between them. A semicolon file leans to the comma
    where each dot of its numbers stands before three digits.
    """
    votes = {"dot": 0, "comma": 0}
    columns = [c for c in mapping.columns if c.name and c.type.is_number]
    for column in columns:
        sample = given[column.position]
        style = numbers.number_style(sample, None, column.type is Type.WHOLE)
        votes[style.decimal] += style.settled
    if votes["dot"] != votes["comma"]:
        return "comma" if votes["comma"] > votes["dot"] else "dot"
    grouped = any(numbers.has_dot_groups(given[c.position]) for c in columns)
    return "comma" if delimiter == ";" and grouped else None


def _orders(
    con: duckdb.DuckDBPyConnection,
    source: str,
    mapping: Mapping,
    given: MappingOf[int, Sequence[str]],
    comma: bool,
    made: Expressions,
    place: str,
) -> dict[int, moments.Order]:
    """Day or month first, for each column of dates: what the user said, what a day above 12 proves,
    or the rest. With `comma` the file writes its numbers as those do who begin with the day.
    """
    proofs = _order_proofs(con, source, mapping, given)
    dated = [c for c in mapping.columns if c.name is not None and c.type is Type.MOMENT]
    found = {c.position: moments.shapes(given[c.position]) for c in dated}
    known = {c.position: _known_order(c, found, proofs) for c in dated}
    proved = [o for p, o in known.items() if o is not None and found[p].slashes]
    orders: dict[int, moments.Order] = {}
    for column in dated:
        order = known[column.position]
        if order is None:
            order, why = _likely_order(found[column.position].noon, proved, comma=comma)
            made.problems.append(_ambiguous(column, order, why, place))
        orders[column.position] = order
    return orders


def _known_order(
    column: ColumnMap,
    found: MappingOf[int, moments.Shapes],
    proofs: MappingOf[int, tuple[int, int]],
) -> moments.Order | None:
    """The order that is stated or proved, or makes no difference; None where nothing shows it."""
    if column.order:
        return "dmy" if column.order == "dmy" else "mdy"
    shapes = found[column.position]
    day_first, month_first = proofs.get(column.position, (0, 0))
    if shapes.numeric and (day_first or month_first):
        return "dmy" if day_first >= month_first else "mdy"
    return None if shapes.numeric and shapes.slashes else "dmy"


def _likely_order(
    noon: bool, proved: Sequence[moments.Order], *, comma: bool
) -> tuple[moments.Order, str]:
    """The order of a column that does not show it, and why it is likely."""
    if proved:
        return max(set(proved), key=proved.count), "another column of the file does so"
    if noon:
        return "mdy", "its times have AM and PM"
    if comma:
        return "dmy", "that is how the file writes its numbers"
    return "mdy", "as most exports write it"


def _order_proofs(
    con: duckdb.DuckDBPyConnection,
    source: str,
    mapping: Mapping,
    given: MappingOf[int, Sequence[str]],
) -> dict[int, tuple[int, int]]:
    """Of each column of numeric dates how many must begin with the day, and how many with the
    month.
    """
    positions = [
        c.position
        for c in mapping.columns
        if c.name and c.type is Type.MOMENT and moments.shapes(given[c.position]).numeric
    ]
    if not positions:
        return {}
    counts = ", ".join(moments.order_sql(cleaning.trim_cell("x")))
    found = rows(con, f"SELECT i, {counts} FROM ({cell_by_cell(source, positions)}) GROUP BY i")
    return {int(str(i)): (int(str(day)), int(str(month))) for i, day, month in found}


def _ambiguous(column: ColumnMap, order: moments.Order, why: str, place: str) -> Problem:
    read, other = ("day/month/year", "mdy") if order == "dmy" else ("month/day/year", "dmy")
    return Problem(
        "ambiguous-dates",
        f"Nothing in column {column.header!r} shows whether the day or the month comes first; "
        f"it was read as {read}, {why}.",
        Place(place),
        f"If it is the other way round, say so: {column.header}={column.name}:{other}.",
    )
