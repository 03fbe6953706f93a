"""What each channel brings and costs, as lines for a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from leadlight.facts.channels import NAMELESS
from leadlight.predict.judge.metrics import Estimate
from leadlight.presentable import presentable
from leadlight.problems import plural
from leadlight.results.channels import FEW, ChannelAdvice, ChannelLine, ChannelsResult
from leadlight.results.text.estimates import share_text
from leadlight.results.text.lines import Line, Part

_LEAD_HEADS = ("leads", "target", "non-target", "empty", "hot", "SQL", "won")
_COST_HEADS = ("spend", "per lead", "per SQL", "per customer", "return")
_MEASURES = {
    "cost_per_qualified": "per SQL",
    "cost_per_hot": "per hot lead",
    "hot_share": "of its leads are hot",
}


def render_channels(found: ChannelsResult) -> Iterator[Part]:
    """The lines, what to raise and what to cut, and what cannot be told."""
    when = _period(found)
    touch = "their first" if found.touch == "first" else "their last"
    yield (
        f"{plural(found.whole.leads, 'lead', 'leads')}{when} by {found.by}, by {touch} touch, as"
        f" {found.run_id} of {found.as_of:%Y-%m-%d %H:%M} UTC left them"
    )
    yield ""
    yield _table(found, _LEAD_HEADS, _lead_cells)
    yield ""
    if found.whole.spend is not None:
        yield _table(found, _COST_HEADS, _cost_cells)
        yield ""
    yield from sentences(found)


def sentences(found: ChannelsResult) -> Iterator[Line]:
    """What to raise and what to cut, what the empties cost, and what cannot be told."""
    for advice in found.advice:
        yield Line(advice_sentence(advice, found), "bold")
    if not found.advice:
        yield Line(
            "Nothing to raise or cut: no line is surely better or worse than the others together."
        )
    cost = found.whole.empty_cost
    if cost.value:
        yield Line(
            f"Leads that nobody can reach cost {money(cost.value, found)} of"
            f" {money(found.whole.spend or 0.0, found)}."
        )
    yield from _gaps(found)


def _gaps(found: ChannelsResult) -> Iterator[Line]:
    for line in nameless(found):
        spent = f", and {money(line.spend, found)} of the spend," if line.spend else ""
        yield Line(
            f"{line.leads:,} leads{spent} are {line.name}: look at them by source, and mark the"
            " links."
        )
    small = [line.name for line in found.lines if line.is_small]
    if small:
        names = ", ".join(presentable(name, 40) for name in small[:5])
        more = f" and {len(small) - 5:,} more" if len(small) > 5 else ""
        yield Line(f"Fewer than {FEW} leads, too few to judge: {names}{more}.", "dim")
    if found.lines_left:
        yield Line(f"{found.lines_left:,} more are not listed.", "dim")
    if found.undated:
        leads = plural(found.undated, "lead is", "leads are")
        who = "it" if found.undated == 1 else "they"
        yield Line(f"{leads} left out: nobody says when {who} arrived.", "doubt")
    if len(found.currencies) > 1:
        names = ", ".join(presentable(c, 10) for c in found.currencies)
        yield Line(f"The spend is in several currencies ({names}), which are not added.", "doubt")


def nameless(found: ChannelsResult) -> list[ChannelLine]:
    """The lines of channels that nobody named and that are worth a look."""
    if found.by != "channel":
        return []
    return [line for line in found.lines if line.name in NAMELESS and not line.is_small]


def advice_sentence(advice: ChannelAdvice, found: ChannelsResult) -> str:
    """What to do with a line, its number with the interval, and that of the others."""
    act = "Raise" if advice.act == "raise" else "Cut"
    name, e = presentable(advice.name, 60), advice.estimate
    what = _MEASURES[advice.measure]
    if advice.measure == "hot_share":
        others = share_text(advice.others)
        return f"{act} {name}: {share_with_interval(e)} {what}, of the others' {others}."
    return f"{act} {name}: {cost_text(e, found)} {what}, the others {money(advice.others, found)}."


def cost_text(cost: Estimate, found: ChannelsResult) -> str:
    """A cost with the interval it lies in; where nobody came of it, what it is more than."""
    if cost.low is None:
        return money(cost.value, found)
    if cost.value is None:
        return f"more than {money(cost.low, found)}"
    high = f"to {money(cost.high, found)}" if cost.high is not None else "or more"
    return f"{money(cost.value, found)} ({money(cost.low, found)} {high})"


def share_with_interval(share: Estimate) -> str:
    """A share in percent with the interval it lies in: `12% (9% to 16%)`."""
    if share.value is None or share.low is None or share.high is None:
        return ""
    low, high = share_text(share.low), share_text(share.high)
    return f"{share_text(share.value)} ({low} to {high})"


def money(amount: float | None, found: ChannelsResult) -> str:
    """An amount as people read it, in the currency of the spend."""
    if amount is None:
        return ""
    currency = presentable(found.currencies[0], 10) if len(found.currencies) == 1 else ""
    return f"{amount:,.{0 if abs(amount) >= 100 else 2}f} {currency}".strip()


def _period(found: ChannelsResult) -> str:
    since = f" from {found.since:%Y-%m-%d %H:%M}" if found.since else ""
    until = f" until {found.until:%Y-%m-%d %H:%M}" if found.until else ""
    return f" that arrived{since}{until} UTC" if since or until else ""


def _table(
    found: ChannelsResult,
    heads: tuple[str, ...],
    cells: Callable[[ChannelLine, ChannelsResult], list[str]],
) -> Part:
    """What the lines bring, or what they cost: both in one table would be wider than a terminal,
    which cuts numbers off.
    """
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(found.by)
    for head in heads:
        table.add_column(head, justify="right")
    for line in (*found.lines, found.whole):
        table.add_row(presentable(line.name or "all", 40), *cells(line, found))
    return table


def _lead_cells(line: ChannelLine, _found: ChannelsResult) -> list[str]:
    return [
        f"{line.leads:,}",
        short_share(line.target_share, line),
        short_share(line.non_target_share, line),
        short_share(line.empty_share, line),
        short_share(line.hot_share, line),
        "" if line.qualified is None else f"{line.qualified:,}",
        f"{line.won:,}",
    ]


def _cost_cells(line: ChannelLine, found: ChannelsResult) -> list[str]:
    return [
        money(line.spend, found),
        money(line.cost_per_lead, found),
        money(line.cost_per_qualified.value, found),
        money(line.cost_per_customer.value, found),
        "" if line.return_on_spend is None else f"{line.return_on_spend:,.1f}x",
    ]


def short_share(share: Estimate, line: ChannelLine) -> str:
    """A share in percent, with a question mark where the leads are too few."""
    if share.value is None:
        return ""
    return f"{share_text(share.value)}{' ?' if line.is_small else ''}"
