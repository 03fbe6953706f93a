"""A table to learn from, made of the history of leads: every lead at past moments with what was
known of it then, and whether it won after.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, cast

from leadlight.desk.models.attribute_changes import changes
from leadlight.desk.models.behaviour_signals import (
    AWAKE,
    Definition,
    behaviour_signals,
    outcome_recency,
    signal_text,
    signal_yaml,
)
from leadlight.desk.models.lead_history import LeadHistory
from leadlight.desk.playbooks import usable
from leadlight.desk.wiring import training_sets
from leadlight.facts.catalog import NEWEST_TOUCH, Attribute, Catalog, Form, Type
from leadlight.facts.protected_attributes import OBJECTED
from leadlight.playbook.models_section import APART
from leadlight.playbook.spec import ModelScore, Playbook
from leadlight.predict.columns import Cell, ChangeHistory, TableColumn
from leadlight.problems import CannotDo

if TYPE_CHECKING:
    from leadlight.desk.wiring.bases import Base
    from leadlight.desk.wiring.training_sets import KnownOutcomes, TrainingTable

BOUGHT = "bought_days"  # the column of days since the last outcome, to compare with
POINTS = "points"  # the column with the sum of the playbook's point scores
_ATTRIBUTE = "lead__"  # before the names of attributes that are asked as they are
_ENOUGH_AWAKE = 200
_FEWEST_APART = 30  # outcomes of leads that judge, from which on leads are kept apart too
_PERSONAL = (Form.EMAIL, Form.PHONE, Form.PERSONAL, Form.URL)
#: Attributes that name a lead or say what we did, not what it is.
_NEVER = frozenset(
    {
        OBJECTED,
        "lead_id",
        "company",
        "account",
        *NEWEST_TOUCH,
        "notes",
        "owner",
        "email_repair",
        "phone_repair",
        "mobile_repair",
    }
)


@dataclass(frozen=True)
class HistoryTable:
    """Rows as columns: whether each won, the lead of each, and which of them judge.

    `signals` are those that were asked of behaviour, `split` says in words which rows judge, and
    `segments` which rows were in each segment of the playbook. `history`: how often each attribute
    changed once it was decided whether the lead buys.
    """

    columns: Sequence[TableColumn]
    won: Sequence[bool]
    leads: Sequence[str]
    judges: Sequence[bool]
    signals: Mapping[str, Definition]
    split: str
    moments: int
    segments: Mapping[str, list[bool]]
    history: Mapping[str, ChangeHistory]
    notes: tuple[str, ...]

    @property
    def people(self) -> int:
        """How many leads there are, each once."""
        return len(set(self.leads))

    @property
    def has_points(self) -> bool:
        """Whether the playbook gives points."""
        return any(c.name == POINTS for c in self.columns)

    @property
    def awake(self) -> list[bool] | None:
        """Of each row whether its lead did anything lately. Drift is told among those: a base
        gathers leads that sleep, by which everything would seem to move. None where there are too
        few of them.
        """
        if AWAKE not in self.signals:
            return None
        done = next((c.cells for c in self.columns if c.name == AWAKE), ())
        awake = [bool(n) for n in done]
        won = any(a and w for a, w in zip(awake, self.won, strict=False))
        return awake if sum(awake) >= _ENOUGH_AWAKE and won else None


@dataclass(frozen=True)
class _HistoryRows:
    """Which rows teach or judge, of all that were made."""

    kept: Sequence[int]
    judges: Sequence[bool]
    split: str


def history_table(history: LeadHistory) -> HistoryTable:
    """The training rows of a history: every lead at each moment, by the playbook's signals and by
    what is asked of anybody's behaviour.
    """
    book, everything = history.book, history.everything
    table = training_sets.training_table(everything)
    asked = behaviour_signals(everything, history.options.outcome)
    if history.options.again:
        asked = {**asked, BOUGHT: outcome_recency(history.options.outcome)}
    attributes = _attributes(everything.sources.catalog)
    general = _general_playbook(asked, attributes, everything.sources.catalog)
    found, split, moments = history.make_rows(_with_signals(book, general))
    cells, left_out = _cells(table, everything)
    leads, won = [str(v) for v in cells["lead_id"]], [bool(v) for v in cells["_won"]]
    rows = _split(leads, won, cast("Sequence[datetime]", cells["as_of"]), split, moments)
    own = {s.name for s in book.signals}
    signals = {n: s for n, s in asked.items() if n not in own}
    names = {a.name for a in attributes}
    return HistoryTable(
        _columns(cells, rows.kept, book, signals, names),
        [won[i] for i in rows.kept],
        [leads[i] for i in rows.kept],
        rows.judges,
        signals,
        rows.split,
        len(moments),
        _segments(book, cells, rows.kept),
        changes(everything, history.dated_leads, history.options.outcome, names),
        _notes(found, left_out, history.lost_rows),
    )


def _with_signals(book: Playbook, general: Playbook) -> Playbook:
    """The playbook with the general signals that it has not by itself; nothing is routed."""
    own = {s.name for s in book.signals}
    return replace(
        book,
        signals=(*book.signals, *(s for s in general.signals if s.name not in own)),
        scales=book.scales if book.segments else (),
        routes=(),
        capacity={},
    )


def _cells(table: TrainingTable, base: Base) -> tuple[Mapping[str, Sequence[object]], int]:
    """The training rows by column, without the leads who object to profiling; how many they are."""
    cells = table.columns()
    if not cells:
        raise CannotDo("No lead was known at any past moment, so nothing can be learned.")
    objectors = training_sets.objectors(base)
    left_out = len({str(v) for v in cells["lead_id"]} & objectors)
    return (_without(cells, objectors) if left_out else cells), left_out


def _attributes(catalog: Catalog) -> list[Attribute]:
    """The attributes that describe a lead."""
    known = (catalog.lead.get(n) for n in sorted(catalog.present) if n not in _NEVER)
    return [a for a in known if a and a.type is not Type.MOMENT and a.form not in _PERSONAL]


def _general_playbook(
    signals: Mapping[str, Definition], attributes: Sequence[Attribute], catalog: Catalog
) -> Playbook:
    """A playbook that asks these signals, and these attributes as they are."""
    lines = [f"  {n}: {signal_yaml(s)}" for n, s in signals.items()]
    lines += [f"  {_ATTRIBUTE}{a.name}: {{value: {a.name}}}" for a in attributes]
    text = "leadlight: 1\nname: learning\nsignals:\n" + "\n".join(lines) + "\n"
    return usable(text, "what is asked", catalog)[0]


def _split(
    leads: Sequence[str],
    won: Sequence[bool],
    as_of: Sequence[datetime],
    split: str,
    moments: Sequence[datetime],
) -> _HistoryRows:
    """A third of the leads judge at the later moments and teach nothing; the others teach at the
    earlier ones. With too few outcomes for that, every row counts.
    """
    later = [f"{m:%Y-%m-%d}" >= split for m in as_of]
    judging = [_share(lead) < 1 / 3 for lead in leads]
    kept = [i for i in range(len(leads)) if later[i] == judging[i]]
    how = ", by leads of whom nothing was learned"
    if sum(won[i] for i in kept if later[i]) < _FEWEST_APART:
        kept = list(range(len(leads)))
        how = (
            "; there are too few outcomes to keep the leads apart too, so some stand on both sides"
        )
    text = (
        f"{len(moments)} moments from {moments[0]:%Y-%m-%d} to {moments[-1]:%Y-%m-%d}; those from"
        f" {split} on judge{how}"
    )
    return _HistoryRows(kept, [later[i] for i in kept], text)


def _columns(
    cells: Mapping[str, Sequence[object]],
    kept: Sequence[int],
    book: Playbook,
    signals: Collection[str],
    attributes: Collection[str],
) -> list[TableColumn]:
    """The columns to learn from; what a model of the playbook says or asks is none of them."""
    models = {s.model.name for s in book.scores if isinstance(s, ModelScore)}
    own = {s.name for s in book.signals if s.name.split(APART)[0] not in models}
    columns = [_column("lead_id", "lead_id", cells["lead_id"], kept)]
    for name, values in cells.items():
        header = _header(name, own, signals, attributes)
        if header is not None:
            columns.append(_column(name, header, values, kept))
    return [*columns, *_points(cells, book, kept)]


def _points(
    cells: Mapping[str, Sequence[object]], book: Playbook, kept: Sequence[int]
) -> Iterator[TableColumn]:
    """The sum of the playbook's point scores, where it has any."""
    scores = [s.name for s in book.scores if s.name in cells and not isinstance(s, ModelScore)]
    if scores:
        total = [sum(float(str(cells[s][i] or 0)) for s in scores) for i in kept]
        yield TableColumn(POINTS, POINTS, total)


def _header(
    name: str, own: Collection[str], signals: Collection[str], attributes: Collection[str]
) -> str | None:
    """What a column is called for a person; None where nothing is learned from it."""
    attribute = name.removeprefix(_ATTRIBUTE)
    if name.startswith(_ATTRIBUTE) and attribute in attributes:
        return attribute
    if name in signals:
        return signal_text(name)
    return name.replace("_", " ") if name in own and not name.startswith("_") else None


def _column(name: str, header: str, values: Sequence[object], kept: Sequence[int]) -> TableColumn:
    cells = cast("Sequence[Cell]", values)
    return TableColumn(name.removeprefix(_ATTRIBUTE), header, [cells[i] for i in kept])


def _segments(
    book: Playbook, cells: Mapping[str, Sequence[object]], kept: Sequence[int]
) -> dict[str, list[bool]]:
    """Of each segment of the playbook, which rows were in it at their moment."""
    if not book.segments:
        return {}
    inside = [set(str(cells["segments"][i] or "").split("; ")) for i in kept]
    return {s.name: [s.name in names for names in inside] for s in book.segments}


def _without(
    cells: Mapping[str, Sequence[object]], leads: Collection[str]
) -> dict[str, Sequence[object]]:
    kept = [i for i, lead in enumerate(cells["lead_id"]) if str(lead) not in leads]
    return {name: [values[i] for i in kept] for name, values in cells.items()}


def _share(lead: str) -> float:
    """A number between 0 and 1 that a lead always has."""
    return int(hashlib.sha256(lead.encode()).hexdigest()[:8], 16) / 2**32


def _notes(outcomes: KnownOutcomes, objected: int, lost: int) -> tuple[str, ...]:
    notes = []
    if outcomes.again:
        notes.append(
            f"{outcomes.again:,} of {outcomes.found:,} outcomes were not their lead's first."
        )
    if lost:
        notes.append(
            f"Left out: {lost:,} rows of leads that had been lost before their moment and done"
            " nothing since. The model learns from, and is judged by, leads not yet decided."
        )
    if objected:
        notes.append(f"Left out: {objected:,} leads who objected to profiling.")
    return tuple(notes)
