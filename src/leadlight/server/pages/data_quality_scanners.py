"""Data quality: opens and clicks that no person made, set apart so that no rule counts them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from leadlight.desk.live.scanners import ScannersRequest, scanners
from leadlight.results.summary import label_text
from leadlight.server.access.audit import record
from leadlight.server.pages.data_quality_page import QualityPage, requalify
from leadlight.server.pages.desk_page import moment_of, now, session_of
from leadlight.server.pages.part_page import unknown_button


class ScannersPage(QualityPage):
    """What scanners of mail did in a period; a button sets it apart."""

    part = "scanners"
    template = "pages/data_quality_scanners.html"
    scope = "rules"
    scope_to_do = "rules"

    def words(self, request: HttpRequest, form: QueryDict) -> dict[str, Any]:
        since = moment_of(request, "since")
        found = scanners(session_of(request), ScannersRequest(now(), since))
        if found.acts:
            record(request, "scanners")
        rows = [(a, label_text(a.kind), reverse("lead", args=[a.lead_id])) for a in found.acts]
        return {"found": found, "rows": rows}

    def do(self, request: HttpRequest, form: QueryDict) -> HttpResponse:
        if form.get("do") != "apply":
            raise unknown_button()
        since = moment_of(request, "since")
        done = scanners(session_of(request), ScannersRequest(now(), since, apply=True))
        record(request, "scanners", done.import_id or "")
        requalify(request)
        said = _("%(n)s are set apart; what their imports brought stands in %(import)s now.")
        if done.import_id is None:
            said = _("Nothing was left to set apart.")
        messages.info(request, said % {"n": f"{done.found:,}", "import": done.import_id})
        return self.again()
