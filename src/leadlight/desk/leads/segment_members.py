"""The leads of a segment of the playbook, as the last run left them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from leadlight.desk.leads.standing_run import standing_run
from leadlight.desk.wiring import segment_numbers
from leadlight.desk.workspace.workspace import Workspace
from leadlight.problems import CannotDo, did_you_mean

if TYPE_CHECKING:
    from leadlight.desk.wiring.segment_numbers import SegmentLeads


def segment_leads(workspace: Workspace, now: datetime) -> SegmentLeads:
    """The leads of a segment, to be counted, shown and written."""
    return segment_numbers.segment_leads(workspace.con, workspace.ledger.holdings(), now)


def check_segment(workspace: Workspace, wanted: str) -> str:
    """A segment of the playbook of the last run. Raises `CannotDo` where it has none of that
    name.
    """
    names = [segment.name for segment in standing_run(workspace)[2].segments]
    if wanted not in names:
        hint = did_you_mean(wanted, names) or f"The segments are {', '.join(names) or 'none'}."
        raise CannotDo(f"The playbook has no segment {wanted!r}. {hint}", field="segment")
    return wanted
