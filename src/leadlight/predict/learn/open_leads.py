"""Open leads are another population than decided ones: "not yet" is no loss, and who is open for
long is hardly won any more. Needs numpy and no other library.

Of those who are ever won, a share `F(a)` is won by the age `a`. A lead of whom a model says `p` and
who is still open at that age is won later with odds of `p / (1 - p) * (1 - F(a))`: the age adds
`log(1 - F(a))` to its log-odds, whatever else is known of it. (A mixture of those who are won some
day and those who never are: Boag 1949; Berkson and Gage 1952.) So it is one more term of a model,
which a person can read.

`F` is found from the won alone, each seen because it was won before the table was made. Such data
are truncated on the right, and the product limit runs backwards in time. (Lynden-Bell 1971;
Lagakos, Barraj and De Gruttola, Biometrika 1988.) A plain share of the won would call all leads
fast.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np

from leadlight.playbook.model import Model, NumberSide, Term
from leadlight.predict.arrays import Numbers
from leadlight.predict.columns import TableColumn
from leadlight.predict.features import roundest
from leadlight.predict.learn.terms import in_units

AGE = "open_days"
_FEWEST = 30  # won leads with a known time
_USUAL = 0.75  # of those who are ever won
_LEAST_LEFT = 0.01  # what is left to be won of the oldest: no lead is given up for certain
_STEPS = 12  # of the term; each takes about as many of the won
_STATED, _OTHERS = 0.95, 0.05  # of won leads and of others, that state when they were won
_OLD = 0.98  # of what is ever won, from which on no lead is young
_DAY = 86_400.0


@dataclass(frozen=True)
class DecisionTimes:
    """Of leads that are won some day: which share of them (`shares`) is won by which age (`days`,
    rising).
    """

    days: tuple[float, ...]
    shares: tuple[float, ...]

    @property
    def usual(self) -> float:
        """The age by which three of four are won."""
        return next((d for d, s in zip(self.days, self.shares, strict=True) if s >= _USUAL), 0.0)

    def share_by(self, ages: Numbers) -> Numbers:
        """The share that is won by each age."""
        place = np.searchsorted(np.asarray(self.days), ages, side="right")
        found: Numbers = np.concatenate([[0.0], self.shares])[place]
        return found

    def open_log_odds(self, ages: Numbers) -> Numbers:
        """What being open at each age adds to a lead's log-odds."""
        found: Numbers = np.log(np.maximum(1 - self.share_by(ages), _LEAST_LEFT))
        return found

    def term(self) -> Term:
        """The same as a term of a model: of an age, in few steps."""
        cuts = self._cuts()
        middle = [0.0, *((a + b) / 2 for a, b in zip(cuts, [*cuts[1:], math.inf], strict=True))]
        adds = self.open_log_odds(np.array([min(m, self.days[-1] + 1) for m in middle]))
        return Term(
            (AGE,),
            (NumberSide(tuple(Decimal(repr(c)) for c in cuts)),),
            (*map(in_units, adds.tolist()), 0),
            "days it has been open",
        )

    def _cuts(self) -> list[float]:
        """Round ages between which about as many are won."""
        cuts: list[float] = []
        for step in range(1, _STEPS):
            n = int(np.searchsorted(self.shares, step / _STEPS))
            day = self.days[min(n, len(self.days) - 1)]
            low = cuts[-1] if cuts else 0.0
            if day > low:
                cuts.append(roundest(low + (day - low) / 2, day))
        return cuts


def decision_times(days_to_win: Numbers, ages: Numbers) -> DecisionTimes | None:
    """How long it takes, from won leads: after how many days each was won, and its age when the
    table was made. None of fewer than thirty.
    """
    there = np.isfinite(days_to_win) & np.isfinite(ages) & (days_to_win <= ages)
    took, age = np.maximum(days_to_win[there], 0.0), ages[there]
    if len(took) < _FEWEST:
        return None
    days, shares, by = np.unique(took), [], 1.0
    for day in days[::-1]:
        shares.append(by)
        at_risk = int(((took <= day) & (age >= day)).sum())
        by *= 1 - int((took == day).sum()) / at_risk
    return DecisionTimes(tuple(days.tolist()), tuple(shares[::-1]))


@dataclass(frozen=True)
class OpenLeads:
    """What a table tells of open leads: how long it takes, of what ages its leads are."""

    times: DecisionTimes
    ages: Numbers
    header: str  # of the column that says when a lead was won

    @property
    def log_share_by_now(self) -> float:
        """The share of what leads of these ages come to that has come by now, as a logarithm."""
        return math.log(max(float(np.nanmean(self.times.share_by(self.ages))), _LEAST_LEFT))

    @property
    def words(self) -> str:
        """What was found, in a sentence."""
        return (
            f"Three of four leads that are won are won within {self.times.usual:.0f} days (by"
            f" {self.header}), so an open lead's age counts too: the probability is that it is won"
            " later, though it was not yet."
        )


def open_leads(columns: Sequence[TableColumn], had: Sequence[bool]) -> OpenLeads | None:
    """What a table tells, where one column says when a lead came in (`created_at`) and another one
    when it was won: a date that nearly all won leads state and hardly another one does. The table
    is as of its newest date. None where nothing follows from it, or all leads are old enough.
    """
    won = np.asarray(had, float)
    created = next((c for c in columns if c.name == "created_at" and c.kind == "moment"), None)
    ended = next((c for c in columns if created is not c and _says_when_won(c, won)), None)
    if created is None or ended is None:
        return None
    came, went = created.values / _DAY, ended.values / _DAY
    ages = float(np.nanmax([np.nanmax(came), np.nanmax(went)])) - came
    there = won > 0
    times = decision_times((went - came)[there], ages[there])
    if times is None or float(np.nanmean(times.share_by(ages))) > _OLD:
        return None
    return OpenLeads(times, ages, ended.header)


def _says_when_won(column: TableColumn, won: Numbers) -> bool:
    if column.kind != "moment" or not 0 < won.sum() < len(won):
        return False
    stated = column.has_value
    return bool(stated[won > 0].mean() >= _STATED and stated[won == 0].mean() <= _OTHERS)


def with_age(model: Model, found: OpenLeads) -> Model:
    """The model as of open leads: with the term of their age. What was learned from leads of all
    ages as they stood is less than what they come to, by the share that was won by then.
    """
    asked = {**model.asked, AGE: {"value": "days_since(created_at)"}}
    start = model.start - in_units(found.log_share_by_now)
    return replace(model, start=start, terms=(*model.terms, found.times.term()), asked=asked)
