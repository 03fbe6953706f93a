"""A workspace: a directory with `playbook.yml` and the ledger, `leadlight.duckdb`; or a database of
PostgreSQL.

A workspace runs the version of its playbook that is in force. Before anything was published it runs
`playbook.yml` as it stands; that of a workspace in a database is the one in the current directory,
else the playbook of the newest run. Reports and rejected rows of such a workspace are written to
the current directory.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from leadlight.desk.model_files import complete
from leadlight.desk.texts import text_of
from leadlight.desk.wiring import db, ledgers
from leadlight.facts.agreements import Version
from leadlight.facts.ledger import ImportLine, Ledger
from leadlight.facts.names import LEDGER as LEDGER
from leadlight.facts.names import PLAYBOOK as PLAYBOOK
from leadlight.facts.names import REJECTS as REJECTS
from leadlight.playbook.presets import preset_names
from leadlight.playbook.read import derived_names_of_text, fingerprint_of
from leadlight.problems import CannotDo, NextStep

if TYPE_CHECKING:
    from leadlight.desk.wiring.db import Address, Connection

VARIABLE = "LEADLIGHT_WORKSPACE"
UNPUBLISHED = "unpublished"
_LAST_IMPORTS = 50


def ignore(_: str) -> None:
    """Nobody listens to what is no part of an answer."""


@dataclass(frozen=True)
class Place:
    """Where a workspace stands: its folder, or a server's address with the folder of what is
    written beside.
    """

    folder: Path
    address: Address | None = field(default=None)

    def __str__(self) -> str:
        return str(self.address or self.folder)


class AgreedPlaybook(NamedTuple):
    """The playbook a workspace goes by: what faults call it, its text, and the version it is (None:
    it was never published).

    `current` is the version that is in force now, which that of a past moment need not be.
    """

    name: str
    text: str
    version: Version | None = None
    current: Version | None = None

    @property
    def version_name(self) -> str:
        """How outputs name it beside the fingerprint."""
        return str(self.version) if self.version else UNPUBLISHED


class Period(NamedTuple):
    """A stretch of time and the playbook that a workspace goes by in it."""

    since: datetime
    until: datetime
    agreed: AgreedPlaybook


@dataclass(frozen=True)
class Workspace:
    """An open workspace: its folder, the connection in which its relations live, and the ledger
    over it. `notify` hears what is no part of the answer: that another writer is waited for, that a
    text is not published.
    """

    folder: Path
    con: Connection
    ledger: Ledger
    now: datetime
    notify: Callable[[str], None] = field(default=ignore, compare=False)

    @property
    def playbook(self) -> Path:
        return self.folder / PLAYBOOK

    def after(self, now: datetime) -> datetime:
        """A moment not before any import that counts: the clock of a computer may be wrong, and
        that of another one.

        What is recorded before the newest statement would be outdone by it for ever. Whoever
        listens is told of it.
        """
        newest = self._newest_import()
        if newest is None or newest.recorded_at <= now:
            return now
        self.notify(
            f"This computer's clock says {_minute(now)}, and the newest import "
            f"({newest.import_id}) is of {_minute(newest.recorded_at)} UTC: what comes in now "
            "counts from that moment on. If the clock was wrong then, undo the import "
            f"{newest.import_id}."
        )
        return newest.recorded_at

    def _newest_import(self) -> ImportLine | None:
        """The newest import that counts. A served workspace has an import for every batch of
        events, so the last few are looked at first: what is recorded later has a later number.
        """
        for newest in (_LAST_IMPORTS, None):
            lines = [i for i in self.ledger.imports(newest) if i.undone_at is None]
            if lines:
                return max(lines, key=lambda line: line.recorded_at)
        return None

    def agreed_playbook(self, at: datetime | None = None) -> AgreedPlaybook:
        """The playbook that the workspace goes by as of a moment (now): the version in force, or
        the file when none is.

        A moment before the first version goes by the first. Raises `CannotDo` when there is no
        playbook at all.
        """
        known = self.ledger.agreements()
        version = known.version_for(at or self.now, self.now)
        return (
            self.published_playbook(version)._replace(current=known.in_force(self.now))
            if version
            else self.written_playbook()
        )

    def playbook_names(self) -> frozenset[str]:
        """The names that its playbook makes; none where there is no playbook that can be read."""
        try:
            return derived_names_of_text(self.agreed_playbook().text)
        except CannotDo:
            return frozenset()

    def agreed_playbooks(self, since: datetime, until: datetime) -> list[Period]:
        """The same for a stretch of time, parted where another version comes into force; without
        gaps.
        """
        periods = self.ledger.agreements().periods(since, until, self.now)
        texts = {
            v: self.published_playbook(v) if v else self.written_playbook()
            for v in dict.fromkeys(v for _, _, v in periods)
        }
        return [Period(a, b, texts[v]) for a, b, v in periods]

    def published_playbook(self, version: Version) -> AgreedPlaybook:
        """A version as it was published. Raises `CannotDo` when its text is not the one that its
        fingerprint stands for.
        """
        text = self.ledger.version_text(version.number) or ""
        name = f"{version} of the playbook"
        if fingerprint_of(text) != version.fingerprint:
            raise CannotDo(
                f"The text of {version} in the ledger is not the one that was published and signed"
                f" ({version.fingerprint}): somebody changed it there. Publish the right text"
                " again, or take the ledger from a backup."
            )
        return AgreedPlaybook(name, text, version)

    def written_playbook(self) -> AgreedPlaybook:
        """`playbook.yml` as it stands. Raises `CannotDo` when there is none."""
        try:
            return AgreedPlaybook(str(self.playbook), complete(text_of(self.playbook), self.folder))
        except FileNotFoundError:
            runs = self.ledger.runs(1)
            text = ledgers.playbook_text(self.con, runs[0].fingerprint) if runs else None
            if text is None:
                raise CannotDo(
                    f"There is no playbook {self.playbook}. The presets are"
                    f" {', '.join(preset_names())}.",
                    step=NextStep("init"),
                ) from None
            return AgreedPlaybook(f"the playbook of {runs[0].run_id}", text)
        except (OSError, UnicodeDecodeError) as fault:
            raise CannotDo(f"{self.playbook} cannot be read as a text in UTF-8: {fault}.") from None

    def tell_of_other_version(self, agreed: AgreedPlaybook) -> None:
        """Tell whoever listens when a version is gone by that is not the one in force now, or not
        what `playbook.yml` says.
        """
        if agreed.version is None:
            return
        if agreed.current not in (None, agreed.version):
            self.notify(
                f"By {agreed.version}, the version of that moment; {agreed.current} is in force"
                " now."
            )
            return
        if not self.playbook.is_file():
            return
        text = self.written_playbook().text
        written = agreed.version.fingerprint if text == agreed.text else fingerprint_of(text)
        if written == agreed.version.fingerprint:
            return
        file = min(os.path.relpath(self.playbook), str(self.playbook), key=len)
        same = [v for v in self.ledger.agreements().versions if v.fingerprint == written]
        if not same:
            difference = f"{file} has changes that are not published: rehearse and publish them."
        elif same[-1].number > agreed.version.number:
            difference = f"{file} is {same[-1]}, which is not in force."
        else:
            difference = f"{file} is still {same[-1]}."
        self.notify(f"By {agreed.version}, the version in force. {difference}")


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def find(start: Path | None = None) -> Path | None:
    """The workspace that `start` (the current directory) is or lies in."""
    start = (start or Path.cwd()).absolute()
    return next((d for d in (start, *start.parents) if (d / LEDGER).is_file()), None)


def here() -> Place | None:
    """The workspace of whoever names none: that of LEADLIGHT_WORKSPACE, else the one they are
    in.
    """
    named_by = os.environ.get(VARIABLE)
    if named_by:
        return find_workspace(named_by)
    found = find()
    return Place(found) if found else None


def find_workspace(where: str | Path | None) -> Place:
    """The workspace a user means: the directory or the URL they name, else that of the environment
    or around them.
    """
    if where is None:
        place = here()
        if place is None:
            raise CannotDo(
                f"There is no workspace in {Path.cwd()} or above it. Make one, or go to yours.",
                step=NextStep("init"),
            )
        return place
    if isinstance(where, str) and db.is_url(where):
        return Place(Path(), db.address(where))
    folder = Path(where)
    if not (folder / LEDGER).is_file():
        raise CannotDo(
            f"{folder} is not a workspace.", step=NextStep("init", {"where": str(folder)})
        )
    return Place(folder)
