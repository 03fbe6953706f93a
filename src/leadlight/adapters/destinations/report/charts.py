"""The report's charts of the base: what each shows, in a picture, in words and in figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from leadlight.adapters.destinations.report.chart import (
    INK,
    STEP,
    WIDTH,
    Chart,
    Spec,
    draw_charts,
    names_axis,
    room_for,
)
from leadlight.adapters.destinations.report.models import model_charts
from leadlight.adapters.destinations.report.palette import ACCENT, LABELS, MUTED, PALE, colour
from leadlight.adapters.destinations.report.quality import quality_charts
from leadlight.adapters.destinations.report.wording import (
    amount,
    distinct,
    number,
    share,
    short,
    title,
    word,
)
from leadlight.playbook.spec import ModelScore, Playbook
from leadlight.presentable import presentable
from leadlight.results.summary import (
    LabelCount,
    Overlap,
    ScaleSummary,
    ScoreSummary,
    SegmentSummary,
    SourceSummary,
    Summary,
)

_SOURCES = 10
_SHARES = {"hot": LABELS["hot"], "target": ACCENT}
_SEGMENTS = 10


def charts(summary: Summary, playbook: Playbook) -> list[Chart]:
    """All charts that this summary and its playbook's models have something for, drawn."""
    likely = frozenset(s.name for s in playbook.scores if isinstance(s, ModelScore))
    wanted = [
        *_specifications(summary, likely),
        *quality_charts(summary.quality),
        *model_charts(playbook),
    ]
    return draw_charts([c for c in wanted if c is not None])


def _specifications(
    summary: Summary, likely: frozenset[str]
) -> Iterable[tuple[Chart, Spec] | None]:
    scales = [s for s in summary.scales if s.labels]
    ladders = [s for name in ("temperature", "stage") if (s := summary.scale(name))]
    for scale in ladders:
        yield _scale(scale, summary.leads)
    yield _others([s for s in scales if s not in ladders], summary.leads)
    yield _scores(summary.scores, likely)
    yield _sources(summary)
    yield _segments(summary.segments, summary.leads)
    yield _overlaps(summary)


def _scale(scale: ScaleSummary, leads: int) -> tuple[Chart, Spec]:
    heading = title(scale.name)
    head = ("Label", "Leads", "Share")
    chart = Chart(
        scale.name, heading, _in_words(scale, leads), head, _rows(scale, leads), obvious=True
    )
    return chart, label_bars(scale, leads)


def _others(scales: Sequence[ScaleSummary], leads: int) -> tuple[Chart, Spec] | None:
    if not scales:
        return None
    first, *rest = (title(s.name) for s in scales)
    heading = "Other scales" if len(rest) > 1 else " and ".join([first, *map(str.lower, rest)])
    figures = tuple((title(s.name), *row) for s in scales for row in _rows(s, leads))
    says = " ".join(f"{title(s.name)}: {_in_words(s, leads)}" for s in scales)
    room = room_for(word(c.label) for s in scales for c in s.labels)
    parts = [{"title": title(s.name), **label_bars(s, leads, room)} for s in scales]
    head = ("Scale", "Label", "Leads", "Share")
    return Chart("scales", heading, says, head, figures, obvious=True), {"vconcat": parts}


def _rows(scale: ScaleSummary, leads: int) -> tuple[tuple[str, ...], ...]:
    return tuple((word(c.label), f"{c.leads:,}", share(c.leads, leads)) for c in scale.labels)


def _in_words(scale: ScaleSummary, leads: int) -> str:
    return (
        ", ".join(f"{c.leads:,} {word(c.label)} ({share(c.leads, leads)})" for c in scale.labels)
        + "."
    )


def label_bars(scale: ScaleSummary, leads: int, room: int | None = None) -> Spec:
    """A bar for each label, with its leads and their share."""
    names = distinct([word(c.label) for c in scale.labels])
    room = room or room_for(names)
    most = max([c.leads for c in scale.labels] + [1])
    values = [
        {
            "label": n,
            "leads": c.leads,
            "said": f"{c.leads:,} · {share(c.leads, leads)}",
            "colour": colour(c.label),
        }
        for n, c in zip(names, scale.labels, strict=True)
    ]
    x = {
        "field": "leads",
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": [0, most * 1.6]},
    }
    return {
        "data": {"values": values},
        "width": WIDTH - room,
        "height": {"step": STEP},
        "encoding": {"y": names_axis("label", room), "x": x},
        "layer": [
            {
                "mark": {"type": "bar", "height": 16},
                "encoding": {"color": {"field": "colour", "type": "nominal", "scale": None}},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 6},
                "encoding": {"text": {"field": "said"}},
            },
        ],
    }


def _scores(scores: Sequence[ScoreSummary], likely: frozenset[str]) -> tuple[Chart, Spec] | None:
    """How the scores are spread; those in `likely` are probabilities and told in per cent."""
    known = [s for s in scores if s.bins]
    if not known:
        return None
    said, figures, histograms = [], [], []
    for score in known:
        is_likely = score.name in likely
        written = _percent if is_likely else number
        said.append(
            f"{title(score.name)}: average {written(score.average)}, from {written(score.lowest)}"
            f" to {written(score.highest)}."
        )
        figures += [
            (title(score.name), f"{written(b.low)} to {written(b.high)}", f"{b.leads:,}")
            for b in score.bins
        ]
        histograms.append(_histogram(score, "~%" if is_likely else "~s"))
    head = ("Score", "From and to", "Leads")
    chart = Chart("scores", "Scores", " ".join(said), head, tuple(figures))
    return chart, {"vconcat": histograms}


def _percent(value: float | None) -> str:
    return "unknown" if value is None else f"{value * 100:.1f}".rstrip("0").rstrip(".") + "%"


def _histogram(score: ScoreSummary, written: str) -> Spec:
    gap = (score.bins[0].high - score.bins[0].low) * 0.08
    values = [{"low": b.low + gap, "high": b.high - gap, "leads": b.leads} for b in score.bins]
    ends = [score.bins[0].low, score.bins[-1].high]
    y_axis = {
        "tickCount": 3,
        "grid": True,
        "gridColor": MUTED,
        "gridOpacity": 0.3,
        "labelColor": INK,
        "labelExpr": "format(datum.value, '~s')",
        "labelPadding": 6,
        "minExtent": 34,
        "maxExtent": 34,
    }
    return {
        "title": title(score.name),
        "data": {"values": values},
        "width": WIDTH - 34 - 14,
        "height": 90,
        "mark": {"type": "rect", "color": ACCENT},
        "encoding": {
            "x": {
                "field": "low",
                "type": "quantitative",
                "scale": {"domain": ends, "nice": False},
                "axis": {"tickCount": 5, "format": written},
            },
            "x2": {"field": "high"},
            "y": {"field": "leads", "type": "quantitative", "axis": y_axis},
            "y2": {"datum": 0},
        },
    }


def _sources(summary: Summary) -> tuple[Chart, Spec] | None:
    listed = summary.sources
    if not listed:
        return None
    shares = {key: head for head, key, scale in _COUNTED if summary.scale(scale)}
    spent = any(s.spend is not None for s in listed)
    money = (f"Spent {word(summary.currency)}".strip(), "Per hot lead") if spent else ()
    figures = tuple(_source_figures(s, list(shares), spent) for s in listed)
    head = ("Source", "Leads", *shares.values(), *money)
    chart = Chart("sources", "Sources", _sources_in_words(summary), head, figures)
    if not shares:  # nothing but how many: a bar for that
        return chart, label_bars(_as_scale(listed[:_SOURCES]), summary.leads)
    return chart, source_bars(listed[:_SOURCES], [(head, key) for key, head in shares.items()])


def _as_scale(sources: Sequence[SourceSummary]) -> ScaleSummary:
    return ScaleSummary("source", tuple(LabelCount(s.source, s.leads) for s in sources))


_COUNTED = (
    ("Hot", "hot", "temperature"),
    ("Target", "target", "audience"),
    ("Empty", "empty", "contact"),
)


def _source_figures(source: SourceSummary, shares: Sequence[str], spent: bool) -> tuple[str, ...]:
    counts = ((getattr(source, k), source.leads) for k in shares)
    return (
        word(source.source),
        f"{source.leads:,}",
        *(f"{n:,} ({share(n, leads)})" for n, leads in counts),
        *((amount(source.spend), amount(source.cost_per_hot)) if spent else ()),
    )


def _sources_in_words(summary: Summary) -> str:
    listed = summary.sources
    total = len(listed) + summary.sources_left
    says = (
        f"{word(listed[0].source)} brings most leads of {total:,} sources."
        if total > 1
        else "There is one source."
    )
    # A share of a handful of leads says nothing.
    enough = [s for s in listed if s.leads >= max(20, summary.leads * 0.01)]
    if summary.scale("temperature") and len(enough) > 1:
        best = max(enough, key=lambda s: (s.share(s.hot), s.leads))
        if best.hot:
            says += (
                f" {word(best.source)} has the highest share of hot leads,"
                f" {share(best.hot, best.leads)}."
            )
    return says


def source_bars(sources: Sequence[SourceSummary], shares: Sequence[tuple[str, str]]) -> Spec:
    """A bar for each share of each source, at places reckoned here: charts side by side take twice
    the time to draw.
    """
    names = distinct([word(s.source, 40) for s in sources])
    left = room_for(names)
    room = (WIDTH - left - 48) // max(1, len(shares))
    values: list[Spec] = [
        {"source": " ", "at": 42, "end": 42, "words": 38, "said": "Leads", "align": "right"}
    ]
    for n, s in zip(names, sources, strict=True):
        values.append(
            {
                "source": n,
                "at": 42,
                "end": 42,
                "words": 38,
                "said": f"{s.leads:,}",
                "align": "right",
            }
        )
    for i, (head, key) in enumerate(shares):
        at = 50 + i * room
        most = max(max(s.share(getattr(s, key)) for s in sources), 0.02)
        values.append(
            {"source": " ", "at": at, "end": at, "words": at, "said": head, "align": "left"}
        )
        for n, s in zip(names, sources, strict=True):
            end = at + (room - 42) * s.share(getattr(s, key)) / most
            values.append(
                {
                    "source": n,
                    "at": at,
                    "end": end,
                    "words": end + 4,
                    "align": "left",
                    "said": share(getattr(s, key), s.leads),
                    "colour": _SHARES.get(key, MUTED),
                }
            )

    def words(align: str) -> Spec:
        return {
            "transform": [{"filter": f"datum.align === '{align}'"}],
            "mark": {"type": "text", "align": align, "fontSize": 11.5},
            "encoding": {"x": place("words"), "text": {"field": "said"}},
        }

    def place(field: str) -> Spec:
        span = {"domain": [0, WIDTH - left], "nice": False}
        return {"field": field, "type": "quantitative", "axis": None, "scale": span}

    bars = {
        "transform": [{"filter": "datum.colour != null"}],
        "mark": {"type": "bar", "height": 14},
        "encoding": {
            "x": place("at"),
            "x2": {"field": "end"},
            "color": {"field": "colour", "type": "nominal", "scale": None},
        },
    }
    return {
        "data": {"values": values},
        "width": WIDTH - left,
        "height": {"step": STEP},
        "encoding": {"y": {**names_axis("source", left), "sort": [" ", *names]}},
        "layer": [bars, words("right"), words("left")],
    }


def _segments(segments: Sequence[SegmentSummary], leads: int) -> tuple[Chart, Spec] | None:
    if not segments:
        return None
    figures = tuple(
        (
            title(s.name),
            f"{s.leads:,}",
            share(s.leads, leads),
            f"{s.hot:,} ({share(s.hot, s.leads)})",
            presentable(s.about),
        )
        for s in segments
    )
    listed = sorted(segments, key=lambda s: -s.leads)[:_SEGMENTS]
    names = distinct([title(s.name) for s in listed])
    most = max([s.leads for s in listed] + [1])
    values = [
        {
            "segment": n,
            "leads": s.leads,
            "hot": s.hot,
            "said": f"{s.leads:,} · {share(s.hot, s.leads)} hot",
        }
        for n, s in zip(names, listed, strict=True)
    ]
    scale = {"domain": [0, most * 2.05]}
    x = {"field": "leads", "type": "quantitative", "axis": None, "scale": scale}
    spec = {
        "data": {"values": values},
        "width": WIDTH - room_for(names),
        "height": {"step": STEP},
        "encoding": {"y": names_axis("segment", room_for(names))},
        "layer": [
            {
                "mark": {"type": "bar", "height": 16, "color": ACCENT, "opacity": 0.35},
                "encoding": {"x": x},
            },
            {
                "mark": {"type": "bar", "height": 16, "color": LABELS["hot"]},
                "encoding": {"x": {**x, "field": "hot"}},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 6},
                "encoding": {"x": x, "text": {"field": "said"}},
            },
        ],
    }
    biggest = (
        f"The largest is {names[0]} with {listed[0].leads:,} leads."
        if listed[0].leads
        else "All are empty."
    )
    says = f"{biggest} The dark part of a bar is hot; a lead can be in several segments."
    return (
        Chart(
            "segments", "Segments", says, ("Segment", "Leads", "Share", "Hot", "Meaning"), figures
        ),
        spec,
    )


def _overlaps(summary: Summary) -> tuple[Chart, Spec] | None:
    sizes = {s.name: s.leads for s in summary.segments if s.leads}
    listed = sorted(sizes, key=lambda s: -sizes[s])[:_SEGMENTS]
    if len(listed) < 2:
        return None
    names = dict(zip(listed, distinct([title(s) for s in listed]), strict=True))
    values = [
        _overlap(summary, one, other, sizes) | {"one": names[one], "other": names[other]}
        for i, one in enumerate(listed)
        for other in listed[:i]
    ]
    pairs = sorted((o for o in summary.overlaps if o.leads), key=lambda o: -o.leads)
    figures = tuple((title(o.one), title(o.other), f"{o.leads:,}") for o in pairs[:45])
    chart = Chart(
        "overlaps",
        "Overlaps of segments",
        _overlaps_in_words(pairs),
        ("Segment", "And", "Leads in both"),
        figures,
    )
    return chart, _overlap_map(values, room_for(names.values()))


def _overlap(summary: Summary, one: str, other: str, sizes: Mapping[str, int]) -> Spec:
    """How many leads are in both, and the part of the smaller segment that they are."""
    both = {frozenset((o.one, o.other)): o.leads for o in summary.overlaps}
    n = both.get(frozenset((one, other)), 0)
    part = n / min(sizes[one], sizes[other])
    return {"share": part, "said": short(n), "ink": "#ffffff" if part > 0.75 else INK}


def _overlaps_in_words(pairs: Sequence[Overlap]) -> str:
    says = "How many leads are in both; the darker, the larger the part of the smaller segment."
    if not pairs:
        return says
    most = pairs[0]
    return f"{title(most.one)} and {title(most.other)} share most, {most.leads:,} leads. {says}"


def _overlap_map(values: Sequence[Spec], room: int) -> Spec:
    x_axis = {"orient": "bottom", "labelAngle": -40, "labelLimit": 90, "labelPadding": 4}
    return {
        "data": {"values": values},
        "width": WIDTH - room,
        "height": {"step": STEP},
        "resolve": {"scale": {"color": "independent"}},
        "encoding": {
            "y": names_axis("one", room),
            "x": {
                "field": "other",
                "type": "nominal",
                "sort": None,
                "axis": x_axis,
                "scale": {"padding": 0.04},
            },
        },
        "layer": [
            {
                "mark": {"type": "rect", "cornerRadius": 2},
                "encoding": {
                    "color": {
                        "field": "share",
                        "type": "quantitative",
                        "legend": None,
                        "scale": {"domain": [0, 1], "range": [PALE, ACCENT]},
                    }
                },
            },
            {
                "mark": {"type": "text", "fontSize": 11},
                "encoding": {
                    "text": {"field": "said"},
                    "color": {"field": "ink", "type": "nominal", "scale": None},
                },
            },
        ],
    }
