"""Segments: the leads of one that may be reached by a channel, counted and as a file for it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import FileResponse, HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from leadlight.desk.leads.contact_list import ContactListRequest, contact_list
from leadlight.desk.leads.lead_list import lead_filters
from leadlight.desk.wiring import computer
from leadlight.facts.contact_channels import CHANNELS
from leadlight.nurture.permission import ALL_PURPOSES
from leadlight.problems import CannotDo
from leadlight.results.summary import label_text
from leadlight.server.access.audit import record
from leadlight.server.pages.desk_page import DeskPage, now, session_of
from leadlight.server.pages.segments_page import SegmentsPlace
from leadlight.server.scopes import may


class SegmentListPage(SegmentsPlace):
    """Who of a segment may be reached by a channel. The address is the list."""

    part = "segment-list"
    template = "pages/segment_list.html"

    def words(self, request: HttpRequest, form: QueryDict) -> dict[str, Any]:
        session = session_of(request)
        channel = form.get("channel", "")
        words: dict[str, Any] = {
            "channels": [(name, _channel_text(name)) for name in CHANNELS],
            "purposes": [(name, label_text(name)) for name in ALL_PURPOSES],
            "segments": [(n, label_text(n)) for n in lead_filters(session, now()).segments],
            "channel": channel,
            "segment": form.get("segment", ""),
            "purpose": form.get("purpose", ""),
            "without": form.get("without", ""),
        }
        if not channel:
            return words
        try:
            found = contact_list(session, _request_of(form))
        except CannotDo as fault:
            return {**words, "nothing": str(fault)}
        file = f"{reverse('segment-list-file')}?{urlencode(_fields(form))}"
        may_take = may(self.scopes, "act") and found.listed
        return {**words, "found": found, "file": file if may_take else ""}


class SegmentListFilePage(DeskPage):
    """The list as a file. Who took it is kept."""

    scope = "act"

    def get(self, request: HttpRequest) -> FileResponse:
        with computer.private_folder() as folder:
            wanted = _request_of(request.GET)
            form = "csv" if CHANNELS[wanted.channel].is_audience else "xlsx"
            done = contact_list(
                session_of(request),
                ContactListRequest(
                    wanted.channel,
                    wanted.now,
                    folder / f"list.{form}",
                    wanted.segment,
                    None,
                    wanted.purpose,
                    without=wanted.without,
                ),
            )
            assert done.file is not None
            opened = done.file.path.open("rb")
        subject = f"{done.channel}, {wanted.segment or 'all'}, {done.purpose}: {done.listed} leads"
        record(request, "list", subject)
        name = f"{done.channel}-{now():%Y-%m-%d}.{form}"
        return FileResponse(opened, as_attachment=True, filename=name)


def _fields(form: QueryDict) -> dict[str, str]:
    names = ("channel", "segment", "purpose", "without")
    return {name: form[name] for name in names if form.get(name)}


def _request_of(form: QueryDict) -> ContactListRequest:
    """What a form asks for. Raises `CannotDo` for a channel that there is not."""
    if form.get("channel") not in CHANNELS:
        raise CannotDo(_("There is no such channel."), field="channel")
    return ContactListRequest(
        form["channel"],
        now(),
        None,
        form.get("segment") or None,
        None,
        form.get("purpose") or None,
        without=("customers",) if form.get("without") == "customers" else (),
    )


def _channel_text(name: str) -> str:
    """A channel as it is shown."""
    words: dict[str, str] = {
        "google-ads": "Google Ads",
        "meta-ads": "Meta Ads",
        "linkedin-ads": "LinkedIn Ads",
        "microsoft-ads": "Microsoft Advertising",
        "dialler": _("Calls"),
        "text": _("Text messages"),
        "mail": _("Mail merge by e-mail"),
        "post": _("Mail merge by post"),
    }
    return words[name]
