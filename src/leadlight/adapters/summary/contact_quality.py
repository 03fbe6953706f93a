"""The quality of a verified base's contacts: one look at all leads makes groups of like ones, the
rest counts groups.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import duckdb

from leadlight.adapters.db.duckdb import quoted, rows
from leadlight.adapters.summary.contact_groups import (
    AGES,
    NOBODY,
    UNVERIFIED,
    empty,
    make_groups,
    outside_audience,
)
from leadlight.adapters.summary.lead_sources import spending
from leadlight.adapters.summary.qualified_base import QualifiedBase
from leadlight.adapters.summary.repairs import repairs, to_repair
from leadlight.facts.catalog import CHECK_ATTRIBUTES
from leadlight.facts.contact import RULES
from leadlight.facts.relation import Relation
from leadlight.results.quality import POINTS, Age, Quality, Reason, Recheck, SpendTotals, Waste
from leadlight.results.summary import NO_SOURCE

LISTED = 15
_UNSAID = "by_playbook"
_OWN = {
    NOBODY: "No contact point at all",
    UNVERIFIED: "Not verified yet, and the playbook calls it empty",
    _UNSAID: "No rule of verification spoke: the playbook calls it empty",
}
_MOST_SAID = 20_000  # combinations of rules that are read; verification makes some hundreds at most


def quality(
    base: QualifiedBase, as_of: datetime, attribute: str, spend: Relation | None
) -> Quality | None:
    """The quality of a base, or None when it was not verified; `attribute` is where the leads'
    source stands.
    """
    if not set(CHECK_ATTRIBUTES) <= set(base.known) or not set(POINTS) & set(base.known):
        return None
    con = base.con
    is_empty, is_unwanted = (
        empty(base.playbook, base.has),
        outside_audience(base.playbook, base.has),
    )
    groups = make_groups(
        con,
        base.qualifications,
        base.leads,
        base.known,
        as_of,
        attribute,
        is_empty,
        is_unwanted or "false",
    )
    wanted = "count(*), coalesce(sum(n), 0), " + ", ".join(
        f"coalesce(sum(n) FILTER ({f}), 0)" for f in ("empty", "unwanted", "empty OR unwanted")
    )
    _, leads, empties, non_target, either = (
        int(str(v)) for v in rows(con, f"SELECT {wanted} FROM {groups}")[0]
    )
    sources, others, left, spent, currency = (
        _sources(con, groups, spend) if attribute else ((), None, 0, None, "")
    )
    found = Quality(
        leads=leads,
        empty=empties,
        non_target=non_target if is_unwanted else None,
        either=either,
        reasons=_reasons(con, groups),
        ages=_ages(con, groups) if "created_at" in base.known else (),
        sources=sources,
        others=others,
        sources_left=left,
        spent=spent,
        currency=currency,
        rechecks=_rechecks(con, groups),
        repairs=repairs(con, groups),
        to_repair=(
            to_repair(
                con, base.qualifications, base.leads, base.playbook, base.has, base.known, is_empty
            )
            if empties
            else ()
        ),
    )
    con.execute(f"DROP TABLE {groups}")
    return found


def _reasons(con: duckdb.DuckDBPyConnection, groups: Relation) -> tuple[Reason, ...]:
    """Every rule that spoke of an empty lead, the most frequent first; what is fine by itself makes
    no lead empty.
    """
    said = rows(
        con,
        f"SELECT coalesce(said, ''), sum(n) AS n FROM {groups} WHERE empty GROUP BY 1 ORDER BY n"
        f" DESC LIMIT {_MOST_SAID}",
    )
    counts: Counter[str] = Counter()
    for text, n in said:
        for rule in _verdict_rules(str(text)):
            counts[rule] += int(str(n))
    sentences = {**{r.name: r.say for r in RULES.values()}, **_OWN}
    return tuple(
        Reason(r, sentences[r], n) for r, n in sorted(counts.items(), key=lambda c: (-c[1], c[0]))
    )


def _verdict_rules(because: str) -> set[str]:
    """The rules that made a lead empty, of all that spoke of it."""
    rules = {r for r in because.split("; ") if r in RULES or r in _OWN}
    return {r for r in rules if _is_telling(r)} or rules or {_UNSAID}


def _is_telling(rule: str) -> bool:
    return rule in _OWN or RULES[rule].subject == "lead" or RULES[rule].means != "fine"


def _ages(con: duckdb.DuckDBPyConnection, groups: Relation) -> tuple[Age, ...]:
    found = rows(
        con, f"SELECT age, sum(n), coalesce(sum(n) FILTER (empty), 0) FROM {groups} GROUP BY 1"
    )
    counts = {int(str(a)): (int(str(n)), int(str(e))) for a, n, e in found}
    ages = tuple(Age(name, *counts.get(i, (0, 0))) for i, name in enumerate(AGES))
    unknown = ages[-1]
    if unknown.leads == sum(a.leads for a in ages):
        return ()
    return ages if unknown.leads else ages[:-1]


def _sources(
    con: duckdb.DuckDBPyConnection, groups: Relation, spend: Relation | None
) -> tuple[tuple[Waste, ...], Waste | None, int, SpendTotals | None, str]:
    """What each source brought in vain, the costliest first; the rest in one; how many those are;
    what was spent.
    """
    spends, currency = spending(con, spend)
    amounts = spends or "(SELECT NULL::VARCHAR AS slug, NULL::DOUBLE AS amount WHERE false)"
    totals = ", ".join(
        f"sum({c}) OVER ()" for c in ("leads", "empty", "unwanted", "either", "amount")
    )
    shares = ", ".join(
        f"sum(amount * {c} / leads) OVER ()" for c in ("empty", "unwanted", "either")
    )
    found = rows(
        con,
        f"""
        WITH spelled AS (
          SELECT source, sum(n) AS leads, coalesce(sum(n) FILTER (empty), 0) AS empty,
                 coalesce(sum(n) FILTER (unwanted), 0) AS unwanted,
                 coalesce(sum(n) FILTER (empty OR unwanted), 0) AS either
          FROM {groups} GROUP BY 1),
        merged AS (
          SELECT coalesce(lower(trim(source)), '') AS slug,
            arg_max(coalesce(source, ''), (leads, source)) AS source,
                 sum(leads) AS leads, sum(empty) AS empty, sum(unwanted) AS unwanted,
                   sum(either) AS either
          FROM spelled GROUP BY 1),
        costed AS (SELECT m.*, s.amount FROM merged m LEFT JOIN {amounts} s ON s.slug = m.slug
          AND m.slug <> '')
        SELECT source, leads, empty, unwanted, either, amount, count(*) OVER (), {totals}, {shares}
        FROM costed ORDER BY amount * either / leads DESC NULLS LAST, empty DESC, leads DESC,
          slug LIMIT {LISTED}
        """,
    )
    if not found:
        return (), None, 0, None, currency
    listed = tuple(_waste(row[:6]) for row in found)
    sources, *sums = found[0][6:]
    left = int(str(sources)) - len(listed)
    spent = None
    if sums[4] is not None:
        total, on_empty, on_unwanted, on_either = (float(str(v)) for v in sums[4:])
        everywhere = rows(con, f"SELECT sum(amount) FROM {spends}")[0][0]
        spent = SpendTotals(
            total, on_empty, on_unwanted, on_either, max(0.0, float(str(everywhere)) - total)
        )
    return (
        listed,
        _others(listed, [int(str(v)) for v in sums[:4]], spent) if left else None,
        left,
        spent,
        currency,
    )


def _waste(row: Sequence[object]) -> Waste:
    source, leads, empties, non_target, either, amount = row
    return Waste(
        str(source).strip() or NO_SOURCE,
        int(str(leads)),
        int(str(empties)),
        int(str(non_target)),
        int(str(either)),
        None if amount is None else float(str(amount)),
    )


def _others(listed: Sequence[Waste], sums: Sequence[int], spent: SpendTotals | None) -> Waste:
    """What is left of the sums after the listed sources."""
    shown = [(s.leads, s.empty, s.non_target, s.either) for s in listed]
    leads, empties, non_target, either = (
        total - sum(column) for total, column in zip(sums, zip(*shown, strict=True), strict=True)
    )
    amount = (
        spent.total - sum(s.spend or 0 for s in listed)
        if spent and listed[-1].spend is not None
        else None
    )
    return Waste("", leads, empties, non_target, either, amount)


def _rechecks(con: duckdb.DuckDBPyConnection, groups: Relation) -> tuple[Recheck, ...]:
    """By kind of contact point; a group without `again` is due."""
    counts = ", ".join(
        f"coalesce(sum(n) FILTER ({quoted(p)}), 0), coalesce(sum(n) FILTER"
        f" ({quoted(p + ' verified')}), 0)"
        for p in POINTS
    )
    found = rows(con, f"SELECT again, {counts} FROM {groups} GROUP BY 1 ORDER BY 1")
    rechecks = (
        _recheck(
            point,
            [(again, int(str(row[2 * i])), int(str(row[2 * i + 1]))) for again, *row in found],
        )
        for i, point in enumerate(POINTS)
    )
    return tuple(r for r in rechecks if r.leads)


def _recheck(point: str, weeks: Sequence[tuple[object, int, int]]) -> Recheck:
    """When the contacts of a kind are due, from each week's (when again, leads, verified)."""
    leads, verified = sum(n for _, n, _ in weeks), sum(v for _, _, v in weeks)
    due = sum(n if again is None else n - v for again, n, v in weeks)
    later = [(v, again) for again, _, v in weeks if isinstance(again, datetime) and v]
    most, week = max(later, key=lambda w: w[0], default=(0, None))
    return Recheck(point, leads, verified, due, week, most)


__all__ = ["QualifiedBase", "quality"]
