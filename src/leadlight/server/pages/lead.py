"""Lead: one lead with its reasons, what would lift it, and when it changes; at any moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from leadlight.desk.leads.contact_ways import ways_of
from leadlight.desk.leads.explain import ExplainRequest, explain
from leadlight.desk.leads.lead_list import attributes_of_lead, lead_filters, leads
from leadlight.desk.live.lead_change import value_text
from leadlight.desk.live.outcome_log import last_touch
from leadlight.enrich.acceptance import PROVENANCE
from leadlight.presentable import shown_number
from leadlight.problems import CannotDo
from leadlight.results.explanation import RuleLine, ScoreLedger
from leadlight.results.lead_list import lead_name
from leadlight.results.summary import duration, label_text
from leadlight.results.text.points import PointsText, points_text, signed_points
from leadlight.server.access.audit import record
from leadlight.server.pages.contact_link import contact_link
from leadlight.server.pages.desk_page import DeskPage, moment_of, now, session_of
from leadlight.server.pages.lead_owner import owner_words
from leadlight.server.pages.leads import request_of
from leadlight.server.pages.names import name_text
from leadlight.server.pages.story_text import story_rows
from leadlight.server.pages.today import words_of_done, words_of_form
from leadlight.server.pages.touch_text import touch_text

#: So many facts of a rule are shown; the rest is summed.
FACTS = 5
#: What is shown of who it is, in this order.
_PERSON = (
    "job_title",
    "seniority",
    "department",
    "company",
    "industry",
    "employees",
    "website",
    "city",
    "region",
    "country",
    "language",
    "source",
    "campaign",
    "owner",
    "budget",
    "authority",
    "need",
    "timeline",
    "interests",
    "created_at",
)
#: Attributes whose values are names of ours.
_CHOICES = ("authority", "timeline")


@dataclass(frozen=True)
class ContactPoint:
    """A way to reach the lead: the link of a tap, whether it works, and what is proposed."""

    value: str
    link: str
    verdict: str
    repair: str


@dataclass(frozen=True)
class Fact:
    """A fact's part of a rule."""

    at: datetime
    kind: str
    detail: str
    points: str


@dataclass(frozen=True)
class Rule:
    """A rule's part of a score; its facts add up to it."""

    say: str
    points: str
    because: str
    facts: tuple[Fact, ...]
    rest: str


@dataclass(frozen=True)
class Ledger:
    """A score as a ledger: its rules add up to it."""

    name: str
    score: str
    rules: tuple[Rule, ...]
    limit: str


class LeadPage(DeskPage):
    """One lead."""

    def get(self, request: HttpRequest, lead_id: str) -> HttpResponse:
        session, moment = session_of(request), moment_of(request)
        found = explain(session, ExplainRequest(lead_id, now(), moment))
        record(request, "see a lead", found.lead_id)
        said = attributes_of_lead(session, found.lead_id, found.as_of)
        before, after = _neighbours(request, found.lead_id)
        words = {
            "lead": found,
            "name": lead_name(found.lead_id, said),
            "asked": moment,
            "points": list(contact_points(said)),
            "barred": ways_of(said)[1],
            "person": [(name_text(n), _text(n, said[n])) for n in _PERSON if said.get(n)],
            "plugins": [
                part
                for name in sorted(said)
                if name.endswith(PROVENANCE) and said[name]
                for part in str(said[name]).split("; ")
            ],
            "labels": [
                (label_text(x.scale), x.label, label_text(x.label), x.say or x.because)
                for x in found.labels
            ],
            "segments": [label_text(s) for s in found.segments],
            "within": duration(found.respond_within) if found.respond_within else "",
            "ledgers": [ledger_of(ledger) for ledger in found.scores],
            "lifts": [(label_text(x.scale), label_text(x.label), x.by) for x in found.lifts],
            "raises": found.raises,
            "changes": [
                (label_text(c.scale), label_text(c.before), label_text(c.after), c.at)
                for c in found.changes
            ],
            "story": story_rows(found.story) if found.story is not None else [],
            "before": before,
            "after": after,
            "back": f"{reverse('leads')}?{request.GET.get('list', '')}",
            "list": request.GET.get("list", ""),
            **owner_words(session, found.lead_id, moment),
            **_words_of_outcome(request, found.lead_id, said, moment),
        }
        return self.show(request, "pages/lead.html", words)

    def refuse(self, request: HttpRequest, fault: CannotDo) -> HttpResponse:
        """A lead that is not there is a page that is not there."""
        answer = super().refuse(request, fault)
        answer.status_code = 404
        return answer


def _words_of_outcome(
    request: HttpRequest, lead_id: str, said: Mapping[str, object], moment: datetime | None
) -> dict[str, object]:
    """The form of an outcome, and the one that was just logged."""
    if moment is not None:
        return {}
    last = last_touch(session_of(request), lead_id, now())
    owner = said.get("owner")
    return {
        "lead_id": lead_id,
        "version": last.version,
        "last": touch_text(last),
        "lead_owner": "" if owner is None else str(owner),
        "from": "lead",
        "next": "",
        "previous": "",
        "owner": "",
        **words_of_form(QueryDict(), said),
        **words_of_done(request.GET),
    }


def _text(name: str, value: object) -> str:
    """An attribute's value as people read it."""
    return name_text(str(value)) if name in _CHOICES else value_text(value)


def contact_points(said: Mapping[str, object]) -> Iterator[ContactPoint]:
    """How the lead can be reached. Those are links that Today would offer; of the others stands
    what is known against them.
    """
    links = {way.value: contact_link(way) for way in ways_of(said)[0]}
    for name in ("email", "phone", "mobile"):
        value = str(said.get(name) or "").strip()
        repair = str(said.get(f"{name}_repair") or "")
        if not value:
            continue
        way = links.pop(value, None)
        verdict = str(said.get(f"{name}_verdict") or "")
        verdict_text = name_text(verdict) if verdict else ""
        yield ContactPoint(value, way.url if way else "", verdict_text, repair)
    for value, way in links.items():
        yield ContactPoint(value, way.url, way.doubt, "")


def ledger_of(ledger: ScoreLedger) -> Ledger:
    """A score in two decimals that add up."""
    show = PointsText()
    if ledger.answer is not None:
        score = f"{ledger.answer:.1%}" if ledger.rules else points_text(Decimal(str(ledger.answer)))
    else:
        score = points_text(show.total(ledger.score))
    rules = sorted(ledger.rules, key=lambda r: -abs(r.counted))
    counted = show.parts([r.counted for r in rules], show.total(ledger.summed))
    limit = signed_points(show.total(ledger.limit_change)) if ledger.limit_change else ""
    lines = tuple(_rule(rule, c, show) for rule, c in zip(rules, counted, strict=True))
    return Ledger(label_text(ledger.name), score, lines, limit if ledger.answer is None else "")


def _rule(rule: RuleLine, counted: Decimal, show: PointsText) -> Rule:
    points = show.parts([g.points for g in rule.given], show.total(rule.summed))
    facts = tuple(
        Fact(
            given.occurred_at,
            name_text(given.kind),
            str(given.detail.get("url") or given.detail.get("subject") or ""),
            points_text(shown),
        )
        for given, shown in zip(rule.given[:FACTS], points[:FACTS], strict=True)
    )
    older = len(points) - len(facts)
    rest = []
    if older:
        words = {"n": older, "points": points_text(sum(points[FACTS:], Decimal(0)))}
        rest.append(_("and %(n)s older ones: %(points)s") % words)
    if rule.cap_change:
        words = {"points": points_text(show.total(rule.summed)), "cap": rule.cap}
        rest.append(_("%(points)s in all, of which %(cap)s count") % words)
    known = (f"{name_text(k)} {shown_number(v)}" for k, v in rule.facts.items() if v is not None)
    return Rule(rule.say, points_text(counted), ", ".join(known), facts, "; ".join(rest))


def _neighbours(request: HttpRequest, lead_id: str) -> tuple[str | None, str | None]:
    """The leads before and after this one in the list that it was opened from."""
    text = request.GET.get("list")
    if text is None:
        return None, None
    query, session = QueryDict(text[:2000]), session_of(request)
    try:
        page = leads(session, request_of(query, lead_filters(session, now())))
    except CannotDo:
        return None, None  # the list is gone: a label was renamed, say
    ids = [lead.lead_id for lead in page.leads]
    if lead_id not in ids:
        return None, None
    at = ids.index(lead_id)
    return (ids[at - 1] if at else None), (ids[at + 1] if at + 1 < len(ids) else None)
