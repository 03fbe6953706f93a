"""What may be done by whom: the scopes of keys, and the roles of people."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

Scope: TypeAlias = Literal["write", "read", "act", "rules", "admin"]

#: Every scope, and what it allows.
SCOPES: dict[Scope, str] = {
    "write": "send events and leads; a key that has only this may stand in a page",
    "read": "see leads, the reasons, the rules and what was imported",
    "act": "import, qualify, verify, link duplicates, record outcomes",
    "rules": "publish, sign and rehearse rules, learn models, undo an import",
    "admin": "everything, and users, keys and the audit log",
}

#: Every role of a person, and the scopes it has.
ROLES: dict[str, frozenset[Scope]] = {
    "viewer": frozenset({"read"}),
    "rep": frozenset({"read", "act"}),
    "manager": frozenset({"read", "act", "rules"}),
    "admin": frozenset(get_args(Scope)),
}


def may(scopes: frozenset[str], needs: Scope) -> bool:
    """Whether somebody with these scopes may do what needs that one."""
    return needs in scopes or "admin" in scopes


def scopes_of(roles: frozenset[str]) -> frozenset[str]:
    """The scopes of somebody with these roles."""
    return frozenset(s for role in roles for s in ROLES.get(role, frozenset[Scope]()))
