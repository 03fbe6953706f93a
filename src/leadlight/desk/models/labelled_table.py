"""A flat table with the outcome as a column: what is known of its leads, and who had it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from leadlight.desk.models.outcome_words import LOST, NOT_YET, WON
from leadlight.desk.wiring import db, staging
from leadlight.facts.answers import no_words, yes_words
from leadlight.facts.protected_attributes import OBJECTED
from leadlight.facts.vocabulary import key
from leadlight.predict.columns import Cell, TableColumn, word_of
from leadlight.problems import CannotDo, Problem, did_you_mean, plural

if TYPE_CHECKING:
    from leadlight.desk.wiring.db import Connection
    from leadlight.desk.wiring.staging import StagedFile

_LABEL = "leadlight_outcome"
_TOLD = ("refused-rows", "unreadable-cells", "ambiguous-dates")  # problems of a table


@dataclass(frozen=True)
class OutcomeColumn:
    """The column with the outcome, the word in it that means success, and the one that means
    failure (a blank one: a blank cell does). Words that are not named are guessed.
    """

    column: str
    positive: str | None = None
    negative: str | None = None


@dataclass(frozen=True)
class LeadTable:
    """A table of leads with the outcome as a column; `value` is the column of what a won lead
    brought, `time` one that grows with time.
    """

    file: Path
    label: OutcomeColumn
    value: str | None = None
    time: str | None = None
    maps: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class LabelledTable:
    """The rows of a table whose outcome is known, without the leads who object to profiling.

    `ids` are the columns that only name the leads. `left_out` counts the other rows by why.
    `outcome` says the outcome in words: `Status = Won`. `not_yet`: whether the others may be open.
    """

    columns: tuple[TableColumn, ...]
    won: tuple[bool, ...]
    ids: tuple[str, ...]
    left_out: Mapping[str, int]
    outcome: str
    problems: tuple[Problem, ...] = ()
    not_yet: bool = False

    @property
    def label(self) -> str:
        """The header of the column with the outcome."""
        return self.outcome.rpartition(" = ")[0]

    @property
    def by_name(self) -> dict[str, TableColumn]:
        """The columns by their names."""
        return {c.name: c for c in self.columns}

    @property
    def exclusion_notes(self) -> tuple[str, ...]:
        """How many rows were left out, and why, in sentences."""
        return tuple(
            f"{plural(n, 'row was', 'rows were')} left out: {why}."
            for why, n in self.left_out.items()
        )


def read_labelled_table(
    table: Path, label: OutcomeColumn, maps: Mapping[str, str]
) -> LabelledTable:
    """Read a table with its outcomes. Raises `CannotDo` when it has no such column, or when nobody
    can tell which of its words mean success.
    """
    with closing(db.connect()) as con:
        header = _header(con, table, label)
        maps = {**maps, header: _LABEL}
        staged = staging.stage(con, table, name="table", what="leads", maps=maps)
        stated, ids = _columns_of(staged)
        rows = staging.staged_rows(con, staged, [_LABEL, *(n for n, _ in stated)], ids)
    names = [*stated, *(("lead_id", h) for h in ids)]
    label_cells, *cells = cells_by_column(rows, 1 + len(names))
    columns = [TableColumn(n, h, c) for (n, h), c in zip(names, cells, strict=True)]
    outcomes = _outcomes(label_cells, label, header)
    kept, left_out = _usable_rows(outcomes, columns)
    return LabelledTable(
        tuple(_column_of(c, kept) for c in columns if c.name != OBJECTED),
        tuple(bool(outcomes.won[i]) for i in kept),
        ("lead_id",) * len(ids),
        left_out,
        f"{header} = {outcomes.word}",
        tuple(p for p in staged.problems if p.code in _TOLD),
        outcomes.not_yet,
    )


def find_column(name: str, columns: Sequence[TableColumn], field: str) -> str:
    """The column a person means, by its header or its name. Raises `CannotDo` when there is none;
    `field` is that of the request.
    """
    for c in columns:
        if key(name) in (key(c.header), key(c.name)):
            return c.name
    raise no_column(name, [c.header for c in columns], field)


def no_column(
    name: str, headers: Sequence[str], field: str, table: object = "The table"
) -> CannotDo:
    """The refusal of a column that is not there."""
    hint = did_you_mean(name, headers) or f"It has {', '.join(headers[:12])}."
    return CannotDo(f"{table} has no column {name!r}. {hint}", field=field)


def cells_by_column(rows: Sequence[tuple[object, ...]], columns: int) -> list[Sequence[Cell]]:
    """The cells of each of so many columns; of none where there are no rows."""
    return cast("list[Sequence[Cell]]", list(zip(*rows, strict=True))) or [()] * columns


def _usable_rows(
    outcomes: _Outcomes, columns: Sequence[TableColumn]
) -> tuple[list[int], dict[str, int]]:
    """The rows whose outcome is known and whose lead does not object; and how many others there
    are, by why.
    """
    known = [i for i, w in enumerate(outcomes.won) if w is not None]
    objects = next((c.cells for c in columns if c.name == OBJECTED), None)
    if objects is None:
        return known, outcomes.left_out
    kept = [i for i in known if objects[i] is not True]
    objected = len(known) - len(kept)
    return kept, outcomes.left_out | ({"objected to profiling": objected} if objected else {})


def _columns_of(staged: StagedFile) -> tuple[list[tuple[str, str]], list[str]]:
    """The names and headers of what is stated of the leads, and the headers of what names them."""
    named = [(str(c.name), c.header) for c in staged.mapping.columns if c.name]
    stated = [(n, h) for n, h in named if n not in (_LABEL, "lead_id")]
    return stated, [h for n, h in named if n == "lead_id"]


def _column_of(column: TableColumn, rows: Sequence[int]) -> TableColumn:
    return column if len(rows) == len(column.cells) else column.take(rows)


def _header(con: Connection, table: Path, label: OutcomeColumn) -> str:
    """The label's header as the table spells it."""
    columns = staging.stage(con, table, name="look", what="leads").mapping.columns
    wanted = label.column.lower()
    for c in columns:
        if c.header.lower().strip() == wanted.strip():
            return c.header
    names = {str(c.name): c.header for c in columns if c.name}
    if wanted in names:
        return names[wanted]
    raise no_column(label.column, [c.header for c in columns], "label", table)


@dataclass(frozen=True)
class _Outcomes:
    """Of each row whether it has the outcome (None: not known), the word for success as the table
    writes it, how many rows say nothing, by why, and whether the other words may mean not yet.
    """

    won: list[bool | None]
    word: str
    left_out: dict[str, int]
    not_yet: bool


def _outcomes(cells: Sequence[Cell], label: OutcomeColumn, header: str) -> _Outcomes:
    words = [_word(c) for c in cells]
    counts = _counts(words)
    if not counts:
        raise CannotDo(
            f"Column {header!r} states no outcome for any lead, so nothing can be learned.",
            field="label",
        )
    success = _success(counts, label, header)
    failures = _failures(counts, success, label, header)
    meaning: dict[str | None, bool] = {success: True, **dict.fromkeys(failures, False)}
    won = [meaning.get(w) for w in words]
    if len(counts) == 1 and None in won and False not in won:
        raise _only_success(header, success, counts[success], len(words))
    shown = str(cells[words.index(success)]).strip()
    return _Outcomes(
        won,
        "yes" if shown in ("True", "true") else shown,
        _unknown(words, counts, {success, *failures}),
        failures <= {*NOT_YET, None},
    )


def _counts(words: Sequence[str | None]) -> Counter[str]:
    return Counter(w for w in words if w is not None)


def _only_success(header: str, success: str, rows: int, of: int) -> CannotDo:
    return CannotDo(
        f"Column {header!r} says {success[:40]!r} for {rows:,} leads and nothing for the other"
        f" {of - rows:,}. If a blank cell means failure, name {success[:40]!r} as success and a"
        " blank ('') as failure.",
        field="negative",
    )


def _success(counts: Counter[str], label: OutcomeColumn, header: str) -> str:
    """The word that means success: the one that is named, else the plainest one."""
    if label.positive is not None:
        return _named_word(label.positive, counts, header, "positive")
    plain = next((word for word in WON if word in counts), None)
    if plain is not None:
        return plain
    if len(counts) > 1:
        raise CannotDo(
            f"Which word of column {header!r} means success? It says {frequent_words(counts)}.",
            field="positive",
        )
    only = next(iter(counts))
    if only in LOST:
        raise CannotDo(
            f"Column {header!r} says {only!r} for every lead, so nothing can be learned. Take leads"
            " of both kinds, won and lost."
        )
    return only


def _failures(
    counts: Counter[str], success: str, label: OutcomeColumn, header: str
) -> set[str | None]:
    """The words that mean failure; None stands for a blank cell."""
    if label.negative is not None and not label.negative.strip():
        return {None}
    if label.negative is not None:
        return {_named_word(label.negative, counts, header, "negative")}
    others = set(counts) - {success}
    lost = {w for w in others if w in LOST or "lost" in w.split()}
    return {*(lost or others)}


def _named_word(named: str, counts: Counter[str], header: str, field: str) -> str:
    """The word of the column that is meant: yes, ja and 1 are the same where the column holds yes
    and no. Raises `CannotDo` when it never says so.
    """
    word = named.strip().lower()
    if word in counts:
        return word
    # Held as such in any language.
    for words, kept in ((yes_words(), "true"), (no_words(), "false")):
        if word in words:
            alike: tuple[str, ...] = (kept, *words)
            found = next((w for w in alike if w in counts), None)
            if found is not None:
                return found
            break
    raise CannotDo(
        f"Column {header!r} never says {named!r}. It says {frequent_words(counts)}.", field=field
    )


def _unknown(
    words: Sequence[str | None], counts: Counter[str], known: set[str | None]
) -> dict[str, int]:
    """How many rows say neither success nor failure."""
    out = {}
    blank = words.count(None)
    if blank and None not in known:
        out["no outcome is stated"] = blank
    out |= {f"not over yet: {w!r}": n for w, n in counts.most_common() if w not in known}
    return out


def _word(cell: Cell) -> str | None:
    return "stated" if isinstance(cell, (datetime, date)) else word_of(cell)


def frequent_words(counts: Counter[str]) -> str:
    """The most frequent words of a column, each with how often it stands there."""
    shown = ", ".join(f"{w[:40]!r} {n:,} times" for w, n in counts.most_common(6))
    return shown + (f" and {len(counts) - 6:,} other words" if len(counts) > 6 else "")
