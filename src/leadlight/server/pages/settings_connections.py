"""Settings: the CRMs that are connected, how each stands, and what to type about it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from leadlight.desk.crm.connect import ConnectionsRequest, connections
from leadlight.results.crm import ConnectionStatus, OwedCounts
from leadlight.server.access.audit import record
from leadlight.server.api.tasks import TaskProgress
from leadlight.server.pages.background import begin, task_of
from leadlight.server.pages.desk_page import now, session_of
from leadlight.server.pages.part_page import unknown_button
from leadlight.server.pages.settings_page import SettingsPage

#: What is owed to more people than that is counted when somebody asks.
FEW = 2_000
_REASONS: dict[str, Promise] = {
    "secret": gettext_lazy("no secret is set where the command runs."),
    "token": gettext_lazy("the CRM does not accept the token: it expired, or was withdrawn."),
    "scopes": gettext_lazy("the token may not do this: scopes are missing."),
    "refused": gettext_lazy("the CRM refuses the request."),
    "silent": gettext_lazy("the CRM does not answer, or has been too busy for a long time."),
    "package": gettext_lazy("the extra for CRMs is not installed where the command runs."),
    "dry-run": gettext_lazy("so many values would go that somebody must see a dry run first."),
    "other": gettext_lazy("the command says more."),
}
#: The sorts of records of the CRMs that come with Leadlight.
_READINGS: dict[str, Promise] = {
    "people": gettext_lazy("People"),
    "companies": gettext_lazy("Companies"),
    "organizations": gettext_lazy("Companies"),
    "accounts": gettext_lazy("Companies"),
    "deals": gettext_lazy("Deals"),
    "opportunities": gettext_lazy("Deals"),
    "campaigns": gettext_lazy("Campaigns"),
    "activities": gettext_lazy("Activities"),
    "calls": gettext_lazy("Calls"),
    "meetings": gettext_lazy("Meetings"),
    "events": gettext_lazy("Meetings"),
    "emails": gettext_lazy("Mails"),
    "tasks": gettext_lazy("Tasks"),
}
_TOKEN = frozenset({"secret", "token", "scopes"})


class ConnectionsPage(SettingsPage):
    """Connections: how each stands. What wants a secret is typed at a terminal."""

    part = "settings-connections"
    template = "pages/settings_connections.html"

    def words(self, request: HttpRequest, form: QueryDict) -> dict[str, Any]:
        found = connections(session_of(request), ConnectionsRequest(now(), FEW))
        return {
            "connections": [
                {
                    "c": c,
                    "faults": [(f, _REASONS.get(f.code, _REASONS["other"])) for f in c.faults],
                    "readings": [(_READINGS.get(r.reading, r.reading), r) for r in c.readings],
                    "steps": [*_steps(c)],
                }
                for c in found.connections
            ],
            "uncounted": any(c.state == "connected" and not c.owed for c in found.connections),
            "task": task_of(request, "connections"),
        }

    def do(self, request: HttpRequest, form: QueryDict) -> HttpResponse:
        if form.get("do") != "count":
            raise unknown_button()
        session, moment = session_of(request), now()

        def count(progress: TaskProgress) -> str:
            found = connections(session, ConnectionsRequest(moment))
            return " ".join(_sentence(c.name, c.owed) for c in found.connections if c.owed)

        record(request, "count what is owed to CRMs", "")
        return self.again(begin(request, "connections", count))


def _sentence(name: str, owed: OwedCounts) -> str:
    said = ngettext(
        "%(name)s: the next push writes %(n)s record.",
        "%(name)s: the next push writes %(n)s records.",
        owed.owed,
    ) % {"name": name, "n": f"{owed.owed:,}"}
    if not owed.withdrawn:
        return str(said)
    gone = _("%(n)s of them lose their values, because their leads are no longer scored.")
    return f"{said} {gone % {'n': f'{owed.withdrawn:,}'}}"


def _steps(c: ConnectionStatus) -> Iterator[tuple[str, str]]:
    """What to do about a connection: why, and the command."""
    if c.state != "connected":
        return
    faults = {f.code: f for f in c.faults}
    if _TOKEN & faults.keys():
        yield _("Set its token anew, where the commands run"), _exports(c)
    if "package" in faults:
        yield _("Install what is missing"), "pip install 'leadlight[crm]'"
    yield _("Read what changed"), f"leadlight sync {c.name}"
    if not c.is_rehearsed or "dry-run" in faults:
        yield _("See ten examples of what would be written"), f"leadlight push {c.name} --dry-run"
    else:
        yield _("Write what is owed"), f"leadlight push {c.name}"
    yield _("End it"), f"leadlight disconnect {c.name}"


def _exports(c: ConnectionStatus) -> str:
    return "\n".join(f"export {name}=..." for name in c.secrets)
