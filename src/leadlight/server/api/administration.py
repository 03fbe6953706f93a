"""Keys, users and the audit log by HTTP, for admins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse

from leadlight.problems import CannotDo
from leadlight.results.access import (
    AuditEntries,
    AuditEntry,
    KeyLines,
    PersonLines,
)
from leadlight.results.data import to_json
from leadlight.server.access.audit import plain, record
from leadlight.server.access.key_list import key_line, list_keys, make_key, revoke_key
from leadlight.server.access.models import AuditLine, Key
from leadlight.server.access.people import add_person, list_people, person_line
from leadlight.server.api.calls import data_answer, from_query
from leadlight.server.api.faults import ApiFault
from leadlight.server.api.guard import caller_of
from leadlight.server.api.request_content import open_content
from leadlight.server.api.request_data import decode
from leadlight.server.scopes import Scope
from leadlight.server.wsgi_names import KEYS

#: So many lines of the audit log are told at once.
MOST = 1000


@dataclass(frozen=True)
class KeyOrder:
    """A new key: its scopes, its name, and how many requests a second it may send."""

    scopes: tuple[Scope, ...]
    name: str = ""
    rate: int = 1000


@dataclass(frozen=True)
class PersonOrder:
    """Somebody new who may log in."""

    name: str
    password: str
    role: Literal["viewer", "rep", "manager", "admin"] = "viewer"


@dataclass(frozen=True)
class AuditQuery:
    """Lines of the audit log before one of that number, at most `limit` of them."""

    before: int | None = None
    limit: int = 100
    who: str | None = None
    subject: str | None = None


def show_keys(request: HttpRequest) -> HttpResponse:
    """The keys that were made."""
    return _answer(KeyLines(tuple(map(key_line, list_keys()))))


def add_key(request: HttpRequest) -> HttpResponse:
    """Make a key. It is told once."""
    order: KeyOrder = _order(request, KeyOrder)
    by = caller_of(request).name
    token, key = make_key(order.scopes, name=order.name, by=by, rate=order.rate)
    record(request, "make a key", str(key), who=by)
    return _answer(key_line(key, token), 201)


def remove_key(request: HttpRequest, key_id: int) -> HttpResponse:
    """Revoke a key."""
    if not Key.objects.filter(pk=min(key_id, 2**62), revoked_at=None).exists():
        raise ApiFault(404, "There is no valid key of that number.")
    key = revoke_key(str(key_id))
    request.META[KEYS].forget()
    record(request, "revoke a key", str(key), who=caller_of(request).name)
    return _answer(key_line(key))


def show_people(request: HttpRequest) -> HttpResponse:
    """Who may log in."""
    return _answer(PersonLines(tuple(map(person_line, list_people()))))


def add_user(request: HttpRequest) -> HttpResponse:
    """Let somebody log in."""
    order: PersonOrder = _order(request, PersonOrder)
    person = add_person(order.name, order.password, order.role)
    record(request, "add a user", order.name, who=caller_of(request).name)
    return _answer(person_line(person), 201)


def show_audit(request: HttpRequest) -> HttpResponse:
    """The audit log: who saw, exported, published and forgot what."""
    query = AuditQuery(**from_query(AuditQuery, request.GET, QUERY))
    if not 0 < query.limit <= MOST:
        raise CannotDo(f"From 1 to {MOST:,} lines are told at once.", field="limit")
    wanted = {"pk__lt": query.before, "who": query.who, "subject": query.subject}
    found = AuditLine.objects.filter(**{k: v for k, v in wanted.items() if v is not None})
    lines = [
        AuditEntry(line.pk, line.who, line.what, line.subject, plain(line.at), line.address)
        for line in found.order_by("-pk")[: query.limit]
    ]
    more = len(lines) == query.limit
    return _answer(AuditEntries(tuple(lines), lines[-1].number if more else None))


QUERY = ("before", "limit", "who", "subject")


def _order(request: HttpRequest, kind: Any) -> Any:
    with open_content(request) as content:
        return decode(kind, content.data, {}, frozenset())


def _answer(value: object, status: int = 200) -> HttpResponse:
    return data_answer(to_json(value, indent=None), status)
