"""A page of the desk: who may see it, on which session it stands, and what it says of a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from django.views import View

from leadlight.desk.session import Session
from leadlight.desk.wiring import clock
from leadlight.problems import CannotDo
from leadlight.server.access.people import scopes_of_person
from leadlight.server.scopes import Scope, may
from leadlight.server.wsgi_names import SESSION

#: What may be gone to: a page's name, its word in the bar, its key after `g`, and its scope.
PLACES: tuple[tuple[str, str, str, Scope], ...] = (
    ("today", _("Today"), "t", "read"),
    ("leads", _("Leads"), "l", "read"),
    ("ladder", _("Ladder"), "f", "read"),
    ("channels", _("Channels"), "c", "read"),
    ("segments", _("Segments"), "s", "read"),
    ("routing", _("Routing"), "r", "read"),
    ("forms", _("Forms"), "o", "read"),
    ("tracks", _("Tracks"), "w", "read"),
    ("playbook", _("Playbook"), "p", "read"),
    ("model", _("Model"), "m", "read"),
    ("data-quality", _("Data quality"), "q", "read"),
    ("start", _("New file"), "n", "act"),
    ("settings", _("Settings"), "a", "admin"),
)


class DeskPage(LoginRequiredMixin, View):
    """A page for people who are logged in and have its scope. What cannot be done is said on it."""

    scope: ClassVar[Scope] = "read"
    #: What whoever asks may do, looked up once for a request.
    scopes: frozenset[str] = frozenset()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.scopes = scopes_of_person(request.user)
        if not may(self.scopes, self.scope):
            raise PermissionDenied
        try:
            return super().dispatch(request, *args, **kwargs)
        except CannotDo as fault:
            return self.refuse(request, fault)

    def refuse(self, request: HttpRequest, fault: CannotDo) -> HttpResponse:
        """The page of a refusal: the sentence and its details."""
        words = {
            "sentence": str(fault),
            "problems": fault.problems,
            "needs_leads": needs_leads(fault),
        }
        return self.show(request, "pages/refusal.html", words, status=409)

    def show(
        self, request: HttpRequest, template: str, words: Mapping[str, Any], status: int = 200
    ) -> HttpResponse:
        """A template in the desk's frame."""
        scopes = self.scopes
        places = [
            {"name": name, "word": gettext(word), "key": key}
            for name, word, key, scope in PLACES
            if may(scopes, scope)
        ]
        frame = {"places": places, "may_act": may(scopes, "act")}
        return render(request, template, {**frame, **words}, status=status)


def needs_leads(fault: CannotDo) -> bool:
    """Whether a page has nothing to show because no run was stored yet."""
    return fault.step is not None and fault.step.verb == "qualify"


def session_of(request: HttpRequest) -> Session:
    """The session on which the request stands."""
    session: Session = request.META[SESSION]
    return session


def now() -> datetime:
    """The moment it is, in UTC without zone."""
    return clock.now()


def moment_of(request: HttpRequest, field: str = "as_of") -> datetime | None:
    """The moment in the address (its `field`), in UTC; None where it says none. Raises `CannotDo`
    for what is no moment.
    """
    return moment_of_text(request.GET.get(field, ""), field)


def moment_of_text(text: str, field: str) -> datetime | None:
    """A moment as it was typed, in UTC; None where nothing was. Raises `CannotDo` for what is no
    moment.
    """
    text = text.strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        sentence = gettext("%(text)s is not a moment. Write it as 2026-11-01T14:30.")
        raise CannotDo(sentence % {"text": repr(text[:40])}, field=field) from None
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
