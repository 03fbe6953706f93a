"""Deliveries: what each endpoint was told, what it is owed, and what it did not take.

What is owed is derived: the transitions of an endpoint that have no row yet, and those whose row
says so. Whoever delivers reads `open_deliveries` once and `outboxes` often, and writes what became
of deliveries with `record_deliveries`, many at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from leadlight.desk.live.endpoints import find_endpoint
from leadlight.desk.session import Session
from leadlight.facts.deliveries import Delivery, DeliveryState
from leadlight.presentable import presentable
from leadlight.problems import CannotDo, did_you_mean
from leadlight.results.endpoints import (
    Deliveries,
    DeliveryReceipt,
    DeliveryReplay,
    KnownChanges,
    OpenDeliveries,
    Outboxes,
    OwedDelivery,
)

#: So many deliveries are listed, or asked for again, at once.
MOST = 10_000
OPEN: tuple[DeliveryState, ...] = ("failed", "dead", "owed")


@dataclass(frozen=True)
class DeliveriesRequest:
    """List deliveries in one of these states (none: those that failed, are dead, or are owed
    again), of an endpoint or of all, at most `limit` of them.
    """

    now: datetime
    endpoint: str | None = None
    states: tuple[DeliveryState, ...] = OPEN
    limit: int = 100


@dataclass(frozen=True)
class ReplayDeliveriesRequest:
    """Deliver dead deliveries again: all those of an endpoint, or of all endpoints; only those of
    `lead`, where one is named.
    """

    now: datetime
    endpoint: str | None = None
    lead: str | None = None


@dataclass(frozen=True)
class OpenDeliveriesRequest:
    """What is recorded of an endpoint and not done; with `only_replays` only what somebody asked
    for again, where the rest is known.
    """

    now: datetime
    endpoint: str
    only_replays: bool = False


@dataclass(frozen=True)
class OutboxesRequest:
    """How far each endpoint is."""

    now: datetime


@dataclass(frozen=True)
class KnownChangesRequest:
    """Which of these changes, each a run and a lead, the ledger still has."""

    now: datetime
    changes: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class RecordDeliveriesRequest:
    """Add what became of deliveries, in their order, and up to which run endpoints are done."""

    now: datetime
    deliveries: tuple[Delivery, ...]
    through: Mapping[str, int] = field(default_factory=dict)


def parse_states(words: Sequence[str]) -> tuple[DeliveryState, ...]:
    """The states of deliveries as somebody types them; no word means all but `delivered`. Raises
    `CannotDo` for another word.
    """
    known: tuple[DeliveryState, ...] = ("delivered", *OPEN)
    for word in words:
        if word not in known:
            hint = did_you_mean(word, known) or f"It is {', '.join(known)}."
            raise CannotDo(f"No delivery is {presentable(word, 40)!r}. {hint}", field="states")
    return tuple(state for state in known if state in words) or OPEN


def deliveries(session: Session, request: DeliveriesRequest) -> Deliveries:
    """List deliveries, the newest first. Raises `CannotDo` for a limit that is none."""
    if not 0 < request.limit <= MOST:
        raise CannotDo(f"Between 1 and {MOST:,} deliveries are listed at once.", field="limit")
    with session.read("endpoint", request.now) as workspace:
        book = workspace.ledger.deliveries()
        wanted = request.endpoint
        of = find_endpoint(book.endpoints(), wanted).endpoint_id if wanted else None
        found = book.deliveries(of, request.states or OPEN, 0, request.limit + 1)
    return Deliveries(tuple(found[: request.limit]), len(found) > request.limit)


def replay_deliveries(session: Session, request: ReplayDeliveriesRequest) -> DeliveryReplay:
    """Make dead deliveries owed again, with all their attempts; at most 10,000 at once."""
    with session.write("endpoint", request.now) as workspace:
        book = workspace.ledger.deliveries()
        alive = {e.endpoint_id for e in book.endpoints() if e.state != "removed"}
        wanted = request.endpoint
        of = find_endpoint(book.endpoints(), wanted).endpoint_id if wanted else None
        dead = [d for d in book.deliveries(of, ("dead",), 0, None) if d.endpoint_id in alive]
        if request.lead is not None:
            dead = [d for d in dead if d.lead_id == request.lead]
        again = tuple(
            replace(d, state="owed", attempts=0, retry_at=None, recorded_at=request.now)
            for d in reversed(dead[-MOST:])
        )
        if again:
            book.record(again, {}, request.now)
    counts: dict[str, int] = {}
    for delivery in again:
        counts[delivery.endpoint_id] = counts.get(delivery.endpoint_id, 0) + 1
    return DeliveryReplay(tuple(counts.items()), len(again))


def outboxes(session: Session, request: OutboxesRequest) -> Outboxes:
    """How far each endpoint is, to see quickly whether there is something to do."""
    with session.read("endpoint", request.now) as workspace:
        runs = workspace.ledger.runs(1)
        newest = int(runs[0].run_id.removeprefix("r")) if runs else 0
        return Outboxes(tuple(workspace.ledger.deliveries().outboxes()), newest)


def open_deliveries(session: Session, request: OpenDeliveriesRequest) -> OpenDeliveries:
    """What was begun of an endpoint's deliveries, for whoever goes on with them."""
    with session.read("endpoint", request.now) as workspace:
        book = workspace.ledger.deliveries()
        of = find_endpoint(book.endpoints(), request.endpoint).endpoint_id
        outbox = next(o for o in book.outboxes() if o.endpoint.endpoint_id == of)
        states = ("owed",) if request.only_replays else ("owed", "failed")
        owed = {(d.run_no, d.lead_id): d for d in book.deliveries(of, states, 0, None)}
        found = workspace.ledger.transitions_of(list(owed))
        rest = ("delivered", "dead", *states)
        recorded = () if request.only_replays else book.deliveries(of, rest, outbox.through, None)
    return OpenDeliveries(
        outbox.through,
        outbox.replays,
        tuple(OwedDelivery(t, owed[t.run_no, t.lead_id]) for t in found),
        tuple((d.run_no, d.lead_id) for d in recorded),
    )


def known_changes(session: Session, request: KnownChangesRequest) -> KnownChanges:
    """The changes that can still be told: those of a lead that was forgotten are gone."""
    with session.read("endpoint", request.now) as workspace:
        found = workspace.ledger.transitions_of(request.changes)
    return KnownChanges(tuple((t.run_no, t.lead_id) for t in found))


def record_deliveries(session: Session, request: RecordDeliveriesRequest) -> DeliveryReceipt:
    """Write what became of deliveries: whole or not at all."""
    with session.write("endpoint", request.now) as workspace:
        workspace.ledger.deliveries().record(request.deliveries, request.through, request.now)
    return DeliveryReceipt(len(request.deliveries))
