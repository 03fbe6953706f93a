"""The Django application of users, keys and the audit log."""

from __future__ import annotations

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Users, keys and the audit log."""

    name = "leadlight.server.access"
    label = "access"
    verbose_name = "Keys and audit log"
    default_auto_field = "django.db.models.BigAutoField"
