"""Keys and users as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.results.access import KeyLine, KeyLines, PersonLine, PersonLines
from leadlight.results.text.lines import Part


def render_key(key: KeyLine) -> Iterator[Part]:
    """A key that was made or revoked."""
    if key.token is not None:
        yield f"Key {key.key_id} ({', '.join(key.scopes)}), shown once: {key.token}"
    elif key.revoked_at is not None:
        yield f"Key {key.key_id} ({key.name}) is revoked; a server heeds it within some seconds."


def render_keys(found: KeyLines) -> Iterator[Part]:
    """The keys, the newest first."""
    if not found.keys:
        yield "No key was made yet."
    for key in found.keys:
        state = "revoked" if key.revoked_at else f"last used {key.last_used or 'never'}"
        scopes = ", ".join(key.scopes)
        yield f"{key.key_id:>4}  {key.prefix}...  {scopes:<12}  {state:<22}  {key.name}"


def render_person(person: PersonLine) -> Iterator[Part]:
    """Somebody who may log in from now on, or no longer."""
    if person.active:
        yield f"{person.name} may log in as {', '.join(person.roles)}."
    else:
        yield f"{person.name} may no longer log in."


def render_people(found: PersonLines) -> Iterator[Part]:
    """Who may log in."""
    if not found.users:
        yield "Nobody may log in yet. The server shows a first link when it starts."
    for person in found.users:
        state = "" if person.active else "  (may not log in)"
        yield f"{person.name}  {', '.join(person.roles)}{state}"
