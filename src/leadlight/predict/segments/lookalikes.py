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
from itertools import islice

import numpy as np

from leadlight.predict.arrays import Integers, Numbers, Singles, Truths
from leadlight.predict.columns import Cell, TableColumn, numbers, word_of
from leadlight.predict.features import Kind, features_of

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


@dataclass(frozen=True)
class _Trait:
    """A column by which leads are compared: where each lead stands in it, how much it counts, and
    what members state more often than others.
    """

    column: TableColumn
    kind: Kind
    places: Numbers
    weight: float
    usual: tuple[float, ...]

    def common_value(self, row: int) -> str | None:
        """What the lead of this row has in common with the members, in words."""
        place, cell = self.places[row], self.column.cells[row]
        if place != place or not self.usual:
            return None
        if isinstance(cell, (str, bool)):
            common = place in self.usual
        else:
            common = len(self.usual) == 2 and self.usual[0] <= place <= self.usual[1]
        return f"{self.column.header.replace('_', ' ')} {_cell_text(cell)}" if common else None


def _cell_text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return str(cell)


def find_lookalikes(
    columns: Sequence[TableColumn], members: Sequence[int], top: int, seed: int = 0
) -> list[Lookalike]:
    """The `top` rows most like the rows `members`, themselves left out, the nearest first."""
    inside = np.zeros(len(columns[0].cells) if columns else 0, bool)
    inside[list(members)] = True
    if not inside.any() or inside.all():
        return []
    traits = _traits(columns, inside)
    few = np.random.default_rng(seed).permutation(np.flatnonzero(inside))[:MEMBERS]
    others = np.flatnonzero(~inside)
    near = _nearness(traits, others, np.sort(few))
    best = sorted(range(len(others)), key=lambda i: (-near[i], int(others[i])))
    telling = sorted((t for t in traits if t.weight > 0), key=lambda t: -t.weight)
    return [
        Lookalike(int(others[i]), float(near[i]), _shares(telling, int(others[i])))
        for i in best[: top if traits else 0]
    ]


def _traits(columns: Sequence[TableColumn], inside: Truths) -> list[_Trait]:
    """The columns to compare by; none where nothing tells members from others."""
    features, _ = features_of(columns, list(range(len(inside))), len(inside))
    by_name = {c.name: c for c in columns}
    places = [_places(by_name[f.name], f.kind) for f in features]
    weights = np.array([_tells(p, f.kind, inside) for p, f in zip(places, features, strict=True)])
    total = weights.sum()
    if total <= 0:
        return []
    return [
        _Trait(by_name[f.name], f.kind, p, float(w), _usual(p, f.kind, inside))
        for f, p, w in zip(features, places, weights / total, strict=True)
    ]


def _nearness(traits: Sequence[_Trait], others: Integers, members: Integers) -> Numbers:
    """Of each of the others its mean likeness to the members most like it."""
    near = np.zeros(len(others))
    k = min(NEAREST, len(members))
    for start in range(0, len(others), 1_000):
        rows = others[start : start + 1_000]
        total = np.zeros((len(rows), len(members)), np.float32)
        for t in traits:
            if t.weight > 0:
                alike = _likeness(t.places[rows], t.places[members], t.kind)
                total += np.float32(t.weight) * alike
        near[start : start + 1_000] = np.partition(total, -k, axis=1)[:, -k:].mean(axis=1)
    return near


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


def _likeness(a: Numbers, b: Numbers, kind: str) -> Singles:
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


def _tells(places: Numbers, kind: str, inside: Truths) -> float:
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


def _usual(places: Numbers, kind: str, inside: Truths) -> tuple[float, ...]:
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


def _shares(traits: Sequence[_Trait], row: int) -> tuple[str, ...]:
    """What a lead most tellingly shares with the members; the traits are in order of weight."""
    shared = (t.common_value(row) for t in traits)
    return tuple(islice((text for text in shared if text is not None), TOLD))
