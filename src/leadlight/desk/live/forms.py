"""`forms`: the forms of a workspace, where each is, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadlight.desk.session import Session
from leadlight.desk.workspace.form_folder import FormFolder
from leadlight.results.forms import FormLine, FormList


@dataclass(frozen=True)
class FormsRequest:
    """The forms in the folder `forms` of a workspace, as they are at `now`."""

    now: datetime


def forms(session: Session, request: FormsRequest) -> FormList:
    """Every form with its faults, and how often it was sent."""
    folder = FormFolder(session.place.folder)
    with session.read("forms", request.now) as workspace:
        counts = workspace.ledger.form_counts()
    lines = []
    for name in folder.names():
        found = folder.read_any(name)
        path, form = f"/f/{name}", found.form
        count = counts.get(path)
        lines.append(
            FormLine(
                name,
                form.title if form is not None else name,
                path,
                form is not None and form.double_opt_in,
                form.offer.name if form is not None and form.offer is not None else None,
                (*found.problems, *folder.missing_offer(found)),
                count.count if count is not None else 0,
                count.leads if count is not None else 0,
                count.last if count is not None else None,
            )
        )
    return FormList(tuple(lines))
