"""`rehearse`: what a change of the rules would move, and how both versions would have ranked what
came later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from leadlight.desk.leads.qualifications import open_files
from leadlight.desk.playbooks import find_playbook, usable
from leadlight.desk.progress import NullProgress, Progress, unknown
from leadlight.desk.rules.diff import playbook_label, resolve_playbook
from leadlight.desk.session import Session
from leadlight.desk.wiring import bases, comparisons, output_files
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.cohort import Everyone, Known
from leadlight.plan.steps.lead import verifies
from leadlight.playbook.capacities import belongs
from leadlight.playbook.diff.difference import difference
from leadlight.playbook.spec import Playbook, Scale
from leadlight.predict.judge.metrics import Cell, draw, judge_label, judge_score
from leadlight.problems import CannotDo
from leadlight.results.data import to_json
from leadlight.results.files import WrittenFile
from leadlight.results.playbooks import NamedPlaybook
from leadlight.results.rehearsal import (
    ChangedLead,
    Department,
    LabelJudgement,
    LabelMove,
    PastJudgement,
    Rehearsal,
    ScaleJudgement,
    ScaleMoves,
    ScoreJudgement,
)
from leadlight.results.text.rehearsal import render_rehearsal, verdict

if TYPE_CHECKING:
    from leadlight.desk.wiring.bases import Base
    from leadlight.desk.wiring.comparisons import Rehearsals
    from leadlight.desk.wiring.db import Connection

DAY, WEEK = timedelta(days=1), timedelta(days=7)
MOST = 10
SIDES = ("old", "new")


@dataclass(frozen=True)
class RehearseRequest:
    """Play a change of the rules through: a proposed playbook `new` against another one (null: the
    one in force); each is a file, a preset, or a version's number.

    What would move is shown at the newest of `moments` (none: now). Both versions are judged a
    `horizon` before each moment by the outcome that came within it. `leads` with `activities`
    (files) are used instead of a workspace. The result is written to `out`, as text or as JSON.
    """

    new: str
    now: datetime
    against: str | None = None
    moments: tuple[datetime, ...] = ()
    horizon: timedelta = timedelta(days=90)
    outcome: str = "won"
    leads: Path | None = None
    activities: tuple[Path, ...] = ()
    known: Known = "then"
    out: Path | None = None
    out_format: Literal["text", "json"] = "text"


@dataclass(frozen=True)
class _Side:
    """A version of the rules: what it is called here, and the playbook."""

    name: str
    book: Playbook

    @property
    def playbook(self) -> NamedPlaybook:
        return NamedPlaybook(self.name, self.book.fingerprint)


@dataclass(frozen=True)
class _Stage:
    """Where a rehearsal is played: the two sides, and the base as of any moment."""

    old: _Side
    new: _Side
    base_at: Callable[[datetime], Base]
    known: Known
    of_files: bool

    def look(self, at: datetime, table: str, *, reasons: bool = False) -> tuple[Base, int]:
        """Both versions' qualifications at a moment, side by side in a table; the base, and how
        many leads it has.
        """
        plain = self.base_at(at)
        base, checked = plain, None
        for side, played in zip(SIDES, (self.old, self.new), strict=True):
            base = plain
            if verifies(played.book):
                checked = base = checked or plain.with_checks(at)
            base.qualify(played.book, Everyone(at, self.known), reasons=reasons)
            comparisons.rehearsals(base.con).keep(played.book, side, reasons=reasons)
        return base, comparisons.rehearsals(base.con).pair(table)


def rehearse(
    session: Session, request: RehearseRequest, progress: Progress = NullProgress()
) -> Rehearsal:
    """What the new rules would move, and how both versions would have ranked what came later.
    Nothing is stored in the workspace.
    """
    reads = (request.new, request.against, request.leads, *request.activities)
    with output_files.together(reads=reads, claims=((request.out, "rehearsal"),)):
        with _stage(session, request) as stage:
            moments = sorted(set(request.moments) or {request.now})
            found = _rehearse_at(stage, moments, request.horizon, request.outcome, progress)
        if request.out is None:
            return found
        text = (
            to_json(found) if request.out_format == "json" else "\n".join(render_rehearsal(found))
        )
        output_files.write_text(request.out, text + "\n", "rehearsal")
        return replace(found, files=(WrittenFile(request.out),))


@contextmanager
def _stage(session: Session, request: RehearseRequest) -> Iterator[_Stage]:
    if request.leads is not None:
        yield _stage_of_files(request.leads, request)
        return
    with session.read("rehearse", request.now) as workspace:
        yield _stage_of_workspace(workspace, request)


def _stage_of_workspace(workspace: Workspace, request: RehearseRequest) -> _Stage:
    catalog = workspace.ledger.catalog()

    def side(name: str | None, field: str) -> _Side:
        agreed = resolve_playbook(workspace, name, catalog, field)
        label = playbook_label(agreed, name)
        return _Side(label, usable(agreed.text, agreed.name, catalog)[0])

    return _Stage(
        side(request.against, "against"),
        side(request.new, "new"),
        lambda at: bases.base_of_ledger(
            workspace.con, workspace.ledger, Everyone(at, request.known)
        ),
        request.known,
        False,
    )


def _stage_of_files(leads: Path, request: RehearseRequest) -> _Stage:
    if request.against is None:
        raise CannotDo("Files have no playbook in force: name the old one.", field="against")
    old = open_files(leads, request.activities, playbook=request.against, as_of=request.now)
    catalog = old.base.sources.catalog
    name, text, _ = find_playbook(request.new, catalog, "new")
    new, _ = usable(text, name, catalog)
    return _Stage(
        _Side(request.against, old.playbook),
        _Side(request.new, new),
        lambda at: bases.base_of_files(old.base.con, old.staged, at),
        "then",
        True,
    )


def _rehearse_at(
    stage: _Stage,
    moments: Sequence[datetime],
    horizon: timedelta,
    outcome: str,
    progress: Progress,
) -> Rehearsal:
    at = moments[-1]
    progress.step("Qualifying every lead by both", unknown)
    base, leads = stage.look(at, "rehearsal_now", reasons=True)
    if not leads:
        raise CannotDo(
            f"There was no lead on {at:%Y-%m-%d %H:%M}: there is nobody to rehearse with.",
            field="moments",
        )
    old, new = stage.old.book, stage.new.book
    run = comparisons.rehearsals(base.con)
    known, newest = run.note_outcomes(base, outcome)
    ladders = {s.name: _ladder(old.scale(s.name), s) for s in new.scales if old.scale(s.name)}
    old_scores = {o.name for o in old.scores}
    scores = [s.name for s in new.scores if s.name in old_scores]
    relabelled, listed = run.changed_leads("rehearsal_now", ladders, scores, MOST)
    differences = difference(old, new).lines
    departments: tuple[Department, ...] = ()
    judged = PastJudgement(outcome, horizon, (), at, newest, why_not="Both versions say the same.")
    if differences:
        progress.step("Counting what each department would get", unknown)
        departments = _departments(stage, at)
        progress.step("Judging both by the past", unknown)
        judged = _judge_past(stage, moments, judged, known, base)
    return Rehearsal(
        stage.old.playbook,
        stage.new.playbook,
        at,
        leads,
        stage.known,
        stage.of_files,
        differences,
        tuple(_moves(run, s, ladder) for s, ladder in ladders.items()),
        departments,
        relabelled,
        tuple(_changed_lead(row, ladders, scores) for row in listed),
        replace(judged, verdict=tuple(verdict(judged))),
    )


def _moves(run: Rehearsals, scale: str, ladder: Sequence[str]) -> ScaleMoves:
    counts = run.moves("rehearsal_now", scale)
    moves = sorted(counts, key=lambda pair: (pair[0] or "", pair[1] or ""))
    return ScaleMoves(scale, tuple(ladder), tuple(LabelMove(a, b, counts[a, b]) for a, b in moves))


def _departments(stage: _Stage, at: datetime) -> tuple[Department, ...]:
    """Who has how many leads, and gets how many in a week: leads that were elsewhere, or not there,
    seven days before.
    """
    books = (stage.old.book, stage.new.book)
    if not any(book.routes for book in books):
        return ()
    base, _ = stage.look(at - WEEK, "rehearsal_week_ago")
    run = comparisons.rehearsals(base.con)
    sides = [run.departments("rehearsal_now", "rehearsal_week_ago", side) for side in SIDES]
    names = list(dict.fromkeys(r.to for book in reversed(books) for r in book.routes))
    found = _each_department(names, sides, stage.new.book.capacity or stage.old.book.capacity)
    return tuple(d for d in found if any(d.leads) or d.capacity is not None)


def _each_department(
    names: Sequence[str],
    sides: Sequence[Mapping[str, tuple[int, int]]],
    capacities: Mapping[str, int],
) -> Iterator[Department]:
    """Every department that a route names, and those with parts for which a capacity is agreed."""
    for name in names:
        has_parts = any(belongs(n, name) for n in names if n != name)
        capacity = None if has_parts else capacities.get(name)
        yield _department(name, [name], sides, capacity)
    for name, capacity in capacities.items():
        parts = [n for n in names if belongs(n, name)]
        if parts != [name]:  # a capacity is for a department with its parts
            yield replace(_department(name, parts, sides, capacity), whole=True)


def _department(
    name: str,
    parts: Sequence[str],
    sides: Sequence[Mapping[str, tuple[int, int]]],
    capacity: int | None,
) -> Department:
    """A department's leads and those new in a week by both versions, its parts summed."""
    old, new = ([side.get(n, (0, 0)) for n in parts] for side in sides)
    leads, weekly = ((sum(p[k] for p in old), sum(p[k] for p in new)) for k in (0, 1))
    return Department(name, leads, weekly, capacity)


def _judge_past(
    stage: _Stage,
    moments: Sequence[datetime],
    unjudged: PastJudgement,
    known: int,
    base: Base,
) -> PastJudgement:
    """Both versions a horizon before each moment, or before the newest known fact, where that is
    days older: nobody is judged by a time of which nothing is known.
    """
    newest, horizon = unjudged.newest, unjudged.horizon
    ends = [newest if newest is not None and at - newest > DAY else at for at in moments]
    before = tuple(sorted({end - horizon for end in ends}))
    unjudged = replace(unjudged, moments=before, why_not=None)
    if not known:
        return replace(
            unjudged,
            why_not=(
                f"Nothing is known of any lead with the outcome {unjudged.outcome!r}, so there is"
                " nothing to judge the rules by."
            ),
        )
    pooled = _pool(stage, unjudged, comparisons.rehearsals(base.con))
    why_not = _why_not(pooled)
    if why_not is not None:
        return replace(pooled, why_not=why_not)
    scales, scores = _judge_all(stage, base.con, grouped=len(before) > 1)
    return replace(pooled, scales=scales, scores=scores)


def _pool(stage: _Stage, unjudged: PastJudgement, run: Rehearsals) -> PastJudgement:
    """The leads of each moment with who of them had the outcome after it, counted."""
    had, leads, newcomers = 0, 0, 0
    for n, at in enumerate(unjudged.moments):
        stage.look(at, "rehearsal_then")
        newcomers = run.newcomers("rehearsal_now", "rehearsal_then")
        kept, left_out = run.pool("rehearsal_then", at, unjudged.horizon, first=n == 0)
        leads, had = leads + kept, had + left_out
    winners = run.winners() if leads else 0
    return replace(unjudged, leads=leads, winners=winners, had=had, newcomers=newcomers)


def _why_not(pooled: PastJudgement) -> str | None:
    """Why the pooled leads cannot judge the rules, in a sentence; None when they can."""
    days = f"{pooled.horizon.days:,} days"
    if not pooled.leads:
        return (
            f"Nobody was there {days} before who had not had the outcome {pooled.outcome!r} yet, as"
            " far as was known then."
        )
    if 0 < pooled.winners < pooled.leads:
        return None
    who = "All" if pooled.winners else "None"
    return (
        f"{who} of the {pooled.leads:,} leads had the outcome {pooled.outcome!r} in the {days}"
        " after, so it cannot tell the rules apart."
    )


def _judge_all(
    stage: _Stage, con: Connection, *, grouped: bool
) -> tuple[tuple[ScaleJudgement, ...], tuple[ScoreJudgement, ...]]:
    run, old, new = comparisons.rehearsals(con), stage.old.book, stage.new.book
    scales = _by_name(old.scales, new.scales)
    scores = _by_name(old.scores, new.scores)
    return (
        tuple(_judge_scale(run, name, found, grouped) for name, found in scales.items()),
        tuple(_judge_score(run, name, tuple(found), grouped) for name, found in scores.items()),
    )


class _HasName(Protocol):
    @property
    def name(self) -> str: ...


Part = TypeVar("Part", bound=_HasName)


def _by_name(old: Sequence[Part], new: Sequence[Part]) -> dict[str, dict[str, Part]]:
    """The scales or scores of both versions by name, those of the new one first: each with the
    versions that have it.
    """
    out: dict[str, dict[str, Part]] = {part.name: {} for part in (*new, *old)}
    for side, parts in zip(SIDES, (old, new), strict=True):
        for part in parts:
            out[part.name][side] = part
    return out


def _judge_score(
    run: Rehearsals, name: str, sides: tuple[str, ...], grouped: bool
) -> ScoreJudgement:
    cells = run.cells(name, sides, score=True, grouped=grouped)
    return ScoreJudgement(name, sides, judge_score(draw(Cell(*c) for c in cells)))


def _judge_scale(
    run: Rehearsals, name: str, scales: Mapping[str, Scale], grouped: bool
) -> ScaleJudgement:
    sides = tuple(scales)
    cells = [Cell(*c) for c in run.cells(name, sides, score=False, grouped=grouped)]
    drawn = draw(cells)
    own = [[la.name for la in scale.labels] for scale in scales.values()]
    judged = []
    for label in dict.fromkeys(n for names in reversed(own) for n in names):
        with_it = [n for n, names in enumerate(own) if label in names]
        versions = tuple(sides[n] for n in with_it)
        judged.append(LabelJudgement(versions, judge_label(drawn, label, with_it)))
    ranked = _as_ranks(cells, list(scales.values()))
    return ScaleJudgement(name, sides, tuple(judged), judge_score(draw(ranked)))


def _as_ranks(cells: Sequence[Cell], scales: Sequence[Scale]) -> list[Cell]:
    """The order of a ladder as a score, whose places are its steps; labels set aside are below
    it.
    """
    steps = [
        {la.name: len(s.labels) - n - (la.aside * len(s.labels)) for n, la in enumerate(s.labels)}
        for s in scales
    ]
    ranked = []
    for cell in cells:
        places = tuple(
            steps[v].get(str(place), -len(scales[v].labels)) for v, place in enumerate(cell.places)
        )
        ranked.append(Cell(places, cell.won, cell.leads, cell.group))
    return ranked


def _changed_lead(
    row: Mapping[str, Any], scales: Mapping[str, object], scores: Sequence[str]
) -> ChangedLead:
    def both(name: str) -> tuple[Any, Any]:
        return row[f"old_{name}"], row[f"new_{name}"]

    return ChangedLead(
        str(row["lead_id"]),
        tuple((s, *both(s)) for s in scales if both(s)[0] != both(s)[1]),
        tuple((s, *both(s)) for s in scores),
        both("department"),
        (str(row["old_reasons"] or ""), str(row["new_reasons"] or "")),
    )


def _ladder(old: Scale | None, new: Scale) -> list[str]:
    """The labels of both versions, best first: the new order, with those that only the old one has
    after the one before them.
    """
    out = [la.name for la in new.labels]
    at = 0
    for label in old.labels if old else ():
        if label.name in out:
            at = out.index(label.name) + 1
        else:
            out.insert(at, label.name)
            at += 1
    return out
