"""`diff`: what a playbook says otherwise than another, or than the one in force."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from leadlight.desk import wiring
from leadlight.desk.playbooks import playbook_named, usable
from leadlight.desk.workspace.workspace import Agreed, Place, Workspace, here, named, opened
from leadlight.facts.catalog import Catalog
from leadlight.playbook.diff.difference import PlaybookDifference, difference
from leadlight.problems import CannotDo

_NUMBER = re.compile(r"v?\d{1,7}", re.IGNORECASE)


@dataclass(frozen=True)
class Differing:
    """Two playbooks, what they are called, their fingerprints, and what the second says
    otherwise.
    """

    old: str
    new: str
    fingerprints: tuple[str, str]
    found: PlaybookDifference


def diff(old: str | None, new: str, workspace: str | None) -> Differing:
    """Compare two playbooks: files, presets, or version numbers of a workspace; `old` None: the one
    in force there.
    """
    place = named(workspace) if workspace is not None else here()
    if place is None:
        if old is None:
            raise CannotDo(
                "There is no workspace here, so no playbook in force. Name both: leadlight diff"
                " old.yml new.yml."
            )
        return _between(_outside(old), _outside(new), Catalog())
    return _within(place, old, new)


def meant(workspace: Workspace, said: str | None, catalog: Catalog) -> Agreed:
    """The playbook a user means in a workspace: a file, a preset, a version's number; None: the one
    that it goes by now.
    """
    if said is None:
        return workspace.agreed()
    if not _NUMBER.fullmatch(said):
        return Agreed(*playbook_named(said, catalog)[:2])
    known = workspace.ledger.agreements()
    version = known.version(int(said.lower().removeprefix("v")))
    if version is None:
        newest = (
            f"The newest is {known.versions[-1]}."
            if known.versions
            else "Nothing was ever published here."
        )
        raise CannotDo(f"There is no version {said} of the playbook in this workspace. {newest}")
    return workspace.published(version)


def called(agreed: Agreed, said: str | None) -> str:
    """What a playbook is called in a sentence."""
    if said is None:
        file = min(os.path.relpath(agreed.name), agreed.name, key=len)
        return (
            f"{agreed.version}, the version in force" if agreed.version else f"{file} (unpublished)"
        )
    return str(agreed.version) if agreed.version else said


def _within(place: Place, old: str | None, new: str) -> Differing:
    with opened(place, "diff", wiring.now()) as workspace:
        catalog = workspace.ledger.catalog()
        pair = [
            (called(a, said), a) for said in (old, new) for a in [meant(workspace, said, catalog)]
        ]
    return _between(pair[0], pair[1], catalog)


def _outside(said: str) -> tuple[str, Agreed]:
    if _NUMBER.fullmatch(said):
        raise CannotDo(
            f"{said} is the number of a version, and there is no workspace here. Name it with"
            " --workspace, or name a file."
        )
    return said, Agreed(*playbook_named(said, Catalog())[:2])


def _between(old: tuple[str, Agreed], new: tuple[str, Agreed], catalog: Catalog) -> Differing:
    before, after = (usable(agreed.text, agreed.name, catalog)[0] for _, agreed in (old, new))
    return Differing(
        old[0], new[0], (before.fingerprint, after.fingerprint), difference(before, after)
    )
