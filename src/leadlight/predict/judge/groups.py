"""How well a model does for groups of the leads that judged it: by a column's words or bands, or by
groups that are given.

A group is told from twenty leads on, the largest groups first. A lead that stands in several rows
(at several moments) counts once for how sure a share is: its rows resemble one another.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from leadlight.predict.arrays import Integers, Numbers, Truths
from leadlight.predict.columns import TableColumn
from leadlight.predict.features import cuts_of
from leadlight.predict.judge.evaluation import Group
from leadlight.predict.judge.intervals import wilson
from leadlight.predict.leak_evidence import evidence
from leadlight.predict.ranking import auc_of

FEWEST = 20  # leads in a group, below which nothing is told of it
RANKED = 5  # with the outcome, and without, below which nobody can say how well they are ranked
MOST = 6
_BANDS = 18  # outcomes that give a number its quarters
_TENTHS = 10
_SOURCES = frozenset(
    {"source", "channel", "origin", "medium", "country", "region", "industry", "sector"}
)


@dataclass(frozen=True)
class EvaluationRows:
    """The rows that judge: what the model said of each, whether each has the outcome, and the lead
    each is of (its own when None).
    """

    said: Numbers
    won: Numbers
    leads: Sequence[object] | None = None

    def group(self, of: str, name: str, there: Truths) -> Group | None:
        """These rows as a group; None when they are too few."""
        rows = int(there.sum())
        leads = rows
        if self.leads is not None:
            leads = len(
                {lead for lead, here in zip(self.leads, there.tolist(), strict=True) if here}
            )
        if leads < FEWEST:
            return None
        said, won = self.said[there], self.won[there]
        came = float(won.mean())
        low, high = wilson(came * leads, leads)
        ranked = min(won.sum(), rows - won.sum()) >= RANKED
        auc, gains = (auc_of(said, won), _gains(said, won)) if ranked else (None, ())
        return Group(of, name, leads, float(said.mean()), came, low, high, auc, gains)


def by_column(judging: EvaluationRows, column: TableColumn, rows: Integers) -> Iterator[Group]:
    """The largest groups by a column of the whole table, of which `rows` judge: words as they are,
    numbers in quarters.
    """
    if column.kind == "words":
        words, codes = column.word_codes
        here = codes[rows]
        known = [(w, here == n) for n, w in enumerate(words)]
    else:
        values = column.values[rows]
        cuts = cuts_of(column.values[column.has_value], _BANDS) if column.has_value.any() else ()
        edges = [-np.inf, *cuts, np.inf]
        known = [(_band(a, b), (values >= a) & (values < b)) for a, b in itertools.pairwise(edges)]
    yield from _largest(judging, column.header, known)


def by_groups(
    judging: EvaluationRows, of: str, given: Mapping[str, Sequence[bool]], rows: Integers
) -> Iterator[Group]:
    """The largest of groups that are given with, for each row of the table, whether it is in it;
    they may overlap.
    """
    yield from _largest(
        judging, of, [(name, np.asarray(inside, bool)[rows]) for name, inside in given.items()]
    )


def source_of(columns: Sequence[TableColumn], won: Numbers) -> TableColumn | None:
    """The column that names the source of the leads: the attribute `source`, else the most
    predictive of the columns called a source, a channel, an origin, a country or an industry.
    """
    named = [
        c
        for c in columns
        if c.kind == "words" and len(c.word_codes[0]) > 1 and _SOURCES & set(_words(c))
    ]
    exact = next((c for c in named if c.name == "source"), None)
    return exact or max(named, key=lambda c: evidence(c, won).auc, default=None)


def _words(column: TableColumn) -> list[str]:
    return re.split(r"[^a-z]+", f"{column.name} {column.header}".lower())


def _largest(
    judging: EvaluationRows, of: str, known: Iterable[tuple[str, Truths]]
) -> Iterator[Group]:
    for name, there in sorted(known, key=lambda k: -int(k[1].sum()))[:MOST]:
        found = judging.group(of, name, there)
        if found is not None:
            yield found


def _band(low: float, high: float) -> str:
    if low == -float("inf"):
        return "all known" if high == float("inf") else f"below {high:g}"
    return f"{low:g} and more" if high == float("inf") else f"{low:g} to below {high:g}"


def _gains(said: Numbers, won: Numbers) -> tuple[float, ...]:
    """The share of the outcomes among the best tenth, two tenths ... of the rows; leads of whom the
    same was said share their place.
    """
    order = np.argsort(-said, kind="stable")
    ends = np.flatnonzero(np.append(said[order][1:] != said[order][:-1], True))
    reached = np.concatenate([[0.0], np.cumsum(won[order])[ends]]) / won.sum()
    at = np.arange(1, _TENTHS + 1) / _TENTHS * len(won)
    return tuple(float(v) for v in np.interp(at, np.concatenate([[0], ends + 1]), reached))
