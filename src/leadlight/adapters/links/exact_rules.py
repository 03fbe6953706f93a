"""Links that need no model: the same address, number or external id, where it is one person's and
nothing contradicts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from leadlight.adapters.db.duckdb import rows
from leadlight.dedupe.settings import Settings

# leads under one value that are linked each with each; more are linked with the first of them
MOST = 10

FIRST_UNLIKE = """(a.x_first IS NOT NULL AND b.x_first IS NOT NULL
    AND jaro_winkler_similarity(a.x_first, b.x_first) < 0.8
  AND NOT starts_with(a.x_first, b.x_first) AND NOT starts_with(b.x_first, a.x_first)
  AND NOT coalesce(a.x_first = b.x_last OR b.x_first = a.x_last, false))"""
"""Two given names that no slip of the pen makes one."""

LAST_UNLIKE = """(a.x_last IS NOT NULL AND b.x_last IS NOT NULL
    AND jaro_winkler_similarity(a.x_last, b.x_last) < 0.8
  AND NOT contains(a.x_last, b.x_last) AND NOT contains(b.x_last, a.x_last)
  AND NOT coalesce(a.x_first = b.x_last OR b.x_first = a.x_last, false))"""
"""Two family names that no slip of the pen makes one; people marry, so it speaks only where nothing
personal agrees.
"""

BORN_APART = """(a.x_birthday IS NOT NULL AND b.x_birthday IS NOT NULL
  AND damerau_levenshtein(a.x_birthday, b.x_birthday) > 2)"""
"""Two dates of birth that no slip of the pen makes one."""


@dataclass(frozen=True)
class ExactRule:
    """A value that proves by itself that two leads are one."""

    columns: tuple[str, ...]
    say: str
    weight: float
    shared: tuple[str, ...] = ()  # the marks of values that prove nothing


def rules(own: duckdb.DuckDBPyConnection, settings: Settings) -> Sequence[ExactRule]:
    """The exact rules that the prepared columns allow."""
    there = {str(r[0]) for r in rows(own, "DESCRIBE leads")}
    found = [
        ExactRule((f"e{k}",), f"same {name.replace('_', ' ').strip()}", 1.0)
        for k, name in enumerate(settings.external_ids)
        if f"e{k}" in there
    ]
    if "x_email" in there:
        found.append(ExactRule(("x_email",), "same e-mail", 0.999, ("s_email",)))
    phones = [p for p in ("phone", "mobile") if f"x_{p}" in there]
    if phones:
        found.append(
            ExactRule(
                tuple(f"x_{p}" for p in phones), "same phone", 0.99, tuple(f"s_{p}" for p in phones)
            )
        )
    return found


def link_exactly(own: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Fills `exact` with (l, r, weight, say): pairs that one or more exact rules link."""
    own.execute("CREATE TABLE exact (l BIGINT, r BIGINT, weight DOUBLE, say VARCHAR)")
    waits = min(settings.make, 1) - 0.01
    for rule in rules(own, settings):
        values = " UNION ".join(
            f"SELECT n, {c} AS x FROM leads WHERE {c} IS NOT NULL" + (f" AND NOT {s}" if s else "")
            for c, s in zip(rule.columns, rule.shared or ("",), strict=True)
        )
        doubt = "false" if rule.weight == 1 else f"{FIRST_UNLIKE} OR {BORN_APART}"
        own.execute(f"""
            INSERT INTO exact
            WITH given AS ({values}),
            sized AS (SELECT n, x, count(*) OVER w AS many, min(n) OVER w AS first FROM given
                      WINDOW w AS (PARTITION BY x) QUALIFY many > 1),
            pairs AS (
              SELECT DISTINCT s.n AS l, t.n AS r FROM sized s JOIN sized t ON s.x = t.x
                AND s.n < t.n
              WHERE s.many <= {MOST} OR s.n = s.first)
            SELECT l, r, CASE WHEN doubt THEN {waits} ELSE {rule.weight} END,
              '{rule.say.replace("'", "''")}' || CASE WHEN doubt THEN concat(
                CASE WHEN unlike THEN '; different first name' END, CASE WHEN apart
                  THEN '; different birthday' END)
                ELSE '' END
            FROM (SELECT l, r, {doubt} AS doubt, {FIRST_UNLIKE} AS unlike, {BORN_APART} AS apart
                  FROM pairs JOIN leads a ON a.n = l JOIN leads b ON b.n = r)
            WHERE NOT doubt OR NOT (unlike AND apart)""")
