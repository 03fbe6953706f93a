"""Channels: what each channel brings and costs, and what to raise and what to cut."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TypeVar, get_args
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from leadlight.desk.leads.marketing_channels import ChannelsRequest, channels
from leadlight.desk.wiring import charts
from leadlight.problems import CannotDo
from leadlight.results.channels import ChannelLine, ChannelsBy, ChannelsResult, Touch
from leadlight.results.text.channels import money
from leadlight.server.pages.channels_text import channel_sentences
from leadlight.server.pages.desk_page import DeskPage, moment_of, now, session_of
from leadlight.server.pages.interval import cost_with_interval, share_with_interval
from leadlight.server.pages.kept_answers import KeptAnswers, answer_key

Chosen = TypeVar("Chosen", Touch, ChannelsBy)


_KEPT: KeptAnswers[ChannelsResult] = KeptAnswers()


@dataclass(frozen=True)
class LineRow:
    """A channel as a row: figures as text, each with its interval where it has one."""

    name: str
    url: str
    leads: str
    is_small: bool
    figures: tuple[tuple[str, str], ...]


class ChannelsPage(DeskPage):
    """The channels of a workspace."""

    def get(self, request: HttpRequest) -> HttpResponse:
        touches: dict[str, Touch] = {name: name for name in get_args(Touch)}
        splits: dict[str, ChannelsBy] = {name: name for name in get_args(ChannelsBy)}
        touch = _choice(request, "touch", touches, "first")
        by = _choice(request, "by", splits, "channel")
        session = session_of(request)
        since, until = moment_of(request, "since"), moment_of(request, "until")
        found = _KEPT.get(
            answer_key(session, now(), since, until, touch, by),
            lambda: channels(session, ChannelsRequest(now(), since, until, touch, by)),
        )
        words = {
            "here": "channels",
            "found": found,
            "touches": [(name, word, name == touch) for name, word in _touch_words()],
            "splits": [(name, name == by) for name in splits],
            "says": list(channel_sentences(found)),
            "heads": _heads(found),
            "rows": [_row(line, found) for line in found.lines],
            "whole": _row(found.whole, found),
            "picture": mark_safe(charts.draw_channels(found)),
        }
        return self.show(request, "pages/channels.html", words)


def _choice(request: HttpRequest, field: str, values: dict[str, Chosen], usual: Chosen) -> Chosen:
    said = request.GET.get(field, "")
    if said and said not in values:
        raise CannotDo(_("Choose one of %(names)s.") % {"names": ", ".join(values)}, field=field)
    return values.get(said, usual)


def _touch_words() -> tuple[tuple[Touch, str], ...]:
    return ("first", pgettext("touch", "first")), ("last", pgettext("touch", "last"))


def _heads(found: ChannelsResult) -> list[str]:
    heads = [_("Target"), _("Non-target"), _("Empty"), _("Hot"), "SQL", _("Won")]
    if found.whole.spend is not None:
        heads += [_("Spend"), _("On empties"), _("Per lead"), _("Per hot"), _("Per SQL")]
        heads.append(_("Per customer"))
    return heads + ([_("Return")] if found.whole.return_on_spend is not None else [])


def _row(line: ChannelLine, found: ChannelsResult) -> LineRow:
    amount = partial(money, found=found)
    shares = (line.target_share, line.non_target_share, line.empty_share, line.hot_share)
    figures = [share_with_interval(share) for share in shares]
    figures.append(("" if line.qualified is None else f"{line.qualified:,}", ""))
    figures.append((f"{line.won:,}", ""))
    if found.whole.spend is not None:
        figures.append((amount(line.spend), ""))
        figures.append(cost_with_interval(line.empty_cost, amount))
        figures.append((amount(line.cost_per_lead), ""))
        costs = (line.cost_per_hot, line.cost_per_qualified, line.cost_per_customer)
        figures += [cost_with_interval(cost, amount) for cost in costs]
    if found.whole.return_on_spend is not None:
        value = line.return_on_spend
        figures.append(("" if value is None else f"{value:,.1f}x", ""))
    is_listed = found.by == "source" and found.touch == "first" and line.name and line.leads
    url = f"{reverse('leads')}?{urlencode({'source': line.name})}" if is_listed else ""
    return LineRow(line.name, url, f"{line.leads:,}", line.is_small, tuple(figures))
