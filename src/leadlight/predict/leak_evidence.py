"""What the data show of one column against the outcome: what `leaks` decides by."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

import numpy as np

from leadlight.predict.arrays import Integers, Numbers, rarer
from leadlight.predict.columns import TableColumn
from leadlight.predict.features import Feature, cuts_of
from leadlight.predict.ranking import auc_of

_SAYS_OUTCOME = re.compile(
    r"\b(won|lost|closed|convert(ed|s)?|conversion|signed|churn(ed)?|became a"
    r" customer|purchased|deal|cancel+ed)\b",
    re.I,
)

ENOUGH = 100  # leads of the rarer outcome, below which honest columns rank well by chance


@dataclass(frozen=True)
class Evidence:
    """What the data show of a column: how well it ranks the leads alone (AUC on leads not looked
    at), which share is blank, how well being blank ranks them, how the outcome fares with and
    without, and the surest value. `leads` are all that were looked at, `rarer` those of the rarer
    outcome.
    """

    auc: float
    blank: float = 0.0
    blank_auc: float = 0.5
    won_blank: float | None = None
    won_stated: float | None = None
    sure: int = 0  # leads with a value that always went with the outcome, more than chance allows
    says: str | None = None  # a value that names the outcome
    leads: int = 0
    rarer: int = 0

    @property
    def tells(self) -> float:
        """How far its AUC, or that of being blank, is from 0.5."""
        return max(abs(self.auc - 0.5), abs(self.blank_auc - 0.5))

    @property
    def error(self) -> float:
        """The standard error of an AUC of a column that says nothing (Mann and Whitney, 1947)."""
        other = self.leads - self.rarer
        if not self.rarer or not other:
            return 0.0
        return float(((self.leads + 1) / (12 * self.rarer * other)) ** 0.5)

    @property
    def few(self) -> bool:
        """Whether too few leads have the rarer outcome to condemn a column by how it ranks."""
        return 0 < self.rarer < ENOUGH


def evidence(column: TableColumn, won: Numbers) -> Evidence:
    """What the data show of one column."""

    if not column.has_value.any():
        return Evidence(0.5, 1.0)
    blank = ~column.has_value
    feature = plain_feature(column)
    bins = feature.bin_of(column)
    base = float(won.mean())
    known = Evidence(
        _honest_auc(bins, feature.bins, won),
        float(blank.mean()),
        sure=_sure(bins, feature.bins, won, base),
        leads=len(won),
        rarer=rarer(won),
    )
    if feature.kind == "words":
        known = replace(known, says=_says_outcome(feature, bins, won, base))
    if blank.any():
        known = replace(
            known,
            blank_auc=auc_of(blank.astype(float), won),
            won_blank=float(won[blank].mean()),
            won_stated=float(won[~blank].mean()),
        )
    return known


def plain_feature(column: TableColumn) -> Feature:
    """Bins for looking only: cuts of numbers and moments, the most frequent words."""
    if column.kind != "words":
        return Feature(
            column.name, column.header, "number", cuts=cuts_of(column.values[column.has_value], 300)
        )
    words, codes = column.word_codes
    counts = np.bincount(codes[codes >= 0], minlength=len(words))
    most = [words[n] for n in np.argsort(-counts, kind="stable")[:300] if counts[n] >= 5]
    return Feature(column.name, column.header, "words", words=tuple(most))


def _honest_auc(bins: Integers, size: int, won: Numbers) -> float:
    """The AUC of each bin's rate, the rate taken from the other four fifths of the leads."""
    fold = np.random.default_rng(0).integers(0, 5, len(won))
    base, score = float(won.mean()), np.zeros(len(won))
    for k in range(5):
        others = fold != k
        leads = np.bincount(bins[others], minlength=size)
        wins = np.bincount(bins[others], weights=won[others], minlength=size)
        score[~others] = ((wins + 5 * base) / (leads + 5))[bins[~others]]
    return auc_of(score, won)


def _sure(bins: Integers, size: int, won: Numbers, base: float) -> int:
    """Leads of the values that always went with the outcome, where chance cannot explain it."""
    leads = np.bincount(bins, minlength=size)
    wins = np.bincount(bins, weights=won, minlength=size)
    with np.errstate(divide="ignore", invalid="ignore"):
        sure = (leads >= 30) & (wins >= 0.998 * leads) & (leads * np.log(max(base, 1e-12)) < -60)
    return int(leads[sure].sum()) if base < 0.8 else 0


def _says_outcome(feature: Feature, bins: Integers, won: Numbers, base: float) -> str | None:
    """A word that names the outcome and goes with it."""
    for n, word in enumerate(feature.words, 1):
        if _SAYS_OUTCOME.search(word):
            there = bins == n
            rate, leads = float(won[there].mean()), int(there.sum())
            if leads >= 5 and (rate >= base + 0.6 * (1 - base) or rate <= 0.25 * base):
                return word[:40]
    return None
