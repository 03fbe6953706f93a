"""To take events: they become facts of leads, and the leads they touch are qualified.

A batch that is taken twice adds nothing the second time, so that a crash in between costs nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from leadlight.desk.leads.verify import VerifyRequest, verify_due
from leadlight.desk.live.requalify import Requalification
from leadlight.desk.live.resolution import OTHER_USER, OwnedEvent, Resolution
from leadlight.desk.live.rows import Row, append_rows, moment_of_append
from leadlight.desk.progress import NullProgress
from leadlight.desk.session import Session
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.catalog import Attribute, Type
from leadlight.facts.intake import (
    ANONYMOUS,
    OWN_COLUMNS,
    TOUCH,
    Event,
    KnownPeople,
    QuarantineRow,
)
from leadlight.facts.ledger import ImportReceipt, What
from leadlight.results.intake import TakeResult

#: How imports of events are called in the book of imports.
LIVE = "live"
_OWN = {n: Attribute(n, Type.TEXT, about, own=True) for n, about in OWN_COLUMNS.items()}
_CONTACTS = {"email", "phone", "mobile", "first_name", "last_name", "full_name", "company"}


@dataclass(frozen=True)
class TakeRequest:
    """Events to take, those of them that cannot be used, and the moment at which they are taken;
    `name` says in the book of imports where they come from.
    """

    events: tuple[Event, ...]
    now: datetime
    quarantine: tuple[QuarantineRow, ...] = ()
    name: str = LIVE


def take(session: Session, request: TakeRequest, requalification: Requalification) -> TakeResult:
    """Take the events and qualify whom they touch."""
    with session.write("take", request.now) as workspace:
        now = moment_of_append(workspace, request.now)
        at = replace(workspace, now=now)
        result, contacts = _add(at, _bar_tombstones(at, replace(request, now=now)))
        if contacts:
            verify_due(at, VerifyRequest(now), NullProgress())
        return requalification.qualify(at, result)


def _bar_tombstones(workspace: Workspace, request: TakeRequest) -> TakeRequest:
    """The request without the events of persons who were forgotten: they count as quarantine, and
    nothing of them is kept.
    """
    users = {e.user_id for e in request.events if e.user_id is not None}
    emails = {e.email.lower() for e in request.events if e.email is not None}
    gone = workspace.ledger.tombstones(users, emails)
    if not gone:
        return request
    events = tuple(e for e in request.events if not gone & {e.user_id, e.email and e.email.lower()})
    why = QuarantineRow("forgotten-person", "It is of a person who was forgotten.", "")
    more = (why,) * (len(request.events) - len(events))
    return replace(request, events=events, quarantine=(*request.quarantine, *more))


def _add(workspace: Workspace, request: TakeRequest) -> tuple[TakeResult, bool]:
    """Append what is new; and whether a lead or a contact is among it."""
    ledger = workspace.ledger
    known = ledger.known_activities([e.event_id for e in request.events])
    fresh = {e.event_id: e for e in reversed(request.events) if e.event_id not in known}
    count = len(request.events) + len(request.quarantine)
    result = TakeResult(
        count, len(fresh), len(request.events) - len(fresh), len(request.quarantine)
    )
    if not fresh and not request.quarantine:
        return result, False
    events = list(fresh.values())
    who = Resolution(_known_people(workspace, events))
    batch = _Batch(workspace, list(who.resolve(events)))
    rows = batch.attribute_rows()
    added = _append(workspace, "leads", rows, request) if rows else None
    if later := batch.later_touches():
        _append(workspace, "leads", later, request)
    restated, activities = batch.activity_rows()
    _append(workspace, "activities", activities, request)
    new = added.new_leads if added else 0
    stated = bool(added and added.imported) and any(_CONTACTS & row.keys() for row in rows)
    contacts = stated or new > 0
    return replace(result, new_leads=new, restated=restated), contacts


def _known_people(workspace: Workspace, events: Sequence[Event]) -> KnownPeople:
    users = {e.user_id for e in events if e.user_id is not None}
    emails = {e.email.lower() for e in events if e.email is not None}
    devices = {e.anonymous_id for e in events if e.anonymous_id is not None}
    leads = users | emails | {OTHER_USER + user for user in users}
    found = workspace.ledger.known_people(
        sorted(leads), sorted(emails), sorted(users), sorted(devices)
    )
    missing = {*found.by_email.values()} - found.leads.keys()
    return replace(found, leads={**found.leads, **dict.fromkeys(missing)})


@dataclass(frozen=True)
class _Batch:
    """The events of a batch with their leads, and what the ledger is to be told of them."""

    workspace: Workspace
    owned: Sequence[OwnedEvent]

    def attribute_rows(self) -> list[Row]:
        """What is stated of leads, in the order in which it happened. Who is new has at least the
        moment at which it was first seen and by which campaign it first came.
        """
        said = (
            self._statement(owned)
            for owned in self.owned
            if owned.event.identifies and (owned.event.introduces or not owned.is_new)
        )
        return [row for row in said if len(row) > 1]

    def _statement(self, owned: OwnedEvent) -> Row:
        event = owned.event
        stated: Row = {"lead_id": owned.lead_id, **event.attributes}
        if event.email is not None:
            stated["email"] = event.email
        first = self._first_touch(owned)
        if owned.is_new:
            stated.setdefault("created_at", first.get("occurred_at", event.occurred_at))
        came: Row = {n: first[n] for n in TOUCH if first.get(n)}
        return {**stated, **(came or event.touch)}

    def later_touches(self) -> list[Row]:
        """By what visitors came last who had come otherwise before. What a lead came by first is
        what the first import says, so these are an import of their own.
        """
        return [
            {"lead_id": owned.lead_id, **owned.event.touch}
            for owned in self.owned
            if owned.event.identifies and owned.event.touch
            if any(self._first_touch(owned).get(n) for n in TOUCH)
        ]

    def _first_touch(self, owned: OwnedEvent) -> Mapping[str, object]:
        """By what the lead first came, as far as it is new: what its sender says, else the first
        that was done on the device with a campaign, or the first at all.
        """
        rows = list(self._history(owned)) if owned.joins else []
        if owned.event.first_touch and (owned.is_new or owned.joins):
            since = rows[0]["occurred_at"] if rows else owned.event.occurred_at
            return {**owned.event.first_touch, "occurred_at": since}
        by_campaign = next((row for row in rows if any(row.get(n) for n in TOUCH)), None)
        if not rows:
            return {}
        return {**(by_campaign or {}), "occurred_at": rows[0]["occurred_at"]}

    def activity_rows(self) -> tuple[int, list[Row]]:
        """What was done, and again what visitors had done who said now who they are; how many of
        the rows are such.
        """
        rows = [_activity(owned.event, owned.lead_id) for owned in self.owned]
        again = [
            {**row, "lead_id": owned.lead_id}
            for owned in self.owned
            if owned.joins
            for row in self._history(owned)
        ]
        return len(again), [*rows, *again]

    def _history(self, owned: OwnedEvent) -> Iterator[Row]:
        """What was done on the device before: in the ledger, and in this very batch."""
        device = owned.event.anonymous_id
        if device is None:
            return
        yield from self.workspace.ledger.device_history(device)
        for other in self.owned:
            if other.lead_id == ANONYMOUS + device:
                yield _activity(other.event, owned.lead_id)


def _activity(event: Event, lead: str) -> Row:
    """The event as a row of the log."""
    row: Row = {
        "lead_id": lead,
        "occurred_at": event.occurred_at,
        "kind": event.kind,
        "activity_id": event.event_id,
        "user_id": event.user_id,
        "anonymous_id": event.anonymous_id,
        **event.columns,
        **event.touch,
    }
    if event.identifies and event.introduces:
        row["identity"] = "user_id" if event.user_id is not None else "email"
    return {name: value for name, value in row.items() if value is not None}


def _append(
    workspace: Workspace, what: What, rows: Sequence[Row], request: TakeRequest
) -> ImportReceipt:
    """Append rows of events as an import."""
    quarantine = request.quarantine if what == "activities" else ()
    own = _OWN if what == "activities" else {}
    return append_rows(workspace, what, rows, request.name, request.now, own, quarantine)
