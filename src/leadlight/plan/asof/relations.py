"""What was known of the leads at a moment: the relations `leads` and `activities` of a plan, over a
ledger's tables.

An attribute has the value that its newest statement gives (`_occurred_at`, then the order of
imports, then the line); what a lead came by (`FIRST_TOUCH`) that of its first one. Most leads were
stated once: exactly one row of a lead says `_revises = false`, so a lead without a visible revising
row is one row as it stands, and only the others are folded. Leads that are one person are folded in
`plan/asof/persons.py`; what `verify` found is put beside in `plan/asof/checks.py`. Where nothing is
linked or checked, neither costs anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlglot import exp

from leadlight.facts.catalog import CHECK_ATTRIBUTES, NEWEST_TOUCH
from leadlight.facts.cohort import Cohort, Everyone
from leadlight.facts.ledger import Holdings
from leadlight.plan.asof.checks import OTHERS, VALUES, with_checks
from leadlight.plan.asof.members import members_as_of
from leadlight.plan.asof.persons import merge_persons
from leadlight.plan.asof.query_text import equal, fields, parse_query, with_steps
from leadlight.plan.asof.shared_activities import shared_activities
from leadlight.plan.asof.statement_order import orders, statement_that_counts
from leadlight.plan.asof.visibility import (
    ACTIVITY_FACTS,
    ATTRIBUTE_FACTS,
    MEMBERS,
    SPEND_FACTS,
    Members,
    keys,
    moment_literal,
    visible_rows,
)
from leadlight.plan.columns import TOLD_BY
from leadlight.plan.dialects import dialect
from leadlight.plan.terms import col, exists, same

__all__ = [
    "Relations",
    "activities_as_of",
    "attribute_tellers",
    "leads_as_of",
    "members_as_of",
    "moment_literal",
    "relations",
    "spend_as_of",
    "text",
]


@dataclass(frozen=True)
class Relations:
    """The two sub-selects a plan reads, as expression trees; for `Moments` both also carry
    `as_of`.
    """

    leads: exp.Query
    activities: exp.Query


def relations(cohort: Cohort, holdings: Holdings) -> Relations:
    """Both relations of a cohort with every column the ledger has."""
    return Relations(leads_as_of(cohort, holdings), activities_as_of(cohort, holdings))


def text(query: exp.Query, engine: str = "duckdb") -> str:
    """One of these relations (or `members_as_of`, `said_by`) as a text of an engine's."""
    speak = dialect(engine)
    return speak.translate(query).sql(dialect=speak.name, identify=True, comments=False, copy=False)


def leads_as_of(
    cohort: Cohort, holdings: Holdings, names: Iterable[str] | None = None
) -> exp.Query:
    """One row a lead of the cohort (a pair of lead and moment, for `Moments`) with its attributes
    as of then.

    Leads that were one person then are one row, under their group's id.  `names` picks attributes;
    those the ledger never saw are left out.
    """
    asked = holdings.attributes if names is None else names
    wanted = [n for n in asked if NEWEST_TOUCH.get(n, n) in holdings.attributes]
    checks = [n for n in wanted if n in CHECK_ATTRIBUTES] if holdings.checked else []
    read = _read_of_statements(wanted, holdings, bool(checks))
    query = _with_all(wanted, checks, read, cohort, holdings)
    if not holdings.linked:
        return query
    before = {
        MEMBERS: members_as_of(cohort, holdings, "person"),
        "_merged": merge_persons(cohort, holdings, read),
    }
    return _after(query, before)


def _with_all(
    wanted: Sequence[str],
    checks: Sequence[str],
    read: Sequence[str],
    cohort: Cohort,
    holdings: Holdings,
) -> exp.Query:
    """What files said (`read`), with what checks found and the company, in the order wanted."""
    query = _statements(cohort, holdings, read)
    if checks:
        query = with_checks(query, cohort, holdings, read, checks)
    if holdings.accounts and "account" in wanted:
        query = _with_accounts(query, cohort, holdings, [*read, *checks])
    if wanted == read:
        return query
    columns = [col(n) for n in (*keys(cohort), *wanted)]
    return exp.select(*columns).from_(query.subquery("l"))


def _read_of_statements(wanted: Sequence[str], holdings: Holdings, with_values: bool) -> list[str]:
    """The attributes to read of what files said: those wanted, and with checks the values that
    were checked.
    """
    stated = [n for n in wanted if n not in (*CHECK_ATTRIBUTES, "account")]
    if not with_values:
        return stated
    values = (*VALUES, *OTHERS.values())
    return stated + [v for v in values if v in holdings.attributes and v not in stated]


def attribute_tellers(cohort: Cohort, holdings: Holdings) -> exp.Query:
    """Of every person who is several leads, which of them said what counts: one row, each attribute
    a lead's id.
    """
    names = list(holdings.single().attributes)
    before = {
        MEMBERS: members_as_of(cohort, holdings, "person"),
        "_merged": merge_persons(cohort, holdings, names, tellers=True),
    }
    return with_steps("SELECT * FROM _merged", before)


def _statements(cohort: Cohort, holdings: Holdings, names: Sequence[str]) -> exp.Query:
    """What files said of each lead, and of each person."""
    members: Members = "without" if holdings.linked else "all"
    once: exp.Query = _visible(cohort, holdings, names, members)
    if holdings.revised:
        revising = _visible(cohort, holdings, [], members).where(col("_revises", "f"))
        alone = _visible(cohort, holdings, names, members).where(
            exp.not_(_among(revising.copy(), cohort))
        )
        once = exp.union(alone, _fold(cohort, holdings, names, revising, members), distinct=False)
    if not holdings.linked:
        return once
    return exp.union(
        once,
        parse_query(f"SELECT {fields([*keys(cohort), *names])} FROM _merged"),
        distinct=False,
    )


def _after(query: exp.Query, before: dict[str, exp.Select]) -> exp.Query:
    """The query after the steps that it reads by name."""
    made = parse_query("SELECT * FROM _q")
    made.set("from_", exp.From(this=query.subquery("q")))
    return with_steps(made, before)


def _with_accounts(
    leads: exp.Query, cohort: Cohort, holdings: Holdings, names: Sequence[str]
) -> exp.Select:
    """These leads with the company each belongs to; a person's is one of those of its leads."""
    key = keys(cohort)
    companies: exp.Query = members_as_of(cohort, holdings, "company")
    if holdings.linked:
        also = f" AND {equal(key[1:], 'm', 'c')}" if key[1:] else ""
        when = f", {fields(key[1:], 'c')}" if key[1:] else ""
        of_person = (
            f"SELECT COALESCE(m.group_id, c.lead_id) AS lead_id{when}, MIN(c.group_id) AS group_id"
            f" FROM _companies c LEFT JOIN {MEMBERS} m ON m.lead_id = c.lead_id{also} GROUP BY ALL"
        )
        companies = with_steps(of_person, {"_companies": companies})
    kept = exp.select(
        *(col(n, "l") for n in (*key, *names)),
        exp.alias_(col("group_id", "a"), "account", quoted=True),
    )
    on = exp.and_(*(same(k, "a", "l") for k in key))
    return kept.from_(leads.subquery("l")).join(companies.subquery("a"), on=on, join_type="left")


def activities_as_of(
    cohort: Cohort, holdings: Holdings, names: Iterable[str] | None = None, *, tellers: bool = False
) -> exp.Query:
    """The activities that are visible at the cohort's moment: `lead_id`, `occurred_at`, `kind`,
    then columns.

    What several leads of one person tell of the same activity is one row.  `tellers` adds the
    column `_told_by`: the ids of the leads that told it, where a person has several.
    """
    asked = holdings.activity_columns if names is None else names
    fixed = ["lead_id", "occurred_at", "kind"]
    columns = [n for n in asked if n in holdings.activity_columns and n not in fixed]
    read = [*fixed, *columns]
    if not holdings.linked:
        return visible_rows(ACTIVITY_FACTS, "occurred_at", cohort, holdings, read)
    alone = visible_rows(ACTIVITY_FACTS, "occurred_at", cohort, holdings, read, "without")
    if tellers:
        alone = alone.select(exp.alias_(exp.cast(exp.null(), "text"), TOLD_BY, quoted=True))
    kept = [*keys(cohort), *read[1:], *([TOLD_BY] if tellers else [])]
    shared = parse_query(f"SELECT {fields(kept)} FROM _shared")
    before = {
        MEMBERS: members_as_of(cohort, holdings, "person"),
        "_shared": shared_activities(cohort, holdings, columns, tellers),
    }
    return _after(exp.union(alone, shared, distinct=False), before)


def spend_as_of(cohort: Everyone, holdings: Holdings) -> exp.Query:
    """Spend as the newest visible import states it for each day, source and campaign."""
    columns = ["occurred_at", "source", "campaign", "amount", "currency"]
    rows = visible_rows(SPEND_FACTS, "occurred_at", cohort, holdings, [*columns, "_import"])
    last = exp.Window(
        this=exp.Max(this=col("_import")),
        partition_by=[col("occurred_at"), col("source"), col("campaign")],
    )
    ranked = exp.select("*", exp.alias_(last, "_newest", quoted=True)).from_(rows.subquery("s"))
    return (
        exp.select(*(col(c) for c in columns))
        .from_(ranked.subquery("r"))
        .where(exp.EQ(this=col("_import"), expression=col("_newest")))
    )


def _visible(
    cohort: Cohort, holdings: Holdings, names: Sequence[str], members: Members
) -> exp.Select:
    return visible_rows(
        ATTRIBUTE_FACTS, "_occurred_at", cohort, holdings, ["lead_id", *names], members
    )


def _fold(
    cohort: Cohort, holdings: Holdings, names: Sequence[str], revising: exp.Select, members: Members
) -> exp.Select:
    """Leads that were stated more than once: each attribute from the newest row that states it.

    The order is made an integer first: picking a maximum by an integer took a fifth of the time of
    picking it by the three columns themselves (3M statements of 1M leads).
    """
    key = keys(cohort)
    rows = _visible(cohort, holdings, [*names, "_occurred_at", "_import", "_row"], members)
    rows = rows.where(_among(revising, cohort))
    ordered = exp.select(*(col(c) for c in (*key, *names)), *orders(key, names)).from_(
        rows.subquery("v")
    )
    return (
        exp.select(*(col(k) for k in key), *(statement_that_counts(n) for n in names))
        .from_(ordered.subquery("o"))
        .group_by(*(col(k) for k in key))
    )


def _among(rows: exp.Select, cohort: Cohort) -> exp.Exists:
    """Whether the row's lead (and moment) is among these."""
    return exists(
        rows.subquery("r"), *(same(k, "r", "f" if k == "lead_id" else "p") for k in keys(cohort))
    )
