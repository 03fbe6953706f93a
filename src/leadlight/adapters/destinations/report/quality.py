"""The data-quality part of the report: why leads are empty and what that costs, in two pictures and
as tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from leadlight.adapters.destinations.report.chart import (
    STEP,
    WIDTH,
    Chart,
    Spec,
    names_axis,
    room_for,
)
from leadlight.adapters.destinations.report.palette import ACCENT, LABELS, WASTE
from leadlight.adapters.destinations.report.wording import amount, distinct, share, word
from leadlight.presentable import presentable
from leadlight.results.quality import POINT_WORDS, Quality, Reason, Waste

SECTION = "quality"
_REASONS = 8
_SOURCES = 10
_ROOM = 62  # for the figures behind the bars


def quality_charts(quality: Quality | None) -> Iterable[tuple[Chart, Spec]]:
    """Empty leads by reason, and what each source's empty and non-target leads cost."""
    if quality is None or not quality.leads:
        return
    if quality.reasons:
        yield _reasons(quality)
    if any(s.either for s in quality.sources):
        yield _sources(quality)


def _reasons(quality: Quality) -> tuple[Chart, Spec]:
    figures = tuple((r.say, f"{r.leads:,}", share(r.leads, quality.empty)) for r in quality.reasons)
    says = ", ".join(f"{presentable(r.say)}: {r.leads:,}" for r in quality.reasons[:_REASONS]) + "."
    head = ("Reason", "Leads", "Of the empty")
    chart = Chart(
        "reasons", "Empty leads by reason", says, head, figures, True, section=SECTION, numeric=1
    )
    return chart, _reason_bars(quality.reasons[:_REASONS], quality.empty)


def _reason_bars(reasons: Sequence[Reason], empties: int) -> Spec:
    """A sentence above each bar: on the left of it there is no room for one."""
    most = max(r.leads for r in reasons)
    names = distinct([presentable(r.say, 58) for r in reasons])
    values = [
        {
            "say": n,
            "none": 0,
            "leads": r.leads,
            "said": f"{r.leads:,} \u00b7 {share(r.leads, empties)}",
        }
        for n, r in zip(names, reasons, strict=True)
    ]
    x = {
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [0, most * WIDTH / (WIDTH - 90)]},
    }
    return {
        "data": {"values": values},
        "width": WIDTH,
        "height": {"step": 42},
        "encoding": {"y": {"field": "say", "type": "nominal", "sort": None, "axis": None}},
        "layer": [
            {
                "mark": {
                    "type": "text",
                    "align": "left",
                    "dy": -10,
                    "fontSize": 11,
                    "limit": WIDTH,
                },
                "encoding": {"x": {**x, "field": "none"}, "text": {"field": "say"}},
            },
            {
                "mark": {"type": "bar", "height": 14, "yOffset": 8, "color": ACCENT},
                "encoding": {"x": {**x, "field": "leads"}},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 6, "dy": 8},
                "encoding": {"x": {**x, "field": "leads"}, "text": {"field": "said"}},
            },
        ],
    }


def _sources(quality: Quality) -> tuple[Chart, Spec]:
    wanted = quality.non_target is not None
    costed = quality.spent is not None
    head = (
        "Source",
        *(("In vain", "Spent") if costed else ()),
        "Leads",
        "Empty",
        *(("Non-target", "Either") if wanted else ()),
    )
    rows = [*quality.sources, *([quality.others] if quality.others else [])]
    figures = tuple(_row(s, quality, wanted, costed) for s in rows)
    if len(rows) > 1:
        figures += (_total(quality, wanted),)
    says = "A lead that is both empty and non-target counts once." if wanted else ""
    chart = Chart(
        "waste",
        _waste_heading(quality, wanted),
        f"{says}{_spend_in_words(quality)}".strip(),
        head,
        figures,
        section=SECTION,
        numeric=1,
        total=len(rows) > 1,
    )
    return chart, _source_bars([s for s in quality.sources if s.either][:_SOURCES], costed)


def _waste_heading(quality: Quality, wanted: bool) -> str:
    nobody = "empty or non-target" if wanted else "empty"
    if quality.spent is None:
        return f"Where {nobody} leads come from"
    currency = f", in {word(quality.currency, 20)}" if quality.currency else ""
    return f"What {nobody} leads cost{currency}"


def _spend_in_words(quality: Quality) -> str:
    """How what was spent is shared out, and what no lead came of."""
    if quality.spent is None:
        return ""
    money = f", in {word(quality.currency, 20)}," if quality.currency else ""
    says = f" A source's spend{money} is shared out evenly over its leads."
    if quality.spent.elsewhere >= 1:
        more = f"{quality.spent.elsewhere:,.0f} {quality.currency}".rstrip()
        says += f" {presentable(more, 40)} more went to sources that brought no lead of this base."
    return says


def _row(s: Waste, quality: Quality, wanted: bool, costed: bool) -> tuple[str, ...]:
    name = word(s.source) if s is not quality.others else f"{quality.sources_left:,} more"
    parts = (s.empty, s.non_target, s.either) if wanted else (s.empty,)
    money = (amount(s.cost), amount(s.spend)) if costed else ()
    return name, *money, f"{s.leads:,}", *(f"{n:,} ({share(n, s.leads)})" for n in parts)


def _total(quality: Quality, wanted: bool) -> tuple[str, ...]:
    whole = Waste(
        "All sources", quality.leads, quality.empty, quality.non_target or 0, quality.either
    )
    name, *counts = _row(whole, quality, wanted, False)
    spent = quality.spent
    return name, *((amount(spent.on_either), amount(spent.total)) if spent else ()), *counts


def _parts(source: Waste, costed: bool) -> tuple[float, float]:
    """Of a source what empty leads are, and what all leads of no use are: in money, or of its
    leads.
    """
    if costed:
        return source.part(source.empty) or 0.0, source.cost or 0.0
    return source.empty / source.leads, source.either / source.leads


def _source_bars(sources: Sequence[Waste], costed: bool) -> Spec:
    """A bar in two parts: empty leads, then non-target ones among the others; in money where that
    is known.
    """
    sources = [s for s in sources if not costed or s.cost is not None] or list(sources)
    names = distinct([word(s.source, 40) for s in sources])
    left = room_for(names)
    values: list[Spec] = []
    ends: list[Spec] = []
    for n, s in zip(names, sources, strict=True):
        lost, whole = _parts(s, costed)
        values += [
            {"source": n, "at": 0, "end": lost, "colour": LABELS["hot"]},
            {"source": n, "at": lost, "end": whole, "colour": WASTE},
        ]
        ends.append(
            {
                "source": n,
                "end": whole,
                "said": amount(whole) if costed else share(s.either, s.leads),
            }
        )
    most = max(float(v["end"]) for v in ends) or 1.0
    span = {"domain": [0, most * (WIDTH - left) / (WIDTH - left - _ROOM)], "nice": False}
    x = {"type": "quantitative", "axis": None, "scale": span}
    return {
        "width": WIDTH - left,
        "height": {"step": STEP},
        "encoding": {"y": {**names_axis("source", left), "sort": names}},
        "layer": [
            {
                "data": {"values": values},
                "mark": {"type": "bar", "height": 14},
                "encoding": {
                    "x": {**x, "field": "at"},
                    "x2": {"field": "end"},
                    "color": {"field": "colour", "type": "nominal", "scale": None},
                },
            },
            {
                "data": {"values": ends},
                "mark": {"type": "text", "align": "left", "dx": 6},
                "encoding": {"x": {**x, "field": "end"}, "text": {"field": "said"}},
            },
        ],
    }


def most_due(quality: Quality | None) -> str:
    """When most contacts become due, after the word `Most`: by kind of contact point, or at once
    where it is one week.
    """
    later = [r for r in quality.rechecks if r.week] if quality else []
    if len({r.week for r in later}) == 1 and len(later) > 1:
        return f"become due in the {_week(later[0].week)} ({sum(r.most for r in later):,})"
    return ", most ".join(
        f"{POINT_WORDS[r.point][1]} become due in the {_week(r.week)} ({r.most:,})" for r in later
    )


def _week(moment: datetime | None) -> str:
    return "" if moment is None else f"week of {moment.day} {moment:%B %Y}"
