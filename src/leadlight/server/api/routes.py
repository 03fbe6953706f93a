"""The routes of the API: every verb, and the resources that people expect."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI, Router

from leadlight.desk.leads.compare import CompareRequest
from leadlight.desk.leads.explain import ExplainRequest
from leadlight.desk.leads.lead_list import LeadsRequest
from leadlight.desk.leads.qualification import QualificationRequest
from leadlight.desk.leads.report import ReportRequest, SegmentsRequest, report
from leadlight.desk.leads.runs import RunsRequest
from leadlight.desk.leads.undo import ImportsRequest, UndoRequest, imports
from leadlight.desk.live.deliveries import DeliveriesRequest
from leadlight.desk.live.endpoints import EndpointsRequest
from leadlight.desk.live.transitions import TransitionsRequest
from leadlight.desk.persons.erasure import ForgetRequest
from leadlight.desk.persons.facts import FactsRequest
from leadlight.desk.rules.agreement import HistoryRequest, VersionTextRequest
from leadlight.desk.verbs import VERBS
from leadlight.desk.wiring import clock, computer
from leadlight.problems import CannotDo
from leadlight.results import access
from leadlight.server.access.audit import record
from leadlight.server.api import administration as admin
from leadlight.server.api import openapi
from leadlight.server.api.background import is_wanted, start_verb, task_of
from leadlight.server.api.calls import (
    answer,
    call_verb,
    data_answer,
    from_query,
    session_of,
)
from leadlight.server.api.faults import ApiFault, add_handlers
from leadlight.server.api.guard import Guard, caller_of
from leadlight.server.api.idempotency import once
from leadlight.server.api.offers import OFFERS
from leadlight.server.api.request_content import RequestContent, hidden_folder, request_of
from leadlight.server.scopes import Scope

View = Callable[..., HttpResponse]
_MOMENT = ("as_of", "playbook", "known")
_LABEL = {
    "name": "label",
    "in": "query",
    "required": False,
    "description": "SCALE:LABEL, such as temperature:hot. Labels of one scale are alternatives.",
    "schema": {"type": "array", "items": {"type": "string", "pattern": "^[^:]+:[^:]+$"}},
}
_PREFER = {
    "name": "Prefer",
    "in": "header",
    "required": False,
    "description": "With respond-async the answer names a task that says how far it is.",
    "schema": {"enum": ["respond-async"]},
}
_TASK = {
    "type": "object",
    "required": ["task_id", "state"],
    "properties": {
        "task_id": {"type": "string"},
        "state": {"enum": ["running", "done", "failed"]},
        "step": {"type": "string"},
        "done": {"anyOf": [{"type": "number"}, {"type": "null"}]},
        "result": {"description": "What the verb answered."},
        "fault": {"description": "Why it failed: a problem."},
    },
}


class Routes:
    """The routes, as they are added to the API."""

    def __init__(self, api: NinjaAPI) -> None:
        self.api, self.router, self.components = api, Router(), openapi.Components()

    def add(
        self,
        method: str,
        path: str,
        scope: Scope | tuple[Scope, ...],
        name: str,
        view: View,
        extra: openapi.Json,
    ) -> None:
        """A route behind its guard. Its name is that of the operation."""
        scopes = (scope,) if isinstance(scope, str) else scope
        about = " ".join((view.__doc__ or name).split()).split(". ")[0].rstrip(".")
        self.router.add_api_operation(
            path,
            [method],
            view,
            auth=Guard(*scopes),
            operation_id=name,
            summary=about,
            description=f"{about}. Needs the scope `{'` or `'.join(scopes)}`.",
            openapi_extra=extra,
        )

    def add_verb(self, path: str, verb: str, name: str) -> None:
        """A route that calls a verb with the JSON that is sent."""

        def view(request: HttpRequest) -> HttpResponse:
            if is_wanted(request, verb):
                return once(request, partial(start_verb, request, verb))
            return call_verb(request, verb)

        view.__doc__ = (VERBS[verb].load().__doc__ or verb).strip()
        extra = openapi.of_verb(self.components, verb)
        if VERBS[verb].is_long:
            extra["responses"].update(openapi.plain_result(_TASK, 202)["responses"])
            extra["parameters"] = [*extra.get("parameters", ()), _PREFER]
        self.add("POST", path, OFFERS[verb], name, view, extra)

    def add_query(
        self,
        path: str,
        verb: str,
        name: str,
        view: View,
        parameters: tuple[str, ...] = (),
        more: tuple[openapi.Json, ...] = (),
    ) -> None:
        """A route that calls a verb with the parameters of its URL."""
        extra = openapi.of_query(self.components, verb, parameters, more)
        self.add("GET", path, OFFERS[verb], name, view, extra)


def add_routes(api: NinjaAPI) -> Routes:
    """Every route of the API."""
    routes = Routes(api)
    for verb in OFFERS:
        if verb in VERBS:
            routes.add_verb(f"/verbs/{verb}", verb, f"verb_{verb.replace('-', '_')}")
    for verb in ("check", "diff", "rehearse", "publish", "sign"):
        routes.add_verb(f"/playbook/{verb}", verb, f"{verb}_playbook")
    _add_leads(routes)
    _add_workspace(routes)
    _add_playbook(routes)
    _add_transitions(routes)
    _add_imports(routes)
    _add_administration(routes)
    api.add_router("", routes.router)
    add_handlers(api)
    return routes


def _add_leads(routes: Routes) -> None:
    def list_leads(request: HttpRequest) -> HttpResponse:
        """The leads, as the last run left them."""
        query = request.GET.copy()
        labels = _labels(query.pop("label", []))
        names = ("segment", "department", "text", "sort", "limit", "after")
        found = from_query(LeadsRequest, query, names)
        return answer(request, "leads", LeadsRequest(clock.now(), labels=labels, **found))

    def explain_lead(request: HttpRequest, lead_id: str) -> HttpResponse:
        """A lead with its reasons."""
        return _of_lead(request, "explain", ExplainRequest, lead_id, (*_MOMENT, "story"))

    def qualify_lead(request: HttpRequest, lead_id: str) -> HttpResponse:
        """The labels and scores of a lead as of a moment."""
        return _of_lead(request, "qualification", QualificationRequest, lead_id, _MOMENT)

    def compare_lead(request: HttpRequest, lead_id: str) -> HttpResponse:
        """What became of a lead since a moment."""
        return _of_lead(request, "compare", CompareRequest, lead_id, ("since", *_MOMENT))

    def list_facts(request: HttpRequest, lead_id: str) -> HttpResponse:
        """Every fact of a lead, with where it came from."""
        return _of_lead(request, "facts", FactsRequest, lead_id, ())

    def forget_lead(request: HttpRequest, lead_id: str) -> HttpResponse:
        """Forget a person: its facts are removed for good."""
        asked = ForgetRequest(_sound(lead_id), clock.now(), caller_of(request).name)
        return once(request, lambda: answer(request, "forget", asked))

    filters = ("segment", "department", "text", "sort", "limit", "after")
    routes.add_query("/leads", "leads", "list_leads", list_leads, filters, (_LABEL,))
    # An id may have slashes, so that the routes below a lead come first.
    lead = "/leads/{path:lead_id}"
    routes.add_query(
        f"{lead}/qualification", "qualification", "qualify_lead", qualify_lead, _MOMENT
    )
    routes.add_query(
        f"{lead}/comparison", "compare", "compare_lead", compare_lead, ("since", *_MOMENT)
    )
    routes.add_query(f"{lead}/facts", "facts", "list_facts", list_facts)
    gone = openapi.result(routes.components, VERBS["forget"].results)
    routes.add("DELETE", lead, OFFERS["forget"], "forget_lead", forget_lead, gone)
    routes.add_query(lead, "explain", "explain_lead", explain_lead, (*_MOMENT, "story"))


def _of_lead(
    request: HttpRequest, verb: str, kind: Any, lead_id: str, names: tuple[str, ...]
) -> HttpResponse:
    return _with_playbook(request, verb, kind, {"lead": lead_id}, names)


def _with_playbook(
    request: HttpRequest, verb: str, kind: Any, data: dict[str, Any], names: tuple[str, ...]
) -> HttpResponse:
    """A verb by the parameters of a URL, of which one may name a playbook."""
    from_query(kind, request.GET, names)  # the sentences of parameters, not of fields
    with computer.private_folder() as folder:
        fields = {**data, **{n: _as_json(request.GET[n]) for n in request.GET}}
        sent = RequestContent(folder, fields, workspace=session_of(request).place.folder)
        with hidden_folder(sent):
            now, by = clock.now(), caller_of(request).name
            asked = request_of(sent, kind, session_of(request), now, by)
        return answer(request, verb, asked, sent)


def _as_json(text: str) -> object:
    return {"true": True, "false": False}.get(text, text)


def _labels(texts: list[Any]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for text in texts:
        scale, sign, label = str(text).partition(":")
        readable = "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
        if not sign or not scale or not label or not readable:
            raise CannotDo("A label is SCALE:LABEL, such as temperature:hot.", field="label")
        found[scale] = (*found.get(scale, ()), label)
    return found


def _add_workspace(routes: Routes) -> None:
    def list_segments(request: HttpRequest) -> HttpResponse:
        """How large the segments are as of a moment."""
        return _with_playbook(request, "segments", SegmentsRequest, {}, _MOMENT)

    def list_runs(request: HttpRequest) -> HttpResponse:
        """The stored runs, the newest first."""
        found = from_query(RunsRequest, request.GET, ("newest",))
        return answer(request, "runs", RunsRequest(clock.now(), **found))

    def show_report(request: HttpRequest) -> HttpResponse:
        """The report of the workspace: a page of HTML."""
        found = from_query(SegmentsRequest, request.GET, ("as_of", "known"))
        with computer.private_folder() as folder:
            file = folder / "report.html"
            report(session_of(request), ReportRequest(file, clock.now(), **found))
            record(request, "report", who=caller_of(request).name)
            page = HttpResponse(file.read_bytes(), content_type="text/html; charset=utf-8")
        page.headers["Content-Disposition"] = 'attachment; filename="leadlight-report.html"'
        return page

    def describe(request: HttpRequest) -> HttpResponse:
        """The API as an OpenAPI 3.1 document."""
        return data_answer(json.dumps(document(routes), ensure_ascii=False))

    def tell_caller(request: HttpRequest) -> HttpResponse:
        """Who asks, and what they may do."""
        caller = caller_of(request)
        return data_answer(json.dumps({"name": caller.name, "scopes": sorted(caller.scopes)}))

    routes.add_query("/segments", "segments", "list_segments", list_segments, _MOMENT)
    routes.add_query("/runs", "runs", "list_runs", list_runs, ("newest",))
    page = openapi.plain_result({"type": "string"}, media="text/html")
    query = openapi.of_query(routes.components, "segments", ("as_of", "known"))["parameters"]
    routes.add("GET", "/report", "read", "show_report", show_report, {**page, "parameters": query})
    anything = openapi.plain_result({"type": "object"})
    routes.add("GET", "/openapi.json", "read", "describe", describe, anything)
    me = {
        "type": "object",
        "required": ["name", "scopes"],
        "properties": {
            "name": {"type": "string"},
            "scopes": {"type": "array", "items": {"type": "string"}},
        },
    }
    routes.add("GET", "/me", "read", "tell_caller", tell_caller, openapi.plain_result(me))


def _add_playbook(routes: Routes) -> None:
    def list_versions(request: HttpRequest) -> HttpResponse:
        """Every version of the playbook, and who signed it."""
        found = from_query(HistoryRequest, request.GET, ("at",))
        return answer(request, "history", HistoryRequest(clock.now(), **found))

    def read_version(request: HttpRequest, version: str) -> HttpResponse:
        """The text of a version of the playbook."""
        try:
            asked = VersionTextRequest(_sound(version), clock.now())
            return answer(request, "version-text", asked)
        except CannotDo as fault:
            if fault.field == "version" or fault.step is not None:
                raise ApiFault(404, str(fault)) from None
            raise

    routes.add_query("/playbook/versions", "history", "list_versions", list_versions, ("at",))
    routes.add_query("/playbook/versions/{version}", "version-text", "read_version", read_version)


def _add_transitions(routes: Routes) -> None:
    def list_transitions(request: HttpRequest) -> HttpResponse:
        """What runs changed, lead by lead, the oldest first."""
        found = from_query(TransitionsRequest, request.GET, after)
        return answer(request, "transitions", TransitionsRequest(clock.now(), **found))

    def list_endpoints(request: HttpRequest) -> HttpResponse:
        """Who is told of transitions."""
        found = from_query(EndpointsRequest, request.GET, ())
        return answer(request, "endpoints", EndpointsRequest(clock.now(), **found))

    def list_deliveries(request: HttpRequest) -> HttpResponse:
        """What was delivered to endpoints, and what failed."""
        found = from_query(DeliveriesRequest, request.GET, ("endpoint", "limit"))
        return answer(request, "deliveries", DeliveriesRequest(clock.now(), **found))

    after = ("after_run", "after_lead", "limit")
    routes.add_query("/transitions", "transitions", "list_transitions", list_transitions, after)
    routes.add_query("/endpoints", "endpoints", "list_endpoints", list_endpoints)
    owed = ("endpoint", "limit")
    routes.add_query("/deliveries", "deliveries", "list_deliveries", list_deliveries, owed)


def _sound(text: str) -> str:
    if "\0" in text or any("\ud800" <= c <= "\udfff" for c in text):
        raise ApiFault(404, "There is nothing of that name.")
    return text


def _add_imports(routes: Routes) -> None:
    def list_imports(request: HttpRequest) -> HttpResponse:
        """The imports, the newest first."""
        found = from_query(ImportsRequest, request.GET, ("newest",))
        return answer(request, "imports", ImportsRequest(clock.now(), **found))

    def add_import(request: HttpRequest) -> HttpResponse:
        """Import files; the answer names a task, which says how far it is."""
        return once(request, partial(start_verb, request, "import"))

    def undo_import(request: HttpRequest, import_id: str) -> HttpResponse:
        """Undo an import."""
        now, session = clock.now(), session_of(request)
        lines = {i.import_id: i for i in imports(session, ImportsRequest(now)).imports}
        if import_id not in lines:
            raise ApiFault(404, "There is no such import.")
        if lines[import_id].undone_at is not None:
            raise ApiFault(409, "This import was undone already.")
        return once(request, lambda: answer(request, "undo", UndoRequest(import_id, now)))

    def read_task(request: HttpRequest, task_id: str) -> HttpResponse:
        """How far an import or another task is, or how it ended."""
        return task_of(request, task_id)

    routes.add_query("/imports", "imports", "list_imports", list_imports, ("newest",))
    extra = openapi.of_verb(routes.components, "import")
    started = openapi.plain_result(_TASK, 202)
    routes.add("POST", "/imports", OFFERS["import"], "add_import", add_import, {**extra, **started})
    gone = openapi.result(routes.components, VERBS["undo"].results)
    routes.add("DELETE", "/imports/{import_id}", "rules", "undo_import", undo_import, gone)
    task = openapi.plain_result(_TASK)
    any_of: tuple[Scope, ...] = ("read", "act", "rules")
    routes.add("GET", "/tasks/{task_id}", any_of, "read_task", read_task, task)


def _add_administration(routes: Routes) -> None:
    def add(
        method: str, path: str, name: str, view: View, kind: type, takes: type | None = None
    ) -> None:
        status = 201 if takes else 200
        extra = openapi.result(routes.components, (kind,), status)
        if takes:
            extra["requestBody"] = openapi.body_of(takes)
        if kind is access.AuditEntries:
            extra["parameters"] = openapi.parameters_of(admin.AuditQuery, admin.QUERY)
        routes.add(method, path, "admin", name, view, extra)

    add("GET", "/keys", "list_keys", admin.show_keys, access.KeyLines)
    add("POST", "/keys", "add_key", admin.add_key, access.KeyLine, admin.KeyOrder)
    add("DELETE", "/keys/{int:key_id}", "revoke_key", admin.remove_key, access.KeyLine)
    add("GET", "/users", "list_users", admin.show_people, access.PersonLines)
    add("POST", "/users", "add_user", admin.add_user, access.PersonLine, admin.PersonOrder)
    add("GET", "/audit", "read_audit", admin.show_audit, access.AuditEntries)


def document(routes: Routes) -> dict[str, Any]:
    """The OpenAPI document."""
    found: dict[str, Any] = json.loads(
        json.dumps(routes.api.get_openapi_schema(path_prefix="/api/v1/"))
    )
    found["components"]["schemas"].update(routes.components.schemas)
    for path in found["paths"].values():
        for operation in path.values():
            _drop_plain_answer(operation)
    return found


def _drop_plain_answer(operation: dict[str, Any]) -> None:
    """A route that is answered otherwise than by 200 has no 200."""
    answers = operation["responses"]
    if "content" not in answers.get("200", {}):
        answers.pop("200", None)
