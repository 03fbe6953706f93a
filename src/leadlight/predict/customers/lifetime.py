"""How often and for how much customers will buy again: BG/NBD and Gamma-Gamma.

For customers who may leave without a word (no contract). Formulas: Fader, Hardie, Lee, "Counting
Your Customers" the Easy Way, Marketing Science 24 (2005) for BG/NBD; Fader, Hardie, "The
Gamma-Gamma Model of Monetary Value" (2013). Written here with scipy because no kept library has
them without a sampler: `lifetimes` is of 2020 and `btyd` of 2022, both given up, and
`pymc-marketing` brings a compiler.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leadlight.predict.arrays import Numbers

DRIFT = 0.3  # by which the mean of the model may differ from that of the customers
FARTHEST = 9.0  # of a parameter's logarithm: beyond, the likelihood is flat


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
        return np.asarray(1 / (1 + self._gone(x, last, age)), float)

    def expected(self, x: Numbers, last: Numbers, age: Numbers, horizon: float) -> Numbers:
        """Purchases to be expected in the `horizon` after (eq. 10 of the paper)."""
        from scipy.special import hyp2f1

        r, alpha, b = self.r, self.alpha, self.b
        a = self.a if abs(self.a - 1) > 1e-6 else 1 + 1e-6
        z = horizon / (alpha + age + horizon)
        ratio = (alpha + age) / (alpha + age + horizon)
        # Euler's transformation keeps the series short where z is near 1.
        shape = ratio ** (a - 1) * hyp2f1(a - 1, a + b - 1 - r, a + b + x - 1, z)
        return np.asarray(
            np.maximum(
                0.0, (a + b + x - 1) / (a - 1) * (1 - shape) / (1 + self._gone(x, last, age))
            ),
            float,
        )

    def _gone(self, x: Numbers, last: Numbers, age: Numbers) -> Numbers:
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

    def expected(self, x: Numbers, mean: Numbers) -> Numbers:
        """The mean value of a purchase to come, for customers with `x` repeat purchases of this
        mean value.
        """
        mean = np.where(x > 0, mean, 0.0)
        return np.asarray(self.p * (self.v + x * mean) / (self.p * x + self.q - 1), float)


def fit_buying(x: Numbers, last: Numbers, age: Numbers) -> BuyingModel:
    """BG/NBD by maximum likelihood. Times in any unit, the same for all; `alpha` is in it."""
    from scipy.special import gammaln

    scale = 10 / max(float(age.max()), 1e-9)  # so that the parameters are of like size
    rows, weight = np.unique(
        np.column_stack([x, last * scale, age * scale]), axis=0, return_counts=True
    )
    x, last, age = rows.T

    def surprise(logs: Numbers) -> float:
        r, alpha, a, b = np.exp(logs)
        one = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
        two = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
        three = -(r + x) * np.log(alpha + age)
        four = np.where(
            x > 0,
            np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + last),
            -np.inf,
        )
        return -float(((one + two + np.logaddexp(three, four)) * weight).sum()) / float(
            weight.sum()
        )

    r, alpha, a, b = np.exp(_lowest(surprise, [(-0.5, 0.0, -0.5, 0.5), (-1.5, 0.0, -2.0, 0.0)]))
    return BuyingModel(float(r), float(alpha) / scale, float(a), float(b))


def fit_spending(x: Numbers, mean: Numbers) -> SpendingModel:
    """Gamma-Gamma by maximum likelihood, on customers with repeat purchases of a positive value
    (`x` > 0, `mean` > 0).

    Where values hardly vary or vary wildly the likelihood drifts to means that nobody paid; then
    the mean of all is held at that of the customers.
    """
    scale = 1 / float(np.median(mean))
    m = mean * scale
    usual = float(m.mean())
    logs = _lowest(
        lambda at: _surprise(np.exp(at[0]), 1 + np.exp(at[1]), np.exp(at[2]), x, m),
        [(1.0, 1.0, 0.0), (2.0, 0.5, 0.0)],
    )
    p, q, v = float(np.exp(logs[0])), float(1 + np.exp(logs[1])), float(np.exp(logs[2]))
    if not abs(p * v / (q - 1) - usual) <= DRIFT * usual:
        held = _lowest(
            lambda at: _surprise(
                np.exp(at[0]), 1 + np.exp(at[1]), usual * np.exp(at[1] - at[0]), x, m
            ),
            [(1.0, 1.0), (2.0, 0.5)],
        )
        p, q = float(np.exp(held[0])), float(1 + np.exp(held[1]))
        v = usual * (q - 1) / p
    return SpendingModel(p, q, v / scale)


def _surprise(p: float, q: float, v: float, x: Numbers, m: Numbers) -> float:
    """The mean negative log-likelihood of Gamma-Gamma."""
    from scipy.special import gammaln

    found = (
        gammaln(p * x + q)
        - gammaln(p * x)
        - gammaln(q)
        + q * np.log(v)
        + (p * x - 1) * np.log(m)
        + p * x * np.log(x)
        - (p * x + q) * np.log(x * m + v)
    )
    return -float(found.mean())


def _lowest(surprise: object, starts: list[tuple[float, ...]]) -> Numbers:
    """Where the surprise is least, from several starts."""
    from scipy.optimize import minimize

    with np.errstate(all="ignore"):
        found = [
            minimize(
                surprise, np.array(s), method="L-BFGS-B", bounds=[(-FARTHEST, FARTHEST)] * len(s)
            )
            for s in starts
        ]
    best = min((f for f in found if np.isfinite(f.fun)), key=lambda f: float(f.fun))
    return np.asarray(best.x, float)
