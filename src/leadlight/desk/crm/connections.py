"""Which CRMs a workspace is connected with, and a line to one of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime

from leadlight.crm.declaration import Declaration
from leadlight.crm.read import read_declaration
from leadlight.desk.crm.attempts import note_failure
from leadlight.desk.session import Session
from leadlight.desk.wiring import crm_access
from leadlight.facts.crm import AttemptVerb, Connection
from leadlight.facts.crm_line import CrmLine
from leadlight.problems import CannotDo, NextStep, did_you_mean


@dataclass(frozen=True)
class OpenConnection:
    """A connection with its declaration and an open line."""

    connection: Connection
    declaration: Declaration
    line: CrmLine

    @property
    def name(self) -> str:
        """How people name it."""
        return self.connection.name


def find_connection(
    session: Session, name: str | None, now: datetime, *, verb: str = "connections"
) -> Connection:
    """The connection of that name, or the only one. Raises `CannotDo` where there is none."""
    with session.read(verb, now) as workspace:
        known = [c for c in workspace.ledger.crm().connections() if c.state == "connected"]
    if name is None:
        if len(known) == 1:
            return known[0]
        if known:
            raise CannotDo(
                f"There are several connections: {', '.join(c.name for c in known)}. Name one.",
                field="connection",
            )
    for connection in known:
        if connection.name == name:
            return connection
    hint = did_you_mean(name or "", [c.name for c in known])
    raise CannotDo(
        f"No CRM is connected as {name!r}. {hint}" if name else "No CRM is connected.",
        field="connection",
        step=None if known else NextStep("connect", {}),
    )


@contextmanager
def open_connection(
    session: Session, name: str | None, now: datetime, verb: AttemptVerb | None = None
) -> Iterator[OpenConnection]:
    """A connection with an open line. Raises `CannotDo` where it cannot be opened, which is kept as
    a failure of `verb`.
    """
    connection = find_connection(session, name, now)
    with note_failure(session, connection.name, verb, now) if verb else nullcontext():
        declaration = read_declaration(connection.declaration, connection.name)
        line = crm_access.crm_line(declaration, connection.name, connection.url)
    try:
        yield OpenConnection(connection, declaration, line)
    finally:
        line.close()
