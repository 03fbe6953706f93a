"""Lines of channels: shares and costs with their intervals, and which line to raise or to cut."""

from __future__ import annotations

from collections.abc import Sequence, Set
from statistics import NormalDist

from leadlight.desk.leads.channel_spend import Sums
from leadlight.facts.channels import NAMELESS
from leadlight.predict.judge.intervals import Z_95, wilson
from leadlight.predict.judge.metrics import Estimate
from leadlight.results.channels import FEW, Act, ChannelAdvice, ChannelLine, Measure

_NOTHING = Estimate(None)
#: How often one of all the lines may be told of that is like the others.
_ERROR = 0.05


def make_line(name: str, sums: Sums, spend: float | None, labels: Set[str]) -> ChannelLine:
    """A line of what leads add up to, and of what was spent on them."""
    target = sums.target if "target" in labels else None
    non_target = sums.non_target if "non_target" in labels else None
    empty = sums.empty if "empty" in labels else None
    hot = sums.hot if "hot" in labels else None
    qualified = sums.qualified if "sales_qualified" in labels else None
    empty_share = _share(empty, sums.leads)
    return ChannelLine(
        name=name,
        leads=sums.leads,
        target=target,
        non_target=non_target,
        empty=empty,
        hot=hot,
        qualified=qualified,
        won=sums.won,
        target_share=_share(target, sums.leads),
        non_target_share=_share(non_target, sums.leads),
        empty_share=empty_share,
        hot_share=_share(hot, sums.leads),
        won_share=_share(sums.won, sums.leads),
        spend=spend,
        empty_cost=_part(spend, empty_share),
        cost_per_lead=spend / sums.leads if spend is not None and sums.leads else None,
        cost_per_hot=_cost(spend, hot, sums.leads),
        cost_per_qualified=_cost(spend, qualified, sums.leads),
        cost_per_customer=_cost(spend, sums.won, sums.leads),
        value=sums.value,
        return_on_spend=sums.value / spend if spend and sums.value is not None else None,
        is_small=sums.leads < FEW,
    )


def add_empty_costs(lines: Sequence[ChannelLine]) -> Estimate:
    """What the empty leads of all lines cost together."""
    costs = [line.empty_cost.value for line in lines if line.empty_cost.value is not None]
    return Estimate(sum(costs)) if costs else _NOTHING


def add_advice(lines: Sequence[ChannelLine]) -> tuple[ChannelAdvice, ...]:
    """Which lines to raise and which to cut: those of which it is sure, the clearest first.

    A line on which money was spent is judged by its cost per SQL (per hot lead where nobody is
    one), any other by its share of hot leads; each beside all other lines of its sort together. It
    is sure where the interval of the line and that of the others do not meet. Both are wider the
    more lines are looked at (Bonferroni), for among many one is always the best by luck. Of what
    nobody named, as of leads of an unknown source, nothing is said.
    """
    listed = [line for line in lines if not line.is_small]
    z = NormalDist().inv_cdf(1 - _ERROR / 2 / max(1, len(listed)))
    named = [line for line in listed if line.name not in NAMELESS]
    found = [a for line in named if (a := _advice(line, lines, z)) is not None]
    return tuple(sorted(found, key=lambda a: (a.act != "raise", -_distance(a))))


def _advice(line: ChannelLine, lines: Sequence[ChannelLine], z: float) -> ChannelAdvice | None:
    others = [o for o in lines if o is not line and bool(o.spend) == bool(line.spend)]
    leads = sum(o.leads for o in others)
    if leads < FEW:
        return None
    hot = sum(o.hot or 0 for o in others)
    if not line.spend:
        if line.hot is None:
            return None
        pair = _share(line.hot, line.leads, z), _share(hot, leads, z)
        return _compare(line.name, "hot_share", line.hot_share, pair, high_is_good=True)
    spent = sum(o.spend or 0.0 for o in others)
    qualified = sum(o.qualified or 0 for o in others)
    if qualified:
        pair = _cost(line.spend, line.qualified, line.leads, z), _cost(spent, qualified, leads, z)
        shown = line.cost_per_qualified
        return _compare(line.name, "cost_per_qualified", shown, pair, high_is_good=False)
    if not hot:
        return None
    pair = _cost(line.spend, line.hot, line.leads, z), _cost(spent, hot, leads, z)
    return _compare(line.name, "cost_per_hot", line.cost_per_hot, pair, high_is_good=False)


def _compare(
    name: str,
    measure: Measure,
    shown: Estimate,
    pair: tuple[Estimate, Estimate],
    *,
    high_is_good: bool,
) -> ChannelAdvice | None:
    """The advice on a line, whose interval and that of the others are a pair."""
    line, others = pair
    above = line.low is not None and others.high is not None and line.low > others.high
    below = line.high is not None and others.low is not None and line.high < others.low
    if others.value is None or not (above or below):
        return None
    act: Act = "raise" if above == high_is_good else "cut"
    return ChannelAdvice(act, name, measure, shown, others.value)


def _distance(advice: ChannelAdvice) -> float:
    """How many times the others' number the nearer end of the interval is, or the other way."""
    low, high = advice.estimate.low or 0.0, advice.estimate.high
    if low > advice.others:
        return low / advice.others if advice.others else low
    return advice.others / high if high else advice.others


def _share(part: int | None, whole: int, z: float = Z_95) -> Estimate:
    if part is None or not whole:
        return _NOTHING
    return Estimate(part / whole, *wilson(part, whole, z))


def _part(spend: float | None, share: Estimate) -> Estimate:
    """The part of an amount that a share is."""
    if spend is None or share.value is None or share.low is None or share.high is None:
        return _NOTHING
    return Estimate(spend * share.value, spend * share.low, spend * share.high)


def _cost(spend: float | None, part: int | None, leads: int, z: float = Z_95) -> Estimate:
    """What each of `part` of the leads cost; where there is none, only that it is more than so
    much.
    """
    if spend is None or part is None or not leads:
        return _NOTHING
    low, high = wilson(part, leads, z)
    return Estimate(
        spend / part if part else None,
        spend / (leads * high),
        spend / (leads * low) if low else None,
    )
