"""Links that need no model: the same address, number or external id, where it is one person's and
nothing contradicts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from leadlight.adapters.db.duckdb import rows, text_literal
from leadlight.adapters.links.levels import RESPELT
from leadlight.adapters.links.sites import street_level
from leadlight.adapters.links.two_people import BORN_APART, FIRST_UNLIKE, LAST_UNLIKE
from leadlight.dedupe.settings import Settings

# leads under one value that are linked each with each; more are linked with the first of them
MOST = 10

STREETS_APART = f"coalesce({street_level()} = 0, false)".replace("a.", "pa.").replace("b.", "pb.")
"""Two streets or houses, of leads that `places` holds."""


@dataclass(frozen=True)
class Doubt:
    """What makes a pair a question in spite of a rule."""

    when: str
    say: str


_FIRST = Doubt(FIRST_UNLIKE, "different first name")
_BORN = Doubt(BORN_APART, "different birthday")
_LAST = Doubt(LAST_UNLIKE, "different last name")
_STREET = Doubt(STREETS_APART, "different street")


@dataclass(frozen=True)
class ExactRule:
    """A value that proves by itself that two leads are one."""

    columns: tuple[str, ...]
    say: str
    weight: float
    shared: tuple[str, ...] = ()  # the marks of values that prove nothing
    doubts: tuple[Doubt, ...] = ()
    of_sites: bool = True  # whether it says something of two leads without a person
    respelt: str = ""  # said where the value as it was written, `y_email`, differs


def rules(own: duckdb.DuckDBPyConnection, settings: Settings) -> Sequence[ExactRule]:
    """The exact rules that the prepared columns allow."""
    there = {str(r[0]) for r in rows(own, "DESCRIBE leads")}
    found = [
        ExactRule((f"e{k}",), f"same {name.replace('_', ' ').strip()}", 1.0)
        for k, name in enumerate(settings.external_ids)
        if f"e{k}" in there
    ]
    if "x_email" in there:
        found.append(
            ExactRule(
                ("x_email",), "same e-mail", 0.999, ("s_email",), (_FIRST, _BORN), False, RESPELT
            )
        )
    phones = [p for p in ("phone", "mobile") if f"x_{p}" in there]
    if phones:
        found.append(
            ExactRule(
                tuple(f"x_{p}" for p in phones),
                "same phone",
                0.99,
                tuple(f"s_{p}" for p in phones),
                (_FIRST, _BORN, _LAST, _STREET),
                False,
            )
        )
    return found


def link_exactly(own: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Fills `exact` with (l, r, weight, say): pairs that one or more exact rules link; `moved`
    marks those under one number whose streets are two.
    """
    own.execute(
        "CREATE TABLE exact (l BIGINT, r BIGINT, weight DOUBLE, say VARCHAR, moved BOOLEAN)"
    )
    waits = min(settings.make, 1) - 0.01
    for rule in rules(own, settings):
        values = " UNION ".join(
            f"SELECT n, {c} AS x FROM leads WHERE {c} IS NOT NULL" + (f" AND NOT {s}" if s else "")
            for c, s in zip(rule.columns, rule.shared or ("",), strict=True)
        )
        doubts = [f"({d.when})" for d in rule.doubts] or ["false"]
        moved = STREETS_APART if _STREET in rule.doubts else "false"
        two_people = f"{FIRST_UNLIKE} AND {BORN_APART}" if rule.doubts else "false"
        own.execute(f"""
            INSERT INTO exact
            WITH given AS ({values}),
            sized AS (SELECT n, x, count(*) OVER w AS many, min(n) OVER w AS first FROM given
                      WINDOW w AS (PARTITION BY x) QUALIFY many > 1),
            pairs AS (
              SELECT DISTINCT s.n AS l, t.n AS r FROM sized s JOIN sized t ON s.x = t.x
                AND s.n < t.n
              WHERE s.many <= {MOST} OR s.n = s.first)
            SELECT l, r, CASE WHEN {" OR ".join(doubts)} THEN {waits} ELSE {rule.weight} END,
              concat_ws('; ', {_words(rule)}), {moved}
            FROM pairs JOIN leads a ON a.n = l JOIN leads b ON b.n = r
              LEFT JOIN places pa ON pa.n = l LEFT JOIN places pb ON pb.n = r
            WHERE NOT ({two_people}) {_of_people(rule)}""")


def _words(rule: ExactRule) -> str:
    """What is said of a pair: the rule, and what makes it a question."""
    say = text_literal(rule.say)
    if rule.respelt:
        say = f"CASE WHEN a.y_email = b.y_email THEN {say} ELSE {text_literal(rule.respelt)} END"
    return ", ".join(
        [say, *(f"CASE WHEN {d.when} THEN {text_literal(d.say)} END" for d in rule.doubts)]
    )


def _of_people(rule: ExactRule) -> str:
    """Two sites are compared by `sites`: a chain has one number for many."""
    return (
        "" if rule.of_sites else "AND NOT (coalesce(pa.site, false) AND coalesce(pb.site, false))"
    )
