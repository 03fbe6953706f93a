"""A model's tables in words: what raises the chance and what lowers it, by how much and for what
share of the leads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import exp

import numpy as np

from leadlight.playbook.model import YES_NO_WORDS
from leadlight.predict.arrays import Integers, Numbers
from leadlight.predict.columns import TableColumn
from leadlight.predict.features import Feature, bins_of
from leadlight.predict.learn.boosting import AdditiveModel

SHOWN = 8
_PARTS = 2  # the best and the worst parts of a curve that are told


def curves(fitted: AdditiveModel, columns: Sequence[TableColumn], most: int = SHOWN) -> list[str]:
    """The strongest features as sentences, the strongest first."""
    bins = bins_of(fitted.features, columns)
    if not len(bins):
        return []
    order = sorted(
        range(len(fitted.features)), key=lambda n: -float(fitted.tables[n][bins[:, n]].std())
    )
    told = []
    for n in order[:most]:
        table = fitted.tables[n]
        counts = np.bincount(bins[:, n], minlength=len(table))
        mean = float((counts * table).sum() / counts.sum())
        if float(table[bins[:, n]].std()) < 0.02:
            break
        parts = list(_parts(fitted.features[n], table - mean, counts))
        told += [f"{fitted.features[n].say}: {'; '.join(parts)}"] if parts else []
    return told


def _parts(feature: Feature, table: Numbers, counts: Integers) -> Iterator[str]:
    """The parts of a curve that say most, above and below the average lead."""
    groups = list(_groups(feature, table, counts))
    everybody = counts.sum()
    heavy = [g for g in groups if g[2] >= 0.01 * everybody] or groups
    best = sorted((g for g in heavy if g[1] > 0.05), key=lambda g: -g[1])[:_PARTS]
    worst = sorted((g for g in heavy if g[1] < -0.05), key=lambda g: g[1])[:_PARTS]
    for words, value, leads in [*best, *worst]:
        yield f"{words} {_odds(value)} ({leads / everybody:.0%} of leads)"


def _groups(
    feature: Feature, table: Numbers, counts: Integers
) -> Iterator[tuple[str, float, float]]:
    """Neighbouring bins that add about the same together, or single words: in words, what they add,
    how many leads.
    """
    if counts[0]:
        yield "where unknown", float(table[0]), float(counts[0])
    if feature.kind == "words":
        for n, word in enumerate(feature.words, 1):
            yield YES_NO_WORDS.get(word, repr(word)), float(table[n]), float(counts[n])
        if counts[-1]:
            yield "other words", float(table[-1]), float(counts[-1])
        return
    start = 1
    spread = 0.25 * float(table[1:].max() - table[1:].min()) if len(table) > 2 else 0.0
    for n in range(2, len(table) + 1):
        if (
            n < len(table)
            and abs(table[start : n + 1].max() - table[start : n + 1].min()) <= spread
        ):
            continue
        leads = float(counts[start:n].sum())
        if leads:
            yield (
                _range(feature, start, n),
                float((table[start:n] * counts[start:n]).sum() / leads),
                leads,
            )
        start = n


def _range(feature: Feature, start: int, end: int) -> str:
    """Bins from `start` up to but not including `end`, in words."""
    low = feature.cuts[start - 2] if start >= 2 else None
    high = feature.cuts[end - 2] if end - 2 < len(feature.cuts) else None
    if low is None and high is None:
        return "where known"
    if low is None:
        return f"below {high:g}"
    return f"from {low:g} up" if high is None else f"from {low:g} to below {high:g}"


def _odds(value: float) -> str:
    """Log-odds against the average lead, as times the odds."""
    return f"{exp(value):.1f} times the odds" if value > 0 else f"1/{exp(-value):.1f} of the odds"
