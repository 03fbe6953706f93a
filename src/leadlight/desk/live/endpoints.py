"""Endpoints: who is told of transitions. They are added, paused, resumed, removed; each change is a
fact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, TypeAlias

from leadlight.desk.live.targets import check_target
from leadlight.desk.playbooks import usable
from leadlight.desk.session import Session
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.deliveries import Endpoint, EndpointKind, EndpointState, Outbox
from leadlight.facts.ledger import Ledger
from leadlight.facts.transitions import ROUTING_WORDS
from leadlight.presentable import presentable
from leadlight.problems import CannotDo, NextStep, did_you_mean
from leadlight.results.endpoints import EndpointChange, Endpoints, EndpointStatus

#: Owed transitions are counted up to so many.
MANY = 1000
MOST_ENDPOINTS, MOST_LABELS = 100, 20
Action: TypeAlias = Literal["pause", "resume", "disable", "remove", "rotate"]
_STATES: Mapping[Action, EndpointState] = {
    "pause": "paused",
    "resume": "active",
    "disable": "disabled",
    "remove": "removed",
    "rotate": "active",
}


@dataclass(frozen=True)
class AddEndpointRequest:
    """Tell another system of transitions from now on. `target` is a URL, or `env:NAME` where the
    variable of the server's environment holds the URL. `labels` are the moves it hears of:
    `temperature=hot`, or `temperature` for every move on that scale (none: every transition).
    `kind` is needed only where a variable holds the URL of a webhook.
    """

    now: datetime
    target: str
    by: str
    name: str | None = None
    labels: tuple[str, ...] = ()
    kind: EndpointKind | None = None


@dataclass(frozen=True)
class EndpointsRequest:
    """List the endpoints."""

    now: datetime


@dataclass(frozen=True)
class ChangeEndpointRequest:
    """Pause, resume, disable or remove an endpoint, or replace its secret (`rotate`), by somebody;
    it is named by its id or its name. `because` says why it is disabled.
    """

    now: datetime
    endpoint: str
    action: Action
    by: str
    because: str = ""


def add_endpoint(session: Session, request: AddEndpointRequest) -> EndpointChange:
    """Add an endpoint. It hears of what changes from now on. Raises `CannotDo` for a target that
    cannot be reached or holds a secret, and for a scale or a label that no playbook has.
    """
    target, kind = check_target(request.target, request.kind)
    with session.write("endpoint", request.now) as workspace:
        book, ledger = workspace.ledger.deliveries(), workspace.ledger
        known = book.endpoints()
        alive = [e for e in known if e.state != "removed"]
        name = _free_name(request.name, target, alive)
        if len(alive) >= MOST_ENDPOINTS:
            raise CannotDo(f"There are {MOST_ENDPOINTS} endpoints already, and no more can be.")
        endpoint = Endpoint(
            endpoint_id=f"e{len(known) + 1}",
            name=name,
            kind=kind,
            target=target,
            labels=_check_labels(request.labels, _scales(workspace)),
            state="active",
            because="",
            since_run=_newest_run(ledger),
            rotation=0,
            rotated_at=None,
            by=presentable(request.by, 80),
            recorded_at=request.now,
        )
        book.record_endpoint(endpoint)
    return EndpointChange(endpoint, "add")


def endpoints(session: Session, request: EndpointsRequest) -> Endpoints:
    """Every endpoint, with what waits for it, what failed, and what is dead."""
    with session.read("endpoint", request.now) as workspace:
        ledger = workspace.ledger
        counts = ledger.deliveries().counts()
        found = []
        for outbox in ledger.deliveries().outboxes():
            of = outbox.endpoint.endpoint_id
            waiting, many = _backlog(ledger, outbox)
            waiting += counts.get((of, "owed"), 0)
            failing, dead = counts.get((of, "failed"), 0), counts.get((of, "dead"), 0)
            found.append(EndpointStatus(outbox.endpoint, waiting, many, failing, dead))
    return Endpoints(tuple(found))


def change_endpoint(session: Session, request: ChangeEndpointRequest) -> EndpointChange:
    """Change an endpoint. What is owed to one that is paused or disabled waits until it is resumed;
    what is owed to one that is removed is owed no more.
    """
    with session.write("endpoint", request.now) as workspace:
        book = workspace.ledger.deliveries()
        before = find_endpoint(book.endpoints(), request.endpoint)
        after = replace(
            before,
            state=_STATES[request.action],
            because=presentable(request.because, 200) if request.action == "disable" else "",
            by=presentable(request.by, 80),
            recorded_at=request.now,
        )
        if request.action == "rotate":
            after = replace(
                after,
                state=before.state,
                because=before.because,
                rotation=before.rotation + 1,
                rotated_at=request.now,
            )
        book.record_endpoint(after)
    return EndpointChange(after, request.action)


def parse_kind(text: str | None) -> EndpointKind | None:
    """The kind of an endpoint as somebody types it. Raises `CannotDo` for another word."""
    if text == "webhook":
        return "webhook"
    if text == "apprise":
        return "apprise"
    if text is None:
        return None
    raise CannotDo(f"An endpoint is a webhook, or apprise, not {text!r}.", field="kind")


def find_endpoint(known: Sequence[Endpoint], wanted: str) -> Endpoint:
    """The endpoint of that id or name. Raises `CannotDo` when there is none."""
    alive = [e for e in known if e.state != "removed"]
    for endpoint in alive:
        if wanted in (endpoint.endpoint_id, endpoint.name):
            return endpoint
    words = [word for e in alive for word in (e.endpoint_id, e.name)]
    hint = did_you_mean(wanted, words) or ""
    raise CannotDo(
        f"There is no endpoint {presentable(wanted, 80)!r}. {hint}".strip(),
        field="endpoint",
        step=None if hint else NextStep("endpoints"),
    )


def _free_name(said: str | None, target: str, alive: Sequence[Endpoint]) -> str:
    """The name of a new endpoint: what somebody said, else its host or its variable."""
    name = presentable(said, 80) if said is not None else _host(target)
    if not name:
        raise CannotDo("An endpoint has a name.", field="name")
    taken = {word for e in alive for word in (e.endpoint_id, e.name)}
    if name not in taken:
        return name
    if said is not None:
        raise CannotDo(f"There is an endpoint {name!r} already.", field="name")
    return next(n for i in range(2, len(taken) + 3) if (n := f"{name}-{i}") not in taken)


def _host(target: str) -> str:
    bare = target.partition("://")[2] or target.removeprefix("env:")
    return presentable(bare.partition("/")[0].partition("?")[0], 80).lower()


def _scales(workspace: Workspace) -> Mapping[str, Sequence[str]]:
    """The labels of each scale of the workspace's playbook; nothing where there is none yet."""
    try:
        agreed = workspace.agreed_playbook()
        book, _ = usable(agreed.text, agreed.name, workspace.ledger.catalog())
    except CannotDo:
        return {}
    return {scale.name: [label.name for label in scale.labels] for scale in book.scales}


def _check_labels(labels: Sequence[str], scales: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The moves an endpoint hears of, without repeats."""
    found = tuple(dict.fromkeys(presentable(label, 200) for label in labels))
    if len(found) > MOST_LABELS:
        raise CannotDo(f"An endpoint has at most {MOST_LABELS} labels.", field="labels")
    for label in found:
        scale, sign, word = label.partition("=")
        if not scale or (sign and not word):
            raise CannotDo(
                "A move is named by a scale and a label, temperature=hot, or by a scale, not"
                f" {label!r}.",
                field="labels",
            )
        _check_label(scale, word, scales)
    return found


def _check_label(scale: str, word: str, scales: Mapping[str, Sequence[str]]) -> None:
    """Raise `CannotDo` for a scale or a label that the playbook does not have."""
    if scale in ROUTING_WORDS and not word:
        return
    if scales and scale not in scales:
        hint = did_you_mean(scale, scales) or f"It has {', '.join(scales)}."
        raise CannotDo(f"The playbook has no scale {scale!r}. {hint}", field="labels")
    if scales and word and word not in scales[scale]:
        hint = did_you_mean(word, scales[scale]) or f"It has {', '.join(scales[scale])}."
        raise CannotDo(f"The scale {scale} has no label {word!r}. {hint}", field="labels")


def _newest_run(ledger: Ledger) -> int:
    runs = ledger.runs(1)
    return int(runs[0].run_id.removeprefix("r")) if runs else 0


def _backlog(ledger: Ledger, outbox: Outbox) -> tuple[int, bool]:
    """How many transitions without a row wait for an endpoint, and whether there are more."""
    page = ledger.transitions(outbox.through, None, MANY)
    wanted = {(t.run_no, t.lead_id) for t in page.transitions if outbox.endpoint.wants(t)}
    if not wanted:
        return 0, page.more
    states = ("delivered", "failed", "dead", "owed")
    book = ledger.deliveries()
    rows = book.deliveries(outbox.endpoint.endpoint_id, states, outbox.through, None)
    return len(wanted - {(d.run_no, d.lead_id) for d in rows}), page.more
