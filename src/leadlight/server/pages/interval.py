"""Estimates as a page shows them: a figure, and the 95 % interval it lies in."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.translation import gettext as _

from leadlight.predict.judge.metrics import Estimate
from leadlight.results.text.estimates import share_text


def share_with_interval(share: Estimate) -> tuple[str, str]:
    """A share in percent, and its interval; nothing where nobody is."""
    if share.value is None or share.low is None or share.high is None:
        return "", ""
    return share_text(share.value), f"{share_text(share.low)} – {share_text(share.high)}"


def cost_with_interval(cost: Estimate, money: Callable[[float | None], str]) -> tuple[str, str]:
    """A cost, and its interval; where nobody came of it, what it is more than."""
    if cost.low is None:
        return money(cost.value), ""
    if cost.value is None:
        return _("more than %(amount)s") % {"amount": money(cost.low)}, ""
    if cost.high is None:
        return money(cost.value), _("%(amount)s or more") % {"amount": money(cost.low)}
    return money(cost.value), f"{money(cost.low)} – {money(cost.high)}"
