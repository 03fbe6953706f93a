"""Endpoints, which are told of transitions, and what became of each delivery to them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from leadlight.facts.transitions import Transition

EndpointKind = Literal["webhook", "apprise"]
EndpointState = Literal["active", "paused", "disabled", "removed"]
DeliveryState = Literal["delivered", "failed", "dead", "owed"]


@dataclass(frozen=True)
class Endpoint:
    """Another system that is told of transitions: a webhook, or a service that Apprise knows.

    `target` is a URL, or `env:NAME` where the variable of the server's environment holds it.
    `labels` are the moves it hears of: `temperature=hot` of leads that became hot, `stage` of every
    move on that scale, `assigned`, `held`, `warned` and `breached` of what becomes of leads in
    routes; none means every transition. Transitions of runs after `since_run` are owed
    to it. `because` says why it is disabled. `rotation` counts how often its secret was replaced.
    """

    endpoint_id: str
    name: str
    kind: EndpointKind
    target: str
    labels: tuple[str, ...]
    state: EndpointState
    because: str
    since_run: int
    rotation: int
    rotated_at: datetime | None
    by: str
    recorded_at: datetime

    def wants(self, transition: Transition) -> bool:
        """Whether it is told of a transition."""
        if not self.labels:
            return True
        if transition.routing is not None:
            return transition.routing.word in self.labels
        moves = {m.scale: m.after for m in transition.moves}
        return any(
            scale in moves and (not sign or moves[scale] == label)
            for scale, sign, label in (said.partition("=") for said in self.labels)
        )


@dataclass(frozen=True)
class Delivery:
    """What became of a transition at an endpoint, or what is to become of it.

    It was `delivered`; it `failed` and is tried again at `retry_at`; it is `dead`, for it failed at
    every attempt; or it is `owed`, for somebody asked for it again. `status` is what the endpoint
    answered the last time: `200`, `timeout`.
    """

    endpoint_id: str
    run_no: int
    lead_id: str
    state: DeliveryState
    attempts: int
    status: str
    retry_at: datetime | None
    recorded_at: datetime


@dataclass(frozen=True)
class Outbox:
    """How far an endpoint is: every transition up to the run `through` has its delivery, or needs
    none; `replays` grows whenever somebody asks for deliveries again.
    """

    endpoint: Endpoint
    through: int
    replays: int


def newest_endpoints(said: Iterable[Endpoint]) -> tuple[Endpoint, ...]:
    """Endpoints as they stand, out of all that was recorded of them in order."""
    return tuple({e.endpoint_id: e for e in said}.values())


class DeliveryLedger(Protocol):
    """What the ledger can be asked of endpoints and deliveries."""

    def endpoints(self) -> Sequence[Endpoint]:
        """Every endpoint as it stands, in the order in which they were added; those that were
        removed too.
        """
        ...

    def record_endpoint(self, endpoint: Endpoint) -> None:
        """State an endpoint as it is from now on."""
        ...

    def outboxes(self) -> Sequence[Outbox]:
        """How far each endpoint is that was not removed."""
        ...

    def deliveries(
        self, endpoint_id: str | None, states: Collection[str], after_run: int, limit: int | None
    ) -> Sequence[Delivery]:
        """The deliveries that stand in one of these states, the newest first; of an endpoint, or of
        all; of runs after `after_run`.
        """
        ...

    def counts(self) -> Mapping[tuple[str, str], int]:
        """How many deliveries of each endpoint stand in each state but `delivered`."""
        ...

    def record(
        self, deliveries: Sequence[Delivery], through: Mapping[str, int], now: datetime
    ) -> None:
        """Add what became of deliveries, in their order, and how far endpoints are: whole or not at
        all.
        """
        ...
