"""Several leads that are one person: all their facts are read under the group's id.

Each attribute has the value of its newest statement by any of them, but whoever has a contact point
or a name outranks an anonymous visitor, whatever the dates.  Consent is never widened: what one of
them refuses, the person refuses.  The person is as old as the first of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from leadlight.facts.catalog import Type
from leadlight.facts.cohort import Cohort
from leadlight.facts.ledger import Holdings
from leadlight.plan.asof.visibility import (
    ATTRIBUTE_FACTS,
    column,
    equal,
    keys,
    listed,
    quoted,
    seen,
    steps,
)

KNOWN_BY = ("email", "phone", "mobile", "first_name", "last_name", "full_name")

#: Attributes of which not the newest statement counts, but the least or the greatest of what the
#: leads say at last.
STRICTEST = {
    "consent": "least",
    "do_not_email": "greatest",
    "do_not_call": "greatest",
    "email_bounced": "greatest",
    "created_at": "least",
}


def merged(
    cohort: Cohort, holdings: Holdings, names: Sequence[str], *, tellers: bool = False
) -> exp.Select:
    """One row a person who is several leads, with these attributes; reads the step `_members`.

    With `tellers`, each attribute is the id of the lead that said what counts.
    """
    key = keys(cohort)
    strict = [n for n in names if n in STRICTEST]
    free = [n for n in names if n not in STRICTEST]
    value = "_member" if tellers else None
    fold = exp.select(*(column(k) for k in key), *(newest(n, value) for n in free)).from_("_ranked")
    before: dict[str, str | exp.Query] = {"_ranked": _ranked(cohort, holdings, names)}
    fold = fold.group_by(*(column(k) for k in key))
    if not strict:
        return steps(fold, before)
    before["_newest"] = fold
    own = exp.select(*(column(k) for k in (*key, "_member")), *(newest(n) for n in strict)).from_(
        "_ranked"
    )
    last = exp.alias_(exp.Max(this=column("_order")), "_last", quoted=True)
    before["_own"] = own.select(last).group_by(*(column(k) for k in (*key, "_member")))
    said = [exp.alias_(_extreme(n, holdings), n, quoted=True) for n in strict]
    strictest = (
        exp.select(*(column(k) for k in key), *said)
        .from_("_own")
        .group_by(*(column(k) for k in key))
    )
    before["_strictest"] = _who_said(strictest, key, strict) if tellers else strictest
    from_ = {n: "s" if n in strict else "n" for n in names}
    kept = ", ".join(f"{of}.{quoted(n)}" for n, of in [*((k, "n") for k in key), *from_.items()])
    return steps(
        f"SELECT {kept} FROM _newest n JOIN _strictest s ON {equal(key, 's', 'n')}", before
    )


def newest(name: str, value: str | None = None) -> exp.Expr:
    """The value (or another column) of the last row, by `_order`, that states an attribute."""
    picked = exp.Filter(
        this=exp.ArgMax(this=column(value or name), expression=column("_order")),
        expression=exp.Where(this=exp.not_(exp.Is(this=column(name), expression=exp.null()))),
    )
    return exp.alias_(picked, name, quoted=True)


def _ranked(cohort: Cohort, holdings: Holdings, names: Sequence[str]) -> exp.Select:
    """Every statement about a person in the order of its weight: anonymous ones first, then by
    date, the last counts.
    """
    key = keys(cohort)
    known = [n for n in KNOWN_BY if n in holdings.attributes]
    columns = ["lead_id", *dict.fromkeys([*names, *known]), "_occurred_at", "_import", "_row"]
    rows = seen(ATTRIBUTE_FACTS, "_occurred_at", cohort, holdings, columns, "with")
    named = " OR ".join(f"{quoted(n)} IS NOT NULL" for n in known) or "FALSE"
    whose = listed([*key, "_member"])
    weighed = (
        f"SELECT *, MAX(CASE WHEN {named} THEN 1 ELSE 0 END) OVER (PARTITION BY {whose}) AS _known"
        " FROM _told"
    )
    ranked = (
        f"SELECT {listed([*key, '_member', *names])}, ROW_NUMBER() OVER (PARTITION BY {listed(key)}"
        " ORDER BY _known, _occurred_at, _import, _row) AS _order FROM _weighed"
    )
    return steps(ranked, {"_told": rows, "_weighed": weighed})


def _extreme(name: str, holdings: Holdings) -> exp.Expression:
    least = STRICTEST[name] == "least"
    if holdings.attributes[name].type is Type.YES_NO:
        return exp.LogicalAnd(this=column(name)) if least else exp.LogicalOr(this=column(name))
    return exp.Min(this=column(name)) if least else exp.Max(this=column(name))


def _who_said(strictest: exp.Select, key: Sequence[str], names: Sequence[str]) -> exp.Select:
    picked = ", ".join(
        f"ARG_MAX(o._member, o._last) FILTER(WHERE o.{quoted(n)} = s.{quoted(n)}) AS {quoted(n)}"
        for n in names
    )
    return steps(
        f"SELECT {listed(key, 'o')}, {picked} FROM _own o JOIN _s s ON {equal(key, 's', 'o')} GROUP"
        f" BY {listed(key, 'o')}",
        {"_s": strictest},
    )
