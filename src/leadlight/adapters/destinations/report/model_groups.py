"""The report's pictures of how a model does for parts of the leads: by source, by segment, each
part judged by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from leadlight.adapters.destinations.report.chart import (
    INK,
    STEP,
    WIDTH,
    Chart,
    Spec,
    names_axis,
    room_for,
)
from leadlight.adapters.destinations.report.palette import ACCENT, MUTED
from leadlight.adapters.destinations.report.wording import distinct, word
from leadlight.results.model_card import numbers

_SMALL = 128  # the side of a small picture; two stand beside each other
_NAME = 20
_AXIS: Spec = {
    "format": "%",
    "grid": True,
    "gridColor": MUTED,
    "gridOpacity": 0.3,
    "labelColor": INK,
}


@dataclass(frozen=True)
class Part:
    """A part of the leads that judged: what was said and what came, the interval of that, how it
    ranks and its gains curve.
    """

    name: str
    leads: int
    said: float
    came: float
    low: float
    high: float
    auc: float | None
    gains: tuple[float, ...]

    @property
    def sound(self) -> bool:
        """Whether what was said is within the interval of what came."""
        return self.low <= self.said <= self.high

    def at(self, share: float) -> float:
        """The share of its outcomes that this share of it held, best first."""
        return self.gains[min(len(self.gains), max(1, round(share * len(self.gains)))) - 1]


def group_charts(
    verdict: Mapping[str, Any], everybody: Sequence[float], section: str
) -> Iterable[tuple[Chart, Spec]]:
    """For each thing the leads were parted by: what was said beside what came, and the gains
    curves.
    """
    for of, parts in _parts_of(verdict.get("by")).items():
        yield _came(of, parts, section)
        curves = [p for p in parts if p.gains]
        if curves:
            yield _gains(of, curves, everybody, section)


def _came(of: str, parts: Sequence[Part], section: str) -> tuple[Chart, Spec]:
    off = [p for p in parts if not p.sound]
    says = (
        "Each line is the 95 % interval of what came, the dot what came, the stroke what it said."
        f" {_sound(parts, off)}"
    )
    figures = tuple(
        (
            p.name,
            f"{p.leads:,}",
            _share(p.said),
            _share(p.came),
            f"{_share(p.low)} to {_share(p.high)}",
            _auc(p),
        )
        for p in parts
    )
    head = (word(of), "Leads", "Said", "Came", "95 % interval", "AUC")
    chart = Chart(
        f"came by {of}",
        f"Said and came, by {word(of)}",
        says,
        head,
        figures,
        section=section,
        numeric=1,
    )
    room = room_for(p.name for p in parts)
    values = [
        {"part": p.name, "said": p.said, "came": p.came, "low": p.low, "high": p.high}
        for p in parts
    ]
    y = {**names_axis("part", room)}
    x: Spec = {"type": "quantitative", "axis": {**_AXIS, "tickCount": 4}, "scale": {"domainMin": 0}}
    return chart, {
        "data": {"values": values},
        "width": WIDTH - room - 14,
        "height": {"step": STEP},
        "layer": [
            {
                "mark": {"type": "rule", "color": ACCENT, "strokeWidth": 2},
                "encoding": {"y": y, "x": {"field": "low", **x}, "x2": {"field": "high"}},
            },
            {
                "mark": {
                    "type": "point",
                    "filled": True,
                    "size": 60,
                    "color": ACCENT,
                    "opacity": 1,
                },
                "encoding": {"y": y, "x": {"field": "came", **x}},
            },
            {
                "mark": {
                    "type": "tick",
                    "color": INK,
                    "thickness": 3,
                    "size": 16,
                    "opacity": 1,
                },
                "encoding": {"y": y, "x": {"field": "said", **x}},
            },
        ],
    }


def _sound(parts: Sequence[Part], off: Sequence[Part]) -> str:
    if not off:
        return (
            "What it said lies within the interval for every part."
            if len(parts) > 1
            else "It lies within."
        )
    said = "; ".join(f"of {p.name} it said {_share(p.said)} and {_share(p.came)} came" for p in off)
    return f"What it said lies outside for {len(off)} of {len(parts)}: {said}."


def _gains(
    of: str, parts: Sequence[Part], everybody: Sequence[float], section: str
) -> tuple[Chart, Spec]:
    best, worst = (f(parts, key=lambda p: p.at(0.5)) for f in (max, min))
    says = (
        "Leads of each part, best first, and the share of its outcomes they held. The best half"
        f" held {best.at(0.5):.0%} in {best.name}"
    )
    says += f", {worst.at(0.5):.0%} in {worst.name}" if worst is not best else ""
    says += (
        "; a random half would hold half (dashed). Grey: all leads."
        if everybody
        else "; a random half would hold half (dashed)."
    )
    figures = tuple(
        (p.name, f"{p.leads:,}", *(f"{p.at(s):.0%}" for s in (0.1, 0.2, 0.5))) for p in parts
    )
    head = (word(of), "Leads", "Best 10 %", "Best 20 %", "Best 50 %")
    chart = Chart(
        f"gains by {of}", f"Gains, by {word(of)}", says, head, figures, section=section, numeric=1
    )
    if len(parts) == 1:
        return chart, _curve(parts[0], everybody, WIDTH - 30, 200)
    small = [_curve(p, everybody, _SMALL - 26, _SMALL - 38) for p in parts]
    return chart, {"concat": small, "columns": 2, "spacing": {"row": 10, "column": 20}}


def _curve(part: Part, everybody: Sequence[float], width: int, height: int) -> Spec:
    """One part's curve over the diagonal and over that of all leads."""
    axis = {**_AXIS, "values": [0, 0.5, 1], "labelFontSize": 10}
    encoding = {
        "x": {"field": "x", "type": "quantitative", "axis": axis},
        "y": {"field": "y", "type": "quantitative", "axis": {**axis, "minExtent": 30}},
    }

    def line(curve: Sequence[float], **mark: Any) -> Spec:
        points = [
            {"x": 0.0, "y": 0.0},
            *({"x": n / len(curve), "y": v} for n, v in enumerate(curve, 1)),
        ]
        return {"data": {"values": points}, "mark": {"type": "line", **mark}, "encoding": encoding}

    layers = [line([1.0], color=MUTED, strokeDash=[4, 4])]
    layers += [line(everybody, color=MUTED, strokeWidth=2)] if everybody else []
    told = f"{part.leads:,} leads" + (f", AUC {part.auc:.2f}" if part.auc is not None else "")
    title = {
        "text": word(part.name, _NAME),
        "subtitle": told,
        "subtitleFontSize": 10,
        "subtitleColor": INK,
        "limit": _SMALL,
    }
    return {
        "title": title,
        "width": width,
        "height": height,
        "layer": [*layers, line(part.gains, color=ACCENT, strokeWidth=2)],
    }


def _parts_of(listed: Any) -> dict[str, list[Part]]:
    """The parts by what they were made of; what cannot be read is left out."""
    out: dict[str, list[Part]] = {}
    for row in listed if isinstance(listed, list | tuple) else ():
        part = _part(row) if isinstance(row, Mapping) else None
        if part is not None:
            out.setdefault(str(row.get("of") or "group"), []).append(part)
    return {of: _with_names(parts) for of, parts in out.items()}


def _part(row: Mapping[str, Any]) -> Part | None:
    came = numbers(row.get("came"))
    said, leads = numbers([row.get("said")]), numbers([row.get("leads")])
    if len(came) != 3 or not said or not leads:
        return None
    share, low, high = came
    auc = numbers([row.get("auc")])
    return Part(
        str(row.get("group") or "(empty)"),
        int(leads[0]),
        said[0],
        share,
        low,
        high,
        auc[0] if auc else None,
        tuple(numbers(row.get("gains"))),
    )


def _with_names(parts: Sequence[Part]) -> list[Part]:
    """The parts with names that a reader can tell apart."""
    names = distinct([word(p.name, _NAME) for p in parts])
    return [replace(p, name=name) for p, name in zip(parts, names, strict=True)]


def _share(value: float) -> str:
    return f"{value:.0%}" if value >= 0.1 or value == 0 else f"{value:.1%}"


def _auc(part: Part) -> str:
    return "" if part.auc is None else f"{part.auc:.2f}"
