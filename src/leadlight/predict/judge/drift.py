"""Drift: whether the leads a model meets, how many of them have the outcome, and what it says of
them, moved since it was learned.

An input has moved by the population stability index, `sum((now - then) * ln(now / then))` over
groups of its values: below 0.1 it is steady, to 0.25 it moved a little, above that it moved
(Siddiqi, Credit Risk Scorecards, 2006).  Two samples of the same leads differ too: there the index
over `1/n + 1/m` is a chi-square of one degree less than there are groups (Yurdakul and Naranjo,
Statistical properties of the population stability index, 2020), and within that nothing alarms.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import NormalDist
from typing import Any, Literal

from leadlight.playbook.model import LOGIT, NumberSide, Side, Term, WordSide
from leadlight.predict.judge.intervals import wilson

State = Literal["steady", "moved a little", "moved", "moved, unused", "cannot be told"]

A_LITTLE, MUCH = 0.1, 0.25
FEWEST = 50  # leads now, below which inputs cannot be compared
CLEARLY = math.log(
    1.25
)  # odds that differ by less than a quarter are no alarm, however many leads say so
# log-odds: an input that moved alarms when it changes an average lead's odds by a fifth or more
HARDLY = 0.2
_SURE = 0.99
_LARGE_ENOUGH = 0.1  # the share of a group of numbers: ten groups, as is usual
_OWN_WORD = 0.02  # the share of a word that is a group of its own


@dataclass(frozen=True)
class DriftLine:
    """What was compared, how it stands, and that in a sentence with its figures."""

    what: str
    state: State
    said: str
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Share:
    """So many of so many leads. `apart`: how many leads they are where a lead was looked at several
    times.
    """

    wins: float
    rows: int
    apart: int | None = None

    @property
    def value(self) -> float:
        """The share; of no leads it is 0."""
        return self.wins / self.rows if self.rows else 0.0

    @property
    def leads(self) -> int:
        """How many leads speak, each once."""
        return min(self.rows, self.apart) if self.apart is not None else self.rows

    def within(self, sure: float = 0.95) -> tuple[float, float]:
        """The interval of the share (Wilson, 1927)."""
        z = NormalDist().inv_cdf((1 + sure) / 2)
        return wilson(self.value * self.leads, self.leads, z)


def stability(
    then: Sequence[float], now: Sequence[float], leads_then: int, leads_now: int
) -> float:
    """The population stability index of shares by group; a group that is empty counts as half a
    lead.
    """
    total = 0.0
    for a, b in zip(then, now, strict=True):
        if a > 0 or b > 0:
            old, new = max(a, 0.5 / max(leads_then, 1)), max(b, 0.5 / max(leads_now, 1))
            total += (new - old) * math.log(new / old)
    return total


def by_chance(groups: int, leads_then: int, leads_now: int, inputs: int = 1) -> float:
    """The index that two samples of the same leads exceed once in a hundred times, in any of so
    many inputs.
    """
    return chi_square(groups - 1, inputs) * (1 / max(leads_then, 1) + 1 / max(leads_now, 1))


def chi_square(free: int, tests: int = 1) -> float:
    """What a chi-square of so many degrees exceeds once in a hundred times, in any of so many tests
    (Wilson and Hilferty, 1931).
    """
    free = max(1, free)
    z = NormalDist().inv_cdf(1 - (1 - _SURE) / max(1, tests))
    return float(free * (1 - 2 / (9 * free) + z * math.sqrt(2 / (9 * free))) ** 3)


def comparable_groups(side: Side, then: Sequence[float]) -> tuple[list[list[int]], list[str]]:
    """The places of a value in groups that are large enough to be compared, with what each is
    called; unknown is one.
    """
    groups, names = (
        _number_groups(side, then) if isinstance(side, NumberSide) else _word_groups(side, then)
    )
    return [*groups, [side.places - 1]], [*names, "unknown"]


def _number_groups(side: NumberSide, then: Sequence[float]) -> tuple[list[list[int]], list[str]]:
    """Neighbouring places together, until they hold a share that is large enough."""
    groups: list[list[int]] = []
    for place in range(side.places - 1):
        if not groups or sum(then[p] for p in groups[-1]) >= _LARGE_ENOUGH:
            groups.append([])
        groups[-1].append(place)
    if len(groups) > 1 and sum(then[p] for p in groups[-1]) < _LARGE_ENOUGH / 2:
        groups[-2:] = [groups[-2] + groups[-1]]
    edges = [f"{cut:f}" for cut in side.cuts]
    return groups, [_between(edges, g[0], g[-1]) for g in groups]


def _word_groups(side: WordSide, then: Sequence[float]) -> tuple[list[list[int]], list[str]]:
    """Frequent words by themselves, all others together."""
    places = range(len(side.words))
    own = [n for n in places if then[n] >= _OWN_WORD]
    rest = [n for n in places if then[n] < _OWN_WORD]
    names = [repr(side.words[n]) for n in own]
    return [*([n] for n in own), [*rest, len(side.words)]], [*names, "anything else"]


def _between(edges: Sequence[str], first: int, last: int) -> str:
    if not edges:
        return "known"
    if first == 0:
        return f"below {edges[last]}" if last < len(edges) else "known"
    return (
        f"{edges[first - 1]} and more"
        if last >= len(edges)
        else f"{edges[first - 1]} to below {edges[last]}"
    )


def input_drift(
    term: Term, now: Sequence[float], leads_then: int, leads_now: int, inputs: int = 1
) -> DriftLine:
    """How an input stands. `now`: how many leads are in each place of the term; `inputs`: how many
    are looked at.
    """
    rows = sum(now)
    why = _why_not_comparable(term, leads_now, rows)
    if why is not None:
        return DriftLine(term.title, "cannot be told", why)
    shares = [b / rows for b in now]
    groups, names = comparable_groups(term.sides[0], term.seen)
    old = [sum(term.seen[p] for p in g) for g in groups]
    new = [sum(now[p] for p in g) / rows for g in groups]
    index = stability(old, new, leads_then, leads_now)
    there = sum(max(both) > 0 for both in zip(old, new, strict=True))
    state = state_of(index, by_chance(there, leads_then, leads_now, inputs))
    most = max(range(len(groups)), key=lambda n: new[n] - old[n])  # where the others went to
    reach = _distance(term.add, term.seen, shares)
    said = f"PSI {index:.2f}; {names[most]} {percent(old[most])} then, {percent(new[most])} now"
    if state == "moved" and reach < HARDLY:
        state, said = "moved, unused", f"{said}; it hardly changes what the model says"
    figures = {
        "psi": round(index, 4),
        "log_odds": round(_effect(term, shares), 4),
        "by": round(reach, 4),
        "group": names[most],
        "then": round(old[most], 4),
        "now": round(new[most], 4),
        "leads": leads_now,
    }
    return DriftLine(term.title, state, said, figures)


def _why_not_comparable(term: Term, leads_now: int, rows: float) -> str | None:
    if not term.seen:
        return "the model does not say what it was learned from."
    if leads_now < FEWEST or not rows:
        return f"{leads_now:,} leads are too few to compare; {FEWEST} are needed."
    return None


def _effect(term: Term, now: Sequence[float]) -> float:
    """By how many log-odds an average lead's term differs."""
    return sum((b - a) * add for a, b, add in zip(term.seen, now, term.add, strict=True)) / LOGIT


def _distance(add: Sequence[int], then: Sequence[float], now: Sequence[float]) -> float:
    """By how many log-odds a lead's term differs, on average and at least: the area between the two
    distributions of what it adds.
    """
    order = sorted(range(len(add)), key=add.__getitem__)
    apart = area = 0.0
    for one, next_one in pairwise(order):
        apart += now[one] - then[one]
        area += abs(apart) * (add[next_one] - add[one])
    return area / LOGIT


def state_of(index: float, chance: float) -> State:
    """A stability index in words."""
    if index <= max(A_LITTLE, chance):
        return "steady"
    return "moved a little" if index <= MUCH else "moved"


def rate_drift(then: Share | None, now: Share, among: str = "") -> DriftLine:
    """How the share of leads with the outcome stands: moved when it differs beyond chance (99 %)
    and its odds by a quarter. `among`: of which leads, in words.
    """
    if then is None or not now.rows or not then.rows:
        why = (
            "the model does not say how many had the outcome when it was learned"
            if now.rows
            else "there are none now"
        )
        return DriftLine("base rate", "cannot be told", why)
    (a, b), (c, d) = then.within(_SURE), now.within(_SURE)
    p, q = then.value, now.value
    # The interval of a difference from those of its parts (Newcombe, 1998).
    down, up = math.hypot(q - c, b - p), math.hypot(d - q, p - a)
    sure = q - p - down > 0 or q - p + up < 0
    low, high = now.within()
    said = (
        f"{percent(p)} had the outcome then, {percent(q)} now ({percent(low)} to {percent(high)},"
        f" {now.leads:,} leads)"
    )
    figures = {
        "then": round(p, 6),
        "now": round(q, 6),
        "low": round(low, 6),
        "high": round(high, 6),
        "leads": now.leads,
    }
    return DriftLine("base rate", clear(sure, p, q), said, figures)


def clear(sure: bool, one: float, other: float) -> State:
    if not sure:
        return "steady"
    return "moved" if abs(odds(other) - odds(one)) >= CLEARLY else "moved a little"


def odds(share: float) -> float:
    """The log-odds of a share, which is kept a millionth away from 0 and 1."""
    kept = min(max(share, 1e-6), 1 - 1e-6)
    return math.log(kept / (1 - kept))


def percent(share: float) -> str:
    """A share in words: 38.5%, 4.21%."""
    return f"{share:.1%}" if share >= 0.0995 or not share else f"{share:.2%}"


def place_counts(side: Side, counts: Iterable[tuple[object, int]]) -> list[int]:
    """How many leads are in each place of a side, from how many have each value; what is no number
    where one is wanted is unknown.
    """
    out = [0] * side.places
    for value, leads in counts:
        out[place_of(side, value)] += leads
    return out


def place_of(side: Side, value: object) -> int:
    """The place of a value as it comes out of a file or an engine."""
    if value is None or value == "" or value != value:
        return side.places - 1
    if not isinstance(side, NumberSide):
        return side.place(int(value) if isinstance(value, float) and value.is_integer() else value)
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return side.places - 1
    return side.place(number) if math.isfinite(number) else side.places - 1
