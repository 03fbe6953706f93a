"""Whom a contact changes, as lines."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.predict.judge.metrics import Estimate
from leadlight.predict.uplift_result import UpliftResult
from leadlight.presentable import presentable
from leadlight.results.contact_effect import ContactEffect
from leadlight.results.text.estimates import UNKNOWN


def render_text(effect: ContactEffect) -> Iterator[str]:
    """The effect of the contact, the leads in tenths by it, and whether the order means
    anything.
    """
    yield from _groups(effect)
    yield ""
    yield from _tenths(effect.uplift)
    yield ""
    yield from _areas(effect.uplift)
    yield ""
    if effect.uplift.why_not is not None:
        yield (
            f"The data cannot tell whom to contact. {effect.uplift.why_not} Contact whom you like,"
            " or everybody."
        )
        return
    yield from _advice(effect.uplift)
    if effect.file is not None:
        yield f"Written to {effect.file.path}, those changed most first."


def _groups(effect: ContactEffect) -> Iterator[str]:
    u = effect.uplift
    yield (
        f"{u.contacted:,} leads were contacted ({presentable(effect.contacted, 60)}),"
        f" {u.rows - u.contacted:,} were not ({presentable(effect.control, 60)}); nothing tells the"
        " two groups apart, so the contact was left to chance."
    )
    yield from effect.notes
    for s in u.aside:
        yield f"Set aside: {presentable(s.header, 50)!r} {presentable(s.why, 200)}."
    yield ""
    yield (
        f"{presentable(effect.outcome, 60)}: {u.rate_contacted:.2%} of the contacted,"
        f" {u.rate_others:.2%} of the others. The contact makes {_points(u.effect)}."
    )


def _tenths(u: UpliftResult) -> Iterator[str]:
    yield (
        "By the estimated difference, a tenth of the leads each    contacted   others   difference"
    )
    for n, t in enumerate(u.tenths, 1):
        where = {1: "highest", len(u.tenths): "lowest"}.get(n, "")
        yield (
            f"  {n:>2} {where:<52} {t.contacted:>9.2%} {t.others:>8.2%}   {_points(t.difference)}"
        )


def _areas(u: UpliftResult) -> Iterator[str]:
    yield (
        "Area between the Qini curve and contacting at random, as outcomes more per 1,000 leads"
        " (0: no better than random)"
    )
    yield f"  by the estimated difference   {_area(u.qini)}"
    yield f"  by the plain chance to win    {_area(u.qini_propensity)}"
    yield f"  difference of the two         {_area(u.above_propensity)}"


def _advice(u: UpliftResult) -> Iterator[str]:
    half = next(more for share, more, _ in u.curve if share >= 0.5)
    end = u.curve[-1][1]
    if end > 0:
        yield (
            f"Contacting the better half brings {min(half / end, 9.99):.0%} of what contacting"
            " everybody does."
        )
    if u.above_propensity.low is not None and u.above_propensity.low > 0:
        yield (
            "Contact in this order: it gains more than contacting those first who are likely to win"
            " anyway."
        )
    else:
        yield (
            "Contact in this order; it gains about as much as contacting those first who are likely"
            " to win anyway."
        )


def _points(e: Estimate) -> str:
    if e.value is None or e.low is None or e.high is None:
        return "a difference that cannot be told"
    return f"{100 * e.value:+.2f} points ({100 * e.low:+.2f} to {100 * e.high:+.2f})"


def _area(e: Estimate) -> str:
    if e.value is None:
        return UNKNOWN
    return f"{e.value:+.2f}   {e.low:+.2f} to {e.high:+.2f}"
