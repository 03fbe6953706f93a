"""The worker: takes what arrived, batch by batch, and has the touched leads qualified.

It also wakes by itself, for labels change by the clock alone. It is the only one in the process
that takes; whatever fails is told, and tried again: the journal keeps it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from leadlight.desk.live.requalify import Requalification, TickRequest, tick
from leadlight.desk.live.take import TakeRequest, take
from leadlight.desk.live.transitions import MOST, TransitionsRequest, transitions
from leadlight.desk.ports import Journal
from leadlight.desk.session import Session
from leadlight.facts.intake import Event, JournalRecord, QuarantineRow
from leadlight.facts.transitions import Transition
from leadlight.problems import CannotDo
from leadlight.results.intake import TakeResult
from leadlight.server.intake.envelope import unseal
from leadlight.server.intake.source import Source
from leadlight.server.log import Log
from leadlight.server.metrics import Metrics

#: A batch is about so many bytes of the journal.
BATCH = 1024 * 1024
#: How often somebody looks whose labels the clock changes.
TICK = timedelta(seconds=10)
_LONGEST_WAIT = 30.0


class Worker:
    """Takes what arrives in a journal into a session's workspace. `outlets` hear what changed."""

    def __init__(
        self,
        session: Session,
        journal: Journal,
        sources: dict[str, Source],
        outlets: Sequence[Callable[[Sequence[Transition]], None]],
        metrics: Metrics,
        log: Log,
        now: Callable[[], datetime],
    ) -> None:
        self._session, self._journal, self._sources = session, journal, sources
        self._outlets, self._metrics, self._log, self._now = outlets, metrics, log, now
        self._requalification = Requalification()
        self._condition = threading.Condition()
        self._has_news, self._closing = False, False
        # Up to which run, and within it up to which lead, everybody was told.
        self._run = self._last_run()
        self._lead: str | None = None
        self._last_tick: datetime | None = None
        self.fault: str | None = None
        self.pending: str | None = None
        self._thread = threading.Thread(target=self._work, name="worker", daemon=True)

    def start(self) -> None:
        """Begin to take."""
        self._thread.start()

    def wake(self) -> None:
        """Something is in the journal."""
        with self._condition:
            self._has_news = True
            self._condition.notify()

    def close(self) -> None:
        """Finish the batch under way, and stop."""
        with self._condition:
            self._closing = True
            self._condition.notify()
        if self._thread.is_alive():
            self._thread.join()

    @property
    def is_alive(self) -> bool:
        """Whether it works."""
        return self._thread.is_alive()

    def _work(self) -> None:
        wait = 0.1
        while True:
            try:
                self._step()
                self.fault, wait = None, 0.1
            except Exception as fault:
                self._tell(fault)
                self._rest(wait)
                wait = min(2 * wait, _LONGEST_WAIT)
                self._open_anew()
            if self._is_over():
                return

    def _step(self) -> None:
        """Take a batch, or where nothing arrived look at the clock."""
        records = self._journal.read(BATCH)
        self._metrics.backlog.set(self._journal.last - self._journal.position)
        if records:
            self._take(records)
        elif self._last_tick is None or self._now() - self._last_tick >= TICK:
            self._last_tick = self._now()
            self._finish(tick(self._session, TickRequest(self._now()), self._requalification))
        elif not self._sleep():
            self._publish()  # others may have stored a run: a person's, or another process

    def _take(self, records: Sequence[JournalRecord]) -> None:
        begin = time.perf_counter()
        parts = list(self._parse(records))
        events = tuple(p for p in parts if isinstance(p, Event))
        quarantine = tuple(p for p in parts if isinstance(p, QuarantineRow))
        request = TakeRequest(events, self._now(), quarantine)
        result = take(self._session, request, self._requalification)
        self._journal.take(records[-1].number)
        self._finish(result)
        self._metrics.batch_seconds.observe(time.perf_counter() - begin)

    def _parse(self, records: Sequence[JournalRecord]) -> Iterator[Event | QuarantineRow]:
        for record in records:
            try:
                kept = unseal(record.body)
                yield from self._sources[kept.source].parse(kept)
            except Exception as fault:
                # One request must not stop all others for ever: it is kept aside and told.
                self._metrics.faults.labels("parse").inc()
                self._log.fault("parse", fault)
                text = record.body[:500].decode("utf-8", "replace")
                yield QuarantineRow("cannot-be-read", "The request could not be read.", text)

    def _finish(self, result: TakeResult) -> None:
        for became in ("added", "known", "quarantine"):
            self._metrics.events.labels(became).inc(getattr(result, became))
        if result.pending != self.pending:
            self.pending = result.pending
            self._log.tell("qualification", pending=result.pending or "none")
        self._publish()

    def _publish(self) -> None:
        """Tell of every run since the last that was told of: those of others as well."""
        more = True
        while more:
            request = TransitionsRequest(self._now(), self._run, self._lead, MOST)
            page = transitions(self._session, request)
            if page.transitions:
                self._metrics.transitions.inc(len(page.transitions))
                for outlet in self._outlets:
                    outlet(page.transitions)
            self._run, more = page.upto, page.more
            self._lead = page.transitions[-1].lead_id if more else None

    def _last_run(self) -> int:
        """The run up to which others were told before this process began."""
        with self._session.read("serve", self._now()) as workspace:
            last = next(iter(workspace.ledger.runs(1)), None)
        return int(last.run_id.removeprefix("r")) if last else 0

    def _tell(self, fault: Exception) -> None:
        self._metrics.faults.labels("worker").inc()
        if isinstance(fault, CannotDo):
            if str(fault) != self.fault:
                self._log.tell("cannot", why=str(fault))
            self.fault = str(fault)
        else:
            self._log.fault("worker", fault)
            self.fault = f"A fault of ours ({type(fault).__name__})."

    def _open_anew(self) -> None:
        """After a fault of the disk the engine may refuse everything until it is opened anew."""
        try:
            with self._session.suspend(self._now()):
                pass
        except Exception as fault:
            self._tell(fault)

    def _sleep(self) -> bool:
        """Wait for what arrives; whether something did."""
        with self._condition:
            if not self._has_news and not self._closing:
                self._condition.wait(1.0)
            has_news, self._has_news = self._has_news, False
            return has_news or self._closing

    def _rest(self, seconds: float) -> None:
        with self._condition:
            if not self._closing:
                self._condition.wait(seconds)

    def _is_over(self) -> bool:
        """Whether to stop: what is not taken yet lies safe in the journal."""
        with self._condition:
            return self._closing
