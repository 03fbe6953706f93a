"""What to raise and what to cut, and what cannot be told, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leadlight.presentable import presentable
from leadlight.results.channels import FEW, ChannelAdvice, ChannelsResult
from leadlight.results.text.channels import money, nameless
from leadlight.results.text.estimates import share_text
from leadlight.server.pages.interval import cost_with_interval, share_with_interval

_NAMED = 5  # lines too small to judge


def channel_sentences(found: ChannelsResult) -> Iterator[str]:
    """The same that the command says, the advice first."""
    for advice in found.advice:
        yield _advice(advice, found)
    if not found.advice:
        yield _(
            "Nothing to raise or cut: no line is surely better or worse than the others together."
        )
    if found.whole.empty_cost.value:
        words = {
            "cost": money(found.whole.empty_cost.value, found),
            "spend": money(found.whole.spend or 0.0, found),
        }
        yield _("Leads that nobody can reach cost %(cost)s of %(spend)s.") % words
    yield from _gaps(found)


def _advice(advice: ChannelAdvice, found: ChannelsResult) -> str:
    raises = advice.act == "raise"
    if advice.measure == "cost_per_qualified":
        raise_it = _("Raise %(name)s: %(cost)s per SQL, the others %(others)s.")
        cut_it = _("Cut %(name)s: %(cost)s per SQL, the others %(others)s.")
    elif advice.measure == "cost_per_hot":
        raise_it = _("Raise %(name)s: %(cost)s per hot lead, the others %(others)s.")
        cut_it = _("Cut %(name)s: %(cost)s per hot lead, the others %(others)s.")
    else:
        raise_it = _("Raise %(name)s: %(share)s of its leads are hot, of the others' %(others)s.")
        cut_it = _("Cut %(name)s: %(share)s of its leads are hot, of the others' %(others)s.")
    words = {"name": presentable(advice.name, 60)}
    if advice.measure == "hot_share":
        share = _with_interval(share_with_interval(advice.estimate))
        words |= {"share": share, "others": share_text(advice.others)}
    else:
        cost = _with_interval(cost_with_interval(advice.estimate, partial(money, found=found)))
        words |= {"cost": cost, "others": money(advice.others, found)}
    return str((raise_it if raises else cut_it) % words)


def _gaps(found: ChannelsResult) -> Iterator[str]:
    for line in nameless(found):
        words = {"n": f"{line.leads:,}", "name": line.name}
        if line.spend:
            words["spend"] = money(line.spend, found)
            yield _(
                "%(n)s leads, and %(spend)s of the spend, are %(name)s: look at them by source, and"
                " mark the links."
            ) % words  # fmt: skip
        else:
            yield _("%(n)s leads are %(name)s: look at them by source, and mark the links.") % words
    small = [line.name for line in found.lines if line.is_small]
    if small:
        names = ", ".join(presentable(name, 40) for name in small[:_NAMED])
        if len(small) > _NAMED:
            names = _("%(names)s and %(n)s more") % {"names": names, "n": len(small) - _NAMED}
        words = {"few": str(FEW), "names": names}
        yield _("Fewer than %(few)s leads, too few to judge: %(names)s.") % words
    if found.lines_left:
        yield _("%(n)s more are not listed.") % {"n": f"{found.lines_left:,}"}
    if found.undated:
        sentence = ngettext(
            "%(n)s lead is left out: nobody says when it arrived.",
            "%(n)s leads are left out: nobody says when they arrived.",
            found.undated,
        )
        yield sentence % {"n": f"{found.undated:,}"}
    if len(found.currencies) > 1:
        names = ", ".join(presentable(c, 10) for c in found.currencies)
        yield _("The spend is in several currencies (%(names)s), which are not added.") % {
            "names": names
        }


def _with_interval(figure: tuple[str, str]) -> str:
    """A figure with the interval behind it, where there is one."""
    value, interval = figure
    return f"{value} ({interval})" if interval else value
