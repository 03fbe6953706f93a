"""Data quality: the repairs that are proposed, accepted or declined one by one or together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leadlight.desk.leads.verify import (
    AcceptRequest,
    DeclineRequest,
    RepairsRequest,
    accept,
    decline,
    repairs,
)
from leadlight.desk.session import Session
from leadlight.facts.contact import RULES
from leadlight.problems import CannotDo
from leadlight.results.quality import POINTS
from leadlight.results.verification import AcceptResult, DeclineResult, Repair
from leadlight.server.access.audit import record
from leadlight.server.contact_rules import rule_text
from leadlight.server.pages.data_quality_page import QualityPage, requalify
from leadlight.server.pages.desk_page import now, session_of
from leadlight.server.pages.page_number import page_number
from leadlight.server.pages.part_page import unknown_button

#: Repairs on a page.
LIMIT = 50
_POINT_WORDS = {
    "email": gettext_lazy("e-mail address"),
    "phone": gettext_lazy("phone number"),
    "mobile": gettext_lazy("mobile number"),
}


@dataclass(frozen=True)
class RepairRow:
    """A repair as a row: the word that names it in a form, and why it is proposed."""

    word: str
    lead_id: str
    url: str
    point: str
    value: str
    proposed: str
    because: str


class RepairsPage(QualityPage):
    """Repairs: accept or decline."""

    part = "repairs"
    template = "pages/data_quality_repairs.html"

    def words(self, request: HttpRequest, form: QueryDict) -> dict[str, Any]:
        only = request.GET.get("only", "").strip()
        named = (only,) if only else ()
        every = repairs(session_of(request), RepairsRequest(now(), named)).repairs
        page = page_number(request, len(every), LIMIT)
        here = every[(page - 1) * LIMIT : page * LIMIT]
        query = {"only": only} if only else {}
        return {
            "rows": [_row(repair) for repair in here],
            "total": len(every),
            "only": only,
            "only_word": _word_of(only),
            "chosen": form.getlist("repair"),
            "before": _page(query, page - 1) if page > 1 else "",
            "after": _page(query, page + 1) if page * LIMIT < len(every) else "",
        }

    def do(self, request: HttpRequest, form: QueryDict) -> HttpResponse:
        action = form.get("do", "")
        words = tuple(form.getlist("repair"))
        if action.startswith(("accept:", "decline:")):
            action, _sign, word = action.partition(":")
            words = (word,)
        if action not in _ACTIONS:
            raise unknown_button()
        if not words:
            raise CannotDo(_("Nothing was chosen. Tick the repairs that you mean."))
        act, line, said = _ACTIONS[action]
        done = act(session_of(request), words)
        record(request, line, ", ".join(sorted({r.lead_id for r in done.repairs})[:10]))
        requalify(request)
        n, import_id = f"{len(done.repairs):,}", done.receipt.import_id
        messages.info(request, said % {"n": n, "import": import_id})
        only = request.GET.get("only", "")
        return self.again(f"?{urlencode({'only': only})}" if only else "")


def _accept(session: Session, words: Sequence[str]) -> AcceptResult:
    return accept(session, AcceptRequest(tuple(words), now()))


def _decline(session: Session, words: Sequence[str]) -> DeclineResult:
    return decline(session, DeclineRequest(tuple(words), now()))


_Act = Callable[[Session, Sequence[str]], AcceptResult | DeclineResult]
#: What is done, its line of the audit log, and what is said of it.
_ACTIONS: dict[str, tuple[_Act, str, Any]] = {
    "accept": (
        _accept,
        "accept",
        gettext_lazy("%(n)s accepted. To take that back, undo %(import)s."),
    ),
    "decline": (
        _decline,
        "decline",
        gettext_lazy("%(n)s declined. To take that back, undo %(import)s."),
    ),
}


def _row(repair: Repair) -> RepairRow:
    because = ". ".join(rule_text(RULES[r].say) for r in repair.rules if r in RULES)
    return RepairRow(
        f"{repair.lead_id}:{repair.point}",
        repair.lead_id,
        reverse("lead", args=[repair.lead_id]),
        str(_POINT_WORDS.get(repair.point, repair.point)),
        repair.value,
        repair.proposed,
        because or _("Written so that it can be called from everywhere"),
    )


def _word_of(only: str) -> str:
    """What the repairs are narrowed to, in words."""
    if only in POINTS:
        return str(_POINT_WORDS[only])
    return rule_text(RULES[only].say) if only in RULES else only


def _page(query: dict[str, str], page: int) -> str:
    return f"?{urlencode({**query, 'page': page})}"
