"""Endpoints and deliveries as lines for a person."""

from __future__ import annotations

from collections.abc import Iterator

from leadlight.facts.deliveries import Delivery, Endpoint
from leadlight.presentable import presentable
from leadlight.problems import NextStep, plural
from leadlight.results.endpoints import (
    Deliveries,
    DeliveryReplay,
    EndpointChange,
    Endpoints,
    EndpointStatus,
)
from leadlight.results.text.lines import Hint, Line

_DONE = {
    "add": "is told of transitions from now on",
    "pause": "is paused; what is owed to it waits",
    "resume": "is active",
    "disable": "is disabled; what is owed to it waits",
    "remove": "is removed; nothing is owed to it any more",
    "rotate": "has a new secret; the one of before signs for another day",
}


def render_endpoint_change(done: EndpointChange) -> Iterator[str | Hint]:
    """What became of an endpoint, and its secret where it has a new one."""
    endpoint = done.endpoint
    yield f"{_name(endpoint)} {_DONE[done.action]}."
    if done.action == "add":
        yield f"  to     {_target(endpoint)}"
        yield f"  about  {_labels(endpoint)}"
    if done.signing_secret is not None:
        yield f"  secret {done.signing_secret}"
        yield "The receiver checks signatures with this secret."


def render_endpoints(found: Endpoints) -> Iterator[str | Hint]:
    """Each endpoint, with what waits for it and what failed."""
    if not found.endpoints:
        yield "Nobody is told of transitions."
        yield Hint("To tell another system:", NextStep("add-endpoint", {"target": "https://..."}))
    for status in found.endpoints:
        yield from _status(status)
    if any(s.dead for s in found.endpoints):
        yield Hint("To deliver what is dead again:", NextStep("replay-deliveries"))


def render_deliveries(found: Deliveries) -> Iterator[str]:
    """Each delivery in a line, the newest first."""
    if not found.deliveries:
        yield "No such delivery."
    for delivery in found.deliveries:
        yield _delivery(delivery)
    if found.more:
        yield "... and more"


def render_replay(done: DeliveryReplay) -> Iterator[str]:
    """How many deliveries are owed again."""
    if not done.replayed:
        yield "Nothing is dead."
        return
    of = ", ".join(f"{n:,} to {endpoint}" for endpoint, n in done.endpoints)
    yield f"{plural(done.replayed, 'delivery is', 'deliveries are')} owed again: {of}."


def _status(status: EndpointStatus) -> Iterator[str]:
    endpoint = status.endpoint
    because = f": {presentable(endpoint.because, 200)}" if endpoint.because else ""
    yield f"{_name(endpoint)}  {endpoint.state}{because}"
    yield f"    to     {_target(endpoint)}"
    yield f"    about  {_labels(endpoint)}"
    counts = (
        (status.waiting, "waiting", status.many),
        (status.failing, "failed, to be tried again", False),
        (status.dead, "dead", False),
    )
    said = [f"{n:,}{' or more' if many else ''} {word}" for n, word, many in counts if n or many]
    if said:
        yield Line(f"    owed   {', '.join(said)}", "doubt" if status.dead else "plain")


def _delivery(delivery: Delivery) -> str:
    again = f", again at {delivery.retry_at:%Y-%m-%d %H:%M} UTC" if delivery.retry_at else ""
    lead = presentable(delivery.lead_id, 80)
    return (
        f"{delivery.recorded_at:%Y-%m-%d %H:%M}  {delivery.endpoint_id}  r{delivery.run_no}  {lead}"
        f"  {delivery.state} after {plural(delivery.attempts, 'attempt', 'attempts')}"
        f" ({presentable(delivery.status, 60)}){again}"
    )


def _name(endpoint: Endpoint) -> str:
    return f"{endpoint.endpoint_id} {presentable(endpoint.name, 80)}"


def _target(endpoint: Endpoint) -> str:
    return f"{presentable(endpoint.target, 200)} ({endpoint.kind})"


def _labels(endpoint: Endpoint) -> str:
    return ", ".join(presentable(label, 80) for label in endpoint.labels) or "every transition"
