"""Data quality: who cannot be reached and why, what that costs, and what is due."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from leadlight.desk.leads.data_quality import DataQualityRequest, data_quality
from leadlight.desk.leads.verify import VerifyRequest, verify
from leadlight.problems import CannotDo
from leadlight.results.data_quality import DataQualityResult
from leadlight.results.quality import (
    POINT_WORDS,
    Quality,
    Waste,
    empty_sentence,
    percent,
    waste_sentence,
)
from leadlight.results.summary import NO_SOURCE
from leadlight.server.access.audit import record
from leadlight.server.api.tasks import TaskProgress
from leadlight.server.contact_rules import rule_text
from leadlight.server.pages.background import begin, task_of
from leadlight.server.pages.data_quality_page import QualityPage
from leadlight.server.pages.desk_page import now, session_of
from leadlight.server.pages.kept_answers import KeptAnswers, answer_key
from leadlight.server.pages.part_page import unknown_button

_KEPT: KeptAnswers[DataQualityResult] = KeptAnswers()


class DataQualityPage(QualityPage):
    """The contacts in numbers; a button checks what is due."""

    part = "data-quality"
    template = "pages/data_quality.html"

    def words(self, request: HttpRequest, form: QueryDict) -> dict[str, Any]:
        task = task_of(request, "verify")
        try:
            session = session_of(request)
            found = _KEPT.get(
                answer_key(session, now()), lambda: data_quality(session, DataQualityRequest(now()))
            )
        except CannotDo as fault:
            return {"nothing": str(fault), "task": task}
        return {"found": found, "task": task, **_words(found)}

    def do(self, request: HttpRequest, form: QueryDict) -> HttpResponse:
        if form.get("do") != "verify":
            raise unknown_button()
        session, moment = session_of(request), now()

        def check(progress: TaskProgress) -> str:
            found = verify(session, VerifyRequest(moment), progress)
            return str(_("%(n)s leads were checked.") % {"n": f"{found.leads:,}"})

        record(request, "verify")
        return self.again(begin(request, "verify", check))


def _words(found: DataQualityResult) -> dict[str, Any]:
    quality = found.quality
    if quality is None:
        return {"quality": None}
    sentences = (empty_sentence(quality), waste_sentence(quality))
    return {
        "quality": quality,
        "sentences": [s for s in sentences if s],
        "reasons": [(r, percent(r.leads, quality.empty)) for r in quality.reasons],
        "sources": [_source(waste, quality) for waste in quality.sources],
        "others": _source(quality.others, quality) if quality.others else None,
        "has_cost": quality.spent is not None,
        "ages": [(a, percent(a.empty, a.leads)) for a in quality.ages],
        "rechecks": [
            (rule_text(POINT_WORDS[r.point][1].capitalize()), r) for r in quality.rechecks
        ],
        "rules": [
            (r, f"{reverse('repairs')}?{urlencode({'only': r.rule})}") for r in quality.repairs
        ],
        "worth": [(lead, reverse("lead", args=[lead.lead_id])) for lead in quality.to_repair],
    }


def _source(waste: Waste, quality: Quality) -> dict[str, Any]:
    """A source as a row; its empty leads are listed by a click."""
    query = {"source": waste.source or NO_SOURCE, "contact": "empty"}
    costs = (waste.part(waste.empty), waste.cost)
    return {
        "waste": waste,
        "url": f"{reverse('leads')}?{urlencode(query)}" if waste.empty and waste.source else "",
        "share": percent(waste.empty, waste.leads),
        "costs": [
            "" if cost is None else f"{cost:,.0f} {quality.currency}".strip() for cost in costs
        ],
    }
