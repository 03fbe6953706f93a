"""`uplift`: whom to contact because the contact changes something, by an experiment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from leadlight.desk.models.labelled_table import (
    LabelledTable,
    OutcomeColumn,
    find_column,
    frequent_words,
    read_labelled_table,
)
from leadlight.desk.session import Session
from leadlight.desk.wiring import output_files
from leadlight.predict.columns import Cell, word_of
from leadlight.predict.libraries import needs
from leadlight.problems import CannotDo, plural
from leadlight.results.contact_effect import ContactEffect
from leadlight.results.files import WrittenFile

#: Words for leads that were not contacted.
_CONTROL = (
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
HEAD = ("lead_id", "rank", "uplift")


@dataclass(frozen=True)
class TreatmentColumn:
    """The column of who was contacted, the word in it for those who were, and the one for the
    control group. Words that are not named are guessed.
    """

    column: str
    contacted: str | None = None
    control: str | None = None


@dataclass(frozen=True)
class UpliftRequest:
    """An experiment: a table of leads, of which a random part was contacted.

    `treated` is its column of who was contacted, `label` that of the outcome. `use` and `without`
    are columns that are used whatever they look like, and left out. `out` is where to write the
    leads, those changed most first.
    """

    table: Path
    treated: TreatmentColumn
    label: OutcomeColumn
    use: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    maps: Mapping[str, str] = field(default_factory=dict)
    out: Path | None = None
    seed: int = 0


def uplift(session: Session, request: UpliftRequest) -> ContactEffect:
    """Whom the contact changes. Raises `CannotDo` where the contact was not left to chance, or
    there is too little to tell.

    Where the order means nothing, no file is written.
    """
    needs()
    with output_files.together(reads=(request.table,), claims=((request.out, "uplift"),)):
        effect = _effect(request)
        if request.out is None or effect.uplift.why_not is not None:
            return effect
        output_files.write_rows(HEAD, _rows(effect), request.out, "uplift")
        return replace(effect, file=WrittenFile(request.out, len(effect.ids)))


def _effect(request: UpliftRequest) -> ContactEffect:
    from leadlight.predict.uplift import uplift as estimate

    table = read_labelled_table(request.table, request.label, request.maps)
    name = find_column(request.treated.column, table.columns, "treated")
    groups = _groups(table.by_name[name].cells, request.treated)
    kept = [i for i, g in enumerate(groups.contacted) if g is not None]
    found = estimate(
        [c.take(kept) for c in table.columns if c.name not in (name, *table.ids)],
        [bool(groups.contacted[i]) for i in kept],
        [table.won[i] for i in kept],
        use=request.use,
        without=request.without,
        seed=request.seed,
    )
    return ContactEffect(
        found,
        _ids(table, kept),
        table.outcome,
        groups.treatment,
        groups.control,
        (*groups.notes, *table.exclusion_notes),
    )


def _ids(table: LabelledTable, rows: Sequence[int]) -> tuple[str | int | None, ...]:
    """How the leads of these rows are called: by their own id, else by the number of their row."""
    named = next((c.cells for c in table.columns if c.name in table.ids), None)
    if named is None:
        return tuple(i + 1 for i in rows)
    return tuple(None if named[i] is None else str(named[i]) for i in rows)


def _rows(effect: ContactEffect) -> list[tuple[object, ...]]:
    """Every lead with its place and its estimated difference, the highest first."""
    score = effect.uplift.score
    order = sorted(range(len(effect.ids)), key=lambda i: (-score[i], str(effect.ids[i])))
    return [(effect.ids[i], rank, round(score[i], 6)) for rank, i in enumerate(order, 1)]


@dataclass(frozen=True)
class _Groups:
    """Of each row whether it was contacted (None: in neither group), and both groups in words."""

    contacted: list[bool | None]
    treatment: str
    control: str
    notes: tuple[str, ...]


def _groups(cells: Sequence[Cell], treated: TreatmentColumn) -> _Groups:
    words = [word_of(c) for c in cells]
    counts = Counter(w for w in words if w is not None)
    _demand_groups(counts, treated)
    treatment, control = _group_words(counts, treated)
    contacted = [w in treatment if w in treatment | control else None for w in words]
    neither = contacted.count(None)
    note = f"{plural(neither, 'row is', 'rows are')} in neither group and left out."
    return _Groups(
        contacted,
        " or ".join(sorted(treatment)),
        " or ".join(sorted(control)),
        (note,) if neither else (),
    )


def _demand_groups(counts: Counter[str], treated: TreatmentColumn) -> None:
    """Raises `CannotDo` where the column has no two groups, or not the words that are named."""
    if len(counts) < 2:
        raise CannotDo(
            f"Column {treated.column!r} does not say of anybody that it was not contacted, so there"
            f" is no control group. It says {frequent_words(counts)}.",
            field="treated",
        )
    for word, name in ((treated.contacted, "treated"), (treated.control, "control")):
        if word is not None and word_of(word) not in counts:
            raise CannotDo(
                f"Column {treated.column!r} never says {word!r}. It says {frequent_words(counts)}.",
                field=name,
            )


def _group_words(counts: Counter[str], treated: TreatmentColumn) -> tuple[set[str], set[str]]:
    """The words of those who were contacted, and those of the control group."""
    named, other = word_of(treated.contacted), word_of(treated.control)
    control = {other} if other else {w for w in counts if w in _CONTROL or w.startswith("no ")}
    if control:
        return ({named} if named else set(counts)) - control, control
    if named is None:
        raise CannotDo(
            f"Which word of column {treated.column!r} means contacted? It says"
            f" {frequent_words(counts)}.",
            field="treated",
        )
    return {named}, set(counts) - {named}
