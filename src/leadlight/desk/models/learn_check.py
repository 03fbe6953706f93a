"""`learn --check`: whether the leads, the base rate and what a model says of them moved since it
was learned.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from leadlight.desk import wiring
from leadlight.desk.model_files import model_file, model_text_of
from leadlight.desk.models.learn import OBJECTED, OutcomeColumn, read_table
from leadlight.playbook.model import Model, Term, model_age, probability
from leadlight.playbook.model_yaml import model_text, read_model
from leadlight.predict.columns import word_of
from leadlight.predict.judge.drift import (
    DriftLine,
    Share,
    input_drift,
    place_counts,
    place_of,
    rate_drift,
)
from leadlight.predict.judge.recalibration import advice, calibration, start_shift, with_start
from leadlight.predict.judge.training_stats import rate_then, stats_of
from leadlight.problems import CannotDo

Counts = Mapping[object, int]


@dataclass(frozen=True)
class Outcomes:
    """What a model said of leads whose outcome is known, and whether it came; `leads`: how many
    they are, each once; `rate`: the base rate among those by whom drift is told.
    """

    said: Sequence[float]
    came: Sequence[bool]
    leads: int
    rate: Share

    @property
    def share(self) -> Share:
        """How many of them had the outcome."""
        return Share(sum(self.came), len(self.came), self.leads)


@dataclass(frozen=True)
class Checked:
    """How a model stands: base rate and calibration (`lines`), each input, and what to do."""

    model: Model
    file: Path
    base: str
    as_of: datetime
    lines: tuple[DriftLine, ...]
    inputs: tuple[DriftLine, ...]
    notes: tuple[str, ...]
    outcomes: Outcomes | None

    @property
    def alarm(self) -> bool:
        """Something moved."""
        return any(line.state == "moved" for line in (*self.lines, *self.inputs))

    @property
    def age(self) -> str:
        """How old it is, in a sentence."""
        return model_age(self.model, self.as_of)

    @property
    def advice(self) -> str:
        """What to do, in a sentence."""
        return advice(self.lines, self.inputs, self.model.name, self.outcomes is not None)

    def as_data(self) -> dict[str, Any]:
        """Everything as plain data, for JSON."""
        return {
            "model": self.model.name,
            "file": str(self.file),
            "base": self.base,
            "as_of": self.as_of.isoformat(),
            "learned": self.model.learned.isoformat() if self.model.learned else None,
            "age": self.age,
            "alarm": self.alarm,
            "lines": [asdict(line) for line in self.lines],
            "inputs": [asdict(line) for line in self.inputs],
            "notes": list(self.notes),
            "advice": self.advice,
        }


def model_named(said: str, folder: Path) -> tuple[Path, Model]:
    """The file of a model and the model in it: a path, else `models/NAME.yml` in the folder. Raises
    `CannotDo`.
    """
    path = Path(said)
    file = path if path.suffix.lower() in (".yml", ".yaml") else model_file(folder, said)
    if not file.is_file():
        there = sorted(p.stem for p in file.parent.glob("*.yml")) if file.parent.is_dir() else []
        hint = f" There are {', '.join(there[:8])}." if there else " `leadlight learn` makes one."
        raise CannotDo(f"There is no model {file}.{hint}")
    model, _ = read_model(model_text_of(file), str(file))
    assert model is not None  # a fault was told while its text was read
    return file, replace(model, name=file.stem)


def check_table(
    table: Path, label: OutcomeColumn | None, said: str, now: datetime, maps: Mapping[str, str]
) -> Checked:
    """Check a model by a table of new leads; without a label only its inputs. Raises `CannotDo`."""
    file, model = model_named(said, Path())
    if asks := [n for n in model.reads if n in model.asked]:
        raise CannotDo(
            f"The model {model.name} asks what leads did ({', '.join(asks[:4])}), which a table"
            f" does not say. Check it in a workspace: leadlight learn --check {model.name}."
        )
    came: list[bool] | None = None
    if label is None:
        cells = _cells(table, model.reads, maps)
    else:
        columns, came, *_ = read_table(table, label, maps)
        cells = {c.name: c.cells for c in columns}
    rows = len(came) if came is not None else max(map(len, cells.values()), default=0)
    if not rows:
        raise CannotDo(f"{table} has no lead to look at.")
    known = {
        n: [word_of(v) if isinstance(v, str) else v for v in cells[n]]
        for n in model.reads
        if n in cells
    }
    lacking = [n for n in model.reads if n not in known]
    counts: dict[str, Counts] = {n: Counter(values) for n, values in known.items()}
    counts |= {n: {None: rows} for n in lacking}
    notes = (
        [f"The table has no {', '.join(lacking[:8])}: unknown for every lead."] if lacking else []
    )
    outcomes = (
        Outcomes(_said(model, known, rows), came, rows, Share(sum(came), rows))
        if came is not None
        else None
    )
    if outcomes is None:
        notes.append(
            "Name the column with the outcome (--label) to see whether its probabilities still"
            " hold."
        )
    return checked(
        model, file, f"{rows:,} leads of {table.name}", now, counts, rows, outcomes, notes
    )


def checked(
    model: Model,
    file: Path,
    base: str,
    now: datetime,
    counts: Mapping[str, Counts],
    leads: int,
    outcomes: Outcomes | None,
    notes: Iterable[str],
    among: str = "",
) -> Checked:
    """What moved: `counts` of the leads now by the value of each input, and what was said of those
    whose outcome is known.
    """
    lines: list[DriftLine] = []
    if outcomes is not None and outcomes.came:
        lines.append(rate_drift(rate_then(model), outcomes.rate, among))
        lines += calibration(outcomes.said, outcomes.came, outcomes.leads)
    else:
        outcomes = None
    single = [t for t in model.terms if len(t.of) == 1]
    then = stats_of(model)
    leads_then = then.leads if then else 0  # of an unknown number nothing can be said beyond chance
    inputs = [
        input_drift(
            t, place_counts(t.sides[0], counts[t.of[0]].items()), leads_then, leads, len(single)
        )
        for t in single
    ]
    said = list(notes)
    if single and not any(t.seen for t in single):
        said.append(
            f"The model {model.name} does not say what it was learned from, so nobody can tell"
            " whether its inputs moved."
        )
        inputs = []
    inputs.sort(key=lambda line: -float(line.figures.get("psi", 0)))
    return Checked(model, file, base, now, tuple(lines), tuple(inputs), tuple(said), outcomes)


def move_start(found: Checked, day: date) -> tuple[Checked, float]:
    """Write the model with its start moved so that it says on average what came; by how many
    log-odds.

    Raises `CannotDo` where no outcome is known, too few are, or what it says still holds within
    chance.
    """
    if found.outcomes is None:
        raise CannotDo(" ".join(("No outcome is known by which to move the start.", *found.notes)))
    shift = start_shift(found.outcomes.said, found.outcomes.came)
    if next(line.state for line in found.lines if line.what == "calibration") == "steady":
        raise CannotDo(
            f"What {found.model.name} says still holds within chance, so its start was left as"
            " it is."
        )
    mean = sum(found.outcomes.said) / len(found.outcomes.said)
    moved = with_start(found.model, shift, day, mean, found.outcomes.share, found.outcomes.rate)
    wiring.write_text(found.file, model_text(moved), "model")
    return replace(found, model=moved), shift


def _said(model: Model, known: Mapping[str, Sequence[object]], rows: int) -> list[float]:
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


def _cells(
    table: Path, wanted: Sequence[str], maps: Mapping[str, str]
) -> dict[str, Sequence[object]]:
    """The columns of a table that a model reads, without the leads who objected to profiling."""
    con = wiring.connect()
    try:
        staged = wiring.stage(con, table, name="table", what="leads", maps=maps)
        there = {str(c.name) for c in staged.mapping.columns if c.name}
        names = [n for n in wanted if n in there]
        kept = f" WHERE NOT coalesce({OBJECTED}, false)" if OBJECTED in there else ""
        listed = ", ".join('"' + n.replace('"', '""') + '"' for n in names) or "NULL"
        rows = con.execute(f"SELECT {listed} FROM {staged.relation}{kept}").fetchall()
    finally:
        con.close()
    cells = list(zip(*rows, strict=True)) or [() for _ in names]
    return dict(zip(names or [""], cells, strict=False))
