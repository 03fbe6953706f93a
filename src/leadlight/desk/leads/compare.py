"""`explain --since`: what became of a lead between two moments, and which facts, hours and rules
made it so.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from leadlight.desk.leads.explain import NoSuchLead, explain
from leadlight.desk.leads.qualify import Qualifications, opened
from leadlight.desk.leads.run import looked_at
from leadlight.desk.moments import when
from leadlight.desk.playbooks import usable
from leadlight.desk.workspace.workspace import Place
from leadlight.facts.cohort import Known
from leadlight.plan.steps.lead import verifies
from leadlight.playbook.spec import Playbook
from leadlight.problems import CannotDo
from leadlight.results.difference import LeadDifference, difference
from leadlight.results.explanation import Explanation

#: The base as of a moment, by a playbook's name (None: the one that counts then), nothing
#: qualified.
Looked = Callable[[datetime, str | None], AbstractContextManager[Qualifications]]


def in_workspace(
    place: Place | Path,
    lead: str,
    since: str,
    as_of: str | None,
    *,
    playbook: str | None = None,
    playbook_since: str | None = None,
    known: Known = "then",
) -> LeadDifference:
    """A lead of a workspace at two moments. `playbook_since` is the playbook at the earlier one,
    where it was another.
    """

    def looked(at: datetime, book: str | None) -> AbstractContextManager[Qualifications]:
        return looked_at(place, "explain", playbook=book, as_of=at, known=known, whole=False)

    return replace(_compared(looked, lead, since, as_of, playbook, playbook_since), known=known)


def in_files(
    leads: Path,
    activities: Sequence[Path],
    lead: str,
    since: str,
    as_of: str | None,
    *,
    playbook: str | None = None,
    playbook_since: str | None = None,
) -> LeadDifference:
    """A lead of files at two moments: a file says of each attribute only what it is now."""

    def looked(at: datetime, book: str | None) -> AbstractContextManager[Qualifications]:
        return nullcontext(opened(leads, list(activities), playbook=book, as_of=at))

    return _compared(looked, lead, since, as_of, playbook, playbook_since)


def _compared(
    looked: Looked,
    lead: str,
    since: str,
    as_of: str | None,
    playbook: str | None,
    playbook_since: str | None,
) -> LeadDifference:
    first, last = when(since), when(as_of)
    if first >= last:
        raise CannotDo(
            f"--since {first:%Y-%m-%d %H:%M} is not before --as-of {last:%Y-%m-%d %H:%M}. Name the"
            " earlier moment with --since."
        )
    with looked(first, playbook_since or playbook) as then:
        book, name, text = then.playbook, then.playbook.file, then.playbook_text
        before = _there(then, lead)
    with looked(last, playbook) as now:
        after = replace(
            explain(now.base, now.playbook, lead, last, ahead=False), standing=now.standing
        )
        other = now.playbook.fingerprint != book.fingerprint
        between = replace(_by(now, name, text, lead), standing=then.standing) if other else None
    if (
        before is None and after.lead_id != lead
    ):  # asked for by an address or a twin that it did not have then
        with looked(first, playbook_since or playbook) as then:
            before = _there(then, after.lead_id)
    return difference(book, before, after, first, between)


def _there(q: Qualifications, lead: str) -> Explanation | None:
    """The lead's explanation, or None where it was not there yet."""
    try:
        return explain(q.base, q.playbook, lead, q.as_of, ahead=False)
    except NoSuchLead:
        return None


def _by(q: Qualifications, name: str, text: str, lead: str) -> Explanation:
    """The lead at this moment by another playbook."""
    book: Playbook = usable(text, name, q.base.sources.catalog)[0]
    base = q.base.with_checks(q.as_of) if verifies(book) and not verifies(q.playbook) else q.base
    return explain(base, book, lead, q.as_of, ahead=False)
