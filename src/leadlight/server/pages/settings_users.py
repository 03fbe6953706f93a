"""Settings: who may log in, and in which role."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext as _

from leadlight.problems import CannotDo
from leadlight.results.access import PersonLine
from leadlight.server.access.audit import record
from leadlight.server.access.people import (
    find_person,
    give_role,
    invite_person,
    let_in,
    list_people,
    person_line,
    shut_out,
)
from leadlight.server.pages.part_page import unknown_button
from leadlight.server.pages.settings_page import SettingsPage
from leadlight.server.scopes import ROLES


class UsersPage(SettingsPage):
    """Users: invite one, give a role, shut out, let in, and a link for a new password."""

    part = "settings"
    template = "pages/settings_users.html"

    def words(self, request: HttpRequest, form: QueryDict) -> dict[str, Any]:
        lines = [person_line(person) for person in list_people()]
        return {"people": [_row(line, request) for line in lines], "roles": list(ROLES)}

    def do(self, request: HttpRequest, form: QueryDict) -> HttpResponse:
        name, role = form.get("name", "").strip(), form.get("role", "viewer")
        match form.get("do"):
            case "invite":
                person = invite_person(name, role)
                record(request, "add a user", name)
                return self._show_link(request, person)
            case "link":
                person = find_person(name)
                _refuse_who_is_out(person)
                record(request, "make a link for a password", name)
                return self._show_link(request, person)
            case "role":
                _refuse_oneself(request, name)
                give_role(find_person(name), role)
                record(request, f"give the role {role}", name)
                messages.info(request, _("%(name)s is %(role)s.") % {"name": name, "role": role})
            case "shut-out":
                _refuse_oneself(request, name)
                shut_out(find_person(name))
                record(request, "shut a user out", name)
                messages.info(request, _("%(name)s may no longer log in.") % {"name": name})
            case "let-in":
                let_in(find_person(name))
                record(request, "let a user in", name)
                messages.info(request, _("%(name)s may log in again.") % {"name": name})
            case _:
                raise unknown_button()
        return self.again()

    def _show_link(self, request: HttpRequest, person: User) -> HttpResponse:
        """The page with the link. It is shown in this answer alone, and kept nowhere."""
        named = urlsafe_base64_encode(force_bytes(person.pk))
        path = reverse("new-password", args=[named, default_token_generator.make_token(person)])
        link = request.build_absolute_uri(path)
        more = {"link": link, "link_name": person.get_username(), "form": {}}
        return self.page(request, QueryDict(), more)


class NewPasswordPage(PasswordResetConfirmView):
    """Where the link of an invitation leads: somebody chooses a password, and is logged in."""

    template_name = "access/new_password.html"
    success_url = "/"
    post_reset_login = True
    post_reset_login_backend = "django.contrib.auth.backends.ModelBackend"

    def form_valid(self, form: Any) -> HttpResponse:
        record(self.request, "choose a password", who=form.user.get_username())
        return super().form_valid(form)


def _row(line: PersonLine, request: HttpRequest) -> dict[str, Any]:
    is_me = line.name == request.user.get_username()
    return {"line": line, "role": line.roles[0] if line.roles else "", "is_me": is_me}


def _refuse_oneself(request: HttpRequest, name: str) -> None:
    """An admin does not lock himself out by a slip of the hand."""
    if name == request.user.get_username():
        raise CannotDo(
            _("You cannot take your own role away, or shut yourself out. Another admin can."),
            field="name",
        )


def _refuse_who_is_out(person: User) -> None:
    if not person.is_active:
        raise CannotDo(
            _("%(name)s was shut out. Let them in first.") % {"name": person.get_username()}
        )
