"""What a model's text records of its training leads, so that drift can be detected later: how many
they were, and their probabilities.

It stands in the verdict under `learned_from`. A person may have removed or changed it, so nothing
here trusts it.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from leadlight.playbook.model import Model
from leadlight.predict.judge.drift import Share, by_chance, odds, percent, stability, state_of

LEARNED_FROM = "learned_from"
FEWEST_IN_A_RUN = 200  # leads, below which a run says nothing of drift
_CUTS = 9


@dataclass(frozen=True)
class TrainingStats:
    """How many taught and had the outcome (`rate`), the cuts of what the model says as its start
    stands now, and the share of the rows between them. `awake`: a signal; where there is one, all
    this is of the leads for whom it is above 0.
    """

    rate: Share
    cuts: tuple[float, ...] = ()
    seen: tuple[float, ...] = ()
    awake: Mapping[str, Any] = field(default_factory=dict)

    @property
    def first(self) -> int:
        """The first part that is compared: of leads that are awake the middle one, for those who
        sleep stand below it and are more every month.
        """
        return len(self.seen) // 2 if self.awake else 0

    @property
    def leads(self) -> int:
        """How many leads taught, each once."""
        return self.rate.leads


def training_stats(said: Sequence[float], won: Sequence[float], leads: int) -> dict[str, Any]:
    """What the text records: how many rows (of how many leads) taught, how many had the outcome,
    the mean probability (`said`), and up to nine cuts of the probabilities with the share of the
    rows between them.
    """
    ordered = sorted(round(p, 6) for p in said)
    cuts = sorted({ordered[n * len(ordered) // (_CUTS + 1)] for n in range(1, _CUTS + 1)})
    places = [0] * (len(cuts) + 1)
    for p in ordered:
        places[bisect_right(cuts, p)] += 1
    return {
        "leads": leads,
        "rows": len(ordered),
        "with_outcome": round(sum(won)),
        "said": round(sum(said) / len(said), 6),
        "cuts": cuts,
        "seen": [round(n / len(ordered), 4) for n in places],
    }


def stats_of(model: Model) -> TrainingStats | None:
    """What a text keeps, or None where it does not, or not so that it can be read."""
    told = model.verdict.get(LEARNED_FROM)
    if not isinstance(told, Mapping):
        return None
    try:
        rate = _rate(told)
        by = sum(float(m["by"]) for m in model.moved)
        cuts = tuple(_move_probability(float(c), by) for c in told.get("cuts", ()))
        seen = tuple(float(s) for s in told.get("seen", ()))
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    if not _fit_together(cuts, seen):
        cuts, seen = (), ()
    awake = told.get("awake")
    return TrainingStats(rate, cuts, seen, awake if isinstance(awake, Mapping) else {})


def _fit_together(cuts: Sequence[float], seen: Sequence[float]) -> bool:
    """Whether the cuts rise and each share between them is one."""
    rising = list(cuts) == sorted(cuts)
    return rising and len(seen) == len(cuts) + 1 and all(0 <= s <= 1 for s in seen)


def rate_then(model: Model) -> Share | None:
    """The base rate of the leads that taught, or of those by whom the start was moved last."""
    if model.moved:
        try:
            return _rate(model.moved[-1])
        except (KeyError, TypeError, ValueError, OverflowError):
            return None
    found = stats_of(model)
    return found.rate if found else None


def score_drift(model: Model, counts: Sequence[int]) -> str | None:
    """A sentence when the probabilities of a run's leads differ clearly from those in training;
    None when they do not or cannot be compared.

    `counts`: how many leads lie below, between and above the cuts; those below `first` are ignored.
    """
    found = stats_of(model)
    if found is None or len(counts) != len(found.seen):
        return None
    first = found.first
    then, now = found.seen[first:], counts[first:]
    leads, share = sum(now), sum(then)
    if leads < FEWEST_IN_A_RUN or not share or len(then) < 2:
        return None
    old, new = _shares_of(then, share), _shares_of(now, leads)
    taught = round(found.leads * share)
    chance = by_chance(len(old), taught, leads)
    if state_of(stability(old, new, taught, leads), chance) != "moved":
        return None
    at = _widest_gap(old, new)
    whom = f"the leads it gives {percent(found.cuts[first - 1])} or more" if first else "the leads"
    check = f"leadlight learn {'' if model.horizon else 'LEADS '}--check {model.name}"
    return (
        f"What {model.name} says has moved: of {whom}, {percent(sum(new[at:]))} get"
        f" {percent(found.cuts[first + at - 1])} or more; {percent(sum(old[at:]))} did when it was"
        f" learned ({check})."
    )


def _shares_of(parts: Sequence[float], whole: float) -> list[float]:
    return [part / whole for part in parts]


def _widest_gap(old: Sequence[float], new: Sequence[float]) -> int:
    """The place from which on the shares above it differ most."""
    return max(range(1, len(old)), key=lambda n: abs(sum(new[n:]) - sum(old[n:])))


def _rate(told: Mapping[str, Any]) -> Share:
    found = Share(int(told["with_outcome"]), int(told["rows"]), int(told["leads"]))
    if not (0 <= found.wins <= found.rows and found.leads > 0):
        raise ValueError
    return found


def _move_probability(said: float, by: float) -> float:
    if not 0 <= said <= 1 or not math.isfinite(by):
        raise ValueError
    return 1 / (1 + math.exp(-(odds(said) + by))) if by else said
