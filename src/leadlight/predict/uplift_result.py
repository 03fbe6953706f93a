"""Whom a contact changes, as values: whoever shows them needs no numeric library."""

from __future__ import annotations

from dataclasses import dataclass

from leadlight.predict.columns import SetAside
from leadlight.predict.judge.metrics import Estimate


@dataclass(frozen=True)
class Tenth:
    """A tenth of the leads by estimated difference, the highest first: rates of the contacted and
    the others, and their difference.
    """

    contacted: float
    others: float
    difference: Estimate


@dataclass(frozen=True)
class UpliftResult:
    """The answer. `score` is each lead's estimated difference in the rate of the outcome. `qini` is
    the area between the Qini curve and the straight line of contacting at random, as outcomes more
    per 1,000 leads, whatever share is contacted.
    """

    rows: int
    contacted: int
    effect: Estimate  # average difference the contact makes
    rate_contacted: float
    rate_others: float
    qini: Estimate
    qini_propensity: Estimate
    above_propensity: Estimate
    tenths: tuple[Tenth, ...]
    curve: tuple[
        tuple[float, float, float], ...
    ]  # share contacted, outcomes more per 1,000 leads in this order, and at random
    score: tuple[float, ...]
    why_not: str | None
    aside: tuple[SetAside, ...]
    used: tuple[str, ...]
