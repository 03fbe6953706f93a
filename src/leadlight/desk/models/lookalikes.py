"""`clusters` and `lookalikes`: groups of leads that behave alike, and the leads most like some."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from leadlight.desk.models.decided_leads import (
    NOT_BEFORE,
    DecidedLeads,
    DecisionOptions,
    leads_of_table,
    objection_note,
    without_objectors,
)
from leadlight.desk.models.labelled_table import LeadTable, cells_by_column
from leadlight.desk.playbooks import usable
from leadlight.desk.session import Session
from leadlight.desk.wiring import bases, output_files, staging, training_sets
from leadlight.desk.workspace.workspace import Workspace
from leadlight.facts.cohort import Everyone
from leadlight.predict.columns import TableColumn
from leadlight.predict.libraries import needs
from leadlight.problems import CannotDo, did_you_mean
from leadlight.results.files import WrittenFile
from leadlight.results.persona import ClusterResult, LookalikeResult, SimilarLead

if TYPE_CHECKING:
    from leadlight.desk.wiring.bases import Base

#: What became of a lead, which says nothing of whom it is like.
_RESULTS = (
    "crm_stage",
    "crm_status",
    "crm_rating",
    "dropped_reason",
    "converted",
    "converted_at",
    "last_activity_at",
    "owner",
)


@dataclass(frozen=True)
class ClustersRequest:
    """Group the leads of a `table` by its numbers, or those of a workspace by what they did; `out`
    is where to write which lead is in which group.
    """

    now: datetime
    table: LeadTable | None = None
    options: DecisionOptions = field(default_factory=DecisionOptions)
    out: Path | None = None


@dataclass(frozen=True)
class LookalikesRequest:
    """The `top` leads most like those of a set: `like` is a file of ids, one a line, or the name of
    a segment of the workspace's playbook. `out` is where to write them.
    """

    now: datetime
    like: str
    table: LeadTable | None = None
    options: DecisionOptions = field(default_factory=DecisionOptions)
    top: int = 100
    out: Path | None = None


@dataclass(frozen=True)
class _Behaviour:
    """Leads with what they did, in numbers, and who was won, where anybody was."""

    ids: Sequence[object]
    columns: Sequence[TableColumn]
    won: Sequence[bool] | None
    notes: tuple[str, ...]


def clusters(session: Session, request: ClustersRequest) -> ClusterResult:
    """Groups of leads that behave alike, each with what sets it apart; or why there are none."""
    needs()
    from leadlight.predict.segments.clusters import cluster

    reads = (_file_of(request.table),)
    with output_files.together(reads=reads, claims=((request.out, "groups"),)):
        leads = _behaviour(session, request)
        found = cluster(leads.columns, leads.won)
        result = ClusterResult(found.clusters, (*leads.notes, found.why))
        if request.out is None or not found.clusters:
            return result
        rows = [(i, found.clusters[g].name) for i, g in zip(leads.ids, found.of, strict=True)]
        output_files.write_rows(("lead_id", "group"), rows, request.out, "groups")
        return replace(result, file=WrittenFile(request.out, len(rows)))


def lookalikes(session: Session, request: LookalikesRequest) -> LookalikeResult:
    """The leads most like those of a set, the nearest first. Raises `CannotDo` where the set is too
    small.
    """
    needs()
    reads = (_file_of(request.table), request.like)
    with output_files.together(reads=reads, claims=((request.out, "likeness"),)):
        result = _nearest(session, request)
        if request.out is None or not result.leads:
            return result
        rows = [(a.lead_id, a.likeness, "; ".join(a.shares)) for a in result.leads]
        output_files.write_rows(("lead_id", "likeness", "shares"), rows, request.out, "likeness")
        return replace(result, file=WrittenFile(request.out, len(rows)))


def _file_of(table: LeadTable | None) -> Path | None:
    return table.file if table is not None else None


def _nearest(session: Session, request: LookalikesRequest) -> LookalikeResult:
    from leadlight.predict.segments.lookalikes import FEWEST, find_lookalikes

    leads, members = _with_members(session, request)
    inside = [n for n, i in enumerate(leads.ids) if str(i) in members]
    if len(inside) < FEWEST:
        raise CannotDo(
            f"{len(inside):,} of the {len(leads.ids):,} leads are in {request.like}; at least"
            f" {FEWEST} are needed to say what they share.",
            field="like",
        )
    found = [
        SimilarLead(str(leads.ids[a.row]), round(a.likeness, 4), a.shares)
        for a in find_lookalikes(leads.columns, inside, request.top)
    ]
    note = (
        f"The {len(found):,} leads most like the {len(inside):,} of {request.like}, out of"
        f" {len(leads.ids) - len(inside):,} others."
        if found
        else "Nothing sets these leads apart from the others, so no lead is more like them than"
        " another."
    )
    return LookalikeResult(tuple(found), (*leads.notes, note))


def _behaviour(session: Session, request: ClustersRequest) -> _Behaviour:
    if request.table is not None:
        leads = leads_of_table(request.table, request.now)
        return _Behaviour(leads.ids, leads.columns, leads.won, leads.notes)
    options = request.options
    until = options.until or request.now
    with session.read_often("persona", request.now) as workspace:
        cohort = training_sets.outcome_cohort(_base(workspace, until, options))
        notes = objection_note(cohort.objector_count())
        names, rows = cohort.behaviour(options.won, options.lost, until)
    ids, won, *cells = cells_by_column(rows, 2 + len(names))
    columns = [TableColumn(n, n, c) for n, c in zip(names, cells, strict=True)]
    return _Behaviour(ids, columns, [bool(w) for w in won] if any(won) else None, notes)


def _base(workspace: Workspace, moment: datetime, options: DecisionOptions) -> Base:
    cohort = Everyone(moment, options.known)
    return bases.base_of_ledger(workspace.con, workspace.ledger, cohort)


def _with_members(session: Session, request: LookalikesRequest) -> tuple[DecidedLeads, set[str]]:
    """All leads with their attributes, and the ids of the set."""
    file = Path(request.like)
    members = staging.read_ids(file) if file.is_file() else None
    if request.table is not None:
        if members is None:
            raise CannotDo(
                f"There is no file {file}. With a table, it takes a file of ids, one a line.",
                field="like",
            )
        return leads_of_table(request.table, request.now), members
    moment = request.options.until or request.now
    with session.read_often("persona", request.now) as workspace:
        base = _base(workspace, moment, request.options)
        if members is None:
            members = _of_segment(workspace, base, request.like, moment)
        names, rows = training_sets.outcome_cohort(base).attributes()
    ids, *cells = cells_by_column(rows, 1 + len(names))
    columns = [
        TableColumn(n, n, c)
        for n, c in zip(names, cells, strict=True)
        if n not in (*NOT_BEFORE, *_RESULTS)
    ]
    return without_objectors(DecidedLeads(ids, columns, [False] * len(ids), "")), members


def _of_segment(workspace: Workspace, base: Base, segment: str, moment: datetime) -> set[str]:
    """The ids of the leads of a segment of the workspace's playbook."""
    agreed = workspace.agreed_playbook(moment)
    book = usable(agreed.text, agreed.name, base.sources.catalog)[0]
    names = [s.name for s in book.segments]
    if segment not in names:
        hint = did_you_mean(segment, names) or f"Segments: {', '.join(names)}."
        raise CannotDo(f"{segment!r} is neither a file of ids nor a segment. {hint}", field="like")
    base.qualify(book, Everyone(moment), reasons=False)
    return set(training_sets.outcome_cohort(base).in_segment(segment))
