"""`sync`: what changed in a CRM becomes facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from leadlight.crm.declaration import Reading
from leadlight.crm.records import GoneRecord, read_removal
from leadlight.desk.crm.activities import ReadingCounts, RecordWindow
from leadlight.desk.crm.attempts import note_attempt
from leadlight.desk.crm.connections import OpenConnection, open_connection
from leadlight.desk.crm.people import PeopleCounts, PeopleWindow
from leadlight.desk.crm.settle import settle
from leadlight.desk.leads.verify import VerifyRequest, verify_due
from leadlight.desk.live.rows import moment_of_append
from leadlight.desk.progress import NullProgress, Progress
from leadlight.desk.session import Session
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.crm import PEOPLE, CrmRecord
from leadlight.facts.crm_line import Window
from leadlight.results.crm import SyncLine, SyncResult

#: So many records become facts in one transaction.
_PEOPLE, _OTHERS = 5_000, 10_000
#: Up to when it was read which people are no more.
_REMOVALS = f"{PEOPLE}/deleted"


@dataclass(frozen=True)
class SyncRequest:
    """Read what changed in a CRM since the last time: of a connection, or of the only one. With
    `again` all of it is read, as after an undo or another declaration. Without `verify` no contact
    is checked.
    """

    now: datetime
    connection: str | None = None
    verify: bool = True
    again: bool = False


def sync(session: Session, request: SyncRequest, progress: Progress = NullProgress()) -> SyncResult:
    """Read what changed. Each window of records is one transaction with the position up to which
    was read: a sync that was ended goes on there, and what is read twice changes nothing.
    """
    with open_connection(session, request.connection, request.now, "sync") as opened:
        return read_changes(session, opened, request, progress)


def read_changes(
    session: Session, opened: OpenConnection, request: SyncRequest, progress: Progress
) -> SyncResult:
    """The same over a line that is open."""
    with note_attempt(session, opened.name, "sync", request.now):
        return _Sync(session, opened, request, progress).run()


def stop_people(session: Session, opened: OpenConnection, ids: Sequence[str], now: datetime) -> int:
    """These records are no more, although no list of deleted ones says so; how many were known."""
    reader = _Sync(session, opened, SyncRequest(now), NullProgress())
    reader.remove([GoneRecord(i, False, None, None) for i in ids])
    return reader.people.deleted


@dataclass
class _Sync:
    session: Session
    open: OpenConnection
    request: SyncRequest
    progress: Progress
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    people: PeopleCounts = field(default_factory=PeopleCounts)
    others: dict[str, ReadingCounts] = field(default_factory=dict)

    def run(self) -> SyncResult:
        for reading in self.open.declaration.readings:
            self.progress.step(f"Reading {reading.name} of {self.open.name}", lambda: None)
            if reading.what == "names":
                self.names[reading.name] = dict(self.open.line.names(reading.name))
            elif reading.what == "people":
                self._read(reading, _PEOPLE, self._take_people)
                self._read_removals(reading)
            else:
                self._read(reading, _OTHERS, self._take_others(reading))
        settle(self.session, self.open, self.request.now)
        if self.request.verify and self.people.stated:
            with self.session.write("sync", self.request.now) as workspace:
                verify_due(workspace, VerifyRequest(self._now(workspace)), self.progress)
        return self._result()

    def _position(self, reading: str) -> Mapping[str, object]:
        with self.session.read("sync", self.request.now) as workspace:
            return workspace.ledger.crm().position(self.open.name, reading)

    def _read(
        self,
        reading: Reading,
        size: int,
        take: Callable[[Workspace, Sequence[object]], list[CrmRecord]],
    ) -> None:
        position = {} if self.request.again else self._position(reading.name)
        line, keys = self.open.line, self.open.connection.keys
        for window in line.windows(reading.name, position, keys, size):
            self._commit(reading, window, take, is_same=window.position == position)

    def _commit(
        self,
        reading: Reading,
        window: Window,
        take: Callable[[Workspace, Sequence[object]], list[CrmRecord]],
        *,
        is_same: bool,
    ) -> None:
        """Facts, records and the position they were read up to: one transaction."""
        if not window.records and is_same:
            return
        positions = {} if is_same else {reading.name: window.position}
        with self._transaction() as workspace:
            records = take(workspace, window.records)
            workspace.ledger.crm().record_window(
                self.open.name, records, positions, self._now(workspace)
            )

    def _take_people(self, workspace: Workspace, records: Sequence[object]) -> list[CrmRecord]:
        return self._people_window(workspace).take(records)

    def _take_others(
        self, reading: Reading
    ) -> Callable[[Workspace, Sequence[object]], list[CrmRecord]]:
        counts = self.others.setdefault(reading.name, ReadingCounts())

        def take(workspace: Workspace, records: Sequence[object]) -> list[CrmRecord]:
            now = self._now(workspace)
            window = RecordWindow(workspace, self.open, reading, self.names, now, counts)
            if reading.what == "companies":
                return window.take_companies(records)
            return window.take_activities(records)

        return take

    def _read_removals(self, reading: Reading) -> None:
        """Which records are no more. What was merged is told before what is gone. They have a
        position of their own: where people were read and then something failed, what was deleted
        meanwhile must not be passed over.
        """
        known = {} if self.request.again else self._position(_REMOVALS)
        since = known.get("since")
        for place, removal in enumerate(reading.deleted):
            records = self.open.line.removals(place, None if since is None else str(since))
            found = (read_removal(r, removal) for r in records)
            gone = [g for g in found if g is not None]
            if gone:
                self.remove(gone)
        reached = self._position(PEOPLE)
        if reading.deleted and "since" in reached and reached != known:
            with self._transaction() as workspace:
                workspace.ledger.crm().record_window(
                    self.open.name, [], {_REMOVALS: reached}, self._now(workspace)
                )

    def remove(self, gone: Sequence[GoneRecord]) -> None:
        """State that these records are no more."""
        with self._transaction() as workspace:
            records = self._people_window(workspace).remove(gone)
            if records:
                workspace.ledger.crm().record_window(
                    self.open.name, records, {}, self._now(workspace)
                )

    @contextmanager
    def _transaction(self) -> Iterator[Workspace]:
        with (
            self.session.write("sync", self.request.now) as workspace,
            workspace.ledger.together(),
        ):
            yield workspace

    def _people_window(self, workspace: Workspace) -> PeopleWindow:
        now = self._now(workspace)
        return PeopleWindow(workspace, self.open, self.names, now, self.people, self.request.again)

    def _now(self, workspace: Workspace) -> datetime:
        return moment_of_append(workspace, self.request.now)

    def _result(self) -> SyncResult:
        counts, people = self.open.line.counts, self.people
        return SyncResult(
            connection=self.open.name,
            at=self.request.now,
            people=people.read,
            stated=people.stated,
            new=people.new,
            merged=people.merged,
            deleted=people.deleted,
            erased=people.erased,
            forgotten=people.forgotten,
            changed_by_hand=people.changed_by_hand,
            unreadable=dict(people.unreadable),
            lines=tuple(
                SyncLine(name, c.read, c.stated, c.left_out) for name, c in self.others.items()
            ),
            requests=counts.requests,
            throttled=counts.throttled,
            retried=counts.retried,
        )
