"""`today`: whom to be in touch with now, in order, and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from leadlight.desk.leads import contact_ways
from leadlight.desk.leads.list_place import ListPlace, read_place, write_place
from leadlight.desk.playbooks import usable
from leadlight.desk.routing.owners import LeadOwner, LeadOwners
from leadlight.desk.session import Session
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.lead_list import (
    SHOWN,
    DueOrder,
    LadderOrder,
    LeadLine,
    LeadQuery,
    Order,
    RunColumns,
    ScoreOrder,
)
from leadlight.facts.ledger import Run
from leadlight.facts.sales_touches import QueueFilter, SalesTouch
from leadlight.playbook.spec import Playbook
from leadlight.problems import CannotDo
from leadlight.results.lead_list import lead_name
from leadlight.results.summary import above_the_coldest
from leadlight.results.text.today import reason_sentence
from leadlight.results.today import QueuedLead, TodayQueue

MOST = 200
#: So many pages of the list are looked through for leads that can be reached.
_PAGES, _SPARE = 8, 30
#: With these labels nobody waits.
_WITHOUT = {
    "stage": ("customer", "dropped"),
    "contact": ("empty",),
    "audience": ("non_target",),
}
_BANT = ("budget", "authority", "need", "timeline")
_READ = tuple(dict.fromkeys((*SHOWN, *contact_ways.READ, *_BANT, "owner", "city")))
_ORDER = "today"
_POINTS = ("email", "phone", "mobile")


@dataclass(frozen=True)
class TodayRequest:
    """Whom to be in touch with at `now`: first those to whom that was promised, then by the order
    of calls those whom nobody handled since they got their label.

    With `owner` only leads of that owner; at most `limit` of them. `after` is what the page before
    says is `next`.
    """

    now: datetime
    owner: str | None = None
    limit: int = 50
    after: str | None = None


def today(session: Session, request: TodayRequest) -> TodayQueue:
    """The leads that wait, as the last run left them. Raises `CannotDo` for a limit that is none,
    and where the playbook cannot be read.
    """
    if not 0 < request.limit <= MOST:
        raise CannotDo(f"From 1 to {MOST} leads are listed at once.", field="limit")
    with session.read("today", request.now) as workspace:
        newest = next(iter(workspace.ledger.runs(1)), None)
        if newest is None:
            return TodayQueue((), False, None, None, request.owner)
        queue = _Queue.of(workspace, request, newest)
        found = list(islice(queue.leads(), request.limit + 1))
    listed = found[: request.limit]
    more = len(found) > request.limit
    return TodayQueue(
        tuple(lead for lead, _ in listed),
        more,
        newest.run_id,
        newest.as_of,
        request.owner,
        write_place(_ORDER, listed[-1][1]) if more else None,
    )


@dataclass(frozen=True)
class _Queue:
    """What is needed to read the queue of a workspace, page by page."""

    workspace: Workspace
    request: TodayRequest
    book: Playbook
    columns: RunColumns
    upto: int
    scale: str | None
    owners: LeadOwners

    @staticmethod
    def of(workspace: Workspace, request: TodayRequest, newest: Run) -> _Queue:
        agreed = workspace.agreed_playbook()
        book = usable(agreed.text, agreed.name, workspace.ledger.catalog())[0]
        columns = workspace.ledger.run_columns()
        scale = "temperature" if "temperature" in columns.scales else None
        if book.scale("temperature") is None:
            scale = None
        upto = int(newest.run_id.removeprefix("r"))
        owners = LeadOwners.of(workspace)
        return _Queue(workspace, request, book, columns, upto, scale, owners)

    def leads(self) -> Iterator[tuple[QueuedLead, ListPlace]]:
        """The leads that wait, in their order, each with its place."""
        after = self._begin()
        limit = self.request.limit + _SPARE
        for _ in range(_PAGES):
            page = self.workspace.ledger.leads(self._query(after, limit), self.request.now)
            owners = self.owners.owners([line.lead_id for line in page.leads])
            for line, keys in zip(page.leads, page.keys, strict=True):
                owner = owners.get(line.lead_id)
                lead = self._lead(line, page.touches[line.lead_id], owner)
                if self._waits(line, lead, owner):
                    yield lead, ListPlace(self.upto, keys, line.lead_id)
            if len(page.leads) < limit:
                return
            after = (page.keys[-1], page.leads[-1].lead_id)

    def _begin(self) -> tuple[tuple[float, ...], str] | None:
        """After which lead the page begins. The queue is that of now: a run since only means that
        leads that came before this place are not on it.
        """
        if self.request.after is None:
            return None
        place = read_place(self.request.after, _ORDER, 1 + len(list(self._call_order())))
        return place.keys, place.lead_id

    def _query(self, after: tuple[tuple[float, ...], str] | None, limit: int) -> LeadQuery:
        return LeadQuery(
            upto=self.upto,
            limit=limit,
            columns=self.columns,
            order=(DueOrder(), *self._call_order()),
            after=after,
            queue=QueueFilter(
                now=self.request.now,
                scale=self.scale,
                labels=above_the_coldest(self._ladder()),
                without={s: la for s, la in _WITHOUT.items() if s in self.columns.scales},
                owner=self.request.owner,
                person=self._person(),
            ),
            shown=_READ,
        )

    def _person(self) -> str | None:
        """The person of the roster whose leads are asked for."""
        owner = self.request.owner
        return None if owner is None else self.owners.person_of(owner)

    def _ladder(self) -> tuple[str, ...]:
        scale = self.book.scale("temperature") if self.scale else None
        return () if scale is None else tuple(label.name for label in scale.labels)

    def _call_order(self) -> Iterator[Order]:
        """As `qualify` ranks calls: by temperature, then the score that the playbook names, else
        stage and scores.
        """
        named = self.book.order in self.columns.scores
        for name in ("temperature",) if named else ("temperature", "stage"):
            scale = self.book.scale(name)
            if scale is not None and name in self.columns.scales:
                yield LadderOrder(name, tuple(label.name for label in scale.labels))
        if named:
            yield ScoreOrder(self.book.order)
            return
        scores = [s.name for s in self.book.scores if s.name in self.columns.scores]
        leading = "engagement" if "engagement" in scores else "".join(scores[-1:])
        yield from (ScoreOrder(s) for s in sorted(scores, key=lambda s: s != leading))

    def _lead(self, line: LeadLine, last: SalesTouch, of: LeadOwner | None) -> QueuedLead:
        now = self.request.now
        ways, barred = contact_ways.ways_of(line.attributes)
        is_due = last.next_touch is not None and last.next_touch <= now
        since, within = last.label_since, line.respond_within
        respond_by = since + within if since is not None and within is not None else None
        time_left = None if respond_by is None else respond_by - now
        owner = line.attributes.get("owner")
        if of is not None:
            # By its assignment the time is that of its owner's hours.
            owner, respond_by, time_left = of.name, of.due_at, of.time_left
        label = line.labels.get(self.scale) if self.scale else None
        return QueuedLead(
            lead_id=line.lead_id,
            name=lead_name(line.lead_id, line.attributes),
            attributes=line.attributes,
            labels=line.labels,
            scores=line.scores,
            reason=reason_sentence(label, line.reasons, last, is_due=is_due),
            reasons=line.reasons,
            ways=ways,
            ways_barred=barred,
            department=line.department,
            next_step=line.next_step,
            owner=None if owner is None else str(owner),
            label_since=since,
            respond_by=respond_by,
            time_left=time_left,
            is_due=is_due,
            last=last,
            version=last.version,
        )

    def _waits(self, line: LeadLine, lead: QueuedLead, of: LeadOwner | None) -> bool:
        """Whether somebody can and should be in touch with it. What was promised is kept."""
        if self.request.owner is not None:
            is_theirs = lead.owner == self.request.owner
            if not is_theirs and (of is None or of.person is None or of.person != self._person()):
                return False
        if lead.is_due:
            return True
        return not self._is_left_alone(line) and (bool(lead.ways) or not self._has_contacts())

    def _has_contacts(self) -> bool:
        return any(p in self.workspace.ledger.holdings().attributes for p in _POINTS)

    def _is_left_alone(self, line: LeadLine) -> bool:
        """Whether its route says that nobody is to contact it now."""
        within = line.respond_within
        seconds = None if within is None else int(within.total_seconds())
        then = (line.department, seconds, line.next_step)
        routes = [r for r in self.book.routes if (r.to, r.within, r.next_step or None) == then]
        return bool(routes) and all(r.by == "nothing" for r in routes)
