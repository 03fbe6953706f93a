"""Charts of the ladder, channels and models for the desk's pages, drawn as those of the report
are.
"""

from __future__ import annotations

from collections.abc import Sequence

from leadlight.adapters.destinations.report.chart import INK, Chart, Spec, draw_charts
from leadlight.adapters.destinations.report.charts import label_bars, source_bars
from leadlight.adapters.destinations.report.models import charts_of_model
from leadlight.adapters.destinations.report.wording import title, word
from leadlight.playbook.model import Model
from leadlight.results.channels import ChannelsResult
from leadlight.results.ladder import LadderScale
from leadlight.results.model_card import ModelPicture
from leadlight.results.summary import LabelCount, ScaleSummary, SourceSummary

_LINES = 10
_SHARES = (("Hot", "hot"), ("Target", "target"), ("Empty", "empty"))


def draw_ladders(scales: Sequence[LadderScale]) -> list[str]:
    """A picture of who stands on each label now, of each scale."""
    return _draw([_ladder(scale) for scale in scales])


def draw_channels(found: ChannelsResult) -> str:
    """A picture of the shares of hot, target and empty leads of the lines that bring most; nothing
    where there is no line.
    """
    lines = [line for line in found.lines if line.leads][:_LINES]
    shares = [(head, key) for head, key in _SHARES if getattr(found.whole, key) is not None]
    if not lines or not shares:
        return ""
    bars = [
        SourceSummary(line.name, line.leads, line.target or 0, line.empty or 0, line.hot or 0)
        for line in lines
    ]
    says = f"The shares of leads of each {found.by} that are {_in_words(shares)}."
    chart = Chart("channels", title(found.by), says, (), ())
    return _draw([(chart, source_bars(bars, shares))])[0]


def _ladder(scale: LadderScale) -> tuple[Chart, Spec]:
    counts = tuple(LabelCount(step.label, step.standing) for step in scale.steps)
    leads = sum(count.leads for count in counts)
    says = ", ".join(f"{count.leads:,} {word(count.label)}" for count in counts) + "."
    chart = Chart(scale.scale, title(scale.scale), says, (), ())
    return chart, label_bars(ScaleSummary(scale.scale, counts), leads)


def _in_words(shares: Sequence[tuple[str, str]]) -> str:
    *first, last = (head.lower() for head, _ in shares)
    return f"{', '.join(first)} or {last}" if first else last


def _draw(wanted: Sequence[tuple[Chart, Spec]]) -> list[str]:
    return [_in_page(chart) for chart in draw_charts(wanted)]


def _in_page(chart: Chart) -> str:
    """The picture; its words have the colour of the page, be it light or dark."""
    svg = str(chart.svg or "")
    for what in ("fill", "stroke"):
        svg = svg.replace(f'{what}="{INK}"', f'{what}="currentColor"')
    return svg


def draw_model(model: Model) -> list[ModelPicture]:
    """The pictures of a model: gains, calibration, both by group, and what weighs most."""
    return [
        ModelPicture(c.heading, c.says, _in_page(c), c.head, c.figures, c.numeric)
        for c in draw_charts(list(charts_of_model(model, "model")))
    ]
