"""`diff`: what a playbook says otherwise than another, or than the one in force."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import datetime

from leadlight.desk.playbooks import find_playbook, usable
from leadlight.desk.session import Session
from leadlight.desk.workspace.workspace import AgreedPlaybook, Workspace
from leadlight.facts.catalog import Catalog
from leadlight.playbook.diff.difference import difference
from leadlight.problems import CannotDo
from leadlight.results.playbooks import NamedPlaybook, PlaybookComparison

_NUMBER = re.compile(r"v?\d{1,7}", re.IGNORECASE)


@dataclass(frozen=True)
class DiffRequest:
    """Compare two playbooks: files, presets, or version numbers of a workspace; `old` null: the one
    in force there.
    """

    new: str
    now: datetime
    old: str | None = None


def diff(session: Session, request: DiffRequest) -> PlaybookComparison:
    """What `new` says otherwise than `old`, in sentences."""
    if session.has_workspace:
        with session.read("diff", request.now) as workspace:
            catalog = workspace.ledger.catalog()
            old = resolve_playbook(workspace, request.old, catalog, "old")
            new = resolve_playbook(workspace, request.new, catalog, "new")
            names = (playbook_label(old, request.old), playbook_label(new, request.new))
    else:
        catalog = Catalog()
        if request.old is None:
            raise CannotDo(
                "There is no workspace here, so no playbook in force. Name both: the old one, then"
                " the new one.",
                field="old",
            )
        old, new = _outside(request.old, "old"), _outside(request.new, "new")
        names = (request.old, request.new)
    before, after = (usable(agreed.text, agreed.name, catalog)[0] for agreed in (old, new))
    found = difference(before, after)
    return PlaybookComparison(
        NamedPlaybook(names[0], before.fingerprint),
        NamedPlaybook(names[1], after.fingerprint),
        found.same,
        found.lines,
    )


def resolve_playbook(
    workspace: Workspace, name: str | None, catalog: Catalog, field: str
) -> AgreedPlaybook:
    """The playbook a user names in a workspace: a file, a preset, a version's number; None: the one
    that it goes by now. `field` is the field of a request that names it.
    """
    if name is None:
        return workspace.agreed_playbook()
    if not _NUMBER.fullmatch(name):
        return AgreedPlaybook(*find_playbook(name, catalog, field)[:2])
    known = workspace.ledger.agreements()
    version = known.version(int(name.lower().removeprefix("v")))
    if version is None:
        newest = (
            f"The newest is {known.versions[-1]}."
            if known.versions
            else "Nothing was ever published here."
        )
        raise CannotDo(
            f"There is no version {name} of the playbook in this workspace. {newest}", field=field
        )
    return workspace.published_playbook(version)


def playbook_label(agreed: AgreedPlaybook, name: str | None) -> str:
    """What a playbook is called in a sentence."""
    if name is not None:
        return str(agreed.version) if agreed.version else name
    if agreed.version:
        return f"{agreed.version}, the version in force"
    file = min(os.path.relpath(agreed.name), agreed.name, key=len)
    return f"{file} (unpublished)"


def _outside(name: str, field: str) -> AgreedPlaybook:
    if _NUMBER.fullmatch(name):
        raise CannotDo(
            f"{name} is the number of a version, and there is no workspace here. Name a workspace,"
            " or a file.",
            field=field,
        )
    return AgreedPlaybook(*find_playbook(name, Catalog(), field)[:2])
