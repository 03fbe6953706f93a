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

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

import sqlglot
from sqlglot import exp

from leadlight.facts.cohort import Cohort, Moments, Some
from leadlight.facts.ledger import Holdings
from leadlight.plan.sources import relation

ATTRIBUTE_FACTS, ACTIVITY_FACTS, SPEND_FACTS, UNDOS = (
    "attribute_facts",
    "activity_facts",
    "spend_facts",
    "undos",
)
CONTACT_FACTS, MEMBER_FACTS, MEMBERS = "contact_facts", "member_facts", "_members"
Twins = Literal["all", "without", "with"]


def keys(cohort: Cohort) -> list[str]:
    """What a row is of: the lead, and the moment where the cohort has many."""
    return ["lead_id", "as_of"] if isinstance(cohort, Moments) else ["lead_id"]


def seen(
    table_: str,
    happened: str,
    cohort: Cohort,
    holdings: Holdings,
    names: Sequence[str],
    members: Twins = "all",
) -> exp.Select:
    """The rows of a table of facts that the cohort sees, under the alias `f` (its pairs or members
    under `p`).
    """
    many = isinstance(cohort, Moments)
    moment: exp.Expression = (
        column("as_of", "p") if isinstance(cohort, Moments) else moment_literal(cohort.as_of)
    )
    columns: list[exp.Expr] = [column(n, "f") for n in names]
    if members == "with":
        columns[0] = exp.alias_(column("group_id", "p"), "lead_id", quoted=True)
        columns.insert(1, exp.alias_(column("lead_id", "f"), "_member", quoted=True))
    if many:
        columns.insert(1, column("as_of", "p"))
    query = exp.select(*columns).from_(table(table_, "f"))
    if members == "with":
        query = query.join(table(MEMBERS, "p"), on=same("lead_id", "p", "f"))
    elif isinstance(cohort, Moments):
        query = query.join(relation(cohort.pairs, "duckdb", "p"), on=same("lead_id", "p", "f"))
    query = query.where(exp.LTE(this=column(happened, "f"), expression=moment.copy()))
    if cohort.known == "then":
        query = query.where(exp.LTE(this=column("_recorded_at", "f"), expression=moment.copy()))
    if holdings.undone:
        query = query.where(exp.not_(_taken_back(cohort, moment)))
    if isinstance(cohort, Some) and members != "with":
        query = query.where(exists(table(cohort.leads, "t"), same("lead_id", "t", "f")))
    if members == "without":
        query = query.where(exp.not_(in_group(cohort)))
    return query


def in_group(cohort: Cohort) -> exp.Exists:
    """Whether the row's lead (`f`) is one of several who are one person."""
    when = [same("as_of", "m", "p")] if isinstance(cohort, Moments) else []
    return exists(table(MEMBERS, "m"), same("lead_id", "m", "f"), *when)


def _taken_back(cohort: Cohort, moment: exp.Expression) -> exp.Exists:
    then = (
        [exp.LTE(this=column("recorded_at", "u"), expression=moment.copy())]
        if cohort.known == "then"
        else []
    )
    mine = exp.EQ(this=column("import_no", "u"), expression=column("_import", "f"))
    return exists(table(UNDOS, "u"), mine, *then)


def moment_literal(moment: datetime) -> exp.Expression:
    """A moment (UTC without zone) as a literal of the plan, to the microsecond."""
    return exp.cast(exp.Literal.string(moment.isoformat(sep=" ")), "timestamp")


def exists(source: exp.Expression, *conditions: exp.Expression) -> exp.Exists:
    """An EXISTS, which every engine makes a semi-join."""
    return exp.Exists(this=exp.select(exp.Literal.number(1)).from_(source).where(*conditions))


def same(name: str, left: str, right: str) -> exp.EQ:
    return exp.EQ(this=column(name, left), expression=column(name, right))


def column(name: str, table: str | None = None) -> exp.Column:
    return exp.column(name, table=table, quoted=True)


def table(name: str, alias: str) -> exp.Table:
    return exp.Table(
        this=exp.to_identifier(name, quoted=True),
        alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True)),
    )


def steps(final: str | exp.Select, before: Mapping[str, str | exp.Query]) -> exp.Select:
    """A query after named steps, each a tree or a text; texts are read once, into trees as any
    other.
    """
    query = tree(final)
    for name, step in before.items():
        query = query.with_(exp.to_identifier(name, quoted=True), as_=tree(step), copy=False)
    return query


def tree(text: str | exp.Query) -> exp.Select:
    """A query's text as a tree."""
    if not isinstance(text, str):
        return text  # type: ignore[return-value]
    return sqlglot.parse_one(text, dialect="duckdb")  # type: ignore[return-value]


def quoted(name: str) -> str:
    """A name as it stands in a step's text."""
    return '"' + name.replace('"', '""') + '"'


def listed(names: Sequence[str], of: str = "") -> str:
    """Names as they stand in a step's text, those of a table when `of` says one."""
    return ", ".join((f"{of}." if of else "") + quoted(n) for n in names)


def equal(names: Sequence[str], left: str, right: str) -> str:
    """A condition: these columns are the same on both sides."""
    return " AND ".join(f"{left}.{quoted(n)} = {right}.{quoted(n)}" for n in names)
