"""Model: how good a learned model is, on leads that it had not seen; what it uses and what was
refused; whether it still fits; and putting it to use, or aside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from leadlight.desk.models.check_model import CheckModelRequest, check_model
from leadlight.desk.models.model_list import (
    ModelsRequest,
    RetireModelRequest,
    model_pictures,
    models,
    retire_model,
)
from leadlight.desk.progress import Progress
from leadlight.desk.rules.agreement import HistoryRequest, history
from leadlight.desk.rules.sentences import PlaybookRequest, playbook
from leadlight.desk.session import Session
from leadlight.playbook.model_text import with_score
from leadlight.problems import CannotDo
from leadlight.results.model_card import ModelList, ModelStanding
from leadlight.results.model_check import ModelCheck
from leadlight.server.access.audit import record
from leadlight.server.drafts.playbook_draft import DraftFields, begin_draft, find_draft
from leadlight.server.pages.desk_page import DeskPage, now, session_of
from leadlight.server.pages.page_task import TaskPage, start_task
from leadlight.server.scopes import Scope, may

CHECK = "model check"


@dataclass(frozen=True)
class PictureView:
    """A picture on the page. It was drawn by us, and every text in it is escaped."""

    heading: str
    says: str
    svg: SafeString
    head: tuple[tuple[str, bool], ...]
    rows: tuple[tuple[tuple[str, bool], ...], ...]


@dataclass(frozen=True)
class ModelLink:
    """A model that may be looked at."""

    name: str
    key: str
    is_in_force: bool
    is_here: bool


class ModelPage(DeskPage):
    """One model of the workspace, and the names of the others."""

    def get(self, request: HttpRequest) -> HttpResponse:
        session = session_of(request)
        found = models(session, ModelsRequest(now()))
        standing = _choose(found, request.GET.get("model", ""))
        words = {
            "here": "model",
            "links": [_link(m, standing) for m in found.models],
            "refused": found.refused,
            "m": standing,
            "pictures": _pictures(standing) if standing else [],
            "may_rules": may(self.scopes, "rules"),
            "last": request.session.get(CHECK, ""),
        }
        return self.show(request, "pages/model.html", words)


class CheckModelPage(DeskPage):
    """Begins a look at whether a model still fits; with `recalibrate` its start is moved too."""

    scope: ClassVar[Scope] = "rules"

    def post(self, request: HttpRequest) -> HttpResponse:
        session = session_of(request)
        name, moves = request.POST.get("model", ""), request.POST.get("do") == "recalibrate"
        _demand_file(session, name)
        moment = now()

        def work(progress: Progress) -> ModelCheck:
            asked = CheckModelRequest(moment, name, recalibrate=moves)
            return check_model(session, asked, progress)

        task_id = start_task(request, CHECK, work)
        request.session[CHECK] = task_id
        record(request, "recalibrate a model" if moves else "check a model", name)
        return HttpResponseRedirect(reverse("model-check", args=[task_id]))


class ModelCheckPage(TaskPage):
    """How far a look at a model is, and what it found."""

    scope: ClassVar[Scope] = "rules"
    kind, template, place = CHECK, "pages/model_check.html", "model"

    def words_of(self, request: HttpRequest, result: object) -> dict[str, Any]:
        if not isinstance(result, ModelCheck):
            return {}
        return {
            "found": result,
            "moved": [i for i in result.inputs if i.state.startswith("moved")],
            "steady": [i.what for i in result.inputs if i.state == "steady"],
            "unknown": [i for i in result.inputs if i.state == "cannot be told"],
        }


class RetireModelPage(DeskPage):
    """Puts a model aside."""

    scope: ClassVar[Scope] = "rules"

    def post(self, request: HttpRequest) -> HttpResponse:
        form = request.POST
        asked = RetireModelRequest(
            form.get("model", ""), form.get("because", ""), request.user.get_username(), now()
        )
        done = retire_model(session_of(request), asked)
        record(request, "retire a model", done.model)
        messages.info(request, _("%(model)s is retired. Its text is kept.") % {"model": done.model})
        return HttpResponseRedirect(reverse("model"))


class UseModelPage(DeskPage):
    """Puts a model into a draft of the playbook, as one more score."""

    scope: ClassVar[Scope] = "rules"

    def post(self, request: HttpRequest) -> HttpResponse:
        session, key = session_of(request), request.POST.get("model", "")
        standing = _choose(models(session, ModelsRequest(now())), key)
        if standing is None or _key(standing) != key:
            raise CannotDo(_("There is no such model any more."), field="model")
        draft = find_draft(request.user)
        text = draft.text if draft and draft.text else playbook(session, _in_force()).text
        versions = history(session, HistoryRequest(now())).versions
        newest = versions[0].version.number if versions else 0
        seen = draft.seen if draft and draft.text else newest
        text = with_score(text, standing.card.name, standing.text)
        begin_draft(request.user, DraftFields(text), seen)
        messages.info(request, _("The model is a score of your draft: see whom it moves."))
        return HttpResponseRedirect(reverse("playbook-edit") + "?look=on")


def _in_force() -> PlaybookRequest:
    return PlaybookRequest(now())


def _choose(found: ModelList, key: str) -> ModelStanding | None:
    """The model that is meant, else the first."""
    meant = (m for m in found.models if _key(m) == key)
    return next(meant, found.models[0] if found.models else None)


def _key(standing: ModelStanding) -> str:
    """What names a model in an address: its name, and where else it would be mistaken, that it is
    the one in force.
    """
    return standing.card.name if standing.is_file else f"{standing.card.name} in force"


def _link(standing: ModelStanding, choice: ModelStanding | None) -> ModelLink:
    name = standing.card.name
    return ModelLink(
        name,
        f"?{urlencode({'model': _key(standing)})}",
        standing.is_in_force,
        standing is choice,
    )


def _pictures(standing: ModelStanding) -> list[PictureView]:
    return [
        PictureView(
            p.heading,
            p.says,
            mark_safe(p.svg),
            tuple((head, n >= p.numeric) for n, head in enumerate(p.head)),
            tuple(tuple((cell, n >= p.numeric) for n, cell in enumerate(r)) for r in p.figures),
        )
        for p in model_pictures(standing)
    ]


def _demand_file(session: Session, name: str) -> None:
    """Raises `CannotDo` for a model that does not lie in the folder: a path is no name here."""
    found = models(session, ModelsRequest(now())).models
    if not any(m.card.name == name and m.is_file for m in found):
        raise CannotDo(_("There is no such model in the folder of the workspace."), field="model")
