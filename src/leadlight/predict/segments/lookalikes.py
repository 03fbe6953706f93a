"""Leads like these: the nearest to a set of leads by a distance over columns of any kind.

Each column gives a likeness from 0 to 1 (Gower 1971): equal words or not, numbers by how near their
ranks lie. A column counts as much as it tells members from others (the Jensen-Shannon divergence of
the two), so what the set has in common is what a look-alike must share. A lead is as near as its
mean likeness to the `NEAREST` members most like it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from leadlight.predict.arrays import Numbers
from leadlight.predict.columns import TableColumn, numbers, word_of
from leadlight.predict.features import features_of

NEAREST = 5
MEMBERS = 1_500  # of the set, who are looked at
FEWEST = 5
TOLD = 3
TELLING = 1.25  # times as often as among others, from which a word is worth telling


@dataclass(frozen=True)
class Lookalike:
    """A lead, how alike it is (0 to 1), and what it most tellingly shares with the set."""

    row: int
    likeness: float
    shares: tuple[str, ...]


def find_lookalikes(
    columns: Sequence[TableColumn], members: Sequence[int], top: int, seed: int = 0
) -> list[Lookalike]:
    """The `top` rows most like the rows `members`, themselves left out, the nearest first."""
    n = len(columns[0].cells) if columns else 0
    inside = np.zeros(n, bool)
    inside[list(members)] = True
    if inside.sum() < 1 or inside.all():
        return []
    made, _ = features_of(columns, list(range(n)), n)
    by_name = {c.name: c for c in columns}
    used = [by_name[f.name] for f in made]
    kinds = {f.name: f.kind for f in made}
    places = [_places(c, kinds[c.name]) for c in used]
    weights = np.array(
        [_tells(p, kinds[c.name], inside) for p, c in zip(places, used, strict=True)]
    )
    if not len(weights) or weights.sum() <= 0:
        return []
    weights = weights / weights.sum()
    few = np.flatnonzero(inside)
    few = np.sort(np.random.default_rng(seed).permutation(few)[:MEMBERS])
    others = np.flatnonzero(~inside)
    near = np.empty(len(others))
    k = min(NEAREST, len(few))
    for start in range(0, len(others), 1_000):
        rows = others[start : start + 1_000]
        total = np.zeros((len(rows), len(few)), np.float32)
        for p, c, w in zip(places, used, weights, strict=True):
            if w > 0:
                total += np.float32(w) * _likeness(p[rows], p[few], kinds[c.name])
        near[start : start + 1_000] = np.partition(total, -k, axis=1)[:, -k:].mean(axis=1)
    best = sorted(range(len(others)), key=lambda i: (-near[i], int(others[i])))[:top]
    usual = [_usual(p, c, kinds[c.name], inside) for p, c in zip(places, used, strict=True)]
    ranked = [int(j) for j in np.argsort(-weights, kind="stable") if weights[j] > 0]
    return [
        Lookalike(
            int(others[i]), float(near[i]), _shares(int(others[i]), used, places, usual, ranked)
        )
        for i in best
    ]


def _places(column: TableColumn, kind: str) -> Numbers:
    """Numbers as ranks from 0 to 1, words as numbers of words; NaN where nothing is stated."""
    if kind == "words":
        words = [word_of(c) for c in column.cells]
        known = {
            w: float(i) for i, w in enumerate(dict.fromkeys(w for w in words if w is not None))
        }
        return np.array([np.nan if w is None else known[w] for w in words])
    from scipy.stats import rankdata

    values = numbers(column.cells)
    known_at = ~np.isnan(values)
    out = np.full(len(values), np.nan)
    if known_at.sum() > 1:
        out[known_at] = (rankdata(values[known_at]) - 1) / (known_at.sum() - 1)
    return out


def _likeness(a: Numbers, b: Numbers, kind: str) -> Any:
    """Of each of `a` with each of `b`; two unknowns are half alike, one is not alike."""
    x, y = a[:, None], b[None, :]
    with np.errstate(invalid="ignore"):
        same = (
            (x == y).astype(np.float32)
            if kind == "words"
            else (1 - np.abs(x - y)).astype(np.float32)
        )
    same = np.nan_to_num(same, nan=0.0)
    return np.where(np.isnan(x) & np.isnan(y), np.float32(0.5), same)


def _tells(places: Numbers, kind: str, inside: Any) -> float:
    """How differently members and others are spread over the column's values, 0 to 1, less what
    chance gives.
    """
    if kind == "words":
        bins = np.nan_to_num(places, nan=-1)
    else:
        bins = np.where(np.isnan(places), -1, np.minimum(9, np.floor(places * 10)))
    _, code = np.unique(bins, return_inverse=True)
    size = int(code.max()) + 1
    p, q = (np.bincount(code[m], minlength=size) / m.sum() for m in (inside, ~inside))
    middle = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        half = [np.nansum(np.where(d > 0, d * np.log2(d / middle), 0.0)) for d in (p, q)]
    chance = (size - 1) / (2 * np.log(2)) * (1 / inside.sum() + 1 / (~inside).sum()) / 4
    return max(0.0, float(half[0] + half[1]) / 2 - float(chance))


def _usual(places: Numbers, column: TableColumn, kind: str, inside: Any) -> tuple[Any, ...]:
    """What members state more often than others: words of a tenth of them or more, or the middle
    half of the numbers.
    """
    mine, others = places[inside], places[~inside]
    mine = mine[~np.isnan(mine)]
    if not len(mine):
        return ()
    if kind == "words":
        elsewhere = Counter(others[~np.isnan(others)].tolist())
        fair = TELLING * len(mine) / len(others)
        return tuple(
            w
            for w, n in Counter(mine.tolist()).most_common(10)
            if n >= 0.1 * len(mine) and n > fair * elsewhere[w]
        )
    return tuple(float(v) for v in np.percentile(mine, (25, 75)))


def _shares(
    row: int,
    columns: Sequence[TableColumn],
    places: Sequence[Numbers],
    usual: Sequence[tuple[Any, ...]],
    ranked: Sequence[int],
) -> tuple[str, ...]:
    out = []
    for j in ranked:
        place, common = places[j][row], usual[j]
        if place != place or not common:
            continue
        is_word = isinstance(columns[j].cells[row], (str, bool))
        if (
            (place in common)
            if is_word
            else (common[0] <= place <= common[1] if len(common) == 2 else False)
        ):
            cell = columns[j].cells[row]
            out.append(
                f"{columns[j].header.replace('_', ' ')}"
                f" {('yes' if cell else 'no') if isinstance(cell, bool) else cell}"
            )
        if len(out) == TOLD:
            break
    return tuple(out)
