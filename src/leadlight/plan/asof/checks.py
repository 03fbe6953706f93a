"""What `verify` found, as of a moment: the newest visible check, as far as the lead still has the
values checked.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from leadlight.facts.catalog import CHECK_ATTRIBUTES
from leadlight.facts.cohort import Cohort
from leadlight.facts.ledger import Holdings
from leadlight.plan.asof.query_text import (
    equal,
    fields,
    parse_query,
    quote,
    with_steps,
)
from leadlight.plan.asof.visibility import CONTACT_FACTS, Members, keys, visible_rows
from leadlight.plan.terms import col

VALUES = ("email", "phone", "mobile")
#: The attribute with the further values of a contact point: they were checked with the first.
OTHERS = {"email": "other_emails", "phone": "other_phones"}

#: Which of the three values must still be the one that was checked for an attribute to hold.
DEPENDS = {
    n: (
        ("email",)
        if n.startswith("email_")
        else (
            ("phone", "mobile")
            if n in ("phone_line", "phone_country")
            else (
                ("phone",)
                if n.startswith("phone_")
                else ("mobile",)
                if n.startswith("mobile_")
                else VALUES
            )
        )
    )
    for n in CHECK_ATTRIBUTES
}


def checks_as_of(
    cohort: Cohort, holdings: Holdings, names: Sequence[str], members: Members = "all"
) -> exp.Select:
    """The newest check of each lead that was checked: one row each, `lead_id` (and `as_of`) and
    these columns.

    A lead is checked at most once in an import, so that the newest import tells the newest check.
    """
    key = [*keys(cohort), *(["_member"] if members == "with" else [])]
    columns = ["lead_id", *dict.fromkeys([*names, "_import"])]
    rows = visible_rows(CONTACT_FACTS, "_occurred_at", cohort, holdings, columns, members)
    if not holdings.rechecked:
        return rows
    last = parse_query(
        f"SELECT {fields(key)}, MAX(_import) AS _import FROM _r GROUP BY {fields(key)}"
    )
    imports = visible_rows(
        CONTACT_FACTS, "_occurred_at", cohort, holdings, ["lead_id", "_import"], members
    )
    last.set("from_", exp.From(this=_alias(imports, "_r")))
    made = [*key, *columns[1:]]
    query = exp.select(*(col(n, "c") for n in made)).from_(rows.subquery("c"))
    newest = [exp.EQ(this=col(n, "n"), expression=col(n, "c")) for n in (*key, "_import")]
    return query.join(last.subquery("n"), on=exp.and_(*newest))


def with_checks(
    leads: exp.Query,
    cohort: Cohort,
    holdings: Holdings,
    names: Sequence[str],
    wanted: Sequence[str],
) -> exp.Select:
    """These leads (which have `names`) with the attributes that checks state of them (`wanted`).

    Where leads are one person, `_merged` is a step of theirs: a check of any of them counts for the
    values it is of.
    """
    key = keys(cohort)
    read = [*wanted, *(f"_{v}" for v in VALUES)]
    checks: exp.Query = checks_as_of(
        cohort, holdings, read, "without" if holdings.linked else "all"
    )
    if holdings.linked:
        of_one = exp.select(*(col(n) for n in (*key, *read))).from_(checks.subquery("s"))
        of_groups = exp.select("*").from_(_alias(_of_groups(cohort, holdings, wanted), "g"))
        checks = exp.union(of_one, of_groups, distinct=False)
    found = []
    for n in wanted:
        conditions = " AND ".join(
            f"{_value(v, holdings, 'l')} IS NOT DISTINCT FROM c.{quote('_' + v)}"
            for v in DEPENDS[n]
        )
        found.append(f"CASE WHEN {conditions} THEN c.{quote(n)} END AS {quote(n)}")
    kept = fields([*key, *(n for n in names if n not in wanted)], "l")
    query = parse_query(f"SELECT {kept}, {', '.join(found)} FROM _l")
    query.set("from_", exp.From(this=_alias(leads, "l")))
    return query.join(
        _alias(checks, "c"),
        on=parse_query(f"SELECT {equal(key, 'c', 'l')}").expressions[0],
        join_type="left",
    )


def _of_groups(cohort: Cohort, holdings: Holdings, wanted: Sequence[str]) -> exp.Select:
    """One row a person: for each value the newest check of it, by whichever of its leads; doubts
    are of all three.
    """
    key = keys(cohort)
    k = fields(key, "c")
    read = [*wanted, *(f"_{v}" for v in VALUES)]
    checks = checks_as_of(cohort, holdings, read, "with")
    still = {
        v: f"c.{quote('_' + v)} IS NOT DISTINCT FROM {_value(v, holdings, 'l')}" for v in VALUES
    }
    parts = {"_".join(values): values for values in DEPENDS.values()} | {v: (v,) for v in VALUES}
    places = ", ".join(
        f"MAX(CASE WHEN {' AND '.join(still[v] for v in values)} THEN c._place END) OVER (PARTITION"
        f" BY {k}) AS {quote('_at_' + part)}"
        for part, values in parts.items()
    )
    whose = {n: quote("_at_" + "_".join(DEPENDS[n])) for n in wanted}
    picked = [
        f"MAX(CASE WHEN _place = {at} THEN {quote(n)} END) AS {quote(n)}" for n, at in whose.items()
    ]
    values = [
        f"MAX(CASE WHEN _place = {quote('_at_' + v)} THEN {quote('_' + v)} END) AS {quote('_' + v)}"
        for v in VALUES
    ]
    numbered = (
        f"SELECT {fields([*key, *read])}, ROW_NUMBER() OVER (PARTITION BY {fields(key)} ORDER BY"
        " _import, _member) AS _place FROM _checks"
    )
    placed = f"SELECT c.*, {places} FROM _numbered c JOIN _merged l ON {equal(key, 'c', 'l')}"
    final = (
        f"SELECT {fields(key)}, {', '.join([*picked, *values])} FROM _placed GROUP BY {fields(key)}"
    )
    return with_steps(final, {"_checks": checks, "_numbered": numbered, "_placed": placed})


def _value(name: str, holdings: Holdings, of: str) -> str:
    """The values of a contact point as one text: the first, and behind it the further ones."""
    first = f"{of}.{quote(name)}" if name in holdings.attributes else "CAST(NULL AS TEXT)"
    if OTHERS.get(name) not in holdings.attributes:
        return first
    others = f"{of}.{quote(OTHERS[name])}"
    return (
        f"CASE WHEN {others} IS NULL THEN {first} ELSE COALESCE({first}, '') || '; ' || {others}"
        " END"
    )


def _alias(query: exp.Query, name: str) -> exp.Subquery:
    return query.subquery(exp.to_identifier(name, quoted=True))
