"""How often and for how much customers will buy again: BG/NBD and Gamma-Gamma.

For customers who may leave without a word (no contract). Formulas: Fader, Hardie, Lee, "Counting
Your Customers" the Easy Way, Marketing Science 24 (2005) for BG/NBD; Fader, Hardie, "The
Gamma-Gamma Model of Monetary Value" (2013). Written here with scipy because no kept library has
them without a sampler: `lifetimes` is of 2020 and `btyd` of 2022, both given up, and
`pymc-marketing` brings a compiler.
"""

from __future__ import annotations

import numpy as np

from leadlight.predict.arrays import Numbers
from leadlight.predict.customers.forecast import BuyingModel, SpendingModel
from leadlight.predict.threads import one_thread

DRIFT = 0.3  # by which the mean of the model may differ from that of the customers
FARTHEST = 9.0  # of a parameter's logarithm: beyond, the likelihood is flat


def fit_buying_model(x: Numbers, last: Numbers, age: Numbers) -> BuyingModel:
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

    with np.errstate(all="ignore"), one_thread():
        found = [
            minimize(
                surprise, np.array(s), method="L-BFGS-B", bounds=[(-FARTHEST, FARTHEST)] * len(s)
            )
            for s in starts
        ]
    best = min((f for f in found if np.isfinite(f.fun)), key=lambda f: float(f.fun))
    return np.asarray(best.x, float)
