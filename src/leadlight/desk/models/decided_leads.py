"""Leads of whom it is decided whether they buy: a flat table with the outcome as a column, or those
of a workspace, each just before it was won or lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from leadlight.desk.models.attribute_changes import changes
from leadlight.desk.models.labelled_table import (
    LeadTable,
    cells_by_column,
    find_column,
    read_labelled_table,
)
from leadlight.desk.session import Session
from leadlight.desk.wiring import bases, db, staging, training_sets
from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Everyone, Known
from leadlight.facts.protected_attributes import OBJECTED
from leadlight.facts.relation import Relation
from leadlight.predict.columns import Cell, ChangeHistory, TableColumn, kind_of
from leadlight.predict.libraries import needs
from leadlight.problems import CannotDo, did_you_mean, plural

if TYPE_CHECKING:
    from leadlight.desk.wiring.training_sets import OutcomeCounts

#: What describes no lead: it names it, or says when it was seen.
NOT_BEFORE = ("lead_id", "account", "created_at", "changed_at", "checked_at")
Value = TypeVar("Value")


@dataclass(frozen=True)
class DecisionOptions:
    """Which leads of a workspace: the activities that count as won and lost, whether those who were
    lost alone are compared with the won, until when, and what is seen.
    """

    won: tuple[str, ...] = ("won",)
    lost: tuple[str, ...] = ("lost",)
    only_lost: bool = False
    until: datetime | None = None
    known: Known = "then"


@dataclass(frozen=True)
class DecidedLeads:
    """Leads with what was known of them, and whether they were won; `order` grows with time where
    there is one. `history`: how often a column changed after it was decided.
    """

    ids: Sequence[object]
    columns: Sequence[TableColumn]
    won: Sequence[bool]
    outcome: str
    values: Sequence[float | None] | None = None
    order: Sequence[Cell] | None = None
    ordered_by: str = "time"
    notes: tuple[str, ...] = ()
    history: Mapping[str, ChangeHistory] = field(default_factory=dict)
    catalog: Catalog = field(default_factory=Catalog)


def leads_of_table(table: LeadTable, now: datetime) -> DecidedLeads:
    """The leads of a table. Raises `CannotDo` when a column is not there."""
    needs()
    read = read_labelled_table(table.file, table.label, table.maps)
    value = _column(table.value, read.columns, "value")
    time = _column(table.time, read.columns, "time") or time_column(read.columns)
    named = read.by_name.get("lead_id")
    return DecidedLeads(
        list(range(1, len(read.won) + 1)) if named is None else named.cells,
        [c for c in read.columns if c.name not in read.ids and c is not value],
        read.won,
        read.outcome,
        None if value is None else [amount(v) for v in value.cells],
        None if time is None else time.cells,
        "" if time is None else time.header,
        read.exclusion_notes,
        catalog=_catalog_of(table.file, table.maps, now),
    )


def leads_of_workspace(session: Session, options: DecisionOptions, now: datetime) -> DecidedLeads:
    """The leads of a workspace that were won or lost, or are old enough to have been. Raises
    `CannotDo` where nobody was won, or nobody was known before.
    """
    needs()
    with session.read_often("persona", now) as workspace:
        con, ledger = workspace.con, workspace.ledger
        everything = bases.base_of_ledger(con, ledger, Everyone(now, "now"))
        cohort = training_sets.outcome_cohort(everything)
        objected = cohort.objector_count()
        counts = cohort.make_pairs(
            options.won, options.lost, options.until or now, options.only_lost
        )
        if not counts.won:
            raise unknown_outcome(
                f"No lead of this workspace was {' or '.join(options.won)}, so nobody knows who"
                " buys.",
                options.won,
                sorted(everything.sources.catalog.kinds),
            )
        holdings = ledger.holdings()
        names = sorted(n for n in holdings.attributes if n not in NOT_BEFORE)

        def as_of_pairs(pairs: str) -> Relation:
            return training_sets.facts_at(holdings, pairs, options.known)[0]

        rows = cohort.rows_before(as_of_pairs(cohort.pairs), names)
        history = changes(everything, as_of_pairs, (*options.won, *options.lost), names)
        catalog = ledger.catalog()
    if not rows:
        decided = counts.won + counts.lost + counts.never
        raise no_known_lead(
            f"None of the {decided:,} leads was known here before it was won or lost.",
            options.known,
        )
    ids, won, order, values, *cells = cells_by_column(rows, 4 + len(names))
    leads = DecidedLeads(
        ids,
        [TableColumn(n, n, c) for n, c in zip(names, cells, strict=True)],
        [bool(w) for w in won],
        " or ".join(options.won),
        _amounts(values),
        order,
        "the day it was decided",
        (*_notes(options, counts, len(rows)), *objection_note(objected)),
        history,
        catalog,
    )
    return without_objectors(leads)


def _amounts(cells: Sequence[Cell]) -> list[float | None] | None:
    """What the leads brought; None where nobody says."""
    return [amount(v) for v in cells] if any(v is not None for v in cells) else None


def without_objectors(leads: DecidedLeads) -> DecidedLeads:
    """The leads without those who objected to profiling, and without the column that says so."""
    objected = next((c for c in leads.columns if c.name == OBJECTED), None)
    if objected is None:
        return leads
    others = [c for c in leads.columns if c is not objected]
    kept = [i for i, v in enumerate(objected.cells) if v is not True]
    if len(kept) == len(leads.won):
        return replace(leads, columns=others)
    notes = (*leads.notes, *objection_note(len(leads.won) - len(kept)))
    return replace(_rows_of(leads, kept), columns=[c.take(kept) for c in others], notes=notes)


def _rows_of(leads: DecidedLeads, kept: Sequence[int]) -> DecidedLeads:
    """These leads, but for their columns."""
    return replace(
        leads,
        ids=_pick(leads.ids, kept),
        won=_pick(leads.won, kept),
        values=None if leads.values is None else _pick(leads.values, kept),
        order=None if leads.order is None else _pick(leads.order, kept),
    )


def _pick(values: Sequence[Value], rows: Sequence[int]) -> list[Value]:
    return [values[i] for i in rows]


def objection_note(leads: int) -> tuple[str, ...]:
    """Says how many leads were left out because they do not want to be profiled."""
    if not leads:
        return ()
    was = "was" if leads == 1 else "were"
    return (f"{plural(leads, 'lead', 'leads')} objected to profiling and {was} left out.",)


def unknown_outcome(sentence: str, outcome: Sequence[str], kinds: Sequence[str]) -> CannotDo:
    """The refusal of an outcome that no lead had: which activities there are instead."""
    hint = (
        did_you_mean(outcome[0], kinds) or f"Activities here are {', '.join(kinds[:12]) or 'none'}."
    )
    return CannotDo(f"{sentence} {hint}", field="outcome")


def no_known_lead(sentence: str, known: Known) -> CannotDo:
    """The refusal where no lead was known at a past moment: by what is known now they may be."""
    if known == "now":
        return CannotDo(sentence)
    hint = " See what is known now about then, or import the histories as a backfill."
    return CannotDo(sentence + hint, field="known")


def time_column(columns: Sequence[TableColumn]) -> TableColumn | None:
    """The column that says when a lead came in, else a number that counts the leads one by one,
    else the only one with moments.
    """
    by_name = {c.name: c for c in columns}
    if "created_at" in by_name:
        return by_name["created_at"]
    return _counting_column(by_name) or _only_moment(columns)


def amount(cell: Cell) -> float | None:
    """A cell as an amount of money; None where it is none."""
    if cell is None or isinstance(cell, date):
        return None
    try:
        return float(cell)
    except ValueError:
        return None


def _counting_column(by_name: Mapping[str, TableColumn]) -> TableColumn | None:
    from leadlight.predict.features import features_of

    columns = list(by_name.values())
    rows = list(range(len(columns[0].cells))) if columns else []
    for aside in features_of(columns, rows, 10)[1]:
        column = by_name[aside.name]
        if aside.code == "id" and kind_of(v for v in column.cells if v is not None) == "number":
            return column
    return None


def _only_moment(columns: Sequence[TableColumn]) -> TableColumn | None:
    moments = [c for c in columns if _states_moments(c)]
    return moments[0] if len(moments) == 1 else None


def _states_moments(column: TableColumn) -> bool:
    stated = [v for v in column.cells if v is not None]
    return kind_of(stated) == "moment" and any(isinstance(v, datetime) for v in stated)


def _column(name: str | None, columns: Sequence[TableColumn], field: str) -> TableColumn | None:
    if name is None:
        return None
    found = find_column(name, columns, field)
    return next(c for c in reversed(columns) if c.name == found)


def _catalog_of(table: Path, maps: Mapping[str, str], now: datetime) -> Catalog:
    """The names that a playbook may use over a table."""
    with closing(db.connect()) as con:
        staged = staging.stage(con, table, name="table", what="leads", maps=maps)
        return bases.base_of_files(con, [staged], now).sources.catalog


def _notes(options: DecisionOptions, counts: OutcomeCounts, seen: int) -> tuple[str, ...]:
    """Who is compared with whom, and who is left out."""
    against = f"{counts.lost:,} lost"
    if counts.never:
        against += f", {counts.never:,} neither though old enough to be"
    basis = (
        "By what we know now about then, which nobody knew then"
        if options.known == "now"
        else "Each lead as it was known just before"
    )
    out = [f"{basis}: {counts.won:,} won against {against}."]
    if counts.young:
        out.append(
            f"{plural(counts.young, 'lead is', 'leads are')} too young to tell and left out."
        )
    unseen = counts.won + counts.lost + counts.never - seen
    if unseen > 0:
        out.append(
            f"{unseen:,} leads were not known here before they were won or lost, and were left out."
        )
    return tuple(out)
