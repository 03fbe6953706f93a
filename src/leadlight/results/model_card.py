"""A learned model as somebody judges it: how well it ranked leads that it had not seen, what it
uses and what was refused. Everything is read from the model's own text, where its verdict stands; a
text that says less shows less.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from leadlight.playbook.model import LOGIT, Model, NumberSide, Term
from leadlight.problems import Refusal

_STEPS = 10  # of a number's curve, about
_NAMES = {
    "auc": "AUC",
    "alift": "Area under the gains curve (ALIFT)",
    "lift_at_tenth": "Lift of the best 10 %",
    "brier": "Brier score",
}


@dataclass(frozen=True)
class ModelFigure:
    """A figure that a model reached, with its 95 % interval."""

    name: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class GroupFigures:
    """How a model does for leads alike in a protected attribute, as text."""

    attribute: str
    group: str
    leads: str
    said: str
    came: str
    auc: str


@dataclass(frozen=True)
class TermRow:
    """What a value of a lead adds to the log-odds."""

    what: str
    value: str
    adds: float


@dataclass(frozen=True)
class ModelCard:
    """A model and its verdict. `brings` says what calling by it would have brought, `refused` which
    columns were set aside and why, `terms` what each value adds, the weightiest first.
    """

    name: str
    about: str
    outcome: str
    horizon: timedelta | None
    learned: date | None
    figures: tuple[ModelFigure, ...]
    split: str
    doubts: tuple[str, ...]
    brings: str
    uses: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    fairness: tuple[GroupFigures, ...]
    terms: tuple[TermRow, ...]


@dataclass(frozen=True)
class ModelStanding:
    """A model of a workspace: its card and text, how old it is, the scores of the rules in force
    that use it, and whether it stands in a file of its own, which may differ from what is in force.
    """

    card: ModelCard
    text: str
    age: str
    scores: tuple[str, ...]
    is_file: bool

    @property
    def is_in_force(self) -> bool:
        return bool(self.scores)


@dataclass(frozen=True)
class ModelList:
    """The models of a workspace, those in force first; `refused` are files that cannot be read."""

    models: tuple[ModelStanding, ...]
    refused: tuple[tuple[str, Refusal], ...] = ()


@dataclass(frozen=True)
class RetiredModel:
    """A model that was retired: where its text is kept, and why."""

    model: str
    file: Path
    because: str


@dataclass(frozen=True)
class ModelPicture:
    """A picture of a model, as SVG to stand in a page, with what it says in words and its figures
    as a table whose columns from `numeric` on are numbers.
    """

    heading: str
    says: str
    svg: str
    head: tuple[str, ...]
    figures: tuple[tuple[str, ...], ...]
    numeric: int


def model_card(model: Model, about: str = "") -> ModelCard:
    """A model as somebody judges it; `about` is said instead of its own words."""
    verdict = model.verdict
    single = sorted((t for t in model.terms if len(t.of) == 1), key=spread, reverse=True)
    return ModelCard(
        model.name,
        about or model.about,
        model.outcome,
        timedelta(seconds=model.horizon) if model.horizon else None,
        model.learned,
        tuple(_figures(verdict)),
        text_of(verdict.get("split")),
        tuple(text_of(d) for d in list_of(verdict.get("doubts"))),
        _brings(verdict),
        tuple(dict.fromkeys(t.title for t in model.terms if len(t.of) == 1)),
        tuple((text_of(r.get("column")), text_of(r.get("why"))) for r in model.refused),
        tuple(_fairness(verdict)),
        tuple(row for term in single for row in term_rows(term)),
    )


def term_rows(term: Term) -> list[TermRow]:
    """What a term adds, neighbours that add about the same as one."""
    side = term.sides[0]
    if isinstance(side, NumberSide):
        edges = ["", *(f"{c:f}" for c in side.cuts), ""]
        spans: list[tuple[str, str, int]] = []
        apart = max(LOGIT // 20, spread(term) // _STEPS)
        for n, adds in enumerate(term.add[:-1]):
            if spans and abs(spans[-1][2] - adds) < apart:
                spans[-1] = (spans[-1][0], edges[n + 1], spans[-1][2])
            else:
                spans.append((edges[n], edges[n + 1], adds))
        rows = [(_span(low, high), adds) for low, high, adds in spans]
    else:
        rows = [
            *zip((w or "(empty)" for w in side.words), term.add, strict=False),
            ("another", term.add[-2]),
        ]
    rows.append(("unknown", term.add[-1]))
    return [TermRow(term.title, value, adds / LOGIT) for value, adds in rows]


def spread(term: Term) -> int:
    """How far apart its values are, those of rare words and of what is unknown aside."""
    main = term.add[: -1 if isinstance(term.sides[0], NumberSide) else -2]
    return max(main, default=0) - min(main, default=0)


def numbers(values: Any) -> list[float]:
    """The numbers of a list as YAML gave them; none where one of them cannot be read."""
    try:
        return [float(str(v)) for v in values] if isinstance(values, list | tuple) else []
    except ValueError:
        return []


def number_of(value: Any) -> float:
    """A number as YAML gave it; 0 where it is none."""
    try:
        return float(str(value))
    except ValueError:
        return 0.0


def list_of(value: Any) -> list[Any]:
    """A list as YAML gave it; an empty one where it is none."""
    return list(value) if isinstance(value, list | tuple) else []


def share_of(value: Any) -> str:
    """A share as YAML gave it, in percent."""
    return f"{number_of(value):.1%}"


def text_of(value: Any) -> str:
    """A text as YAML gave it."""
    return "" if value is None else str(value)


def _figures(verdict: Mapping[str, Any]) -> Iterator[ModelFigure]:
    for key, value in verdict.items():
        found = numbers(value)
        other = key.removeprefix("auc_of_").replace("_", " ") if key.startswith("auc_of_") else None
        if len(found) == 3 and (key in _NAMES or other):
            yield ModelFigure(f"AUC of {other}" if other else _NAMES[key], *found)


def _brings(verdict: Mapping[str, Any]) -> str:
    """What calling the best fifth first finds of the outcomes, and whether that can be luck;
    nothing where no curve was kept.
    """
    gains, auc = numbers(verdict.get("gains")), numbers(verdict.get("auc"))
    judged, came = (int(number_of(verdict.get(k))) for k in ("judged", "judged_with_outcome"))
    if len(gains) != 10:
        return ""
    held = f"{gains[1]:.0%} of those who had the outcome" + (
        f" ({gains[1] * came:.0f} of {came:,})" if came else ""
    )
    tried = (
        f"On {judged:,} leads the model had not seen"
        if judged
        else "On leads the model had not seen"
    )
    says = (
        f"{tried}, calling the fifth of highest probability first finds {held}; a fifth at"
        " random finds 20%."
    )
    if len(auc) == 3 and auc[1] <= 0.5:
        says += " On so few leads that may be chance."
    return says


def _fairness(verdict: Mapping[str, Any]) -> Iterator[GroupFigures]:
    for row in list_of(verdict.get("fairness")):
        if isinstance(row, Mapping):
            yield GroupFigures(
                text_of(row.get("attribute")),
                text_of(row.get("group")),
                text_of(row.get("leads")),
                share_of(row.get("said")),
                share_of(row.get("came")),
                text_of(row.get("auc")),
            )


def _span(low: str, high: str) -> str:
    if low and high:
        return f"{low} to below {high}"
    return f"from {low}" if low else f"below {high}" if high else "any"
