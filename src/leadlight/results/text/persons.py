"""What was done with a person's rights, as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadlight.problems import NextStep, plural
from leadlight.results.persons import ForgottenPerson, Objection, PersonRecord
from leadlight.results.summary import label_text
from leadlight.results.text.lines import Hint, Line, Part, files_line


def render_objection(objection: Objection) -> Iterator[Part]:
    """Who objects since when, and what follows from it."""
    leads, several = leads_phrase(objection.leads), len(objection.leads) > 1
    if objection.import_id is None and objection.withdrawn:
        yield f"{leads} did not object to profiling. Nothing was changed."
        return
    if objection.import_id is None:
        yield f"{leads} objected to profiling already. Nothing was changed."
        return
    when = f"{objection.at:%Y-%m-%d %H:%M}"
    if objection.withdrawn:
        yield (
            f"{leads} {'do' if several else 'does'} not object to profiling any more since {when}"
            f" ({objection.import_id}): qualified again from the next run on."
        )
    else:
        yield (
            f"{leads} {'object' if several else 'objects'} to profiling since {when}"
            f" ({objection.import_id}): neither scored nor put into segments, and gone from the"
            " next run on."
        )
    yield Hint("For labels that show it:", NextStep("qualify", {"touched": True}))


def leads_phrase(leads: Sequence[str]) -> str:
    """Some leads by their ids, at the beginning of a sentence."""
    return f"The lead{'s' if len(leads) > 1 else ''} {', '.join(leads)}"


#: What the rows of each table are, in words.
_ROWS = {
    "attribute_facts": ("statement about them", "statements about them"),
    "activity_facts": ("activity", "activities"),
    "contact_facts": ("check of a contact", "checks of contacts"),
    "link_facts": ("link", "links"),
    "member_facts": ("row of who belongs together", "rows of who belongs together"),
    "run_changes": ("label of a run", "labels of runs"),
    "lead_states": ("line of the list of leads", "lines of the list of leads"),
    "label_moves": ("move between labels", "moves between labels"),
    "delivery_facts": ("delivery to another system", "deliveries to other systems"),
    "assignment_facts": ("assignment to somebody", "assignments to somebody"),
    "clock_facts": ("step of a response time", "steps of a response time"),
    "routing_events": ("message about an assignment", "messages about assignments"),
    "step_facts": ("step of a track", "steps of tracks"),
    "crm_records": ("record of a CRM", "records of a CRM"),
    "push_facts": ("write-back to a CRM", "write-backs to a CRM"),
    "due": ("note of when to look again", "notes of when to look again"),
}


def render_erasure(person: ForgottenPerson) -> Iterator[Part]:
    """What was removed of whom, and what still names the person."""
    verb = "would be" if person.preview else ("are" if len(person.leads) > 1 else "is")
    yield f"{leads_phrase(person.leads)} {verb} forgotten:"
    for table, count in person.rows.items():
        one, many = _ROWS.get(table, (f"row of {table}", f"rows of {table}"))
        yield f"  {plural(count, one, many)}"
    if person.rejects:
        yield f"  the text of {plural(person.rejects, 'rejected row', 'rejected rows')}"
    if person.shared_addresses:
        addresses = plural(person.shared_addresses, "address is", "addresses are")
        yield f"  {addresses} that of other leads too, and stays theirs."
    if person.rows.get("crm_records"):
        yield Line(
            "Its record in the CRM, with what was written there, is not touched. Delete it there:"
            " here nothing of it comes in again.",
            "doubt",
        )
    if person.files:
        yield Line("These files still name the person. Delete them:", "doubt")
        yield from (f"  {file}" for file in person.files)
    if person.preview:
        return
    yield "A salted hash of the ids and addresses stays, so that no later import brings them back."
    if person.is_overwritten is None:
        yield (
            "The server frees the space with VACUUM, which it runs by itself. Until then the bytes"
            " are in its files; its backups keep them as long as you keep those."
        )
    elif not person.is_overwritten:
        yield Line(
            "Others were reading the ledger, so its file still holds the bytes. They are written"
            " over when somebody is forgotten while nobody reads.",
            "doubt",
        )
    yield "Backups and files that you gave to others are not touched."


def render_record(record: PersonRecord) -> Iterator[Part]:
    """How much is known of a person, what it allows, and what the playbook says of it."""
    facts, qualification = record.facts, record.qualification
    yield f"{leads_phrase(record.leads)}, as of {record.at:%Y-%m-%d %H:%M} UTC:"
    for count, one, many in (
        (len(facts.statements), "statement", "statements"),
        (len(facts.activities), "activity", "activities"),
        (len(facts.checks), "check of its contact", "checks of its contact"),
        (len(facts.links), "link with another lead", "links with other leads"),
        (len(facts.labels), "change of labels in stored runs", "changes of labels in stored runs"),
        (len(facts.rejects), "rejected row that names it", "rejected rows that name it"),
        (len(facts.assignments), "assignment to somebody", "assignments to somebody"),
        (len(facts.clocks), "step of a response time", "steps of a response time"),
        (len(facts.messages), "message about an assignment", "messages about assignments"),
        (len(facts.steps), "step of a track", "steps of tracks"),
    ):
        if count:
            yield f"  {plural(count, one, many)}"
    said = [f"{n} = {'yes' if v else 'no'}" for n, v in record.consent.items() if v is not None]
    yield f"  consent: {', '.join(said) or 'nothing was said'}"
    if qualification.explanation is None:
        yield f"  no qualification: {qualification.why_none}"
    else:
        labels = (
            f"{label_text(x.scale)} {label_text(x.label)}" for x in qualification.explanation.labels
        )
        yield f"  qualified by {qualification.explanation.playbook}: {', '.join(labels)}"
    if record.file is None:
        yield Hint(
            "To have all of it:",
            NextStep("person", {"lead": record.leads[0], "out": "person.json"}),
        )
    else:
        yield from files_line([record.file])
