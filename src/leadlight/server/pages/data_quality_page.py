"""A page of the data's quality, and what all of them do after a change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from leadlight.desk.live.outcome_log import MOST_LEADS
from leadlight.desk.live.requalify import Requalification, TickRequest, tick
from leadlight.server.pages.desk_page import now, session_of
from leadlight.server.pages.part_page import PartPage
from leadlight.server.scopes import Scope


class QualityPage(PartPage):
    """A part of the data's quality."""

    place = "data-quality"
    parts = (
        ("data-quality", _("Overview")),
        ("repairs", _("Repairs")),
        ("twins", _("Twins")),
        ("scanners", _("Scanners")),
        ("imports", _("Imports")),
    )
    part_scopes: ClassVar[Mapping[str, Scope]] = {"scanners": "rules"}


def requalify(request: HttpRequest) -> None:
    """Have the labels follow what was decided: at once, but where all of very many leads would have
    to be looked at.
    """
    tick(session_of(request), TickRequest(now()), Requalification(MOST_LEADS))
