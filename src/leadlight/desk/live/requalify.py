"""Qualifying again whom something touched: by new facts, or by the clock alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from leadlight.desk.leads.run import StoredRun, run, run_touched_leads, why_all_leads
from leadlight.desk.leads.run_files import RunFiles
from leadlight.desk.playbooks import usable
from leadlight.desk.routing.live import route_leads
from leadlight.desk.session import Session
from leadlight.desk.workspace.workspace import AgreedPlaybook, Workspace
from leadlight.facts.catalog import Catalog
from leadlight.facts.ledger import Run
from leadlight.playbook.spec import Playbook
from leadlight.problems import CannotDo
from leadlight.results.intake import TakeResult

#: A playbook that compares leads is run whole, at most once in this time.
WHOLE_RUN = timedelta(minutes=5)
#: Whether response times are over is looked at so often.
CLOCKS = timedelta(seconds=5)


@dataclass(frozen=True)
class TickRequest:
    """Qualify at a moment whom the clock, or anything that was recorded meanwhile, touched."""

    now: datetime


@dataclass
class Requalification:
    """What is kept between batches: the playbook, read once for a text and a shape of ledger.

    Where no run can be built on, a base of more than `most_leads` waits for somebody else's run.
    """

    most_leads: int | None = None
    _key: object = None
    _book: Playbook | None = None
    _clocks_at: datetime | None = None

    def qualify(self, workspace: Workspace, result: TakeResult) -> TakeResult:
        """Qualify whom something touched since the last run. Facts are in whether that can be done
        or not: why not stands in the result.
        """
        try:
            done = self._run(workspace)
        except CannotDo as fault:
            return replace(result, pending=str(fault))
        if isinstance(done, str):
            return replace(result, pending=done)
        if done is None:
            return self._route(workspace, result, None)
        receipt = done.receipt.run
        qualified = replace(
            result,
            run_id=receipt.run_id,
            looked_at=receipt.looked_at if receipt.looked_at is not None else receipt.leads,
            changed=receipt.changed,
            as_of=receipt.as_of,
        )
        return self._route(workspace, qualified, receipt.run_id)

    def _route(self, workspace: Workspace, result: TakeResult, run_id: str | None) -> TakeResult:
        """Whoever is hot by a run has somebody before anybody is told of it."""
        at = replace(workspace, now=workspace.after(workspace.now))
        reads_clocks = self._clocks_at is None or at.now >= self._clocks_at + CLOCKS
        if reads_clocks:
            self._clocks_at = at.now
        news = route_leads(at, run_id, reads_clocks=reads_clocks)
        return replace(
            result,
            assigned=len(news.assignments),
            steps=len(news.steps),
            unrouted=news.fault,
        )

    def _run(self, workspace: Workspace) -> StoredRun | str | None:
        ledger = workspace.ledger
        if not ledger.holdings().attributes:
            return None  # nobody is there yet
        last = next(iter(ledger.runs(1)), None)
        as_of = workspace.now if last is None else max(workspace.now, last.as_of)
        agreed = workspace.agreed_playbook(as_of)
        book = self._playbook(workspace, agreed)
        why = why_all_leads(last, book, as_of, "then")
        if last is None or why is not None:
            if last is not None and self._waits(last, book, as_of):
                return _wait_sentence(why, book)
            return run(workspace, RunFiles(), as_of=as_of)
        return self._requalify_few(workspace, book, agreed, last, as_of)

    def _waits(self, last: Run, book: Playbook, as_of: datetime) -> bool:
        """Whether a whole run would be too much now."""
        is_large = self.most_leads is not None and last.leads > self.most_leads
        return is_large or (bool(book.ranks) and as_of < last.as_of + WHOLE_RUN)

    def _requalify_few(
        self,
        workspace: Workspace,
        book: Playbook,
        agreed: AgreedPlaybook,
        last: Run,
        as_of: datetime,
    ) -> StoredRun | None:
        touched = workspace.ledger.touch(last, as_of=as_of)
        if not touched.leads:
            return None
        at = replace(workspace, now=max(workspace.now, last.recorded_at))
        return run_touched_leads(
            at, RunFiles(), book, agreed.text, last, as_of, agreed.version_name, touched
        )

    def _playbook(self, workspace: Workspace, agreed: AgreedPlaybook) -> Playbook:
        catalog = workspace.ledger.holdings().catalog()
        key = (agreed.text, _shape(catalog))
        if self._book is None or key != self._key:
            self._book, self._key = usable(agreed.text, agreed.name, catalog)[0], key
        return self._book


def _wait_sentence(why: str | None, book: Playbook) -> str:
    """Why labels stay as they are for now, and until when where that is known."""
    if not book.ranks:
        return why or ""
    minutes = WHOLE_RUN // timedelta(minutes=1)
    return (
        "The playbook compares the leads with each other, so all are qualified together:"
        f" labels change within {minutes} minutes where a server runs, else with the next run."
    )


def _shape(catalog: Catalog) -> tuple[object, ...]:
    """What of a catalog decides how a playbook is read."""
    columns = (*catalog.lead.values(), *catalog.activity.values())
    return (tuple((a.name, a.type) for a in columns), catalog.present, catalog.activity_present)


def tick(session: Session, request: TickRequest, requalification: Requalification) -> TakeResult:
    """Qualify whom the clock moved, or what others recorded."""
    with session.write("tick", request.now) as workspace:
        return requalification.qualify(workspace, TakeResult(0, 0, 0, 0))
