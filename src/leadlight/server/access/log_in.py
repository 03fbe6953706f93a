"""The pages on which somebody logs in, the first admin included."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import login
from django.contrib.auth.forms import BaseUserCreationForm
from django.contrib.auth.mixins import LoginRequiredMixin
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View
from django.views.generic import TemplateView

from leadlight.server.access.audit import record
from leadlight.server.access.links import LinkError, check_link, use_link
from leadlight.server.access.people import give_role, roles_of


class LogIn(LoginView):
    """The page on which somebody logs in; five wrong passwords shut it for a quarter of an hour."""

    template_name = "access/log_in.html"
    redirect_authenticated_user = True

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        record(self.request, "log in")
        return response


class Home(LoginRequiredMixin, TemplateView):
    """The first page: who is logged in, and where to go."""

    template_name = "access/home.html"

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        roles = sorted(roles_of(self.request.user))
        return {**super().get_context_data(**context), "roles": roles}


class FirstLogIn(View):
    """The page that makes the first admin. Its link works once."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            check_link(token)
        except LinkError as fault:
            return _refuse(request, fault)
        return _show(request, BaseUserCreationForm())

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        form = BaseUserCreationForm(request.POST)
        try:
            check_link(token)
            if not form.is_valid():
                return _show(request, form)
            use_link(token)
        except LinkError as fault:
            return _refuse(request, fault)
        person: User = form.save()
        give_role(person, "admin")
        login(request, person, backend="django.contrib.auth.backends.ModelBackend")
        record(request, "make the first admin", person.get_username())
        return redirect("home")


def _show(request: HttpRequest, form: BaseUserCreationForm) -> HttpResponse:
    return render(request, "access/first_log_in.html", {"form": form})


def _refuse(request: HttpRequest, fault: LinkError) -> HttpResponse:
    return render(request, "access/link_refusal.html", {"sentence": str(fault)}, status=410)
