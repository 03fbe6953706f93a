"""The test cases of a playbook: each with whether it holds, and why one does not."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from leadlight.desk.rules.case_starter import BeginCasesRequest, begin_cases
from leadlight.desk.rules.cases import cases_file
from leadlight.desk.rules.sentences import PlaybookRequest, playbook
from leadlight.desk.rules.test import CasesRequest, run_cases
from leadlight.desk.session import Session
from leadlight.desk.workspace.workspace import PLAYBOOK
from leadlight.problems import CannotDo
from leadlight.results.case_failures import CaseFailure
from leadlight.results.cases import CaseResults
from leadlight.server.drafts.playbook_draft import find_draft
from leadlight.server.pages.desk_page import DeskPage, now, session_of
from leadlight.server.pages.playbook_text import playbook_file
from leadlight.server.scopes import Scope, may


@dataclass(frozen=True)
class CaseRow:
    """A case: its name, and the steps of it that do not hold."""

    name: str
    failures: tuple[CaseFailure, ...]


class CasesPage(DeskPage):
    """The cases on the rules in force, or on one's own draft (`of=draft`). They are run as the page
    is opened.
    """

    scope: ClassVar[Scope] = "read"

    def get(self, request: HttpRequest) -> HttpResponse:
        session = session_of(request)
        may_rules = may(self.scopes, "rules")
        draft = find_draft(request.user) if may_rules else None
        has_draft = draft is not None and bool(draft.text)
        of_draft = has_draft and request.GET.get("of") == "draft"
        words = {"here": "playbook", "of_draft": of_draft, "has_draft": has_draft}
        words |= {"may_rules": may_rules, "file": cases_file(Path(PLAYBOOK)).name}
        try:
            text = draft.text if draft and of_draft else _text_in_force(session)
            words |= _words(_run(session, text))
        except CannotDo as fault:
            words |= {"fault": str(fault), "problems": fault.problems}
            words["may_begin"] = fault.step is not None and fault.step.verb == "test"
            if words["may_begin"]:
                none_yet = _("There are no test cases yet. Begin with some made from the playbook.")
                words["fault"] = none_yet
        return self.show(request, "pages/playbook_cases.html", words)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Begin a file of cases."""
        if not may(self.scopes, "rules"):
            raise CannotDo(_("Your role does not write test cases."))
        begun = begin_cases(session_of(request), BeginCasesRequest(now()))
        messages.info(
            request,
            _("%(file)s has %(cases)s cases to start from.")
            % {"file": begun.file.name, "cases": begun.cases},
        )
        return HttpResponseRedirect(reverse("playbook-cases"))


def _run(session: Session, text: str) -> CaseResults:
    """The cases of the workspace on a text."""
    cases = cases_file(session.place.folder / PLAYBOOK)
    named = (cases,) if cases.exists() else ()
    with playbook_file(session, text) as file:
        return run_cases(session, CasesRequest(now(), str(file), named))


def _text_in_force(session: Session) -> str:
    return playbook(session, PlaybookRequest(now())).text


def _words(found: CaseResults) -> dict[str, object]:
    failures: dict[str, list[CaseFailure]] = {}
    for failure in found.failed:
        failures.setdefault(failure.name, []).append(failure)
    rows = [CaseRow(name, tuple(failures.get(name, ()))) for name in found.names]
    return {
        "found": found,
        "rows": sorted(rows, key=lambda row: not row.failures),
        "failed": found.failed_cases,
    }
