"""Which of several statements about a lead counts: the newest, and of what it came by the first.

Rows that are true since the same moment and of one import are one word: of them the last line
counts, so that a file which corrects itself further down is believed.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from leadlight.facts.catalog import FIRST_TOUCH
from leadlight.plan.terms import col

_ORDER, _FIRST = "_order", "_first"


def orders(key: Sequence[str], names: Sequence[str], before: Sequence[str] = ()) -> list[exp.Expr]:
    """The places of the statements about a lead: `_order`, whose greatest is the newest, and, where
    these attributes need it, `_first`, whose least is the first. `before` outweighs the dates.
    """
    weights = [exp.Ordered(this=col(c)) for c in before]
    dates = [exp.Ordered(this=col(c)) for c in ("_occurred_at", "_import")]
    found = [_place(key, [*weights, *dates, exp.Ordered(this=col("_row"))], _ORDER)]
    if FIRST_TOUCH.intersection(names):
        weights = [exp.Ordered(this=col(c), desc=True) for c in before]
        last_line = exp.Ordered(this=col("_row"), desc=True)
        found.append(_place(key, [*weights, *dates, last_line], _FIRST))
    return found


def _place(key: Sequence[str], order: Sequence[exp.Expr], name: str) -> exp.Expr:
    window = exp.Window(
        this=exp.RowNumber(),
        partition_by=[col(k) for k in key],
        order=exp.Order(expressions=[o.copy() for o in order]),
    )
    return exp.alias_(window, name, quoted=True)


def statement_that_counts(name: str, value: str | None = None) -> exp.Expr:
    """The value (or another column) of the row that counts, of those that state an attribute."""
    is_first = name in FIRST_TOUCH
    pick = exp.ArgMin if is_first else exp.ArgMax
    picked = exp.Filter(
        this=pick(this=col(value or name), expression=col(_FIRST if is_first else _ORDER)),
        expression=exp.Where(this=exp.not_(exp.Is(this=col(name), expression=exp.null()))),
    )
    return exp.alias_(picked, name, quoted=True)
