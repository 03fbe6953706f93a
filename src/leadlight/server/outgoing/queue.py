"""What waits for one endpoint: in the order of each lead, with its retries; no thread and no clock
is in it.
"""

from __future__ import annotations

import heapq
from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from leadlight.facts.deliveries import Delivery, DeliveryState
from leadlight.facts.transitions import Transition
from leadlight.results.endpoints import OpenDeliveries
from leadlight.server.outgoing.retries import Answer, rest, retry_at

#: So many times its window a queue holds, when deliveries fail and others come in.
_WINDOWS = 20


@dataclass
class Attempt:
    """A transition that is to be delivered, and the attempts that failed so far."""

    transition: Transition
    attempts: int
    due: datetime
    is_recorded: bool
    is_slow: bool = False


@dataclass(frozen=True)
class Progress:
    """What became of deliveries since it was last written, and up to which run all are done."""

    deliveries: tuple[Delivery, ...]
    through: int


@dataclass
class DeliveryQueue:
    """The queue of an endpoint. Attempts are taken and answered; outcomes are kept until they are
    written. `through`: the run up to which all was done when it began. `window`: so many are held
    that were never tried; the rest stays in the ledger until there is room.
    """

    endpoint_id: str
    through: int
    luck: Callable[[], float]
    window: int = 1000
    parallel: int = 4
    _run: int = field(init=False)
    _lead: str | None = field(init=False, default=None)
    _lines: dict[str, deque[Attempt]] = field(init=False, default_factory=dict)
    _heads: list[tuple[datetime, int, str]] = field(init=False, default_factory=list)
    _count: int = field(init=False, default=0)
    _pending: Counter[int] = field(init=False, default_factory=Counter)
    _recorded: set[tuple[int, str]] = field(init=False, default_factory=set)
    _owed: set[tuple[int, str, datetime]] = field(init=False, default_factory=set)
    _outcomes: list[Delivery] = field(init=False, default_factory=list)
    _waiting: int = field(init=False, default=0)
    _in_flight: int = field(init=False, default=0)
    _strikes: int = field(init=False, default=0)
    _rest_until: datetime | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self._run = self.through

    @property
    def cursor(self) -> tuple[int, str | None]:
        """The run, and the lead of it, after which transitions are not looked at yet."""
        return self._run, self._lead

    @property
    def has_room(self) -> bool:
        """Whether more transitions should be read."""
        return self._pending.total() < self.window and self.backlog < _WINDOWS * self.window

    @property
    def backlog(self) -> int:
        """How many deliveries wait here, those in flight included."""
        return self._waiting

    def open(self, known: OpenDeliveries) -> None:
        """Go on where somebody ended: what is owed though it has its row, and what needs nothing
        more.
        """
        self._recorded.update(known.recorded)
        for owed in known.owed:
            d = owed.delivery
            said = (d.run_no, d.lead_id, d.recorded_at)
            if said in self._owed:
                continue
            self._owed.add(said)
            due = d.retry_at or d.recorded_at
            self._add(Attempt(owed.transition, d.attempts, due, is_recorded=True))

    def read(self, wanted: Iterable[Transition], now: datetime, run: int, lead: str | None) -> None:
        """Add the transitions that the endpoint wants of what was read, up to a run and a lead of
        it.
        """
        for t in wanted:
            if (t.run_no, t.lead_id) not in self._recorded:
                self._add(Attempt(t, 0, now, is_recorded=False))
        self._run, self._lead = run, lead
        if lead is None:
            self._recorded = {key for key in self._recorded if key[0] > run}

    def take(self, now: datetime, most: int = 1) -> list[Attempt]:
        """What is to be sent now, of different leads; nothing while the endpoint is left alone."""
        limit = 1 if self._strikes else self.parallel
        is_left_alone = self._rest_until is not None and now < self._rest_until
        taken: list[Attempt] = []
        if is_left_alone or self._in_flight >= limit:
            return taken
        while len(taken) < most and self._heads and self._heads[0][0] <= now:
            _, _, lead = heapq.heappop(self._heads)
            taken.append(self._lines[lead][0])
        self._in_flight += 1 if taken else 0
        return taken

    def next_at(self) -> datetime | None:
        """When there is something to be sent again; None: not before something comes in."""
        if not self._heads:
            return None
        due = self._heads[0][0]
        return due if self._rest_until is None else max(due, self._rest_until)

    def answer(self, attempts: Sequence[Attempt], answer: Answer, now: datetime) -> None:
        """What an endpoint answered to what was taken together."""
        self._in_flight -= 1
        if answer.is_good:
            self._recover(now)
        elif answer.is_slow:
            self._strikes += 1
            self._rest_until = now + rest(self._strikes, answer)
        for one in attempts:
            self._settle(one, answer, now)

    def drop(self, attempts: Sequence[Attempt], *, is_all: bool) -> None:
        """Of what was taken together these are not told at all, and leave no row; `is_all`: nothing
        of it is.
        """
        self._in_flight -= 1 if is_all else 0
        for one in attempts:
            self._record(one)
            self._finish(one)

    def delay(self, attempts: Sequence[Attempt], until: datetime) -> None:
        """What was taken together is not sent now, but later."""
        self._in_flight -= 1
        for one in attempts:
            one.due = until
            self._push(one.transition.lead_id)

    def progress(self) -> Progress:
        """What is to be written. It is kept until `confirm` says that it was."""
        first = min(self._pending, default=None)
        done = self._run if self._lead is None else self._run - 1
        through = done if first is None else min(done, first - 1)
        return Progress(tuple(self._outcomes), max(through, self.through))

    def confirm(self, progress: Progress) -> None:
        """That was written."""
        del self._outcomes[: len(progress.deliveries)]
        self.through = progress.through

    def _add(self, attempt: Attempt) -> None:
        lead = attempt.transition.lead_id
        line = self._lines.setdefault(lead, deque())
        if any(a.transition.run_no == attempt.transition.run_no for a in line):
            return
        line.append(attempt)
        self._waiting += 1
        if not attempt.is_recorded:
            self._pending[attempt.transition.run_no] += 1
        if len(line) == 1:
            self._push(lead)

    def _push(self, lead: str) -> None:
        self._count += 1
        heapq.heappush(self._heads, (self._lines[lead][0].due, self._count, lead))

    def _settle(self, one: Attempt, answer: Answer, now: datetime) -> None:
        lead = one.transition.lead_id
        one.attempts += 1
        one.is_slow = answer.is_slow
        again = None if answer.is_good else retry_at(one.attempts, answer, now, self.luck())
        state: DeliveryState = "delivered" if answer.is_good else "failed" if again else "dead"
        self._outcomes.append(
            Delivery(
                self.endpoint_id,
                one.transition.run_no,
                lead,
                state,
                one.attempts,
                answer.status,
                again,
                now,
            )
        )
        self._record(one)
        if again is not None:
            one.due = again
            self._push(lead)
        else:
            self._finish(one)

    def _finish(self, one: Attempt) -> None:
        """That was the last of it: the next of its lead comes up."""
        lead = one.transition.lead_id
        line = self._lines[lead]
        line.popleft()
        self._waiting -= 1
        if line:
            self._push(lead)
        else:
            del self._lines[lead]

    def _record(self, one: Attempt) -> None:
        if one.is_recorded:
            return
        one.is_recorded = True
        run = one.transition.run_no
        self._pending[run] -= 1
        if not self._pending[run]:
            del self._pending[run]

    def _recover(self, now: datetime) -> None:
        """The endpoint takes messages again: those that failed while it was in trouble go now."""
        if not self._strikes:
            return
        self._strikes, self._rest_until = 0, None
        at_head = {lead for _, _, lead in self._heads}
        for lead in at_head:
            head = self._lines[lead][0]
            head.due = min(head.due, now) if head.is_slow else head.due
        self._heads = []
        for lead in sorted(at_head, key=lambda one: self._lines[one][0].transition.run_no):
            self._push(lead)
