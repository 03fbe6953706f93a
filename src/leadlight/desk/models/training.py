"""A model that was trained, with its evaluation as a result and as the model's text has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadlight.desk.models.labelled_table import LabelledTable, LeadTable, read_labelled_table
from leadlight.facts.catalog import slug
from leadlight.playbook.model import Model
from leadlight.playbook.model_text import model_name
from leadlight.predict.judge.evaluation import Group, Verdict
from leadlight.predict.judge.metrics import Estimate
from leadlight.predict.learn.options import LearnOptions
from leadlight.predict.libraries import needs
from leadlight.results.trained_model import LearnResult

if TYPE_CHECKING:
    from leadlight.predict.learn.training import TrainingResult


@dataclass(frozen=True)
class Training:
    """What training gave; `model` is None when it was refused. `label` is of a table its column
    with the outcome, `playbook` of a workspace the text by whose signals the model was trained.
    """

    result: LearnResult
    model: Model | None
    label: str = ""
    playbook: str = ""


def train_on_table(
    table: LeadTable, options: LearnOptions, name: str | None, today: date
) -> Training:
    """Train on a flat table. Raises `CannotDo` where there is too little to learn from."""
    needs()
    read = read_labelled_table(table.file, table.label, table.maps)
    from leadlight.predict.learn.curves import curves
    from leadlight.predict.learn.open_leads import open_leads, with_age
    from leadlight.predict.learn.playbook_model import model_of
    from leadlight.predict.learn.training import learn

    learned = learn(read.columns, read.won, options, ids=read.ids)
    still_open = open_leads(read.columns, read.won) if read.not_yet else None
    result = LearnResult(
        source=str(table.file),
        left_out=read.left_out,
        problems=read.problems,
        notes=(*learned.notes, *([still_open.words] if still_open else [])),
        curves=tuple(curves(learned.fitted, read.columns)),
        **evaluation(learned, read.outcome),
    )
    if learned.verdict.refused:
        return Training(result, None, read.label)
    model = model_of(
        learned,
        name or model_name(read.outcome),
        slug(read.outcome) or "outcome",
        _about(table.file, read, learned, today),
        today,
        figures(learned),
    )
    model = with_age(model, still_open) if still_open else model
    return Training(result, replace(model, maps=dict(table.maps)), read.label)


def evaluation(learned: TrainingResult, outcome: str) -> dict[str, Any]:
    """The fields of a result that are the same whatever was learned from."""
    return {
        "outcome": outcome,
        "rows": learned.rows,
        "with_outcome": learned.won,
        "verdict": learned.verdict,
        "leaks": learned.leaks,
        "set_aside": learned.aside,
        "protected": learned.protected,
        "fairness": learned.fairness,
        "by": learned.by,
        "weights": learned.weights,
    }


def figures(learned: TrainingResult) -> dict[str, Any]:
    """The evaluation as it stands in a model's text; what is not known is left out."""
    v = learned.verdict
    out: dict[str, Any] = {
        "split": v.split,
        "taught": v.taught,
        "judged": v.judged,
        "judged_with_outcome": v.judged_won,
        "auc": _numbers(v.model.auc),
        "alift": _numbers(v.model.gain),
        "lift_at_tenth": _numbers(v.model.lift_at_tenth),
        "brier": _numbers(v.model.brier),
        "calibration_off_by": round(v.off, 4),
    }
    if v.doubts:
        out["doubts"] = list(v.doubts)
    out |= {f"auc_of_{slug(other.name)}": _numbers(other.auc) for other in v.beside}
    out |= {"gains": _gains(v), "calibration": _calibration(v)}
    if learned.fairness:
        out["fairness"] = [_fairness(g) for g in learned.fairness]
    if learned.by:
        out["by"] = [_group(g) for g in learned.by]
    return {name: value for name, value in out.items() if value is not None}


def _about(table: Path, read: LabelledTable, learned: TrainingResult, today: date) -> str:
    return (
        f"{read.outcome}. Learned on {today.isoformat()} from {learned.rows:,} leads of"
        f" {table.name}, {learned.won:,} of them with the outcome. A flat table: what is known of a"
        " lead now, not at a moment before."
    )


def _numbers(e: Estimate | None) -> list[float] | None:
    """A value and its interval."""
    if e is None or e.value is None:
        return None
    return _round_all([x for x in (e.value, e.low, e.high) if x is not None])


def _round_all(values: Sequence[float]) -> list[float]:
    return [round(v, 4) for v in values]


def _gains(v: Verdict) -> list[float] | None:
    """The share of the outcomes that the best 10 %, 20 % ... of the leads hold."""
    at = dict(v.gains)
    return _round_all([at[n / 10] for n in range(1, 11)]) if at else None


def _calibration(v: Verdict) -> list[Mapping[str, float]]:
    return [
        {"said": round(c.said, 4), "came": round(c.came.value or 0.0, 4), "leads": c.leads}
        for c in v.calibration
    ]


def _fairness(g: Group) -> dict[str, Any]:
    out: dict[str, Any] = {
        "attribute": g.of,
        "group": g.group,
        "leads": g.leads,
        "said": round(g.said, 4),
        "came": round(g.came, 4),
    }
    return out if g.auc is None else {**out, "auc": round(g.auc, 4)}


def _group(g: Group) -> dict[str, Any]:
    out: dict[str, Any] = {
        "of": g.of,
        "group": g.group,
        "leads": g.leads,
        "said": round(g.said, 4),
        "came": _round_all([g.came, g.low, g.high]),
    }
    if g.auc is not None:
        out["auc"] = round(g.auc, 4)
    return out | ({"gains": _round_all(g.gains)} if g.gains else {})
