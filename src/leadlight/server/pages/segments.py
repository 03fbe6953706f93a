"""Segments: how large they are, who came and left, what their leads did and bought; and their leads
to a file or an endpoint.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from leadlight.desk.leads.segment_figures import SegmentFiguresRequest, segment_figures
from leadlight.desk.leads.segment_trial import ExportSegmentRequest, export_segment
from leadlight.desk.live.deliveries import OutboxesRequest, outboxes
from leadlight.desk.live.segment_delivery import SendSegmentRequest, send_segment
from leadlight.desk.wiring import computer
from leadlight.problems import CannotDo
from leadlight.results.segments import SegmentFigure, SegmentFigures
from leadlight.results.summary import label_text
from leadlight.server.access.audit import record
from leadlight.server.pages.desk_page import DeskPage, moment_of, needs_leads, now, session_of
from leadlight.server.pages.kept_answers import KeptAnswers, answer_key
from leadlight.server.pages.part_page import unknown_button
from leadlight.server.pages.segments_page import SegmentsPlace, share_parts
from leadlight.server.scopes import may

_KEPT: KeptAnswers[SegmentFigures] = KeptAnswers()
#: So many overlaps are shown.
_OVERLAPS = 20


class SegmentsPage(SegmentsPlace):
    """The segments of a period; a button sends the leads of one to an endpoint."""

    part = "segments"
    template = "pages/segments.html"
    scope_to_do = "rules"

    def words(self, request: HttpRequest, form: QueryDict) -> dict[str, Any]:
        session = session_of(request)
        since, until = moment_of(request, "since"), moment_of(request, "until")
        try:
            found = _KEPT.get(
                answer_key(session, now(), since, until),
                lambda: segment_figures(session, SegmentFiguresRequest(now(), since, until)),
            )
        except CannotDo as fault:
            return {"nothing": str(fault), "needs_leads": needs_leads(fault)}
        earlier = _earlier(request, found)
        may_send = may(self.scopes, "rules")
        return {
            "found": found,
            "rows": [_row(figure, earlier.get(figure.name)) for figure in found.segments],
            "whole": _row(found.whole, earlier.get("")),
            "has_earlier": bool(earlier),
            "overlaps": _overlaps(found),
            "endpoints": _endpoints(request) if may_send else [],
            "may_send": may_send,
            "chosen": form.get("segment", ""),
        }

    def do(self, request: HttpRequest, form: QueryDict) -> HttpResponse:
        if form.get("do") != "send":
            raise unknown_button()
        wanted = SendSegmentRequest(form.get("segment", ""), form.get("endpoint", ""), now())
        done = send_segment(session_of(request), wanted)
        record(request, "send-segment", f"{done.name} to {done.endpoint.name}")
        words = {"n": f"{done.leads:,}", "name": done.name, "endpoint": done.endpoint.name}
        said = _("%(n)s leads of %(name)s are on their way to %(endpoint)s.")
        messages.info(request, said % words)
        return self.again()


class SegmentFilePage(DeskPage):
    """The leads of a segment, or of a condition, as a file. Who took it is kept."""

    scope = "act"

    def get(self, request: HttpRequest) -> FileResponse:
        segment, when = request.GET.get("segment"), request.GET.get("when")
        with computer.private_folder() as folder:
            wanted = ExportSegmentRequest(folder / "leads.csv", now(), segment, when)
            done = export_segment(session_of(request), wanted)
            opened = done.file.path.open("rb")
        subject = f"{segment or when}: {done.leads} leads"
        record(request, "export-segment", subject)
        name = f"{done.name}-{now():%Y-%m-%d}.csv"
        return FileResponse(
            opened, as_attachment=True, filename=name, content_type="text/csv; charset=utf-8"
        )


def _earlier(request: HttpRequest, found: SegmentFigures) -> dict[str, SegmentFigure]:
    """The same segments in the period before, as long as this one; nothing where no run was stored
    by then.
    """
    session, until = session_of(request), found.since
    try:
        since = until - (found.until - found.since)
        before = _KEPT.get(
            answer_key(session, now(), since, until),
            lambda: segment_figures(session, SegmentFiguresRequest(now(), since, until)),
        )
    except (CannotDo, OverflowError):
        return {}
    return {figure.name: figure for figure in (*before.segments, before.whole)}


def _row(figure: SegmentFigure, earlier: SegmentFigure | None) -> dict[str, Any]:
    """A segment as a row of texts, beside the period before."""
    shares = [(figure.opened, earlier and earlier.opened)]
    shares += [(figure.clicked, earlier and earlier.clicked)]
    shares += [(figure.replied, earlier and earlier.replied)]
    return {
        "figure": figure,
        "word": label_text(figure.name) if figure.name else "",
        "url": f"{reverse('leads')}?{urlencode({'segment': figure.name})}",
        "file": f"{reverse('segment-file')}?{urlencode({'segment': figure.name})}",
        "earlier": earlier,
        "shares": [
            (*share_parts(share), share_parts(was)[0] if was else "") for share, was in shares
        ],
        "conversion": share_parts(figure.conversion),
        "value": "" if figure.value is None else f"{figure.value:,.0f}",
    }


def _overlaps(found: SegmentFigures) -> list[dict[str, Any]]:
    """Pairs of segments, with the part of the smaller that is in the larger."""
    sizes = {figure.name: figure.leads for figure in found.segments}
    return [
        {
            "one": label_text(pair.one),
            "other": label_text(pair.other),
            "leads": pair.leads,
            "share": f"{pair.leads / (min(sizes[pair.one], sizes[pair.other]) or 1):.0%}",
        }
        for pair in found.overlaps[:_OVERLAPS]
    ]


def _endpoints(request: HttpRequest) -> list[str]:
    """The endpoints that a segment can be sent to."""
    found = outboxes(session_of(request), OutboxesRequest(now())).outboxes
    return [outbox.endpoint.name for outbox in found]
