"""Who asks, and whether they may: every route of the API stands behind a guard with a scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from leadlight.server.access.people import scopes_of_person
from leadlight.server.api.faults import ApiFault
from leadlight.server.keys import KeyRing
from leadlight.server.scopes import Scope, may
from leadlight.server.wsgi_names import KEYS


@dataclass(frozen=True)
class Caller:
    """Who asks: a person, or the holder of a key; and what they may do."""

    name: str
    scopes: frozenset[str]
    identity: str  # no two callers share one


class Guard(AuthBase):
    """Lets nobody through whose key or roles do not have the scope, or one of several.

    A program sends its key as `Authorization: Bearer KEY`. A person is logged in; what changes
    something then needs the token of a page beside the cookie.
    """

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, *scopes: Scope) -> None:
        self.scopes = scopes
        super().__init__()

    def lets(self, scopes: frozenset[str]) -> bool:
        """Whether somebody with these scopes is let through."""
        return any(may(scopes, scope) for scope in self.scopes)

    def __call__(self, request: HttpRequest) -> Any:
        caller = _caller(request)
        if caller is None:
            raise ApiFault(401, "Log in, or send a key: Authorization: Bearer KEY.")
        if not self.lets(caller.scopes):
            raise ApiFault(403, f"This needs the scope {' or '.join(self.scopes)}.")
        request.leadlight_caller = caller
        return caller


def caller_of(request: HttpRequest) -> Caller:
    """Who a guard has let through."""
    caller: Caller = request.leadlight_caller
    return caller


def _caller(request: HttpRequest) -> Caller | None:
    header = request.headers.get("Authorization", "")
    kind, _, token = header.partition(" ")
    if header:
        return _holder(request, token.strip()) if kind.lower() == "bearer" else None
    person = request.user
    if not person.is_authenticated:
        return None
    if check_csrf(request) is not None:
        raise ApiFault(403, "The token of the page is missing (X-CSRFToken). Load it again.")
    name = person.get_username()
    return Caller(name, scopes_of_person(person), f"user {person.pk}")


def _holder(request: HttpRequest, token: str) -> Caller | None:
    ring: KeyRing = request.META[KEYS]
    holder = ring.find(token)
    if holder is None:
        return None
    wait = ring.wait(holder)
    if wait > 0:
        raise ApiFault(429, f"This key may send {holder.rate:,} requests a second.", wait=wait)
    return Caller(f"key {holder.name}", holder.scopes, f"key {holder.key_id}")
