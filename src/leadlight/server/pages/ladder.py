"""Ladder: who stands on each step, who rose, who fell back and why. The URL is the view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from leadlight.desk.leads.ladder import LadderRequest, ladder
from leadlight.desk.wiring import charts
from leadlight.problems import CannotDo
from leadlight.results.ladder import (
    FEW,
    LadderBy,
    LadderGroup,
    LadderResult,
    LadderScale,
    LadderStep,
)
from leadlight.results.summary import label_text
from leadlight.server.pages.desk_page import DeskPage, moment_of, now, session_of
from leadlight.server.pages.interval import share_with_interval
from leadlight.server.pages.kept_answers import KeptAnswers, answer_key
from leadlight.server.pages.ladder_text import ladder_sentences

_KEPT: KeptAnswers[LadderResult] = KeptAnswers()


@dataclass(frozen=True)
class StepRow:
    """A label as a row: its name, where its leads are listed, and its figures as text."""

    label: str
    word: str
    url: str
    figures: tuple[str, ...]


@dataclass(frozen=True)
class ScaleView:
    """A scale on the page. The picture was drawn by us, and every text in it is escaped."""

    name: str
    picture: SafeString
    says: tuple[str, ...]
    rows: tuple[StepRow, ...]
    moves: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class GroupRow:
    """A group of a scale as a row: its name, its leads, and who stands on each label."""

    name: str
    leads: int
    counts: tuple[tuple[int, str], ...]


class LadderPage(DeskPage):
    """The ladders of a period."""

    def get(self, request: HttpRequest) -> HttpResponse:
        splits: dict[str, LadderBy] = {name: name for name in get_args(LadderBy)}
        by = request.GET.get("by", "")
        if by and by not in splits:
            raise CannotDo(_("The ladder is split by source, segment or owner."), field="by")
        session, split = session_of(request), splits.get(by)
        since, until = moment_of(request, "since"), moment_of(request, "until")
        found = _KEPT.get(
            answer_key(session, now(), since, until, split),
            lambda: ladder(session, LadderRequest(now(), since, until, split=split)),
        )
        pictures = charts.draw_ladders(found.scales)
        words = {
            "here": "ladder",
            "found": found,
            "splits": [(name, name == by) for name in splits],
            "scales": [
                _view(scale, picture) for scale, picture in zip(found.scales, pictures, strict=True)
            ],
            "groups": [_groups(found, n) for n in range(len(found.scales))] if by else [],
        }
        return self.show(request, "pages/ladder.html", words)


def _view(scale: LadderScale, picture: str) -> ScaleView:
    moves = tuple((_label(m.before), _label(m.after), f"{m.moves:,}") for m in scale.moves)
    return ScaleView(
        label_text(scale.scale),
        mark_safe(picture),
        tuple(ladder_sentences(scale)),
        tuple(_row(scale, step) for step in scale.steps),
        moves,
    )


def _row(scale: LadderScale, step: LadderStep) -> StepRow:
    counts = (step.standing_before, step.arrivals, step.rose, step.fell, step.aside, step.gone)
    figures = (*(f"{n:,}" for n in counts), _conversion(step), _days(step))
    word = label_text(step.label)
    return StepRow(step.label, word, _link(scale, step), (f"{step.standing:,}", *figures))


def _conversion(step: LadderStep) -> str:
    value, interval = share_with_interval(step.conversion)
    if not value:
        return ""
    text = f"{value} ({interval})"
    return text if step.leads >= FEW else f"{text}, {_('few leads')}"


def _days(step: LadderStep) -> str:
    """The median time on a step; `at least` where stays began before the first run."""
    if step.days is None:
        return ""
    text = f"{step.days:,.1f} d"
    return str(_("at least %(time)s") % {"time": text}) if step.censored else text


def _link(scale: LadderScale, step: LadderStep, **more: str) -> str:
    return f"{reverse('leads')}?{urlencode({scale.scale: step.label, **more})}"


def _label(name: str | None) -> str:
    return _("not in the base") if name is None else label_text(name)


def _groups(found: LadderResult, n: int) -> dict[str, object]:
    """The groups of one scale as a table."""
    scale = found.scales[n]
    return {
        "name": label_text(scale.scale),
        "heads": [label_text(step.label) for step in scale.steps],
        "rows": [_group(found, group, n) for group in found.groups],
    }


def _group(found: LadderResult, group: LadderGroup, n: int) -> GroupRow:
    scale = group.scales[n]
    by_label = {step.label: step for step in scale.steps}
    filters = _filter(found, group)
    counts = []
    for column in found.scales[n].steps:
        step = by_label.get(column.label)
        link = _link(scale, step, **filters) if step and filters else ""
        counts.append((step.standing if step else 0, link))
    return GroupRow(group.name, group.leads, tuple(counts))


def _filter(found: LadderResult, group: LadderGroup) -> dict[str, str]:
    """What the list of leads is filtered by to show a group; nothing where it cannot."""
    if found.by == "source" or (found.by == "segment" and group.name != "(none)"):
        return {str(found.by): group.name}
    return {}
