"""`uplift`: whom to contact because the contact changes something, from a table of an
experiment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadlight.desk import wiring
from leadlight.desk.models.learn import OBJECTED, read_table
from leadlight.desk.models.persona_rows import column_named, label_of
from leadlight.predict.columns import TableColumn, word_of
from leadlight.predict.libraries import needs
from leadlight.problems import CannotDo, plural

if TYPE_CHECKING:
    from leadlight.predict.uplift_result import UpliftResult

_NOT = (
    "no",
    "none",
    "control",
    "false",
    "0",
    "holdout",
    "hold out",
    "not contacted",
    "untreated",
    "n",
)


@dataclass(frozen=True)
class Asked:
    """An experiment: the table, its column of who was contacted (COLUMN or COLUMN=VALUE), that of
    the outcome, and what the control group's word is where it cannot be guessed.
    """

    table: Path
    treated: str
    label: str
    control: str | None = None
    use: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    maps: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Effect:
    """What was found, of whom (`ids` in the order of the scores), and the groups in words."""

    found: UpliftResult
    ids: tuple[Any, ...]
    outcome: str
    contacted: str
    control: str
    notes: tuple[str, ...] = ()


def uplift(asked: Asked, seed: int = 0) -> Effect:
    """Whom the contact changes. Raises `CannotDo` where it was not random, or there is too little
    to tell.
    """
    needs()
    columns, won, ids, left_out, said, _ = read_table(
        asked.table, label_of(asked.label), asked.maps
    )
    column, _, word = asked.treated.partition("=")
    name = column_named(column.strip(), columns)
    cells = next(c for c in columns if c.name == name).cells
    groups, contacted, control, notes = _groups(
        cells, word.strip() or None, asked.control, column.strip()
    )
    objected = next((c.cells for c in columns if c.name == OBJECTED), None)
    kept = [
        i
        for i, g in enumerate(groups)
        if g is not None and (objected is None or objected[i] is not True)
    ]
    features = [
        TableColumn(c.name, c.header, [c.cells[i] for i in kept])
        for c in columns
        if c.name not in (name, OBJECTED, *ids)
    ]
    from leadlight.predict.uplift import uplift as changed

    found = changed(
        features,
        [bool(groups[i]) for i in kept],
        [won[i] for i in kept],
        use=asked.use,
        without=asked.without,
        seed=seed,
    )
    named = next((c.cells for c in columns if c.name in ids), None)
    who = tuple(named[i] if named is not None else i + 1 for i in kept)
    notes += [
        f"{plural(n, 'row was', 'rows were')} left out: {why}." for why, n in left_out.items()
    ]
    return Effect(found, who, said, contacted, control, tuple(notes))


def write(found: Effect, target: Path) -> None:
    """Every lead with its estimated difference, the highest first, as CSV. Raises `CannotDo` when
    the order means nothing.
    """
    if found.found.why_not is not None:
        raise CannotDo(f"Nothing was written: {found.found.why_not}")
    order = sorted(range(len(found.ids)), key=lambda i: (-found.found.score[i], str(found.ids[i])))
    rows = [(found.ids[i], rank, round(found.found.score[i], 6)) for rank, i in enumerate(order, 1)]
    wiring.write_rows(("lead_id", "rank", "uplift"), rows, target, "uplift")


def _groups(
    cells: Sequence[Any], said: str | None, control: str | None, column: str
) -> tuple[list[bool | None], str, str, list[str]]:
    """Of each row whether it was contacted (None: in neither group), both groups in words, and
    notes.
    """
    words = [word_of(c) for c in cells]
    counts = Counter(w for w in words if w is not None)
    listed = ", ".join(f"{w!r} {n:,} times" for w, n in counts.most_common(6))
    if len(counts) < 2:
        raise CannotDo(
            f"Column {column!r} does not say of anybody that it was not contacted, so there is no"
            f" control group. It says {listed}."
        )
    for word in (said, control):
        if word is not None and word_of(word) not in counts:
            raise CannotDo(f"Column {column!r} never says {word!r}. It says {listed}.")
    others = (
        {word_of(control)} if control else {w for w in counts if w in _NOT or w.startswith("no ")}
    )
    treated = {word_of(said)} if said else set(counts) - others
    if not others:
        if said is None:
            raise CannotDo(
                f"Which word of column {column!r} means contacted? It says {listed}. Say so:"
                f" --treated {column}=WORD."
            )
        others = set(counts) - treated
    treated -= others
    notes = []
    rest = sum(n for w, n in counts.items() if w not in treated | others) + words.count(None)
    if rest:
        notes.append(f"{plural(rest, 'row is', 'rows are')} in neither group and left out.")
    groups = [True if w in treated else False if w in others else None for w in words]
    return (
        groups,
        " or ".join(sorted(str(w) for w in treated)),
        " or ".join(sorted(str(w) for w in others)),
        notes,
    )
