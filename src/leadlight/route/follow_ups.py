"""Follow-ups in proportion: how often an owner is in touch with a lead, and how far apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from leadlight.playbook.spec import Route
from leadlight.route.business_time import add_business_time
from leadlight.route.roster.spec import Calendar

Way: TypeAlias = Literal["call", "mail", "nothing"]
_DAY = 86_400


@dataclass(frozen=True)
class TouchPlan:
    """So many touches in all, each `every` so many seconds after the one before."""

    touches: int
    every: int


#: What a route that says nothing is taken to mean, by the label of its leads: the nearer to a
#: purchase, the more and the denser.
USUAL: dict[str, TouchPlan] = {
    "sales_qualified": TouchPlan(8, 3 * _DAY),
    "sales_accepted": TouchPlan(6, 3 * _DAY),
    "sales_ready": TouchPlan(6, 2 * _DAY),
    "hot": TouchPlan(6, _DAY),
    "product_qualified": TouchPlan(5, 4 * _DAY),
    "marketing_qualified": TouchPlan(4, 7 * _DAY),
    "warm": TouchPlan(4, 7 * _DAY),
    "information_qualified": TouchPlan(3, 14 * _DAY),
    "cold": TouchPlan(2, 30 * _DAY),
}
_LEAST = TouchPlan(2, 30 * _DAY)


def touch_plan(route: Route | None, temperature: str | None, stage: str | None) -> TouchPlan:
    """The touches of a lead in a route; what the route does not say is as usual for its labels, of
    which the one that asks for more counts.
    """
    plans = [USUAL[label] for label in (temperature, stage) if label in USUAL]
    usual = max(plans, key=lambda plan: (plan.touches, -plan.every), default=_LEAST)
    if route is None:
        return usual
    if route.by == "nothing":
        return TouchPlan(0, usual.every)
    touches = usual.touches if route.touches is None else route.touches
    return TouchPlan(touches, usual.every if route.every is None else route.every)


def next_touch(
    plan: TouchPlan, touches: int, last: datetime | None, calendar: Calendar
) -> datetime | None:
    """When the next touch is due after so many, the last at `last`: at an hour at which somebody
    works. None: there were enough, or none yet (then the clock says when).
    """
    if last is None or touches >= plan.touches:
        return None
    return add_business_time(calendar, last + timedelta(seconds=plan.every), timedelta())
