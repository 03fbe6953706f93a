"""Moments in the reader's own time zone, which a few lines of the desk's script put into a cookie;
in UTC where there is none.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

ZONE = "zone"
register = template.Library()


@lru_cache(maxsize=256)
def zone_of(name: str) -> ZoneInfo | None:
    """The zone of that name; None where there is none."""
    if not name or len(name) > 64:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def moment_text(moment: datetime, zone: str) -> str:
    """A moment (UTC without zone) as somebody in that zone reads it, with the zone."""
    here = zone_of(zone)
    if here is None:
        return f"{moment:%Y-%m-%d %H:%M} UTC"
    return f"{moment.replace(tzinfo=UTC).astimezone(here):%Y-%m-%d %H:%M %Z}"


@register.simple_tag(takes_context=True)
def moment(context: template.Context, value: datetime | None) -> SafeString | str:
    """A moment for whoever reads the page."""
    if value is None:
        return ""
    request = context.get("request")
    zone = request.COOKIES.get(ZONE, "") if request is not None else ""
    return format_html(
        '<time datetime="{}Z">{}</time>',
        value.isoformat(timespec="seconds"),
        moment_text(value, zone),
    )
