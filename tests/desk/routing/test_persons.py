"""A person may see whose their lead was, and is forgotten with it."""

from __future__ import annotations

from leadlight.desk.persons.erasure import ForgetRequest, forget
from leadlight.desk.persons.record import PersonRequest, person
from leadlight.desk.routing.assign import AssignRequest, assign
from leadlight.desk.session import Session
from tests.desk.routing.conftest import MONDAY


def test_a_person_sees_its_assignments_and_is_forgotten_with_them(session: Session) -> None:
    """L1 was given to somebody; its record says to whom and why, and after it is forgotten nothing does."""
    made = assign(session, AssignRequest(MONDAY, "ada"))
    person_of_l1 = next(a.person for a in made.assignments if a.lead_id == "L1")
    found = person(session, PersonRequest("L1", MONDAY)).facts.assignments
    assert [(f.kind, f.values["person"], f.values["by"]) for f in found] == [
        ("assigned", person_of_l1, "ada")
    ]
    gone = forget(session, ForgetRequest("L1", MONDAY, "eve"))
    assert gone.rows["assignment_facts"] == gone.rows["routing_events"] == 1
    with session.read("test", MONDAY) as workspace:
        assert workspace.ledger.assignments().history("L1") == ()
