"""Data quality: leads that may be one person, put together or kept apart by a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leadlight.dedupe.link import Kind, State
from leadlight.desk.leads.dedupe import (
    DecideRequest,
    Decision,
    DedupeRequest,
    MergePreviewRequest,
    PairsRequest,
    decide,
    dedupe,
    merge_preview,
    pairs,
)
from leadlight.problems import CannotDo
from leadlight.results.duplicates import DuplicatePair
from leadlight.results.lead_list import lead_name
from leadlight.server.access.audit import record
from leadlight.server.api.tasks import TaskProgress
from leadlight.server.pages.background import begin, task_of
from leadlight.server.pages.data_quality_page import QualityPage, requalify
from leadlight.server.pages.desk_page import now, session_of
from leadlight.server.pages.names import name_text
from leadlight.server.pages.part_page import unknown_button

#: Pairs on a page.
LIMIT = 10
_STATES: dict[str, State] = {"waiting": "waiting", "made": "made", "refused": "refused"}
_STATE_WORDS = {
    "waiting": gettext_lazy("To decide"),
    "made": gettext_lazy("Put together"),
    "refused": gettext_lazy("Kept apart"),
}
_DECISIONS: dict[str, State] = {"same": "made", "different": "refused"}
_KINDS: dict[str, Kind] = {"person": "person", "company": "company"}
#: What is shown of two leads first; the rest is in the preview.
_SHOWN = ("email", "phone", "mobile", "company", "job_title", "city", "source", "created_at")


@dataclass(frozen=True)
class Side:
    """A lead of a pair: who it is, and its page."""

    lead_id: str
    name: str
    url: str


@dataclass(frozen=True)
class PairView:
    """Two leads side by side: what they say of each attribute, and whether it is the same."""

    one: Side
    other: Side
    kind: str
    weight: str
    evidence: str
    by: str
    lines: tuple[tuple[str, str, str, bool], ...]
    preview: str


class TwinsPage(QualityPage):
    """Pairs in a state; a button decides. A search for more runs on its own."""

    part = "twins"
    template = "pages/data_quality_twins.html"

    def words(self, request: HttpRequest, form: QueryDict) -> dict[str, Any]:
        state = _state(request.GET.get("state", "waiting"))
        task = task_of(request, "dedupe")
        found = pairs(session_of(request), PairsRequest(now(), state, LIMIT + 1)).pairs
        return {
            "pairs": [_view(pair) for pair in found[:LIMIT]],
            "more": len(found) > LIMIT,
            "state": state,
            "states": [(name, _STATE_WORDS[name], name == state) for name in _STATES],
            "task": task,
        }

    def do(self, request: HttpRequest, form: QueryDict) -> HttpResponse:
        action = form.get("do", "")
        if action == "search":
            return self._search(request)
        if action not in _DECISIONS:
            raise unknown_button()
        decide_pair(request, form, _DECISIONS[action])
        state = request.GET.get("state", "")
        return self.again(f"?{urlencode({'state': state})}" if state else "")

    def _search(self, request: HttpRequest) -> HttpResponse:
        session, moment = session_of(request), now()

        def search(progress: TaskProgress) -> str:
            found = dedupe(session, DedupeRequest(moment), progress)
            said = _("%(made)s pairs were put together, %(waiting)s wait for you.")
            return str(said % {"made": f"{found.made:,}", "waiting": f"{found.waiting_in_all:,}"})

        record(request, "dedupe")
        return self.again(begin(request, "dedupe", search))


class MergePreviewPage(QualityPage):
    """What two leads would be as one person, before anybody decides."""

    part = "twins"
    template = "pages/data_quality_merge.html"

    def words(self, request: HttpRequest, form: QueryDict) -> dict[str, Any]:
        one, other = form.get("one", ""), form.get("other", "")
        found = merge_preview(session_of(request), MergePreviewRequest(one, other, now()))
        record(request, "see a lead", ", ".join(found.leads))
        return {
            "leads": [(lead, reverse("lead", args=[lead])) for lead in found.leads],
            "one": one,
            "other": other,
            "also": len(found.leads) - 2,
            "lines": [
                (
                    name_text(line.name),
                    [(v or "", v == line.merged) for v in line.values],
                    line.merged,
                )
                for line in found.lines
            ],
        }

    def do(self, request: HttpRequest, form: QueryDict) -> HttpResponse:
        action = form.get("do", "")
        if action not in _DECISIONS:
            raise unknown_button()
        decide_pair(request, form, _DECISIONS[action])
        return self.again()


def decide_pair(request: HttpRequest, form: QueryDict, state: State) -> None:
    """Decide on the pair of a form, and say what became of it."""
    one, other = form.get("one", ""), form.get("other", "")
    kind = _KINDS.get(form.get("kind", "person"), "person")
    by = request.user.get_username()
    wanted = DecideRequest((Decision(one, other, state, kind),), by, now())
    done = decide(session_of(request), wanted)
    record(request, "decide", f"{one} = {other}" if state == "made" else f"{one} ≠ {other}")
    requalify(request)
    said = {
        "made": _("%(one)s and %(other)s are one. To take that back, undo %(import)s."),
        "refused": _("%(one)s and %(other)s are two. To take that back, undo %(import)s."),
    }[state]
    words = {"one": one, "other": other, "import": done.receipt.import_id}
    messages.info(request, said % words)
    for problem in done.problems:
        messages.warning(request, problem.message)


def _state(text: str) -> State:
    if text not in _STATES:
        raise CannotDo(_("Pairs wait, were put together, or kept apart."), field="state")
    return _STATES[text]


def _view(pair: DuplicatePair) -> PairView:
    link = pair.link
    names = [n for n in _SHOWN if n in pair.one or n in pair.other]
    query = urlencode({"one": link.lead_a, "other": link.lead_b})
    return PairView(
        _side(link.lead_a, pair.one),
        _side(link.lead_b, pair.other),
        link.kind,
        f"{link.weight:.0%}",
        link.evidence,
        link.by,
        tuple(_line(n, pair.one.get(n, ""), pair.other.get(n, "")) for n in names),
        f"{reverse('merge-preview')}?{query}" if link.kind == "person" else "",
    )


def _side(lead_id: str, known: Any) -> Side:
    return Side(lead_id, lead_name(lead_id, known), reverse("lead", args=[lead_id]))


def _line(name: str, one: str, other: str) -> tuple[str, str, str, bool]:
    return name_text(name), one, other, one.casefold() == other.casefold()
