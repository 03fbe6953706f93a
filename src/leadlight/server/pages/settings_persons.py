"""Settings: a person's rights. What is known of them, an objection, and to be forgotten."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leadlight.desk.persons.erasure import ForgetRequest, forget
from leadlight.desk.persons.facts import FactsRequest, facts
from leadlight.desk.persons.objection import ObjectionRequest, record_objection
from leadlight.desk.persons.record import PersonRequest, consent_of, person
from leadlight.problems import CannotDo
from leadlight.results.data import to_json
from leadlight.results.persons import ForgottenPerson, PersonRecord
from leadlight.server.access.audit import record
from leadlight.server.api.idempotency import forget_answers
from leadlight.server.drafts.playbook_draft import forget_in_drafts
from leadlight.server.pages.desk_page import now, session_of
from leadlight.server.pages.names import name_text
from leadlight.server.pages.part_page import unknown_button
from leadlight.server.pages.settings_page import SettingsPage

#: The longest id or address that is looked for.
LONGEST = 400
#: What the rows of a table are to a person.
_TABLES = {
    "attribute_facts": gettext_lazy("statements about them"),
    "activity_facts": gettext_lazy("activities"),
    "contact_facts": gettext_lazy("checks of their contacts"),
    "link_facts": gettext_lazy("links with other leads"),
    "member_facts": gettext_lazy("notes of whom they are one person with"),
    "run_changes": gettext_lazy("labels over time"),
    "due": gettext_lazy("dates of the next change"),
    "delivery_facts": gettext_lazy("deliveries"),
    "lead_states": gettext_lazy("lines of the list of leads"),
    "label_moves": gettext_lazy("moves between labels"),
    "assignment_facts": gettext_lazy("assignments to somebody"),
    "clock_facts": gettext_lazy("steps of a response time"),
    "routing_events": gettext_lazy("messages about assignments"),
    "step_facts": gettext_lazy("steps of tracks"),
    "crm_records": gettext_lazy("records of a CRM"),
    "push_facts": gettext_lazy("write-backs to a CRM"),
}


class PersonsPage(SettingsPage):
    """A person by an id or an e-mail address: seen, objecting, forgotten."""

    part = "settings-persons"
    template = "pages/settings_persons.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.page(request, request.GET, self._look_up(request))
        except CannotDo as fault:
            return self.page(request, request.GET, fault=fault)

    def words(self, request: HttpRequest, form: QueryDict) -> dict[str, Any]:
        wanted = form.get("lead", "").strip()[:LONGEST]
        return {"wanted": wanted, "named": wanted if "confirm" in form else ""}

    def do(self, request: HttpRequest, form: QueryDict) -> HttpResponse:
        wanted, action = form.get("lead", "").strip()[:LONGEST], form.get("do", "")
        session = session_of(request)
        if action in ("object", "withdraw"):
            withdraw = action == "withdraw"
            done = record_objection(session, ObjectionRequest(wanted, now(), withdraw))
            record(request, "object", done.leads[0])
            said = _("%(lead)s is profiled again.") if withdraw else _("%(lead)s is not profiled.")
            messages.info(request, said % {"lead": done.leads[0]})
            return self.again()
        if action == "forget":
            return self._forget(request, form, wanted)
        raise unknown_button()

    def _look_up(self, request: HttpRequest) -> dict[str, Any]:
        """What is known of the person who is looked for; nothing where nobody is."""
        wanted = request.GET.get("lead", "").strip()[:LONGEST]
        if not wanted:
            return {}
        session = session_of(request)
        preview = forget(session, ForgetRequest(wanted, now(), preview=True))
        consent = consent_of(facts(session, FactsRequest(preview.leads[0], now())).statements)
        record(request, "see a person", preview.leads[0])
        return {
            "known": preview,
            "named": preview.leads[0],
            "counts": [(_TABLES.get(t, name_text(t)), n) for t, n in preview.rows.items() if n],
            "consent": [(name_text(name), value) for name, value in consent.items()],
            "objects": consent.get("profiling_objected") is True,
        }

    def _forget(self, request: HttpRequest, form: QueryDict, wanted: str) -> HttpResponse:
        """It cannot be taken back: the id is typed once more."""
        if form.get("confirm", "").strip() != wanted:
            raise CannotDo(
                _("Nobody was forgotten: type %(lead)s once more to confirm.") % {"lead": wanted},
                field="confirm",
            )
        wish = ForgetRequest(
            wanted, now(), request.user.get_username(), form.get("why", "").strip() or None
        )
        done = forget(session_of(request), wish)
        forget_answers((*done.leads, wanted))
        forget_in_drafts((*done.leads, wanted))
        record(request, "forget", done.leads[0])
        messages.info(request, _sentence(done))
        return self.again()


class PersonFilePage(SettingsPage):
    """All that is known of a person as a file, for the person."""

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = request.GET.get("lead", "").strip()[:LONGEST]
        known: PersonRecord = person(session_of(request), PersonRequest(wanted, now()))
        record(request, "export a person", known.leads[0])
        answer = HttpResponse(to_json(known) + "\n", content_type="application/json")
        answer.headers["Content-Disposition"] = 'attachment; filename="person.json"'
        return answer


def _sentence(done: ForgottenPerson) -> str:
    lead, rows = done.leads[0], f"{sum(done.rows.values()):,}"
    said = _("%(lead)s is forgotten: %(rows)s rows are gone.") % {"lead": lead, "rows": rows}
    if not done.files:
        return str(said)
    names = ", ".join(file.name for file in done.files)
    return f"{said} {_('These files still name the person: %(names)s.') % {'names': names}}"
