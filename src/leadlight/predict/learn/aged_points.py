"""Points corrected by outcomes where a lead that was not won may only be not won yet. Needs numpy
and no other library.

Where the leads say when they came in and when they were won, those teach that are old enough: of
leads of that age at least half of all wins have come. An open lead's age is then one more term of
the model. (open_leads.py)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from leadlight.predict.arrays import Numbers
from leadlight.predict.columns import TableColumn
from leadlight.predict.learn.boosting import chance
from leadlight.predict.learn.exclusions import without_leaks
from leadlight.predict.learn.open_leads import OpenLeads, open_leads
from leadlight.predict.learn.points_prior import CorrectedPoints, PointsOptions, correct_points

_MATURE = 0.5  # of the wins of a lead's age have come


@dataclass(frozen=True)
class AgedPoints:
    """Corrected points, and the share of leads beside which one is likely: of those that taught; of
    the open ones where their age counts.
    """

    corrected: CorrectedPoints
    base_rate: float
    age: OpenLeads | None = None


def correct_aged_points(
    columns: Sequence[TableColumn],
    won: Sequence[bool],
    points: TableColumn,
    dates: Sequence[TableColumn] = (),
    options: PointsOptions = PointsOptions(),
) -> AgedPoints:
    """Correct points by outcomes. `dates` say when leads came in and were won; without them, or
    where all leads are old enough, all teach. Raises `CannotDo` below five leads of the rarer
    outcome.
    """
    age = open_leads(dates, won)
    if age is None:
        found = correct_points(without_leaks(columns, won), won, points, options)
        return AgedPoints(found, found.won / found.rows)
    rows = np.flatnonzero(age.times.share_by(age.ages) >= _MATURE).tolist()
    taught = [won[n] for n in rows]
    usable = without_leaks([c.take(rows) for c in columns], taught)
    found = correct_points(usable, taught, points.take(rows), options)
    known = replace(age, ages=age.ages[rows])
    return AgedPoints(found, _open_rate(found, [*columns, points], won, age, known), known)


def _open_rate(
    found: CorrectedPoints,
    columns: Sequence[TableColumn],
    won: Sequence[bool],
    age: OpenLeads,
    known: OpenLeads,
) -> float:
    """The mean probability of leads that are open, by their ages."""
    p = found.probability(columns)
    odds: Numbers = np.log(p / (1 - p)) - known.log_share_by_now + age.times.open_log_odds(age.ages)
    return float(chance(odds[~np.asarray(won, bool)]).mean())
