"""Keys of programs, people who may log in, and lines of the audit log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class KeyLine:
    """A key, without what opens the door. `token` is told once, when the key is made."""

    key_id: int
    name: str
    prefix: str
    scopes: tuple[str, ...]
    rate: int
    made_by: str
    made_at: datetime
    revoked_at: datetime | None
    last_used: date | None
    token: str | None = None


@dataclass(frozen=True)
class KeyLines:
    """Every key that was made, the newest first."""

    keys: tuple[KeyLine, ...]


@dataclass(frozen=True)
class PersonLine:
    """Somebody who may log in, and their roles."""

    name: str
    roles: tuple[str, ...]
    active: bool
    last_login: datetime | None


@dataclass(frozen=True)
class PersonLines:
    """Everybody who may log in, by name."""

    users: tuple[PersonLine, ...]


@dataclass(frozen=True)
class AuditEntry:
    """Who did what, on which lead or object, when, and from where."""

    number: int
    who: str
    what: str
    subject: str
    at: datetime
    address: str


@dataclass(frozen=True)
class AuditEntries:
    """Lines of the audit log, the newest first. `next` is the number before which the others are
    (null: there are none).
    """

    lines: tuple[AuditEntry, ...] = ()
    next: int | None = None
