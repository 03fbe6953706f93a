"""`forget`: a person is removed from the workspace, and does not come back with an old file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadlight.desk.persons.lookup import leads_of_person
from leadlight.desk.session import Session
from leadlight.desk.wiring import computer, output_files
from leadlight.facts.persons import Erasure, ErasureReceipt
from leadlight.results.persons import ForgottenPerson

_WHY = "asked to be forgotten"
_DIGITS = 7


@dataclass(frozen=True)
class ForgetRequest:
    """Forget a person, by the id or the e-mail address of a lead: its facts, and those of the leads
    that are one person with it, are removed for good (Art. 17 of the GDPR).

    `by` is who did it (null: the user of this computer), `why` is kept with the tombstone: write no
    personal data into it. With `preview` nothing is removed.
    """

    lead: str
    now: datetime
    by: str | None = None
    why: str | None = None
    preview: bool = False


def erasure_count(session: Session, now: datetime) -> int:
    """A number that grows with every person who is forgotten: an answer that was kept before still
    names them.
    """
    with session.read("persons", now) as workspace:
        return workspace.ledger.erasures()


def forget(session: Session, request: ForgetRequest) -> ForgottenPerson:
    """Remove a person from the ledger. Raises `CannotDo` where there is no such lead."""
    opening = session.read if request.preview else session.write
    with opening("forget", request.now) as workspace:
        leads = leads_of_person(workspace, request.lead)
        by = request.by or computer.who(workspace.folder)[0] or "somebody"
        receipt = workspace.ledger.forget(
            Erasure(leads, by, request.why or _WHY), now=request.now, preview=request.preview
        )
    files = () if session.place.address else _files(session.place.folder, receipt)
    return ForgottenPerson(
        leads,
        receipt.rows,
        receipt.rejects,
        len(receipt.shared),
        files,
        receipt.recorded_at,
        preview=request.preview,
        is_overwritten=receipt.is_overwritten,
    )


def _files(folder: Path, receipt: ErasureReceipt) -> tuple[Path, ...]:
    """The files beside the ledger that still name the person; an id alone proves nothing there."""
    words = [v for v in receipt.values if "@" in v or sum(c.isdigit() for c in v) >= _DIGITS]
    return tuple(output_files.files_that_name(folder, words))
