"""What went wrong, as RFC 9457 says it: a JSON object of the type `application/problem+json`."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from leadlight.desk.leads.one_lead import NoSuchLead
from leadlight.problems import CannotDo, LeadlightError
from leadlight.results.data import to_data

PROBLEM = "application/problem+json"


class ApiFault(LeadlightError):  # noqa: N818 - a fault is what it is called
    """A request that is not answered: its status, and the sentence that says why."""

    def __init__(
        self, status: int, sentence: str, *, field: str | None = None, wait: float | None = None
    ) -> None:
        super().__init__(sentence)
        self.status, self.field, self.wait = status, field, wait


def problem_schema() -> dict[str, Any]:
    """What a fault looks like."""
    text = {"type": "string"}
    return {
        "type": "object",
        "description": "Why a request was not carried out (RFC 9457).",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": {"type": "string", "description": "A sentence for a person."},
            "field": {"type": "string", "description": "The field of the request that is wrong."},
            "step": {
                "type": "object",
                "description": "What to do instead: a verb, with the fields that matter.",
                "properties": {"verb": text, "fields": {"type": "object"}},
            },
            "problems": {
                "type": "array",
                "description": "Every fault of a text: of a playbook, of a file.",
                "items": {"type": "object"},
            },
        },
    }


def problem(status: int, detail: str, **more: object) -> HttpResponse:
    """The answer that says what went wrong."""
    title = HTTPStatus(status).phrase
    kind = f"urn:leadlight:{title.lower().replace(' ', '-')}"
    body: dict[str, Any] = {"type": kind, "title": title, "status": status, "detail": detail}
    body.update({k: v for k, v in more.items() if v})
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=PROBLEM)


def of_refusal(fault: CannotDo) -> HttpResponse:
    """The answer for a request that cannot be carried out."""
    status = 404 if isinstance(fault, NoSuchLead) else 422
    return problem(
        status,
        str(fault),
        field=fault.field,
        step=to_data(fault.step) if fault.step else None,
        problems=to_data(fault.problems),
    )


def of_fault(fault: ApiFault) -> HttpResponse:
    """The answer for a request that was not looked at."""
    answer = problem(fault.status, str(fault), field=fault.field)
    if fault.wait is not None:
        answer.headers["Retry-After"] = str(max(1, math.ceil(fault.wait)))
    if fault.status == HTTPStatus.UNAUTHORIZED:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def of_ours(fault: Exception) -> HttpResponse:
    """The answer for a fault of ours. Its text may hold a lead's data, so only its kind and place
    are written down.
    """
    place = fault.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    code = place.tb_frame.f_code.co_filename.rpartition("/")[2] if place else "unknown"
    line = place.tb_lineno if place else 0
    sys.stderr.write(f"leadlight made a mistake ({type(fault).__name__} at {code}:{line})\n")
    if "no space left" in str(fault).lower():
        return problem(507, "The disk is full. Nothing was written; make room and try again.")
    if type(fault).__name__ == "OutOfMemoryException":
        return problem(503, "There is not enough memory for this.")
    return problem(500, "Leadlight made a mistake. Nothing of yours was changed.")


def add_handlers(api: NinjaAPI) -> None:
    """Have every fault of a route answered as a problem."""

    handlers: dict[type[Exception], Callable[[Any], HttpResponse]] = {
        CannotDo: of_refusal,
        ApiFault: of_fault,
        Exception: of_ours,
        OperationalError: lambda _: of_fault(_BUSY),
        HttpError: lambda fault: problem(fault.status_code, str(fault)),
        AuthenticationError: lambda _: problem(401, "Log in, or send a key."),
        ValidationError: lambda _: problem(422, "The path of this URL names nothing."),
        Http404: lambda _: problem(404, "There is nothing at this path."),
        RequestDataTooBig: lambda _: problem(413, "The body is larger than is taken."),
        SuspiciousOperation: lambda _: problem(400, "The request cannot be read."),
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, _handler(handler))


def _handler(of_kind: Callable[[Any], HttpResponse]) -> Callable[[HttpRequest, Any], HttpResponse]:
    return lambda request, fault: of_kind(fault)


_BUSY = ApiFault(503, "desk.sqlite3 is busy. Try again.", wait=1)
