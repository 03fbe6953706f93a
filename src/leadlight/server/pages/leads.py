"""Leads: the list with its filters, page by page. Everything that is chosen stands in the URL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from leadlight.desk.leads.lead_list import LeadsRequest, every_lead, lead_filters, leads
from leadlight.desk.live.lead_change import (
    ChangeLeadsRequest,
    Conflict,
    change_leads,
    changeable_attributes,
)
from leadlight.facts.sales_touches import OUTCOMES
from leadlight.problems import CannotDo
from leadlight.results.lead_list import LeadFilters, LeadLine, LeadList, lead_name
from leadlight.results.summary import label_text
from leadlight.server.access.audit import record
from leadlight.server.drafts.saved_view import list_views
from leadlight.server.pages.csv_answer import csv_answer
from leadlight.server.pages.desk_page import DeskPage, now, session_of
from leadlight.server.pages.lead_columns import Cell, Column, all_columns, cells
from leadlight.server.pages.names import name_text
from leadlight.server.scopes import may

#: Leads on a page.
LIMIT = 50
#: What of an address is not part of the list itself.
_BESIDE = ("after", "edit", "done")


@dataclass(frozen=True)
class Choice:
    """One value of a filter: what it is in the URL and in words, and whether it is chosen."""

    value: str
    word: str
    is_chosen: bool
    leads: int | None = None


@dataclass(frozen=True)
class Filter:
    """A filter of the list: its name in the URL, its word, and what may be chosen."""

    name: str
    word: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Row:
    """A lead in the list. `mark` names it on the page."""

    lead_id: str
    mark: str
    url: str
    name: str
    company: str
    cells: tuple[Cell, ...]
    edit_url: str = ""
    is_edited: bool = False


class LeadsPage(DeskPage):
    """The list of leads; a form that is sent states attributes of one of them."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(request, request.GET)

    def post(self, request: HttpRequest) -> HttpResponse:
        if not may(self.scopes, "act"):
            raise PermissionDenied
        form, query = request.POST, QueryDict(request.POST.get("query", "")[:4000], mutable=True)
        lead = form.get("lead", "")
        values = {n.removeprefix("set."): v for n, v in form.items() if n.startswith("set.")}
        seen = {n: form.get(f"seen.{n}", "") for n in values}
        values = {n: v for n, v in values.items() if v.strip() != seen[n]}
        query["edit"] = lead
        if values:
            wanted = ChangeLeadsRequest(
                now(),
                request.user.get_username(),
                leads=(lead,),
                values=values,
                seen={n: seen[n] for n in values},
            )
            try:
                done = change_leads(session_of(request), wanted)
            except Conflict as conflict:
                more = {"typed": values, "standing": conflict.standing, "fault": str(conflict)}
                return self._show(request, query, more, 409)
            except CannotDo as fault:
                return self._show(request, query, {"typed": values, "fault": str(fault)}, 409)
            record(request, "change a lead", lead)
            query["done"] = done.change_id
        query.pop("edit")
        return HttpResponseRedirect(f"{reverse('leads')}?{query.urlencode()}")

    def _show(
        self,
        request: HttpRequest,
        query: QueryDict,
        more: Mapping[str, Any] = {},
        status: int = 200,
    ) -> HttpResponse:
        session, moment = session_of(request), now()
        known = lead_filters(session, moment)
        wanted, fault = request_of(query, known), ""
        try:
            page = leads(session, wanted)
        except CannotDo as refusal:
            if refusal.field != "filter":
                raise
            page, fault, status = LeadList((), None, None, None, None), str(refusal), 409
        columns = all_columns(known, query)
        plain = _list_of(query)
        may_act = may(self.scopes, "act")
        words = {
            "here": "leads",
            "filters": _filters(known, query, page),
            "text": query.get("q", ""),
            "filter": query.get("filter", ""),
            "filter_fault": fault,
            "words": list(_words(known)),
            "source": query.get("source", ""),
            "sorts": [Choice(v, w, query.get("sort", "rank") == v) for v, w in _sorts(known)],
            "columns": columns,
            "heads": [c for c in columns if c.is_shown],
            "rows": _rows(page, columns, query, may_act=may_act),
            "total": page.total,
            "as_of": page.as_of,
            "next": f"?{_with(plain, after=page.next)}" if page.next else None,
            "first": f"?{plain.urlencode()}" if "after" in query else None,
            "query": plain.urlencode(),
            **_views(request, plain.urlencode()),
            "done": query.get("done", "")[:40],
            "attributes": changeable_attributes(session, moment) if may_act else (),
            "outcomes": [(value, name_text(word)) for value, word in OUTCOMES.items()],
            **more,
        }
        return self.show(request, "pages/leads.html", words, status)


class LeadsExportPage(DeskPage):
    """The whole list as a file, with the columns that are shown."""

    def get(self, request: HttpRequest) -> FileResponse:
        session = session_of(request)
        known = lead_filters(session, now())
        query = request.GET
        columns = [c for c in all_columns(known, query) if c.is_shown]
        wanted = request_of(query, known)
        record(request, "export leads", query.urlencode())
        head = ["lead_id", "name", "company", *(c.name.removeprefix(":") for c in columns)]

        def lines() -> Iterator[tuple[object, ...]]:
            for part in every_lead(session, wanted):
                for lead in part:
                    name = lead_name(lead.lead_id, lead.attributes)
                    company = lead.attributes.get("company") or ""
                    yield (
                        lead.lead_id,
                        name,
                        company,
                        *(c.label or c.text for c in cells(lead, columns)),
                    )

        return csv_answer(head, lines(), "leads.csv")


def request_of(query: QueryDict, known: LeadFilters) -> LeadsRequest:
    """What the URL asks for. A filter that does not exist any more is told, and no silent all."""
    attributes = [c.name for c in all_columns(known, query) if c.is_shown and c.kind == "attribute"]
    return LeadsRequest(
        now(),
        labels={s: tuple(v for v in query.getlist(s) if v) for s in known.labels if query.get(s)},
        segment=query.get("segment") or None,
        department=query.get("department") or None,
        source=query.get("source") or None,
        text=query.get("q", ""),
        filter=query.get("filter", ""),
        columns=tuple(attributes),
        sort=query.get("sort") or "rank",
        limit=LIMIT,
        after=query.get("after") or None,
    )


def _rows(page: LeadList, columns: list[Column], query: QueryDict, *, may_act: bool) -> list[Row]:
    shown, plain = [c for c in columns if c.is_shown], _list_of(query).urlencode()
    can_edit = may_act and any(c.kind == "attribute" for c in shown)
    rows = []
    for n, lead in enumerate(page.leads):
        row = _row(lead, shown, plain, n)
        if can_edit:
            edit = _with(query, edit=lead.lead_id)
            is_edited = query.get("edit") == lead.lead_id
            row = replace(row, edit_url=f"?{edit}#{row.mark}", is_edited=is_edited)
        rows.append(row)
    return rows


def _row(lead: LeadLine, columns: list[Column], query: str, number: int) -> Row:
    """A lead as a row; its link remembers the list that it stands in."""
    return Row(
        lead.lead_id,
        f"lead-{number}",
        reverse("lead", args=[lead.lead_id]) + (f"?{urlencode({'list': query})}" if query else ""),
        lead_name(lead.lead_id, lead.attributes),
        str(lead.attributes.get("company") or ""),
        tuple(cells(lead, columns)),
    )


def _filters(known: LeadFilters, query: QueryDict, page: LeadList) -> list[Filter]:
    labels = [
        Filter(
            scale,
            label_text(scale),
            _choices(values, query.get(scale, ""), page.counts.get(scale) if page.counts else None),
        )
        for scale, values in known.labels.items()
    ]
    others = (
        ("segment", _("Segment"), known.segments),
        ("department", _("Route"), known.departments),
    )
    return labels + [
        Filter(name, word, _choices(values, query.get(name, "")))
        for name, word, values in others
        if values
    ]


def _choices(
    values: tuple[str, ...], chosen: str, counts: Mapping[str, int] | None = None
) -> tuple[Choice, ...]:
    return tuple(
        Choice(v, label_text(v), v == chosen, None if counts is None else counts.get(v, 0))
        for v in values
    )


def _words(known: LeadFilters) -> Iterator[str]:
    """What may stand in a filter, as it is written there."""
    for scale, labels in known.labels.items():
        yield from (f"{scale} = '{label}'" for label in labels)
    yield from (f"{name} >= " for name in known.scores)
    yield from known.segments
    made = {*known.labels, *known.scores, *known.segments}
    for name, kind in known.attributes.items():
        if name in made or name.startswith("newest_"):
            continue
        if kind == "a date":
            yield from (f"{name} older than 30d", f"{name} newer than 7d")
        elif kind == "a number":
            yield from (f"{name} >= ", f"company.{name} >= ")
        elif kind == "a text":
            yield from (f"{name} = ''", f"company.{name} = ''")
        else:
            yield name


def _sorts(known: LeadFilters) -> list[tuple[str, str]]:
    by_score = [
        (f"-{s}", _("Highest %(score)s first") % {"score": label_text(s)}) for s in known.scores
    ]
    return [
        ("rank", _("Best first")),
        ("changed", _("Newest change first")),
        ("lead_id", _("By id")),
        *by_score,
    ]


def _views(request: HttpRequest, here: str) -> dict[str, object]:
    """The views that a person sees, and their own."""
    views = list_views(request.user)
    shown = [
        {
            "name": view.name,
            "url": f"{reverse('leads')}?{view.query}",
            "is_here": view.query == here,
            "owner": "" if view.owner == request.user else view.owner.get_username(),
        }
        for view in views
    ]
    return {"views": shown, "is_mine": [v for v in views if v.owner == request.user]}


def _list_of(query: QueryDict) -> QueryDict:
    """What of an address says which list it is."""
    plain = QueryDict(mutable=True)
    for name, values in query.lists():
        kept = [v for v in values if v]
        if name not in _BESIDE and kept:
            plain.setlist(name, kept)
    return plain


def _with(query: QueryDict, **more: str) -> str:
    changed = query.copy()
    for name, value in more.items():
        changed[name] = value
    return str(changed.urlencode())
