"""From a log of purchases: how often each customer will buy again, whether it is still one, what it
will bring, and which product it will take next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from leadlight.predict.arrays import Numbers, Truths
from leadlight.predict.customers.forecast import (
    BuyingModel,
    Customer,
    Customers,
    ForecastQuality,
    Purchase,
    SpendingModel,
)
from leadlight.predict.customers.lifetime import fit_buying, fit_spending
from leadlight.predict.customers.next_product import next_products
from leadlight.predict.judge.metrics import Estimate
from leadlight.predict.ranking import auc_of
from leadlight.problems import CannotDo

DAY = 86_400.0
FEWEST = 50  # customers with a second purchase
ROUNDS = 500


@dataclass(frozen=True)
class PurchaseHistories:
    """What BG/NBD asks of each customer, in days: repeat purchases (days with one), when the last
    was after the first, age; and the mean value of the repeat purchases.
    """

    ids: tuple[str, ...]
    x: Numbers
    last: Numbers
    age: Numbers
    mean: Numbers
    first_value: Numbers


def customers(purchases: Sequence[Purchase], until: datetime, horizon: timedelta) -> Customers:
    """Everything about every customer as of a moment. Raises `CannotDo` with too few who bought
    twice.

    Purchases of one customer on one day count as one, as in the paper.
    """
    kept = [p for p in purchases if p.at <= until]
    valued = sum(p.value is not None and p.value > 0 for p in kept) > 0.5 * len(kept)
    if valued:
        kept = [p for p in kept if p.value is None or p.value > 0]
    past = purchase_histories(kept, until)
    _enough(past)
    model, money = _fit_models(past, valued)
    expected = model.expected(past.x, past.last, past.age, _days(horizon))
    alive = model.alive(past.x, past.last, past.age)
    value = expected * money.expected(past.x, past.mean) if money else None
    nexts = next_products([(p.customer, p.at, p.product, p.value) for p in kept if p.product])
    by_id: dict[str, list[Purchase]] = {}
    for p in kept:
        by_id.setdefault(p.customer, []).append(p)
    rows = [
        Customer(
            i,
            int(past.x[n]) + 1,
            min(p.at for p in mine),
            max(p.at for p in mine),
            sum(p.value or 0 for p in mine) if valued else None,
            float(expected[n]),
            float(alive[n]),
            None if value is None else float(value[n]),
            nexts.get(i),
        )
        for n, i in enumerate(past.ids)
        for mine in (by_id[i],)
    ]
    rows.sort(key=lambda c: (-(c.value if c.value is not None else c.expected), c.customer))
    notes = []
    left_out = sum(p.at <= until for p in purchases) - len(kept)
    if left_out:
        notes.append(
            f"{left_out:,} rows with a value of nothing or less (returns, corrections) were left"
            " out."
        )
    if valued and money is None:
        notes.append("Too few customers bought twice with a value, so no value is expected.")
    return Customers(
        tuple(rows),
        until,
        horizon,
        model,
        money,
        judge_forecast(kept, until, horizon, valued),
        tuple(notes),
    )


def judge_forecast(
    purchases: Sequence[Purchase], until: datetime, horizon: timedelta, valued: bool
) -> ForecastQuality | None:
    """The same asked of the past: fitted on what came before, judged on what came after. None where
    there is too little.
    """
    first = min(p.at for p in purchases)
    ahead = timedelta(days=min(horizon.days, (until - first).days // 2))
    split = until - ahead
    before = [p for p in purchases if p.at <= split]
    past = purchase_histories(before, split) if before else None
    if past is None or (past.x > 0).sum() < FEWEST or ahead < timedelta(days=7):
        return None
    model, money = _fit_models(past, valued)
    place = {i: n for n, i in enumerate(past.ids)}
    days: set[tuple[str, int]] = set()
    seen, spent = np.zeros(len(place)), np.zeros(len(place))
    for p in purchases:
        if p.at > split and p.customer in place:
            days.add((p.customer, p.at.toordinal()))
            spent[place[p.customer]] += p.value or 0
    for customer, _ in days:
        seen[place[customer]] += 1
    expected = model.expected(past.x, past.last, past.age, _days(ahead))
    plain = past.x / np.maximum(past.age, 1.0) * _days(ahead)
    value: dict[str, Any] = {}
    if money is not None:
        said = expected * money.expected(past.x, past.mean)
        mean = np.where(past.x > 0, past.mean, past.first_value)
        value = {
            "value_error": float(np.abs(said - spent).mean()),
            "value_plain": float(np.abs(plain * mean - spent).mean()),
            "value_above": _above(np.abs(plain * mean - spent) - np.abs(said - spent)),
        }
    return ForecastQuality(
        split,
        ahead,
        len(place),
        int((seen > 0).sum()),
        float(expected.sum()),
        float(seen.sum()),
        float(np.abs(expected - seen).mean()),
        float(np.abs(plain - seen).mean()),
        _above(np.abs(plain - seen) - np.abs(expected - seen)),
        auc=_auc(expected, seen > 0),
        auc_recency=_auc(past.last - past.age, seen > 0),
        **value,
    )


def purchase_histories(purchases: Sequence[Purchase], until: datetime) -> PurchaseHistories:
    """Each customer's past as of a moment, in the order of their ids."""
    days: dict[str, dict[int, float]] = {}
    for p in purchases:
        mine = days.setdefault(p.customer, {})
        day = p.at.toordinal()
        mine[day] = mine.get(day, 0.0) + (p.value or 0.0)
    ids = tuple(sorted(days))
    x, last, age, mean, first_value = (np.zeros(len(ids)) for _ in range(5))
    end = until.toordinal()
    for n, i in enumerate(ids):
        first, newest = min(days[i]), max(days[i])
        x[n], last[n], age[n] = len(days[i]) - 1, newest - first, max(end - first, newest - first)
        first_value[n] = days[i][first]
        if x[n]:
            mean[n] = (sum(days[i].values()) - days[i][first]) / x[n]
    return PurchaseHistories(ids, x, last, age, mean, first_value)


def _fit_models(past: PurchaseHistories, valued: bool) -> tuple[BuyingModel, SpendingModel | None]:
    model = fit_buying(past.x, past.last, past.age)
    again = (past.x > 0) & (past.mean > 0)
    return model, (
        fit_spending(past.x[again], past.mean[again]) if valued and again.sum() >= FEWEST else None
    )


def _enough(past: PurchaseHistories) -> None:
    again = int((past.x > 0).sum())
    if again < FEWEST:
        raise CannotDo(
            f"Of {len(past.ids):,} customers {again:,} bought on more than one day. From {FEWEST}"
            " on one can tell how customers come back; with fewer any number would be made up."
        )


def _days(horizon: timedelta) -> float:
    return horizon.total_seconds() / DAY


def _above(difference: Numbers) -> Estimate:
    """A mean and its 95 % bootstrap interval."""
    rng = np.random.default_rng(0)
    n = len(difference)
    drawn = [float((rng.poisson(1.0, n) * difference).sum() / n) for _ in range(ROUNDS)]
    low, high = np.percentile(drawn, (2.5, 97.5))
    return Estimate(float(difference.mean()), float(low), float(high))


def _auc(score: Numbers, yes: Truths) -> float | None:
    return auc_of(score, yes) if yes.any() and not yes.all() else None
