"""A page that is one of several parts, such as those of the settings. A form that fails keeps what
was typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from leadlight.problems import CannotDo
from leadlight.server.pages.desk_page import DeskPage
from leadlight.server.scopes import Scope, may


class PartPage(DeskPage):
    """A part of a place. A form names what it does in its field `do`, which needs a scope."""

    place: ClassVar[str] = ""
    parts: ClassVar[Sequence[tuple[str, Any]]] = ()
    #: Parts that not everybody sees, and the scope that each needs.
    part_scopes: ClassVar[Mapping[str, Scope]] = {}
    part: ClassVar[str] = ""
    template: ClassVar[str] = ""
    scope_to_do: ClassVar[Scope] = "act"

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, request.GET)

    def post(self, request: HttpRequest) -> HttpResponse:
        if not may(self.scopes, self.scope_to_do):
            raise PermissionDenied
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
            "here": self.place,
            "part": self.part,
            "parts": [
                (name, word)
                for name, word in self.parts
                if may(self.scopes, self.part_scopes.get(name, "read"))
            ],
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
