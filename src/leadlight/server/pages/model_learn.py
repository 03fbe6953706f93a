"""Learning a model, or learning one again: in the background, on the workspace's own history. It is
judged before it is written, and refused where it does not hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from leadlight.desk.models.lead_history import HistoryOptions
from leadlight.desk.models.learn import LearnRequest, learn
from leadlight.desk.models.model_list import ModelsRequest, models
from leadlight.desk.progress import Progress
from leadlight.playbook.own_names import free_name
from leadlight.predict.learn.options import LearnOptions
from leadlight.problems import CannotDo
from leadlight.results.text.estimates import estimate_text
from leadlight.results.text.trained_model import render_evaluation
from leadlight.results.trained_model import LearnResult
from leadlight.server.access.audit import record
from leadlight.server.pages.desk_page import DeskPage, now, session_of
from leadlight.server.pages.page_task import TaskPage, start_task
from leadlight.server.scopes import Scope

KIND = "learning"
#: The usual and the longest time within which the outcome comes, in days.
USUAL, LONGEST = 90, 3660


class LearnPage(DeskPage):
    """What is to be learned; a form that is sent begins it."""

    scope: ClassVar[Scope] = "rules"

    def get(self, request: HttpRequest) -> HttpResponse:
        found = models(session_of(request), ModelsRequest(now())).models
        again = next((m.card for m in found if m.card.name == request.GET.get("again")), None)
        taken = {m.card.name for m in found}
        horizon = again.horizon.days if again and again.horizon else USUAL
        name = free_name(again.name, taken) if again else ""
        form = {
            "name": name,
            "outcome": (again.outcome if again else "won").replace(" or ", ", "),
            "horizon": horizon,
        }
        return self._show(request, form, {"again": again})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = request.POST
        try:
            past, called = _request_of(
                form.get("outcome", ""), form.get("horizon", ""), form.get("name")
            )
        except CannotDo as fault:
            more = {"fault": str(fault), "fault_field": fault.field or ""}
            return self._show(request, form, more, 409)
        options = LearnOptions(without_protected=bool(form.get("without_protected")))
        session, moment = session_of(request), now()

        def work(progress: Progress) -> LearnResult:
            return learn(session, LearnRequest(moment, past, options, called), progress)

        task_id = start_task(request, KIND, work)
        request.session[KIND] = task_id
        record(request, "learn", called or "")
        return HttpResponseRedirect(reverse("model-result", args=[task_id]))

    def _show(
        self, request: HttpRequest, form: object, more: Mapping[str, object], status: int = 200
    ) -> HttpResponse:
        last = request.session.get(KIND, "")
        words = {"here": "model", "form": form, "last": last, **more}
        return self.show(request, "pages/model_learn.html", words, status)


class LearnResultPage(TaskPage):
    """How far the learning is, and the verdict."""

    scope: ClassVar[Scope] = "rules"
    kind, template, place = KIND, "pages/model_result.html", "model"

    def words_of(self, request: HttpRequest, result: object) -> dict[str, Any]:
        return _words(result) if isinstance(result, LearnResult) else {}


def _words(found: LearnResult) -> dict[str, object]:
    verdict = found.verdict
    rankings = [
        (
            r.name,
            estimate_text(r.auc, 3),
            estimate_text(r.lift_at_tenth, 1),
            "" if r.brier is None or r.brier.value is None else f"{r.brier.value:.3f}",
        )
        for r in (verdict.model, *verdict.beside)
    ]
    return {
        "found": found,
        "verdict": verdict,
        "rankings": rankings,
        "leaks": [(s.header, s.why) for s in found.leaks],
        "aside": [(s.header, s.why) for s in found.set_aside],
        "body": "\n".join(render_evaluation(found)),
    }


def _request_of(outcome: str, horizon: str, name: str | None) -> tuple[HistoryOptions, str | None]:
    """What a form asks for: the history, and the model's name."""
    outcomes = tuple(word.strip() for word in outcome.split(",") if word.strip())
    days = int(horizon) if horizon.isascii() and horizon.strip().isdigit() else 0
    if not outcomes:
        raise CannotDo(_("Name the activity that counts as success, such as won."), field="outcome")
    if not 1 <= days <= LONGEST:
        raise CannotDo(
            _("Say within how many days the outcome comes: from 1 to %(most)s.")
            % {"most": f"{LONGEST:,}"},
            field="horizon",
        )
    called = (name or "").strip() or None
    return HistoryOptions(outcome=outcomes, horizon=timedelta(days=days)), called
