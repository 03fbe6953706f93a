"""`explain --since`: what became of a lead between two moments, and which facts, hours and rules
made it so.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from leadlight.desk.leads.first_answer import FirstAnswerOptions
from leadlight.desk.leads.one_lead import NoSuchLead, explain_lead
from leadlight.desk.leads.qualifications import Qualifications, open_files
from leadlight.desk.leads.run import open_base
from leadlight.desk.playbooks import usable
from leadlight.desk.session import Session
from leadlight.facts.cohort import Known
from leadlight.plan.steps.lead import verifies
from leadlight.playbook.spec import Playbook
from leadlight.problems import CannotDo
from leadlight.results.difference import LeadDifference, difference
from leadlight.results.explanation import Explanation


@dataclass(frozen=True)
class CompareRequest:
    """What became of a lead between `since` and `as_of` (null: now); or with `leads` of one of that
    file, which says of each attribute only what it is now.

    `playbook_since` is the playbook at the earlier moment, where it was another.
    """

    lead: str
    since: datetime
    now: datetime
    as_of: datetime | None = None
    leads: Path | None = None
    activities: tuple[Path, ...] = ()
    playbook: str | None = None
    playbook_since: str | None = None
    known: Known = "then"


def compare(session: Session, request: CompareRequest) -> LeadDifference:
    """What was added, faded or changed between two moments, and which facts, hours and rules made
    it so. Raises `CannotDo` where there is no such lead, or the moments are the wrong way round.
    """
    first, last = request.since, request.as_of or request.now
    if first >= last:
        raise CannotDo(
            f"The earlier moment, {first:%Y-%m-%d %H:%M}, is not before the later one,"
            f" {last:%Y-%m-%d %H:%M}.",
            field="since",
        )
    earlier = request.playbook_since or request.playbook
    with _open_at(session, request, first, earlier) as then:
        book, name, text = then.playbook, then.playbook.file, then.playbook_text
        standing, before = then.standing, _explain(then, request.lead)
    with _open_at(session, request, last, request.playbook) as now:
        after = explain_lead(now.base, now.playbook, request.lead, last, ahead=False)
        after = replace(after, standing=now.standing)
        between = None
        if now.playbook.fingerprint != book.fingerprint:
            between = replace(_by(now, name, text, request.lead), standing=standing)
    if before is None and after.lead_id != request.lead:
        # It was named by an address, or another lead of its person, that it did not have then.
        with _open_at(session, request, first, earlier) as then:
            before = _explain(then, after.lead_id)
    found = difference(book, before, after, first, between)
    return found if request.leads is not None else replace(found, known=request.known)


@contextmanager
def _open_at(
    session: Session, request: CompareRequest, at: datetime, playbook: str | None
) -> Iterator[Qualifications]:
    """The base as of a moment, by a playbook's name (None: the one that counts then)."""
    if request.leads is not None:
        yield open_files(
            request.leads,
            request.activities,
            playbook=playbook,
            as_of=at,
            first_answer=FirstAnswerOptions(),
        )
        return
    with session.read("explain", request.now) as workspace:
        yield open_base(workspace, playbook, at, request.known)


def _explain(q: Qualifications, lead: str) -> Explanation | None:
    """The lead's explanation, or None where it was not there yet."""
    try:
        return explain_lead(q.base, q.playbook, lead, q.as_of, ahead=False)
    except NoSuchLead:
        return None


def _by(q: Qualifications, name: str, text: str, lead: str) -> Explanation:
    """The lead at this moment by another playbook."""
    book: Playbook = usable(text, name, q.base.sources.catalog)[0]
    base = q.base
    if verifies(book) and not verifies(q.playbook):
        base = base.with_checks(q.as_of)
    return explain_lead(base, book, lead, q.as_of, ahead=False)
