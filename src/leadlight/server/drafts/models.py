"""What a person keeps for themselves: the draft of a playbook, and lists of leads by name."""

from __future__ import annotations

from typing import ClassVar

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


class SavedView(models.Model):
    """A list of leads that a person named: what stands in its address. Everybody sees a shared one,
    and only its owner removes it.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views"
    )
    name = models.CharField(max_length=80)
    query = models.TextField()
    is_shared = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_view_a_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name}"
