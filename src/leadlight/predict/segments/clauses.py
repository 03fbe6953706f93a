"""Single conditions on a column, as a person would write them in a playbook: a range between round
numbers, some words, yes or no, or that nothing is stated. They are what segments are built from.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from leadlight.predict.arrays import Integers, Numbers, Singles
from leadlight.predict.columns import Cell, TableColumn, kind_of, numbers, word_of
from leadlight.predict.features import cuts_of
from leadlight.predict.segments.segment import Clause

CUTS = 7  # round numbers a column is cut at, so that its bins hold about as many leads
WORDS = 40  # words of a column that are tried alone
TOGETHER = 4  # words at most in one condition
LONGEST = 100  # letters of a word that a person would write into a rule
FEWEST = 0.03  # of the leads, with a word, below which it is not tried alone


def clauses_of(column: TableColumn, won: Numbers) -> list[Clause]:
    """Conditions worth trying on a column, judged by the leads that teach; `won` (0 or 1) decides
    which words go together.
    """
    stated = [c for c in column.cells if word_of(c) is not None]
    if not stated:
        return []
    kind = kind_of(stated)
    blank = [Clause(column.name, f"{column.name} is null", blank=True)]
    more = blank if len(column.cells) - len(stated) >= FEWEST * len(column.cells) else []
    if kind == "moment":
        return []
    return [*more, *(_ranges(column, stated) if kind == "number" else _words(column, won))]


def _ranges(column: TableColumn, stated: Sequence[Cell]) -> list[Clause]:
    cuts = cuts_of(numbers(stated), 6 * CUTS)
    edges: list[float | None] = [None, *cuts, None]
    found = []
    for i in range(len(edges) - 1):
        for j in range(i + 1, len(edges)):
            low, high = edges[i], edges[j]
            if low is None and high is None:
                continue
            found.append(Clause(column.name, range_text(column.name, low, high), low, high))
    return found


def range_text(name: str, low: float | None, high: float | None) -> str:
    """`employees >= 50 and employees < 500`."""
    parts = [
        f"{name} {sign} {number_text(n)}" for sign, n in ((">=", low), ("<", high)) if n is not None
    ]
    return " and ".join(parts)


def number_text(value: float) -> str:
    """A number as SQL reads it, without an exponent."""
    exact = Decimal(repr(value))
    return str(int(exact)) if exact == exact.to_integral_value() else format(exact.normalize(), "f")


def _words(column: TableColumn, won: Numbers) -> list[Clause]:
    """Each frequent word, and growing sets of those whose leads win the most (the least) often."""
    wins: dict[str, list[float]] = {}
    spelled: dict[str, Counter[str]] = {}
    for cell, w in zip(column.cells, won.tolist(), strict=True):
        word = word_of(cell)
        if word is not None:
            wins.setdefault(word, []).append(w)
            spelled.setdefault(word, Counter())[str(cell)] += 1
    several = _frequent(wins, max(5.0, FEWEST * len(column.cells) / 3))
    base = float(won.mean())
    rate = {w: (sum(wins[w]) + 20 * base) / (len(wins[w]) + 20) for w in several}
    yes_no = all(isinstance(c, bool) for c in column.cells if c is not None)
    return [
        Clause(column.name, word_text(column.name, s, spelled, yes_no), words=s)
        for s in sorted(_word_sets(rate))
    ]


def _frequent(wins: dict[str, list[float]], fewest: float) -> list[str]:
    """The words that enough leads share, the most frequent first."""
    ranked = sorted(wins, key=lambda w: (-len(wins[w]), w))
    return [w for w in ranked if len(wins[w]) >= fewest and len(w) <= LONGEST][:WORDS]


def _word_sets(rate: dict[str, float]) -> set[tuple[str, ...]]:
    """Each word alone, and growing sets of those with the highest and with the lowest rates."""
    sets: set[tuple[str, ...]] = {(w,) for w in rate}
    best = sorted(rate, key=lambda w: (-rate[w], w))
    worst = sorted(rate, key=lambda w: (rate[w], w))
    for k in range(2, min(TOGETHER, len(rate) - 1) + 1):
        sets |= {tuple(sorted(best[:k])), tuple(sorted(worst[:k]))}
    return sets


def word_text(
    name: str, words: Sequence[str], spelled: dict[str, Counter[str]], yes_no: bool
) -> str:
    """`industry in ('Software', 'SaaS')`; in any case where a word is spelled several ways."""
    if yes_no:
        return f"{name} = {words[0]}" if len(words) == 1 else f"{name} is not null"
    same = all(len(spelled[w]) == 1 for w in words)
    left = name if same else f"lower(trim({name}))"
    listed = [_quote(next(iter(spelled[w])) if same else w) for w in words]
    return f"{left} = {listed[0]}" if len(listed) == 1 else f"{left} in ({', '.join(listed)})"


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def masks(clauses: Sequence[Clause], columns: Sequence[TableColumn]) -> Singles:
    """A row for each condition, 1 where it holds; columns are looked at once each."""
    by_name = {c.name: c for c in columns}
    out = np.zeros((len(clauses), len(columns[0].cells) if columns else 0), np.float32)
    coded: dict[str, tuple[dict[str | None, int], Integers]] = {}
    for n, clause in enumerate(clauses):
        cells = by_name[clause.name].cells
        if not clause.words:
            out[n] = clause.holds(cells)
            continue
        if clause.name not in coded:
            coded[clause.name] = _codes(cells)
        places, codes = coded[clause.name]
        out[n] = np.isin(codes, [places[w] for w in clause.words if w in places])
    return out


def _codes(cells: Sequence[Cell]) -> tuple[dict[str | None, int], Integers]:
    """A number for each word, and that of each cell."""
    words = [word_of(c) for c in cells]
    places = {w: i for i, w in enumerate(dict.fromkeys(words))}
    return places, np.fromiter((places[w] for w in words), np.int64, len(words))


__all__ = ["Clause", "clauses_of", "masks", "number_text", "range_text", "word_text"]
