"""The report's section of people and their clocks, in a workspace that has a roster."""

from __future__ import annotations

from datetime import datetime

from leadlight.desk.workspace.workspace import Workspace
from leadlight.results.whose_turn import WhoseTurn
from leadlight.route.roster.read import ROSTER


def turns_section(workspace: Workspace, as_of: datetime) -> WhoseTurn | None:
    """The section; None in a workspace without a roster, as most are. What counts business hours
    takes as long to import as the engine, so that it is imported behind this question only.
    """
    if not (workspace.folder / ROSTER).exists():
        return None
    from leadlight.desk.routing.whose_turn import whose_turn

    return whose_turn(workspace, as_of)
