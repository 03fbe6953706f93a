"""`connect`, `disconnect`, and which CRMs are connected."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from leadlight.crm.declaration import OWN_PROPERTIES, Declaration
from leadlight.crm.read import NAME, SHIPPED, read_declaration, shipped_text
from leadlight.desk.crm.connection_status import line_of, status_of
from leadlight.desk.crm.connections import find_connection, open_connection
from leadlight.desk.crm.undo_push import put_back
from leadlight.desk.live.rows import moment_of_append
from leadlight.desk.progress import NullProgress, Progress
from leadlight.desk.session import Session
from leadlight.desk.texts import text_of
from leadlight.desk.wiring import crm_access
from leadlight.facts.crm import Connection
from leadlight.problems import CannotDo
from leadlight.results.crm import (
    Connections,
    ConnectResult,
    DisconnectResult,
)


@dataclass(frozen=True)
class ConnectRequest:
    """Connect a CRM: one that a declaration comes with, or a file that declares another one. `name`
    is how the connection is called (else as the CRM), `url` where the CRM is (else as declared).
    `secret` is kept in the keyring of this computer.
    """

    crm: str
    now: datetime
    by: str
    name: str | None = None
    url: str | None = None
    secret: str | None = None


@dataclass(frozen=True)
class ConnectionsRequest:
    """The connections of a workspace, and how each stands. What is owed to one is counted where it
    has at most `most` people: of very many that takes seconds. None: always.
    """

    now: datetime
    most: int | None = None


@dataclass(frozen=True)
class DisconnectRequest:
    """End a connection; its facts stay. With `restore` our properties first get back what stood
    there before we wrote to each record.
    """

    connection: str
    now: datetime
    by: str
    restore: bool = False


def connect(session: Session, request: ConnectRequest) -> ConnectResult:
    """Connect a CRM, once it answers with these secrets. Nothing is read yet."""
    declaration = _declaration(request.crm)
    name = request.name or declaration.crm
    if not NAME.fullmatch(name):
        raise CannotDo(
            f"{name!r} cannot name a connection: use small letters, digits and hyphens.",
            field="name",
        )
    url = (request.url or declaration.url).rstrip("/")
    crm_access.must_be_safe(url)
    with session.read("connect", request.now) as workspace:
        _must_be_free(workspace.ledger.crm().connections(), name, url)
    if request.secret is not None:
        crm_access.keep_secret(name, declaration.auth.secrets[-1], request.secret)
    line = crm_access.crm_line(declaration, name, url)
    try:
        with closing(line.windows(declaration.people.name, {}, {}, 1)) as windows:
            next(windows, None)
    finally:
        line.close()
    with session.write("connect", request.now) as workspace:
        crm, at = workspace.ledger.crm(), moment_of_append(workspace, request.now)
        before = {c.name: c for c in crm.connections()}.get(name)
        keys, rehearsal = (before.keys, before.rehearsal) if before else ({}, "")
        _must_be_free(crm.connections(), name, url)
        if before is not None and before.url != url:
            keys = {}
        connection = Connection(
            name, url, declaration.text, "connected", keys, rehearsal, request.by, at
        )
        crm.record_connection(connection)
    return ConnectResult(
        line_of(connection),
        declaration.scopes,
        crm_access.secret_variables(name, declaration.auth),
        tuple(r.name for r in declaration.readings),
        tuple(declaration.write.key.replace("{name}", n) for n in OWN_PROPERTIES),
    )


def _must_be_free(known: Sequence[Connection], name: str, url: str) -> None:
    """Raises `CannotDo` where another CRM is connected by that name: its secret is not for this
    one, nor would it survive.
    """
    for other in known:
        if other.name == name and other.state == "connected" and other.url != url:
            raise CannotDo(
                f"{name} is connected with {other.url}. Give this one another name.", field="name"
            )


def connections(session: Session, request: ConnectionsRequest) -> Connections:
    """Which CRMs are connected and how each stands, and which could be. No CRM is asked."""
    with session.read("connect", request.now) as workspace:
        found = workspace.ledger.crm().connections()
        stands = tuple(status_of(workspace, c, request.most) for c in found)
    return Connections(stands, SHIPPED)


def disconnect(
    session: Session, request: DisconnectRequest, progress: Progress = NullProgress()
) -> DisconnectResult:
    """End a connection: it is read and written no more, and its secrets leave the keyring."""
    connection, restored, left = find_connection(session, request.connection, request.now), 0, 0
    if request.restore:
        with open_connection(session, request.connection, request.now) as opened:
            with session.read("disconnect", request.now) as workspace:
                crm = workspace.ledger.crm()
                pushes, first = crm.pushes(opened.name), crm.first_values(opened.name)
            mine = {i: f for i, f in pushes.items() if first.get(i)}
            restored, left, owed = put_back(session, opened, mine, first, request.now, progress)
            left += owed
    with session.write("disconnect", request.now) as workspace:
        at = moment_of_append(workspace, request.now)
        ended = replace(
            connection, state="disconnected", rehearsal="", by=request.by, recorded_at=at
        )
        workspace.ledger.crm().record_connection(ended)
    declaration = read_declaration(connection.declaration, connection.name)
    crm_access.drop_secrets(connection.name, declaration.auth)
    return DisconnectResult(line_of(ended), restored, left)


def declaration_text(crm: str) -> str:
    """How a CRM is declared: one that comes with Leadlight, or a file."""
    is_file = Path(crm).suffix in (".yml", ".yaml")
    return text_of(Path(crm)) if is_file else shipped_text(crm)


def _declaration(crm: str) -> Declaration:
    return read_declaration(declaration_text(crm), Path(crm).name)
