"""Where `persona` gets its leads: a flat table with the outcome as a column, or a workspace, each
lead just before it was won or lost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from leadlight.desk import wiring
from leadlight.desk.models.attribute_changes import changes
from leadlight.desk.models.learn import OBJECTED, OutcomeColumn, read_table
from leadlight.desk.workspace.workspace import brought, named
from leadlight.facts.catalog import Catalog
from leadlight.facts.cohort import Everyone, Known
from leadlight.facts.relation import Relation
from leadlight.facts.vocabulary import key
from leadlight.predict.columns import Cell, ChangeHistory, TableColumn
from leadlight.predict.libraries import needs
from leadlight.problems import CannotDo, did_you_mean, plural

NOT_BEFORE = ("lead_id", "account", "created_at", "changed_at", "checked_at")


@dataclass(frozen=True)
class Asked:
    """Which leads: a table with its label, or a workspace with the activities that count as won and
    lost.
    """

    table: Path | None = None
    label: str | None = None
    value: str | None = None  # the table's column of what a won lead brought
    time: str | None = None  # the table's column that grows with time
    maps: Mapping[str, str] = field(default_factory=dict)
    won: tuple[str, ...] = ("won",)
    lost: tuple[str, ...] = ("lost",)
    only_lost: bool = False  # against those who were lost only
    workspace: str | None = None
    known: Known = "then"
    until: datetime | None = None


@dataclass(frozen=True)
class Leads:
    """Leads with what was known of them, and whether they were won; `order` grows with time where
    there is one.
    """

    ids: Sequence[Any]
    columns: Sequence[TableColumn]
    won: Sequence[bool]
    outcome: str
    values: Sequence[float | None] | None = None
    order: Sequence[Any] | None = None
    ordered_by: str = "time"
    notes: tuple[str, ...] = ()
    history: Mapping[str, ChangeHistory] = field(
        default_factory=dict
    )  # how often a column changed after it was decided
    catalog: Catalog = field(default_factory=Catalog)


def leads_of(asked: Asked) -> Leads:
    """The leads of a question. Raises `CannotDo` where there are none, or nobody knows who
    was won.
    """
    needs()
    return allowed(_of_table(asked) if asked.table is not None else _of_workspace(asked))


def allowed(leads: Leads) -> Leads:
    """The leads without those who objected to profiling."""
    objected = next((c for c in leads.columns if c.name == OBJECTED), None)
    if objected is None:
        return leads
    kept = [i for i, v in enumerate(objected.cells) if v is not True]
    if len(kept) == len(leads.won):
        return replace(leads, columns=[c for c in leads.columns if c is not objected])

    def some(values: Sequence[Any] | None) -> list[Any] | None:
        return None if values is None else [values[i] for i in kept]

    return replace(
        leads,
        ids=[leads.ids[i] for i in kept],
        won=[leads.won[i] for i in kept],
        values=some(leads.values),
        order=some(leads.order),
        columns=[
            TableColumn(c.name, c.header, [c.cells[i] for i in kept])
            for c in leads.columns
            if c is not objected
        ],
        notes=(*leads.notes, *who_objected(len(leads.won) - len(kept))),
    )


def who_objected(leads: int) -> tuple[str, ...]:
    """Says how many leads were left out because they do not want to be profiled."""
    return (
        (
            (
                f"{plural(leads, 'lead', 'leads')} objected to profiling and"
                f" {'was' if leads == 1 else 'were'} left out."
            ),
        )
        if leads
        else ()
    )


def label_of(said: str) -> OutcomeColumn:
    """`Converted`, or `Status=Won`."""
    column, _, word = said.partition("=")
    return OutcomeColumn(column.strip(), word.strip() or None)


def _of_table(asked: Asked) -> Leads:
    assert asked.table is not None
    if not asked.label:
        raise CannotDo(
            "A table needs the column that says who was won: --label Converted, or --label"
            " Status=Won."
        )
    columns, won, ids, left_out, said, _ = read_table(
        asked.table, label_of(asked.label), asked.maps
    )
    by_name = {c.name: c for c in columns}
    value = by_name[column_named(asked.value, columns)] if asked.value else None
    time = by_name[column_named(asked.time, columns)] if asked.time else grows(columns)
    kept = [c for c in columns if c.name not in ids and c is not value]
    notes = tuple(
        f"{plural(n, 'row was', 'rows were')} left out: {why}." for why, n in left_out.items()
    )
    lead_ids = by_name["lead_id"].cells if "lead_id" in by_name else list(range(1, len(won) + 1))
    return Leads(
        lead_ids,
        kept,
        won,
        said,
        None if value is None else [amount(v) for v in value.cells],
        None if time is None else time.cells,
        "" if time is None else time.header,
        notes,
        catalog=catalog_of(asked.table, asked.maps),
    )


def catalog_of(table: Path, maps: Mapping[str, str]) -> Catalog:
    """The names that a playbook may use over a table."""
    con = wiring.connect()
    try:
        staged = wiring.stage(con, table, name="table", what="leads", maps=maps)
        return wiring.base_of_files(con, [staged], wiring.now()).sources.catalog
    finally:
        con.close()


def column_named(said: str, columns: Sequence[TableColumn]) -> str:
    """The column a person means, by its header or its name. Raises `CannotDo` when there is
    none.
    """
    for c in columns:
        if key(said) in (key(c.header), key(c.name)):
            return c.name
    headers = [c.header for c in columns]
    raise CannotDo(
        f"The table has no column {said!r}."
        f" {did_you_mean(said, headers) or 'It has ' + ', '.join(headers[:12]) + '.'}"
    )


def grows(columns: Sequence[TableColumn]) -> TableColumn | None:
    """The column that says when a lead came in, else a number that counts the leads one by one."""
    from leadlight.predict.columns import SetAside, kind_of
    from leadlight.predict.features import features_of

    by_name = {c.name: c for c in columns}
    if "created_at" in by_name:
        return by_name["created_at"]
    rows = list(range(len(columns[0].cells))) if columns else []
    for aside in features_of(columns, rows, 10)[1]:
        column = by_name[aside.name]
        stated = [v for v in column.cells if v is not None]
        if isinstance(aside, SetAside) and aside.code == "id" and kind_of(stated) == "number":
            return column
    moments = [
        c
        for c in columns
        if kind_of(v for v in c.cells if v is not None) == "moment"
        and any(isinstance(v, datetime) for v in c.cells)
    ]
    return moments[0] if len(moments) == 1 else None


def amount(cell: Cell) -> float | None:
    """A cell as an amount of money; None where it is none."""
    try:
        return float(cell)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None


def _of_workspace(asked: Asked) -> Leads:
    place = named(asked.workspace)
    now = wiring.now()
    with brought(place, "persona", now) as workspace:
        con, ledger = workspace.con, workspace.ledger
        everything = wiring.base_of_ledger(con, ledger, Everyone(now, "now"))
        cohort = wiring.outcome_cohort(everything)
        objected = cohort.objector_count()
        counted = cohort.make_pairs(asked.won, asked.lost, asked.until or now, asked.only_lost)
        if not counted.won:
            kinds = sorted(everything.sources.catalog.kinds)
            hint = (
                did_you_mean(asked.won[0], kinds)
                or f"Activities here are {', '.join(kinds[:12]) or 'none'}."
            )
            raise CannotDo(
                f"No lead of this workspace was {' or '.join(asked.won)}, so nobody knows who buys."
                f" {hint}"
            )
        holdings = ledger.holdings()
        names = sorted(n for n in holdings.attributes if n not in NOT_BEFORE)
        leads = wiring.facts_at(holdings, cohort.pairs, asked.known)[0]
        rows = cohort.rows_before(leads, names)

        def as_of_pairs(pairs: str) -> Relation | None:
            return wiring.facts_at(holdings, pairs, asked.known)[0]

        history = changes(everything, as_of_pairs, (*asked.won, *asked.lost), names)
        catalog = ledger.catalog()
    decided = counted.won + counted.lost + counted.never
    if len(rows) < 0.5 * decided:
        hint = (
            " Add --known now for what we know now about then; or import histories with --backfill."
            if asked.known == "then"
            else ""
        )
        if not rows:
            raise CannotDo(
                f"None of the {decided:,} leads was known here before it was won or lost.{hint}"
            )
    cells: list[Sequence[Any]] = list(zip(*rows, strict=True))
    columns = [TableColumn(n, n, v) for n, v in zip(names, cells[4:], strict=True)]
    values = cells[3] if any(v is not None for v in cells[3]) else None
    return Leads(
        cells[0],
        columns,
        [bool(w) for w in cells[1]],
        " or ".join(asked.won),
        values,
        cells[2],
        "the day it was decided",
        (*_notes(asked, counted, decided, len(rows)), *who_objected(objected)),
        history,
        catalog,
    )


def _notes(asked: Asked, counted: wiring.OutcomeCounts, decided: int, seen: int) -> tuple[str, ...]:
    against = (
        f"{counted.lost:,} lost"
        if not counted.never
        else f"{counted.lost:,} lost, {counted.never:,} neither though old enough to be"
    )
    out = [f"Each lead as it was known just before: {counted.won:,} won against {against}."]
    if asked.known == "now":
        out = [
            f"By what we know now about then, which nobody knew then: {counted.won:,} won against"
            f" {against}."
        ]
    if counted.young:
        out.append(
            f"{plural(counted.young, 'lead is', 'leads are')} too young to tell and left out."
        )
    if seen < decided:
        out.append(
            f"{decided - seen:,} leads were not known here before they were won or lost, and were"
            " left out."
        )
    return tuple(out)
