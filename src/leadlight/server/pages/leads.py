"""Leads: the list with its filters, page by page. Everything that is chosen stands in the URL."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from leadlight.desk.leads.lead_list import LeadsRequest, lead_filters, leads
from leadlight.results.lead_list import LeadFilters, LeadLine, lead_name
from leadlight.results.summary import duration, label_text
from leadlight.server.pages.desk_page import DeskPage, now, session_of

#: Leads on a page.
LIMIT = 50
_SORTS = (("rank", "Best first"), ("changed", "Newest change first"), ("lead_id", "By id"))


@dataclass(frozen=True)
class Choice:
    """One value of a filter: what it is in the URL and in words, and whether it is chosen."""

    value: str
    word: str
    is_chosen: bool


@dataclass(frozen=True)
class Filter:
    """A filter of the list: its name in the URL, its word, and what may be chosen."""

    name: str
    word: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Row:
    """A lead in the list."""

    url: str
    name: str
    company: str
    temperature: str
    labels: tuple[str, ...]
    scores: tuple[tuple[str, str], ...]
    route: str
    reason: str


class LeadsPage(DeskPage):
    """The list of leads."""

    def get(self, request: HttpRequest) -> HttpResponse:
        session, moment = session_of(request), now()
        known = lead_filters(session, moment)
        page = leads(session, request_of(request.GET, known))
        query = request.GET.copy()
        query.pop("after", None)
        words = {
            "filters": _filters(known, query),
            "text": query.get("q", ""),
            "source": query.get("source", ""),
            "sorts": [Choice(v, w, query.get("sort", "rank") == v) for v, w in _sorts(known)],
            "rows": [row_of(lead, query.urlencode()) for lead in page.leads],
            "total": page.total,
            "as_of": page.as_of,
            "next": _with(query, after=page.next) if page.next else None,
            "first": f"?{query.urlencode()}" if "after" in request.GET else None,
        }
        return self.show(request, "pages/leads.html", words)


def request_of(query: QueryDict, known: LeadFilters) -> LeadsRequest:
    """What the URL asks for. A filter that does not exist any more is told, and no silent all."""
    return LeadsRequest(
        now(),
        labels={s: tuple(v for v in query.getlist(s) if v) for s in known.labels if query.get(s)},
        segment=query.get("segment") or None,
        department=query.get("department") or None,
        source=query.get("source") or None,
        text=query.get("q", ""),
        sort=query.get("sort") or "rank",
        limit=LIMIT,
        after=query.get("after") or None,
    )


def row_of(lead: LeadLine, query: str = "") -> Row:
    """A lead as a row; its link remembers the list that it stands in."""
    url = reverse("lead", args=[lead.lead_id]) + (f"?{urlencode({'list': query})}" if query else "")
    labels = [label_text(v) for s, v in lead.labels.items() if v and s != "temperature"]
    within = (
        f" within {duration(int(lead.respond_within.total_seconds()))}"
        if lead.respond_within
        else ""
    )
    return Row(
        url,
        lead_name(lead.lead_id, lead.attributes),
        str(lead.attributes.get("company") or ""),
        lead.labels.get("temperature") or "",
        tuple(labels),
        tuple((label_text(n), f"{v:.0f}") for n, v in lead.scores.items() if v is not None),
        f"{lead.department}{within}" if lead.department else "",
        lead.reasons[0] if lead.reasons else "",
    )


def _filters(known: LeadFilters, query: QueryDict) -> list[Filter]:
    labels = [
        Filter(scale, label_text(scale), _choices(values, query.get(scale, "")))
        for scale, values in known.labels.items()
    ]
    others = (("segment", "Segment", known.segments), ("department", "Route", known.departments))
    return labels + [
        Filter(name, word, _choices(values, query.get(name, "")))
        for name, word, values in others
        if values
    ]


def _choices(values: tuple[str, ...], chosen: str) -> tuple[Choice, ...]:
    return tuple(Choice(v, label_text(v), v == chosen) for v in values)


def _sorts(known: LeadFilters) -> list[tuple[str, str]]:
    by_score = [(f"-{s}", f"Highest {label_text(s)} first") for s in known.scores]
    return [*_SORTS, *by_score]


def _with(query: QueryDict, **more: str) -> str:
    changed = query.copy()
    for name, value in more.items():
        changed[name] = value
    return f"?{changed.urlencode()}"
