"""The keys of programs: made, listed, revoked."""

from __future__ import annotations

import secrets
from collections.abc import Collection

from django.utils import timezone

from leadlight.problems import CannotDo, did_you_mean
from leadlight.results.access import KeyLine
from leadlight.server.access.audit import plain
from leadlight.server.access.models import Key
from leadlight.server.keys import digest_of
from leadlight.server.scopes import SCOPES

_SHOWN = 9
LARGEST_RATE = 1_000_000


def make_key(
    scopes: Collection[str], *, name: str = "", by: str = "", rate: int = 1000
) -> tuple[str, Key]:
    """A new key, and what is kept of it. The key itself is told here and never again."""
    for scope in scopes:
        if scope not in SCOPES:
            hint = did_you_mean(scope, SCOPES) or f"The scopes are {', '.join(SCOPES)}."
            raise CannotDo(f"There is no scope {scope!r}. {hint}", field="scope")
    if not scopes:
        raise CannotDo(f"A key needs a scope: {', '.join(SCOPES)}.", field="scope")
    if not 1 <= rate <= LARGEST_RATE:
        raise CannotDo(f"A rate is from 1 to {LARGEST_RATE:,} requests a second.", field="rate")
    token = f"ll_{secrets.token_urlsafe(24)}"
    in_order = [s for s in SCOPES if s in scopes]
    key = Key.objects.create(
        name=(name or f"{' and '.join(in_order)} key")[:200],
        prefix=token[:_SHOWN],
        digest=digest_of(token),
        scopes=" ".join(in_order),
        rate=rate,
        made_by=by[:200],
        made_at=timezone.now(),
    )
    return token, key


def list_keys() -> list[Key]:
    """Every key that was made, the newest first."""
    return list(Key.objects.all())


def revoke_key(named: str) -> Key:
    """Revoke a key, named by its number, its name or how it begins. Raises `CannotDo` when none or
    several are meant.
    """
    valid = list(Key.objects.filter(revoked_at=None))
    of_that = [k for k in valid if named in (str(k.pk), k.name)]
    of_that = of_that or [k for k in valid if len(named) >= _SHOWN and named.startswith(k.prefix)]
    if len(of_that) != 1:
        sentence = "Several keys are" if of_that else "No valid key is"
        raise CannotDo(f"{sentence} called {named!r}. Name it by its number.", field="key")
    key: Key = of_that[0]
    key.revoked_at = timezone.now()
    key.save()
    return key


def key_line(key: Key, token: str | None = None) -> KeyLine:
    """A key as it is told; with its token only when it is made."""
    return KeyLine(
        key.pk,
        key.name,
        key.prefix,
        tuple(key.scopes.split()),
        key.rate,
        key.made_by,
        plain(key.made_at),
        key.revoked_at and plain(key.revoked_at),
        key.last_used,
        token,
    )
