"""Endpoints and deliveries as results: who is told of transitions, and what is owed to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from leadlight.facts.deliveries import Delivery, Endpoint, Outbox
from leadlight.facts.transitions import Transition


@dataclass(frozen=True)
class EndpointStatus:
    """An endpoint, how many transitions wait for it (`many`: that and more), how many failed and
    are tried again, and how many are dead: they failed at every attempt.
    """

    endpoint: Endpoint
    waiting: int
    many: bool
    failing: int
    dead: int


@dataclass(frozen=True)
class Endpoints:
    """Every endpoint that was not removed, in the order in which they were added."""

    endpoints: tuple[EndpointStatus, ...]


@dataclass(frozen=True)
class EndpointChange:
    """An endpoint that was added or changed, as it is now. `signing_secret` signs what a webhook is
    sent; it is told when the endpoint is added and when its secret is replaced, else it is null.
    """

    endpoint: Endpoint
    action: Literal["add", "pause", "resume", "disable", "remove", "rotate"]
    signing_secret: str | None = None


@dataclass(frozen=True)
class Deliveries:
    """Deliveries as they stand, the newest first; `more` says that there are others."""

    deliveries: tuple[Delivery, ...]
    more: bool


@dataclass(frozen=True)
class DeliveryReplay:
    """How many dead deliveries are owed again, by endpoint."""

    endpoints: tuple[tuple[str, int], ...]
    replayed: int


@dataclass(frozen=True)
class OwedDelivery:
    """A transition that is owed to an endpoint, and the attempts that failed so far."""

    transition: Transition
    delivery: Delivery


@dataclass(frozen=True)
class OpenDeliveries:
    """What is recorded of an endpoint's deliveries and matters to whoever goes on with them:
    transitions that are owed though they have their row, and the runs and leads after `through`
    that have one.
    """

    through: int
    replays: int
    owed: tuple[OwedDelivery, ...]
    recorded: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Outboxes:
    """How far each endpoint is that was not removed, and the number of the newest run."""

    outboxes: tuple[Outbox, ...]
    newest_run: int


@dataclass(frozen=True)
class KnownChanges:
    """Changes that the ledger has: each a run and a lead."""

    changes: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class DeliveryReceipt:
    """How many rows on deliveries were written."""

    written: int
