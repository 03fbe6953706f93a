"""`object`: a person does not want to be profiled, or takes that back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from leadlight.desk.persons.lookup import leads_of_person
from leadlight.desk.session import Session
from leadlight.desk.wiring import ledgers
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.ledger import Arrival
from leadlight.facts.persons import OBJECTION
from leadlight.facts.protected_attributes import OBJECTED
from leadlight.results.persons import Objection


@dataclass(frozen=True)
class ObjectionRequest:
    """A lead, by its id or its e-mail address, objects to being scored and put into segments from
    `now` on (Art. 21 of the GDPR); with `withdraw` it takes that back.
    """

    lead: str
    now: datetime
    withdraw: bool = False


def record_objection(session: Session, request: ObjectionRequest) -> Objection:
    """State that a person objects to profiling, of each of its leads: none of them is in any
    qualification from then on. Raises `CannotDo` where there is no such lead.
    """
    with session.write("object", request.now) as workspace:
        now = workspace.after(request.now)
        leads = leads_of_person(workspace, request.lead)
        arrival = _arrival(workspace, leads, now, objected=not request.withdraw)
        receipt = workspace.ledger.append(arrival, now=now)
        return Objection(
            leads,
            withdrawn=request.withdraw,
            at=now,
            import_id=receipt.import_id if receipt.imported else None,
        )


def _arrival(
    workspace: Workspace, leads: Sequence[str], now: datetime, *, objected: bool
) -> Arrival:
    columns = ("lead_id", OBJECTED)
    return Arrival(
        "leads",
        ledgers.objection_rows(workspace.con, leads, objected=objected),
        "objection" if objected else "objection withdrawn",
        f"{OBJECTION} {now.isoformat()}",
        headers=columns,
        mapping={n: n for n in columns},
        read=len(leads),
        one_row_a_lead=True,
    )
