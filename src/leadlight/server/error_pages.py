"""What is answered where nothing is: a problem for programs, a plain page for people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from leadlight.server.api.faults import problem

_SENTENCES = {
    400: _("The request cannot be read."),
    403: _("You may not do this."),
    404: _("There is nothing at this path."),
    500: _("Leadlight made a mistake. Nothing of yours was changed."),
}


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    if request.path_info.startswith("/api/"):
        return problem(status, _SENTENCES[status])
    words = {"sentence": gettext(_SENTENCES[status])}
    return render(request, "access/fault.html", words, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The request cannot be read: a host that is none of ours, say."""
    return _answer(request, 400)


def no_access(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Who asks may not do this."""
    return _answer(request, 403)


def no_page(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such path."""
    return _answer(request, 404)


def our_fault(request: HttpRequest) -> HttpResponse:
    """A mistake of ours."""
    return _answer(request, 500)
