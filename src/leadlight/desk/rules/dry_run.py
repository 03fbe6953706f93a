"""`dry-run`: who would have got what by a roster, how long leads would have waited, and how equal
it would have been.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from leadlight.desk.leads.replay import ReplayRequest, replay_workspace
from leadlight.desk.progress import NullProgress, Progress
from leadlight.desk.routing.rosters import must_find_roster
from leadlight.desk.rules.hold_effect import hold_effect
from leadlight.desk.session import Session
from leadlight.desk.wiring import replays
from leadlight.facts.assignments import Assignment, Clock, LeadInRoute
from leadlight.playbook.spec import Playbook, Route
from leadlight.predict.judge.intervals import wilson
from leadlight.problems import CannotDo
from leadlight.results.routing import (
    DryRunLine,
    DryRunResult,
    PunctualityLine,
    ResponseLine,
    ShareLine,
    WaitLine,
)
from leadlight.route.clocks import ClockReading, read_clocks
from leadlight.route.dry_run import DryRun, WaitSummary, price_of, shares_of, summaries, waits_of
from leadlight.route.response_curve import response_groups
from leadlight.route.roster.spec import Roster

if TYPE_CHECKING:
    from leadlight.desk.wiring.replays import RouteLog

USUAL = timedelta(days=30)
_LISTED = 1_000


@dataclass(frozen=True)
class DryRunRequest:
    """Give the leads of a period (`since`: 30 days before `until`, which is now) to the people of a
    roster as if it had been in force then: that of the workspace, or the file `roster`. Nothing is
    written. Only the assignments of `lead` are listed, where one is named.
    """

    now: datetime
    since: datetime | None = None
    until: datetime | None = None
    roster: Path | None = None
    lead: str | None = None


def dry_run(
    session: Session, request: DryRunRequest, progress: Progress = NullProgress()
) -> DryRunResult:
    """The run. Raises `CannotDo` where there is no roster, or no lead in that period."""
    until = request.until or request.now
    since = request.since or until - USUAL
    if not since < until <= request.now:
        raise CannotDo("The period ends after its beginning, and not after now.", field="since")
    with session.read_often("dry-run", request.now) as workspace:
        roster = must_find_roster(workspace, request.roster).roster
        asked = ReplayRequest(request.now, since, until)
        replayed = replay_workspace(workspace, asked, progress)
        book = replayed.books[-1][1]
        log = replays.route_log(
            workspace.con, workspace.ledger, tuple(roster.departments), since, until
        )
        leads = list(_arrivals(log, book, replayed.found.since))
        if not leads:
            raise CannotDo(
                f"No lead came into a route of the roster between {since:%Y-%m-%d} and"
                f" {until:%Y-%m-%d}.",
                field="since",
            )
        # The lot is left out: it is asked who would have got what, not who would have waited.
        made = DryRun(replace(roster, experiment=None)).run(leads, log.closings, until)
        ledger = workspace.ledger.assignments()
        ids = sorted({a.lead_id for a in made})
        actual = ledger.newest(ids)
        experiment = hold_effect(workspace, roster, ids, request.now)
        clocks = ledger.clocks_of(made)
    readings = {r.clock.no: r for r in read_clocks(roster, clocks, request.now)}
    lines = [_line(a, clocks[n], readings.get(n)) for n, a in enumerate(made)]
    return replace(
        _result(roster, made, actual, since, until),
        punctuality=tuple(_punctuality(list(readings.values()))),
        responses=tuple(_response_lines(made, readings)),
        experiment=experiment,
        assignments=tuple(
            [x for x in lines if request.lead in (None, x.assignment.lead_id)][-_LISTED:]
        ),
    )


def _arrivals(log: RouteLog, book: Playbook, since: datetime) -> Iterator[LeadInRoute]:
    """A lead for each time that it came into a route, or into another response time."""
    before: tuple[str | None, int | None] | None = None
    lead_id = ""
    for state in log.states:
        route = route_of(book, state.department, state.temperature, state.stage)
        place = (state.department, route.within if route is not None else None)
        is_first, is_same = state.lead_id != lead_id, place == before
        lead_id, before = state.lead_id, place
        # What it was when the period began is nothing that came.
        if (is_first and state.at <= since) or (is_same and not is_first):
            continue
        if route is None or route.by == "nothing" or state.department is None:
            continue
        known = log.attributes.get(lead_id, {})
        company = known.get("account") or known.get("company", "").casefold()
        yield LeadInRoute(
            lead_id=lead_id,
            department=state.department,
            began_at=state.at,
            respond_within=route.within,
            label=state.temperature,
            owner=known.get("owner"),
            company=company or None,
            country=known.get("country"),
            region=known.get("region"),
            language=known.get("language"),
            skills=route.skills,
            again=route.again,
        )


def route_of(
    book: Playbook, department: str | None, temperature: str | None, stage: str | None
) -> Route | None:
    """The route of a department that speaks of these labels: a replay keeps the department only."""
    routes = [r for r in book.routes if r.to == department]
    for label in (temperature, stage):
        for route in routes:
            if label and route.when is not None and f"'{label}'" in route.when.text:
                return route
    return routes[-1] if routes else None


def _result(
    roster: Roster,
    made: Sequence[Assignment],
    known: Mapping[str, Assignment],
    since: datetime,
    until: datetime,
) -> DryRunResult:
    newest = {a.lead_id: a for a in made}
    in_truth = Counter((a.department, a.person) for a in known.values())
    waits = waits_of(roster, made)
    moved = [k for k, a in known.items() if newest[k].person != a.person]
    return DryRunResult(
        roster=roster.fingerprint,
        since=since,
        until=until,
        leads=len(newest),
        held=sum(a.person is None for a in newest.values()),
        moved=len(moved) if known else None,
        shares=tuple(
            ShareLine(
                person=person.id,
                name=person.name,
                department=department,
                leads=count,
                share=round(share, 2),
                actual=in_truth[department, person.id] if known else None,
                busiest_day=busiest,
            )
            for department, person, count, share, busiest in shares_of(roster, made)
        ),
        waits=tuple(_wait_line(w) for w in summaries(waits)),
        price=price_of(waits),
        punctuality=(),
        responses=(),
        assignments=(),
    )


def _line(made: Assignment, clock: Clock, reading: ClockReading | None) -> DryRunLine:
    state = reading.state if reading is not None else None
    return DryRunLine(made, clock.attempted_at, clock.reached_at, state)


def _punctuality(readings: Sequence[ClockReading]) -> Iterator[PunctualityLine]:
    for label in dict.fromkeys(r.clock.assignment.label for r in readings):
        of = [r for r in readings if r.clock.assignment.label == label]
        states = Counter(r.state for r in of)
        yield PunctualityLine(
            label=label,
            leads=len(of),
            in_time=states["answered"],
            late=states["late"],
            unanswered=len(of) - states["answered"] - states["late"],
            reached=sum(r.clock.reached_at is not None for r in of),
        )


def _response_lines(
    made: Sequence[Assignment], readings: Mapping[int, ClockReading]
) -> Iterator[ResponseLine]:
    """By the first clock of each lead: a later one knows what came of it."""
    first: dict[str, int] = {}
    for n, assignment in enumerate(made):
        if n in readings:
            first.setdefault(assignment.lead_id, n)
    for group in response_groups([readings[n] for n in first.values()]):
        counts = (group.reached, group.qualified, group.won)
        shares = [round(count / group.leads, 4) for count in counts]
        low_high = [wilson(count, group.leads) for count in counts]
        intervals = [(round(low, 4), round(high, 4)) for low, high in low_high]
        yield ResponseLine(
            within=group.within,
            is_unanswered=group.is_unanswered,
            leads=group.leads,
            reached=shares[0],
            reached_interval=intervals[0],
            qualified=shares[1],
            qualified_interval=intervals[1],
            won=shares[2],
            won_interval=intervals[2],
        )


def _wait_line(summary: WaitSummary) -> WaitLine:
    return WaitLine(
        department=summary.department,
        leads=summary.leads,
        held=summary.held,
        median_wait=summary.median,
        ninth_wait=summary.ninth,
        median_if_free=summary.least_median,
    )
