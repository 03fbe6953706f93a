"""From a log of purchases: how often each customer will buy again, whether it is still one, what it
will bring, and which product it will take next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

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
from leadlight.predict.customers.lifetime import fit_buying_model, fit_spending
from leadlight.predict.customers.next_product import next_products
from leadlight.predict.judge.metrics import Estimate
from leadlight.predict.ranking import auc_of
from leadlight.problems import CannotDo

DAY = 86_400.0
FEWEST = 50  # customers with a second purchase
ROUNDS = 500
_ALL_ALIVE = 0.995


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
    known = [p for p in purchases if p.at <= until]
    valued = sum(p.value is not None and p.value > 0 for p in known) > 0.5 * len(known)
    kept = [p for p in known if p.value is None or p.value > 0] if valued else known
    past = purchase_histories(kept, until)
    _enough(past)
    model, money = _fit_models(past, valued)
    return Customers(
        tuple(_expectations(kept, past, model, money, horizon, valued)),
        until,
        horizon,
        model,
        money,
        judge_forecast(kept, until, horizon, valued),
        (*_notes(len(known) - len(kept), valued, money), *_doubts(past, model)),
    )


def _expectations(
    purchases: Sequence[Purchase],
    past: PurchaseHistories,
    model: BuyingModel,
    money: SpendingModel | None,
    horizon: timedelta,
    valued: bool,
) -> list[Customer]:
    """What each customer will do, the most valuable first."""
    expected = model.expected_purchases(past.x, past.last, past.age, _days(horizon))
    alive = model.alive(past.x, past.last, past.age)
    value = expected * money.expected_value(past.x, past.mean) if money else None
    nexts = next_products([(p.customer, p.at, p.product, p.value) for p in purchases if p.product])
    by_id: dict[str, list[Purchase]] = {}
    for p in purchases:
        by_id.setdefault(p.customer, []).append(p)
    found = [
        Customer(
            i,
            int(past.x[n]) + 1,
            min(p.at for p in by_id[i]),
            max(p.at for p in by_id[i]),
            _total_spend(by_id[i]) if valued else None,
            float(expected[n]),
            float(alive[n]),
            None if value is None else float(value[n]),
            nexts.get(i),
        )
        for n, i in enumerate(past.ids)
    ]
    return sorted(found, key=_worth)


def _total_spend(purchases: Sequence[Purchase]) -> float:
    return sum(p.value or 0 for p in purchases)


def _worth(customer: Customer) -> tuple[float, str]:
    value = customer.value if customer.value is not None else customer.expected
    return -value, customer.customer


def _notes(left_out: int, valued: bool, money: SpendingModel | None) -> Iterator[str]:
    if left_out:
        yield (
            f"{left_out:,} rows with a value of nothing or less (returns, corrections) were left"
            " out."
        )
    if valued and money is None:
        yield "Too few customers bought twice with a value, so no value is expected."


def _doubts(past: PurchaseHistories, model: BuyingModel) -> Iterator[str]:
    """What the model says of everybody, which nobody should believe of each. (A customer without a
    repeat purchase is alive for certain in BG/NBD: customers leave after purchases only. Fader,
    Hardie, Lee 2005, section 3.)
    """
    alive = model.alive(past.x, past.last, past.age)
    if float(alive.min()) >= _ALL_ALIVE:
        yield (
            f"Every customer comes out as alive ({alive.min():.0%} or more): these purchases do not"
            " show that anybody ever left, so do not rely on it."
        )
    elif (once := int((past.x == 0).sum())) and float(alive[past.x == 0].min()) >= _ALL_ALIVE:
        yield (
            f"{once:,} customers bought on one day only. This model cannot tell whether they are"
            " gone and calls them alive; look at how long ago that was."
        )


def judge_forecast(
    purchases: Sequence[Purchase], until: datetime, horizon: timedelta, valued: bool
) -> ForecastQuality | None:
    """How good the forecast would have been in the past: fitted on the purchases before a moment,
    judged on those after it. None where there are too few.
    """
    first = min(p.at for p in purchases)
    ahead = timedelta(days=min(horizon.days, (until - first).days // 2))
    split = until - ahead
    before = [p for p in purchases if p.at <= split]
    past = purchase_histories(before, split) if before else None
    if past is None or (past.x > 0).sum() < FEWEST or ahead < timedelta(days=7):
        return None
    model, money = _fit_models(past, valued)
    seen, spent = _came_after(purchases, split, past)
    expected = model.expected_purchases(past.x, past.last, past.age, _days(ahead))
    plain = past.x / np.maximum(past.age, 1.0) * _days(ahead)
    quality = ForecastQuality(
        split,
        ahead,
        len(past.ids),
        int((seen > 0).sum()),
        float(expected.sum()),
        float(seen.sum()),
        float(np.abs(expected - seen).mean()),
        float(np.abs(plain - seen).mean()),
        _above(np.abs(plain - seen) - np.abs(expected - seen)),
        auc=_auc(expected, seen > 0),
        auc_recency=_auc(past.last - past.age, seen > 0),
    )
    if money is None:
        return quality
    said = expected * money.expected_value(past.x, past.mean)
    usual = plain * np.where(past.x > 0, past.mean, past.first_value)
    return replace(
        quality,
        value_error=float(np.abs(said - spent).mean()),
        value_plain=float(np.abs(usual - spent).mean()),
        value_above=_above(np.abs(usual - spent) - np.abs(said - spent)),
    )


def _came_after(
    purchases: Sequence[Purchase], split: datetime, past: PurchaseHistories
) -> tuple[Numbers, Numbers]:
    """On how many days each customer bought after the split, and for how much."""
    place = {i: n for n, i in enumerate(past.ids)}
    days: set[tuple[str, int]] = set()
    seen, spent = np.zeros(len(place)), np.zeros(len(place))
    for p in purchases:
        if p.at > split and p.customer in place:
            days.add((p.customer, p.at.toordinal()))
            spent[place[p.customer]] += p.value or 0
    for customer, _ in days:
        seen[place[customer]] += 1
    return seen, spent


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
    model = fit_buying_model(past.x, past.last, past.age)
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
