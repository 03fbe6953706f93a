"""The draft of a playbook that each person has."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class PlaybookDraft(models.Model):
    """A person's draft. `seen` is the newest version that its author knew, `number` counts how
    often it was saved, and `previous` is the text that it took the place of.
    """

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="playbook_draft"
    )
    text = models.TextField()
    note = models.TextField(blank=True)
    leads = models.TextField(blank=True)
    seen = models.PositiveIntegerField(default=0)
    number = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    previous = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"The draft of {self.owner}"
