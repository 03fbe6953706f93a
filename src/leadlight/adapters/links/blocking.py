"""Which pairs are worth a comparison: those that agree in something few others share.

All pairs of a small base. Of a larger one: every value (a birthday, the beginnings of a name) and
every two values together is a rule; its large blocks are left to the finer rules, the cheapest
rules are taken first, and the pairs of all together are bounded. (Standard blocking: Fellegi and
Sunter 1969, section 3; Christen, Data Matching, 2012, ch. 4.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import duckdb

from leadlight.adapters.db.duckdb import count
from leadlight.dedupe.comparisons import Comparison, How

SMALL = 1500  # leads: up to a million pairs are all compared
BLOCK = 50  # leads with one value that are compared each with each
A_LEAD = 8  # pairs for each lead of the base, at most
AT_LEAST = 4_000_000


@dataclass(frozen=True)
class Sign:
    """A value by which leads are brought together: of which comparison, and whether it is one
    alone.
    """

    of: int
    sql: str
    alone: bool = True


def signs(comparisons: Sequence[Comparison]) -> list[Sign]:
    """What leads can agree in."""
    found: list[Sign] = []
    for i, c in enumerate(comparisons):
        match c.how:
            case How.NAME:
                found += _name_signs(i, "full_name" in c.attributes)
            case How.EMAIL:
                found += [Sign(i, f"v{i}"), Sign(i, f"b{i}")]
            case How.PHONE:
                found += [Sign(i, f"v{i}"), Sign(i, f"w{i}")][: len(c.attributes)]
            case How.PLACE:
                found += [Sign(i, f"v{i}"), Sign(i, f"w{i}")]
            case How.WORDS | How.STREET:
                longest = (
                    f"list_max(list_transform(w{i}, lambda x: lpad(length(x)::VARCHAR, 3, '0')"
                    " || x))"
                )
                found += [Sign(i, f"v{i}"), Sign(i, longest), Sign(i, f"left(v{i}, 5)")]
            case How.CATEGORY:
                found += [Sign(i, f"v{i}", alone=False)]
            case How.CODE:
                found += [
                    Sign(i, f"v{i}"),
                    Sign(i, f"CASE WHEN length(v{i}) > 5 THEN left(v{i}, 4) END", alone=False),
                ]
            case How.DATE:
                found += [Sign(i, f"v{i}"), Sign(i, f"left(v{i}, 4)", alone=False)]
            case _:
                found += [Sign(i, f"v{i}")]
    return found


def _name_signs(i: int, full: bool) -> list[Sign]:
    found = [
        Sign(i, f"least(f{i}, l{i}) || ' ' || greatest(f{i}, l{i})"),
        Sign(i, f"left(f{i}, 3) || ' ' || left(l{i}, 4)"),
        Sign(i, f"l{i}"),
        Sign(i, f"coalesce(f{i}, l{i})"),
        Sign(i, f"left(l{i}, 2) || left(f{i}, 1)", alone=False),
    ]
    return [*found, Sign(i, f"w{i}")] if full else found


def rules(own: duckdb.DuckDBPyConnection, comparisons: Sequence[Comparison]) -> list[str]:
    """The blocking rules of a base, as keys over the table `signs` that it makes; none for a small
    base.
    """
    leads = count(own, "SELECT count(*) FROM leads")
    if leads <= SMALL:
        return []
    found = signs(comparisons)
    hashes = ", ".join(
        f"CASE WHEN ({s.sql}) IS NOT NULL THEN hash({s.sql}) END AS s{k}"
        for k, s in enumerate(found)
    )
    own.execute(f"CREATE TABLE signs AS SELECT n, lead_id, {hashes} FROM leads")
    keys = [f"s{k}" for k, s in enumerate(found) if s.alone]
    keys += [
        f"CASE WHEN s{j} IS NOT NULL AND s{k} IS NOT NULL THEN hash(s{j}, s{k}) END"
        for j, k in combinations(range(len(found)), 2)
        if found[j].of != found[k].of
    ]
    cost = {key: _cost(own, key) for key in keys}
    room, taken = max(AT_LEAST, A_LEAD * leads), []
    for key in sorted(keys, key=lambda k: (cost[k], k)):
        if 0 < cost[key] <= room:
            room -= cost[key]
            taken.append(key)
    return taken


def meet(own: duckdb.DuckDBPyConnection, keys: Sequence[str], into: str, touched: str = "") -> int:
    """Makes the table of the pairs to compare, as Splink wants them (join_key_l < join_key_r), and
    counts them.

    `touched` is a condition on the leads `a` and `b` of a pair. Without rules all pairs meet.
    """
    if not keys:
        own.execute(
            f"""CREATE TABLE {into} AS SELECT a.n AS join_key_l, b.n AS join_key_r, '0' AS match_key
                        FROM leads a JOIN leads b ON a.n < b.n {touched}"""
        )
        return count(own, f"SELECT count(*) FROM {into}")
    own.execute("CREATE TABLE met (p UBIGINT)")
    for key in keys:
        own.execute(
            f"""
            INSERT INTO met
            WITH k AS (SELECT n, lead_id, {key} AS k FROM signs WHERE k IS NOT NULL
                       QUALIFY count(*) OVER (PARTITION BY k) BETWEEN 2 AND {BLOCK})
            SELECT (a.n::UBIGINT << 32) | b.n::UBIGINT FROM k a JOIN k b ON a.k = b.k
              AND a.n < b.n {touched}"""
        )
    own.execute(f"""
        CREATE TABLE {into} AS SELECT (p >> 32)::BIGINT AS join_key_l,
          (p & 4294967295)::BIGINT AS join_key_r,
          '0' AS match_key FROM (SELECT DISTINCT p FROM met)""")
    own.execute("DROP TABLE met")
    return count(own, f"SELECT count(*) FROM {into}")


def _cost(own: duckdb.DuckDBPyConnection, key: str) -> int:
    """How many pairs a rule makes."""
    return count(
        own,
        f"""SELECT sum(c * (c - 1) // 2)::BIGINT
          FROM (SELECT count(*) AS c FROM signs WHERE ({key}) IS NOT NULL
            GROUP BY {key} HAVING c BETWEEN 2 AND {BLOCK})""",
    )


def pairs_that_agree(own: duckdb.DuckDBPyConnection, *columns: str) -> int:
    """How many pairs have the same value in each of these columns."""
    given = " AND ".join(f"{c} IS NOT NULL" for c in columns)
    return count(
        own,
        f"""SELECT coalesce(sum(c * (c - 1) // 2), 0)::BIGINT FROM (
            SELECT count(*) AS c FROM leads WHERE {given} GROUP BY {", ".join(columns)})""",
    )
