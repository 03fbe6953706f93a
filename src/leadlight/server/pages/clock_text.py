"""How much time is left, in the language of the page."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def clock_text(left: timedelta) -> str:
    """How much time is left to answer, or since when none is."""
    length = length_text(abs(left))
    if left < timedelta(0):
        return str(_("%(length)s overdue") % {"length": length})
    return str(_("%(length)s left") % {"length": length})


def length_text(length: timedelta) -> str:
    """A length of time in its largest whole unit: minutes, hours, from two days on days."""
    minutes = int(length / timedelta(minutes=1))
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    days = minutes // (24 * 60)
    return str(ngettext("%(n)s day", "%(n)s days", days) % {"n": days})
