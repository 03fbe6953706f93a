"""Counts drawn anew: what they could as well have been, had chance sent other leads of the same
kind.

The bootstrap of leads by Poisson weights: each lead stands in a resample 0, 1, 2 ... times, once on
average. Leads that were put in the same place and fared alike need one draw together, so a base of
a million costs as much as its few hundred kinds of lead. Leads that were looked at several times
are drawn with all their looks, in groups. (Chamandy et al., Estimating Uncertainty for Massive Data
Streams, 2012; Efron and Tibshirani, 1993, chapters 8 and 13.)
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, sqrt
from operator import add
from random import Random

ROUNDS = 1_000
SEED = 20_260_101
_LARGE = 30.0  # from here on a Poisson number is a rounded normal one, near enough
_LANE = 64  # bits of a count in a long number that holds many of them

Place = str | int
Key = tuple[int, Place, bool]  # which version, where it put the leads, and whether they won
Column = list[int]  # the count that was seen, then that of each round


@dataclass(frozen=True)
class Cell:
    """So many leads whom each version put in its place (a label, or a number that is higher for
    better leads), and who won or not. `group` says which leads are drawn together; without it each
    is drawn for itself.
    """

    places: tuple[Place, ...]
    won: bool
    leads: int
    group: int | None = None


def columns_of(cells: Iterable[Cell], rounds: int = ROUNDS, seed: int = SEED) -> dict[Key, Column]:
    """For each version, place and outcome the leads that were seen, followed by those of `rounds`
    resamples.
    """
    listed = [c for c in cells if c.leads]
    chance = Random(seed)
    if any(c.group is not None for c in listed):
        return _by_group(listed, rounds, chance)
    out: dict[Key, Column] = {}
    for cell in listed:
        drawn = [cell.leads, *poisson(cell.leads, rounds, chance)]
        for version, place in enumerate(cell.places):
            key = (version, place, cell.won)
            before = out.get(key)
            out[key] = drawn if before is None else list(map(add, before, drawn))
    return out


def poisson(mean: float, times: int, chance: Random) -> list[int]:
    """So many numbers of the Poisson distribution with that mean."""
    if mean >= _LARGE:
        spread = sqrt(mean)
        return [max(0, round(chance.gauss(mean, spread))) for _ in range(times)]
    term = total = exp(-mean)
    up_to = [total]
    while total < 1 - 1e-12 and len(up_to) < 200:
        term *= mean / len(up_to)
        total += term
        up_to.append(total)
    return [bisect_left(up_to, chance.random()) for _ in range(times)]


def _by_group(cells: Sequence[Cell], rounds: int, chance: Random) -> dict[Key, Column]:
    """The same with all leads of a group drawn the same number of times.

    A group's counts are laid side by side in one long integer, so that a round is a sum of a few
    products.
    """
    keys: dict[Key, int] = {}
    packed: dict[int | None, int] = {}
    for cell in cells:
        for version, place in enumerate(cell.places):
            lane = keys.setdefault((version, place, cell.won), len(keys))
            packed[cell.group] = packed.get(cell.group, 0) + (cell.leads << (_LANE * lane))
    groups = list(packed.values())
    weights = [poisson(1, rounds, chance) for _ in groups]
    totals = [
        sum(groups),
        *(
            sum(w * g for w, g in zip(row, groups, strict=True) if w)
            for row in zip(*weights, strict=True)
        ),
    ]
    rows = [array("Q", total.to_bytes(len(keys) * _LANE // 8, "little")) for total in totals]
    return {key: list(column) for key, column in zip(keys, zip(*rows, strict=True), strict=True)}
