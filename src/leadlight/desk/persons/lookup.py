"""Whom a user means by an id or an e-mail address: a person, with all its leads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from leadlight.desk.leads.one_lead import NoSuchLead
from leadlight.desk.session import Session
from leadlight.desk.wiring import duplicate_links
from leadlight.desk.workspace.workspace import Workspace
from leadlight.problems import CannotDo


def leads_of_person(workspace: Workspace, wanted: str) -> tuple[str, ...]:
    """The ids of the leads that are the person, as they are linked now: the one that is meant
    first.

    Raises `CannotDo` where there is no such lead, or the address is that of several persons.
    """
    found = workspace.ledger.find_leads(wanted)
    if not found:
        raise NoSuchLead(
            f"There is no lead {wanted!r}. Name it by its id or its e-mail address.", field="lead"
        )
    groups = {lead: _group_of(workspace, lead) for lead in found}
    if len(set(groups.values())) > 1:
        raise CannotDo(
            f"{len(found)} leads have that address: {', '.join(found)}. Name one by its id, or link"
            " them first if they are one person.",
            field="lead",
        )
    rest = [lead for lead in groups[found[0]] if lead != found[0]]
    return (found[0], *rest)


def attributes_of_lead(session: Session, lead: str, now: datetime) -> Mapping[str, object]:
    """What is known of a lead at a moment, by attribute; nothing where there is no such lead."""
    with session.read("lead", now) as workspace:
        if not workspace.ledger.find_leads(lead):
            return {}
        return workspace.ledger.attributes_of(lead, now)


def _group_of(workspace: Workspace, lead: str) -> tuple[str, ...]:
    """The leads that are one person with this one, itself among them."""
    members = workspace.ledger.members("person")
    return duplicate_links.group_of(workspace.con, members, lead) or (lead,)
