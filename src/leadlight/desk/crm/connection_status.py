"""How a connection stands, by what the workspace knows: the CRM is not asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from leadlight.crm.declaration import Declaration
from leadlight.crm.read import read_declaration
from leadlight.crm.write_back import fingerprint_of
from leadlight.desk.crm.attempts import REASONS, crm_word
from leadlight.desk.crm.owed import owed_push
from leadlight.desk.wiring import crm_access
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.crm import PEOPLE, Connection, CrmAttempt, CrmTally
from leadlight.results.crm import (
    ConnectionFault,
    ConnectionLine,
    ConnectionStatus,
    OwedCounts,
    ReadingTally,
    Refusals,
)


def line_of(connection: Connection) -> ConnectionLine:
    """A connection as it is told."""
    declaration = read_declaration(connection.declaration, connection.name)
    seen = fingerprint_of(connection.name, connection.url, declaration)
    return ConnectionLine(
        connection.name,
        declaration.title,
        connection.url,
        connection.state,
        connection.by,
        connection.recorded_at,
        connection.rehearsal.startswith(seen),
    )


def status_of(workspace: Workspace, connection: Connection, most: int | None) -> ConnectionStatus:
    """How a connection stands. What is owed is counted where it has at most `most` people."""
    declaration = read_declaration(connection.declaration, connection.name)
    crm = workspace.ledger.crm()
    tally = crm.tally(connection.name, [r.name for r in declaration.readings])
    attempts = crm.attempts(connection.name)
    good = {a.verb: a.at for a in attempts if not a.code}
    is_live = connection.state == "connected"
    is_small = most is None or tally.records.get(PEOPLE, 0) <= most
    return ConnectionStatus(
        **asdict(line_of(connection)),
        since=tally.since,
        read_at=good.get("sync"),
        written_at=good.get("push"),
        faults=tuple(_standing_faults(attempts)) if is_live else (),
        readings=tuple(_reading_tallies(declaration, tally)),
        refusals=tuple(_refusals(tally.refusals)) if is_live else (),
        differs=tally.differs if is_live else 0,
        sending=tally.sending if is_live else 0,
        owed=_owed(workspace, connection.name, declaration) if is_live and is_small else None,
        secrets=crm_access.secret_variables(connection.name, declaration.auth),
    )


def _standing_faults(attempts: Sequence[CrmAttempt]) -> Iterator[ConnectionFault]:
    """The failures after which nothing of their verb went well: of each verb the newest counts."""
    newest = {a.verb: a for a in attempts}
    for a in newest.values():
        if a.code:
            sentence = REASONS.get(a.code, REASONS["other"])
            yield ConnectionFault(a.verb, a.code, crm_word(a.status), a.at, sentence)


def _reading_tallies(declaration: Declaration, tally: CrmTally) -> Iterator[ReadingTally]:
    for r in declaration.readings:
        if r.what != "names":
            records, facts = tally.records.get(r.name, 0), tally.facts.get(r.name, 0)
            yield ReadingTally(r.name, r.what, records, facts)


def _refusals(codes: Mapping[str, int]) -> Iterator[Refusals]:
    counts: Counter[str] = Counter()
    for code, records in codes.items():
        counts[crm_word(code) or "refused"] += records
    for code, records in counts.most_common():
        yield Refusals(code, records)


def _owed(workspace: Workspace, name: str, declaration: Declaration) -> OwedCounts:
    owed = owed_push(workspace, name, declaration).owed
    return OwedCounts(len(owed), sum(o.is_withdrawn for o in owed))
