"""A page of segments."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from leadlight.predict.judge.metrics import Estimate
from leadlight.server.pages.part_page import PartPage


class SegmentsPlace(PartPage):
    """A part of the segments."""

    place = "segments"
    parts = (
        ("segments", _("In numbers")),
        ("segment-builder", _("Build one")),
        ("segment-list", _("Make a list")),
        ("market-research", _("Who is outside")),
    )


def share_parts(share: Estimate) -> tuple[str, str]:
    """A share, and its 95 % interval; nothing where the leads cannot tell."""
    if share.value is None:
        return "", ""
    if share.low is None or share.high is None:
        return f"{share.value:.1%}", ""
    return f"{share.value:.1%}", f"{share.low:.1%} – {share.high:.1%}"
