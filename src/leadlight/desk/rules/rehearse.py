"""`rehearse`: what a change of the rules would move, and how both versions would have ranked what
came later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadlight.desk import wiring
from leadlight.desk.leads.qualifications import open_files
from leadlight.desk.moments import when
from leadlight.desk.playbooks import playbook_named, usable
from leadlight.desk.rules.diff import playbook_label, resolve_playbook
from leadlight.desk.workspace.workspace import Place, opened
from leadlight.facts.cohort import Everyone, Known
from leadlight.plan.steps.lead import verifies
from leadlight.playbook.capacities import belongs
from leadlight.playbook.diff.difference import difference
from leadlight.playbook.durations import seconds
from leadlight.playbook.spec import Playbook, Scale
from leadlight.predict.judge.metrics import (
    Cell,
    ScoreQuality,
    draw,
    judge_label,
    judge_score,
)
from leadlight.problems import CannotDo
from leadlight.results.rehearsal import (
    ChangedLead,
    Department,
    PastJudgement,
    PlaybookVersion,
    Rehearsal,
    ScaleJudgement,
    ScaleMoves,
)

if TYPE_CHECKING:
    from leadlight.desk.wiring import Base

DAY, WEEK = timedelta(days=1), timedelta(days=7)
MOST = 10
SIDES = ("old", "new")


@dataclass(frozen=True)
class _Side:
    """A version of the rules: what it is called here, and the playbook."""

    name: str
    book: Playbook

    @property
    def version(self) -> PlaybookVersion:
        return PlaybookVersion(self.name, self.book.fingerprint)


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
            wiring.rehearsals(base.con).keep(played.book, side, reasons=reasons)
        return base, wiring.rehearsals(base.con).pair(table)


def rehearse(
    new: str,
    *,
    against: str | None = None,
    at: Sequence[str] = (),
    horizon: str = "90d",
    outcome: str = "won",
    place: Place | Path | None = None,
    leads: Path | None = None,
    activities: Sequence[Path] = (),
    known: Known = "then",
) -> Rehearsal:
    """Play a change of the rules through: what moves at the newest of the moments `at` (now), and
    how both versions would have ranked the leads a horizon before each moment by the outcome that
    came within it. Nothing is stored.
    """
    ahead = seconds(horizon)
    if ahead is None:
        raise CannotDo(f"--horizon takes a length of time such as 90d or 12w, not {horizon!r}.")
    moments = sorted({when(m) for m in at} or {wiring.now()})
    with (
        _in_files(new, against, leads, activities)
        if leads
        else _in_workspace(new, against, place, known)
    ) as stage:
        return _played(stage, moments, timedelta(seconds=ahead), outcome)


@contextmanager
def _in_workspace(
    new: str, against: str | None, place: Place | Path | None, known: Known
) -> Iterator[_Stage]:
    assert place is not None
    with opened(place, "rehearse", wiring.now()) as workspace:
        catalog = workspace.ledger.catalog()
        found = [
            (playbook_label(a, said), a.name, a.text)
            for said, field in ((against, "against"), (new, "new"))
            for a in [resolve_playbook(workspace, said, catalog, field)]
        ]
        old_side, new_side = (
            _Side(name, usable(text, file, catalog)[0]) for name, file, text in found
        )
        yield _Stage(
            old_side,
            new_side,
            lambda at: wiring.base_of_ledger(workspace.con, workspace.ledger, Everyone(at, known)),
            known,
            False,
        )


@contextmanager
def _in_files(
    new: str, against: str | None, leads: Path | None, activities: Sequence[Path]
) -> Iterator[_Stage]:
    if against is None:
        raise CannotDo("Files have no playbook in force: name the old one with --against.")
    old_one = open_files(leads, activities, playbook=against, as_of=wiring.now())
    catalog = old_one.base.sources.catalog
    name, text, _ = playbook_named(new, catalog)
    new_one, _ = usable(text, name, catalog)
    yield _Stage(
        _Side(against, old_one.playbook),
        _Side(new, new_one),
        lambda at: wiring.base_of_files(old_one.base.con, old_one.staged, at),
        "then",
        True,
    )


def _played(
    stage: _Stage, moments: Sequence[datetime], horizon: timedelta, outcome: str
) -> Rehearsal:
    at = moments[-1]
    base, leads = stage.look(at, "rehearsal_now", reasons=True)
    if not leads:
        raise CannotDo(
            f"There was no lead on {at:%Y-%m-%d %H:%M}: there is nobody to rehearse with."
        )
    old, new = stage.old.book, stage.new.book
    run = wiring.rehearsals(base.con)
    known, newest = run.note_outcomes(base, outcome)
    both = [s for s in new.scales if old.scale(s.name)]
    ladders = {s.name: _ladder(old.scale(s.name), s) for s in both}
    scores = [s.name for s in new.scores if s.name in {o.name for o in old.scores}]
    relabelled, listed = run.changed("rehearsal_now", ladders, scores, MOST)
    moved = tuple(
        ScaleMoves(s, tuple(ladder), run.moves("rehearsal_now", s)) for s, ladder in ladders.items()
    )
    told = difference(old, new)
    went: tuple[Department, ...] = ()
    judged = PastJudgement(outcome, horizon, (), at, newest, why_not="Both versions say the same.")
    if not told.same:
        went = _departments(stage, at)
        judged = _judged(stage, moments, horizon, outcome, known, newest, base)
    return Rehearsal(
        stage.old.version,
        stage.new.version,
        at,
        leads,
        stage.known,
        stage.of_files,
        told,
        moved,
        went,
        relabelled,
        tuple(_changed(row, ladders, scores) for row in listed),
        judged,
    )


def _departments(stage: _Stage, at: datetime) -> tuple[Department, ...]:
    """Who has how many leads, and gets how many in a week: leads that were elsewhere, or not there,
    seven days before.
    """
    books = (stage.old.book, stage.new.book)
    if not any(book.routes for book in books):
        return ()
    base, _ = stage.look(at - WEEK, "rehearsal_week_ago")
    run = wiring.rehearsals(base.con)
    sides = [run.departments("rehearsal_now", "rehearsal_week_ago", side) for side in SIDES]
    takes = stage.new.book.capacity or stage.old.book.capacity
    names = list(dict.fromkeys(r.to for book in reversed(books) for r in book.routes))

    def of(parts: Sequence[str], name: str, capacity: int | None, whole: bool) -> Department:
        each = [[side.get(n, (0, 0)) for n in parts] for side in sides]
        leads, weekly = ([sum(p[k] for p in side) for side in each] for k in (0, 1))
        return Department(name, (leads[0], leads[1]), (weekly[0], weekly[1]), capacity, whole)

    out = []
    for name in names:
        alone = not any(belongs(n, name) for n in names if n != name)
        out.append(of([name], name, takes.get(name) if alone else None, False))
    for name, capacity in takes.items():
        parts = [n for n in names if belongs(n, name)]
        if parts != [name]:  # a capacity is for a department with its parts
            out.append(of(parts, name, capacity, True))
    return tuple(d for d in out if any(d.leads) or d.capacity is not None)


def _judged(
    stage: _Stage,
    moments: Sequence[datetime],
    horizon: timedelta,
    outcome: str,
    known: int,
    newest: datetime | None,
    base: Base,
) -> PastJudgement:
    """Both versions a horizon before each moment, or before the newest known fact, where that is
    days older: nobody is judged by a time of which nothing is known.
    """
    ends = [newest if newest is not None and at - newest > DAY else at for at in moments]
    before = tuple(sorted({end - horizon for end in ends}))
    empty = PastJudgement(outcome, horizon, before, moments[-1], newest)
    if not known:
        return replace(
            empty,
            why_not=(
                f"Nothing is known of any lead with the outcome {outcome!r}, so there is nothing to"
                " judge the rules by."
            ),
        )
    run, had, leads, newcomers = wiring.rehearsals(base.con), 0, 0, 0
    for n, at in enumerate(before):
        stage.look(at, "rehearsal_then")
        newcomers = run.newcomers("rehearsal_now", "rehearsal_then")
        kept, left_out = run.pool("rehearsal_then", at, horizon, first=n == 0)
        leads, had = leads + kept, had + left_out
    con = base.con
    winners = run.winners() if leads else 0
    days = f"{horizon.days:,} days"
    found = replace(empty, leads=leads, winners=winners, had=had, newcomers=newcomers)
    if not leads:
        return replace(
            found,
            why_not=(
                f"Nobody was there {days} before who had not had the outcome {outcome!r} yet, as"
                " far as was known then."
            ),
        )
    if not winners or winners == leads:
        who = "None" if not winners else "All"
        return replace(
            found,
            why_not=(
                f"{who} of the {leads:,} leads had the outcome {outcome!r} in the {days} after, so"
                " it cannot tell the rules apart."
            ),
        )
    scales, scores = _all_judged(stage, con, grouped=len(before) > 1)
    return replace(found, scales=scales, scores=scores)


def _all_judged(
    stage: _Stage, con: wiring.Connection, *, grouped: bool
) -> tuple[tuple[ScaleJudgement, ...], tuple[tuple[str, tuple[str, ...], ScoreQuality], ...]]:
    books = dict(zip(SIDES, (stage.old.book, stage.new.book), strict=True))
    scales = []
    for name in dict.fromkeys(s.name for side in reversed(SIDES) for s in books[side].scales):
        sides = tuple(side for side in SIDES if books[side].scale(name))
        found = [s for side in sides if (s := books[side].scale(name))]
        scales.append(_scale(con, name, sides, found, grouped))
    scores = []
    for name in dict.fromkeys(s.name for side in reversed(SIDES) for s in books[side].scores):
        sides = tuple(side for side in SIDES if name in {s.name for s in books[side].scores})
        cells = wiring.rehearsals(con).cells(name, sides, score=True, grouped=grouped)
        scores.append((name, sides, judge_score(draw(Cell(*c) for c in cells))))
    return tuple(scales), tuple(scores)


def _scale(
    con: wiring.Connection, name: str, sides: tuple[str, ...], found: Sequence[Scale], grouped: bool
) -> ScaleJudgement:
    cells = [
        Cell(*c) for c in wiring.rehearsals(con).cells(name, sides, score=False, grouped=grouped)
    ]
    drawn = draw(cells)
    own = [[la.name for la in scale.labels] for scale in found]
    judged = []
    for label in dict.fromkeys(n for names in reversed(own) for n in names):
        with_it = [n for n, names in enumerate(own) if label in names]
        judged.append((tuple(sides[n] for n in with_it), judge_label(drawn, label, with_it)))
    # The order of a ladder is a score whose places are its steps; labels set aside are below it.
    steps = [
        {la.name: len(s.labels) - n - (la.aside * len(s.labels)) for n, la in enumerate(s.labels)}
        for s in found
    ]
    ranked = [
        Cell(
            tuple(steps[v].get(str(p), -len(own[v])) for v, p in enumerate(c.places)),
            c.won,
            c.leads,
            c.group,
        )
        for c in cells
    ]
    return ScaleJudgement(name, sides, tuple(judged), judge_score(draw(ranked)))


def _changed(
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
