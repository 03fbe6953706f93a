"""Leads that a chain of links would make one and that cannot be: two names, two houses of one firm,
two numbers of a register.

Leads that are linked by way of others are looked at: what two leads say of each other directly was
weighed when their link was found. Only a register that gave two firms two numbers outweighs that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb

from leadlight.adapters.db.arrow import arrow_table
from leadlight.adapters.db.duckdb import rows, text_literal
from leadlight.adapters.links.exact_rules import STREETS_APART
from leadlight.adapters.links.two_people import BORN_APART, FIRST_UNLIKE, LAST_UNLIKE
from leadlight.dedupe.comparisons import Comparison, How
from leadlight.dedupe.groups import Contradiction, group, leave_out
from leadlight.dedupe.link import Link
from leadlight.dedupe.settings import Settings

LARGEST = 2000  # leads of one chain of which each is set beside each

_SITES = "pa.site AND pb.site"
_CHAIN = "d.l IS NULL"


def without_contradictions(
    own: duckdb.DuckDBPyConnection,
    found: Sequence[Link],
    known: Iterable[Link],
    compared: Sequence[Comparison],
    settings: Settings,
) -> list[Link]:
    """The links found, of which those wait that would bring contradicting leads together with the
    others or with what is known; and known ones that have to wait since.
    """
    stand = [x for x in known if x.kind == "person"]
    news = {(x.lead_a, x.lead_b) for x in found}
    decided = {(x.lead_a, x.lead_b) for x in stand if x.by}
    every = [x for x in stand if x.by or (x.lead_a, x.lead_b) not in news]
    every += [x for x in found if (x.lead_a, x.lead_b) not in decided]
    apart = contradictions(own, every, compared, settings)
    if not apart:
        return list(found)
    left = leave_out(every, apart, settings.make - 0.01)
    waiting = {(x.lead_a, x.lead_b): x for x, was in zip(left, every, strict=True) if x is not was}
    out = [waiting.pop((x.lead_a, x.lead_b), x) for x in found]
    return sorted([*out, *waiting.values()], key=lambda x: (x.lead_a, x.lead_b))


def contradictions(
    own: duckdb.DuckDBPyConnection,
    links: Sequence[Link],
    compared: Sequence[Comparison],
    settings: Settings,
) -> list[Contradiction]:
    """The pairs of leads that the made links make one by way of others and that cannot be."""
    made = [x for x in links if x.state == "made"]
    least = 2 if settings.external_ids else 3
    groups = group(links).members
    chains = {g: leads for g, leads in groups.items() if least <= len(leads) <= LARGEST}
    if not chains:
        return []
    _put(
        own, "chained", {"lead_id": chains.values(), "g": [[g] * len(x) for g, x in chains.items()]}
    )
    _put(own, "direct", {"l": [[x.lead_a for x in made]], "r": [[x.lead_b for x in made]]})
    reasons = _reasons(own, compared, settings)
    why = " ".join(f"WHEN {when} THEN {text_literal(say)}" for when, say in reasons)
    found = rows(
        own,
        f"""
        WITH chain AS (SELECT c.g, l.* FROM chained c JOIN leads l USING (lead_id))
        SELECT a.lead_id, b.lead_id, CASE {why} END AS why
        FROM chain a JOIN chain b ON a.g = b.g AND a.lead_id < b.lead_id
          LEFT JOIN direct d ON d.l = a.lead_id AND d.r = b.lead_id
          LEFT JOIN places pa ON pa.n = a.n LEFT JOIN places pb ON pb.n = b.n
        WHERE why IS NOT NULL ORDER BY 1, 2""",
    )
    own.execute("DROP TABLE chained")
    own.execute("DROP TABLE direct")
    return [Contradiction(str(a), str(b), str(w)) for a, b, w in found]


def _reasons(
    own: duckdb.DuckDBPyConnection, compared: Sequence[Comparison], settings: Settings
) -> list[tuple[str, str]]:
    """What contradicts, as a condition on the leads `a` and `b` with their places, and in words."""
    there = {str(r[0]) for r in rows(own, "DESCRIBE leads")}
    registers = [
        (
            f"a.e{k} <> b.e{k} AND ({_CHAIN} OR ({_SITES}))",
            f"different {name.replace('_', ' ').strip()}",
        )
        for k, name in enumerate(settings.external_ids)
        if f"e{k}" in there
    ]
    apart = f"NOT coalesce({_SITES}, false) AND {FIRST_UNLIKE} AND NOT ({_own_signs(compared)})"
    of_chains = [
        (f"{_SITES} AND {STREETS_APART}", "different street"),
        (f"{_SITES} AND pa.domain <> pb.domain AND pa.firm <> pb.firm", "different website"),
        (f"{apart} AND {LAST_UNLIKE}", "different name"),
        (f"{apart} AND {BORN_APART}", "different first name and birthday"),
    ]
    return [*registers, *((f"{_CHAIN} AND {when}", say) for when, say in of_chains)]


def _put(
    own: duckdb.DuckDBPyConnection, name: str, columns: dict[str, Iterable[Sequence[str]]]
) -> None:
    flat = {c: [v for part in parts for v in part] for c, parts in columns.items()}
    own.register("to_put", arrow_table({}, flat))
    own.execute(f"CREATE TABLE {name} AS SELECT * FROM to_put")
    own.unregister("to_put")


def _own_signs(compared: Sequence[Comparison]) -> str:
    """Whether something personal is alike: names are mistyped and mixed up more often than all of
    these at once.
    """
    signs = ["false"]
    for i, c in enumerate(compared):
        a, b = f"a.v{i}", f"b.v{i}"
        if c.how is How.DATE:
            signs.append(f"coalesce(damerau_levenshtein({a}, {b}) <= 2, false)")
        elif c.how is How.EMAIL:
            signs.append(f"coalesce(jaro_winkler_similarity({a}, {b}) >= 0.9, false)")
        elif c.how is How.PHONE or (c.how is How.CODE and c.attributes != ("postal_code",)):
            signs.append(f"coalesce({a} = {b}, false)")
    return " OR ".join(signs)
