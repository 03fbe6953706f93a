"""Today: whom to be in touch with, one lead in focus, and what came of it. Each outcome is a form's
button, so that it works without a script; a key presses the same button.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_noop as _

from leadlight.desk.leads.today import TodayRequest, today
from leadlight.desk.live.outcome_log import (
    LogOutcomeRequest,
    UndoOutcomeRequest,
    log_outcome,
    parse_authority,
    parse_outcome,
    parse_timeline,
    undo_outcome,
)
from leadlight.facts.sales_touches import AUTHORITIES, OUTCOMES, TIMELINES, Outcome
from leadlight.problems import CannotDo
from leadlight.results.summary import label_text
from leadlight.results.today import OutcomeReceipt, QueuedLead, TodayQueue
from leadlight.server.access.audit import record
from leadlight.server.access.people import scopes_of_person
from leadlight.server.pages.clock_text import clock_text
from leadlight.server.pages.contact_link import contact_link
from leadlight.server.pages.desk_page import DeskPage, now, session_of
from leadlight.server.pages.names import name_text
from leadlight.server.pages.touch_text import touch_text
from leadlight.server.scopes import may

#: Leads on the page.
LIMIT = 50
#: The key of each outcome.
_KEYS: Mapping[Outcome, str] = {
    "reached": "r",
    "no_answer": "n",
    "booked": "b",
    "not_now": "t",
    "not_a_fit": "f",
    "won": "w",
    "lost": "l",
}
#: When to be in touch again, as it is chosen: in how many hours or days.
_TOUCHES: Mapping[str, tuple[str, timedelta]] = {
    "4h": (_("in 4 hours"), timedelta(hours=4)),
    "1d": (_("tomorrow"), timedelta(days=1)),
    "3d": (_("in 3 days"), timedelta(days=3)),
    "7d": (_("in a week"), timedelta(days=7)),
    "30d": (_("in a month"), timedelta(days=30)),
    "90d": (_("in 3 months"), timedelta(days=90)),
}
_OUTCOME_ID = re.compile(r"[0-9a-f]{20}")
_SAID = ("because", "note", "budget", "need", "amount", "owner", "next_day")
_TAPS = ("authority", "timeline", "next_in")


@dataclass(frozen=True)
class Row:
    """A lead of the queue."""

    url: str
    name: str
    company: str
    temperature: str
    left: str
    is_late: bool
    is_here: bool


@dataclass(frozen=True)
class Choice:
    """One of several taps, or a button with its key."""

    value: str
    word: str
    is_chosen: bool = False
    key: str = ""


class TodayPage(DeskPage):
    """The queue with one lead in focus; a form that is sent logs an outcome."""

    def get(self, request: HttpRequest) -> HttpResponse:
        queue = _queue(request.GET, request)
        here = _focus(queue, request.GET.get("lead", ""))
        if here is not None:
            record(request, "see a lead", here.lead_id)
        return self._show(request, queue, here, request.GET)

    def post(self, request: HttpRequest) -> HttpResponse:
        _refuse_viewer(request)
        form = request.POST
        try:
            wanted = _request_of(form, request.user.get_username())
            receipt = log_outcome(session_of(request), wanted)
        except CannotDo as fault:
            return self._show_fault(request, form, fault)
        record(request, "log an outcome", receipt.lead_id)
        _tell(request, receipt)
        if form.get("from") == "lead":
            return HttpResponseRedirect(_url_of_lead(form, receipt))
        return HttpResponseRedirect(_url(form, form.get("next", ""), receipt))

    def _show_fault(self, request: HttpRequest, form: QueryDict, fault: CannotDo) -> HttpResponse:
        """The form again with all that was typed, and what is wrong."""
        queue = _queue(form, request)
        here = next((x for x in queue.leads if x.lead_id == form.get("lead")), None)
        more = {"fault": str(fault), "fault_field": fault.field or "", "is_conflict": False}
        if fault.field == "seen" or here is None:
            more["is_conflict"] = True
        return self._show(request, queue, here, form, more, 409)

    def _show(
        self,
        request: HttpRequest,
        queue: TodayQueue,
        here: QueuedLead | None,
        form: QueryDict,
        more: Mapping[str, object] = {},
        status: int = 200,
    ) -> HttpResponse:
        words = {
            "here": "today",
            "title": _title(queue),
            "queue": queue,
            "rows": [_row(x, here, queue.owner) for x in queue.leads],
            "owner": queue.owner or "",
            "me": request.user.get_username(),
            **_words_of_focus(queue, here, form),
            **words_of_form(form, here.attributes if here is not None else {}),
            **words_of_done(form),
            "from": form.get("from", ""),
            "list": form.get("list", "")[:2000],
            "next_page": _url_of_page(queue.owner, queue.next),
            "is_later": bool(form.get("after")),
            **more,
        }
        return self.show(request, "pages/today.html", words, status)


class UndoOutcomePage(DeskPage):
    """A form that takes an outcome back; its lead is in focus again."""

    scope = "act"

    def post(self, request: HttpRequest) -> HttpResponse:
        form = request.POST
        wanted = UndoOutcomeRequest(form.get("outcome_id", "")[:40], now())
        undone = undo_outcome(session_of(request), wanted)
        record(request, "take an outcome back", form.get("lead", ""))
        messages.info(request, undone.pending or gettext("The outcome is taken back."))
        if form.get("from") == "lead" and form.get("lead"):
            query = urlencode({"list": form["list"][:2000]} if form.get("list") else {})
            return HttpResponseRedirect(f"{reverse('lead', args=[form['lead']])}?{query}")
        return HttpResponseRedirect(_url(form, form.get("lead", ""), None))


def _refuse_viewer(request: HttpRequest) -> None:
    if not may(scopes_of_person(request.user), "act"):
        raise PermissionDenied


def _queue(query: QueryDict, request: HttpRequest) -> TodayQueue:
    owner = query.get("queue_owner", query.get("of_owner", "")).strip()[:120]
    after = query.get("after") or None
    return today(session_of(request), TodayRequest(now(), owner or None, LIMIT, after))


def _title(queue: TodayQueue) -> str:
    """How many wait, in a few words."""
    n = len(queue.leads)
    leads = ngettext("%(n)s lead", "%(n)s leads", n) % {"n": f"{n:,}"}
    return str(gettext("%(leads)s and more") % {"leads": leads} if queue.more else leads)


def _focus(queue: TodayQueue, wanted: str) -> QueuedLead | None:
    """The lead that was asked for, where it waits; else the first."""
    found = next((x for x in queue.leads if x.lead_id == wanted), None)
    return found or next(iter(queue.leads), None)


def _row(lead: QueuedLead, here: QueuedLead | None, owner: str | None) -> Row:
    left = lead.time_left
    query = {"lead": lead.lead_id, **({"of_owner": owner} if owner else {})}
    return Row(
        f"{reverse('today')}?{urlencode(query)}",
        lead.name,
        str(lead.attributes.get("company") or ""),
        lead.labels.get("temperature") or "",
        gettext("due") if lead.is_due else "" if left is None else clock_text(left),
        left is not None and left < timedelta(0),
        here is not None and lead.lead_id == here.lead_id,
    )


def _words_of_focus(
    queue: TodayQueue, here: QueuedLead | None, form: QueryDict
) -> dict[str, object]:
    """What is said of the lead in focus."""
    if here is None:
        wanted = form.get("lead", "") if "outcome" in form else ""
        return {"lead": None, "lead_id": wanted, "previous": "", "next": ""}
    ids = [x.lead_id for x in queue.leads]
    at = ids.index(here.lead_id)
    left = here.time_left
    return {
        "lead": here,
        "lead_id": here.lead_id,
        "company": here.attributes.get("company") or "",
        "job_title": here.attributes.get("job_title") or "",
        "labels": [(s, la, label_text(la)) for s, la in here.labels.items() if la],
        "links": [contact_link(way) for way in here.ways],
        "left": "" if left is None else clock_text(left),
        "is_late": left is not None and left < timedelta(0),
        "last": touch_text(here.last),
        "others": here.reasons[2:6],
        "previous": ids[at - 1] if at else "",
        "next": ids[at + 1] if at + 1 < len(ids) else "",
    }


def words_of_form(form: QueryDict, attributes: Mapping[str, object]) -> dict[str, object]:
    """What stands in the form, beside what the lead said before."""
    was_sent = "outcome" in form
    known = {} if was_sent else attributes
    chosen = {n: form.get(n, "") if was_sent else "" for n in _TAPS}
    return {
        "said": {n: form.get(n, "") for n in _SAID} if was_sent else {},
        "known": {
            n: v
            for n in ("budget", "authority", "need", "timeline")
            if (v := known.get(n)) is not None
        },
        "authorities": list(_choices(AUTHORITIES, chosen["authority"])),
        "timelines": list(_choices(TIMELINES, chosen["timeline"])),
        "touches": [
            Choice(v, gettext(w), v == chosen["next_in"]) for v, (w, _length) in _TOUCHES.items()
        ],
        "outcomes": [Choice(o, name_text(OUTCOMES[o]), key=key) for o, key in _KEYS.items()],
    }


def _choices(values: Sequence[str], chosen: str) -> Iterator[Choice]:
    for value in values:
        yield Choice(value, name_text(value), value == chosen)


def words_of_done(query: QueryDict) -> dict[str, object]:
    """The outcome that was just logged, to be taken back."""
    outcome_id, said = query.get("done", ""), query.get("said", "")
    if not _OUTCOME_ID.fullmatch(outcome_id) or said not in OUTCOMES:
        return {}
    word = next(w for o, w in OUTCOMES.items() if o == said)
    return {
        "done": outcome_id,
        "done_word": capfirst(name_text(word)),
        "done_lead": query.get("was", ""),
    }


def _tell(request: HttpRequest, receipt: OutcomeReceipt) -> None:
    """What changed by an outcome; nothing in it says of whom, for it lies in a cookie."""
    for move in receipt.moves:
        words = {
            "scale": capfirst(label_text(move.scale)),
            "before": _label(move.before),
            "after": _label(move.after),
        }
        messages.info(request, gettext("%(scale)s: %(before)s to %(after)s.") % words)
    if receipt.pending:
        messages.warning(request, receipt.pending)


def _label(label: str | None) -> str:
    return label_text(label) if label else pgettext("label", "none")


def _url(form: QueryDict, lead: str, receipt: OutcomeReceipt | None) -> str:
    """The page with that lead in focus, and the outcome that may be taken back."""
    query = {"of_owner": form.get("queue_owner", "")[:120], "lead": lead}
    if receipt is not None:
        more = {"done": receipt.outcome_id, "said": receipt.outcome, "was": receipt.lead_id}
        query.update(more)
    said = urlencode({name: value for name, value in query.items() if value})
    return f"{reverse('today')}?{said}" if said else reverse("today")


def _url_of_lead(form: QueryDict, receipt: OutcomeReceipt) -> str:
    """The lead's page again, with the outcome that may be taken back."""
    query = {"list": form.get("list", "")[:2000], "done": receipt.outcome_id}
    query |= {"said": receipt.outcome, "was": receipt.lead_id}
    said = urlencode({name: value for name, value in query.items() if value})
    return f"{reverse('lead', args=[receipt.lead_id])}?{said}"


def _url_of_page(owner: str | None, after: str | None) -> str:
    """The page of the queue that begins there; empty where there is none."""
    if after is None:
        return ""
    return f"?{urlencode({'after': after, **({'of_owner': owner} if owner else {})})}"


def _request_of(form: QueryDict, by: str) -> LogOutcomeRequest:
    moment = now()
    return LogOutcomeRequest(
        lead=form.get("lead", ""),
        outcome=parse_outcome(form.get("outcome", "")),
        now=moment,
        by=by,
        because=form.get("because", ""),
        next_touch=_touch(form, moment),
        owner=form.get("owner", "").strip() or None,
        note=form.get("note", ""),
        budget=_number(form, "budget"),
        authority=parse_authority(form.get("authority") or None),
        need=form.get("need", "").strip() or None,
        timeline=parse_timeline(form.get("timeline") or None),
        amount=_number(form, "amount"),
        seen=form.get("seen"),
    )


def _touch(form: QueryDict, moment: datetime) -> datetime | None:
    """The day that was chosen, from its morning on; else the length of time."""
    day, chosen = form.get("next_day", "").strip(), form.get("next_in", "")
    if day:
        try:
            morning = datetime.fromisoformat(day[:10]) + timedelta(hours=6)
        except ValueError:
            raise CannotDo(gettext("Write the day as 2026-12-24."), field="next_touch") from None
        return max(morning, moment) if morning.date() == moment.date() else morning
    if chosen in _TOUCHES:
        return moment + _TOUCHES[chosen][1]
    return None


def _number(form: QueryDict, name: str) -> float | None:
    text = form.get(name, "").strip().replace(" ", "").replace(",", "")
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        sentence = gettext("The %(name)s is a number such as 9000.")
        raise CannotDo(sentence % {"name": name_text(name)}, field=name) from None
