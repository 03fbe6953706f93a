"""The report's section on learned models: how well each ranked leads it had not seen, what it uses
and what it refused.

Everything is read from the model's own text, where its verdict stands; a text that says less shows
less.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from leadlight.adapters.destinations.report.chart import INK, WIDTH, Chart, Spec
from leadlight.adapters.destinations.report.model_groups import group_charts
from leadlight.adapters.destinations.report.palette import ACCENT, MUTED
from leadlight.adapters.destinations.report.wording import title
from leadlight.playbook.model import Model, Term
from leadlight.playbook.spec import ModelScore, Playbook
from leadlight.results.model_card import (
    ModelCard,
    list_of,
    model_card,
    number_of,
    numbers,
    share_of,
    spread,
    term_rows,
    text_of,
)

SECTION = "models"
_CURVES = 6
_AXIS: Spec = {
    "tickCount": 5,
    "format": "%",
    "grid": True,
    "gridColor": MUTED,
    "gridOpacity": 0.3,
    "labelColor": INK,
}


@dataclass(frozen=True)
class ModelPage:
    """A model as the report shows it: its heading, its card and its pictures."""

    heading: str
    card: ModelCard
    charts: tuple[Chart, ...] = ()


def model_pages(playbook: Playbook, drawn: Sequence[Chart]) -> list[ModelPage]:
    """A page for every model that a score of the playbook is; `drawn` are the report's charts."""
    return [
        ModelPage(
            title(score.name),
            model_card(score.model, score.about),
            tuple(c for c in drawn if c.section == f"{SECTION} {score.name}"),
        )
        for score in _models(playbook)
    ]


def model_charts(playbook: Playbook) -> Iterable[tuple[Chart, Spec]]:
    """The pictures of every model that a score of the playbook is."""
    for score in _models(playbook):
        yield from charts_of_model(score.model, f"{SECTION} {score.name}")


def charts_of_model(model: Model, section: str) -> Iterable[tuple[Chart, Spec]]:
    """The gains curve, the calibration, both by source and by segment, and the curves of what
    weighs most.
    """
    gains = numbers(model.verdict.get("gains"))
    if gains:
        yield _gains(gains, section)
    tenths = [t for t in list_of(model.verdict.get("calibration")) if isinstance(t, Mapping)]
    if tenths:
        yield _calibration(tenths, section)
    yield from group_charts(model.verdict, gains, section)
    curves = sorted((t for t in model.terms if len(t.of) == 1), key=spread, reverse=True)[:_CURVES]
    if curves:
        yield _curves(curves, section)


def _models(playbook: Playbook) -> list[ModelScore]:
    return [s for s in playbook.scores if isinstance(s, ModelScore)]


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
    points = [(number_of(t.get("said")), number_of(t.get("came"))) for t in tenths]
    figures = tuple(
        (share_of(t.get("said")), share_of(t.get("came")), text_of(t.get("leads"))) for t in tenths
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
    return [(title(row.what), row.value, f"{row.adds:+.2f}") for row in term_rows(term)]


def _round_share(share: float) -> str:
    return f"{share:.0%}" if share >= 0.1 else f"{share:.1%}"
