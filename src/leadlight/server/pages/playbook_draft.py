"""Editing a playbook as text. The draft is kept as one types; each look at it says its faults at
their lines, what it says otherwise than the rules in force, and what becomes of a few leads.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from leadlight.desk.rules.agreement import (
    HistoryRequest,
    PublishRequest,
    VersionTextRequest,
    history,
    publish,
    version_text,
)
from leadlight.desk.rules.diff import DiffRequest, diff
from leadlight.desk.rules.preview import PreviewRequest, preview
from leadlight.desk.rules.sentences import PlaybookRequest, playbook
from leadlight.desk.session import Session
from leadlight.playbook.presets import preset_names, preset_text
from leadlight.problems import CannotDo
from leadlight.results.agreement import Publication
from leadlight.server.access.audit import record
from leadlight.server.drafts.models import PlaybookDraft
from leadlight.server.drafts.playbook_draft import (
    DraftConflict,
    DraftFields,
    begin_draft,
    draft_of,
    find_draft,
    other_drafts,
    put_away,
    save_draft,
    see_version,
)
from leadlight.server.pages.desk_page import DeskPage, moment_of_text, now, session_of
from leadlight.server.pages.playbook import difference_views, differences, state_words
from leadlight.server.pages.playbook_lead import lead_views
from leadlight.server.pages.playbook_text import fault_lines, playbook_file
from leadlight.server.scopes import Scope

_EDIT = "pages/playbook_edit.html"
#: Where a session keeps which leads were shown last.
TRIED = "leads of a preview"


class EditPage(DeskPage):
    """The editor. A form that is sent saves the draft; its button says what else."""

    scope: ClassVar[Scope] = "rules"

    def get(self, request: HttpRequest) -> HttpResponse:
        session, draft = session_of(request), find_draft(request.user)
        wanted = request.GET.get("from", "")
        if wanted:
            return self._show_choice(request, wanted, draft)
        if draft is None or not draft.text:
            fields = DraftFields(_newest_text(session), *_rest(draft))
            number, seen = draft.number if draft else 0, _newest(session)
        else:
            fields, number, seen = _fields_of(draft), draft.number, draft.seen
        if request.GET.get("part") == "look":  # by the script, once the page is there
            return _show_look(request, _look(session, fields, number))
        return self._show(request, fields, number, seen, is_whole=request.GET.get("look") == "on")

    def post(self, request: HttpRequest) -> HttpResponse:
        form = request.POST
        fields = DraftFields(form.get("text", ""), form.get("note", ""), form.get("leads", ""))
        seen = _whole(form.get("seen", ""))
        try:
            draft = save_draft(request.user, fields, _whole(form.get("number", "")), seen)
        except DraftConflict as fault:
            return self._show_conflict(request, fields, seen, fault)
        except CannotDo as fault:
            return self._show(request, fields, _whole(form.get("number", "")), seen, fault)
        match form.get("do"):
            case "look":  # by the script, which puts the answer into the page
                look = _look(session_of(request), _fields_of(draft), draft.number)
                return _show_look(request, look)
            case "publish":
                return self._publish(request, draft, form)
            case "rehearse":
                return HttpResponseRedirect(reverse("playbook-rehearse"))
            case "see":
                see_version(request.user, _newest(session_of(request)))
        return HttpResponseRedirect(reverse("playbook-edit") + "?look=on")

    def _publish(self, request: HttpRequest, draft: PlaybookDraft, form: QueryDict) -> HttpResponse:
        fields = _fields_of(draft)
        try:
            since = moment_of_text(form.get("since", ""), "since")
            done = _publish(session_of(request), draft, request.user.get_username(), since)
        except CannotDo as fault:
            more = self._newer(request, draft) if fault.field == "seen" else {}
            more = {**more, "since": form.get("since", "")}
            return self._show(request, fields, draft.number, draft.seen, fault, more)
        record(request, "publish", str(done.version))
        put_away(request.user)
        messages.info(request, _publication_sentence(done, request))
        return HttpResponseRedirect(reverse("playbook"))

    def _newer(self, request: HttpRequest, draft: PlaybookDraft) -> dict[str, Any]:
        """What somebody else published since the draft was begun."""
        session = session_of(request)
        versions = history(session, HistoryRequest(now())).versions
        newest = versions[0].version
        base = next((s.version for s in versions if s.version.number == draft.seen), None)
        theirs = version_text(session, VersionTextRequest(str(newest.number), now()))
        return {
            "newer": newest,
            "newer_text": theirs.text,
            "newer_differences": differences(session, base, newest) if base else (),
        }

    def _show_conflict(
        self, request: HttpRequest, fields: DraftFields, seen: int, fault: DraftConflict
    ) -> HttpResponse:
        """Both texts: what was typed here, in the editor, and what was saved elsewhere, below."""
        if request.POST.get("do") == "look":
            words = {"conflict": fault.draft, "sentence": str(fault)}
            return render(request, "pages/playbook_look.html", words, status=409)
        more = {"other": fault.draft}
        return self._show(request, fields, fault.draft.number, seen, fault, more)

    def _show_choice(
        self, request: HttpRequest, wanted: str, draft: PlaybookDraft | None
    ) -> HttpResponse:
        """Ask before a draft begins with another text: the one there is can be brought back."""
        text = _text_of(session_of(request), wanted, draft)
        words = {"here": "playbook", "wanted": wanted, "body": text, "draft": draft}
        return self.show(request, "pages/playbook_begin.html", words)

    def _show(
        self,
        request: HttpRequest,
        fields: DraftFields,
        number: int,
        seen: int,
        fault: CannotDo | None = None,
        more: Mapping[str, Any] = {},
        *,
        is_whole: bool = True,
    ) -> HttpResponse:
        look = _look(session_of(request), fields, number, is_whole=is_whole)
        _note_leads(request, look)
        words = {
            "here": "playbook",
            "fields": fields,
            "seen": seen,
            "others": other_drafts(request.user),
            "fault": str(fault) if fault else "",
            "fault_field": (fault.field or "") if fault else "",
            "presets": preset_names(),
            **look,
            **more,
        }
        return self.show(request, _EDIT, words, status=409 if fault else 200)


class BeginDraftPage(DeskPage):
    """Begins a draft with the text of a version, a preset, or the draft that was put away; or puts
    the draft away.
    """

    scope: ClassVar[Scope] = "rules"

    def post(self, request: HttpRequest) -> HttpResponse:
        draft, wanted = find_draft(request.user), request.POST.get("from", "")
        if request.POST.get("do") == "put-away":
            put_away(request.user)
            messages.info(request, _("The draft is put away. It can be brought back."))
            return HttpResponseRedirect(reverse("playbook"))
        session = session_of(request)
        text = _text_of(session, wanted, draft)
        begin_draft(request.user, DraftFields(text), _newest(session))
        return HttpResponseRedirect(reverse("playbook-edit"))


def _show_look(request: HttpRequest, look: dict[str, Any]) -> HttpResponse:
    """What is said of a draft, as the part of the page that the script puts into it."""
    _note_leads(request, look)
    return render(request, "pages/playbook_look.html", look)


def _note_leads(request: HttpRequest, look: Mapping[str, Any]) -> None:
    """Write down which leads somebody sees, once for the same ones: a look is made as one types."""
    shown = ", ".join(sorted(view.lead_id for view in look.get("tried", ())))
    if shown and request.session.get(TRIED) != shown:
        request.session[TRIED] = shown
        record(request, "preview", shown)


def _look(
    session: Session, fields: DraftFields, number: int, *, is_whole: bool = True
) -> dict[str, Any]:
    """What is to be said of a draft as it stands: its faults; else, in a whole look, what it says
    otherwise than the rules in force, and what becomes of a few leads.
    """
    words: dict[str, Any] = {"number": number, "is_usable": False, "is_whole": is_whole}
    with playbook_file(session, fields.text) as file:
        found = playbook(session, PlaybookRequest(now(), str(file)))
        words["words"] = found.words
        words["faults"] = fault_lines(fields.text, found.problems)
        if not found.chapters:
            return words
        words["is_usable"], words["title"] = True, found.title
        if not is_whole:
            return words
        try:
            comparison = diff(session, DiffRequest(str(file), now()))
            words["is_same"] = comparison.same
            words["differences"] = difference_views(comparison.differences)
            leads = tuple(fields.leads.replace(",", " ").split())
            tried = preview(session, PreviewRequest(str(file), now(), leads=leads))
            words["tried"], words["missing"] = lead_views(tried), tried.missing
        except CannotDo as fault:
            words["why_not"] = str(fault)
    return words


def _publish(
    session: Session, draft: PlaybookDraft, by: str, since: datetime | None
) -> Publication:
    with playbook_file(session, draft.text) as file:
        return publish(session, PublishRequest(by, now(), file, since, draft.note, seen=draft.seen))


def _publication_sentence(done: Publication, request: HttpRequest) -> str:
    told = {"version": str(done.version), "state": state_words(done.state, request)}
    sentence = _("%(version)s is published: %(state)s.")
    if not done.is_new:
        sentence = _("This is %(version)s already, so nothing was published: %(state)s.")
    return str(sentence % told)


#: How a draft of somebody else is named, before their own name.
OF_OTHERS = "draft:"


def _text_of(session: Session, wanted: str, draft: PlaybookDraft | None) -> str:
    """The text that a draft is to begin with."""
    if wanted == "previous":
        return draft.previous if draft else ""
    if wanted in preset_names():
        return preset_text(wanted)
    if wanted.startswith(OF_OTHERS):
        return draft_of(wanted.removeprefix(OF_OTHERS))
    return version_text(session, VersionTextRequest(wanted, now())).text


def _newest_text(session: Session) -> str:
    """The text of the newest version, else of `playbook.yml`."""
    newest = _newest(session)
    if newest:
        return version_text(session, VersionTextRequest(str(newest), now())).text
    return playbook(session, PlaybookRequest(now())).text


def _newest(session: Session) -> int:
    """The number of the newest version; 0 where nothing was published."""
    versions = history(session, HistoryRequest(now())).versions
    return versions[0].version.number if versions else 0


def _fields_of(draft: PlaybookDraft) -> DraftFields:
    return DraftFields(draft.text, draft.note, draft.leads)


def _rest(draft: PlaybookDraft | None) -> tuple[str, str]:
    return (draft.note, draft.leads) if draft else ("", "")


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
