"""What an admin may look at and change in the pages of the administration."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.http import HttpRequest

from leadlight.server.access.models import AuditLine, Key


@admin.register(Key)
class KeyAdmin(admin.ModelAdmin):
    """Keys can be looked at, slowed and revoked; one is made by `leadlight key create`."""

    list_display: ClassVar = ["name", "prefix", "scopes", "rate", "made_by", "last_used"]
    readonly_fields: ClassVar = ["prefix", "scopes", "made_by", "made_at", "last_used"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(AuditLine)
class AuditLineAdmin(admin.ModelAdmin):
    """The audit log, to be read."""

    list_display: ClassVar = ["at", "who", "what", "subject", "address"]
    search_fields: ClassVar = ["who", "what", "subject"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False
