"""How often the interval of a verdict holds what comes next.

Made-up histories of leads by their day of arrival: the verdict of `learn` on the first part, and
the AUC of the published model on the next period, which is long. Without drift the interval should
hold it in nine histories of ten or more; with drift (what a column says fades or turns, and the
share of wins moves) the verdict must say that leads to come may differ.

    python benchmarks/verdict_intervals.py [HISTORIES]
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from leadlight.predict.arrays import Numbers
from leadlight.predict.columns import TableColumn
from leadlight.predict.judge.delong import auc_interval
from leadlight.predict.learn.options import LearnOptions
from leadlight.predict.learn.training import TrainingResult, learn

LEADS, NEXT = 1_500, 6_000
_START = datetime(2025, 1, 1)


@dataclass(frozen=True)
class Period:
    """What a verdict said of a history, and what came in the next period."""

    low: float
    high: float
    came: float
    said_moved: bool

    @property
    def holds(self) -> bool:
        return self.low <= self.came <= self.high


def history(seed: int, drift: float) -> tuple[list[TableColumn], Numbers]:
    """Leads in the order of their arrival. `drift`: by how much the share of wins moves (log-odds),
    and which part of what the columns say fades until the end.
    """
    rng = np.random.default_rng(seed)
    rows = LEADS + NEXT
    along = np.minimum(np.arange(rows) / LEADS, 1.3)
    visits, size = rng.exponential(3, rows), rng.normal(0, 1, rows)
    source = rng.integers(0, 4, rows)
    fade = 1 - drift * along
    log_odds = -1.6 + drift * 2 * along + fade * (0.3 * (visits - 3) + 0.5 * size)
    log_odds += (1 + drift * rng.normal(0, 0.5)) * np.array([0.0, 0.4, -0.4, 0.8])[source]
    won = (rng.random(rows) < 1 / (1 + np.exp(-log_odds))).astype(float)
    days = [_START + timedelta(hours=float(h)) for h in np.arange(rows)]
    return [
        TableColumn("created_at", "Created", days),
        TableColumn("visits", "Visits", visits.round(1).tolist()),
        TableColumn("size", "Size", size.round(2).tolist()),
        TableColumn("source", "Source", [f"s{s}" for s in source]),
    ], won


def period(seed: int, drift: float) -> Period:
    """The verdict on the first part of a history beside the AUC on the next."""
    columns, won = history(seed, drift)
    past, later = list(range(LEADS)), list(range(LEADS, LEADS + NEXT))
    found: TrainingResult = learn(
        [c.take(past) for c in columns], won[past].astype(bool).tolist(), LearnOptions(seed=seed)
    )
    auc = found.verdict.model.auc
    came = auc_interval(found.fitted.probability([c.take(later) for c in columns]), won[later])
    assert auc.low is not None
    assert auc.high is not None
    assert came.value is not None
    moved = any("Leads to come may differ" in note for note in found.notes)
    return Period(auc.low, auc.high, came.value, moved)


def periods(seeds: Sequence[int], drift: float) -> list[Period]:
    return [period(seed, drift) for seed in seeds]


def main() -> None:
    histories = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    for drift in (0.0, 0.5, 0.9):
        found = periods(range(histories), drift)
        held, moved = sum(p.holds for p in found), sum(p.said_moved for p in found)
        print(f"drift {drift}: {held} of {histories} intervals held; doubted of {moved}")
        for p in found:
            print(f"  {p.low:.3f} to {p.high:.3f}, came {p.came:.3f}")


if __name__ == "__main__":
    main()
