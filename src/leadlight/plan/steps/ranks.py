"""Ranks: how many in a hundred of the base a lead stands before.

They are counted among the rows of the plan, by window, in whole numbers, so that the order of rows
does not matter. A plan over a few leads cannot count: it looks up in a reference, a relation that
says of each rank how many leads of the base have a value or a lower one.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from leadlight.plan.columns import (
    RANK_NAME,
    RANK_UPTO,
    RANK_VALUE,
    REFERENCE,
)
from leadlight.plan.steps.lowering import Lowering
from leadlight.plan.terms import (
    Tree,
    alias,
    all_rows,
    call,
    case,
    cast,
    col,
    divide,
    is_known,
    null,
    num,
    or_zero,
    select,
    subquery,
    text,
)
from leadlight.playbook.spec import Rank
from leadlight.playbook.types import MOMENT, infer


def rank_of(rank: Rank, lower: Lowering) -> Tree:
    """The rank of a row among the rows of the plan, or in the reference where there is one."""
    value = ranked_value(rank, lower)
    if lower.reference is not None:
        return _rank_lookup(rank, value, lower)
    if isinstance(value, exp.Null):
        return cast(null(), "double")
    # (Where the rows of the plan are of many moments, the moment is a column.)
    moments = [lower.as_of.copy()] if isinstance(lower.as_of, exp.Column) else []
    place = _over(call("rank"), [*moments, is_known(value.copy())], [value.copy()])
    below = exp.Sub(this=place, expression=num(1))
    equal = _over(exp.Count(this=exp.Star()), [*moments, value.copy()])
    leads = _over(exp.Count(this=value.copy()), moments)
    return case([(is_known(value.copy()), _share(rank, below, equal, leads))])


def points_by_rank(rank: str, hundredths: int, lower: Lowering) -> Tree:
    """So many hundredths of these points as the rank says, rounded; 0 where it is unknown."""
    product = lower.dialect.floating(exp.Mul, col(rank), cast(num(abs(hundredths)), "double"))
    rounded = exp.Floor(
        this=exp.Add(this=divide(product, num(100)), expression=exp.Literal.number("0.5"))
    )
    points = or_zero(cast(rounded, "bigint"))
    return points if hundredths >= 0 else exp.Neg(this=points)


def reference_of(ranks: Sequence[Rank], last: str, lower: Lowering) -> exp.Query:
    """The reference of these ranks, of the rows of a plan's last step: for each rank and value how
    many leads have it or a lower one.
    """
    counts = all_rows([_counts(rank, last, lower) for rank in ranks])
    upto = _over(exp.Sum(this=col("_leads")), [col(RANK_NAME)], [col(RANK_VALUE)])
    columns = [col(RANK_NAME), col(RANK_VALUE), alias(cast(upto, "bigint"), RANK_UPTO)]
    return select(columns, subquery(counts, "c"))


def ranked_value(rank: Rank, lower: Lowering) -> Tree:
    """What a lead is ranked by, as a floating number; NULL itself where no lead can have it."""
    if lower.are_absent(rank.of.names):
        return null()
    value = lower.expression(rank.of.tree)
    if infer(rank.of.tree, lower.types) == MOMENT:
        value = lower.dialect.epoch_us(value)
    number = cast(value, "double")
    return number if rank.among is None else case([(lower(rank.among), number)])


def _counts(rank: Rank, last: str, lower: Lowering) -> exp.Select:
    """How many leads have each value."""
    value = cast(ranked_value(rank, lower), "double")
    named = alias(cast(text(rank.name), "text"), RANK_NAME)
    known = select([named, alias(value, RANK_VALUE)], last).where(is_known(value.copy()))
    by = [col(RANK_NAME), col(RANK_VALUE)]
    counted = select([*by, alias(exp.Count(this=exp.Star()), "_leads")], subquery(known, "v"))
    return counted.group_by(*[column.copy() for column in by])


def _share(rank: Rank, below: Tree, equal: Tree, leads: Tree) -> Tree:
    """In a hundred of the leads, from whole numbers."""
    if rank.ties == "worst":
        return divide(_hundredfold(below, 100), leads)
    if rank.ties == "best":
        both = exp.Paren(this=exp.Add(this=exp.Paren(this=below), expression=equal))
        return divide(_hundredfold(both, 100), leads)
    twice = exp.Paren(this=exp.Add(this=_hundredfold(below, 2), expression=equal))
    return divide(_hundredfold(twice, 50), leads)


def _hundredfold(tree: Tree, times: int) -> Tree:
    return exp.Mul(this=exp.Paren(this=tree), expression=num(times))


def _over(function: Tree, partition: Sequence[Tree], order: Sequence[Tree] = ()) -> Tree:
    ordered = [exp.Ordered(this=tree, nulls_first=False) for tree in order]
    return exp.Window(
        this=function,
        partition_by=list(partition),
        order=exp.Order(expressions=ordered) if ordered else None,
    )


def _rank_lookup(rank: Rank, value: Tree, lower: Lowering) -> Tree:
    """The rank of a value among those of the reference, itself there or not."""
    if isinstance(value, exp.Null):
        return cast(null(), "double")
    below = or_zero(_upto(rank, lower, exp.LT, value))
    upto = or_zero(_upto(rank, lower, exp.LTE, value))
    equal = exp.Paren(this=exp.Sub(this=upto, expression=below.copy()))
    leads = exp.Nullif(this=_upto(rank, lower), expression=num(0))
    return case([(is_known(value.copy()), _share(rank, below, equal, leads))])


def _upto(
    rank: Rank, lower: Lowering, compare: type[exp.Binary] | None = None, value: Tree | None = None
) -> Tree:
    """How many leads of the reference have a value below (up to) this one; without one, all."""
    conditions: list[Tree] = [exp.EQ(this=col(RANK_NAME, REFERENCE), expression=text(rank.name))]
    if compare is not None and value is not None:
        conditions.append(compare(this=col(RANK_VALUE, REFERENCE), expression=value.copy()))
    most = exp.Max(this=col(RANK_UPTO, REFERENCE))
    assert lower.reference is not None
    query = select([most], lower.reference.copy()).where(*conditions)
    return exp.Paren(this=query)
