"""The dispatcher: reads what runs changed, gives it to the couriers, and writes what became of it.

What is owed is derived from the ledger, so a crash loses nothing. What was delivered is written in
batches; a delivery whose row was not written yet is repeated after a crash, with the same id.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from leadlight.desk.live.deliveries import (
    KnownChangesRequest,
    OpenDeliveriesRequest,
    OutboxesRequest,
    RecordDeliveriesRequest,
    known_changes,
    open_deliveries,
    outboxes,
    record_deliveries,
)
from leadlight.desk.live.endpoints import ChangeEndpointRequest, change_endpoint
from leadlight.desk.live.transitions import TransitionsRequest, transitions
from leadlight.desk.ports import DeliveryTurn
from leadlight.desk.session import Session
from leadlight.facts.deliveries import Delivery, EndpointState, Outbox
from leadlight.facts.transitions import Transitions
from leadlight.problems import CannotDo
from leadlight.results.endpoints import OpenDeliveries, Outboxes
from leadlight.server.log import Log
from leadlight.server.metrics import Metrics
from leadlight.server.outgoing.courier import Change, Courier, DispatchOptions, Post
from leadlight.server.outgoing.queue import DeliveryQueue, Progress

#: So many transitions are read at once.
_PAGE = 500
#: How far an endpoint is that was owed nothing is written after so many seconds.
_IDLE = 30.0
_LONGEST_PAUSE = 30.0


@dataclass(frozen=True)
class CourierStatus:
    """How an endpoint fares since the server began: how many deliveries wait in memory, how many
    were taken and how many attempts failed.
    """

    endpoint_id: str
    state: EndpointState
    waiting: int
    delivered: int
    failures: int


class Dispatcher:
    """Tells endpoints of transitions, from `start` until `stop`.

    `wake` says that a run was stored. `paused`: it begins only when `resume` says so. `clock` gives
    the moment it is, in UTC without zone. `turn`: it delivers only as long as that is ours.
    """

    def __init__(
        self,
        session: Session,
        secret: bytes,
        *,
        allow_private: bool,
        clock: Callable[[], datetime],
        paused: bool = False,
        turn: DeliveryTurn | None = None,
        options: DispatchOptions | None = None,
        log: Log | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        self._session, self._options = session, options or DispatchOptions()
        self._turn = turn
        #: Whether it was this process's turn when it last looked: who else sends asks this.
        self.is_our_turn = turn is None
        self._wake, self._outcome = threading.Event(), threading.Event()
        self._is_over = threading.Event()
        self._log, self._metrics = log or Log(), metrics or Metrics()
        self._post = Post(
            secret,
            clock,
            allow_private,
            self._options,
            self._outcome.set,
            self._log,
            self._in_ledger,
        )
        self._couriers: dict[str, Courier] = {}
        self._replays: dict[str, int] = {}
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._is_paused = paused
        self._idle_since, self._newest_run = time.monotonic(), 0
        self._stale, self._look = threading.Event(), float("-inf")
        self._threads = [
            threading.Thread(target=target, name=f"leadlight-{name}", daemon=True)
            for name, target in (("deliveries", self._read), ("receipts", self._write))
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """A run was stored: look now."""
        self._wake.set()

    def refresh(self) -> None:
        """An endpoint was changed, or deliveries are asked for again: look now. Without it that is
        seen within some seconds.
        """
        self._stale.set()
        self._wake.set()

    def pause(self) -> None:
        """Send nothing until `resume`; what is owed waits."""
        self._hold(is_held=True)

    def resume(self) -> None:
        """Go on after `pause`."""
        self._hold(is_held=False)

    @property
    def is_paused(self) -> bool:
        """Whether nothing is sent."""
        return self._is_paused

    def stop(self, seconds: float | None = None) -> None:
        """Take up nothing more, wait for what is in flight, and write what became of it. What is
        still in flight after so many seconds is sent again by the next server.
        """
        self._is_over.set()
        self._wake.set()
        self._outcome.set()
        until = time.monotonic() + (self._options.time_out + 1 if seconds is None else seconds)
        couriers = self._all()
        for courier in couriers:
            courier.stop()
        for courier in couriers:
            courier.join(until)
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, until - time.monotonic()))
        try:
            self._write_once(idle=True)
            if self._turn is not None:
                self._turn.close()
        except Exception as fault:  # what was delivered and not written is sent again
            self._tell("deliveries-write", fault)

    def status(self) -> tuple[CourierStatus, ...]:
        """How each endpoint fares."""
        return tuple(
            CourierStatus(
                c.endpoint.endpoint_id, c.endpoint.state, c.backlog, c.delivered, c.failures
            )
            for c in self._all()
        )

    def _tell(self, where: str, fault: Exception) -> None:
        self._metrics.faults.labels(where).inc()
        if isinstance(fault, CannotDo):
            self._log.tell("cannot", where=where, why=str(fault))
        else:
            self._log.fault(where, fault)

    def _in_ledger(self, changes: Sequence[Change]) -> Set[Change]:
        """Those of these changes that the ledger still has."""
        request = KnownChangesRequest(self._post.clock(), tuple(changes))
        return frozenset(known_changes(self._session, request).changes)

    def _all(self) -> list[Courier]:
        with self._lock:
            return list(self._couriers.values())

    def _hold(self, *, is_held: bool) -> None:
        with self._lock:
            self._is_paused = is_held
            for courier in self._couriers.values():
                courier.hold(is_held=is_held)
        self.refresh()

    def _read(self) -> None:
        """Look for new transitions and changed endpoints, as long as it is not over."""
        faults = 0
        while not self._is_over.is_set():
            self._wake.clear()
            try:
                self._read_once()
                faults = 0
            except Exception as fault:  # whatever it is, the next look may succeed
                faults += 1
                self._tell("deliveries-read", fault)
            if faults:
                self._is_over.wait(min(0.1 * 2 ** min(faults, 10), _LONGEST_PAUSE))
            else:
                self._wake.wait(self._options.poll)

    def _read_once(self) -> None:
        """Look for changed endpoints now and then, and for transitions each time."""
        if not self._is_ours():
            return
        if self._stale.is_set() or time.monotonic() - self._look >= self._options.poll:
            self._stale.clear()
            found = outboxes(self._session, OutboxesRequest(self._post.clock()))
            self._follow(found)
            self._look = time.monotonic()
        pages: dict[tuple[int, str | None], Transitions] = {}
        for courier in self._all():
            self._read_pages(courier, pages)

    def _read_pages(
        self, courier: Courier, pages: dict[tuple[int, str | None], Transitions]
    ) -> None:
        """Give a courier what is after its cursor, as long as it has room; most have the same."""
        more = True
        while more and not self._is_over.is_set():
            cursor = courier.cursor()
            if cursor is None:
                return
            if cursor not in pages:
                pages[cursor] = self._page(cursor)
            courier.read(pages[cursor])
            more = pages[cursor].more
            self._newest_run = max(self._newest_run, pages[cursor].upto)

    def _is_ours(self) -> bool:
        """Whether this process delivers. Where another does, what was held here is let go: the
        ledger has it.
        """
        self.is_our_turn = False
        try:
            ours = self._turn is None or self._turn.is_ours()
        except Exception:
            self._let_go()
            raise
        self.is_our_turn = ours
        if not ours:
            self._let_go()
        return ours

    def _let_go(self) -> None:
        couriers = self._all()
        for courier in couriers:
            courier.stop()
        try:
            if couriers:
                self._write_once(idle=False)
        finally:
            self._stale.set()
            with self._lock:
                self._couriers.clear()

    def _page(self, cursor: tuple[int, str | None]) -> Transitions:
        run, lead = cursor
        request = TransitionsRequest(self._post.clock(), run, lead, limit=_PAGE)
        return transitions(self._session, request)

    def _follow(self, found: Outboxes) -> None:
        """Have a courier for each endpoint, and none for those that were removed."""
        there = {o.endpoint.endpoint_id for o in found.outboxes}
        for name in [n for n in self._couriers if n not in there]:
            with self._lock:
                gone = self._couriers.pop(name)
            gone.stop()
        for outbox in found.outboxes:
            self._follow_one(outbox)

    def _follow_one(self, outbox: Outbox) -> None:
        name = outbox.endpoint.endpoint_id
        courier = self._couriers.get(name)
        if courier is None:
            if outbox.endpoint.state == "active":
                self._begin(outbox)
            return
        courier.update(outbox.endpoint)
        if outbox.replays != self._replays[name]:
            courier.open(self._open(name, only_replays=True))
            self._replays[name] = outbox.replays

    def _open(self, name: str, *, only_replays: bool) -> OpenDeliveries:
        request = OpenDeliveriesRequest(self._post.clock(), name, only_replays)
        return open_deliveries(self._session, request)

    def _begin(self, outbox: Outbox) -> None:
        name = outbox.endpoint.endpoint_id
        known = self._open(name, only_replays=False)
        options = self._options
        queue = DeliveryQueue(
            name,
            known.through,
            random.random,
            options.window,
            1 if outbox.endpoint.kind == "apprise" else options.parallel,
        )
        courier = Courier(outbox.endpoint, queue, self._post)
        courier.open(known)
        self._replays[name] = known.replays
        with self._lock:
            courier.hold(is_held=self._is_paused)
            self._couriers[name] = courier
        courier.start()

    def _write(self) -> None:
        """Write what became of deliveries, many at a time, as long as it is not over."""
        faults = 0
        while not self._is_over.is_set():
            self._outcome.wait(_IDLE)
            self._is_over.wait(self._options.batch * 2 ** min(faults, 5))
            self._outcome.clear()
            try:
                self._write_once(idle=time.monotonic() - self._idle_since > _IDLE)
                faults = 0
            except Exception as fault:  # the rows are kept, and the next turn may succeed
                faults += 1
                self._outcome.set()
                self._tell("deliveries-write", fault)

    def _write_once(self, *, idle: bool) -> None:
        """One batch. With `idle` also how far endpoints are that nothing was sent to."""
        with self._writing:
            self._write_progress(idle=idle)
        for courier in self._all():
            if courier.is_gone and courier.endpoint.state == "active":
                self._disable(courier)
            self._metrics.waiting.labels(courier.endpoint.endpoint_id).set(courier.backlog)
            if courier.is_behind(self._newest_run):
                self._wake.set()  # there is room again for what is behind

    def _write_progress(self, *, idle: bool) -> None:
        done: list[tuple[Courier, Progress]] = []
        for courier in self._all():
            progress = courier.progress()
            if progress.deliveries or (idle and progress.through > courier.through):
                done.append((courier, progress))
        self._idle_since = time.monotonic() if idle else self._idle_since
        if done:
            rows: list[Delivery] = [d for _, p in done for d in p.deliveries]
            through = {c.endpoint.endpoint_id: p.through for c, p in done if p.through > c.through}
            request = RecordDeliveriesRequest(self._post.clock(), tuple(rows), through)
            record_deliveries(self._session, request)
            for courier, progress in done:
                courier.confirm(progress)
            for row in rows:
                self._metrics.deliveries.labels(row.endpoint_id, row.state).inc()

    def _disable(self, courier: Courier) -> None:
        """An endpoint that wants nothing any more is told nothing any more."""
        name = courier.endpoint.endpoint_id
        request = ChangeEndpointRequest(
            self._post.clock(), name, "disable", "leadlight", "it answered 410 Gone"
        )
        with suppress(CannotDo):  # somebody has removed it
            courier.update(change_endpoint(self._session, request).endpoint)
