"""How the scores of a qualified base are spread."""

from __future__ import annotations

import math
from collections.abc import Sequence

import duckdb

from leadlight.adapters.db.duckdb import quoted, rows
from leadlight.facts.relation import Relation
from leadlight.playbook.spec import Playbook, Points, Score, SignalScore
from leadlight.results.summary import Bin, ScoreSummary

BINS = 20


def histograms(
    con: duckdb.DuckDBPyConnection, qualifications: Relation, playbook: Playbook, has: Sequence[str]
) -> tuple[ScoreSummary, ...]:
    """A histogram of every score, over the range the playbook allows or else over what occurs."""
    scores = [s for s in playbook.scores if s.name in has]
    if not scores:
        return ()
    columns = [quoted(s.name) for s in scores]
    wanted = ", ".join(f"min({c}), avg({c}), max({c}), count(*) - count({c})" for c in columns)
    (figures,) = rows(con, f"SELECT {wanted} FROM {qualifications}")
    out = []
    for i, score in enumerate(scores):
        low, mean, high = map(_number, figures[4 * i : 4 * i + 3])
        unknown = int(str(figures[4 * i + 3]))
        bins: tuple[Bin, ...] = ()
        if low is not None and high is not None:
            start, width, n = nice_bins(*_widen(limits(playbook, score), low, high))
            bins = _bins(con, qualifications, score.name, start, width, n)
        out.append(ScoreSummary(score.name, bins, low, mean, high, unknown))
    return tuple(out)


def _number(cell: object) -> float | None:
    return None if cell is None else float(str(cell))


def _widen(
    allowed: tuple[float | None, float | None], low: float, high: float
) -> tuple[float, float]:
    """A range of what occurs, made as wide as what is allowed."""
    least, most = allowed
    return low if least is None else min(low, least), high if most is None else max(high, most)


def limits(playbook: Playbook, score: Score) -> tuple[float | None, float | None]:
    """The least and the most a score can be, where the playbook says so."""
    holder = playbook.signal(score.signal) if isinstance(score, SignalScore) else score
    if isinstance(holder, SignalScore) or not hasattr(holder, "at_least"):
        return None, None
    assert isinstance(holder, Points) or holder is score
    least, most = getattr(holder, "at_least", None), getattr(holder, "at_most", None)
    return None if least is None else float(least), None if most is None else float(most)


def nice_bins(low: float, high: float) -> tuple[float, float, int]:
    """Start, width and number of at most `BINS` + 1 bins of a round width that cover a range."""
    spread = high - low
    if not math.isfinite(spread) or spread <= 0:
        return (low if math.isfinite(low) else 0.0), 1.0, 1
    size = 10.0 ** math.floor(math.log10(spread / BINS))
    width = next(size * step for step in (1, 2, 2.5, 5, 10) if spread / (size * step) <= BINS)
    start = math.floor(low / width) * width
    return start, width, max(1, math.ceil((high - start) / width - 1e-9))


def _bins(
    con: duckdb.DuckDBPyConnection,
    qualifications: Relation,
    score: str,
    start: float,
    width: float,
    n: int,
) -> tuple[Bin, ...]:
    column = quoted(score)
    place = f"greatest(0, least({n - 1}, floor(({column} - {start!r}) / {width!r})))::INTEGER"
    found = rows(
        con, f"SELECT {place}, count(*) FROM {qualifications} WHERE isfinite({column}) GROUP BY 1"
    )
    counts = {int(str(i)): int(str(c)) for i, c in found}
    edges = [round(start + i * width, 9) for i in range(n + 1)]
    return tuple(Bin(edges[i], edges[i + 1], counts.get(i, 0)) for i in range(n))
