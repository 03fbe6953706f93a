"""The report's section on learned models: how well each ranked leads it had not seen, what it uses
and what it refused.

Everything is read from the model's own text, where its verdict stands; a text that says less shows
less.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadlight.adapters.destinations.report.chart import INK, WIDTH, Chart, Spec
from leadlight.adapters.destinations.report.model_groups import group_charts, numbers
from leadlight.adapters.destinations.report.palette import ACCENT, MUTED
from leadlight.adapters.destinations.report.wording import title
from leadlight.playbook.model import LOGIT, NumberSide, Term
from leadlight.playbook.spec import ModelScore, Playbook

SECTION = "models"
_CURVES = 6
_STEPS = 10  # of a number's curve, about
_AXIS: Spec = {
    "tickCount": 5,
    "format": "%",
    "grid": True,
    "gridColor": MUTED,
    "gridOpacity": 0.3,
    "labelColor": INK,
}
_NAMES = {
    "auc": "AUC",
    "alift": "Area under the gains curve (ALIFT)",
    "lift_at_tenth": "Lift of the best 10 %",
    "brier": "Brier score",
}


@dataclass(frozen=True)
class ModelPage:
    """A model as a reader judges it: what it is, its figures with their intervals, what it uses,
    what was set aside.
    """

    heading: str
    about: str
    figures: tuple[tuple[str, str, str], ...]
    split: str
    uses: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    fairness: tuple[tuple[str, ...], ...]
    charts: tuple[Chart, ...] = ()
    brings: str = ""  # what calling by it would have brought, in a sentence for the first screen


def model_pages(playbook: Playbook, drawn: Sequence[Chart]) -> list[ModelPage]:
    """A page for every model that a score of the playbook is; `drawn` are the report's charts."""
    return [
        ModelPage(
            title(score.name),
            score.about or score.model.about,
            tuple(_figures(score.model.verdict)),
            _text(score.model.verdict.get("split")),
            tuple(dict.fromkeys(t.title for t in score.model.terms if len(t.of) == 1)),
            tuple((_text(r.get("column")), _text(r.get("why"))) for r in score.model.refused),
            tuple(_fairness(score.model.verdict)),
            tuple(c for c in drawn if c.section == f"{SECTION} {score.name}"),
            _brings(score.model.verdict),
        )
        for score in _models(playbook)
    ]


def model_charts(playbook: Playbook) -> Iterable[tuple[Chart, Spec]]:
    """The gains curve, the calibration, both by source and by segment, and the curves of what
    weighs most, of every model.
    """
    for score in _models(playbook):
        section = f"{SECTION} {score.name}"
        gains = numbers(score.model.verdict.get("gains"))
        if gains:
            yield _gains(gains, section)
        tenths = [
            t for t in _as_list(score.model.verdict.get("calibration")) if isinstance(t, Mapping)
        ]
        if tenths:
            yield _calibration(tenths, section)
        yield from group_charts(score.model.verdict, gains, section)
        curves = sorted(
            (t for t in score.model.terms if len(t.of) == 1), key=_spread, reverse=True
        )[:_CURVES]
        if curves:
            yield _curves(curves, section)


def _models(playbook: Playbook) -> list[ModelScore]:
    return [s for s in playbook.scores if isinstance(s, ModelScore)]


def _figures(verdict: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for key, value in verdict.items():
        found = numbers(value)
        other = key.removeprefix("auc_of_").replace("_", " ") if key.startswith("auc_of_") else None
        if len(found) == 3 and (key in _NAMES or other):
            yield (
                (f"AUC of {other}" if other else _NAMES[key]),
                f"{found[0]:.3f}",
                f"{found[1]:.3f} to {found[2]:.3f}",
            )


def _brings(verdict: Mapping[str, Any]) -> str:
    """What calling the best fifth first finds of the outcomes, and whether that can be luck;
    nothing where no curve was kept.
    """
    gains, auc = numbers(verdict.get("gains")), numbers(verdict.get("auc"))
    judged, came = (int(_number(verdict.get(k))) for k in ("judged", "judged_with_outcome"))
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
        f"{tried}, calling the fifth of highest probability first finds {held}; drawing lots finds"
        " 20%."
    )
    if len(auc) == 3 and auc[1] <= 0.5:
        says += " On so few leads that may be chance."
    return says


def _fairness(verdict: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for row in _as_list(verdict.get("fairness")):
        if isinstance(row, Mapping):
            said, came = (_share(row.get(k)) for k in ("said", "came"))
            yield (
                _text(row.get("attribute")),
                _text(row.get("group")),
                _text(row.get("leads")),
                said,
                came,
                _text(row.get("auc")),
            )


def _gains(gains: Sequence[float], section: str) -> tuple[Chart, Spec]:
    points = [(0.0, 0.0), *((n / len(gains), g) for n, g in enumerate(gains, 1))]
    figures = tuple((f"best {share:.0%}", f"{held:.0%}") for share, held in points[1:])
    half = next((held for share, held in points if share >= 0.5), 0)
    says = (
        f"The best half of the leads it had not seen held {half:.0%} of those with the outcome; by"
        " lot it would be half."
    )
    chart = Chart(
        "gains", "Gains", says, ("Leads", "Outcomes held"), figures, section=section, numeric=1
    )
    return chart, _square(
        [{"x": x, "y": y} for x, y in points], "share of leads, best first", "share of outcomes"
    )


def _calibration(tenths: Sequence[Mapping[str, Any]], section: str) -> tuple[Chart, Spec]:
    points = [(_number(t.get("said")), _number(t.get("came"))) for t in tenths]
    figures = tuple(
        (_share(t.get("said")), _share(t.get("came")), _text(t.get("leads"))) for t in tenths
    )
    off = max((abs(a - b) for a, b in points), default=0)
    says = (
        "What it said against what came, by tenths of the leads: at most"
        f" {_round_share(off)} apart. On the line both are the same."
    )
    chart = Chart(
        "calibration",
        "Calibration",
        says,
        ("Said", "Came", "Leads"),
        figures,
        section=section,
        numeric=0,
    )
    return chart, _square([{"x": a, "y": b} for a, b in points], "said", "came", point=True)


def _square(values: list[Spec], x: str, y: str, *, point: bool = False) -> Spec:
    """A curve over the diagonal, which is drawing lots (or being right)."""
    most = max([1.0 if not point else 0.0, *(max(v["x"], v["y"]) for v in values)])
    scale = {"domain": [0, most]}
    mark: Spec = {
        "type": "line",
        "color": ACCENT,
        "strokeWidth": 2,
        "point": {"color": ACCENT} if point else False,
    }
    axes = {
        "x": {"field": "x", "type": "quantitative", "scale": scale, "axis": {**_AXIS, "title": x}},
        "y": {
            "field": "y",
            "type": "quantitative",
            "scale": scale,
            "axis": {**_AXIS, "title": y, "minExtent": 40},
        },
    }
    return {
        "width": WIDTH - 70,
        "height": 220,
        "layer": [
            {
                "data": {"values": [{"x": 0, "y": 0}, {"x": most, "y": most}]},
                "encoding": axes,
                "mark": {"type": "line", "color": MUTED, "strokeDash": [4, 4]},
            },
            {"data": {"values": values}, "encoding": axes, "mark": mark},
        ],
    }


def _curves(terms: Sequence[Term], section: str) -> tuple[Chart, Spec]:
    figures = tuple(row for t in terms for row in _rows(t))
    says = "What each value adds in log-odds; to the right of the line it speaks for the outcome."
    chart = Chart(
        "curves",
        "What weighs most",
        says,
        ("What", "Value", "Adds"),
        figures,
        section=section,
        numeric=2,
    )
    parts = []
    for term in terms:
        values = [
            {"value": value, "adds": float(adds), "n": n}
            for n, (_, value, adds) in enumerate(_rows(term))
        ][:14]
        parts.append(
            {
                "title": title(term.title),
                "data": {"values": values},
                "width": WIDTH - 120,
                "height": {"step": 14},
                "mark": {"type": "bar", "color": ACCENT},
                "encoding": {
                    "y": {
                        "field": "value",
                        "type": "nominal",
                        "sort": None,
                        "axis": {
                            "minExtent": 110,
                            "maxExtent": 110,
                            "labelLimit": 100,
                            "labelFontSize": 10,
                        },
                    },
                    "x": {
                        "field": "adds",
                        "type": "quantitative",
                        "axis": {"tickCount": 4, "grid": True, "gridOpacity": 0.3},
                    },
                },
            }
        )
    return chart, {"vconcat": parts}


def _rows(term: Term) -> list[tuple[str, str, str]]:
    """What a term adds, neighbours that add about the same told as one."""
    side = term.sides[0]
    if isinstance(side, NumberSide):
        edges = ["", *(f"{c:f}" for c in side.cuts), ""]
        spans: list[tuple[str, str, int]] = []
        apart = max(LOGIT // 20, _spread(term) // _STEPS)
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
    return [(title(term.title), value, f"{adds / LOGIT:+.2f}") for value, adds in rows]


def _span(low: str, high: str) -> str:
    if low and high:
        return f"{low} to below {high}"
    return f"from {low}" if low else f"below {high}" if high else "any"


def _spread(term: Term) -> int:
    """How far apart its values are, those of rare words and of what is unknown aside."""
    main = term.add[: -1 if isinstance(term.sides[0], NumberSide) else -2]
    return max(main, default=0) - min(main, default=0)


def _as_list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []


def _number(value: Any) -> float:
    try:
        return float(str(value))
    except ValueError:
        return 0.0


def _round_share(share: float) -> str:
    return f"{share:.0%}" if share >= 0.1 else f"{share:.1%}"


def _share(value: Any) -> str:
    return f"{_number(value):.1%}"


def _text(value: Any) -> str:
    return "" if value is None else str(value)
