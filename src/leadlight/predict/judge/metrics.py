"""How well labels and scores told beforehand who would win: precision, recall, lift, gain and AUC,
with intervals.

From counts alone: how many leads one version of the rules (or two) put where, and how many of them
won. What cannot be told (nobody won, everybody won, nobody has the label) is None, never a division
by zero. Intervals are the middle 95 % of a bootstrap of leads (`predict/judge/resampling.py`); a
difference of two versions is judged on the same resamples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from leadlight.predict.judge.resampling import ROUNDS, SEED, Cell, Column, Place, columns_of

__all__ = [
    "Cell",
    "Estimate",
    "LabelQuality",
    "Resamples",
    "ScoreQuality",
    "VersionComparison",
    "auc",
    "cumulative",
    "draw",
    "gain",
    "judge_label",
    "judge_score",
    "lift_at",
]

Bins = Sequence[tuple[int, int]]  # worst first: (leads that did not win, leads that won)
TENTH = 0.1
_MIDDLE = 0.95


@dataclass(frozen=True)
class Estimate:
    """A number and the interval it lies in with 95 % confidence; None where the leads cannot
    tell.
    """

    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class VersionComparison:
    """The same number of each version, and how much the second one's is above the first one's, when
    there are two.
    """

    each: tuple[Estimate, ...]
    difference: Estimate | None = None

    @property
    def better(self) -> bool | None:
        """The second is higher (False: lower) beyond chance; None when the leads cannot tell."""
        d = self.difference
        if d is None or d.low is None or d.high is None or d.low <= 0 <= d.high:
            return None
        return d.low > 0


@dataclass(frozen=True)
class LabelQuality:
    """A label: the share of leads that had it, of those the winners (precision), of the winners
    those who had it (recall), and how many times as often as an average lead they won (lift).
    """

    label: str
    share: VersionComparison
    precision: VersionComparison
    recall: VersionComparison
    lift: VersionComparison


@dataclass(frozen=True)
class ScoreQuality:
    """A score (or a scale, as the order of its labels): the chance that a winner stood above
    another lead (AUC, half for equals), the area under the curve of cumulative gains, and the lift
    of its best tenth.
    """

    auc: VersionComparison
    gain: VersionComparison
    lift_at_tenth: VersionComparison


@dataclass(frozen=True)
class Resamples:
    """Leads in their places, as they were seen and as they could as well have been."""

    columns: dict[tuple[int, Place, bool], Column]
    versions: int
    rounds: int

    def leads(self, version: int, place: Place, won: bool) -> Column:
        """How many there were, and in each resample."""
        return self.columns.get((version, place, won)) or [0] * (self.rounds + 1)

    def places(self, version: int) -> set[Place]:
        """Where that version put anybody."""
        return {place for v, place, _ in self.columns if v == version}

    def total(self, version: int, won: bool) -> Column:
        """All leads who won, or did not."""
        each = [c for (v, _, w), c in self.columns.items() if v == version and w == won]
        return [sum(row) for row in zip(*each, strict=True)] if each else [0] * (self.rounds + 1)


def draw(cells: Iterable[Cell], rounds: int = ROUNDS, seed: int = SEED) -> Resamples:
    """The leads of these cells, drawn anew `rounds` times; the same seed gives the same
    intervals.
    """
    listed = list(cells)
    return Resamples(
        columns_of(listed, rounds, seed), max((len(c.places) for c in listed), default=0), rounds
    )


def judge_label(
    drawn: Resamples, label: str, versions: Sequence[int] | None = None
) -> LabelQuality:
    """How a label fared in each version, or in those that have it."""
    share, precision, recall, lift = [], [], [], []
    for version in range(drawn.versions) if versions is None else versions:
        hit, miss = drawn.leads(version, label, True), drawn.leads(version, label, False)
        won, lost = drawn.total(version, True), drawn.total(version, False)
        rows = list(zip(hit, miss, won, lost, strict=True))
        share.append([_over(h + m, w + x) for h, m, w, x in rows])
        precision.append([_over(h, h + m) for h, m, _, _ in rows])
        recall.append([_over(h, w) for h, _, w, _ in rows])
        lift.append([_over(h * (w + x), (h + m) * w) for h, m, w, x in rows])
    return LabelQuality(label, *(_compare(each) for each in (share, precision, recall, lift)))


def judge_score(drawn: Resamples) -> ScoreQuality:
    """How a score fared whose places are numbers, higher for better leads."""
    rounds = []
    for version in range(drawn.versions):
        places = sorted(drawn.places(version), key=int)
        columns = [(drawn.leads(version, p, False), drawn.leads(version, p, True)) for p in places]
        lost, won = (list(zip(*(c[n] for c in columns), strict=True)) for n in (0, 1))
        rounds.append([list(zip(x, w, strict=True)) for x, w in zip(lost, won, strict=True)])

    def each(measure: Callable[[Bins], float | None]) -> VersionComparison:
        return _compare([[measure(bins) for bins in version] for version in rounds])

    return ScoreQuality(each(auc), each(gain), each(lambda bins: lift_at(bins, TENTH)))


def auc(bins: Bins) -> float | None:
    """The area under the ROC curve: the chance that a lead who won stands above one who did not,
    half for equals.

    None when nobody won, or everybody did. (Hanley and McNeil, 1982: the statistic of Mann and
    Whitney.)
    """
    below = above = 0
    for lost, won in bins:
        above += won * (2 * below + lost)
        below += lost
    everybody_won = sum(won for _, won in bins)
    return above / (2 * everybody_won * below) if everybody_won and below else None


def gain(bins: Bins) -> float | None:
    """The area under the cumulative gains curve: which share of the winners are among the best x %
    of leads.

    0.5 is what any order by chance has; None when nobody won.
    """
    leads, winners = sum(x + w for x, w in bins), sum(w for _, w in bins)
    if not winners:
        return None
    area, before = 0, 0
    for lost, won in reversed(bins):
        area += (lost + won) * (2 * before + won)
        before += won
    return area / (2 * leads * winners)


def lift_at(bins: Bins, share: float) -> float | None:
    """How many times as often as an average lead the best leads won, of whom there are so many in
    all.

    Among equals at the edge the winners are spread evenly; None when nobody won.
    """
    leads, winners = sum(x + w for x, w in bins), sum(w for _, w in bins)
    if not winners:
        return None
    wanted, found = share * leads, 0.0
    for lost, won in reversed(bins):
        part = min(1.0, wanted / (lost + won)) if lost + won else 0.0
        found += part * won
        wanted -= part * (lost + won)
    return found / winners / share


def _over(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _compare(each: Sequence[Sequence[float | None]]) -> VersionComparison:
    """Each version's numbers (what was seen, then the rounds) as estimates, and the paired
    difference.
    """
    difference = None
    if len(each) == 2:
        paired = [None if a is None or b is None else b - a for a, b in zip(*each, strict=True)]
        difference = _estimate(paired)
    return VersionComparison(tuple(_sure(_estimate(values)) for values in each), difference)


def _estimate(values: Sequence[float | None]) -> Estimate:
    if not values or values[0] is None:
        return Estimate(None)
    rounds = sorted(v for v in values[1:] if v is not None)
    if 2 * len(rounds) < len(values) - 1 or not rounds:
        return Estimate(values[0])
    edge = (1 - _MIDDLE) / 2
    return Estimate(values[0], _quantile(rounds, edge), _quantile(rounds, 1 - edge))


def _sure(found: Estimate) -> Estimate:
    """Without an interval where every resample is the same: none or all of few leads won, which
    says nothing of others.
    """
    return Estimate(found.value) if found.low == found.high else found


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def cumulative(bins: Bins) -> list[tuple[float, float]]:
    """The cumulative gains curve as points (share of leads, share of winners), best first; empty
    when nobody won.
    """
    leads, winners = sum(x + w for x, w in bins), sum(w for _, w in bins)
    if not winners:
        return []
    best = list(reversed(bins))
    reached = zip(accumulate(x + w for x, w in best), accumulate(w for _, w in best), strict=True)
    return [(0.0, 0.0), *((n / leads, w / winners) for n, w in reached)]
