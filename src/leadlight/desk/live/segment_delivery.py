"""`send-segment`: each lead of a segment to an endpoint, as any delivery."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from leadlight.desk.leads.segment_members import check_segment, segment_leads
from leadlight.desk.leads.standing_run import standing_run
from leadlight.desk.live.endpoints import find_endpoint
from leadlight.desk.session import Session
from leadlight.facts.deliveries import Delivery
from leadlight.problems import CannotDo
from leadlight.results.segments import SegmentDelivery

#: So many leads are sent to an endpoint at once.
MOST_SENT = 10_000


@dataclass(frozen=True)
class SendSegmentRequest:
    """Send each lead of a segment of the playbook, as the last run left it, to an endpoint: with
    its newest labels, signed and tried again as any delivery. At most 10,000 leads at once.
    """

    segment: str
    endpoint: str
    now: datetime


def send_segment(session: Session, request: SendSegmentRequest) -> SegmentDelivery:
    """Have the leads of a segment delivered to an endpoint. Raises `CannotDo` for a segment or an
    endpoint that is not there, where nobody is in it, and where too many are.
    """
    with session.read_often("segments", request.now) as workspace:
        name = check_segment(workspace, request.segment)
        leads = segment_leads(workspace, request.now)
        leads.take_from_run(standing_run(workspace)[1], name)
        changes = leads.changes(MOST_SENT + 1)
    if not changes:
        raise CannotDo(f"Nobody is in the segment {name}.", field="segment")
    if len(changes) > MOST_SENT:
        raise CannotDo(
            f"More than {MOST_SENT:,} leads are in {name}: write them to a file instead.",
            field="segment",
        )
    with session.write("endpoint", request.now) as workspace:
        book = workspace.ledger.deliveries()
        endpoint = find_endpoint(book.endpoints(), request.endpoint)
        to = endpoint.endpoint_id
        owed = [Delivery(to, run, lead, "owed", 0, "", None, request.now) for run, lead in changes]
        book.record(owed, {}, request.now)
    return SegmentDelivery(name, endpoint, len(owed))
