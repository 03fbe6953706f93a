"""What each channel, source or campaign brings and costs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from leadlight.predict.judge.metrics import Estimate

#: Which touch names the channel: the first one that was stated of a lead, or the newest.
Touch: TypeAlias = Literal["first", "last"]
ChannelsBy: TypeAlias = Literal["channel", "source", "campaign"]
Act: TypeAlias = Literal["raise", "cut"]
Measure: TypeAlias = Literal["cost_per_qualified", "cost_per_hot", "hot_share"]
#: Fewer leads than this are too few to say anything of a channel.
FEW = 30


@dataclass(frozen=True)
class ChannelLine:
    """What one channel, source or campaign brought.

    `leads` stand in the base; of them so many have the label `target` or `non_target` (audience),
    `empty` (contact), `hot` (temperature), are `qualified` (sales-qualified or above on the stage)
    and were `won`. A number is null where the playbook has no such label. Shares have their 95 %
    intervals (Wilson). Money is null where no spend is known: `empty_cost` is the part of the spend
    that went into empty leads, `value` the sum of what won leads paid, `return_on_spend` the value
    divided by the spend. `is_small` says that the leads are too few to judge by.
    """

    name: str
    leads: int
    target: int | None
    non_target: int | None
    empty: int | None
    hot: int | None
    qualified: int | None
    won: int
    target_share: Estimate
    non_target_share: Estimate
    empty_share: Estimate
    hot_share: Estimate
    won_share: Estimate
    spend: float | None
    empty_cost: Estimate
    cost_per_lead: float | None
    cost_per_hot: Estimate
    cost_per_qualified: Estimate
    cost_per_customer: Estimate
    value: float | None
    return_on_spend: float | None
    is_small: bool


@dataclass(frozen=True)
class ChannelAdvice:
    """Raise or cut one line: by its `measure` it is surely otherwise than the `others` together,
    with allowance for how many lines were looked at.
    """

    act: Act
    name: str
    measure: Measure
    estimate: Estimate
    others: float


@dataclass(frozen=True)
class ChannelsResult:
    """The channels of a workspace as its last run left the leads, those that bring most first.

    `whole` is all of them together. Of leads that arrived in a period, `undated` more are left out:
    nobody knows when they arrived. `currencies` are those of the spend; of several nothing is
    added.
    """

    run_id: str
    as_of: datetime
    since: datetime | None
    until: datetime | None
    touch: Touch
    by: ChannelsBy
    lines: tuple[ChannelLine, ...]
    lines_left: int
    whole: ChannelLine
    advice: tuple[ChannelAdvice, ...]
    undated: int
    currencies: tuple[str, ...]
