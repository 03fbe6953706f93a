"""What the server keeps of its own, in `desk.sqlite3`: no fact of a lead is among it."""

from __future__ import annotations

from typing import ClassVar, NoReturn

from django.db import models

from leadlight.server.scopes import SCOPES

APPEND_ONLY = "The audit log is only added to."


class Key(models.Model):
    """A key of a program. Only its digest is kept."""

    name = models.CharField(max_length=200)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    scopes = models.CharField(max_length=100, help_text=", ".join(SCOPES))
    rate = models.PositiveIntegerField(default=1000, help_text="Requests a second.")
    made_by = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-made_at", "-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}...)"


class _Lines(models.QuerySet):
    """Lines that stay as they were written."""

    def update(self, **_: object) -> NoReturn:
        raise TypeError(APPEND_ONLY)

    def delete(self) -> NoReturn:
        raise TypeError(APPEND_ONLY)


class AuditLine(models.Model):
    """Who did what, on which lead or object, when, and from where. Lines are only added."""

    who = models.CharField(max_length=200)
    what = models.CharField(max_length=100)
    subject = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(db_index=True)
    address = models.CharField(max_length=64, blank=True)

    objects = _Lines.as_manager()

    class Meta:
        ordering: ClassVar = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.who}: {self.what} {self.subject}"

    def save(self, *args: object, **options: object) -> None:
        if self.pk is not None:
            raise TypeError(APPEND_ONLY)
        super().save(*args, **options)

    def delete(self, *_: object, **__: object) -> NoReturn:
        raise TypeError(APPEND_ONLY)


class LogInLink(models.Model):
    """A link that lets the first admin in, once."""

    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)


class StoredAnswer(models.Model):
    """What a request with an Idempotency-Key was answered, for when it is sent again."""

    holder = models.CharField(max_length=210)
    key = models.CharField(max_length=255)
    request = models.CharField(max_length=64)
    status = models.PositiveIntegerField(null=True)
    content_type = models.CharField(max_length=100, blank=True)
    body = models.BinaryField(default=bytes)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["holder", "key"], name="one_answer_a_key"),
        ]
