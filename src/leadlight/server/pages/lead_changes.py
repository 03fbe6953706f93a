"""Changes of many leads of a list: begun by a form, run in the background, taken back by a button;
and the views of the list that people save.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from leadlight.desk.leads.lead_list import lead_filters
from leadlight.desk.live.lead_change import (
    ChangeLeadsRequest,
    UndoChangeRequest,
    change_leads,
    undo_change,
)
from leadlight.desk.live.outcome_log import parse_outcome
from leadlight.problems import CannotDo
from leadlight.results.lead_change import LeadChange
from leadlight.server.access.audit import record
from leadlight.server.drafts.saved_view import remove_view, save_view
from leadlight.server.pages.desk_page import DeskPage, now, session_of
from leadlight.server.pages.leads import request_of
from leadlight.server.pages.page_task import TaskPage, start_task
from leadlight.server.scopes import Scope

KIND = "lead change"


class ChangeLeadsPage(DeskPage):
    """A form that changes the leads that are chosen, or all of the list."""

    scope = "act"

    def post(self, request: HttpRequest) -> HttpResponse:
        session, form = session_of(request), request.POST
        wanted = _request_of(request, form)
        what = form.get("attribute") or form.get("outcome", "")
        record(request, "change leads", f"{what} of {len(wanted.leads) or 'a list'}")
        task = start_task(request, KIND, lambda progress: change_leads(session, wanted, progress))
        query = QueryDict(mutable=True)
        query["list"] = form.get("query", "")[:4000]
        return HttpResponseRedirect(f"{reverse('leads-change', args=[task])}?{query.urlencode()}")


class LeadsChangePage(TaskPage):
    """How far a change is, and what it did."""

    scope: ClassVar[Scope] = "act"
    kind, template, place = KIND, "pages/leads_change.html", "leads"

    def words_of(self, request: HttpRequest, result: object) -> dict[str, Any]:
        done = result if isinstance(result, LeadChange) else None
        return {"change": done, "list": request.GET.get("list", "")}


class UndoChangePage(DeskPage):
    """A form that takes a change back."""

    scope = "act"

    def post(self, request: HttpRequest) -> HttpResponse:
        wanted = UndoChangeRequest(request.POST.get("change_id", "")[:40], now())
        undone = undo_change(session_of(request), wanted)
        record(request, "take a change back", wanted.change_id)
        messages.info(request, undone.pending or _("The change is taken back."))
        return _to_list(request)


class SavedViewsPage(DeskPage):
    """A form that saves the list as a view, or removes one."""

    def post(self, request: HttpRequest) -> HttpResponse:
        form = request.POST
        if "remove" in form:
            remove_view(request.user, form["remove"])
            return _to_list(request)
        is_shared = bool(form.get("is_shared"))
        view = save_view(
            request.user, form.get("name", ""), form.get("query", ""), is_shared=is_shared
        )
        if is_shared:
            record(request, "share a view", view.name)
        messages.info(request, _("The view %(name)s is saved.") % {"name": view.name})
        return _to_list(request)


def _to_list(request: HttpRequest) -> HttpResponseRedirect:
    query = request.POST.get("query", "")[:4000]
    return HttpResponseRedirect(f"{reverse('leads')}?{QueryDict(query).urlencode()}")


def _request_of(request: HttpRequest, form: QueryDict) -> ChangeLeadsRequest:
    session, moment = session_of(request), now()
    ids = tuple(form.getlist("lead"))
    whole = form.get("which") == "all"
    if not whole and not ids:
        raise CannotDo(_("Choose at least one lead."), field="lead")
    query = QueryDict(form.get("query", "")[:4000])
    listed = request_of(query, lead_filters(session, moment)) if whole else None
    attribute, outcome = form.get("attribute", ""), form.get("outcome", "")
    return ChangeLeadsRequest(
        moment,
        request.user.get_username(),
        leads=() if whole else ids,
        list=listed,
        values={attribute: form.get("value", "")} if attribute else {},
        outcome=parse_outcome(outcome) if outcome else None,
        because=form.get("because", ""),
        next_touch=_day(form.get("next_day", ""), moment),
    )


def _day(text: str, moment: datetime) -> datetime | None:
    """The morning of a day; None where none was named."""
    if not text.strip():
        return None
    try:
        morning = datetime.fromisoformat(text.strip()[:10]) + timedelta(hours=6)
    except ValueError:
        raise CannotDo(_("Write the day as 2026-12-24."), field="next_touch") from None
    return max(morning, moment)
