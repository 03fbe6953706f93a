"""What is owed to a CRM: the newest qualification of each record's lead, minus what was
acknowledged.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from leadlight.crm.declaration import Declaration
from leadlight.crm.write_back import same_value, values_of
from leadlight.desk.wiring import duplicate_links
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.crm import PEOPLE, CrmRecord, PushFact


@dataclass(frozen=True)
class OwedRecord:
    """A record to which something is owed: our properties as they should be, and what became of
    them last. `is_withdrawn`: its lead is in no run any more.
    """

    external_id: str
    lead_id: str
    target: Mapping[str, str]
    fact: PushFact | None
    is_withdrawn: bool


@dataclass(frozen=True)
class OwedPush:
    """What is owed in all: of so many living records; in `differs` somebody changed a property
    since we wrote it.
    """

    connected: int
    owed: tuple[OwedRecord, ...]
    differs: int
    push_no: int


def owed_push(workspace: Workspace, connection: str, declaration: Declaration) -> OwedPush:
    """What is owed to a connection. Of a lead that objected, or left every run, our values are
    withdrawn where we wrote some; nothing goes to a record that was deleted there.
    """
    crm = workspace.ledger.crm()
    records = crm.records_in(connection, PEOPLE, "live")
    targets = target_values(workspace, connection, declaration, {str(r.lead_id) for r in records})
    pushes = crm.pushes(connection)
    owed, differs = [], 0
    for record in records:
        target = targets[str(record.lead_id)]
        fact = pushes.get(record.external_id)
        differs += fact is not None and bool(fact.differs) and fact.state != "released"
        if _is_owed(target, fact):
            owed.append(_owed(record, target, fact))
    numbers = [p.push_no for p in pushes.values()]
    return OwedPush(len(records), tuple(owed), differs, max(numbers, default=0) + 1)


def target_values(
    workspace: Workspace, connection: str, declaration: Declaration, leads: Set[str]
) -> Mapping[str, Mapping[str, str]]:
    """Our properties as they should be, by lead: empty for one that is in no run, or objected."""
    labels = workspace.ledger.crm().standing_labels(connection)
    groups = _groups(workspace)
    objectors = _objectors(workspace, groups)
    return {
        lead: values_of(
            None if lead in objectors else labels.get(groups.get(lead, lead)),
            declaration.write.moment,
        )
        for lead in leads
    }


def _owed(record: CrmRecord, target: Mapping[str, str], fact: PushFact | None) -> OwedRecord:
    return OwedRecord(
        record.external_id, str(record.lead_id), target, fact, not any(target.values())
    )


def _is_owed(target: Mapping[str, str], fact: PushFact | None) -> bool:
    """Whether something but the moment differs from what the CRM has said that it holds, and it is
    not somebody else's.
    """
    if fact is None:
        return any(target.values())
    if fact.state in ("sending", "released"):
        return True  # nobody knows yet what arrived; or somebody wants it written over
    return any(
        not same_value(n, v, fact.given.get(n, ""))
        for n, v in target.items()
        if n != "as_of" and n not in fact.differs
    )


def _groups(workspace: Workspace) -> Mapping[str, str]:
    """Lead -> the lead after which its person is called, of those that are linked."""
    members = workspace.ledger.members("person")
    return duplicate_links.group_names(workspace.con, members)


def _objectors(workspace: Workspace, groups: Mapping[str, str]) -> frozenset[str]:
    """Who objected: of linked leads the word of one is that of all."""
    said = workspace.ledger.crm().objectors()
    of_groups = {groups[lead] for lead in said if lead in groups}
    return said | {lead for lead, group in groups.items() if group in of_groups}
