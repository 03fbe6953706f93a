"""What a sync leaves to be done: merges become links, and who was erased there is forgotten here.

Each is found by the state of records, and so it is done by the next sync where one was ended.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from leadlight.desk.crm.connections import OpenConnection
from leadlight.desk.leads.dedupe import DecideRequest, Decision, decide
from leadlight.desk.live.rows import moment_of_append
from leadlight.desk.persons.lookup import leads_of_person
from leadlight.desk.session import Session
from leadlight.facts.crm import PEOPLE, CrmRecord
from leadlight.facts.persons import Erasure
from leadlight.problems import CannotDo

_LINKED = "linked"
_WHY = "erased in the CRM"


def settle(session: Session, opened: OpenConnection, now: datetime) -> None:
    """Link who was merged, forget who was erased."""
    with session.read("sync", now) as workspace:
        crm = workspace.ledger.crm()
        merged = [r for r in crm.records_in(opened.name, PEOPLE, "merged") if r.digest != _LINKED]
        stayed = crm.records(opened.name, PEOPLE, [str(r.of_record) for r in merged])
        erased = crm.records_in(opened.name, PEOPLE, "erased")
    for record in merged:
        other = stayed.get(str(record.of_record))
        if other is not None and record.lead_id and other.lead_id:
            _link(session, opened.name, record, str(other.lead_id), now)
    for record in erased:
        _forget(session, opened.name, record, now)


def _link(session: Session, connection: str, record: CrmRecord, other: str, now: datetime) -> None:
    try:
        decision = Decision(str(record.lead_id), other, "made", "person")
        decide(session, DecideRequest((decision,), connection, now))
    except CannotDo:
        pass  # it was decided before, or one of them is no lead any more
    with session.write("sync", now) as workspace:
        workspace.ledger.crm().record_window(
            connection,
            [replace(record, digest=_LINKED)],
            {},
            moment_of_append(workspace, now),
        )


def _forget(session: Session, connection: str, record: CrmRecord, now: datetime) -> None:
    with session.write("sync", now) as workspace:
        at = moment_of_append(workspace, now)
        try:
            leads = leads_of_person(workspace, str(record.lead_id))
        except CannotDo:  # an activity named it, and nothing else is known of it
            leads = (str(record.lead_id),)
        workspace.ledger.forget(Erasure(leads, connection, _WHY), now=at)
