"""`persona --clusters` and `persona --like`: groups of leads that behave alike, and the leads most
like some.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadlight.desk import wiring
from leadlight.desk.models.persona_rows import (
    NOT_BEFORE,
    Asked,
    Leads,
    allowed,
    leads_of,
    who_objected,
)
from leadlight.desk.playbooks import usable
from leadlight.desk.workspace.workspace import brought, named
from leadlight.facts.cohort import Everyone
from leadlight.predict.columns import TableColumn
from leadlight.predict.libraries import needs
from leadlight.problems import CannotDo, did_you_mean

if TYPE_CHECKING:
    from leadlight.predict.segments.segment import Cluster

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
class Clustered:
    """The groups and what is to be said of them."""

    clusters: tuple[Cluster, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Like:
    """A lead that is like the set."""

    lead_id: str
    likeness: float
    shares: tuple[str, ...]


@dataclass(frozen=True)
class LookAlikes:
    """The leads most like a set, the nearest first."""

    leads: tuple[Like, ...]
    notes: tuple[str, ...]


def clustered(asked: Asked, out: Path | None) -> Clustered:
    """Group the leads of a table by its numbers, or those of a workspace by what they did."""
    needs()
    from leadlight.predict.segments.clusters import cluster

    ids, columns, won, said = _behaviour(asked)
    found = cluster(columns, won)
    if out is not None and found.clusters:
        rows = [(i, found.clusters[g].name) for i, g in zip(ids, found.of, strict=True)]
        wiring.write_rows(("lead_id", "group"), rows, out, "groups")
    notes = [*said, found.why]
    if out is not None and not found.clusters:
        notes.append("Nothing was written.")
    return Clustered(found.clusters, tuple(notes))


def alike(asked: Asked, these: str, top: int, out: Path | None) -> LookAlikes:
    """The leads most like those of a file of ids, or of a segment of the playbook. Raises
    `CannotDo` where there are too few.
    """
    needs()
    from leadlight.predict.segments.lookalikes import FEWEST, find_lookalikes

    ids, columns, members, said = _with_members(asked, these)
    inside = [n for n, i in enumerate(ids) if str(i) in members]
    if len(inside) < FEWEST:
        raise CannotDo(
            f"{len(inside):,} of the {len(ids):,} leads are in {these}; at least {FEWEST} are"
            " needed to say what they share."
        )
    found = find_lookalikes(columns, inside, top)
    leads = tuple(Like(str(ids[a.row]), round(a.likeness, 4), a.shares) for a in found)
    note = (
        f"The {len(leads):,} leads most like the {len(inside):,} of {these}, out of"
        f" {len(ids) - len(inside):,} others."
    )
    if not leads:
        note = (
            "Nothing sets these leads apart from the others, so no lead is more like them than"
            " another."
        )
    if out is not None and leads:
        rows = [(a.lead_id, a.likeness, "; ".join(a.shares)) for a in leads]
        wiring.write_rows(("lead_id", "likeness", "shares"), rows, out, "likeness")
    return LookAlikes(leads, (*said, note))


def _behaviour(
    asked: Asked,
) -> tuple[Sequence[Any], list[TableColumn], Sequence[bool] | None, tuple[str, ...]]:
    if asked.table is not None:
        leads = leads_of(_labelled(asked))
        return leads.ids, list(leads.columns), leads.won, leads.notes
    now = wiring.now()
    until = asked.until or now
    with brought(named(asked.workspace), "persona", now) as workspace:
        base = wiring.base_of_ledger(workspace.con, workspace.ledger, Everyone(until, asked.known))
        cohort = wiring.outcome_cohort(base)
        notes = who_objected(cohort.objector_count())
        names, rows = cohort.behaviour(asked.won, asked.lost, until)
    cells: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * (len(names) + 2)
    won = [bool(v) for v in cells[1]]
    return (
        cells[0],
        [TableColumn(n, n, c) for n, c in zip(names, cells[2:], strict=True)],
        won if any(won) else None,
        notes,
    )


def _labelled(asked: Asked) -> Asked:
    if asked.label:
        return asked
    raise CannotDo(
        "A table needs the column that says who was won, so that it is left out: --label Converted."
    )


def _with_members(
    asked: Asked, these: str
) -> tuple[Sequence[Any], list[TableColumn], set[str], tuple[str, ...]]:
    """All leads, their attributes, and the ids of the set."""
    file = Path(these)
    members = _ids(file) if file.is_file() else None
    if asked.table is not None:
        if members is None:
            raise CannotDo(
                f"There is no file {these}. With a table, --like takes a file of ids, one a line."
            )
        leads = leads_of(_labelled(asked))
        return leads.ids, list(leads.columns), members, leads.notes
    now = wiring.now()
    moment = asked.until or now
    with brought(named(asked.workspace), "persona", now) as workspace:
        base = wiring.base_of_ledger(workspace.con, workspace.ledger, Everyone(moment, asked.known))
        if members is None:
            members = _of_segment(workspace, base, these, moment)
        names, rows = wiring.outcome_cohort(base).attributes()
    cells: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [()] * (len(names) + 1)
    columns = [
        TableColumn(n, n, c)
        for n, c in zip(names, cells[1:], strict=True)
        if n not in (*NOT_BEFORE, *_RESULTS)
    ]
    found = allowed(Leads(cells[0], columns, [False] * len(cells[0]), ""))
    return found.ids, list(found.columns), members, found.notes


def _of_segment(workspace: Any, base: Any, segment: str, moment: Any) -> set[str]:
    name, text = workspace.agreed(moment)[:2]
    book = usable(text, name, base.sources.catalog)[0]
    names = [s.name for s in book.segments]
    if segment not in names:
        raise CannotDo(
            f"{segment!r} is neither a file of ids nor a segment."
            f" {did_you_mean(segment, names) or 'Segments: ' + ', '.join(names) + '.'}"
        )
    base.qualify(book, Everyone(moment), reasons=False)
    return set(wiring.outcome_cohort(base).in_segment(segment))


def _ids(file: Path) -> set[str]:
    """The ids of a file: one a line, or the first column of a CSV; a heading does no harm."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as f:
            return {row[0].strip() for row in csv.reader(f) if row and row[0].strip()}
    except (OSError, UnicodeDecodeError) as fault:
        raise CannotDo(f"{file} cannot be read as a list of ids: {fault}.") from None
