"""Rules of up to three conditions whose leads win more (or less) often than others: proposed here,
put to the test elsewhere.

A beam search: the best rules of one condition are each tried with every further condition, and so
on. What it proposes was chosen among hundreds, so nothing that it saw of them may be told as a
finding (`predict/segments/persona.py` judges by other leads).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt

import numpy as np

from leadlight.predict.arrays import Integers, Numbers, Singles, Truths
from leadlight.predict.columns import TableColumn
from leadlight.predict.segments.clauses import clauses_of, masks
from leadlight.predict.segments.segment import Clause

BEAM = 30
DEPTH = 3  # conditions at most
PROPOSED, AGAINST = 7, 5  # segments that buy, and that do not, which are put to the test
OVERLAP = 0.6  # of the smaller of two segments, above which they are the same people
# standard errors by which one more condition must move the win rate: of hundreds that are tried few
# do so by luck
ADDS = 3.5
NEW = 2.0  # standard errors by which the leads that no better segment holds must differ too
LARGEST = 0.6  # a segment that holds more of the leads than this sets nobody apart


def search(columns: Sequence[TableColumn], won: Numbers) -> tuple[list[tuple[Clause, ...]], int]:
    """The best rules of up to three conditions, upwards and downwards, and how many were tried. Of
    two nearly as good ones the shorter wins.
    """
    clauses = [clause for c in columns for clause in clauses_of(c, won)]
    if not clauses:
        return [], 0
    holds = masks(clauses, columns)
    rules: list[tuple[Clause, ...]] = []
    tried = 0
    for sign, most in ((1, PROPOSED), (-1, AGAINST)):
        found, looked = _beam(clauses, holds, won, sign)
        tried += looked
        lengths = [c.text.count(",") for c in clauses]
        plain = [
            (z - 1.0 * (len(rule) - 1) - 0.25 * sum(lengths[i] for i in rule), rule)
            for z, rule in found
        ]
        rules += [
            tuple(clauses[i] for i in sorted(rule))
            for rule in _distinct(plain, holds, won, sign, most)
        ]
    return rules, tried


def _beam(
    clauses: Sequence[Clause], holds: Singles, won: Numbers, sign: int
) -> tuple[list[tuple[float, tuple[int, ...]]], int]:
    """Rules with how far their win rate lies from that of all, in standard errors, one of a column
    each.
    """
    n = len(won)
    numbered = {name: i for i, name in enumerate(dict.fromkeys(c.name for c in clauses))}
    column = np.array([numbered[c.name] for c in clauses])
    beam: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
    every: dict[tuple[int, ...], float] = {}
    tried = 0
    for _ in range(DEPTH):
        grown, looked = _grow(beam, holds, won, column, sign)
        tried += looked
        if not grown:
            break
        every |= grown
        beam = [(score, rule) for rule, score in _various(grown, holds, n)]
    ranked = sorted(every.items(), key=lambda f: (-f[1], len(f[0]), f[0]))
    return [(score, rule) for rule, score in ranked], tried


def _grow(
    beam: Sequence[tuple[float, tuple[int, ...]]],
    holds: Singles,
    won: Numbers,
    column: Integers,
    sign: int,
) -> tuple[dict[tuple[int, ...], float], int]:
    """The rules of the beam with one more condition each that makes them better, and how many were
    tried.
    """
    n, base = len(won), float(won.mean())
    fewest = max(15.0, 0.01 * n, min(3 / max(min(base, 1 - base), 1e-9), 0.1 * n))
    answer = won.astype(np.float32)
    inside = np.stack([_mask(rule, holds, n) for _, rule in beam])
    leads, wins = holds @ inside.T, holds @ (inside * answer).T
    with np.errstate(divide="ignore", invalid="ignore"):
        z = sign * (wins / leads - base) * np.sqrt(leads) / sqrt(base * (1 - base))
    grown: dict[tuple[int, ...], float] = {}
    tried = 0
    for b, (before, rule) in enumerate(beam):
        large = (leads[:, b] >= fewest) & (leads[:, b] <= LARGEST * n)
        fair = large & ~np.isin(column, column[list(rule)])
        tried += int(fair.sum())
        better = np.flatnonzero(fair & (z[:, b] >= max(before, 2.0)))
        if rule:
            all_in, won_in = float(inside[b].sum()), float((inside[b] * answer).sum())
            adds = _adds(leads[better, b], wins[better, b], all_in, won_in, sign)
            better = better[adds >= ADDS]
        for i in better[np.argsort(-z[better, b], kind="stable")][: 4 * BEAM]:
            grown[tuple(sorted((*rule, int(i))))] = float(z[i, b])
    return grown, tried


def _adds(leads: Singles, wins: Singles, all_in: float, won_in: float, sign: int) -> Numbers:
    """By how many standard errors a condition moves the win rate within the rule it is added to."""
    rate = won_in / all_in
    error = np.sqrt(np.maximum(rate * (1 - rate) * (1 / leads - 1 / all_in), 1e-12))
    return sign * (wins / leads - rate) / error


def _various(
    grown: Mapping[tuple[int, ...], float], holds: Singles, n: int
) -> list[tuple[tuple[int, ...], float]]:
    """The best rules for the next round, none that holds for nearly the same leads as a
    better one.
    """
    kept: list[tuple[tuple[int, ...], float]] = []
    seen: list[Singles] = []
    for rule, score in sorted(grown.items(), key=lambda i: (-i[1], i[0])):
        mask = _mask(rule, holds, n)
        if any(float((mask * s).sum()) > 0.9 * float(np.maximum(mask, s).sum()) for s in seen):
            continue
        kept.append((rule, score))
        seen.append(mask)
        if len(kept) == BEAM:
            break
    return kept


def _distinct(
    found: Sequence[tuple[float, tuple[int, ...]]],
    holds: Singles,
    won: Numbers,
    sign: int,
    most: int,
) -> list[tuple[int, ...]]:
    """The best rules, each of which also sets apart leads that none before it holds for."""
    chosen: list[tuple[int, ...]] = []
    seen: list[Truths] = []
    base, n = float(won.mean()), len(won)
    spread = sqrt(base * (1 - base))
    covered = np.zeros(n, bool)
    for _, rule in sorted(found, key=lambda f: (-f[0], len(f[1]), f[1]))[:2_000]:
        mask = _mask(rule, holds, n) > 0
        size = int(mask.sum())
        if any(int((mask & s).sum()) > OVERLAP * min(size, int(s.sum())) for s in seen):
            continue
        new = mask & ~covered
        if (
            new.sum() < 10
            or sign * (float(won[new].mean()) - base) * sqrt(new.sum()) / spread < NEW
        ):
            continue
        chosen.append(rule)
        seen.append(mask)
        covered |= mask
        if len(chosen) == most:
            break
    return chosen


def _mask(rule: Sequence[int], holds: Singles, n: int) -> Singles:
    return holds[list(rule)].min(axis=0) if rule else np.ones(n, np.float32)


def rule_mask(rule: Sequence[Clause], columns: Sequence[TableColumn]) -> Truths:
    """For which leads all conditions of a rule hold."""
    by_name = {c.name: c for c in columns}
    out = np.ones(len(columns[0].cells) if columns else 0, bool)
    for clause in rule:
        out &= clause.holds(by_name[clause.name].cells)
    return out
