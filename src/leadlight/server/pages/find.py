"""Find: the leads that a few letters fit, for the palette."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.urls import reverse

from leadlight.desk.leads.lead_list import LeadsRequest, leads
from leadlight.results.lead_list import lead_name
from leadlight.server.pages.desk_page import DeskPage, now, session_of

#: As many as are taken in at a look.
LIMIT = 8


class FindPage(DeskPage):
    """Leads by name, e-mail, company or id: `{"leads": [{"url", "name", "company"}]}`."""

    def get(self, request: HttpRequest) -> JsonResponse:
        text = request.GET.get("q", "").strip()[:200]
        if not text:
            return JsonResponse({"leads": []})
        found = leads(session_of(request), LeadsRequest(now(), text=text, limit=LIMIT))
        lines = [
            {
                "url": reverse("lead", args=[lead.lead_id]),
                "name": lead_name(lead.lead_id, lead.attributes),
                "company": str(lead.attributes.get("company") or ""),
            }
            for lead in found.leads
        ]
        return JsonResponse({"leads": lines})
