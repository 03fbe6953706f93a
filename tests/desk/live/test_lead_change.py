"""Changing leads from a list: one attribute, many leads, outcomes; taken back, and in conflict."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from leadlight.desk.leads.lead_list import LeadsRequest, leads
from leadlight.desk.live.lead_change import (
    ChangeLeadsRequest,
    Conflict,
    UndoChangeRequest,
    change_leads,
    undo_change,
)
from leadlight.desk.session import Session
from leadlight.problems import CannotDo

NOW = datetime(2026, 11, 1, 9)
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def session(qualified: str) -> Session:
    return Session(qualified)


def change(session: Session, **fields: object) -> object:
    return change_leads(session, ChangeLeadsRequest(LATER, "eva", **fields))  # type: ignore[arg-type]


def known(session: Session, name: str) -> dict[str, object]:
    listed = leads(session, LeadsRequest(LATER + timedelta(hours=1), columns=(name,)))
    return {line.lead_id: line.attributes.get(name) for line in listed.leads}


def test_an_attribute_is_said_of_all_that_a_filter_leaves_and_taken_back(session: Session) -> None:
    """The two large ones get an owner; then it is as it was, labels too."""
    wanted = LeadsRequest(NOW, filter="employees >= 60")
    done = change_leads(
        session, ChangeLeadsRequest(LATER, "eva", list=wanted, values={"owner": "Bo"})
    )
    assert (done.leads, done.what, done.by) == (2, "owner = Bo", "eva")
    assert known(session, "owner") == {"L1": "Bo", "L2": "Bo", "L3": None}
    undone = undo_change(session, UndoChangeRequest(done.change_id, LATER + timedelta(minutes=1)))
    assert undone.imports == done.imports
    assert set(known(session, "owner").values()) == {None}
    with pytest.raises(CannotDo, match="already"):
        undo_change(session, UndoChangeRequest(done.change_id, LATER + timedelta(minutes=2)))


def test_a_change_qualifies_at_once(session: Session) -> None:
    done = change_leads(
        session, ChangeLeadsRequest(LATER, "eva", leads=("L3",), values={"employees": "1,200"})
    )
    assert done.run_id == "r2"
    (line,) = leads(session, LeadsRequest(LATER, filter="large and lead_id = 'L3'")).leads
    assert line.scores["fit"] == 20


def test_an_outcome_of_several_leads(session: Session) -> None:
    request = ChangeLeadsRequest(LATER, "eva", leads=("L1", "L2"), outcome="lost")
    with pytest.raises(CannotDo, match="why"):
        change_leads(session, request)
    done = change_leads(session, replace(request, because="closed down"))
    with session.read("test", LATER + timedelta(hours=1)) as workspace:
        touches = workspace.ledger.sales_touches(["L1", "L2", "L3"], None)
    assert [touches[lead].kind for lead in ("L1", "L2", "L3")] == ["lost", "lost", None]
    assert done.what == "lost"


def test_who_was_faster_is_not_written_over(session: Session) -> None:
    """Two people opened the lead when it had 60 employees."""
    change(session, leads=("L1",), values={"employees": "80"}, seen={"employees": "60"})
    with pytest.raises(Conflict, match="employees") as conflict:
        change(session, leads=("L1",), values={"employees": "90"}, seen={"employees": "60"})
    assert conflict.value.standing == {"employees": "80"}
    assert known(session, "employees")["L1"] == 80


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"employees": "many"}, "'many' is no whole number"),
        ({"employes": "3"}, "Did you mean 'employees'"),
        ({"email_verdict": "fine"}, "Nobody can state"),
        ({"email": " "}, "cannot be made unsaid"),
        ({}, "what is to be changed"),
    ],
)
def test_what_cannot_be_said_is_told(session: Session, values: dict[str, str], said: str) -> None:
    with pytest.raises(CannotDo, match=said):
        change(session, leads=("L1",), values=values)
