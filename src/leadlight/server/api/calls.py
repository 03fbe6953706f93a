"""A verb of the desk, called by HTTP: who asks for what is written down, and the result is JSON."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import fields
from typing import Any, get_type_hints

from django.http import HttpRequest, HttpResponse, QueryDict

from leadlight.desk.leads.import_ import ImportRequest
from leadlight.desk.live.signatures import with_secret
from leadlight.desk.session import Session
from leadlight.desk.verbs import VERBS
from leadlight.desk.wiring import clock
from leadlight.problems import CannotDo, did_you_mean
from leadlight.results.data import to_json
from leadlight.results.endpoints import EndpointChange
from leadlight.results.persons import ForgottenPerson
from leadlight.server.access.audit import record
from leadlight.server.api.guard import caller_of
from leadlight.server.api.idempotency import forget_answers, once
from leadlight.server.api.offers import OFFERS, UNRECORDED
from leadlight.server.api.request_content import (
    RequestContent,
    hidden_folder,
    open_content,
    request_of,
)
from leadlight.server.api.request_data import decode_text
from leadlight.server.drafts.playbook_draft import forget_in_drafts
from leadlight.server.secret import load_secret
from leadlight.server.wsgi_names import SESSION

JSON = "application/json"
#: Verbs that look a version of the playbook up themselves, and say it by its number.
OF_VERSIONS = frozenset({"diff", "playbook", "preview", "rehearse"})
_SUBJECTS = ("lead", "import_id", "version", "role")


def session_of(request: HttpRequest) -> Session:
    """The session of the workspace that is served."""
    session: Session = request.META[SESSION]
    return session


def call_verb(request: HttpRequest, name: str, status: int = 200) -> HttpResponse:
    """Call a verb with what was sent."""

    def do() -> HttpResponse:
        with open_content(request) as sent, hidden_folder(sent):
            asked = request_of(
                sent,
                VERBS[name].request,
                session_of(request),
                clock.now(),
                caller_of(request).name,
                resolve=name not in OF_VERSIONS,
            )
            return answer(request, name, asked, sent, status=status)

    return do() if OFFERS[name] == "read" else once(request, do)


def answer(
    request: HttpRequest,
    name: str,
    asked: Any,
    sent: RequestContent | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Call a verb with a request, and answer with its result."""
    with hidden_folder(sent) if sent else nullcontext():
        result = VERBS[name].load()(session_of(request), asked)
    if isinstance(result, EndpointChange):
        result = _with_secret(session_of(request), result)
    if isinstance(result, ForgottenPerson) and not result.preview:
        forget_answers((*result.leads, _subject(asked)))
        forget_in_drafts((*result.leads, _subject(asked)))
    note(request, name, asked)
    text = to_json(result, indent=None)
    return HttpResponse(sent.hide(text) if sent else text, status=status, content_type=JSON)


def note(request: HttpRequest, name: str, asked: Any) -> None:
    """Add a line to the audit log for a verb that shows or changes a lead."""
    if name not in UNRECORDED:
        record(request, name, _subject(asked), who=caller_of(request).name)


def _with_secret(session: Session, change: EndpointChange) -> EndpointChange:
    """A new endpoint with the secret that signs what it is sent; it is told once."""
    if session.place.address is not None:  # as at the terminal, it is told where the server runs
        return change
    return with_secret(change, load_secret(session.place.folder))


def data_answer(data: str, status: int = 200) -> HttpResponse:
    """JSON as an answer."""
    return HttpResponse(data, status=status, content_type=JSON)


def from_query(kind: type, query: QueryDict, names: tuple[str, ...]) -> dict[str, Any]:
    """The fields of a request that stand in a URL. Raises `CannotDo` for others, and for values
    that are none.
    """
    hints, found = get_type_hints(kind), dict[str, Any]()
    assert set(names) <= {f.name for f in fields(kind)}
    for name in query:
        if name not in names:
            shown = name[:100].encode("ascii", "replace").decode()
            hint = did_you_mean(name, names) or f"There are {', '.join(names) or 'none'}."
            raise CannotDo(f"There is no parameter {shown!r}. {hint}", field=shown)
        found[name] = decode_text(hints[name], query[name], name)
    return found


def _subject(asked: Any) -> str:
    """The lead or the object that a request is about."""
    if isinstance(asked, ImportRequest):
        return ", ".join(file.name for file in asked.files)
    return next((str(v) for n in _SUBJECTS if (v := getattr(asked, n, None)) is not None), "")
