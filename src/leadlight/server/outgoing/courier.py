"""The threads that deliver to one endpoint. One that hangs keeps its own threads, and nobody
else's.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias

from leadlight.desk.live.targets import is_variable
from leadlight.facts.deliveries import Endpoint
from leadlight.facts.transitions import Transition, Transitions
from leadlight.results.endpoints import OpenDeliveries
from leadlight.server.log import Log
from leadlight.server.outgoing.chat import MOST, ChatSender
from leadlight.server.outgoing.guard import Resolve, system_addresses
from leadlight.server.outgoing.message import headers_of, message_of
from leadlight.server.outgoing.queue import Attempt, DeliveryQueue, Progress
from leadlight.server.outgoing.retries import Answer
from leadlight.server.outgoing.webhook import TIME_OUT, WebhookSender

#: A thread that waits looks around after so many seconds, whatever it was told.
_LONGEST_WAIT = 60.0
#: What waited longer is looked up again before it is sent.
_FRESH = timedelta(seconds=30)
#: The run and the lead of a transition.
Change: TypeAlias = tuple[int, str]


@dataclass(frozen=True)
class DispatchOptions:
    """How deliveries are made: time-outs and intervals in seconds, how many at once to an endpoint,
    how many are held of each, and where addresses and variables are looked up.
    """

    time_out: float = TIME_OUT
    poll: float = 5.0
    batch: float = 1.0
    parallel: int = 4
    window: int = 1000
    resolve: Resolve = system_addresses
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)


@dataclass(frozen=True)
class Post:
    """What every courier of a server has in common. `known` says which of these changes the ledger
    still has: whoever was forgotten is in none.
    """

    secret: bytes
    clock: Callable[[], datetime]
    allow_private: bool
    options: DispatchOptions
    outcome: Callable[[], None]
    log: Log
    known: Callable[[Sequence[Change]], Set[Change]]


class Sender(Protocol):
    """A way to an endpoint, of one thread."""

    def deliver(self, endpoint: Endpoint, transitions: Sequence[Transition]) -> Answer:
        """What the endpoint answers."""
        ...

    def close(self) -> None:
        """Let go of what is held."""
        ...


class Courier:
    """Delivers to an endpoint what its queue holds, until it is stopped."""

    def __init__(self, endpoint: Endpoint, queue: DeliveryQueue, post: Post) -> None:
        self.endpoint, self._queue, self._post = endpoint, queue, post
        self._changed = threading.Condition()
        self._is_over, self._is_held, self.is_gone = False, False, False
        self.delivered = self.failures = 0
        self._status = "200"
        chat = endpoint.kind == "apprise"
        self._most = MOST if chat else 1
        self._threads = [
            threading.Thread(
                target=self._work, name=f"leadlight-{endpoint.endpoint_id}-{n}", daemon=True
            )
            for n in range(1 if chat else post.options.parallel)
        ]

    def start(self) -> None:
        """Begin to deliver."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Take up nothing more; what is in flight comes to its end."""
        with self._changed:
            self._is_over = True
            self._changed.notify_all()

    def join(self, until: float) -> None:
        """Wait for what is in flight, up to a moment of `time.monotonic`."""
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))

    def hold(self, *, is_held: bool) -> None:
        """Send nothing for now, or go on."""
        with self._changed:
            self._is_held = is_held
            self._changed.notify_all()

    def update(self, endpoint: Endpoint) -> None:
        """Go by the endpoint as it is now."""
        with self._changed:
            if endpoint == self.endpoint:
                return
            self.endpoint, self.is_gone = endpoint, False
            self._changed.notify_all()

    def open(self, known: OpenDeliveries) -> None:
        """Go on with what is recorded as owed."""
        with self._changed:
            self._queue.open(known)
            self._changed.notify_all()

    def read(self, page: Transitions) -> None:
        """Take up what it wants of the transitions after its cursor."""
        with self._changed:
            last = page.transitions[-1] if page.more else None
            wanted = [t for t in page.transitions if self.endpoint.wants(t)]
            run, lead = (last.run_no, last.lead_id) if last else (page.upto, None)
            self._queue.read(wanted, self._post.clock(), run, lead)
            self._changed.notify_all()

    def cursor(self) -> tuple[int, str | None] | None:
        """After which transition to read on, where there is room for more."""
        with self._changed:
            return self._queue.cursor if self.is_active and self._queue.has_room else None

    def is_behind(self, newest_run: int) -> bool:
        """Whether it has room again for transitions that were not read for want of it."""
        found = self.cursor()
        return found is not None and (found[1] is not None or found[0] < newest_run)

    @property
    def is_active(self) -> bool:
        """Whether something may be sent."""
        return self.endpoint.state == "active" and not self.is_gone and not self._is_held

    @property
    def backlog(self) -> int:
        """How many deliveries wait in memory."""
        with self._changed:
            return self._queue.backlog

    def progress(self) -> Progress:
        """What is to be written."""
        with self._changed:
            return self._queue.progress()

    def confirm(self, progress: Progress) -> None:
        """That was written."""
        with self._changed:
            self._queue.confirm(progress)
            self._changed.notify_all()

    @property
    def through(self) -> int:
        """Up to which run all was written."""
        return self._queue.through

    def _work(self) -> None:
        sender = _sender_of(self.endpoint, self._post)
        try:
            while taken := self._take():
                endpoint = self.endpoint
                rest = self._tellable(taken)
                if rest:
                    self._answer(endpoint, rest, self._deliver(sender, endpoint, rest))
                    self._post.outcome()
        finally:
            sender.close()

    def _take(self) -> list[Attempt]:
        """What is to be sent next, as soon as there is something; nothing when it is over."""
        with self._changed:
            while not self._is_over:
                taken = self._queue.take(self._post.clock(), self._most) if self.is_active else []
                if taken:
                    return taken
                self._changed.wait(self._wait())
            return []

    def _wait(self) -> float:
        at = self._queue.next_at() if self.is_active else None
        if at is None:
            return _LONGEST_WAIT
        return min(max((at - self._post.clock()).total_seconds(), 0.001), _LONGEST_WAIT)

    def _answer(self, endpoint: Endpoint, taken: Sequence[Attempt], answer: Answer) -> None:
        with self._changed:
            self._queue.answer(taken, answer, self._post.clock())
            if answer.is_good:
                self.delivered += len(taken)
            else:
                self.failures += len(taken)
            if answer.is_gone and endpoint == self.endpoint:
                self.is_gone = True
            self._changed.notify_all()
        if answer.status != self._status:
            self._status = answer.status
            self._post.log.tell("endpoint", id=endpoint.endpoint_id, status=answer.status)

    def _deliver(self, sender: Sender, endpoint: Endpoint, taken: Sequence[Attempt]) -> Answer:
        try:
            return sender.deliver(endpoint, [a.transition for a in taken])
        except Exception as fault:  # a thread that ends would leave its endpoint without deliveries
            self._post.log.fault("delivery", fault)
            return Answer(f"fault-{type(fault).__name__}"[:60])

    def _tellable(self, taken: Sequence[Attempt]) -> list[Attempt]:
        """What of it may still be told: after a wait somebody may have been forgotten."""
        now = self._post.clock()
        old = [a for a in taken if a.attempts or now - a.due > _FRESH]
        if not old:
            return list(taken)
        try:
            known = self._post.known([(a.transition.run_no, a.transition.lead_id) for a in old])
        except Exception as fault:  # the ledger is busy, or its disk is full
            self._post.log.fault("delivery", fault)
            with self._changed:
                self._queue.delay(taken, now + _FRESH)
            return []
        gone = [a for a in old if (a.transition.run_no, a.transition.lead_id) not in known]
        rest = [a for a in taken if a not in gone]
        with self._changed:
            self._queue.drop(gone, is_all=not rest)
        return rest


class _Webhook:
    """The way to a webhook."""

    def __init__(self, post: Post) -> None:
        self._post = post
        self._sender = WebhookSender(
            allow_private=post.allow_private,
            clock=post.clock,
            resolve=post.options.resolve,
            time_out=post.options.time_out,
        )

    def deliver(self, endpoint: Endpoint, transitions: Sequence[Transition]) -> Answer:
        """What the webhook answers to a transition."""
        url = _target(endpoint, self._post.options.environment)
        message = message_of(self._post.secret, transitions[0])
        headers = headers_of(self._post.secret, endpoint, message, self._post.clock())
        return self._sender.send(url, headers, message.body)

    def close(self) -> None:
        """Let go of the connection."""
        self._sender.close()


class _Chat:
    """The way to a service of Apprise."""

    def __init__(self, post: Post) -> None:
        self._post, self._sender = post, ChatSender()

    def deliver(self, endpoint: Endpoint, transitions: Sequence[Transition]) -> Answer:
        """Whether the service takes a message on the transitions."""
        url = _target(endpoint, self._post.options.environment)
        return self._sender.send(url, transitions) if url else Answer("no-address")

    def close(self) -> None:
        """Let go of the service."""
        self._sender.close()


def _sender_of(endpoint: Endpoint, post: Post) -> Sender:
    return _Chat(post) if endpoint.kind == "apprise" else _Webhook(post)


def _target(endpoint: Endpoint, environment: Mapping[str, str]) -> str:
    """The address of an endpoint; nothing where its variable is not set."""
    if not is_variable(endpoint.target):
        return endpoint.target
    return environment.get(endpoint.target.removeprefix("env:"), "").strip()
