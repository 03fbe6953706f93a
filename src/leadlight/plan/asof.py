"""What was known of the leads at a moment: the relations `leads` and `activities` of a plan, over a ledger's tables.

A fact is seen when it had happened and was recorded by then, and its import had not been taken back by then.  `known:
now` drops the last two conditions' "by then": everything recorded so far counts, save what is taken back as of today.

An attribute has the value that its newest statement gives (`_occurred_at`, then the order of imports, then the line).
Most leads were stated once: exactly one row of a lead says `_revises = false`, so a lead without a visible revising row
is one row as it stands, and only the others are folded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlglot import exp

from leadlight.facts.cohort import Cohort, Everyone, Moments, Some
from leadlight.facts.ledger import Holdings

ATTRIBUTE_FACTS, ACTIVITY_FACTS, SPEND_FACTS, UNDOS = "attribute_facts", "activity_facts", "spend_facts", "undos"


@dataclass(frozen=True)
class Relations:
    """The two sub-selects a plan reads, as expression trees; for `Moments` both also carry `as_of`."""

    leads: exp.Query
    activities: exp.Query


def relations(cohort: Cohort, holdings: Holdings) -> Relations:
    """Both relations of a cohort with every column the ledger has."""
    return Relations(leads_as_of(cohort, holdings), activities_as_of(cohort, holdings))


def leads_as_of(cohort: Cohort, holdings: Holdings, names: Iterable[str] | None = None) -> exp.Query:
    """One row a lead of the cohort (a pair of lead and moment, for `Moments`) with its attributes as of then.

    `names` picks attributes; those the ledger never saw are left out.
    """
    wanted = [n for n in (holdings.attributes if names is None else names) if n in holdings.attributes]
    key = ["lead_id", "as_of"] if isinstance(cohort, Moments) else ["lead_id"]
    if not holdings.revised:
        return _visible(cohort, holdings, wanted)
    revising = _visible(cohort, holdings, []).where(_column("_revises", "f"))
    once = _visible(cohort, holdings, wanted).where(exp.not_(_among(revising.copy(), key, cohort)))
    return exp.union(once, _folded(cohort, holdings, wanted, key, revising), distinct=False)


def activities_as_of(cohort: Cohort, holdings: Holdings, names: Iterable[str] | None = None) -> exp.Query:
    """The activities that are visible at the cohort's moment: `lead_id`, `occurred_at`, `kind`, then columns."""
    columns = [n for n in (holdings.activity_columns if names is None else names) if n in holdings.activity_columns]
    fixed = ["lead_id", "occurred_at", "kind"]
    return _seen(ACTIVITY_FACTS, "occurred_at", cohort, holdings, [*fixed, *(c for c in columns if c not in fixed)])


def spend_as_of(cohort: Everyone, holdings: Holdings) -> exp.Query:
    """Spend as the newest visible import states it for each day, source and campaign."""
    columns = ["occurred_at", "source", "campaign", "amount", "currency"]
    seen = _seen(SPEND_FACTS, "occurred_at", cohort, holdings, [*columns, "_import"])
    newest = exp.Window(
        this=exp.Max(this=_column("_import")),
        partition_by=[_column("occurred_at"), _column("source"), _column("campaign")],
    )
    ranked = exp.select("*", exp.alias_(newest, "_newest", quoted=True)).from_(seen.subquery("s"))
    return (
        exp.select(*(_column(c) for c in columns))
        .from_(ranked.subquery("r"))
        .where(exp.EQ(this=_column("_import"), expression=_column("_newest")))
    )


def _visible(cohort: Cohort, holdings: Holdings, names: Sequence[str]) -> exp.Select:
    return _seen(ATTRIBUTE_FACTS, "_occurred_at", cohort, holdings, ["lead_id", *names])


def _folded(
    cohort: Cohort, holdings: Holdings, names: Sequence[str], key: Sequence[str], revising: exp.Select
) -> exp.Select:
    """Leads that were stated more than once: each attribute from the newest row that states it.

    The order is made an integer first: picking a maximum by an integer took a fifth of the time of picking it by the
    three columns themselves (3M statements of 1M leads).
    """
    order = exp.Window(
        this=exp.RowNumber(),
        partition_by=[_column(k) for k in key],
        order=exp.Order(expressions=[exp.Ordered(this=_column(c)) for c in ("_occurred_at", "_import", "_row")]),
    )
    rows = _visible(cohort, holdings, [*names, "_occurred_at", "_import", "_row"])
    rows = rows.where(_among(revising, key, cohort))
    ordered = exp.select(*(_column(c) for c in (*key, *names)), exp.alias_(order, "_order", quoted=True)).from_(
        rows.subquery("v")
    )
    newest = [
        exp.alias_(
            exp.Filter(
                this=exp.ArgMax(this=_column(n), expression=_column("_order")),
                expression=exp.Where(this=exp.not_(exp.Is(this=_column(n), expression=exp.null()))),
            ),
            n,
            quoted=True,
        )
        for n in names
    ]
    return (
        exp.select(*(_column(k) for k in key), *newest)
        .from_(ordered.subquery("o"))
        .group_by(*(_column(k) for k in key))
    )


def _among(keys: exp.Select, key: Sequence[str], cohort: Cohort) -> exp.Exists:
    """Whether the row's lead (and moment) is among `keys`: an EXISTS, which every engine makes a semi-join."""
    same = [exp.EQ(this=_column("lead_id", "r"), expression=_column("lead_id", "f"))]
    if "as_of" in key:
        same.append(exp.EQ(this=_column("as_of", "r"), expression=_column("as_of", "p")))
    return exp.Exists(this=exp.select(exp.Literal.number(1)).from_(keys.subquery("r")).where(*same))


def _seen(table: str, happened: str, cohort: Cohort, holdings: Holdings, names: Sequence[str]) -> exp.Select:
    """The rows of a table of facts that the cohort sees, under the alias `f` (its pairs under `p`)."""
    columns = [_column(n, "f") for n in names]
    if isinstance(cohort, Moments):
        moment: exp.Expression = _column("as_of", "p")
        columns.insert(1, _column("as_of", "p"))
        query = (
            exp.select(*columns)
            .from_(_table(table, "f"))
            .join(
                _table(cohort.pairs, "p"), on=exp.EQ(this=_column("lead_id", "p"), expression=_column("lead_id", "f"))
            )
        )
    else:
        moment = moment_literal(cohort.as_of)
        query = exp.select(*columns).from_(_table(table, "f"))
    query = query.where(exp.LTE(this=_column(happened, "f"), expression=moment.copy()))
    if cohort.known == "then":
        query = query.where(exp.LTE(this=_column("_recorded_at", "f"), expression=moment.copy()))
    if holdings.undone:
        query = query.where(exp.not_(_taken_back(cohort, moment)))
    if isinstance(cohort, Some):
        picked = (
            exp.select(exp.Literal.number(1))
            .from_(_table(cohort.leads, "t"))
            .where(exp.EQ(this=_column("lead_id", "t"), expression=_column("lead_id", "f")))
        )
        query = query.where(exp.Exists(this=picked))
    return query


def _taken_back(cohort: Cohort, moment: exp.Expression) -> exp.Exists:
    undone = (
        exp.select(exp.Literal.number(1))
        .from_(_table(UNDOS, "u"))
        .where(exp.EQ(this=_column("import_no", "u"), expression=_column("_import", "f")))
    )
    if cohort.known == "then":
        undone = undone.where(exp.LTE(this=_column("recorded_at", "u"), expression=moment.copy()))
    return exp.Exists(this=undone)


def moment_literal(moment: datetime) -> exp.Expression:
    """A moment (UTC without zone) as a literal of the plan, to the microsecond."""
    return exp.cast(exp.Literal.string(moment.isoformat(sep=" ")), "timestamp")


def _column(name: str, table: str | None = None) -> exp.Column:
    return exp.column(name, table=table, quoted=True)


def _table(name: str, alias: str) -> exp.Table:
    return exp.Table(
        this=exp.to_identifier(name, quoted=True), alias=exp.TableAlias(this=exp.to_identifier(alias, quoted=True))
    )
