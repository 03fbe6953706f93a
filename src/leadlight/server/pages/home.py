"""The first page: Today, or the start where nobody is known yet."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from leadlight.desk.leads.runs import RunsRequest, runs
from leadlight.server.pages.desk_page import DeskPage, now, session_of
from leadlight.server.scopes import may


class HomePage(DeskPage):
    """Leads on to Today; to the start where no run was stored, for whoever may drop a file."""

    def get(self, request: HttpRequest) -> HttpResponse:
        is_new = not runs(session_of(request), RunsRequest(now())).runs
        may_act = may(self.scopes, "act")
        return HttpResponseRedirect(reverse("start" if is_new and may_act else "today"))
