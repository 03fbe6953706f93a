"""The link by which the first admin comes in: it works once, and for an hour."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from leadlight.problems import LeadlightError
from leadlight.server.access.models import LogInLink
from leadlight.server.keys import digest_of

VALID_FOR = timedelta(hours=1)


class LinkError(LeadlightError):
    """Why a link lets nobody in."""


def make_link() -> str:
    """A new token of a link. Links that nobody used are no longer valid."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        LogInLink.objects.filter(used_at=None).delete()
        LogInLink.objects.create(
            digest=digest_of(token), expires_at=timezone.now() + VALID_FOR, used_at=None
        )
    return token


def check_link(token: str) -> None:
    """Raises `LinkError` when the link lets nobody in."""
    link = LogInLink.objects.filter(digest=digest_of(token)).first()
    if link is None:
        raise LinkError(_("There is no such link. Start the server again for a new one."))
    if link.used_at is not None:
        raise LinkError(_("This link was used already. Log in with your name and password."))
    if link.expires_at < timezone.now():
        raise LinkError(
            _("This link is more than an hour old. Start the server again for a new one.")
        )


def use_link(token: str) -> None:
    """Use a link up; of two who do so at once, one is let in."""
    used = LogInLink.objects.filter(digest=digest_of(token), used_at=None).update(
        used_at=timezone.now()
    )
    if not used:
        raise LinkError(_("This link was used already. Log in with your name and password."))
