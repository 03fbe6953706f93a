"""A page of the settings: for admins only."""

from __future__ import annotations

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from leadlight.server.pages.part_page import PartPage
from leadlight.server.scopes import Scope


class SettingsPage(PartPage):
    """A part of the settings."""

    scope: ClassVar[Scope] = "admin"
    scope_to_do: ClassVar[Scope] = "admin"
    place = "settings"
    parts = (
        ("settings", _("Users")),
        ("settings-keys", pgettext_lazy("programs", "Keys")),
        ("settings-endpoints", _("Endpoints")),
        ("settings-connections", _("Connections")),
        ("settings-backups", _("Backups")),
        ("settings-persons", _("Persons")),
        ("settings-audit", _("Audit log")),
    )
