"""`playbook`: the rules in sentences, their text, and the words that may stand in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from leadlight.desk.playbooks import book_of, find_playbook
from leadlight.desk.rules.diff import playbook_label, resolve_playbook
from leadlight.desk.session import Session
from leadlight.desk.workspace.workspace import AgreedPlaybook, Workspace
from leadlight.facts.catalog import KINDS, Catalog
from leadlight.playbook.conditions import FUNCTIONS
from leadlight.playbook.own_names import catalog_for, derived_names
from leadlight.playbook.sentences import chapters
from leadlight.playbook.spec import Playbook
from leadlight.problems import CannotDo
from leadlight.results.playbooks import KnownWord, PlaybookSentences


@dataclass(frozen=True)
class PlaybookRequest:
    """Read a playbook: a file, a preset, or a version's number (null: the one that the workspace
    goes by, as of the moment `at`; null: now).
    """

    now: datetime
    playbook: str | None = None
    at: datetime | None = None


def playbook(session: Session, request: PlaybookRequest) -> PlaybookSentences:
    """A playbook in sentences. One with faults is read as well: then it has no sentences."""
    if session.has_workspace:
        with session.read("playbook", request.now) as workspace:
            catalog, known = workspace.ledger.catalog(), workspace.ledger.agreements()
            agreed = _find(workspace, request, catalog)
        current = known.in_force(request.at or request.now)
        return _sentences_of(agreed._replace(current=current), request.playbook, catalog)
    if request.playbook is None:
        raise CannotDo("There is no workspace here. Name the playbook to read.", field="playbook")
    agreed = AgreedPlaybook(*find_playbook(request.playbook, Catalog())[:2])
    return _sentences_of(agreed, request.playbook, Catalog())


def _find(workspace: Workspace, request: PlaybookRequest, catalog: Catalog) -> AgreedPlaybook:
    if request.playbook is None:
        return workspace.agreed_playbook(request.at)
    return resolve_playbook(workspace, request.playbook, catalog, "playbook")


def _sentences_of(agreed: AgreedPlaybook, name: str | None, catalog: Catalog) -> PlaybookSentences:
    book, problems = book_of(agreed.text, agreed.name, catalog)
    return PlaybookSentences(
        playbook_label(agreed, name),
        book.name if book else "",
        book.about if book else "",
        book.fingerprint if book else None,
        agreed.version,
        agreed.current,
        agreed.text,
        chapters(book) if book else (),
        problems,
        tuple(_words(book, catalog)),
    )


def _words(book: Playbook | None, catalog: Catalog) -> Iterator[KnownWord]:
    """What may stand in a playbook, each word once: what it means itself comes first."""
    if book is not None:
        yield from (KnownWord(name, what) for name, what in derived_names(book).items())
        catalog = catalog_for(book, catalog)
        labels = {label.name: scale.name for scale in book.scales for label in scale.labels}
        yield from (KnownWord(name, "label", f"of {scale}") for name, scale in labels.items())
    attributes = catalog.lead.values()
    yield from (KnownWord(a.name, "attribute", a.about) for a in attributes if not a.gone)
    kinds = dict.fromkeys((*KINDS, *sorted(catalog.kinds)))
    yield from (KnownWord(kind, "activity") for kind in kinds)
    columns = catalog.activity.values()
    yield from (KnownWord(a.name, "of an activity", a.about) for a in columns if not a.gone)
    yield from (KnownWord(name, "function", about) for name, about in FUNCTIONS.items())
