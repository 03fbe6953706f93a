"""`person`: everything that is known of a person, for the person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from leadlight.desk.leads.run import open_base
from leadlight.desk.persons.lookup import leads_of_person
from leadlight.desk.session import Session
from leadlight.desk.wiring import output_files
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.persons import PersonFact
from leadlight.problems import CannotDo
from leadlight.results.data import to_json
from leadlight.results.files import WrittenFile
from leadlight.results.persons import PersonQualification, PersonRecord
from leadlight.results.text.explanation import render_explanation

#: What somebody allows or refuses: of several leads the strictest counts.
_ALLOWED, _REFUSED = (
    ("consent", "ads_consent"),
    ("do_not_email", "do_not_call", "profiling_objected"),
)


@dataclass(frozen=True)
class PersonRequest:
    """All that is known of a person, by the id or the e-mail address of a lead, as of `now` (Arts.
    15 and 20 of the GDPR); `out` is the JSON file to write it to.
    """

    lead: str
    now: datetime
    out: Path | None = None


def person(session: Session, request: PersonRequest) -> PersonRecord:
    """Every fact of a person with its provenance and times, what it allows, and its qualification
    with every reason. Raises `CannotDo` where there is no such lead.
    """
    with output_files.together(claims=((request.out, "person"),)):
        with session.read("person", request.now) as workspace:
            leads = leads_of_person(workspace, request.lead)
            facts = workspace.ledger.person_facts(leads)
            qualification = _qualification(workspace, leads[0], request.now)
        record = PersonRecord(
            leads, request.now, consent_of(facts.statements), qualification, facts
        )
        if request.out is None:
            return record
        output_files.write_text(request.out, to_json(record) + "\n", "person")
        return replace(record, file=WrittenFile(request.out))


def _qualification(workspace: Workspace, lead: str, now: datetime) -> PersonQualification:
    """What the workspace's playbook says of the person now; or why it says nothing."""
    try:
        found = open_base(workspace, None, now)
        explanation = found.explain(lead)
    except CannotDo as fault:
        return PersonQualification(None, (), str(fault))
    lines = tuple(line for line in render_explanation(explanation, every=True) if line)
    return PersonQualification(explanation, lines, None)


def consent_of(statements: Iterable[PersonFact]) -> dict[str, bool | None]:
    """What the person allows and refuses, by the newest statement of each of its leads."""
    said: dict[str, dict[str, bool]] = {n: {} for n in (*_ALLOWED, *_REFUSED)}
    for fact in sorted(_valid_facts(statements), key=lambda f: (f.occurred_at, f.recorded_at)):
        for name in said:
            if name in fact.values:
                said[name][fact.lead_id] = bool(fact.values[name])
    return {
        name: (all if name in _ALLOWED else any)(of_leads.values()) if of_leads else None
        for name, of_leads in said.items()
    }


def _valid_facts(statements: Iterable[PersonFact]) -> Sequence[PersonFact]:
    return [f for f in statements if f.provenance.undone_at is None]
