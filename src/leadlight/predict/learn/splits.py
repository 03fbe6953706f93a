"""Which leads teach and which judge: by the column that grows with time where there is one, else at
random, with leads that belong together on one side.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

import numpy as np

from leadlight.predict.arrays import Integers, Numbers, rarer
from leadlight.predict.columns import TableColumn
from leadlight.predict.features import features_of
from leadlight.predict.judge.movement import Movement, is_sorted, movement
from leadlight.predict.judge.verdict import Split, split_at_random, split_by_order
from leadlight.predict.learn.model_selection import ENOUGH_FOR_A_HOLD_OUT
from leadlight.predict.learn.options import LearnOptions

_BEGINNINGS = (
    "created_at",
    "created",
    "first",
    "start",
    "started",
    "engage",
    "signup",
    "registered",
    "submitted",
    "opened",
)


def time_column(columns: Sequence[TableColumn], options: LearnOptions) -> TableColumn | None:
    """The column that grows with time: the one that is named, else the beginning of a lead, else
    the only moment there is, else a number that counts the leads.
    """
    if options.time:
        return next(c for c in columns if c.name == options.time)
    moments = [c for c in columns if c.kind == "moment" and any(map(_is_moment, c.cells))]
    beginning = _start_moment(moments)
    if beginning is not None:
        return beginning
    return moments[0] if len(moments) == 1 else _serial_number(columns, moments)


def _is_moment(cell: object) -> bool:
    return isinstance(cell, date)  # a datetime is a date


def _start_moment(moments: Sequence[TableColumn]) -> TableColumn | None:
    for word in _BEGINNINGS:
        for c in moments:
            if word == c.name or word in f"{c.name} {c.header}".lower().replace("_", " ").split():
                return c
    return None


def _serial_number(
    columns: Sequence[TableColumn], moments: Sequence[TableColumn]
) -> TableColumn | None:
    """The first number that numbers the leads one by one."""
    named = {m.name for m in moments}
    others = {c.name: c for c in columns if c.name not in named}
    rows = range(len(columns[0].cells)) if columns else ()
    _, aside = features_of(list(others.values()), rows, 10)
    ids = (others[s.name] for s in aside if s.code == "id")
    return next((c for c in ids if c.kind == "number"), None)


def rows_since(time: TableColumn, since: datetime) -> list[int]:
    """The rows of leads that came at that moment or later."""
    return [i for i, cell in enumerate(time.cells) if _came_since(cell, since)]


def _came_since(cell: object, since: datetime) -> bool:
    if isinstance(cell, datetime):
        return cell.replace(tzinfo=None) >= since
    return isinstance(cell, date) and cell >= since.date()


def split_rows(
    columns: Sequence[TableColumn],
    won: Numbers,
    time: TableColumn | None,
    groups: Sequence[object] | None,
    without: Collection[str],
    seed: int,
) -> Split:
    """The rows that teach and those that judge. Without time and groups, leads that are equal in
    every column but those in `without` stay together.
    """
    if time is not None:
        guessed = "" if time.kind == "moment" else ", which was taken to grow with time"
        return split_by_order(list(time.cells), won, f"By {time.header}{guessed}")
    said = "The table has no column that grows with time"
    moved = movement(won) if groups is None else None
    if moved is not None and is_sorted(won):
        said += ", and its rows are sorted by the outcome"
    elif moved is not None:
        return _split_by_rows(won, moved)
    if groups is None:
        groups = _repeats((c for c in columns if c.name not in without), len(won))
        said += "; leads that are equal in everything stay together" if groups else ""
    return split_at_random(won, groups, seed, said)


def _split_by_rows(won: Numbers, moved: Movement) -> Split:
    """The end of the file judges. Nobody said that it is the newest, so no trend is modelled."""
    said = (
        "The table has no column that grows with time, but the share with the outcome moves along"
        f" the file ({moved.words}). Name the column of time if there is one (time); until then, in"
        " the order of the rows"
    )
    found = split_by_order(range(len(won)), won, said)
    part = len(found.judges) / len(won)
    return Split(found.parts, f"{said}, the last {part:.0%} of the file judge", False)


def _repeats(columns: Iterable[TableColumn], rows: int) -> Sequence[object] | None:
    """A number for each row, the same for rows that are equal in everything; None where most rows
    have their equals. There the columns are few or coarse, so that equal leads are no repeats, and
    whole kinds of leads would judge a model that never saw one of them.
    """
    found = _equal_rows(columns, rows)
    return found if 2 * len(set(found)) > rows else None


def _equal_rows(columns: Iterable[TableColumn], rows: int) -> Sequence[object]:
    """A number for each row, the same for rows that are equal in everything."""
    mixed = np.zeros(rows, np.uint64)
    for c in columns:
        codes = (
            c.word_codes[1] if c.kind == "words" else np.unique(c.values, return_inverse=True)[1]
        )
        mixed = (
            mixed * np.uint64(6_364_136_223_846_793_005)
            + codes.astype(np.uint64)
            + np.uint64(1_442_695_040_888_963_407)
        )
    return mixed.tolist()


def hold_outs(
    teach: Integers, split: Split, won: Numbers, groups: Sequence[object] | None, seed: int
) -> Sequence[tuple[Integers, Integers]] | None:
    """On which of the rows that teach choices are made: the newest where it is judged by time,
    whole groups where there are any. None: in turn, each fifth of them, for the newest fifth would
    hold too few.
    """
    many = rarer(won[teach]) >= ENOUGH_FOR_A_HOLD_OUT
    if groups is not None:
        parts = split_at_random(won[teach], [groups[i] for i in teach], seed, "").parts
        return parts[:1] if many else parts
    if split.order is None or not many:
        return None
    oldest_first = np.argsort(split.order[teach], kind="stable")
    at = len(teach) - len(teach) // 5
    return [(oldest_first[:at], oldest_first[at:])]
