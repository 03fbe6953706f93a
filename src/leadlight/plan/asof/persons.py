"""Several leads that are one person: all their facts are read under the group's id.

Each attribute has the value of its newest statement by any of them (what the person came by that of
the first), but whoever has a contact point or a name outranks an anonymous visitor, whatever the
dates.  Consent is never widened: what one of
them refuses, the person refuses.  The person is as old as the first of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from leadlight.facts.catalog import Type
from leadlight.facts.cohort import Cohort
from leadlight.facts.ledger import Holdings
from leadlight.plan.asof.query_text import equal, fields, quote, with_steps
from leadlight.plan.asof.statement_order import orders, statement_that_counts
from leadlight.plan.asof.visibility import ATTRIBUTE_FACTS, keys, visible_rows
from leadlight.plan.terms import col

KNOWN_BY = ("email", "phone", "mobile", "first_name", "last_name", "full_name")

#: Attributes of which not the newest statement counts, but the least or the greatest of what the
#: leads say at last.
STRICTEST = {
    "consent": "least",
    "ads_consent": "least",
    "do_not_email": "greatest",
    "do_not_call": "greatest",
    "profiling_objected": "greatest",
    "email_bounced": "greatest",
    "created_at": "least",
}


def merge_persons(
    cohort: Cohort, holdings: Holdings, names: Sequence[str], *, tellers: bool = False
) -> exp.Select:
    """One row a person who is several leads, with these attributes; reads the step `_members`.

    With `tellers`, each attribute is the id of the lead that said what counts.
    """
    key = keys(cohort)
    strict = [n for n in names if n in STRICTEST]
    free = [n for n in names if n not in STRICTEST]
    before: dict[str, str | exp.Query] = {"_ranked": _rank_statements(cohort, holdings, names)}
    fold = _newest_of_all(key, free, "_member" if tellers else None)
    if not strict:
        return with_steps(fold, before)
    before["_newest"] = fold
    before["_own"] = _newest_of_each(key, strict)
    strictest = _strictest(key, strict, holdings)
    before["_strictest"] = _tellers(strictest, key, strict) if tellers else strictest
    columns = {**dict.fromkeys([*key, *names], "n"), **dict.fromkeys(strict, "s")}
    kept = ", ".join(f"{of}.{quote(n)}" for n, of in columns.items())
    return with_steps(
        f"SELECT {kept} FROM _newest n JOIN _strictest s ON {equal(key, 's', 'n')}", before
    )


def _newest_of_all(key: Sequence[str], names: Sequence[str], value: str | None) -> exp.Select:
    """Of each person the newest statement of these attributes, by whichever of its leads."""
    columns = [*(col(k) for k in key), *(statement_that_counts(n, value) for n in names)]
    return exp.select(*columns).from_("_ranked").group_by(*(col(k) for k in key))


def _newest_of_each(key: Sequence[str], names: Sequence[str]) -> exp.Select:
    """The same for each of its leads, and how late that lead spoke last."""
    whose = (*key, "_member")
    columns = [*(col(k) for k in whose), *(statement_that_counts(n) for n in names)]
    last = exp.alias_(exp.Max(this=col("_order")), "_last", quoted=True)
    return exp.select(*columns).from_("_ranked").select(last).group_by(*(col(k) for k in whose))


def _strictest(key: Sequence[str], names: Sequence[str], holdings: Holdings) -> exp.Select:
    """The strictest of what a person's leads say at last."""
    values = [exp.alias_(_extreme(n, holdings), n, quoted=True) for n in names]
    columns = [*(col(k) for k in key), *values]
    return exp.select(*columns).from_("_own").group_by(*(col(k) for k in key))


def _rank_statements(cohort: Cohort, holdings: Holdings, names: Sequence[str]) -> exp.Select:
    """Every statement about a person in the order of its weight: anonymous ones first, then by
    date, the last counts.
    """
    key = keys(cohort)
    known = [n for n in KNOWN_BY if n in holdings.attributes]
    columns = ["lead_id", *dict.fromkeys([*names, *known]), "_occurred_at", "_import", "_row"]
    rows = visible_rows(ATTRIBUTE_FACTS, "_occurred_at", cohort, holdings, columns, "with")
    named = " OR ".join(f"{quote(n)} IS NOT NULL" for n in known) or "FALSE"
    whose = fields([*key, "_member"])
    weighed = (
        f"SELECT *, MAX(CASE WHEN {named} THEN 1 ELSE 0 END) OVER (PARTITION BY {whose}) AS _known"
        " FROM _told"
    )
    ranked = exp.select(
        *(col(n) for n in (*key, "_member", *names)), *orders(key, names, ["_known"])
    ).from_("_weighed")
    return with_steps(ranked, {"_told": rows, "_weighed": weighed})


def _extreme(name: str, holdings: Holdings) -> exp.Expression:
    least = STRICTEST[name] == "least"
    if holdings.attributes[name].type is Type.YES_NO:
        return exp.LogicalAnd(this=col(name)) if least else exp.LogicalOr(this=col(name))
    return exp.Min(this=col(name)) if least else exp.Max(this=col(name))


def _tellers(strictest: exp.Select, key: Sequence[str], names: Sequence[str]) -> exp.Select:
    picked = ", ".join(
        f"ARG_MAX(o._member, o._last) FILTER(WHERE o.{quote(n)} = s.{quote(n)}) AS {quote(n)}"
        for n in names
    )
    return with_steps(
        f"SELECT {fields(key, 'o')}, {picked} FROM _own o JOIN _s s ON {equal(key, 's', 'o')} GROUP"
        f" BY {fields(key, 'o')}",
        {"_s": strictest},
    )
