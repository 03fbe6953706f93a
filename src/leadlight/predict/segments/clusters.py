"""Groups of leads that behave alike, with names taken from what sets each apart.

Numbers are made comparable (skewed ones by their logarithm; mean 0, spread 1) and grouped by
k-means. How many groups there are is the number whose groups come out alike again on two random
halves of the leads and whose silhouette is the highest of those, numbers that leave nearly
everybody in one group only where there is no other; where no number does, there are no groups, and
that is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leadlight.predict.arrays import Integers, Numbers, Truths
from leadlight.predict.columns import TableColumn, kind_of, numbers
from leadlight.predict.segments.segment import Cluster
from leadlight.predict.threads import one_thread

MOST = 8
FEWEST = 60  # leads, below which groups are not looked for
STABLE = 0.6  # adjusted Rand index of two halves' groupings, from which they are the same groups
CLEAR = 0.15  # silhouette, below which there are no gaps between the groups
LOOKED_AT = 3_000
LARGEST = 0.75  # of the leads in one group, above which the grouping is of little use
APART = 0.4  # standard deviations from all leads that are worth a word


@dataclass(frozen=True)
class Clustering:
    """The groups, largest first, the group of each lead (its place in `clusters`), and how the
    number was chosen.
    """

    clusters: tuple[Cluster, ...]
    of: tuple[int, ...]
    why: str


def cluster(
    columns: Sequence[TableColumn], won: Sequence[bool] | None = None, seed: int = 0
) -> Clustering:
    """Group leads by their numbers and yes/no columns; nothing stated counts as the usual value of
    the column.
    """
    n = len(columns[0].cells) if columns else 0
    used, x = _comparable_columns(columns)
    if n < FEWEST or not used:
        return Clustering(
            (),
            (),
            f"{n:,} leads with {len(used)} numbers to go by are too few to tell groups apart.",
        )
    with one_thread("sklearn.cluster", "sklearn.metrics"):
        k, why = _how_many(x, seed)
        if k < 2:
            return Clustering((), (), why)
        labels = _kmeans(x, k, seed)
    order = sorted(range(k), key=lambda g: (-int((labels == g).sum()), g))
    place = {g: i for i, g in enumerate(order)}
    answer = None if won is None else np.asarray(won, float)
    return Clustering(
        _name_clusters(x, labels, order, used, answer),
        tuple(place[int(g)] for g in labels),
        why,
    )


def _comparable_columns(columns: Sequence[TableColumn]) -> tuple[list[TableColumn], Numbers]:
    """The numbers and yes/no columns that vary, and their values made comparable."""
    used, values = [], []
    for column in columns:
        z = _comparable(column) if _is_number(column) or _yes_no(column) else None
        if z is not None:
            used.append(column)
            values.append(z)
    return used, np.column_stack(values) if values else np.empty((0, 0))


def _is_number(column: TableColumn) -> bool:
    return kind_of(v for v in column.cells if v is not None) == "number"


def _yes_no(column: TableColumn) -> bool:
    stated = [v for v in column.cells if v is not None]
    return bool(stated) and all(isinstance(v, bool) for v in stated)


def _comparable(column: TableColumn) -> Numbers | None:
    """A column with mean 0 and spread 1; None when it does not vary."""
    values = numbers([float(v) if isinstance(v, bool) else v for v in column.cells])
    known = values[~np.isnan(values)]
    if len(known) < 2 or known.std() == 0:
        return None
    if not _yes_no(column) and known.min() >= 0 and known.mean() > 1.5 * np.median(known):
        values, known = np.log1p(values), np.log1p(known)
    z = (np.where(np.isnan(values), np.median(known), values) - known.mean()) / known.std()
    return np.asarray(np.clip(z, -4, 4), float)


def _kmeans(x: Numbers, k: int, seed: int) -> Integers:
    from sklearn.cluster import KMeans

    return np.asarray(KMeans(k, n_init=2, random_state=seed).fit_predict(x), np.int64)


def _how_many(x: Numbers, seed: int) -> tuple[int, str]:
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score, silhouette_score

    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(x))[:LOOKED_AT]
    some, half = x[rows], len(rows) // 2
    best, best_score, best_useful, clearest = 0, CLEAR, False, 0.0
    for k in range(2, min(MOST, len(some) // 20) + 1):
        one = KMeans(k, n_init=2, random_state=seed).fit(some[:half])
        other = KMeans(k, n_init=2, random_state=seed + 1).fit(some[half:])
        again = float(adjusted_rand_score(one.predict(some), other.predict(some)))
        labels = one.predict(some)
        if len(set(labels.tolist())) < 2:
            continue
        score = (
            float(silhouette_score(some[:1_500], labels[:1_500]))
            if len(set(labels[:1_500].tolist())) > 1
            else 0.0
        )
        clearest = max(clearest, score)
        if again < STABLE or score <= CLEAR:
            continue
        useful = bool(np.bincount(labels).max() <= LARGEST * len(labels))
        if (useful, score) > (best_useful, best_score):
            best, best_score, best_useful = k, score, useful
    if not best:
        return 0, (
            f"No number of groups from 2 to {MOST} comes out the same on two halves of the leads"
            f" with gaps between them (silhouette {clearest:.2f} at best):"
            " these leads form no groups."
        )
    return best, (
        f"{best} groups: they come out the same on two halves of the leads,"
        f" and of such numbers have the clearest gaps (silhouette {best_score:.2f})."
    )


def _name_clusters(
    x: Numbers,
    labels: Integers,
    order: Sequence[int],
    columns: Sequence[TableColumn],
    won: Numbers | None,
) -> tuple[Cluster, ...]:
    out: list[Cluster] = []
    taken: set[str] = set()
    for g in order:
        mine = labels == g
        away = x[mine].mean(axis=0)
        ranked = sorted(range(len(columns)), key=lambda j: (-abs(away[j]), columns[j].name))
        said = [
            _in_words(columns[j], float(away[j]), mine) for j in ranked if abs(away[j]) >= APART
        ]
        name = ", ".join(w for w, _ in said[:2]) or "like most leads"
        for more, _ in said[2:]:
            if name not in taken:
                break
            name = f"{name}, {more}"
        taken.add(name)
        out.append(
            Cluster(
                name,
                int(mine.sum()),
                float(mine.mean()),
                None if won is None else float(won[mine].mean()),
                tuple(s for _, s in said[:4]),
            )
        )
    return tuple(out)


def _in_words(column: TableColumn, away: float, mine: Truths) -> tuple[str, str]:
    """`many visits`, and `visits: 12 on average, 3.1 of all`."""
    values = numbers([float(v) if isinstance(v, bool) else v for v in column.cells])
    here, every = _mean(values[mine]), float(np.nanmean(values))
    say = column.header.replace("_", " ")
    if _yes_no(column):
        return (say if away > 0 else f"no {say}"), f"{say}: {here:.0%} of them, {every:.0%} of all"
    return (
        f"{'very ' if abs(away) >= 1.2 else ''}{_more_or_less(column, away)} {say}",
        f"{say}: {here:,.4g} on average, {every:,.4g} of all",
    )


def _mean(values: Numbers) -> float:
    """The mean of what is known; NaN where nothing is."""
    known = values[~np.isnan(values)]
    return float(np.nanmean(values)) if len(known) else float("nan")


def _more_or_less(column: TableColumn, away: float) -> str:
    more, less = ("many", "few") if _counts(column) else ("high", "low")
    return more if away > 0 else less


def _counts(column: TableColumn) -> bool:
    values = numbers(column.cells)
    known = values[~np.isnan(values)]
    return bool((known >= 0).all() and (known == known.round()).all())
