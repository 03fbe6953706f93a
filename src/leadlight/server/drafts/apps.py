"""The Django application of drafts."""

from __future__ import annotations

from django.apps import AppConfig


class DraftsConfig(AppConfig):
    """Drafts of playbooks."""

    name = "leadlight.server.drafts"
    label = "drafts"
    verbose_name = "Drafts"
    default_auto_field = "django.db.models.BigAutoField"
