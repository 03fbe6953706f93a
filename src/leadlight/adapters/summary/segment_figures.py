"""Segments in numbers, out of the labels that stand: how large, who came and left, what their leads
did and bought. Leads that no run touched in the period did not move and are not looked at twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

import duckdb

from leadlight.adapters.db.duckdb import rows, text_literal
from leadlight.adapters.summary.newest_labels import make_newest_labels
from leadlight.facts.cohort import Everyone
from leadlight.facts.ledger import Holdings
from leadlight.facts.relation import Relation
from leadlight.plan.asof.texts import activities_text, leads_text

_MOVERS, _ACTS = "segment_movers", "segment_acts"
#: What a mail brought, by kinds of activity.
MAILS = ("email_sent", "email_opened", "email_clicked", "email_replied")
#: So many pairs of segments are told.
_OVERLAPS = 40
#: In the place of a segment: all leads.
EVERYBODY = ""


@dataclass(frozen=True)
class SegmentQuery:
    """Leads as the run of number `upto` left them, beside the run `before` the period; what they
    did from `since` until before `until`. `words` are the kinds of mails as the log writes them.
    """

    upto: int
    before: int
    since: datetime
    until: datetime
    now: datetime
    words: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class SegmentCount:
    """What was counted of a segment; `value` is None where nobody says what was paid."""

    leads: int = 0
    hot: int = 0
    empty: int = 0
    joined: int = 0
    left: int = 0
    mailed: int = 0
    opened: int = 0
    clicked: int = 0
    replied: int = 0
    won: int = 0
    value: float | None = None
    product: str | None = None
    asked: int = 0


def runs_of_period(
    con: duckdb.DuckDBPyConnection, since: datetime, until: datetime
) -> tuple[int, int] | None:
    """The last run before a period (at the earliest the first there is), and the last one in it;
    None where none was stored by its end.
    """
    found = rows(
        con,
        "SELECT min(run_no), max(run_no) FILTER (as_of <= ?), max(run_no) FILTER (as_of <= ?) FROM"
        " runs",
        [since, until],
    )
    first, before, upto = (None if n is None else int(str(n)) for n in found[0])
    if first is None or upto is None:
        return None
    return min(max(before or 0, first), upto), upto


def segment_counts(
    con: duckdb.DuckDBPyConnection, holdings: Holdings, query: SegmentQuery
) -> tuple[dict[str, SegmentCount], list[tuple[str, str, int]]]:
    """What was counted of each segment, and of all leads; and how many are in both of two.

    Leads that are in the same segments are counted together: these groups are few, where leads are
    many.
    """
    labels, has = make_newest_labels(con, query.upto, ("temperature", "contact"), ())
    counts: dict[str, dict[str, float | None]] = {}
    _add(counts, _SIZES, _sizes(con, labels, has))
    _add(counts, _MAILED, _acts(con, holdings, query, labels))
    for was, now, leads in _moves(con, query):
        for segment in _names(now) - _names(was):
            _increase(counts, segment, "joined", leads)
        for segment in _names(was) - _names(now):
            _increase(counts, segment, "left", leads)
    products = _products(con, holdings, query, labels)
    made = {
        segment: _segment_count(numbers, products.get(segment))
        for segment, numbers in counts.items()
    }
    return made, _overlaps(con, labels)


_SIZES = ("leads", "hot", "empty")
_MAILED = ("mailed", "opened", "clicked", "replied", "won", "value")


def _names(segments: str | None) -> set[str]:
    """The segments of a lead, and the one that all are in; none of a lead that is not there."""
    if segments is None:
        return set()
    return {EVERYBODY, *(name for name in segments.split("; ") if name)}


def _add(
    counts: dict[str, dict[str, float | None]],
    names: Sequence[str],
    found: Sequence[tuple[object, ...]],
) -> None:
    """Add the numbers of groups of leads to the segments that they are in."""
    for segments, *numbers in found:
        for segment in _names(str(segments)):
            for name, number in zip(names, numbers, strict=True):
                if number is not None:
                    _increase(counts, segment, name, float(str(number)))


def _increase(
    counts: dict[str, dict[str, float | None]], segment: str, name: str, number: float
) -> None:
    of_segment = counts.setdefault(segment, {})
    of_segment[name] = (of_segment.get(name) or 0) + number


def _segment_count(
    numbers: Mapping[str, float | None], product: tuple[str, int] | None
) -> SegmentCount:
    whole = {name: int(n or 0) for name, n in numbers.items() if name != "value"}
    name, asked = product or (None, 0)
    return SegmentCount(**whole, value=numbers.get("value"), product=name, asked=asked)


def _sizes(
    con: duckdb.DuckDBPyConnection, labels: Relation, has: Sequence[str]
) -> list[tuple[object, ...]]:
    hot = "count(*) FILTER (temperature = 'hot')" if "temperature" in has else "0"
    empty = "count(*) FILTER (contact = 'empty')" if "contact" in has else "0"
    return rows(
        con, f"SELECT coalesce(segments, ''), count(*), {hot}, {empty} FROM {labels} GROUP BY 1"
    )


def _moves(
    con: duckdb.DuckDBPyConnection, query: SegmentQuery
) -> list[tuple[str | None, str | None, int]]:
    """How many leads went from some segments to others in the period; None is outside the base."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {_MOVERS} AS SELECT lead_id, max(run_no) FILTER (run_no <="
        f" {query.before}) AS was, max(run_no) AS now FROM run_changes WHERE run_no <="
        f" {query.upto} GROUP BY lead_id HAVING max(run_no) > {query.before}"
    )
    sides = ", ".join(
        f"max(CASE WHEN c.gone THEN NULL ELSE coalesce(c.segments, '') END) FILTER (c.run_no ="
        f" m.{side}) AS {side}"
        for side in ("was", "now")
    )
    found = rows(
        con,
        f"SELECT was, now, count(*) FROM (SELECT m.lead_id, {sides} FROM {_MOVERS} m JOIN"
        " run_changes c ON c.lead_id = m.lead_id AND c.run_no IN (m.was, m.now) GROUP BY m.lead_id)"
        " AS moves WHERE was IS DISTINCT FROM now GROUP BY 1, 2",
    )
    return [
        (None if a is None else str(a), None if b is None else str(b), int(str(n)))
        for a, b, n in found
    ]


def _acts(
    con: duckdb.DuckDBPyConnection, holdings: Holdings, query: SegmentQuery, labels: Relation
) -> list[tuple[object, ...]]:
    """What mails brought in the period, and who was ever won and paid what. Who opened a mail was
    sent one.
    """
    cohort = Everyone(query.now)
    has_value = "value" in holdings.activity_columns
    log = activities_text(cohort, holdings, ["value"] if has_value else [])
    mails = [word for words in query.words for word in words]
    value = "sum(value) FILTER (kind = 'won')" if has_value else "NULL"
    flags = ", ".join(
        f"coalesce(bool_or(kind IN ({_in_list(words)})), false) AS a{n}"
        for n, words in enumerate(query.words)
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {_ACTS} AS SELECT lead_id, {flags}, bool_or(kind = 'won') AS"
        f" won, {value}::DOUBLE AS value FROM ({log}) AS log WHERE kind = 'won' OR (kind IN"
        f" ({_in_list(mails)}) AND occurred_at >= ? AND occurred_at < ?) GROUP BY lead_id",
        [query.since, query.until],
    )
    converted, joined = "false", ""
    if "converted" in holdings.attributes:
        known = leads_text(cohort, holdings, ["converted"])
        joined = (
            f" LEFT JOIN (SELECT lead_id FROM ({known}) AS c WHERE converted) AS k ON k.lead_id ="
            " l.lead_id"
        )
        converted = "k.lead_id IS NOT NULL"
    each = [f"a.a{n}" for n in range(len(query.words))]
    counted = ", ".join(f"count(*) FILTER ({flag})" for flag in (" OR ".join(each), *each[1:]))
    return rows(
        con,
        f"SELECT coalesce(l.segments, ''), {counted}, count(*) FILTER (coalesce(a.won, false) OR"
        f" {converted}), sum(a.value) FROM {labels} l LEFT JOIN {_ACTS} a ON a.lead_id ="
        f" l.lead_id{joined} GROUP BY 1",
    )


def _products(
    con: duckdb.DuckDBPyConnection, holdings: Holdings, query: SegmentQuery, labels: Relation
) -> dict[str, tuple[str, int]]:
    """Of each segment the product that most of its leads looked at or asked about in the period and
    did not buy, and how many did.
    """
    if "product" not in holdings.activity_columns:
        return {}
    log = activities_text(Everyone(query.now), holdings, ["product"])
    found = rows(
        con,
        f"""
        WITH asked AS (SELECT DISTINCT lead_id, product FROM ({log}) AS log
          WHERE product <> '' AND occurred_at >= ? AND occurred_at < ?),
        bought AS (SELECT DISTINCT lead_id, product FROM ({log}) AS log
          WHERE kind IN ('won', 'purchased') AND product <> '')
        SELECT coalesce(l.segments, ''), a.product, count(*) FROM asked a ANTI JOIN bought b
        ON b.lead_id = a.lead_id AND b.product = a.product
        JOIN {labels} l ON l.lead_id = a.lead_id GROUP BY 1, 2
        """,
        [query.since, query.until],
    )
    counts: dict[str, Counter[str]] = {}
    for segments, product, leads in found:
        for segment in _names(str(segments)):
            counts.setdefault(segment, Counter())[str(product)] += int(str(leads))
    return {
        segment: min(products.items(), key=lambda of: (-of[1], of[0]))
        for segment, products in counts.items()
    }


def _overlaps(con: duckdb.DuckDBPyConnection, labels: Relation) -> list[tuple[str, str, int]]:
    found = rows(con, f"SELECT segments, count(*) FROM {labels} WHERE segments <> '' GROUP BY 1")
    both: Counter[tuple[str, str]] = Counter()
    for segments, leads in found:
        for pair in combinations(sorted(set(str(segments).split("; "))), 2):
            both[pair] += int(str(leads))
    most = sorted(both.items(), key=lambda of: (-of[1], of[0]))[:_OVERLAPS]
    return [(one, other, leads) for (one, other), leads in most]


def _in_list(words: Sequence[str]) -> str:
    return ", ".join(map(text_literal, words))
