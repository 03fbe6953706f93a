"""Purchases, and what is to be expected of customers, as values with the models they come from:
whoever shows them needs no numeric library.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from leadlight.predict.judge.metrics import Estimate

if TYPE_CHECKING:
    from leadlight.predict.arrays import Numbers


@dataclass(frozen=True)
class Purchase:
    """One purchase: the customer, the moment, the amount and the product; None where they are not
    known.
    """

    customer: str
    at: datetime
    value: float | None = None
    product: str | None = None


@dataclass(frozen=True)
class BuyingModel:
    """BG/NBD: purchases come at a rate drawn from a gamma (`r`, `alpha`, in time units), and after
    each the customer leaves with a chance drawn from a beta (`a`, `b`).
    """

    r: float
    alpha: float
    a: float
    b: float

    def alive(self, x: Numbers, last: Numbers, age: Numbers) -> Numbers:
        """The chance that a customer has not left. `x` repeat purchases, the last one `last` after
        the first, looked at when `age`.
        """
        import numpy as np

        return np.asarray(1 / (1 + self._churn_odds(x, last, age)), float)

    def expected_purchases(
        self, x: Numbers, last: Numbers, age: Numbers, horizon: float
    ) -> Numbers:
        """Purchases to be expected in the `horizon` after (eq. 10 of the paper)."""
        import numpy as np
        from scipy.special import hyp2f1

        r, alpha, b = self.r, self.alpha, self.b
        a = self.a if abs(self.a - 1) > 1e-6 else 1 + 1e-6
        z = horizon / (alpha + age + horizon)
        ratio = (alpha + age) / (alpha + age + horizon)
        # Euler's transformation keeps the series short where z is near 1.
        shape = ratio ** (a - 1) * hyp2f1(a - 1, a + b - 1 - r, a + b + x - 1, z)
        return np.asarray(
            np.maximum(
                0.0, (a + b + x - 1) / (a - 1) * (1 - shape) / (1 + self._churn_odds(x, last, age))
            ),
            float,
        )

    def _churn_odds(self, x: Numbers, last: Numbers, age: Numbers) -> Numbers:
        import numpy as np

        odds = self.a / (self.b + np.maximum(x, 1) - 1)
        power = np.minimum(700, (self.r + x) * np.log((self.alpha + age) / (self.alpha + last)))
        return np.asarray(np.where(x > 0, odds * np.exp(power), 0.0), float)


@dataclass(frozen=True)
class SpendingModel:
    """Gamma-Gamma: what a customer spends at a time varies around a mean of its own (`p`, `q`,
    `v`); the mean goes on as it was.
    """

    p: float
    q: float
    v: float

    def expected_value(self, x: Numbers, mean: Numbers) -> Numbers:
        """The mean value of a purchase to come, for customers with `x` repeat purchases of this
        mean value.
        """
        import numpy as np

        mean = np.where(x > 0, mean, 0.0)
        return np.asarray(self.p * (self.v + x * mean) / (self.p * x + self.q - 1), float)


@dataclass(frozen=True)
class NextProduct:
    """The product, the share of customers like this one who took it next, how many times the usual,
    and because of which.
    """

    product: str
    chance: float
    lift: float
    because: str
    kind: str  # cross-sell, or up-sell


@dataclass(frozen=True)
class Customer:
    """A customer: its past, and what is to be expected in the horizon. `value` is None where
    purchases carry none.
    """

    customer: str
    purchases: int
    first: datetime
    last: datetime
    spent: float | None
    expected: float
    alive: float
    value: float | None
    next: NextProduct | None = None


@dataclass(frozen=True)
class ForecastQuality:
    """How far the forecast was off on purchases it had not seen, compared with each customer's past
    rate (`plain`).

    Errors are mean absolute errors per customer, in purchases and in value. `above` is by how much
    the past rate errs more (95 % bootstrap interval by customer). `auc` is how well the forecast
    ranks who buys at all, `auc_recency` how well the last purchase alone does.
    """

    until: datetime
    horizon: timedelta
    customers: int
    bought: int
    expected: float  # purchases in all
    seen: float
    error: float
    plain: float
    above: Estimate
    value_error: float | None = None
    value_plain: float | None = None
    value_above: Estimate | None = None
    auc: float | None = None
    auc_recency: float | None = None


@dataclass(frozen=True)
class Customers:
    """All customers, the most valuable first, with the models they come from and how these were
    judged.
    """

    customers: tuple[Customer, ...]
    until: datetime
    horizon: timedelta
    buying: BuyingModel  # alpha in days
    spending: SpendingModel | None
    judged: ForecastQuality | None
    notes: tuple[str, ...] = ()
