"""Settings: the audit log, to be filtered and taken along as a file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from leadlight.problems import CannotDo
from leadlight.results.access import AuditEntry
from leadlight.server.access.audit import plain, record
from leadlight.server.access.models import AuditLine
from leadlight.server.pages.csv_answer import csv_answer
from leadlight.server.pages.desk_page import moment_of, now
from leadlight.server.pages.settings_page import SettingsPage

#: Lines on a page, and in a file.
LIMIT, MOST = 100, 100_000
_FILTERS = ("who", "what", "subject", "since", "until")
_HEAD = ("number", "at", "who", "what", "subject", "address")


class AuditPage(SettingsPage):
    """The audit log, the newest lines first."""

    part = "settings-audit"
    template = "pages/settings_audit.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            lines = audit_lines(request, LIMIT + 1)
        except CannotDo as fault:
            return self.page(request, request.GET, fault=fault)
        query = request.GET.copy()
        query.pop("before", None)
        more = {"lines": lines[:LIMIT], "query": query.urlencode()}
        if len(lines) > LIMIT:
            query["before"] = str(lines[LIMIT - 1].number)
            more["next"] = f"?{query.urlencode()}"
        return self.page(request, request.GET, more)

    def words(self, request: HttpRequest, form: QueryDict) -> dict[str, Any]:
        return {"filters": {name: form.get(name, "") for name in _FILTERS}}


class AuditFilePage(SettingsPage):
    """The same lines as a file; no cell can run as a formula."""

    def get(self, request: HttpRequest) -> HttpResponse:
        lines = audit_lines(request, MOST)
        record(request, "export the audit log", _subject(request.GET))
        rows = (
            [x.number, f"{x.at:%Y-%m-%d %H:%M:%S}", x.who, x.what, x.subject, x.address]
            for x in lines
        )
        return csv_answer(_HEAD, rows, f"audit-{now():%Y-%m-%d}.csv")


def audit_lines(request: HttpRequest, limit: int) -> list[AuditEntry]:
    """The lines that the URL asks for. Raises `CannotDo` for a moment that is none."""
    query = request.GET
    since, until = moment_of(request, "since"), moment_of(request, "until")
    wanted: Mapping[str, Any] = {
        "who": query.get("who", "").strip(),
        "what__icontains": query.get("what", "").strip(),
        "subject__icontains": query.get("subject", "").strip(),
        "at__gte": since and since.replace(tzinfo=UTC),
        "at__lt": until and until.replace(tzinfo=UTC),
        "pk__lt": _number(query.get("before", "")),
    }
    found = AuditLine.objects.filter(**{name: v for name, v in wanted.items() if v})
    return [
        AuditEntry(line.pk, line.who, line.what, line.subject, plain(line.at), line.address)
        for line in found.order_by("-pk")[:limit]
    ]


def _number(text: str) -> int | None:
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 18:
        raise CannotDo(_("No page begins there."), field="before")
    return int(text)


def _subject(query: QueryDict) -> str:
    return ", ".join(f"{name}={query[name]}" for name in _FILTERS if query.get(name))
