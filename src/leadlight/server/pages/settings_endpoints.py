"""Settings: who is told of what changes, and what became of each delivery."""

from __future__ import annotations

from typing import Any, get_args

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from leadlight.desk.live.deliveries import (
    DeliveriesRequest,
    ReplayDeliveriesRequest,
    deliveries,
    parse_states,
    replay_deliveries,
)
from leadlight.desk.live.endpoints import (
    Action,
    AddEndpointRequest,
    ChangeEndpointRequest,
    EndpointsRequest,
    add_endpoint,
    change_endpoint,
    endpoints,
    parse_kind,
)
from leadlight.desk.live.signatures import with_secret
from leadlight.desk.session import Session
from leadlight.facts.deliveries import DeliveryState
from leadlight.results.endpoints import EndpointChange
from leadlight.server.access.audit import record
from leadlight.server.pages.desk_page import now, session_of
from leadlight.server.pages.names import name_text
from leadlight.server.pages.part_page import unknown_button
from leadlight.server.pages.settings_page import SettingsPage
from leadlight.server.secret import load_secret

_ACTIONS: dict[str, Action] = {
    "pause": "pause",
    "resume": "resume",
    "remove": "remove",
    "rotate": "rotate",
}


class EndpointsPage(SettingsPage):
    """Endpoints: added, paused, resumed, removed; their deliveries, and those to try again."""

    part = "settings-endpoints"
    template = "pages/settings_endpoints.html"

    def words(self, request: HttpRequest, form: QueryDict) -> dict[str, Any]:
        session, state = session_of(request), request.GET.get("state", "")
        states = parse_states([state] if state else [])
        found = endpoints(session, EndpointsRequest(now()))
        listed = deliveries(session, DeliveriesRequest(now(), states=states))
        names = {e.endpoint.endpoint_id: e.endpoint.name for e in found.endpoints}
        return {
            "endpoints": found.endpoints,
            "deliveries": [(d, names.get(d.endpoint_id, d.endpoint_id)) for d in listed.deliveries],
            "more": listed.more,
            "dead": sum(e.dead for e in found.endpoints),
            "states": [(name, name_text(name), name == state) for name in get_args(DeliveryState)],
        }

    def do(self, request: HttpRequest, form: QueryDict) -> HttpResponse:
        action, endpoint = form.get("do", ""), form.get("endpoint", "")
        session, by = session_of(request), request.user.get_username()
        if action == "add":
            return self._add(request, form)
        if action == "replay":
            done = replay_deliveries(session, ReplayDeliveriesRequest(now(), endpoint or None))
            record(request, "replay-deliveries", endpoint)
            said = _("%(n)s deliveries are tried again.") % {"n": f"{done.replayed:,}"}
            messages.info(request, said)
            return self.again()
        if action not in _ACTIONS:
            raise unknown_button()
        wanted = ChangeEndpointRequest(now(), endpoint, _ACTIONS[action], by)
        changed = _with_secret(session, change_endpoint(session, wanted))
        record(request, f"{action} an endpoint", changed.endpoint.name)
        if changed.signing_secret:
            return self.page(request, QueryDict(), {"changed": changed})
        words = {"name": changed.endpoint.name, "state": name_text(changed.endpoint.state)}
        messages.info(request, _("%(name)s: %(state)s") % words)
        return self.again()

    def _add(self, request: HttpRequest, form: QueryDict) -> HttpResponse:
        """The page with the secret of the new endpoint. It is shown in this answer alone."""
        session = session_of(request)
        wanted = AddEndpointRequest(
            now(),
            form.get("target", "").strip(),
            request.user.get_username(),
            form.get("name", "").strip() or None,
            tuple(word for word in form.get("labels", "").replace(",", " ").split()),
            parse_kind(form.get("kind") or None),
        )
        added = _with_secret(session, add_endpoint(session, wanted))
        record(request, "add-endpoint", added.endpoint.name)
        return self.page(request, QueryDict(), {"changed": added})


def _with_secret(session: Session, change: EndpointChange) -> EndpointChange:
    """An endpoint with what signs its deliveries; on a database that is told where it runs."""
    if session.place.address is not None:
        return change
    return with_secret(change, load_secret(session.place.folder))
