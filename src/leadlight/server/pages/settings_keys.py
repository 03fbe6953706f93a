"""Settings: the keys of programs. A key is shown once, when it is made."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from leadlight.problems import CannotDo
from leadlight.server.access.audit import record
from leadlight.server.access.key_list import key_line, list_keys, make_key, revoke_key
from leadlight.server.pages.part_page import unknown_button
from leadlight.server.pages.settings_page import SettingsPage
from leadlight.server.scopes import SCOPES
from leadlight.server.wsgi_names import KEYS

#: Requests a second, where nothing else is said.
USUAL_RATE = 1000


class KeysPage(SettingsPage):
    """Keys: made, listed, revoked."""

    part = "settings-keys"
    template = "pages/settings_keys.html"

    def words(self, request: HttpRequest, form: QueryDict) -> dict[str, Any]:
        lines = [key_line(key) for key in list_keys()]
        chosen = form.getlist("scope")
        return {
            "keys": [line for line in lines if line.revoked_at is None],
            "revoked": [line for line in lines if line.revoked_at is not None],
            "scopes": [(name, about, name in chosen) for name, about in SCOPES.items()],
            "rate": form.get("rate") or USUAL_RATE,
        }

    def do(self, request: HttpRequest, form: QueryDict) -> HttpResponse:
        match form.get("do"):
            case "make":
                return self._make(request, form)
            case "revoke":
                key = revoke_key(form.get("key", ""))
                request.META[KEYS].forget()
                record(request, "revoke a key", str(key))
                messages.info(request, _("%(key)s is revoked.") % {"key": key.name})
                return self.again()
        raise unknown_button()

    def _make(self, request: HttpRequest, form: QueryDict) -> HttpResponse:
        """The page with the new key. It is shown in this answer alone; only its digest is kept."""
        token, key = make_key(
            form.getlist("scope"),
            name=form.get("name", "").strip(),
            by=request.user.get_username(),
            rate=_rate(form.get("rate", "")),
        )
        record(request, "make a key", str(key))
        return self.page(request, QueryDict(), {"made": key_line(key, token)})


def _rate(text: str) -> int:
    try:
        return int(text or USUAL_RATE)
    except ValueError:
        raise CannotDo(_("The rate is a number of requests a second."), field="rate") from None
