"""Pictures that stand in a page, and the process that draws them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadlight.playbook.model import Model
    from leadlight.results.channels import ChannelsResult
    from leadlight.results.ladder import LadderScale
    from leadlight.results.model_card import ModelPicture


def start_chart_process() -> None:
    """Charts will be wanted: let what draws them start while the leads are being read."""
    from leadlight.adapters.destinations.chart_process import drawer

    drawer.start()


def draw_ladders(scales: Sequence[LadderScale]) -> list[str]:
    """Who stands on each label of scales: a picture of each, as SVG to stand in a page."""
    from leadlight.adapters.destinations.report.pictures import draw_ladders

    return draw_ladders(scales)


def draw_channels(found: ChannelsResult) -> str:
    """The shares of hot, target and empty leads by channel: a picture, as SVG to stand in a
    page.
    """
    from leadlight.adapters.destinations.report.pictures import draw_channels

    return draw_channels(found)


def draw_model(model: Model) -> list[ModelPicture]:
    """The pictures of a model, as SVG to stand in a page."""
    from leadlight.adapters.destinations.report.pictures import draw_model

    return draw_model(model)
