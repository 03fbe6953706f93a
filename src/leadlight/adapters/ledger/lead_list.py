"""Pages of the list of leads: the newest row of each in the log of changes, with what is known of
them now.

Nothing is indexed: the first leads in order are found by one scan of a few columns, and only of
those is the rest read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeAlias

from leadlight.adapters.db.duckdb import quoted, text_literal
from leadlight.adapters.ledger.lead_condition import condition_sql
from leadlight.adapters.ledger.lead_states import current_states
from leadlight.adapters.ledger.runs import as_column, column
from leadlight.adapters.ledger.sales_touches import (
    DUE_FIRST,
    make_queue,
    queue_condition,
    touches_of_queue,
)
from leadlight.adapters.ledger.tables import Tables, columns_of
from leadlight.facts.cohort import Everyone, Some
from leadlight.facts.lead_list import (
    SEARCHED,
    DueOrder,
    LeadLine,
    LeadPage,
    LeadQuery,
    Order,
    RunColumns,
    RunOrder,
    ScoreOrder,
)
from leadlight.facts.ledger import Holdings
from leadlight.plan.asof.texts import leads_text
from leadlight.results.summary import NO_SOURCE

_PAGE, _FOUND = "_lead_page", "_lead_words"
_FROM_SOURCE, _CONDITION = "_lead_source", "_lead_condition"
_LOWEST = "1.7e308"
_FIXED = (
    "lead_id",
    "run_no",
    "as_of",
    "segments",
    "department",
    "respond_within",
    "next_step",
    "reasons",
)


def run_columns(tables: Tables) -> RunColumns:
    """The scales and scores of which stored runs know."""
    names = columns_of(tables, "run_changes")
    scales = tuple(n.removeprefix("label_") for n in names if n.startswith("label_"))
    return RunColumns(
        scales, tuple(n.removeprefix("score_") for n in names if n.startswith("score_"))
    )


def list_leads(
    tables: Tables, holdings: Holdings, query: LeadQuery, now: datetime, engine: str = "duckdb"
) -> LeadPage:
    """A page of the leads."""
    if query.words:
        _search(tables, query.words, linked=holdings.linked)
    if query.source is not None:
        _find_source(tables, holdings, query.source, now, engine)
    if query.queue is not None:
        make_queue(tables, holdings, query.queue, set(columns_of(tables, "attribute_facts")))
    states = current_states(tables, query.upto, _state_columns(query.columns))
    inline = _meet_condition(tables, holdings, states, query, now, engine)
    conditions = _conditions(query, inline)
    total: int | None = None
    counts: dict[str, dict[str, int]] = {}
    if query.after is None and query.queue is None:
        total, counts = _count(tables, states, query, _conditions(query, inline, labels=False))
    places = _places(tables, states, conditions, query)
    rows = _rows(tables, states, [lead for lead, _ in places], query.columns)
    lines = [_line(query.columns, rows[lead]) for lead, _ in places]
    ids = [line.lead_id for line in lines]
    known = attributes_of(tables, holdings, ids, now, engine, query.shown)
    queue = query.queue
    return LeadPage(
        tuple(replace(line, attributes=known.get(line.lead_id, {})) for line in lines),
        tuple(keys for _, keys in places),
        total,
        counts,
        {} if queue is None else touches_of_queue(tables, ids, queue.scale),
    )


@dataclass(frozen=True)
class _Conditions:
    """Conditions of states `c`, and the values that stand in them."""

    text: str
    values: tuple[object, ...]


def _conditions(query: LeadQuery, inline: str | None, *, labels: bool = True) -> _Conditions:
    """The conditions of a query; without `labels` for whoever counts each of them."""
    parts = [inline or "1 = 1"]
    values: list[object] = []
    for scale, names in query.labels.items() if labels else ():
        parts.append(f"c.{as_column('label', scale)} IN ({', '.join('?' for _ in names)})")
        values += names
    if query.segment is not None:
        parts.append("strpos('; ' || c.segments || '; ', ?) > 0")
        values.append(f"; {query.segment}; ")
    if query.department is not None:
        parts.append("c.department = ?")
        values.append(query.department)
    if query.source is not None:
        parts.append(f"c.lead_id IN (SELECT lead_id FROM {_FROM_SOURCE})")
    if query.words:
        parts.append(f"c.lead_id IN (SELECT lead_id FROM {_FOUND})")
    if query.condition and inline is None:
        parts.append(f"c.lead_id IN (SELECT lead_id FROM {_CONDITION})")
    if query.queue is not None:
        parts.append(queue_condition(query.queue))
    return _Conditions(" AND ".join(parts), tuple(values))


def _search(tables: Tables, words: Sequence[str], *, linked: bool) -> None:
    """Make the table of leads of whom something was stated that has all the words; a person is
    found by what was stated of any of its leads.
    """
    has = set(columns_of(tables, "attribute_facts"))
    names = ["lead_id", *(n for n in SEARCHED if n in has)]
    each = " AND ".join(_has_word(word, names) for word in words)
    found = (
        f"SELECT lead_id FROM attribute_facts WHERE {each} AND _import NOT IN (SELECT import_no"
        " FROM undos)"
    )
    if linked:
        found = (
            f"WITH stated AS ({found}) SELECT lead_id FROM stated UNION SELECT group_id FROM"
            " member_facts WHERE kind = 'person' AND lead_id IN (SELECT lead_id FROM stated)"
        )
    tables.fresh(_FOUND, found)


def _find_source(
    tables: Tables, holdings: Holdings, source: str, now: datetime, engine: str
) -> None:
    """Make the table of leads who came from a source, in whatever case it is written."""
    names = [n for n in ("source", "utm_source") if n in holdings.attributes]
    known = leads_text(Everyone(now), holdings, names, engine)
    values = [f"NULLIF(TRIM(CAST({quoted(n)} AS VARCHAR)), '')" for n in names]
    value = f"LOWER(COALESCE({', '.join([*values, text_literal(NO_SOURCE)])}))"
    tables.fresh(
        _FROM_SOURCE,
        f"SELECT lead_id FROM ({known}) AS known WHERE {value} ="
        f" LOWER({text_literal(source.strip())})",
    )


def _has_word(word: str, names: Sequence[str]) -> str:
    plain = word.replace("!", "!!").replace("%", "!%").replace("_", "!_")
    like = f" ILIKE {text_literal(f'%{plain}%')}"
    if plain != word or "\\" in word:
        like += " ESCAPE '!'"  # twice as slow as without
    return f"({' OR '.join(quoted(n) + like for n in names)})"


def _key(order: Order) -> str:
    """A number of a state `c`; the smallest comes first."""
    if isinstance(order, DueOrder):
        return DUE_FIRST
    if isinstance(order, RunOrder):
        return "CAST(-c.run_no AS DOUBLE PRECISION)"
    if isinstance(order, ScoreOrder):
        sign = "" if order.ascending else "-"
        return f"coalesce({sign}c.{as_column('score', order.score)}, {_LOWEST})"
    arms = "".join(f" WHEN {text_literal(label)} THEN {n}" for n, label in enumerate(order.labels))
    place = f"CASE c.{as_column('label', order.scale)}{arms} ELSE {len(order.labels)} END"
    return f"CAST({place} AS DOUBLE PRECISION)" if arms else "CAST(0 AS DOUBLE PRECISION)"


def _meet_condition(
    tables: Tables, holdings: Holdings, states: str, query: LeadQuery, now: datetime, engine: str
) -> str | None:
    """The query's condition over states `c`; None where there is none, or where the leads that
    meet it were put into a table.
    """
    if not query.condition:
        return None
    found = condition_sql(holdings, states, query, now, engine)
    if found.query is not None:
        tables.fresh(_CONDITION, found.query)
    return found.inline


def _count(
    tables: Tables, states: str, query: LeadQuery, conditions: _Conditions
) -> tuple[int, dict[str, dict[str, int]]]:
    """How many leads the filters leave, and how many have each label when the filter of its own
    scale is left out.
    """
    scales = query.columns.scales
    labels = "".join(f", c.{as_column('label', n)}" for n in scales)
    found = tables.rows(
        f"SELECT count(*){labels} FROM ({states}) AS c WHERE {conditions.text}"
        f"{f' GROUP BY {labels[2:]}' if labels else ''}",
        *conditions.values,
    )
    total = 0
    counts: dict[str, dict[str, int]] = {scale: {} for scale in scales}
    for n, *of_lead in found:
        number_of = int(str(n))
        missing = [
            scale
            for scale, label in zip(scales, of_lead, strict=True)
            if query.labels.get(scale) and str(label) not in query.labels[scale]
        ]
        total += 0 if missing else number_of
        for scale, label in zip(scales, of_lead, strict=True):
            if label is not None and missing in ([], [scale]):
                so_far = counts[scale].get(str(label), 0)
                counts[scale][str(label)] = so_far + number_of
    return total, counts


_Place: TypeAlias = tuple[str, tuple[float, ...]]
_Row: TypeAlias = tuple[object, ...]


def _state_columns(columns: RunColumns) -> tuple[str, ...]:
    """The columns of a state, as the log has them."""
    labels = (column("label", n) for n in columns.scales)
    scores = (column("score", n) for n in columns.scores)
    return (*_FIXED[3:], *labels, *scores)


def _places(tables: Tables, states: str, conditions: _Conditions, query: LeadQuery) -> list[_Place]:
    """The leads of the page in their order, each with its keys."""
    keys = [_key(order) for order in query.order]
    named = "".join(f", {key} AS k{n}" for n, key in enumerate(keys))
    order = ", ".join([*(f"k{n}" for n in range(len(keys))), "lead_id"])
    after, values = "", list(conditions.values)
    if query.after is not None:
        marks = ", ".join([*("CAST(? AS DOUBLE PRECISION)" for _ in keys), "?"])
        after = f" WHERE ({order}) > ({marks})"
        values += [*query.after[0], query.after[1]]
    found = tables.rows(
        f"SELECT * FROM (SELECT c.lead_id{named} FROM ({states}) AS c WHERE {conditions.text}) AS"
        f" p{after} ORDER BY {order} LIMIT {int(query.limit)}",
        *values,
    )
    return [(str(lead), tuple(float(str(k)) for k in of_lead)) for lead, *of_lead in found]


def _rows(
    tables: Tables, states: str, leads: Sequence[str], columns: RunColumns
) -> dict[str, _Row]:
    """The whole state of each of these leads."""
    if not leads:
        return {}
    listed = ", ".join(map(text_literal, leads))
    names = "".join(f", c.{quoted(n)}" for n in _state_columns(columns))
    rows = tables.rows(
        f"SELECT c.lead_id, r.run_no, r.as_of{names} FROM ({states}) AS c JOIN runs AS r ON"
        f" r.run_no = c.run_no WHERE c.lead_id IN ({listed})"
    )
    return {str(row[0]): row for row in rows}


def _line(columns: RunColumns, row: _Row) -> LeadLine:
    cells = dict(zip(_FIXED, row, strict=False))
    labels, scores = row[len(_FIXED) :], row[len(_FIXED) + len(columns.scales) :]
    as_of, within = cells["as_of"], cells["respond_within"]
    assert isinstance(as_of, datetime)
    return LeadLine(
        lead_id=str(cells["lead_id"]),
        attributes={},
        labels=dict(zip(columns.scales, map(_text, labels), strict=False)),
        scores=dict(zip(columns.scores, map(_number, scores), strict=False)),
        segments=_parts(cells["segments"]),
        department=_text(cells["department"]),
        respond_within=None if within is None else timedelta(seconds=int(str(within))),
        next_step=_text(cells["next_step"]),
        reasons=_parts(cells["reasons"]),
        changed_in=f"r{cells['run_no']}",
        changed_at=as_of,
    )


def attributes_of(
    tables: Tables,
    holdings: Holdings,
    leads: Sequence[str],
    as_of: datetime,
    engine: str = "duckdb",
    names: Sequence[str] | None = None,
) -> dict[str, dict[str, object]]:
    """What is known of these leads at a moment, by name; these names, or all."""
    names = [n for n in names or holdings.attributes if n in holdings.attributes]
    if not leads or not names:
        return {}
    listed = ", ".join(f"({text_literal(lead)})" for lead in leads)
    tables.fresh(_PAGE, f"SELECT lead_id FROM (VALUES {listed}) AS page (lead_id)")
    known = leads_text(Some(as_of, _PAGE), holdings, names, engine)
    listed = "".join(f", {quoted(n)}" for n in names)
    rows = tables.rows(f"SELECT lead_id{listed} FROM ({known}) AS known")
    return {
        str(lead): {n: v for n, v in zip(names, values, strict=True) if v is not None}
        for lead, *values in rows
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))


def _parts(value: object) -> tuple[str, ...]:
    return tuple(part for part in str(value or "").split("; ") if part)
