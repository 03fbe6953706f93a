"""A page of the settings: for admins only. A form that fails keeps what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leadlight.problems import CannotDo
from leadlight.server.pages.desk_page import DeskPage
from leadlight.server.scopes import Scope

#: The parts of the settings: the name of each page, and its word.
PARTS = (
    ("settings", gettext_lazy("Users")),
    ("settings-keys", gettext_lazy("Keys")),
    ("settings-endpoints", gettext_lazy("Endpoints")),
    ("settings-backups", gettext_lazy("Backups")),
    ("settings-persons", gettext_lazy("Persons")),
    ("settings-audit", gettext_lazy("Audit log")),
)


class SettingsPage(DeskPage):
    """A part of the settings. A form names what it does in its field `do`."""

    scope: ClassVar[Scope] = "admin"
    part: ClassVar[str] = "settings"
    template: ClassVar[str] = ""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, request.GET)

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.do(request, request.POST)
        except CannotDo as fault:
            return self.page(request, request.POST, fault=fault)

    def words(self, request: HttpRequest, form: QueryDict) -> dict[str, Any]:
        """What the page shows; the form's fields keep what was typed."""
        raise NotImplementedError

    def do(self, request: HttpRequest, form: QueryDict) -> HttpResponse:
        """Do what a form says. Raises `CannotDo` for what cannot be done."""
        raise unknown_button()

    def page(
        self,
        request: HttpRequest,
        form: QueryDict,
        more: Mapping[str, Any] = {},
        fault: CannotDo | None = None,
    ) -> HttpResponse:
        """The page; with `more` to say, or with the fault of the form that was sent."""
        said = {"fault": str(fault), "fault_field": fault.field or ""} if fault else {}
        words = {
            "here": "settings",
            "part": self.part,
            "parts": PARTS,
            "form": form if fault else {},
            **self.words(request, form),
            **said,
            **more,
        }
        return self.show(request, self.template, words, status=409 if fault else 200)

    def again(self, query: str = "") -> HttpResponse:
        """The page anew, after something was done."""
        return HttpResponseRedirect(reverse(self.part) + query)


def unknown_button() -> CannotDo:
    """The refusal of a form that says nothing that this page does."""
    return CannotDo(_("This page has no such button. Load it again."))
