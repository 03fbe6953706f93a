"""The audit log: who saw, exported, published and forgot what."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from leadlight.server.access.models import AuditLine


def record(request: HttpRequest, what: str, subject: str = "", who: str | None = None) -> None:
    """Add a line for what a request does; `who` does it when it is not the person logged in."""
    name = who if who is not None else request.user.get_username()
    write_line(name, what, subject, request.META.get("REMOTE_ADDR", ""))


def write_line(who: str, what: str, subject: str = "", address: str = "") -> None:
    """Add a line to the audit log."""
    AuditLine.objects.create(
        who=who[:200],
        what=what[:100],
        subject=subject[:300],
        at=timezone.now(),
        address=address[:64],
    )


def plain(moment: datetime) -> datetime:
    """A moment in UTC without zone, as results have it."""
    return moment.replace(tzinfo=None)
