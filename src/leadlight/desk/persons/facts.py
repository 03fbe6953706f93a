"""`facts`: every fact of a person, with where it came from and since when it is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadlight.desk.persons.lookup import leads_of_person
from leadlight.desk.session import Session
from leadlight.facts.persons import PersonFacts


@dataclass(frozen=True)
class FactsRequest:
    """The facts of a person, by the id or the e-mail address of a lead."""

    lead: str
    now: datetime


def facts(session: Session, request: FactsRequest) -> PersonFacts:
    """Every fact of a person. Raises `CannotDo` where there is no such lead."""
    with session.read("facts", request.now) as workspace:
        return workspace.ledger.person_facts(leads_of_person(workspace, request.lead))
