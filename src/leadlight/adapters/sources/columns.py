"""The expression for each mapped column of a file: its type, and how this file writes values of
that type.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb

from leadlight.adapters.db.duckdb import WIDE, quoted, rows
from leadlight.adapters.sources import cleaning, moments
from leadlight.adapters.sources.countries import country_code
from leadlight.adapters.sources.raw import cell, cell_by_cell, distinct_cells, of_any
from leadlight.facts.answers import NO, YES, industry_of
from leadlight.facts.catalog import Form, Type, slug, standard_kind
from leadlight.facts.file_kind import CATALOGS
from leadlight.facts.mapping import ColumnMap, Mapping
from leadlight.facts.missing import is_missing
from leadlight.facts.plausible import AFFIRMED, ANY_OF
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
) -> Expressions:
    """Decides, column by column, how its text becomes a value. `cells` are some of each column's,
    by position; `odd` are the positions of the columns that have cells with blanks around them or
    words for missing.
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
    orders = _orders(con, source, mapping, given, decimal, delimiter, made, place)
    for column in mapping.columns:
        if column.name is None:
            continue
        name, x = column.name, cell(column.position)
        own = name not in catalog
        text = cleaning.stated(x, name, own) if column.position in odd or name in all_shapes else x
        alias = quoted(f"t{column.position}")
        made.text[name] = text
        form = Form.PLAIN if own else catalog[name].form
        if column.how == "derived":
            distinct = distinct_cells(con, source, text)
            made.value[name] = cleaning.besides_sql(
                alias, distinct, name, of_mailing=column.of_mailing
            )
        elif column.type is Type.MOMENT:
            found = moments.ALL if name in all_shapes else moments.shapes(given[column.position])
            made.value[name] = moments.moment_sql(alias, found, orders[column.position])
        elif column.type.is_number:
            how = cleaning.figures(given[column.position], decimal, column.type is Type.WHOLE)
            if name in all_shapes:
                how = cleaning.Figures(False, how.decimal, how.settled, True)
            if how.ranges and name in cleaning.RANGED:
                made.problems.append(_ranged(column, place))
            build = cleaning.whole_sql if column.type is Type.WHOLE else cleaning.number_sql
            made.value[name] = build(alias, how, name)
        elif column.type is Type.YES_NO:
            made.value[name] = _answer(con, source, column, given[column.position], text, alias)
        elif form is Form.EMAIL:
            made.value[name] = cleaning.email_sql(alias)
        elif form is Form.PHONE:
            made.value[name] = cleaning.phone_sql(alias)
        else:
            made.value[name] = alias
            _look_up(con, source, made, name, text, form, mapping.what)
    if mapping.what == "leads":
        _all_contacts(mapping, given, made)
        _all_refusals(con, source, mapping, made)
    return made


def _answer(
    con: duckdb.DuckDBPyConnection,
    source: str,
    column: ColumnMap,
    given: Sequence[str],
    text: str,
    alias: str,
) -> str:
    """A yes or no; words that are no plain answers are settled by the file's distinct cells."""
    name = str(column.name)
    if column.is_reason:
        return cleaning.answers_sql(alias, (), name, affirmed=True)
    if name not in AFFIRMED or all(c.lower() in _PLAIN_ANSWERS for c in given):
        return cleaning.yes_no_sql(alias)
    return cleaning.answers_sql(alias, distinct_cells(con, source, text), name, affirmed=False)


_PLAIN_ANSWERS = frozenset((*YES, *NO))


def _all_refusals(
    con: duckdb.DuckDBPyConnection, source: str, mapping: Mapping, made: Expressions
) -> None:
    """A refusal counts in whichever column it stands: of several any yes is a yes."""
    for column in mapping.columns:
        name = column.adds_to
        if name not in ANY_OF or name not in made.value:
            continue
        text = made.text[str(column.name)]
        distinct = distinct_cells(con, source, text)
        alias = quoted(f"t{column.position}")
        more = cleaning.answers_sql(alias, distinct, str(name), affirmed=column.is_reason)
        # An answer of yes comes before one of no, and that before none.
        before = made.joined.get(str(name), made.value[str(name)])
        made.joined[str(name)] = f"greatest({before}, {more})"


def _all_contacts(
    mapping: Mapping, given: MappingOf[int, Sequence[str]], made: Expressions
) -> None:
    """Every address and number of a lead, however many columns or values a cell holds: the first
    that can be used speaks for it, the others are kept beside it.
    """
    for contact, others in (("email", "other_emails"), ("phone", "other_phones")):
        more = [c for c in mapping.columns if c.adds_to == contact]
        first = mapping.column(contact)
        of_cells = first is not None and cleaning.several(given[first.position], contact)
        if others in made.value or not (more or of_cells):
            continue
        texts = [quoted(f"t{c.position}") for c in ([first] if first else []) + more]
        best, rest = cleaning.best_contact_sql(texts, contact)
        made.joined[contact], made.joined[others] = best, rest


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


def _look_up(
    con: duckdb.DuckDBPyConnection,
    source: str,
    made: Expressions,
    name: str,
    text: str,
    form: Form,
    what: str,
) -> None:
    """Countries, industries and kinds are settled once per distinct value."""
    if form is Form.COUNTRY:
        table = {v: country_code(v) for v in distinct_cells(con, source, text)}
    elif what == "leads" and name == "industry":
        table = {v: industry_of(v) or v for v in distinct_cells(con, source, text)}
    elif what == "activities" and name == "kind":
        table = {
            v: standard_kind(v) if slug(v) else v.casefold()
            for v in distinct_cells(con, source, text)
        }
    else:
        return
    changed = {k: v for k, v in table.items() if k != v}
    if changed:
        made.lookups.append((name, text, changed))


def _ranged(column: ColumnMap, place: str) -> Problem:
    return Problem(
        "ranges",
        f"Column {column.header!r} holds ranges such as 51-200; the lower end is taken.",
        Place(place),
    )


def _file_decimal(
    mapping: Mapping, given: MappingOf[int, Sequence[str]], delimiter: str
) -> cleaning.Decimal | None:
    """The decimal sign that the columns prove between them; a semicolon file proves nothing but
    leans to the comma.
    """
    votes = {"dot": 0, "comma": 0}
    for column in mapping.columns:
        if column.name and column.type.is_number:
            how = cleaning.figures(given[column.position], None, False)
            votes[how.decimal] += how.settled
    if votes["dot"] == votes["comma"]:
        return None
    return "comma" if votes["comma"] > votes["dot"] else "dot"


def _orders(
    con: duckdb.DuckDBPyConnection,
    source: str,
    mapping: Mapping,
    given: MappingOf[int, Sequence[str]],
    decimal: cleaning.Decimal | None,
    delimiter: str,
    made: Expressions,
    place: str,
) -> dict[int, moments.Order]:
    """Day or month first, for each column of dates: what the user said, what a day above 12 proves,
    or the rest.
    """
    orders: dict[int, moments.Order] = {}
    open_ones: list[tuple[ColumnMap, bool]] = []
    proofs = _order_proofs(con, source, mapping, given)
    for column in mapping.columns:
        if column.name is None or column.type is not Type.MOMENT:
            continue
        found = moments.shapes(given[column.position])
        orders[column.position] = "dmy"
        if column.order:
            orders[column.position] = "dmy" if column.order == "dmy" else "mdy"
        elif found.numeric:
            day_first, month_first = proofs.get(column.position, (0, 0))
            if day_first or month_first:
                orders[column.position] = "dmy" if day_first >= month_first else "mdy"
            elif found.slashes:
                open_ones.append((column, found.noon))
    proved = [
        o
        for p, o in orders.items()
        if all(p != c.position for c, _ in open_ones) and moments.shapes(given[p]).slashes
    ]
    for column, noon in open_ones:
        order: moments.Order = "dmy" if decimal == "comma" or delimiter == ";" else "mdy"
        why = (
            "that is how the file writes its numbers"
            if order == "dmy"
            else "as most exports write it"
        )
        if noon:
            order, why = "mdy", "its times have AM and PM"
        if proved:
            order, why = max(set(proved), key=proved.count), "another column of the file does so"
        orders[column.position] = order
        made.problems.append(_ambiguous(column, order, why, place))
    return orders


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
    counts = ", ".join(moments.order_sql(cleaning.trimmed("x")))
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
