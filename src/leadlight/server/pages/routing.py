"""Routing: who is there and has what, what is to be answered, rosters on the past, and the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leadlight.desk.routing.assign import AssignRequest, ReassignRequest, assign, reassign
from leadlight.desk.routing.due import DueRequest, due
from leadlight.desk.routing.roster import (
    ChangeRosterRequest,
    RosterRequest,
    change_roster,
    roster,
)
from leadlight.desk.rules.dry_run import DryRunRequest, dry_run
from leadlight.problems import CannotDo
from leadlight.results.routing import (
    DryRunLine,
    DryRunResult,
    DueClock,
    FollowUp,
    HoldEffect,
    ResponseLine,
    RosterPerson,
    RosterView,
)
from leadlight.results.text.routing import length_text
from leadlight.server.access.audit import record
from leadlight.server.access.people import scopes_of_person
from leadlight.server.pages.desk_page import moment_of, now, session_of
from leadlight.server.pages.kept_answers import KeptAnswers, answer_key
from leadlight.server.pages.part_page import PartPage, unknown_button
from leadlight.server.pages.playbook_text import FaultLine, fault_lines
from leadlight.server.scopes import may

_LISTED, _NEWEST = 50, 30
_KEPT: KeptAnswers[DryRunResult] = KeptAnswers()


@dataclass(frozen=True)
class PersonRow:
    """A person of a department, as it is now."""

    person: RosterPerson
    share: str
    today: str
    open: str
    takes: str


@dataclass(frozen=True)
class ClockRow:
    """A lead that is to be answered, with the time that is left."""

    clock: DueClock
    who: str
    left: str
    is_late: bool


class RoutingPlace(PartPage):
    """A part of routing."""

    place = "routing"
    parts = (
        ("routing", gettext_lazy("Now")),
        ("routing-trial", gettext_lazy("Try on the past")),
        ("routing-roster", gettext_lazy("Roster")),
    )


class RoutingPage(RoutingPlace):
    """Who is there, what they have, and what is to be answered."""

    part = "routing"
    template = "pages/routing.html"

    def words(self, request: HttpRequest, form: QueryDict) -> dict[str, Any]:
        try:
            view = roster(session_of(request), RosterRequest(now()))
        except CannotDo as fault:
            return {"nothing": str(fault), "problems": fault.problems}
        found = due(session_of(request), DueRequest(now(), limit=_LISTED))
        return {
            "view": view,
            "departments": [
                (d, list(_person_rows(view, d.name, d.shares))) for d in view.departments
            ],
            "people": view.people,
            "clocks": [_clock_row(clock, view) for clock in found.clocks],
            "follow_ups": [(one, _name_of(one, view)) for one in found.follow_ups],
            "more": found.more,
        }

    def do(self, request: HttpRequest, form: QueryDict) -> HttpResponse:
        who = request.user.get_username()
        if form.get("do") == "assign":
            made = assign(session_of(request), AssignRequest(now(), who))
            record(request, "assign leads", made.import_id or "")
            messages.success(request, _assigned_text(made.total - made.held, made.held))
            return self.again()
        if form.get("do") == "reassign":
            asked = ReassignRequest(
                form.get("lead", "").strip(),
                form.get("to", ""),
                form.get("because", ""),
                now(),
                who,
            )
            given = reassign(session_of(request), asked)
            record(request, "reassign a lead", given.assignment.lead_id)
            text = _("%(lead)s is %(person)s's from now on.")
            said = {"lead": given.assignment.lead_id, "person": given.assignment.person}
            messages.success(request, text % said)
            return self.again()
        raise unknown_button()


class RoutingTrialPage(RoutingPlace):
    """The roster on a period of the past."""

    part = "routing-trial"
    template = "pages/routing_trial.html"

    def words(self, request: HttpRequest, form: QueryDict) -> dict[str, Any]:
        since, until = moment_of(request, "since"), moment_of(request, "until")
        if since is None:
            end = now()
            return {"since": end - timedelta(days=30), "until": end}
        session = session_of(request)
        try:
            found = _KEPT.get(
                answer_key(
                    session,
                    now(),
                    since,
                    until,
                    roster(session, RosterRequest(now())).fingerprint,
                ),
                lambda: dry_run(session, DryRunRequest(now(), since, until)),
            )
        except CannotDo as fault:
            return {"since": since, "until": until, "nothing": str(fault)}
        return {
            "since": found.since,
            "until": found.until,
            "found": found,
            "shares": found.shares,
            "waits": [
                (w, *map(_length, (w.median_wait, w.ninth_wait, w.median_if_free)))
                for w in found.waits
            ],
            "price": _length(found.price),
            "responses": [_response_row(line) for line in found.responses],
            "hold": length_text(found.experiment.hold) if found.experiment else "",
            "outcomes": _outcome_rows(found.experiment),
            "newest": [_newest_row(line) for line in found.assignments[: -_NEWEST - 1 : -1]],
        }


class RoutingRosterPage(RoutingPlace):
    """The text of the roster, and its faults."""

    part = "routing-roster"
    template = "pages/routing_roster.html"
    scope_to_do = "rules"

    def words(self, request: HttpRequest, form: QueryDict) -> dict[str, Any]:
        words = {"may_write": may(scopes_of_person(request.user), "rules")}
        try:
            view = roster(session_of(request), RosterRequest(now()))
        except CannotDo as fault:
            text = form.get("text") or _text_of(request)
            lines = fault_lines(text, fault.problems)
            return {**words, "text": text, "faults": lines, "nothing": str(fault), "seen": ""}
        text = form.get("text") or view.text
        lines = fault_lines(text, view.problems if text == view.text else ())
        return {**words, "view": view, "text": text, "faults": lines, "seen": view.fingerprint}

    def do(self, request: HttpRequest, form: QueryDict) -> HttpResponse:
        if form.get("do") == "begin":
            roster(session_of(request), RosterRequest(now(), begin=True))
            record(request, "begin a roster")
            return self.again()
        if form.get("do") != "save":
            raise unknown_button()
        text = form.get("text", "").replace("\r\n", "\n")
        try:
            asked = ChangeRosterRequest(text, now(), form.get("seen") or None)
            view = change_roster(session_of(request), asked)
        except CannotDo as fault:
            more: Mapping[str, Sequence[FaultLine]] = {}
            if fault.problems:
                more = {"faults": fault_lines(text, fault.problems)}
            return self.page(request, form, more, fault)
        record(request, "change the roster", view.fingerprint)
        messages.success(request, _("The roster is saved. What was assigned stays as it is."))
        return self.again()


def _text_of(request: HttpRequest) -> str:
    """What stands in the file, be it a roster or not."""
    from leadlight.desk.routing.rosters import roster_file
    from leadlight.desk.texts import text_of

    session = session_of(request)
    with session.read("roster", now()) as workspace:
        try:
            return text_of(roster_file(workspace))
        except (OSError, UnicodeDecodeError):
            return ""


def _person_rows(
    view: RosterView, department: str, shares: Mapping[str, float]
) -> Iterator[PersonRow]:
    for person in view.people:
        if department in person.departments:
            share = shares.get(person.id)
            takes = (*person.skills, *person.languages, *person.territories)
            yield PersonRow(
                person,
                "" if share is None else f"{share:.0%}",
                _of(person.given_today, person.a_day),
                _of(person.open_leads, person.most_open),
                ", ".join(takes),
            )


def _of(count: int, most: int | None) -> str:
    if most is None:
        return f"{count:,}"
    return str(_("%(count)s of %(most)s") % {"count": f"{count:,}", "most": f"{most:,}"})


def _clock_text(clock: DueClock) -> str:
    if clock.state == "paused":
        return str(_("waits for the lead"))
    left = clock.time_left
    text = _("%(length)s left") if left > timedelta(0) else _("%(length)s late")
    return str(text % {"length": length_text(abs(left))})


def _clock_row(clock: DueClock, view: RosterView) -> ClockRow:
    names = {p.id: p.name for p in view.people}
    who = names.get(clock.person or "", clock.person or _("nobody yet"))
    return ClockRow(clock, who, _clock_text(clock), clock.state == "breached")


def _name_of(one: FollowUp, view: RosterView) -> str:
    return next((p.name for p in view.people if p.id == one.person), one.person or "")


def _assigned_text(given: int, held: int) -> str:
    if not given and not held:
        return str(_("Every lead has somebody: nothing was assigned."))
    text = _("%(given)s leads were given to people, %(held)s are held.")
    return str(text % {"given": given, "held": held})


def _length(length: timedelta | None) -> str:
    return _("no time") if not length else length_text(length)


def _response_row(line: ResponseLine) -> tuple[str, int, tuple[tuple[str, str], ...]]:
    if line.is_unanswered:
        when = _("never")
    elif line.within is None:
        when = _("later")
    else:
        when = _("within %(length)s") % {"length": length_text(line.within)}
    shares = (
        (line.reached, line.reached_interval),
        (line.qualified, line.qualified_interval),
        (line.won, line.won_interval),
    )
    return (
        when,
        line.leads,
        tuple((f"{s:.0%}", f"{low:.0%} – {high:.0%}") for s, (low, high) in shares),
    )


def _outcome_rows(effect: HoldEffect | None) -> list[tuple[str, str, str, str, str]]:
    names = {"reached": _("Reached"), "qualified": _("Qualified"), "won": _("Won")}
    return [
        (
            names[line.outcome],
            f"{line.others:.0%}",
            f"{line.held:.0%}",
            f"{100 * line.difference:+.1f}",
            f"{100 * line.interval[0]:+.1f} – {100 * line.interval[1]:+.1f}",
        )
        for line in (effect.outcomes if effect is not None else ())
    ]


def _newest_row(line: DryRunLine) -> tuple[DryRunLine, str]:
    words = {
        "answered": _("in time"),
        "late": _("late"),
        "breached": _("by nobody"),
        "running": _("still running"),
        "warned": _("still running"),
        "paused": _("waits for the lead"),
    }
    return line, words.get(line.state or "", "")
