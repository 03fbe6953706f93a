"""A fitted sum of tables as the terms of a model that a playbook reads, in whole ten-millionths."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from leadlight.playbook.model import LOGIT, NumberSide, Side, Term, WordSide
from leadlight.predict.arrays import Integers, Numbers
from leadlight.predict.features import Feature
from leadlight.predict.learn.boosting import AdditiveModel


def terms_of(fitted: AdditiveModel, seen: Sequence[Numbers]) -> tuple[Term, ...]:
    """A sum of tables as terms, with the share of the leads in each place (`seen`, may be empty).
    Terms that add nothing are left out.
    """
    shares = seen or (None,) * len(fitted.features)
    terms = [
        _term((f,), table, f.say, seen)
        for f, table, seen in zip(fitted.features, fitted.tables, shares, strict=True)
        if (table != 0).any()
    ]
    for (a, b), cells in fitted.pairs.items():
        one, other = fitted.coarse[a][0], fitted.coarse[b][0]
        terms.append(_term((one, other), cells, f"{one.say} and {other.say}"))
    return tuple(t for t in terms if any(t.add))


def _term(
    features: tuple[Feature, ...], table: Numbers, say: str, shares: Numbers | None = None
) -> Term:
    """A table of bins (unknown first) as a term (unknown last), with the share of the leads in each
    of its places.
    """
    add = np.vectorize(in_units, otypes=[np.int64])(_unknown_last(table))
    seen = [] if shares is None else [*shares[1:], shares[0]]
    sides: list[Side] = []
    for axis, f in enumerate(features):
        if f.kind == "number":
            idle = _idle_cuts(add, axis, len(f.cuts))
            add = np.delete(add, [n + 1 for n in idle], axis)
            seen = _join_shares(seen, idle)
            kept = (Decimal(repr(c)) for n, c in enumerate(f.cuts) if n not in idle)
            sides.append(NumberSide(tuple(kept)))
        else:
            sides.append(WordSide(f.words))
    return Term(
        tuple(f.name for f in features),
        tuple(sides),
        tuple(int(v) for v in add.ravel()),
        say,
        tuple(round(float(share), 3) for share in seen),
    )


def _unknown_last(table: Numbers) -> Numbers:
    for axis in range(table.ndim):
        table = np.concatenate([np.delete(table, 0, axis), np.take(table, [0], axis)], axis)
    return table


def _idle_cuts(add: Integers, axis: int, cuts: int) -> list[int]:
    """The cuts between places that add the same."""
    return [n for n in range(cuts) if (np.take(add, n, axis) == np.take(add, n + 1, axis)).all()]


def _join_shares(shares: Sequence[float], idle: Sequence[int]) -> list[float]:
    """The shares of places when the idle cuts between them are gone."""
    out = list(shares)
    for n in reversed(idle if out else ()):
        out[n] += out.pop(n + 1)
    return out


def in_units(value: float) -> int:
    """Log-odds in whole ten-millionths."""
    return round(float(value) * LOGIT)
