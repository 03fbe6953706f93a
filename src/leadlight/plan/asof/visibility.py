"""Which rows of a ledger's table are seen at a cohort's moment: what every relation `as of` is made
of.

A fact is seen when it had happened and was recorded by then, and its import had not been taken back
by then.  `known: now` drops the last two conditions' "by then": everything recorded so far counts,
save what is taken back as of today.

Who belongs together is a step of its own, `_members` (`plan/asof/members.py`): `members="without"`
leaves the leads of groups out, `members="with"` reads only them, under their group's id, and calls
the lead that said it `_member`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlglot import exp

from leadlight.facts.catalog import NEWEST_TOUCH
from leadlight.facts.cohort import Cohort, Moments, Some
from leadlight.facts.ledger import Holdings
from leadlight.plan.sources import relation
from leadlight.plan.terms import col, exists, same, table

ATTRIBUTE_FACTS, ACTIVITY_FACTS, SPEND_FACTS, UNDOS = (
    "attribute_facts",
    "activity_facts",
    "spend_facts",
    "undos",
)
CONTACT_FACTS, MEMBER_FACTS, MEMBERS = "contact_facts", "member_facts", "_members"
#: Which leads are seen: all, those that are no one person with others, or only those that are.
Members = Literal["all", "without", "with"]


def keys(cohort: Cohort) -> list[str]:
    """What a row is of: the lead, and the moment where the cohort has many."""
    return ["lead_id", "as_of"] if isinstance(cohort, Moments) else ["lead_id"]


def visible_rows(
    table_: str,
    happened: str,
    cohort: Cohort,
    holdings: Holdings,
    names: Sequence[str],
    members: Members = "all",
) -> exp.Select:
    """The rows of a table of facts that the cohort sees, under the alias `f` (its pairs or members
    under `p`).
    """
    query = exp.select(*_columns(cohort, names, members)).from_(table(table_, "f"))
    if members == "with":
        query = query.join(table(MEMBERS, "p"), on=same("lead_id", "p", "f"))
    elif isinstance(cohort, Moments):
        query = query.join(relation(cohort.pairs, "duckdb", "p"), on=same("lead_id", "p", "f"))
    query = _visible_at(query, happened, cohort, holdings)
    if isinstance(cohort, Some) and members != "with":
        query = query.where(exists(table(cohort.leads, "t"), same("lead_id", "t", "f")))
    if members == "without":
        query = query.where(exp.not_(in_group(cohort)))
    return query


def _columns(cohort: Cohort, names: Sequence[str], members: Members) -> list[exp.Expr]:
    """The lead (its group's id, and who it is), its moment, and the other columns."""
    columns: list[exp.Expr] = [_fact_column(n) for n in names]
    if members == "with":
        columns[0] = exp.alias_(col("group_id", "p"), "lead_id", quoted=True)
        columns.insert(1, exp.alias_(col("lead_id", "f"), "_member", quoted=True))
    if isinstance(cohort, Moments):
        columns.insert(1, col("as_of", "p"))
    return columns


def _fact_column(name: str) -> exp.Expr:
    """A column of a fact; what a lead came by last is stated as what it came by."""
    first = NEWEST_TOUCH.get(name)
    return col(name, "f") if first is None else exp.alias_(col(first, "f"), name, quoted=True)


def _visible_at(query: exp.Select, happened: str, cohort: Cohort, holdings: Holdings) -> exp.Select:
    """The rows that had happened at the moment, were recorded by then and not taken back."""
    moment: exp.Expression = (
        col("as_of", "p") if isinstance(cohort, Moments) else moment_literal(cohort.as_of)
    )
    query = query.where(exp.LTE(this=col(happened, "f"), expression=moment.copy()))
    if cohort.known == "then":
        query = query.where(exp.LTE(this=col("_recorded_at", "f"), expression=moment.copy()))
    if holdings.undone:
        query = query.where(exp.not_(_is_undone(cohort, moment)))
    return query


def in_group(cohort: Cohort) -> exp.Exists:
    """Whether the row's lead (`f`) is one of several who are one person."""
    when = [same("as_of", "m", "p")] if isinstance(cohort, Moments) else []
    return exists(table(MEMBERS, "m"), same("lead_id", "m", "f"), *when)


def _is_undone(cohort: Cohort, moment: exp.Expression) -> exp.Exists:
    then = (
        [exp.LTE(this=col("recorded_at", "u"), expression=moment.copy())]
        if cohort.known == "then"
        else []
    )
    mine = exp.EQ(this=col("import_no", "u"), expression=col("_import", "f"))
    return exists(table(UNDOS, "u"), mine, *then)


def moment_literal(moment: datetime) -> exp.Expression:
    """A moment (UTC without zone) as a literal of the plan, to the microsecond."""
    return exp.cast(exp.Literal.string(moment.isoformat(sep=" ")), "timestamp")
