"""A table of newer leads, as a model sees them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from leadlight.desk.models.drift import DriftSample, MaturedOutcomes, ValueCounts
from leadlight.desk.models.labelled_table import OutcomeColumn, cells_by_column, read_labelled_table
from leadlight.desk.wiring import db, staging
from leadlight.facts.protected_attributes import OBJECTED
from leadlight.playbook.model import Model, Term, probability
from leadlight.predict.columns import Cell, word_of
from leadlight.predict.judge.drift import Share, place_of
from leadlight.problems import CannotDo, NextStep


@dataclass(frozen=True)
class _NewLeads:
    """The columns of a table that a model reads, and who had the outcome, where that is known."""

    rows: int
    cells: Mapping[str, Sequence[Cell]]
    won: Sequence[bool] | None


def sample_of_table(
    model: Model, table: Path, label: OutcomeColumn | None, maps: Mapping[str, str]
) -> DriftSample:
    """The leads of a table, with their outcomes where it has a label. Raises `CannotDo` when there
    are none, or the model asks what leads did.
    """
    _demand_attributes(model)
    leads = (
        _inputs(table, model, maps) if label is None else _read_new_leads(table, model, label, maps)
    )
    if not leads.rows:
        raise CannotDo(f"{table} has no lead to look at.")
    known = {n: _as_words(cells) for n, cells in leads.cells.items()}
    lacking = [n for n in model.reads if n not in known]
    counts: dict[str, ValueCounts] = {n: Counter(values) for n, values in known.items()}
    counts |= {n: {None: leads.rows} for n in lacking}
    return DriftSample(
        f"{leads.rows:,} leads of {table.name}",
        counts,
        leads.rows,
        _outcomes(model, known, leads),
        tuple(_notes(lacking, leads)),
    )


def _demand_attributes(model: Model) -> None:
    """Raises `CannotDo` where the model asks what leads did."""
    asked = [n for n in model.reads if n in model.asked]
    if asked:
        raise CannotDo(
            f"The model {model.name} asks what leads did ({', '.join(asked[:4])}), which a table"
            " does not say. Check it in a workspace.",
            step=NextStep("learn", {"check": model.name}),
        )


def _notes(lacking: Sequence[str], leads: _NewLeads) -> Iterator[str]:
    if lacking:
        yield f"The table has no {', '.join(lacking[:8])}: unknown for every lead."
    if leads.won is None:
        yield "Name the column with the outcome to see whether its probabilities still hold."


def _outcomes(
    model: Model, known: Mapping[str, Sequence[object]], leads: _NewLeads
) -> MaturedOutcomes | None:
    if leads.won is None:
        return None
    predicted = _predictions(model, known, leads.rows)
    return MaturedOutcomes(predicted, leads.won, leads.rows, Share(sum(leads.won), leads.rows))


def _read_new_leads(
    table: Path, model: Model, label: OutcomeColumn, maps: Mapping[str, str]
) -> _NewLeads:
    read = read_labelled_table(table, label, maps)
    there = read.by_name
    cells = {n: there[n].cells for n in model.reads if n in there}
    return _NewLeads(len(read.won), cells, read.won)


def _inputs(table: Path, model: Model, maps: Mapping[str, str]) -> _NewLeads:
    """The table without a label, and without the leads who object to profiling."""
    with closing(db.connect()) as con:
        staged = staging.stage(con, table, name="table", what="leads", maps=maps)
        there = {str(c.name) for c in staged.mapping.columns if c.name}
        names = [n for n in model.reads if n in there]
        objects = [OBJECTED] if OBJECTED in there else ["row_no"]
        rows = staging.staged_rows(con, staged, [*objects, *names])
    kept = [row[1:] for row in rows if row[0] is not True]
    return _NewLeads(
        len(kept), dict(zip(names, cells_by_column(kept, len(names)), strict=False)), None
    )


def _as_words(cells: Sequence[Cell]) -> list[Cell]:
    return [word_of(v) if isinstance(v, str) else v for v in cells]


def _predictions(model: Model, known: Mapping[str, Sequence[object]], rows: int) -> list[float]:
    """What the model says of each row, exactly as its text says."""
    total = [model.start] * rows
    for term in model.terms:
        for i, add in enumerate(_adds(term, known, rows)):
            total[i] += add
    return [probability(t) for t in total]


def _adds(term: Term, known: Mapping[str, Sequence[object]], rows: int) -> list[int]:
    index = [0] * rows
    for name, side in zip(term.of, term.sides, strict=True):
        values = known.get(name) or [None] * rows
        places = {v: place_of(side, v) for v in set(values)}
        index = [at * side.places + places[v] for at, v in zip(index, values, strict=True)]
    return [term.add[at] for at in index]
