"""`learn`: the probability of an outcome, learned from a table of leads whose outcome is known, and
judged before it is written.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadlight.desk import wiring
from leadlight.facts.answers import NO, YES
from leadlight.facts.catalog import slug
from leadlight.predict.columns import TableColumn, word_of
from leadlight.predict.libraries import needs
from leadlight.problems import CannotDo, Problem, did_you_mean

if TYPE_CHECKING:
    from leadlight.playbook.model import Model
    from leadlight.predict.judge.evaluation import Group
    from leadlight.predict.learn.options import LearnOptions
    from leadlight.predict.learn.training import TrainingResult

_WON = ("true", "won", "closed won", "yes", "converted", "customer", "success", "bought", "1", "y")
_LOST = ("false", "lost", "closed lost", "no", "not converted", "failure", "0", "n")
_LABEL = "leadlight_outcome"
OBJECTED = "profiling_objected"


@dataclass(frozen=True)
class OutcomeColumn:
    """The column with the outcome, the word in it that means success, and the one that means
    failure when said.
    """

    column: str
    positive: str | None = None
    negative: str | None = None


@dataclass(frozen=True)
class Report:
    """What was learned and how good it is; `model` is None when it was refused."""

    table: str
    outcome: str
    learned: TrainingResult
    model: Model | None
    curves: tuple[str, ...]
    counted: Mapping[str, int] = field(default_factory=dict)  # leads that were left out, by why
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    label: str = ""  # of a table, its column with the outcome
    playbook: str = ""  # of a workspace, the text by whose signals was learned


def learn_table(
    table: Path,
    label: OutcomeColumn,
    asked: LearnOptions,
    name: str | None,
    today: date,
    maps: Mapping[str, str] | None = None,
) -> Report:
    """Learn from a flat table. Raises `CannotDo` where there is too little to learn from."""
    needs()
    columns, won, ids, counted, said, problems = read_table(table, label, maps or {})
    from leadlight.predict.learn.curves import curves
    from leadlight.predict.learn.playbook_model import model_of
    from leadlight.predict.learn.training import learn

    learned = learn(columns, won, asked, ids=ids)
    called = name or _called(said)
    about = (
        f"{said}. Learned on {today.isoformat()} from {learned.rows:,} leads of {table.name},"
        f" {learned.won:,} of them with the outcome. A flat table: what is known of a lead now, not"
        " at a moment before."
    )
    model = (
        model_of(learned, called, slug(said) or "outcome", about, today, figures(learned))
        if not learned.verdict.refused
        else None
    )
    return Report(
        str(table),
        said,
        learned,
        model,
        tuple(curves(learned.fitted, columns)),
        counted,
        (),
        tuple(problems),
        said.rpartition(" = ")[0],
    )


def _called(outcome: str) -> str:
    """A name for the model: won_soon for "Status = Won", converted_soon for "Converted = yes"."""
    header, _, word = outcome.rpartition(" = ")
    for said in (word, header):
        found = slug(said)
        if found and found[0].isalpha() and found not in ("yes", "y", "true"):
            return f"{found[:50]}_soon"
    return "outcome_soon"


def figures(learned: TrainingResult) -> dict[str, Any]:
    """The verdict as it stands in a model's text."""
    v = learned.verdict

    def three(e: Any) -> list[float] | None:
        return (
            None
            if e is None or e.value is None
            else [round(x, 4) for x in (e.value, e.low, e.high) if x is not None]
        )

    out: dict[str, Any] = {
        "split": v.split,
        "taught": v.taught,
        "judged": v.judged,
        "judged_with_outcome": v.judged_won,
        "auc": three(v.model.auc),
        "alift": three(v.model.gain),
        "lift_at_tenth": three(v.model.lift_at_tenth),
        "brier": three(v.model.brier),
        "calibration_off_by": round(v.off, 4),
    }
    for other in v.beside:
        out[f"auc_of_{slug(other.name)}"] = three(other.auc)
    at = dict(v.gains)
    out["gains"] = [round(at[n / 10], 4) for n in range(1, 11)] if at else None
    out["calibration"] = [
        {"said": round(c.said, 4), "came": round(c.came.value or 0.0, 4), "leads": c.leads}
        for c in v.calibration
    ]
    if learned.fairness:
        out["fairness"] = [
            {
                "attribute": g.of,
                "group": g.group,
                "leads": g.leads,
                "said": round(g.said, 4),
                "came": round(g.came, 4),
                **({"auc": round(g.auc, 4)} if g.auc is not None else {}),
            }
            for g in learned.fairness
        ]
    if learned.by:
        out["by"] = [_group(g) for g in learned.by]
    return {k: x for k, x in out.items() if x is not None}


def _group(g: Group) -> dict[str, Any]:
    found: dict[str, Any] = {
        "of": g.of,
        "group": g.group,
        "leads": g.leads,
        "said": round(g.said, 4),
    }
    found["came"] = [round(v, 4) for v in (g.came, g.low, g.high)]
    if g.auc is not None:
        found["auc"] = round(g.auc, 4)
    return found | ({"gains": [round(v, 4) for v in g.gains]} if g.gains else {})


def as_data(report: Report) -> dict[str, Any]:
    """Everything as plain data, for JSON."""
    learned = report.learned
    return {
        "table": report.table,
        "outcome": report.outcome,
        "leads": learned.rows,
        "with_outcome": learned.won,
        "left_out": dict(report.counted),
        "verdict": asdict(learned.verdict),
        "refused": learned.verdict.refused,
        "leaks": [asdict(s) for s in learned.leaks],
        "set_aside": [asdict(s) for s in learned.aside],
        "protected": list(learned.protected),
        "fairness": [asdict(g) for g in learned.fairness],
        "by": [_group(g) for g in learned.by],
        "notes": list(learned.notes),
        "weights": [list(w) for w in learned.weights],
        "curves": list(report.curves),
        "problems": [str(p) for p in report.problems],
    }


def read_table(
    table: Path, label: OutcomeColumn, maps: Mapping[str, str]
) -> tuple[list[TableColumn], list[bool], tuple[str, ...], dict[str, int], str, list[Problem]]:
    """The columns, the outcomes, the columns that only name leads, rows left out by why, and the
    outcome in words.
    """
    con = wiring.connect()
    try:
        header = _header(con, table, label)
        staged = wiring.stage(con, table, name="table", what="leads", maps={**maps, header: _LABEL})
        names = [
            (c.header, str(c.name)) for c in staged.mapping.columns if c.name and c.name != _LABEL
        ]
        known = [(h, n) for h, n in names if n != "lead_id"]
        id_headers = [h for h, n in names if n == "lead_id"]
        asked = [f"r.{_quoted(_LABEL)}", *(f"r.{_quoted(n)}" for _, n in known)]
        asked += [f"CAST(o.{_quoted(h)} AS VARCHAR)" for h in id_headers]
        source = f"{staged.relation} r JOIN {staged.original} o USING (row_no)"
        rows = con.execute(f"SELECT {', '.join(asked)} FROM {source} ORDER BY row_no").fetchall()
    finally:
        con.close()
    cells: list[Sequence[Any]] = list(zip(*rows, strict=True)) or [() for _ in asked]
    outcome, positive, counted = _outcomes(cells[0], label, header)
    objects = next((cells[i] for i, (_, n) in enumerate(known, 1) if n == OBJECTED), None)
    kept = [
        i for i, o in enumerate(outcome) if o is not None and not (objects and objects[i] is True)
    ]
    if objects and (
        said_no := sum(o is not None and objects[i] is True for i, o in enumerate(outcome))
    ):
        counted["objected to profiling"] = said_no
    all_kept = len(kept) == len(rows)
    columns = [
        TableColumn(n, h, cells[i] if all_kept else [cells[i][k] for k in kept])
        for i, (h, n) in enumerate(known, 1)
        if n != OBJECTED
    ]
    ids: list[str] = []
    for i, h in enumerate(id_headers, 1 + len(known)):
        columns.append(TableColumn("lead_id", h, [cells[i][k] for k in kept]))
        ids.append("lead_id")
    problems = [
        p
        for p in staged.problems
        if p.code in ("refused-rows", "unreadable-cells", "ambiguous-dates")
    ]
    return (
        columns,
        [bool(outcome[i]) for i in kept],
        tuple(ids),
        counted,
        f"{header} = {positive}",
        problems,
    )


def _header(con: wiring.Connection, table: Path, label: OutcomeColumn) -> str:
    """The label's header as the table spells it."""
    found = wiring.stage(con, table, name="look", what="leads")
    headers = [c.header for c in found.mapping.columns]
    names = {str(c.name): c.header for c in found.mapping.columns if c.name}
    for h in headers:
        if h.lower().strip() == label.column.lower().strip():
            return h
    if label.column.lower() in names:
        return names[label.column.lower()]
    hint = (
        did_you_mean(label.column, headers) or f"It has {', '.join(repr(h) for h in headers[:12])}."
    )
    raise CannotDo(f"{table} has no column {label.column!r}. {hint}")


def _outcomes(
    cells: Sequence[Any], label: OutcomeColumn, header: str
) -> tuple[list[bool | None], str, dict[str, int]]:
    """Of each row whether it has the outcome (None: not known), the word for it, and how many rows
    say nothing.
    """
    words = [_word(c) for c in cells]
    counts = Counter(w for w in words if w is not None)
    if not counts:
        raise CannotDo(
            f"Column {header!r} states no outcome for any lead, so nothing can be learned."
        )
    positive = _positive(counts, label, header)
    blank_lost = (
        label.negative is not None and not label.negative.strip()
    )  # --negative "": a blank cell is a failure
    negative = _same(label.negative, counts) if label.negative and not blank_lost else None
    if label.negative and not blank_lost and negative is None:
        raise CannotDo(
            f"Column {header!r} never says {label.negative!r}. It says {_listed(counts)}."
        )
    lost = (
        {negative}
        if negative
        else {w for w in counts if w != positive and (w in _LOST or "lost" in w.split())}
    )
    if blank_lost:
        lost = set()
    elif not lost:
        lost = set(counts) - {positive}
    of: dict[str | None, bool] = {positive: True, **dict.fromkeys(lost, False)}
    if blank_lost:
        of[None] = False
    out = [of.get(w) for w in words]
    if not any(o is False for o in out) and None in out and len(counts) == 1:
        raise CannotDo(
            f"Column {header!r} says {positive[:40]!r} for {counts[positive]:,} leads and nothing"
            f" for the other {len(words) - counts[positive]:,}. Where a blank means that they did"
            f" not: --positive {positive[:40]!r} --negative ''."
        )
    counted = {}
    if not blank_lost and (blank := sum(w is None for w in words)):
        counted["no outcome is stated"] = blank
    for word, n in counts.most_common():
        if word != positive and word not in lost:
            counted[f"not over yet: {word!r}"] = n
    shown = next(
        (str(c).strip() for c, w in zip(cells, words, strict=True) if w == positive), positive
    )
    return out, "yes" if shown in ("True", "true") else shown, counted


def _positive(counts: Counter[str], label: OutcomeColumn, header: str) -> str:
    if label.positive is not None:
        found = _same(label.positive, counts)
        if found is None:
            raise CannotDo(
                f"Column {header!r} never says {label.positive!r}. It says {_listed(counts)}."
            )
        return found
    for word in _WON:
        if word in counts:
            return word
    if len(counts) == 1 and next(iter(counts)) in _LOST:
        raise CannotDo(
            f"Column {header!r} says {next(iter(counts))!r} for every lead, so nothing can be"
            " learned. Take leads of both kinds, won and lost."
        )
    if len(counts) == 1:
        return next(iter(counts))
    raise CannotDo(
        f"Which word of column {header!r} means success? It says {_listed(counts)}. Say so:"
        " --positive WORD."
    )


def _same(said: str, counts: Counter[str]) -> str | None:
    """The word of the column that is meant: yes, ja and 1 are the same where the column holds yes
    and no.
    """
    word = said.strip().lower()
    if word in counts:
        return word
    for alike in (YES, NO):  # a column of yes and no in any language is held as such
        if word in alike:
            return next(
                (w for w in ("true" if alike is YES else "false", *alike) if w in counts), None
            )
    return None


def _word(cell: Any) -> str | None:
    if isinstance(cell, (datetime, date)):
        return "stated"
    return word_of(cell)


def _listed(counts: Counter[str]) -> str:
    shown = ", ".join(f"{w[:40]!r} {n:,} times" for w, n in counts.most_common(6))
    return shown + (f" and {len(counts) - 6:,} other words" if len(counts) > 6 else "")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
