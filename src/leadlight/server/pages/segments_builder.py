"""Segments: a new one is built by words, and its leads are counted as one types. It stands in the
address; it becomes a file, or a line in one's draft of the playbook.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from leadlight.desk.leads.segment_trial import (
    UNNAMED,
    AddSegmentRequest,
    TrySegmentRequest,
    add_segment,
    try_segment,
)
from leadlight.desk.rules.agreement import HistoryRequest, history
from leadlight.desk.rules.sentences import PlaybookRequest, playbook
from leadlight.problems import CannotDo
from leadlight.server.access.audit import record
from leadlight.server.drafts.playbook_draft import (
    DraftFields,
    begin_draft,
    find_draft,
    save_draft,
)
from leadlight.server.pages.desk_page import now, session_of
from leadlight.server.pages.part_page import unknown_button
from leadlight.server.pages.segments_page import SegmentsPlace
from leadlight.server.scopes import may

#: Words that stand in rules of activities alone.
_NOT_OF_LEADS = ("activity", "of an activity")


class SegmentBuilderPage(SegmentsPlace):
    """The builder. Its address is the segment; with `part` it answers with the count alone."""

    part = "segment-builder"
    template = "pages/segment_builder.html"
    scope_to_do = "rules"

    def get(self, request: HttpRequest) -> HttpResponse:
        if request.GET.get("part") == "count":
            return render(request, "pages/segment_count.html", self._count(request, request.GET))
        return super().get(request)

    def words(self, request: HttpRequest, form: QueryDict) -> dict[str, Any]:
        known = playbook(session_of(request), PlaybookRequest(now()))
        named = [word for word in known.words if word.what not in _NOT_OF_LEADS]
        named.sort(key=lambda word: word.what)
        return {
            **self._count(request, form),
            "named": [(what, list(words)) for what, words in groupby(named, lambda w: w.what)],
        }

    def do(self, request: HttpRequest, form: QueryDict) -> HttpResponse:
        action = form.get("do")
        if action not in ("draft", "track"):
            raise unknown_button()
        session = session_of(request)
        when, name = form.get("when", ""), form.get("name", "").strip() or UNNAMED
        draft = find_draft(request.user)
        text = draft.text if draft and draft.text else None
        wanted = AddSegmentRequest(when, name, now(), text, as_track=action == "track")
        new = add_segment(session, wanted).text
        if draft and draft.text:
            fields = DraftFields(new, draft.note, draft.leads)
            save_draft(request.user, fields, draft.number, draft.seen)
        else:
            versions = history(session, HistoryRequest(now())).versions
            newest = versions[0].version.number if versions else 0
            begin_draft(request.user, DraftFields(new), newest)
        record(request, f"add a {'track' if wanted.as_track else 'segment'} to a draft", name)
        said = _("The segment %(name)s is in your draft.")
        if wanted.as_track:
            said = _("The track %(name)s is in your draft. Its mail is content/%(name)s.md.")
        messages.info(request, said % {"name": name})
        return HttpResponseRedirect(reverse("playbook-edit"))

    def _count(self, request: HttpRequest, form: QueryDict) -> dict[str, Any]:
        """How many leads the condition of a form holds for, or what is wrong with it."""
        when, name = form.get("when", "").strip(), form.get("name", "").strip()
        words: dict[str, Any] = {
            "when": when,
            "name": name,
            "may_rules": may(self.scopes, "rules"),
            "may_act": may(self.scopes, "act"),
        }
        if not when:
            return words
        wanted = TrySegmentRequest(when, now(), name or UNNAMED)
        try:
            found = try_segment(session_of(request), wanted)
        except CannotDo as fault:
            return {**words, "trial_fault": str(fault)}
        if found.members:
            record(request, "see a lead", ", ".join(member.lead_id for member in found.members))
        return {
            **words,
            "trial": found,
            "share": f"{found.inside / found.leads:.1%}" if found.leads else "",
            "members": [(m, reverse("lead", args=[m.lead_id])) for m in found.members],
            "file": f"{reverse('segment-file')}?{urlencode({'when': when})}",
            "list": f"{reverse('leads')}?{urlencode({'filter': when})}",
        }
