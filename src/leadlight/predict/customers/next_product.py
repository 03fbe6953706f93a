"""Which product a customer takes next, counted from the order in which others took theirs.

Where the share of those with A who took B later is surely above the share of all customers who took
B later than their first purchase, A leads to B. A customer is offered the likeliest product that it
does not have. It is an up-sell where the product costs a fifth more than the dearest of its own,
else a cross-sell.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from leadlight.predict.arrays import Numbers, Truths
from leadlight.predict.customers.forecast import NextProduct

PRODUCTS = 150  # most bought, that are looked at
FEWEST = 10  # customers who took one after the other
SURE = 3.29  # standard errors: of many pairs that are looked at few are chance
POOLED = 10  # customers' worth of what is usual, added to each pair's own count
DEARER = 1.2


def next_products(
    bought: Sequence[tuple[str, datetime, str | None, float | None]],
) -> dict[str, NextProduct]:
    """The next product of each customer for whom one can be told, from rows of customer, when,
    product and value.
    """
    first, prices = _first_purchases(bought)
    names = _frequent(first)
    if len(names) < 2:
        return {}
    when = _moments(first, names)
    leads, usual = _pairs(when)
    price = np.array([float(np.median(prices[n])) if n in prices else np.nan for n in names])
    best = {
        customer: _best(np.isfinite(when[row]), leads, usual, price, names)
        for row, customer in enumerate(first)
    }
    return {customer: found for customer, found in best.items() if found is not None}


def _first_purchases(
    bought: Sequence[tuple[str, datetime, str | None, float | None]],
) -> tuple[dict[str, dict[str, datetime]], dict[str, list[float]]]:
    """When each customer first bought each product, and the prices of each product."""
    first: dict[str, dict[str, datetime]] = {}
    prices: dict[str, list[float]] = {}
    for customer, at, product, value in bought:
        if product:
            mine = first.setdefault(customer, {})
            mine[product] = min(at, mine.get(product, at))
            if value is not None and value > 0:
                prices.setdefault(product, []).append(value)
    return first, prices


def _moments(first: dict[str, dict[str, datetime]], names: Sequence[str]) -> Numbers:
    """When each customer (row) first bought each product, in seconds; infinity for never."""
    place = {name: n for n, name in enumerate(names)}
    when = np.full((len(first), len(names)), np.inf)
    for row, mine in enumerate(first.values()):
        for product, at in mine.items():
            if product in place:
                when[row, place[product]] = (at - datetime(1970, 1, 1)).total_seconds()
    return when


def _frequent(first: dict[str, dict[str, datetime]]) -> list[str]:
    counts: dict[str, int] = {}
    for mine in first.values():
        for product in mine:
            counts[product] = counts.get(product, 0) + 1
    ranked = sorted(counts, key=lambda p: (-counts[p], p))[:PRODUCTS]
    return [p for p in ranked if counts[p] >= FEWEST]


def _pairs(when: Numbers) -> tuple[Numbers, Numbers]:
    """Share of those with A who took B after it (0 where it is not surely above usual), and B's
    usual share.
    """
    has = np.isfinite(when)
    began = when.min(axis=1)
    later = has & (when > began[:, None])
    usual = later.mean(axis=0)
    leads = np.zeros((when.shape[1], when.shape[1]))
    for a in range(when.shape[1]):
        mine = has[:, a]
        n = int(mine.sum())
        took = (has[mine] & (when[mine] > when[mine][:, [a]])).sum(axis=0)
        chance = (took + POOLED * usual) / (n + POOLED)
        error = np.sqrt(np.maximum(usual * (1 - usual), 1e-9) / n)
        sure = (took >= FEWEST) & (took / n > usual + SURE * error)
        leads[a] = np.where(sure, chance, 0.0)
    return leads, usual


def _best(
    has: Truths, leads: Numbers, usual: Numbers, price: Numbers, names: Sequence[str]
) -> NextProduct | None:
    own = np.flatnonzero(has)
    if not len(own):
        return None
    chances = np.where(has[None, :], 0.0, leads[own])
    a, b = divmod(int(np.argmax(chances)), chances.shape[1])
    chance = float(chances[a, b])
    if chance <= 0:
        return None
    mine = price[own]
    dearest = float(np.nanmax(mine)) if np.isfinite(mine).any() else float("nan")
    kind = "up-sell" if price[b] >= DEARER * dearest else "cross-sell"
    return NextProduct(names[b], chance, chance / float(usual[b]), names[int(own[a])], kind)
