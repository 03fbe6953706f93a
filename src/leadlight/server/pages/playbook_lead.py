"""Leads by the old and by the new rules, as rows of a page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from leadlight.results.playbooks import PlaybookPreview, PreviewedLead
from leadlight.results.rehearsal import ChangedLead
from leadlight.results.summary import label_text


@dataclass(frozen=True)
class Step:
    """What something was and what it would be: of a label or department, or of a score."""

    what: str
    before: str
    after: str
    is_label: bool = False

    @property
    def before_word(self) -> str:
        return label_text(self.before) if self.before else "-"

    @property
    def after_word(self) -> str:
        return label_text(self.after) if self.after else "-"

    @property
    def moves(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class LeadView:
    """A lead before and after, with the reasons under both rules."""

    lead_id: str
    name: str
    company: str
    steps: tuple[Step, ...]
    moves: bool
    reasons: tuple[str, str]

    @property
    def is_same_reason(self) -> bool:
        return self.reasons[0] == self.reasons[1]


def lead_views(found: PlaybookPreview) -> list[LeadView]:
    """The leads of a preview, those that move first."""
    views = [
        LeadView(
            lead.lead_id, lead.name, lead.company, tuple(_steps(lead)), lead.moves, lead.reasons
        )
        for lead in found.leads
    ]
    return sorted(views, key=lambda view: not view.moves)


def changed_views(changed: tuple[ChangedLead, ...]) -> list[LeadView]:
    """The leads of a rehearsal that change most."""
    return [
        LeadView(lead.lead_id, lead.lead_id, "", tuple(_steps(lead)), True, lead.reasons)
        for lead in changed
    ]


def _steps(lead: PreviewedLead | ChangedLead) -> Iterator[Step]:
    for scale, before, after in lead.labels:
        yield Step(label_text(scale), before or "", after or "", is_label=True)
    old, new = lead.departments
    if old != new:
        yield Step("department", old or "", new or "")
    for score, was, now in lead.scores:
        step = Step(label_text(score), _round(was), _round(now))
        if step.moves:
            yield step


def _round(value: float | None) -> str:
    return "" if value is None else f"{value:.0f}"
