"""Leads and spend, added up by channel, source or campaign."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadlight.facts.channels import PAID, UNKNOWN, channel_of
from leadlight.results.channels import ChannelsBy

if TYPE_CHECKING:
    from leadlight.desk.wiring.channel_numbers import SpendAmount, TouchCount


@dataclass(frozen=True)
class Sums:
    """What leads add up to."""

    leads: int = 0
    target: int = 0
    non_target: int = 0
    empty: int = 0
    hot: int = 0
    qualified: int = 0
    won: int = 0
    value: float | None = None

    @classmethod
    def of(cls, several: Iterable[Sums]) -> Sums:
        """All of them together."""
        all_ = list(several)
        values = [s.value for s in all_ if s.value is not None]
        return cls(
            sum(s.leads for s in all_),
            sum(s.target for s in all_),
            sum(s.non_target for s in all_),
            sum(s.empty for s in all_),
            sum(s.hot for s in all_),
            sum(s.qualified for s in all_),
            sum(s.won for s in all_),
            sum(values) if values else None,
        )


def sums_by_name(counts: Sequence[TouchCount], by: ChannelsBy) -> dict[str, Sums]:
    """What each channel, source or campaign brought. `Google` and `google ` are one, in the
    spelling that most leads have.
    """
    parts: dict[str, list[Sums]] = defaultdict(list)
    name_of = _names(counts, by)
    for c in counts:
        sums = Sums(c.leads, c.target, c.non_target, c.empty, c.hot, c.qualified, c.won, c.value)
        parts[name_of(_value(c, by))].append(sums)
    return {name: Sums.of(several) for name, several in parts.items()}


def spend_by_name(
    counts: Sequence[TouchCount], amounts: Sequence[SpendAmount], by: ChannelsBy
) -> dict[str, float]:
    """What was spent on each channel, source or campaign."""
    spent: dict[str, float] = defaultdict(float)
    name_of = _names(counts, by)
    brought = _index(counts)
    for amount in amounts:
        for value, part in _parts(amount, brought, by).items():
            spent[name_of(value)] += amount.amount * part
    return dict(spent)


def channel(count: TouchCount) -> str:
    """The channel of a combination: what a link was marked with is closer to the truth than what
    a CRM calls it.
    """
    return channel_of(
        count.utm_source or count.source, count.medium, count.utm_campaign or count.campaign
    )


def source(count: TouchCount) -> str:
    """The source of a combination."""
    return (count.source or "").strip() or (count.utm_source or "").strip()


def campaign(count: TouchCount) -> str:
    """The campaign of a combination."""
    return (count.campaign or "").strip() or (count.utm_campaign or "").strip()


_VALUES: Mapping[ChannelsBy, Callable[[TouchCount], str]] = {
    "channel": channel,
    "source": source,
    "campaign": campaign,
}


def _value(count: TouchCount, by: ChannelsBy) -> str:
    return _VALUES[by](count)


def _names(counts: Sequence[TouchCount], by: ChannelsBy) -> Callable[[str], str]:
    """From a value to how it is shown: in its most frequent spelling."""
    spellings: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for count in counts:
        value = _value(count, by)
        spellings[value.casefold()][value] += count.leads
    names = {slug: max(of, key=lambda v: (of[v], v)) for slug, of in spellings.items()}
    return lambda value: names.get(value.casefold(), value) or UNKNOWN


def _index(
    counts: Sequence[TouchCount],
) -> dict[tuple[str, str | None], list[TouchCount]]:
    """The combinations by source and campaign, and by source alone (None)."""
    found: dict[tuple[str, str | None], list[TouchCount]] = defaultdict(list)
    for count in counts:
        sources = {(s or "").strip().casefold() for s in (count.source, count.utm_source)} - {""}
        campaigns = {(c or "").strip().casefold() for c in (count.campaign, count.utm_campaign)}
        for name in sources or {""}:
            found[name, None].append(count)
            for of_it in campaigns - {""}:
                found[name, of_it].append(count)
    return found


def _parts(
    amount: SpendAmount,
    brought: Mapping[tuple[str, str | None], Sequence[TouchCount]],
    by: ChannelsBy,
) -> dict[str, float]:
    """Whose an amount is, in parts of one."""
    if by == "campaign":
        return {amount.campaign: 1.0}
    if by == "source":
        return {amount.source: 1.0}
    leads = (amount.campaign and brought.get((amount.source, amount.campaign))) or brought.get(
        (amount.source, None), ()
    )
    sizes: dict[str, int] = defaultdict(int)
    for count in leads:
        sizes[channel(count)] += count.leads
    paid = {name: n for name, n in sizes.items() if name in PAID}
    shares = paid or sizes
    total = sum(shares.values())
    if not total:
        return {channel_of(amount.source, "paid", amount.campaign): 1.0}
    return {name: n / total for name, n in shares.items()}
