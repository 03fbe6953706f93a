"""Columns of any kind as features with a meaning: a number with cuts that a person can read, or a
word with the rest pooled.

What a feature is (its cuts, its words) is decided on the rows that teach, never on those that
judge. A column that cannot say anything about the next lead (empty, the same for everybody, an id,
a name, a date) is set aside, with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

import numpy as np

from leadlight.facts.catalog import LEAD_ATTRIBUTES, Form
from leadlight.predict.arrays import Integers, Numbers, Truths
from leadlight.predict.columns import SetAside, TableColumn

MOST_CUTS = 63
MOST_WORDS = 120
FEWEST = 10  # leads with a word, below which it is pooled with the rest
_PERSONAL = (Form.EMAIL, Form.PHONE, Form.PERSONAL)

Kind = Literal["number", "words"]


@dataclass(frozen=True)
class Feature:
    """What a model asks of a column: in which of its bins a value lies.

    Bin 0 is unknown. A number lies in bin 1 + how many `cuts` are not above it. A word has its own
    bin by its place in `words` (lower case, trimmed), all other words share the last one.
    """

    name: str
    say: str
    kind: Kind
    cuts: tuple[float, ...] = ()
    words: tuple[str, ...] = ()

    @property
    def bins(self) -> int:
        """How many bins there are, the unknown one counted."""
        return 2 + (len(self.cuts) if self.kind == "number" else len(self.words))

    def bin_of(self, column: TableColumn) -> Integers:
        """The bin of each cell of a column."""
        if self.kind == "number":
            found = 1 + np.searchsorted(np.asarray(self.cuts, float), column.values, side="right")
            return np.where(np.isnan(column.values), 0, found).astype(np.int64)
        words, codes = column.word_codes
        place = {word: n for n, word in enumerate(self.words, 1)}
        rest = len(self.words) + 1
        of = np.array([*(place.get(w, rest) for w in words), 0], np.int64)
        return of[codes]


def features_of(
    columns: Sequence[TableColumn],
    rows: Sequence[int],
    outcomes: int,
    without: Mapping[str, SetAside] | None = None,
) -> tuple[list[Feature], list[SetAside]]:
    """The features that these rows of the columns make, and the columns that make none.

    `outcomes`: how many leads of the rarer outcome teach; the fewer there are, the coarser the
    bins.
    """
    at = np.asarray(rows, np.int64)
    made: list[Feature] = []
    aside: list[SetAside] = []
    for column in columns:
        if without and column.name in without:
            aside.append(without[column.name])
            continue
        found = _feature(column, at, outcomes)
        if isinstance(found, Feature):
            made.append(found)
        else:
            aside.append(found)
    return made, aside


def _feature(column: TableColumn, rows: Integers, outcomes: int) -> Feature | SetAside:
    known = column.has_value[rows]
    if not known.any():
        return _aside(column, "empty", "states nothing for any lead")
    attribute = LEAD_ATTRIBUTES.get(column.name)
    if attribute is not None and attribute.form in _PERSONAL:
        return _aside(
            column, "personal", "says who a lead is; a model must not learn single people"
        )
    if column.kind == "moment":
        return _aside(column, "date", "is a date, which says nothing of the next lead's chance")
    make = _number_feature if column.kind == "number" else _word_feature
    return make(column, rows, known, outcomes)


def _number_feature(
    column: TableColumn, rows: Integers, known: Truths, outcomes: int
) -> Feature | SetAside:
    values = column.values[rows][known]
    cuts = cuts_of(values, outcomes)
    if not cuts and known.all():
        return _aside(column, "constant", "is the same for every lead")
    if _counts_up(values):
        return _aside(column, "id", "numbers the leads one by one")
    return Feature(column.name, column.header, "number", cuts=cuts)


def _word_feature(
    column: TableColumn, rows: Integers, known: Truths, outcomes: int
) -> Feature | SetAside:
    words, codes = column.word_codes
    counts = np.bincount(codes[rows][known], minlength=len(words))
    distinct = int((counts > 0).sum())
    if distinct > 0.5 * known.sum() and distinct > 20:
        return _aside(column, "id", "is different for nearly every lead")
    if distinct == 1 and known.all():
        return _aside(column, "constant", "is the same for every lead")
    fewest = _fewest(outcomes, len(rows))
    leads = dict(zip(words, counts.tolist(), strict=True))
    frequent = sorted((w for w, n in leads.items() if n >= fewest), key=lambda w: -leads[w])
    if not frequent and known.all():
        return _aside(column, "rare", "has no word that enough leads share")
    return Feature(column.name, column.header, "words", words=tuple(frequent[:MOST_WORDS]))


def _fewest(outcomes: int, rows: int) -> int:
    """How many leads a word needs to stand for itself: about one lead of the rarer outcome is to be
    expected among them.
    """
    return max(5, min(FEWEST * 3, round(rows / max(outcomes, 1))))


def _counts_up(values: Numbers) -> bool:
    """Whole numbers, each once, of which hardly one is left out or which are far from zero: numbers
    of rows.
    """
    if (
        len(values) < 30
        or (values != values.round()).any()
        or len(np.unique(values)) < 0.999 * len(values)
    ):
        return False
    low, high = float(values.min()), float(values.max())
    return high - low < 20 * len(values) or low > 0.5 * high


def cuts_of(values: Numbers, outcomes: int) -> tuple[float, ...]:
    """Cuts between neighbouring values, so that the bins hold about as many leads each; each the
    roundest number that parts the same values.
    """
    distinct, counts = np.unique(values, return_counts=True)
    if len(distinct) < 2:
        return ()
    smallest = max(2, min(20, len(values) // 400))
    cuts: list[float] = []
    since = 0
    left = int(counts.sum())
    reached = np.concatenate([[0], np.cumsum(counts)])
    for i in _cut_places(counts, min(MOST_CUTS, max(3, outcomes // 6))):
        if reached[i] - since >= smallest and left - reached[i] >= smallest:
            cuts.append(roundest(float(distinct[i - 1]), float(distinct[i])))
            since = int(reached[i])
    return tuple(cuts)


def _cut_places(counts: Integers, most: int) -> Sequence[int]:
    """Before which of the distinct values cuts may stand; `counts` is how many leads have each."""
    if len(counts) - 1 <= most:
        return range(1, len(counts))
    below = np.cumsum(counts)[:-1]  # leads below a cut before the next value
    wanted = np.arange(1, most + 1) * counts.sum() / (most + 1)
    return sorted({int(np.argmin(np.abs(below - w))) + 1 for w in wanted})


def roundest(low: float, high: float) -> float:
    """The number above `low` and not above `high` that has the fewest digits."""
    for digits in range(-12, 16):
        step = Decimal(1).scaleb(-digits)
        low_, high_ = Decimal(repr(low)), Decimal(repr(high))
        found = (high_ / step).to_integral_value(rounding="ROUND_FLOOR") * step
        if low_ < found <= high_ and low < float(found) <= high:
            return float(found)
    return high


def bins_of(features: Sequence[Feature], columns: Sequence[TableColumn]) -> Integers:
    """The bins of all rows: a row for each lead, a column for each feature."""
    by_name = {c.name: c for c in columns}
    if not features:
        return np.zeros((len(columns[0].cells) if columns else 0, 0), np.int64)
    return np.column_stack([f.bin_of(by_name[f.name]) for f in features])


def _aside(column: TableColumn, code: str, why: str) -> SetAside:
    return SetAside(column.name, column.header, code, why)
