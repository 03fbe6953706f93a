"""`check`: whether a playbook can be used, and every reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from leadlight.desk.playbooks import read_text
from leadlight.desk.session import Session
from leadlight.facts.catalog import Catalog
from leadlight.playbook.read import read_playbook
from leadlight.playbook.spec import Playbook
from leadlight.problems import CannotDo
from leadlight.results.playbooks import PlaybookCheck, PlaybookContents


@dataclass(frozen=True)
class CheckRequest:
    """Check a playbook: a file (null: `playbook.yml` of the workspace)."""

    now: datetime
    playbook: Path | None = None


def check(session: Session, request: CheckRequest) -> PlaybookCheck:
    """Check a playbook against the names of a workspace, or the standard ones where there is
    none.
    """
    name, text, catalog = _text_and_names(session, request)
    book, problems = read_playbook(text, name, catalog)
    return PlaybookCheck(
        name,
        book.fingerprint if book else None,
        _contents(book) if book else None,
        tuple(problems),
    )


def _text_and_names(session: Session, request: CheckRequest) -> tuple[str, str, Catalog]:
    file = request.playbook
    text = read_text(file) if file else ""
    if not session.has_workspace:
        if file is None:
            raise CannotDo(
                "There is no workspace here. Name the playbook to check.", field="playbook"
            )
        return str(file), text, Catalog()
    with session.read("check", request.now) as workspace:
        catalog = workspace.ledger.catalog()
        if file is not None:
            return str(file), text, catalog
        written = workspace.written_playbook()
        return written.name, written.text, catalog


def _contents(book: Playbook) -> PlaybookContents:
    return PlaybookContents(
        len(book.signals),
        len(book.scores),
        len(book.scales),
        len(book.segments),
        len(book.routes),
    )
